"""A plan as an iCalendar file (RFC 5545): one event, as long as the plan can take. Pure.

A calendar reminds a person; it never starts anything.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from protocols.diagnostics import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from protocols.plan import Plan

LINE_OCTETS = 75
"""RFC 5545, 3.1: a longer line is folded, its line end not counted."""
ALARM_MINUTES = 10
"""Time to find the pad and a chair."""
QUARTER = timedelta(minutes=15)


def next_start(now: datetime) -> datetime:
    """The first full quarter of an hour that leaves time for the alarm."""
    least = now + timedelta(minutes=ALARM_MINUTES)
    past = timedelta(minutes=least.minute % 15, seconds=least.second, microseconds=least.microsecond)
    return least - past + QUARTER if past else least


def calendar(plan: Plan, steps: Iterable[str], *, longest_ms: int, start: datetime, now: datetime) -> str:
    """The file's text, with CRLF. `start` is local and without a zone, so that the event stays at that
    time of day wherever it is opened; the same plan at the same start keeps its UID."""
    begins = f"{start:%Y%m%dT%H%M%S}"
    described = "\n".join([*steps, "", "Nothing starts by itself: this is a reminder."])
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//unknot//plan//EN",
        "BEGIN:VEVENT",
        f"UID:{plan.sha256[:32]}-{begins}@unknot",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART:{begins}",
        f"DURATION:{duration(longest_ms)}",
        f"SUMMARY:{escaped(plan.title)}",
        f"DESCRIPTION:{escaped(described)}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"TRIGGER:-PT{ALARM_MINUTES}M",
        f"DESCRIPTION:{escaped(plan.title)}",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def duration(ms: int) -> str:
    """As `PT41M30S`: whole seconds, none of the plan cut off (RFC 5545, 3.3.6)."""
    minutes, seconds = divmod(-(-ms // 1000), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours}H"] * bool(hours) + [f"{minutes}M"] * bool(minutes or (hours and seconds))
    return "PT" + "".join([*parts, *([f"{seconds}S"] if seconds or not parts else [])])


def escaped(text: str) -> str:
    """A value of type TEXT (RFC 5545, 3.3.11); of the control characters, line feeds alone stay."""
    plain = "\n".join(printable(line) for line in text.splitlines())
    for sign in ("\\", ";", ","):
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def folded(line: str) -> str:
    """`line` in pieces of at most 75 octets, none of which splits a character."""
    pieces: list[str] = []
    piece, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > LINE_OCTETS:
            pieces.append(piece)
            piece, size = "", 1  # the space that a continued line begins with
        piece, size = piece + sign, size + octets
    return "\r\n ".join([*pieces, piece])
