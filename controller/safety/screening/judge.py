"""What answers come to: what is kept away, what is tightened, what is said. Pure.

No answer ever loosens anything, and `unsure` is never weaker than the blocking answer with any detail.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from controller.safety import profiles
from controller.safety.screening.answers import age_of, current, hours_since, named_points
from controller.safety.screening.rows import BY_ID, PREVENTION
from controller.safety.standing import Block, touches
from protocols.body import area_of
from protocols.plan import Heat, Press

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from controller.safety.screening.answers import Answer
    from controller.safety.screening.rows import Row, Stop
    from controller.safety.standing import Tightening, Touch
    from protocols.plan import Plan

ADULT, OLDER = 18, 65  # years, R10
NEEDLED_ALL_H, NEEDLED_GENTLE_H = 24.0, 48.0
"""C15: for so long all is kept away from the place, and for so long it has gentle warmth alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """What answers come to. `emergency`: nothing runs, and this is what to do now."""

    blocks: tuple[Block, ...] = ()
    tightenings: tuple[Tightening, ...] = ()
    warnings: tuple[str, ...] = ()
    emergency: str | None = None

    @property
    def refused(self) -> str | None:
        """Everything that is kept away, and what to do: a line each. None: nothing is."""
        lines = dict.fromkeys(f"{block.row}: {block.message}" for block in self.blocks)
        return "\n".join(lines) or None


def judge(answers: Iterable[Answer], now_s: float) -> Screened:
    """What `answers`, oldest first, come to at `now_s`. What nobody answered comes to nothing here."""
    blocks: dict[Block, None] = {}
    tightenings: dict[Tightening, None] = {}
    warnings: dict[str, None] = {}
    for each in current(answers):
        row = BY_ID[each.row]
        stops, tightens = _comes_to(row, each, now_s)
        blocks.update(dict.fromkeys(_block(row, stop, each) for stop in stops if _anywhere(stop, each)))
        tightenings.update(dict.fromkeys(tightens))
        if each.blocks and (row.override == "warn" or row.id in {"C3", "C19"}):
            warnings[f"{row.id}: {row.message}"] = None
    found = tuple(blocks)
    emergency = next((block.message for block in found if block.emergency), None)
    return Screened(
        blocks=found, tightenings=tuple(tightenings), warnings=tuple(warnings), emergency=emergency
    )


def touched(plan: Plan) -> Mapping[Touch, frozenset[str]]:
    """The points and areas, by name, that a plan touches, by what is done to them."""
    found: dict[Touch, frozenset[str]] = {}
    for segment in plan.segments:
        if isinstance(segment, Heat):
            touch: Touch = "heat"
        elif isinstance(segment, Press):
            touch = "pressure" if segment.role is None else "percussion"
        else:
            continue
        found[touch] = found.get(touch, frozenset()) | {segment.place.name}
    return found


def instead(plan: Plan) -> tuple[str, ...]:
    """What helps without a device, for each area of a plan."""
    areas = {area_of(name) for names in touched(plan).values() for name in names}
    return tuple(f"{area}: {PREVENTION[area]}" for area in PREVENTION if area in areas)


def _comes_to(row: Row, each: Answer, now_s: float) -> tuple[tuple[Stop, ...], tuple[Tightening, ...]]:
    if row.id == "R10":
        return _by_age(row, each, now_s)
    if not each.blocks:
        return (), ()
    if row.id == "C15" and each.value == "yes":
        return _needled(row, each, now_s)
    kind = row.detail.kind if row.detail is not None else None
    eased = kind == "symptom" and each.value == "yes" and each.detail == "no"
    return (row.eased if eased else row.stops), row.tightens


def _by_age(row: Row, each: Answer, now_s: float) -> tuple[tuple[Stop, ...], tuple[Tightening, ...]]:
    ages = age_of(each.detail, each.at_s, now_s)
    if ages is None:
        return (row.stops, row.tightens) if each.blocks else ((), ())
    youngest, oldest = ages
    if youngest < ADULT:
        return row.stops, (profiles.UNDER_18,)
    return (), ((profiles.OVER_65,) if oldest >= OLDER else ())


def _needled(row: Row, each: Answer, now_s: float) -> tuple[tuple[Stop, ...], tuple[Tightening, ...]]:
    hours = hours_since(each.detail, now_s)
    if hours is None or hours < NEEDLED_ALL_H:
        return row.stops, ()
    if hours < NEEDLED_GENTLE_H:
        return row.eased, (replace(profiles.NEEDLED, places=_about(each)),)
    return (), ()


def _about(each: Answer) -> frozenset[str] | None:
    """The points that an answer is about: those its detail names, else those that were asked for."""
    detail = BY_ID[each.row].detail
    named = None
    if each.value == "yes" and detail is not None and detail.kind in {"places", "date"}:
        named = named_points(each.detail)
    return each.asked if named is None else named


def _anywhere(stop: Stop, each: Answer) -> bool:
    return not stop.here or _about(each) != frozenset()


def _block(row: Row, stop: Stop, each: Answer) -> Block:
    return Block(
        row=row.id,
        touches=stop.touches,
        places=_about(each) if stop.here else stop.places,
        message=row.message,
        clinician=row.override == "clin",
        unmeasured=row.unmeasured,
        emergency=stop.emergency,
    )


def matters(row: Row, plan: Plan) -> bool:
    """Whether an answer to `row` can change what `plan` may do."""
    doing = touched(plan)
    if row.override == "warn":
        return bool(doing)
    reached = [(stop.touches, stop.places) for stop in row.stops]
    reached += [(_tightened(each), each.places) for each in row.tightens]
    return any(
        touch in found and touches(places, name)
        for found, places in reached
        for touch, names in doing.items()
        for name in names
    )


def _tightened(each: Tightening) -> frozenset[Touch]:
    heat = (each.heat_soft, each.heat_hard, each.heat_ms, each.dose, each.presence_ms)
    percussion = (each.strength, each.strength_most, each.time, each.percussion_day_ms)
    found: set[Touch] = set()
    if any(value is not None for value in heat):
        found.add("heat")
    if any(value is not None for value in percussion):
        found.add("percussion")
    return frozenset(found)
