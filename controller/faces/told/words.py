"""Words for a session of the record. Pure; `utf8`: whether signs beyond ASCII can be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from protocols.diagnostics import printable

if TYPE_CHECKING:
    from datetime import datetime

    from controller.journal import Digest
    from controller.journal.story import Ratings

OUTCOMES: Final = {
    "completed": "Done.",
    "failed": "It failed.",
    "unanswered": "A question was not answered.",
    "refused": "It was refused.",
    "lost": "A device was lost.",
    "stopped": "Stopped.",
    "limit": "Stopped by a safety limit.",
}
WHY: Final = {"faded": "the point has faded", "skipped": "skipped", "until": "not needed any more"}
CUT_OFF: Final = "It never came to its end on record: it runs now, or was cut off."
NO_RECORD: Final = "No session is on record yet. Try `unknot demo`."


def clock(seconds: float) -> str:
    """As `4:07`, or `1:04:07`; with a minus before the session began."""
    whole = int(abs(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    told = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return f"-{told}" if seconds <= -1 else told


def local(moment: datetime) -> str:
    """In the machine's own time zone, to the minute."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def on_what(told: Digest) -> str:
    """What it ran on, in a word or three."""
    kinds = {
        "by hand" if each.by_hand else "simulated" if each.simulated else "devices"
        for each in told.channels.values()
    }
    return " + ".join(sorted(kinds)) or "no device"


def outcome(told: Digest, *, running: bool) -> str:
    """How it ended, in a word or two."""
    if told.outcome is not None:
        return told.outcome
    return "running now" if running else "cut off"


def ended_words(outcome: str | None, why: str | None) -> str:
    """How it ended and why, as sentences."""
    ended = CUT_OFF if outcome is None else OUTCOMES.get(outcome, printable(outcome))
    return f"{ended} {printable(why).rstrip('.')}." if why else ended


def change(values: tuple[float, ...], *, utf8: bool) -> str:
    """First and last, as `6 → 2`; one alone as it is."""
    arrow = "→" if utf8 else "->"
    return f"{values[0]:g} {arrow} {values[-1]:g}" if len(values) > 1 else f"{values[0]:g}"


def tenderness(ratings: Ratings, *, utf8: bool) -> str:
    """First and last of each place that was rated, as `6 → 2`."""
    return ", ".join(change(values, utf8=utf8) for _, values in ratings)


def fitted(text: str, columns: int, *, utf8: bool) -> str:
    """`text` safe to print, cut to `columns`."""
    plain = printable(" ".join(text.split()))
    if len(plain) <= columns:
        return plain
    more = "…" if utf8 else "..."
    return plain[: max(columns - len(more), 0)].rstrip() + more
