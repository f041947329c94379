"""What a simulated person answers, so that every way through a plan is walked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.core.steps import COMPARE
from protocols.plan import Ask, Fork, Rate, Until, numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from protocols.plan import Condition, Plan, Track

RATINGS = (5, 4, 6, 3, 7, 2, 1, 0)
"""Tenderness that ends no session (PC9), the most usual first."""


def untils(track: Track) -> Iterator[Until]:
    """Every `until` below `track`."""
    for item in track:
        if isinstance(item, Until):
            yield item
        elif isinstance(item, Fork):
            for branch in item.branches:
                yield from untils(branch)


def holds(condition: Condition, answer: str) -> bool:
    """Whether `answer` meets the condition."""
    compare = COMPARE[condition.comparison]
    if isinstance(condition.value, str):
        return compare(answer, condition.value)
    try:
        return compare(float(answer), condition.value)
    except ValueError:
        return False


def stops(ask: Ask, choice: str) -> bool:
    """Whether `choice` ends the session."""
    return any(holds(condition, choice) for condition in ask.stop_if)


def script(plan: Plan, *, met: bool) -> dict[int, str]:
    """An answer for each question of the plan by its segment: as far as possible none that ends the
    session, and for every `until` one that meets it at once (`met`) or never does."""
    answers: dict[int, str] = {}
    conditions = list(untils(plan.track))
    for segment in plan.segments:
        if isinstance(segment, Rate):
            own = [u.condition for u in conditions if segment.number in u.rates]
            answers[segment.number] = _first([str(r) for r in RATINGS], own, met=met)
        elif isinstance(segment, Ask):
            own = [u.condition for u in conditions if u.condition.subject == segment.name]
            harmless = [choice for choice in segment.choices if not stops(segment, choice)]
            answers[segment.number] = _first(harmless or list(segment.choices), own, met=met)
    return answers


def _first(choices: list[str], conditions: list[Condition], *, met: bool) -> str:
    wanted = (c for c in choices if all(holds(condition, c) == met for condition in conditions))
    return next(wanted, choices[0])


def others(plan: Plan, number: int, usual: str) -> tuple[str, ...]:
    """The choices of the question `number` that `usual` leaves out; of a long scale its ends alone."""
    segment = plan.segment(number)
    if not isinstance(segment, Ask):
        return ()
    left = [choice for choice in segment.choices if choice != usual]
    if len(left) <= 4:
        return tuple(left)
    stopping = [choice for choice in left if stops(segment, choice)]
    going = [choice for choice in left if choice not in stopping]
    kept = {*stopping[:1], *stopping[-1:], *going[:1], *going[-1:]}
    return tuple(choice for choice in left if choice in kept)


def walked(plan: Plan, answers: Mapping[int, str]) -> tuple[int, ...]:
    """The segments that run with these answers, in the file's order; up to one that ends the session."""
    found: list[int] = []
    for number in _walk(plan, plan.track, answers):
        found.append(number)
        segment = plan.segment(number)
        if isinstance(segment, Ask) and stops(segment, answers[number]):
            break
    return tuple(found)


def _walk(plan: Plan, track: Track, answers: Mapping[int, str]) -> Iterator[int]:
    position = 0
    while position < len(track):
        item = track[position]
        position += 1
        if isinstance(item, Fork):
            for branch in item.branches:
                yield from _walk(plan, branch, answers)
        elif isinstance(item, Until):
            position += item.skips if _met(plan, item, answers) else 0
        else:
            yield item


def _met(plan: Plan, until: Until, answers: Mapping[int, str]) -> bool:
    if until.condition.subject == "tenderness":
        worst = max((answers[n] for n in until.rates), key=float, default=None)
        return worst is not None and holds(until.condition, worst)
    named = [s.number for s in plan.segments if isinstance(s, Ask) and s.name == until.condition.subject]
    # The last one asked before the end of this round is what counts.
    before = [n for n in named if n <= _end_of_round(plan, until)]
    return bool(before) and holds(until.condition, answers[before[-1]])


def _end_of_round(plan: Plan, until: Until) -> int:
    def last(track: Track) -> int | None:
        for position, item in enumerate(track):
            if item is until:
                return max(numbers(track[:position]), default=0)
            if isinstance(item, Fork):
                found = next((n for branch in item.branches if (n := last(branch)) is not None), None)
                if found is not None:
                    return found
        return None

    return last(plan.track) or 0
