"""`--fit`: a plan with temperatures, strengths and times lowered until every limit that stands is met.

Nothing is raised, no step is left out, rests and cooling stay as long as they are. First how hot, how
strong and how hard, then how long: what adds up is shared out in proportion, in whole seconds. Pure.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeVar

from controller.safety import limits as at
from controller.safety.account import unmeasured
from controller.safety.verify import verify
from protocols.plan import REFERENCE_FASTEST, REFERENCE_SLOWEST, Heat, Plan, Press, Strength, Stretch
from protocols.units import write_duration, write_force, write_strength, write_temperature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from controller.safety.channel import Channel
    from controller.safety.ways import Violation
    from protocols.plan import Segment

    Check = Callable[[Plan, Mapping[str, Channel]], tuple[Violation, ...]]
    Step = tuple[str, type[Segment]]
    """A step of the file: what compiles to many segments is one, and changes as one."""
    Name = tuple[Step, str]
    """A value of the file: its step and its key."""

S = TypeVar("S", Heat, Press)
LEAST_PRESS_MS: Final = 5_000
LEAST_HEAT_MS: Final = 60_000
"""Under these a step is of no use any more: then the plan does not fit."""
ROUNDS: Final = 24
_SETTINGS: Final = frozenset({"to", "at", "force"})
_BOUTS: Final = frozenset({"PC1", "PC2", "LE2", "LE3"})


@dataclass(frozen=True, slots=True)
class Change:
    """One value of the file, as it was and as it is run; `number`: the first segment that has it."""

    number: int
    path: str
    line: int
    what: str
    key: str
    before: str
    after: str
    limits: tuple[str, ...]

    def __str__(self) -> str:
        rows = ", ".join(self.limits)
        return f"Lowered in line {self.line}: {self.what}: {self.key}, {self.before} to {self.after} ({rows})"


@dataclass(frozen=True, slots=True)
class Fitted:
    """The plan within the limits, and what was lowered for it; no changes: the plan as it came."""

    plan: Plan
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Unfit:
    """No lowering helps: the limits that are still broken when everything else is lowered."""

    violations: tuple[Violation, ...]


def fit(plan: Plan, channels: Mapping[str, Channel] | None = None, check: Check = verify) -> Fitted | Unfit:
    """`plan` lowered until `check` finds nothing. `check` is `verify`, with whatever stands bound to it."""
    known = channels or {}
    now = plan
    asked: dict[Name, dict[str, None]] = {}
    broken = check(now, known)
    for _ in range(ROUNDS):
        if not broken:
            return Fitted(now, tuple(_changes(plan, now, asked)))
        lower = _Lower(now)
        _settings(lower, known, broken)
        # Times wait for the settings: what is less hot may last longer.
        stuck = () if lower.values else _times(lower, known, broken)
        if stuck:
            return Unfit(stuck)
        for name, limits in lower.limits.items():
            asked.setdefault(name, {}).update(limits)
        now = lower.apply()
        broken = check(now, known)
    return Unfit(broken)


@dataclass(slots=True)
class _Lower:
    """New values for one round; each is the lowest that was asked for."""

    plan: Plan
    values: dict[Name, float | Strength | tuple[float, float]] = field(default_factory=dict)
    limits: dict[Name, dict[str, None]] = field(default_factory=dict)

    def add(self, name: Name, value: float | Strength | tuple[float, float], limit: str) -> None:
        known = self.values.get(name)
        if known is None or _size(value) < _size(known):
            self.values[name] = value
        self.limits.setdefault(name, {})[limit] = None

    def apply(self) -> Plan:
        return replace(self.plan, segments=tuple(self._new(each) for each in self.plan.segments))

    def _new(self, segment: Segment) -> Segment:
        step = _step(segment)
        new = {
            attribute: self.values[step, key]
            for key, attribute in _ATTRIBUTES.items()
            if (step, key) in self.values
        }
        return replace(segment, **new) if new else segment  # type: ignore[arg-type]  # by their own names


_ATTRIBUTES: Final = {
    "to": "to", "at": "at", "force": "force", "for": "hold_ms", "hold": "hold_ms", "within": "within_ms",
}  # fmt: skip


def _size(value: float | Strength | tuple[float, float]) -> float:
    if isinstance(value, Strength):
        return value.value
    return value[1] if isinstance(value, tuple) else value


def _step(segment: Segment) -> Step:
    return segment.path, type(segment)


def _settings(lower: _Lower, channels: Mapping[str, Channel], broken: Iterable[Violation]) -> None:
    for violation in broken:
        if violation.segment is not None and violation.key in _SETTINGS:
            _lower_setting(lower, lower.plan.segment(violation.segment), violation, channels)


def _times(
    lower: _Lower, channels: Mapping[str, Channel], broken: tuple[Violation, ...]
) -> tuple[Violation, ...]:
    """Lower the times; what no less time helps. The length of the whole plan comes after all else."""
    times = _Times(lower.plan, channels)
    others = tuple(each for each in broken if not _of_length(each))
    stuck = []
    for violation in others or broken:
        found = [(name, ms) for name, ms in times.shares(violation) if ms < times.values[name]]
        for name, ms in found:
            lower.add(name, ms, violation.limit)
        stuck += [] if found else [violation]
    return tuple(stuck)


def _of_length(violation: Violation) -> bool:
    return violation.limit == "SE1" and violation.segment is None


def _lower_setting(
    lower: _Lower, segment: Segment, violation: Violation, channels: Mapping[str, Channel]
) -> None:
    allowed, name = violation.allowed, (_step(segment), violation.key)
    if not 0 < allowed < violation.asked:
        return  # a device that begins higher: only more would help
    if isinstance(segment, Heat) and violation.key == "to":
        lower.add(name, allowed, violation.limit)
    elif isinstance(segment, Press) and violation.key == "force" and segment.force is not None:
        lower.add(name, (min(segment.force[0], allowed), allowed), violation.limit)
    elif isinstance(segment, Press) and segment.at is not None:
        weaker = _weaker(segment.at, allowed, channels.get(segment.role or ""))
        if 0 < weaker.value < segment.at.value:
            lower.add(name, weaker, violation.limit)


def _weaker(strength: Strength, allowed: float, channel: Channel | None) -> Strength:
    """The strongest of whole per cent, or of whole strokes a minute, that is at most `allowed`."""
    if strength.unit == "fraction":
        return Strength(math.floor((allowed + at.STRENGTH_GRAIN) * 100) / 100)
    ends = [(REFERENCE_SLOWEST, REFERENCE_FASTEST)]
    if channel is not None and channel.low is not None and channel.high is not None:
        ends.append((channel.low, channel.high))
    most = min(low + (allowed + at.STRENGTH_GRAIN) * (high - low) for low, high in ends)
    return Strength(float(math.floor(most)), "/min")


class _Times:
    """The times of one plan, and what of them counts for a limit."""

    def __init__(self, plan: Plan, channels: Mapping[str, Channel]) -> None:
        self._plan = plan
        self._channels = channels
        self.values: dict[Name, int] = {}
        self._least: dict[Name, int] = {}
        self._heats = [s for s in plan.segments if isinstance(s, Heat)]
        self._presses = [s for s in plan.segments if isinstance(s, Press) and s.role is not None]
        for segment in plan.segments:
            self._take(segment)

    def _take(self, segment: Segment) -> None:
        if isinstance(segment, Heat):
            self._value(segment, "for", segment.hold_ms, LEAST_HEAT_MS)
            self._value(segment, "within", segment.within_ms, _reachable_ms(segment))
        elif isinstance(segment, Press):
            self._value(segment, "for", segment.hold_ms, LEAST_PRESS_MS)
        elif isinstance(segment, Stretch):
            self._value(segment, "hold", segment.hold_ms, LEAST_PRESS_MS)

    def _value(self, segment: Segment, key: str, ms: int, least: int) -> None:
        self.values[_step(segment), key] = ms
        self._least[_step(segment), key] = min(ms, least)

    def shares(self, violation: Violation) -> Iterator[tuple[Name, int]]:
        """What each value may be for `violation` to go; nothing: it cannot go by less time."""
        allowed = _ms(violation.allowed)
        if _of_length(violation):
            yield from self._length(_ms(violation.asked) - allowed)
        elif violation.segment is None or violation.key not in {"for", "within"}:
            return
        elif violation.key == "within":
            yield from self._warming(allowed)
        else:
            yield from self._held(self._plan.segment(violation.segment), violation)

    def _held(self, segment: Segment, violation: Violation) -> Iterator[tuple[Name, int]]:
        allowed = _ms(violation.allowed)
        counted: Iterable[Segment]
        if isinstance(segment, Heat):
            counted = self._adding_up(segment, violation, self._of_heat(segment, violation))
            if not counted:
                yield from self._dose(segment, violation.allowed / violation.asked)
        elif not isinstance(segment, Press):
            return
        else:
            counted = [segment] if segment.role is None else self._pressed(segment, violation)
        yield from self._share(Counter((_step(each), "for") for each in counted), allowed)

    def _pressed(self, segment: Press, violation: Violation) -> list[Press]:
        if violation.limit in _BOUTS or " without " in violation.message:  # a profile's row may be of either
            return self._bout(segment, violation)
        sites = (self._at(self._presses, site) for site in at.sites(segment.place))
        return self._adding_up(segment, violation, (*sites, self._presses))

    def _of_heat(self, segment: Heat, violation: Violation) -> Iterator[list[Heat]]:
        """What may have added up, the least of it first: of a place by its rows, then all of it."""
        heats = self._heats
        if violation.limit == "HT22":
            heats = [each for each in heats if unmeasured(self._channels.get(each.role))]
        for site in at.sites(segment.place):
            there = self._at(heats, site)
            for over, _ in reversed(at.HT4_SOFT):
                yield [each for each in there if each.to > over]
        yield heats

    @staticmethod
    def _at(segments: Iterable[S], site: at.Site) -> list[S]:
        return [each for each in segments if site in at.sites(each.place)]

    @staticmethod
    def _adding_up(segment: Segment, violation: Violation, candidates: Iterable[list[S]]) -> list[S]:
        """The first of `candidates` that comes to what was asked at `segment`."""
        asked = _ms(violation.asked)
        for each in candidates:
            if sum(s.hold_ms for s in each if s.number <= segment.number) == asked:
                return each
        return []

    def _bout(self, segment: Press, violation: Violation) -> list[Press]:
        """The steps before `segment` that a bout came to; of a plan that forks, at least as many."""
        asked = _ms(violation.asked)
        longer: list[Press] = []
        for site in at.sites(segment.place):
            before = [s for s in self._at(self._presses, site) if s.number <= segment.number]
            still = [s for s in before if s.move == "still"]
            for kind in (still, before) if violation.limit == "PC1" else (before,):
                counted, total = [], 0
                while kind and total < asked:
                    counted.append(kind.pop())
                    total += counted[-1].hold_ms
                if total == asked:
                    return counted
                longer = longer or counted
        return longer

    def _dose(self, segment: Heat, ratio: float) -> Iterator[tuple[Name, int]]:
        """Dose goes with time: the same part of each."""
        near = set(at.sites(segment.place))
        for each in self._heats:
            if each.number <= segment.number and not near.isdisjoint(at.sites(each.place)):
                for key in ("for", "within"):
                    name = (_step(each), key)
                    yield name, max(self._least[name], _whole(self.values[name] * ratio))

    def _warming(self, allowed: int) -> Iterator[tuple[Name, int]]:
        """HT9 with warming up and all: `within` gives first, as far as it can be reached, then `for`."""
        holds = Counter((_step(each), "for") for each in self._heats)
        warm = Counter(
            (_step(each), "within") for each in self._heats if not unmeasured(self._channels.get(each.role))
        )
        held = self._sum(holds)
        least = sum(count * self._least[name] for name, count in warm.items())
        yield from self._share(warm, max(allowed - held, least))
        if held + least > allowed:
            yield from self._share(holds, allowed - least)

    def _length(self, over: int) -> Iterator[tuple[Name, int]]:
        every = Counter(
            (_step(each), key)
            for each in self._plan.segments
            for key in ("for", "hold", "within")
            if (_step(each), key) in self.values
        )
        yield from self._share(every, self._sum(every) - over)

    def _sum(self, counts: Mapping[Name, int]) -> int:
        return sum(count * self.values[name] for name, count in counts.items())

    def _share(self, counts: Mapping[Name, int], allowed: int) -> Iterator[tuple[Name, int]]:
        """The same part of each value, so that all together are at most `allowed`; nothing: too little."""
        values, open_ones, left = self.values, dict(counts), allowed
        given: dict[Name, int] = {}
        while open_ones:
            total = self._sum(open_ones)
            part = {name: _whole(values[name] * left // total) for name in open_ones}
            short = [name for name in open_ones if part[name] < self._least[name]] if total > left else []
            if not short:
                given |= part if total > left else {}
                break
            for name in short:
                given[name] = self._least[name]
                left -= open_ones.pop(name) * given[name]
        if left >= 0:
            yield from given.items()


def _ms(seconds: float) -> int:
    return round(seconds * at.SECOND_MS)


def _whole(ms: float) -> int:
    return int(ms // at.SECOND_MS) * at.SECOND_MS


def _reachable_ms(segment: Heat) -> int:
    """Two minutes from skin to 36 °C, and on from there at the ramp of HT11."""
    ramp = max(0.0, segment.to - at.HT11_FREE) / at.HT11_SOFT
    return math.ceil((2 + ramp) * 60) * at.SECOND_MS


def _changes(plan: Plan, now: Plan, asked: Mapping[Name, Mapping[str, None]]) -> Iterator[Change]:
    told: set[Name] = set()
    for old, new in zip(plan.segments, now.segments, strict=True):
        before, after = _written(old), _written(new)
        for key in before:
            name = (_step(old), key)
            if before[key] != after[key] and name not in told:
                told.add(name)
                yield Change(
                    old.number, old.path, old.line, _what(old), key, before[key], after[key],
                    tuple(asked.get(name, ())),
                )  # fmt: skip


def _what(segment: Segment) -> str:
    if isinstance(segment, Heat):
        return f"heat {segment.place.name}"
    if isinstance(segment, Press):
        return f"press {segment.place.name}"
    return f"stretch {segment.place.name}" if isinstance(segment, Stretch) else ""


def _written(segment: Segment) -> dict[str, str]:
    """The values that may be lowered, in the units of the file."""
    if isinstance(segment, Heat):
        return {
            "to": write_temperature(segment.to),
            "for": write_duration(segment.hold_ms),
            "within": write_duration(segment.within_ms),
        }
    if isinstance(segment, Press):
        return {
            "for": write_duration(segment.hold_ms),
            **({} if segment.at is None else {"at": write_strength(segment.at)}),
            **({} if segment.force is None else {"force": write_force(segment.force)}),
        }
    return {"hold": write_duration(segment.hold_ms)} if isinstance(segment, Stretch) else {}
