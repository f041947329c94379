"""A protocol cut down to the time that somebody has: rules on the values of its file.

What is missed least goes first: rounds, second stretches, minutes of warmth, warmth whole with its
cooling, and then points, the last ones first. Nothing is raised, no other rest is left out, and each
point that is still pressed keeps its stretch. What is inside `together` stays as it is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from protocols.body import known_place
from protocols.language.load import compile_text
from protocols.language.model import verb_of
from protocols.language.options import substitute
from protocols.units import read_duration, write_duration

if TYPE_CHECKING:
    from collections.abc import Callable

    from protocols.language.check import Compiled
    from protocols.language.source import Value
    from protocols.plan import Plan

    Step = dict[str, Value]
    Length = Callable[[Plan], int | None]

SHORTER_WARMTH: Final = (180_000, 120_000)
"""ms of `for` that warmth is cut to, one after the other, before it is left out: under two minutes
the skin is hardly warm when the pad comes off again."""


class TooShortError(ValueError):
    """There is no useful plan in that time; `shortest_ms` is the time of the shortest, None without one."""

    def __init__(self, shortest_ms: int | None) -> None:
        super().__init__("too short")
        self.shortest_ms = shortest_ms


@dataclass(frozen=True, slots=True)
class Shortened:
    """The plan, and in words what of the protocol it goes without."""

    plan: Plan
    without: tuple[str, ...]


def shorten(compiled: Compiled, most_ms: int, length_ms: Length) -> Shortened:
    """The plan of `compiled` cut until `length_ms` of it is at most `most_ms`. Raises TooShortError.

    `length_ms` is None for a plan that may not be run. `compiled` must have a plan.
    """
    search = _Search(compiled, most_ms, length_ms)
    levels = [0] * len(_LEVERS)
    for lever, most in enumerate(search.most):
        while levels[lever] < most and not search.fits(levels):
            levels[lever] += 1
    if not search.fits(levels):
        raise TooShortError(search.shortest_ms)
    # What a large cut left over goes back to what was cut before it.
    for lever in reversed(range(len(levels))):
        while levels[lever] and search.fits(_with(levels, lever, levels[lever] - 1)):
            levels[lever] -= 1
    return Shortened(search.plan(levels), _said(search.steps, levels))


def _with(levels: list[int], lever: int, level: int) -> list[int]:
    return [*levels[:lever], level, *levels[lever + 1 :]]


@dataclass(slots=True)
class _Search:
    compiled: Compiled
    most_ms: int
    length_ms: Length
    shortest_ms: int | None = None
    _plans: dict[tuple[int, ...], Plan] = field(default_factory=dict)

    @property
    def _root(self) -> dict[str, Value]:
        plan, root = self.compiled.plan, self.compiled.document.root
        if plan is None or not isinstance(root, dict):
            raise ValueError("only a protocol that has a plan can be cut")
        return cast(
            "dict[str, Value]",
            substitute({k: v for k, v in root.items() if k != "options"}, plan.options),
        )

    @property
    def steps(self) -> list[Step]:
        return cast("list[Step]", self._root["steps"])

    @property
    def most(self) -> list[int]:
        return [most(self.steps) for most, _ in _LEVERS]

    def plan(self, levels: list[int]) -> Plan:
        known = self._plans.get(tuple(levels))
        if known is None:
            known = self._plans[tuple(levels)] = self._compiled(levels)
        return known

    def _compiled(self, levels: list[int]) -> Plan:
        steps = self.steps
        for (_, cut), level in zip(_LEVERS, levels, strict=True):
            steps = cut(steps, level) if level else steps
        text = json.dumps(self._root | {"steps": steps}, ensure_ascii=False)
        plan = compile_text(text, self.compiled.file).plan
        if plan is None:
            raise ValueError(f"{self.compiled.file} cut down is no protocol any more")
        return plan

    def fits(self, levels: list[int]) -> bool:
        length = self.length_ms(self.plan(levels))
        if length is None:
            return False
        self.shortest_ms = length if self.shortest_ms is None else min(length, self.shortest_ms)
        return length <= self.most_ms


def _every(steps: list[Step], verb: str) -> list[Step]:
    """Every step with that verb, inside rounds as well."""
    found: list[Step] = []
    for step in steps:
        found += [step] if verb_of(step) == verb else []
        found += _every(_inner(step), verb) if verb_of(step) == "repeat" else []
    return found


def _inner(step: Step) -> list[Step]:
    return cast("list[Step]", step["steps"])


def _changed(steps: list[Step], change: Callable[[Step], Step | None]) -> list[Step]:
    """`steps` with each as `change` has it; None takes it out, with the `say` straight before it."""
    kept: list[Step] = []
    said = False
    for step in steps:
        changed = _changed_one(step, change)
        if changed is not None:
            kept.append(changed)
        elif said:
            kept.pop()
        said = changed is not None and verb_of(step) == "say"
    return kept


def _changed_one(step: Step, change: Callable[[Step], Step | None]) -> Step | None:
    if verb_of(step) != "repeat":
        return change(step)
    inner = _changed(_inner(step), change)
    return change(step | {"steps": cast("Value", inner)}) if inner else None


def _whole(step: Step, key: str) -> int:
    return int(str(step.get(key, "1")))


def _at_most(key: str, verb: str, level: int) -> Callable[[Step], Step]:
    def change(step: Step) -> Step:
        if verb_of(step) != verb or _whole(step, key) <= 1:
            return step
        return step | {key: str(max(1, _whole(step, key) - level))}

    return change


def _most_rounds(steps: list[Step]) -> int:
    return max((_whole(step, "repeat") - 1 for step in _every(steps, "repeat")), default=0)


def _fewer_rounds(steps: list[Step], level: int) -> list[Step]:
    return _changed(steps, _at_most("repeat", "repeat", level))


def _most_holds(steps: list[Step]) -> int:
    return max((_whole(step, "times") - 1 for step in _every(steps, "stretch")), default=0)


def _fewer_holds(steps: list[Step], level: int) -> list[Step]:
    return _changed(steps, _at_most("times", "stretch", level))


def _most_warmth(steps: list[Step]) -> int:
    return len(SHORTER_WARMTH) + 1 if _every(steps, "heat") else 0


def _less_warmth(steps: list[Step], level: int) -> list[Step]:
    if level > len(SHORTER_WARMTH):
        return _no_warmth(steps)
    most = SHORTER_WARMTH[level - 1]

    def change(step: Step) -> Step:
        if verb_of(step) != "heat" or read_duration(str(step["for"])) <= most:
            return step
        return step | {"for": write_duration(most)}

    return _changed(steps, change)


def _no_warmth(steps: list[Step]) -> list[Step]:
    """Without warmth, its cooling, and the rests that come straight after: nothing is warm then."""
    gone = {id(step) for step in _warm(steps)}
    return _changed(steps, lambda step: None if id(step) in gone else step)


def _warm(steps: list[Step]) -> list[Step]:
    found: list[Step] = []
    after = False
    for step in steps:
        verb = verb_of(step)
        after = verb in {"heat", "cool"} or (after and verb in {"rest", "say"})
        found += [step] if after and verb != "say" else []
        found += _warm(_inner(step)) if verb == "repeat" else []
    return found


def _pressed(steps: list[Step]) -> list[str]:
    """The places that are pressed, in their order, each once."""
    return list(dict.fromkeys(name for step in _every(steps, "press") for name in _names(step)))


def _names(step: Step) -> list[str]:
    written = step["press"]
    return [_place(name) for name in (written if isinstance(written, list) else [written])]


def _place(name: Value) -> str:
    return known_place(str(name)) or str(name)


def _most_points(steps: list[Step]) -> int:
    return max(0, len(_pressed(steps)) - 1)


def _fewer_points(steps: list[Step], level: int) -> list[Step]:
    pressed = _pressed(steps)
    kept, gone = pressed[:-level], set(pressed[-level:])
    stretches = {_place(step["stretch"]) for step in _every(steps, "stretch")}
    needless = gone if stretches - gone else set()

    def change(step: Step) -> Step | None:
        verb = verb_of(step)
        if verb == "press":
            left = [name for name in _names(step) if name not in gone]
            return step | {"press": cast("Value", left)} if left else None
        if verb == "rate" and _place(step["rate"]) in gone:
            return step | {"rate": kept[-1]}
        return None if verb == "stretch" and _place(step["stretch"]) in needless else step

    return _changed(steps, change)


_LEVERS: Final = (
    (_most_rounds, _fewer_rounds),
    (_most_holds, _fewer_holds),
    (_most_warmth, _less_warmth),
    (_most_points, _fewer_points),
)
"""How far each can be cut, and the cut."""


def _said(steps: list[Step], levels: list[int]) -> tuple[str, ...]:
    rounds, holds, warmth, points = levels
    said = ["fewer rounds"] * bool(rounds) + ["each stretch fewer times"] * bool(holds)
    if warmth > len(SHORTER_WARMTH):
        said.append("no warmth")
    elif warmth:
        said.append(f"warmth for {write_duration(SHORTER_WARMTH[warmth - 1])}")
    return (*said, *(f"not the {name}" for name in (_pressed(steps)[-points:] if points else ())))
