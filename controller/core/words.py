"""The words of a session: one line for what to do now, and the text of each question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.core.ramps import by_hand_level, by_hand_setpoint
from protocols.plan import Ask, Cool, Heat, Press, Rate, Rest, Say, Stretch
from protocols.units import write_duration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from controller.safety.channel import Channel
    from protocols.plan import Place, Plan, Segment

BEGIN = "Everything lies where it belongs, flat and dry, and stop is in reach. Begin?"
TAKE_OFF = "Is everything switched off and off the skin?"
STILL_THERE = "Are you awake, and does everything feel good?"
LOOK_AT_SKIN = "Lift the pad and look at the skin: is it only warm and lightly pink?"
NOBODY_WATCHES = "nobody watches: no window shows the session any more"
TOO_TENDER = (
    "Tenderness of 8 or more: that is not for a machine. Leave this place alone for a day, "
    "and see a professional if it stays."
)

NOTHING_DRIVEN = "Nothing is driven just now: say it again when something is"

_MOVES = {"still": "hold it still", "circles": "in small circles", "along": "slowly along the muscle"}


def where(place: Place) -> str:
    """`left upper trapezius`; both sides and none are not said."""
    return place.name if place.side in (None, "both") else f"{place.side} {place.name}"


def line(segment: Segment, channels: Mapping[str, Channel], phase: str) -> str:  # noqa: PLR0911  one per verb
    """What to do now, in one line."""
    match segment:
        case Heat():
            return _heat_line(segment, channels[segment.role], phase)
        case Press():
            return _press_line(segment, channels, phase)
        case Rest():
            return "Rest"
        case Stretch():
            return f"Stretch the {where(segment.place)}, to tightness, not to pain"
        case Rate():
            return f"How tender is the {where(segment.place)}?"
        case Ask() | Say():
            return segment.text
        case Cool():
            return _cool_line(segment, channels[segment.role])


def _cool_line(segment: Cool, channel: Channel) -> str:
    if channel.by_hand:
        return "Take the pad off and let the skin cool"
    return f"Cooling below {segment.below:g} °C"


def _heat_line(segment: Heat, channel: Channel, phase: str) -> str:
    place = where(segment.place)
    if channel.by_hand:
        put = "Put the pad on" if phase == "asking" else "Warmth on"
        return f"{put} the {place}: {_lowest(channel)}, a cloth between"
    warming = phase == "waiting"
    return f"{'Warming' if warming else 'Warmth on'} the {place}{' to' if warming else ','} {segment.to:g} °C"


def _press_line(segment: Press, channels: Mapping[str, Channel], phase: str) -> str:
    place = where(segment.place)
    if phase != "asking":
        how = "Press" if segment.role is None else "Massage"
        return f"{how} the {place}, {_MOVES[segment.move]}"
    if segment.role is None:
        return f"Bring your fingers or a ball to the {place}"
    channel = channels[segment.role]
    if not channel.by_hand or segment.at is None:
        return f"Bring the massager to the {place}"
    return f"{instruction(channel, by_hand_setpoint(segment.at, channel))}, and bring it to the {place}"


def instruction(channel: Channel, setpoint: float) -> str:
    """What the person is told to do with a device that they work (0: take it off)."""
    if setpoint == 0.0:
        return f"Take the {channel.role} off the skin and switch it off"
    if channel.kind == "heat":
        return f"Switch the {channel.role} to its {_lowest(channel)}, with a cloth between"
    return f"Switch the {channel.role} on at {_level(channel, setpoint)}"


def setting(channel: Channel, setpoint: float) -> str:
    """The level that the person has a device on; empty at rest, for a pad, and without known levels."""
    known = channel.by_hand and channel.kind == "percussion" and channel.levels is not None
    return _level(channel, setpoint) if known and setpoint else ""


def level_told(do: str, channel: Channel, level: float, plan: float, *, changed: bool) -> str:
    """What came of a `softer` or `stronger`, for one role."""
    if do == "stronger" and not changed:
        return f"{channel.role}: that is the plan's level; the file decides more"
    if not changed:
        return f"{channel.role}: that is its least; pause, or stop, for none"
    shown = level_of(channel, level)
    if level >= plan:
        return f"{channel.role}: {do}, {shown}, the plan's level"
    return f"{channel.role}: {do}, {shown} (the plan has {level_of(channel, plan)})"


def level_of(channel: Channel, level: float) -> str:
    """A level as a person reads it: degrees, their device's own level, or per cent of its scale."""
    if channel.kind == "heat":
        return f"{level:.1f} °C"
    if channel.by_hand:
        return _level(channel, level)
    low, high = channel.low or 0.0, channel.high or 100.0
    return f"{(level - low) / (high - low) * 100:.0f} %"


def _lowest(channel: Channel) -> str:
    several = channel.levels is not None and channel.levels > 1
    return f"lowest setting, level 1 of {channel.levels}" if several else "lowest setting"


def _level(channel: Channel, setpoint: float) -> str:
    level = by_hand_level(setpoint, channel)
    if level is not None:
        return f"level {level} of {channel.levels}"
    if channel.unit != "%":
        return f"{setpoint:.0f} strokes a minute"
    # With an unknown scale the lowest third is gentle (LE4).
    return "its lowest level" if setpoint < 100 / 3 else "a level just above its lowest third"


def ready_text(segment: Heat | Press, channels: Mapping[str, Channel]) -> str:
    """What the person is asked to do before they say ready."""
    return f"{line(segment, channels, 'asking')}. Ready?"


def rate_text(place: Place) -> str:
    """The question of a `rate` step."""
    return f"How tender is the {where(place)} now? 0 is not at all, 10 the worst there is."


def describe(segment: Segment, channels: Mapping[str, Channel]) -> str:
    """One line of the step list."""
    text = line(segment, channels, "counting")
    if not isinstance(segment, Press) or segment.at is None or segment.role is None:
        return text
    channel = channels[segment.role]
    if channel.by_hand:
        return f"{text}, on {_level(channel, by_hand_setpoint(segment.at, channel))}"
    at = segment.at
    return f"{text}, at {at.value:g} /min" if at.unit == "/min" else f"{text}, at {at.value * 100:g} %"


def seconds_of(segment: Segment) -> float | None:
    """The length that a step list shows: what it is to last, or at most lasts; None: an answer ends it."""
    match segment:
        case Cool():
            return segment.within_ms / 1000
        case Rate() | Ask() | Say():
            return None
        case _:
            return segment.hold_ms / 1000


def not_reached(segment: Segment, within_ms: int) -> str:
    """Why a session failed whose step did not reach its temperature in time."""
    match segment:
        case Heat():
            what = f"{segment.to:g} °C was not reached"
        case Cool():
            what = f"it did not cool below {segment.below:g} °C"
        case _:
            what = "it did not end"
    return f"{what} within {write_duration(within_ms)}"


def place_of(segment: Segment) -> Place | None:
    """The place that a segment works on, where it has one."""
    return segment.place if isinstance(segment, Heat | Press | Stretch | Rate) else None


def said_before(plan: Plan, segment: Segment) -> str:
    """What the `say` steps right before the step of `segment` told: where the place is, how to sit."""
    first = next(each.number for each in plan.segments if each.path == segment.path)
    told: list[str] = []
    for before in reversed(plan.segments[: first - 1]):
        if not isinstance(before, Say):
            break
        told.append(before.text)
    return "\n".join(reversed(told))


def next_line(plan: Plan, number: int, channels: Mapping[str, Channel]) -> str | None:
    """What comes after segment `number` in the file's order."""
    return describe(plan.segments[number], channels) if number < len(plan.segments) else None
