"""What the screen says, as plain text: pure functions from a snapshot."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from controller.faces.tui.signs import UTF8, Signs

if TYPE_CHECKING:
    from datetime import datetime

    from controller.snapshot import ChannelView, Ended, LimitView, SegmentView, Snapshot

OUTCOMES = {
    "completed": "Done",
    "failed": "It failed",
    "unanswered": "Ended: a question was not answered",
    "refused": "Refused",
    "lost": "Ended: a device was lost",
    "stopped": "Stopped",
    "limit": "Stopped by a safety limit",
}
LOW_BATTERY = 20
"""Per cent up to which no session begins (HT21); at less, one that runs must end."""
LOWERED_SHOWN = 2
LOWERED_STAYS = 60.0
"""Seconds of a session in which it says what was lowered for it."""
_LOUD = re.compile(r"not known|switch .*\boff\b|unplug|pull the plug", re.IGNORECASE)


SIMULATED_PERSON = "a simulated person answers"
WATCHING = "it runs in another window: q leaves, and it goes on"
KEPT = "q leaves: it pauses when nobody watches"
READ_ONLY = "read only: stop it where it runs, or with `unknot stop`"
NOT_FROM_HERE = "READ ONLY: nothing was done. Stop it where it runs, or with `unknot stop`"


def note(*, demo: bool, watching: bool, kept: bool, reads_only: bool) -> str:
    """What is to be known of this window, beside the session."""
    whose = READ_ONLY if reads_only else KEPT if kept else WATCHING if watching else ""
    return "; ".join(part for part in (SIMULATED_PERSON if demo else "", whose) if part)


def clock(seconds: float | None) -> str:
    """`0:42`, `12:05`; a dash where nothing is counted. Part seconds round up: 0:00 is over."""
    if seconds is None:
        return "-:--"
    whole = max(0, -int(-seconds // 1))
    return f"{whole // 60}:{whole % 60:02d}"


def state_word(snapshot: Snapshot | None, signs: Signs = UTF8) -> str:
    """The state as a sign and a word."""
    if snapshot is None:
        return f"{signs.dot} getting ready"
    words = {
        "preparing": f"{signs.dot} getting ready",
        "running": f"{signs.run} running",
        "asking": f"{signs.ask} asking",
        "paused": f"{signs.pause} paused",
        "ended": f"{signs.stop} ended",
    }
    return words[snapshot.state]


def channel_text(channel: ChannelView, signs: Signs = UTF8) -> str:
    """One role in one line: what it does, what it measures, what it goes to."""
    doing = _heat(channel, signs) if channel.kind == "heat" else _percussion(channel)
    if channel.softened and channel.setpoint > 0:
        doing = f"{doing.rstrip(',')}, softer{',' if channel.by_hand else ''}"
    if channel.by_hand:
        doing = f"{doing} by hand" if channel.setpoint > 0 else "by hand, at rest"
    if not channel.linked and not channel.by_hand:
        doing = f"{signs.alarm} no link: see that it rests"
    return f"{channel.role}: {doing}"


def _heat(channel: ChannelView, signs: Signs) -> str:
    measured = "" if channel.actual is None else f"{channel.actual:.1f} °C"
    if channel.setpoint <= 0:
        return f"at rest {measured}".strip()
    goal = channel.target if channel.target is not None else channel.setpoint
    if channel.by_hand:
        return "on,"
    return f"{measured or 'not measured'} {signs.arrow} {goal:.1f} °C"


def _percussion(channel: ChannelView) -> str:
    if channel.setpoint <= 0:
        return "at rest"
    share = "" if channel.strength is None else f"{channel.strength * 100:.0f} %"
    rate = f"{channel.setpoint:.0f} /min"
    if channel.by_hand:
        return f"on, {channel.setting or share}".rstrip(", ") + ","
    return f"{share} ({rate})" if share else rate


def status_text(
    snapshot: Snapshot, signs: Signs = UTF8, wall: datetime | None = None, *, narrow: bool = False
) -> str:
    """The time of day, what is wrong with a device, how long it can still take, then the devices.

    `narrow`: of the devices only what is wrong.
    """
    wrong = [c for c in snapshot.channels if _is_wrong(c)]
    parts = [*([] if wall is None else [f"{wall:%H:%M}"]), *(_device(c) for c in wrong)]
    if snapshot.state not in {"preparing", "ended"}:
        parts.append(f"at most {clock(snapshot.left)} left{_over_by(snapshot, wall)}")
    well = [c for c in snapshot.channels if not _is_wrong(c)]
    if not narrow:
        parts += [_device(c) for c in well]
    elif not wrong:
        parts.append(_all_well(well))
    return f"  {signs.dot}  ".join(part for part in parts if part)


def _over_by(snapshot: Snapshot, wall: datetime | None) -> str:
    if wall is None or snapshot.state == "paused" or snapshot.speed != 1:
        return ""
    return f", over by {wall + timedelta(seconds=snapshot.left):%H:%M}"


def _is_low(channel: ChannelView) -> bool:
    return channel.battery is not None and channel.battery <= LOW_BATTERY


def _is_wrong(channel: ChannelView) -> bool:
    return _is_low(channel) or not (channel.linked or channel.by_hand)


def _all_well(channels: list[ChannelView]) -> str:
    driven = [c for c in channels if not c.by_hand]
    if not driven:
        return "by hand" if channels else ""
    return "linked" if len(driven) == 1 else "all linked"


def _device(channel: ChannelView) -> str:
    link = "by hand" if channel.by_hand else "linked" if channel.linked else "NO LINK"
    battery = "" if channel.battery is None else f", battery {channel.battery} %"
    if _is_low(channel):
        battery = f", battery LOW, {channel.battery} %: charge it"
    return f"{channel.device} {link}{battery}"


def near_lines(snapshot: Snapshot, signs: Signs = UTF8) -> list[str]:
    """The limits that are near, the most pressing first."""
    return [
        f"{signs.alarm} {limit.left}: {limit.text}, {_used(limit)} ({limit.id})" for limit in snapshot.near
    ]


def _used(limit: LimitView) -> str:
    if limit.unit == "s":
        return f"{clock(limit.used)} of {clock(limit.allowed)}"
    return f"{limit.used:.2f} of {limit.allowed:.2f}"


def note_text(snapshot: Snapshot) -> str:
    """What came of the last word; at the begin, what was lowered to keep within the limits."""
    if snapshot.told or not snapshot.lowered:
        return snapshot.told
    begins = snapshot.t < LOWERED_STAYS and snapshot.state != "ended"
    if not begins:
        return ""
    shown, more = snapshot.lowered[:LOWERED_SHOWN], len(snapshot.lowered) - LOWERED_SHOWN
    return "\n".join([*shown, *([f"and {more} more, all told at the end"] if more > 0 else [])])


def badges(snapshot: Snapshot | None, signs: Signs = UTF8) -> str:
    """SIMULATED, BY HAND and the speed, where they hold."""
    if snapshot is None:
        return ""
    shown = []
    if snapshot.simulated:
        shown.append("SIMULATED")
    if snapshot.by_hand:
        shown.append("BY HAND")
    if snapshot.speed != 1:
        speed = "max" if snapshot.speed == float("inf") else f"{snapshot.speed:g}"
        shown.append(f"{signs.times}{speed}")
    return "  ".join(f"[{s}]" for s in shown)


def step_line(segment: SegmentView, signs: Signs = UTF8) -> str:
    """A line of the step list, with the mark of where it is."""
    marks = {"done": signs.done, "now": signs.here, "skipped": signs.skip, "ahead": signs.dot}
    length = "" if segment.seconds is None else clock(segment.seconds)
    gone = "(skipped) " if segment.state == "skipped" else ""
    return f"{marks[segment.state]:<2}{segment.number:>3} {length:>5}  {gone}{segment.text}"


def outcome_text(outcome: str | None, signs: Signs = UTF8) -> str:
    """How it ended, as a sign and words."""
    sign = {"completed": signs.done, "stopped": signs.stop}.get(outcome or "", signs.alarm)
    return f"{sign} {OUTCOMES.get(outcome or '', outcome or 'Ended')}"


def is_loud(line: str) -> bool:
    """Whether a line of the end asks the person to do something about a device."""
    return _LOUD.search(line) is not None


def end_lines(snapshot: Snapshot | None, ended: Ended | None) -> tuple[list[str], list[str]]:
    """(loud, quiet) lines of the end. That a device rests is said only where the session said so,
    or where nothing is in doubt and every channel is linked and at rest."""
    why = ended.why if ended else snapshot.why if snapshot else None
    quiet = [why] if why else []
    if ended is None:
        return [], [*quiet, "Making sure that everything is at rest…"]
    loud = [line for line in ended.lines if is_loud(line)]
    quiet += [line for line in ended.lines if not is_loud(line) and line != why]
    if not ended.lines and snapshot is not None:
        rest, doubt = _at_rest(snapshot.channels)
        quiet += rest
        loud += doubt
    return loud, quiet


def _at_rest(channels: tuple[ChannelView, ...]) -> tuple[list[str], list[str]]:
    rest, doubt = [], []
    for channel in channels:
        if channel.by_hand:
            rest.append(f"{channel.role}: yours, by hand; see that it is off")
        elif channel.linked and channel.setpoint <= 0:
            rest.append(f"{channel.role} ({channel.device}): at rest")
        else:
            doubt.append(f"{channel.role} ({channel.device}): not known; switch it off by hand")
    return rest, doubt
