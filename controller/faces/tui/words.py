"""What the screen says, as plain text: pure functions from a snapshot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from controller.faces.tui.signs import UTF8, Signs

if TYPE_CHECKING:
    from controller.snapshot import ChannelView, Ended, SegmentView, Snapshot

OUTCOMES = {
    "completed": "Done",
    "failed": "It failed",
    "unanswered": "Ended: a question was not answered",
    "refused": "Refused",
    "lost": "Ended: a device was lost",
    "stopped": "Stopped",
    "limit": "Stopped by a safety limit",
}
_LOUD = re.compile(r"not known|switch .*\boff\b|unplug|pull the plug", re.IGNORECASE)


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


def status_text(snapshot: Snapshot, signs: Signs = UTF8) -> str:
    """How long it can still take, then the devices with their links and batteries."""
    parts = [f"at most {clock(snapshot.left)} left"] if snapshot.state not in {"preparing", "ended"} else []
    parts += [_device(c) for c in snapshot.channels]
    return f"  {signs.dot}  ".join(parts)


def _device(channel: ChannelView) -> str:
    link = "by hand" if channel.by_hand else "linked" if channel.linked else "NO LINK"
    battery = "" if channel.battery is None else f", battery {channel.battery} %"
    return f"{channel.device} {link}{battery}"


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
