"""What a plan comes to at the longest: its length, and what each place gets. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from protocols.body import area_of, points_of
from protocols.plan import Cool, Fork, Heat, Press, Rest, Stretch, Until

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from protocols.plan import Place, Plan, Segment, Track

OneSide = Literal["left", "right"]
Site = tuple[str, OneSide]
"""The name of a point or an area, and a side of it."""


@dataclass(frozen=True, slots=True)
class Load:
    """The longest that one site gets: heat (`for` alone), percussion, pressure by hand; CEM43 in minutes."""

    heat_ms: int = 0
    percussion_ms: int = 0
    pressure_ms: int = 0
    dose: float = 0.0

    def __add__(self, other: Load) -> Load:
        return Load(
            self.heat_ms + other.heat_ms,
            self.percussion_ms + other.percussion_ms,
            self.pressure_ms + other.pressure_ms,
            self.dose + other.dose,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Lengths without waiting for the person; loads by point and side, and by area and side.

    What is asked of an area counts for each of its points; a side `both` counts for left and right.
    """

    shortest_ms: int
    longest_ms: int
    points: Mapping[Site, Load]
    areas: Mapping[Site, Load]


def bounds(plan: Plan) -> Bounds:
    """The bounds of `plan`: every round and `within` in full; at the shortest, none needed twice."""
    points: dict[Site, Load] = {}
    areas: dict[Site, Load] = {}
    for segment in plan.segments:
        if isinstance(segment, Heat | Press):
            load = _load(segment)
            _count(points, points_of(segment.place.name), segment.place, load)
            _count(areas, (area_of(segment.place.name),), segment.place, load)
    return Bounds(
        shortest_ms=_length(plan, plan.track, longest=False),
        longest_ms=_length(plan, plan.track, longest=True),
        points=points,
        areas=areas,
    )


def cem43(celsius: float, ms: int) -> float:
    """Minutes at 43 °C that `ms` at `celsius` are worth (Sapareto and Dewey; safety.md, D2 to D4).

    R is 0.25 under 43 °C and 0.5 from there; under 39 °C nothing counts.
    """
    if celsius < 39.0:
        return 0.0
    r = 0.25 if celsius < 43.0 else 0.5
    return float(ms / 60_000 * r ** (43.0 - celsius))


def dose(segment: Heat) -> float:
    """CEM43 of a heat segment: `within` at 1 °C under `to`, then `for` at `to`."""
    return cem43(segment.to - 1.0, segment.within_ms) + cem43(segment.to, segment.hold_ms)


def length_ms(segment: Segment, *, longest: bool = True) -> int:
    """How long a segment takes, waiting for the person left out."""
    if isinstance(segment, Heat):
        return segment.hold_ms + (segment.within_ms if longest else 0)
    if isinstance(segment, Cool):
        return segment.within_ms if longest else 0
    return segment.hold_ms if isinstance(segment, Press | Rest | Stretch) else 0


def _length(plan: Plan, track: Track, *, longest: bool) -> int:
    total, position = 0, 0
    while position < len(track):
        item = track[position]
        position += 1
        if isinstance(item, Fork):
            total += max(_length(plan, branch, longest=longest) for branch in item.branches)
        elif isinstance(item, Until):
            position += 0 if longest else item.skips
        else:
            total += length_ms(plan.segment(item), longest=longest)
    return total


def _load(segment: Heat | Press) -> Load:
    if isinstance(segment, Heat):
        return Load(heat_ms=segment.hold_ms, dose=dose(segment))
    if segment.role is None:
        return Load(pressure_ms=segment.hold_ms)
    return Load(percussion_ms=segment.hold_ms)


def _count(loads: dict[Site, Load], names: Iterable[str], place: Place, load: Load) -> None:
    sides: tuple[OneSide, ...] = ("left", "right")
    for name in names:
        for side in sides:
            if place.side in {side, "both", None}:
                loads[name, side] = loads.get((name, side), Load()) + load
