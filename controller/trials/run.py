"""All trials of a file: the usual way is walked once, and at each segment helpers are forked off it."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING

from controller.safety import Channel, remedy, verify
from controller.safety.standing import PLAIN
from controller.trials.answers import holds, script, stops, untils
from controller.trials.catalog import Trial, catalog, label
from controller.trials.course import told
from controller.trials.crew import Crew
from controller.trials.judge import judge
from controller.trials.scenes import SCENES, expected
from controller.trials.verdict import Finding, Verdict
from controller.trials.world import Person, World
from protocols.plan import Ask, numbers, verb

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from controller.safety import Standing, Violation
    from protocols.plan import Plan

Progress = Callable[[int, int], None]
"""Told after each verdict: how many are there, and how many there will be."""


class TrialsError(Exception):
    """What was asked for cannot be tried; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`only`: the names of trials, whole or in part; empty: all. `jobs`: helpers at a time. `standing`: whose
    limits the plans are held to."""

    seed: int = 1
    only: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    standing: Standing = PLAIN


@dataclass
class PlanTrials:
    """One plan of a file: every way to choose that comes to it, named by the first, and what it came to."""

    plan: Plan
    label: str
    ways: list[Mapping[str, str]]
    verdicts: list[Verdict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    standing: Standing = PLAIN

    @cached_property
    def broken(self) -> tuple[Violation, ...]:
        """The limits that the plan breaks."""
        return verify(self.plan, None, self.standing)

    @property
    def refused(self) -> bool:
        """Whether it would not be run."""
        return bool(self.broken)

    @property
    def same(self) -> tuple[str, ...]:
        """The other ways to choose that come to the same."""
        return tuple(map(label, self.ways[1:]))


@dataclass(slots=True)
class FileTrials:
    """All plans of a file. `only_limits`: limits are all that is wrong."""

    plans: list[PlanTrials]

    @property
    def verdicts(self) -> list[Verdict]:
        """Those of every plan."""
        return [verdict for plan in self.plans for verdict in plan.verdicts]

    @property
    def failed(self) -> list[Verdict]:
        """What did not hold."""
        return [verdict for verdict in self.verdicts if not verdict.ok]

    @property
    def only_limits(self) -> bool:
        """Whether limits are all that is wrong."""
        return all(verdict.kind == "limits" for verdict in self.failed)


def try_file(combinations: Sequence[Plan], settings: Settings, progress: Progress) -> FileTrials:
    """Try every distinct plan of a file. Raises TrialsError where `settings.only` names nothing."""
    plans = _distinct(combinations)
    # Drawn for all of them, so that the same trials are whole when a part is tried again.
    trials = catalog([each.plan for each in plans], settings.seed)
    work: list[tuple[PlanTrials, list[Trial]]] = []
    for each, own in zip(plans, trials, strict=True):
        if any(chosen.items() >= settings.chosen.items() for chosen in each.ways):
            each.standing = settings.standing
            work.append((each, [t for t in own if _wanted(t, own, settings.only) and _fits(t, each)]))
    if not any(own for _, own in work):
        raise TrialsError(f"no trial is named {settings.only!r}; --json lists the names of all")
    count = _Count(sum(len(own) for _, own in work), progress)
    for each, own in work:
        _try_plan(each, own, settings, count)
    return FileTrials([each for each, _ in work])


class _Count:
    def __init__(self, total: int, progress: Progress) -> None:
        self._done, self._total, self._progress = 0, total, progress

    def one(self) -> None:
        self._done += 1
        self._progress(self._done, self._total)


def _distinct(combinations: Iterable[Plan]) -> list[PlanTrials]:
    """Ways to choose that the steps cannot tell apart share their segments: one plan stands for them."""
    found: dict[int, PlanTrials] = {}
    for plan in combinations:
        first = found.get(id(plan.segments))
        if first is None:
            found[id(plan.segments)] = PlanTrials(plan, label(plan.options), [plan.options])
        else:
            first.ways.append(plan.options)
    return list(found.values())


def _wanted(trial: Trial, own: Sequence[Trial], only: str) -> bool:
    return only in trial.name if not any(only == other.name for other in own) else only == trial.name


def _fits(trial: Trial, plan: PlanTrials) -> bool:
    # What a limit refuses is walked, to show what would happen, and no more.
    return not plan.refused or trial.kind == "ways"


def _try_plan(plan: PlanTrials, trials: Sequence[Trial], settings: Settings, count: _Count) -> None:
    def tell(verdict: Verdict) -> None:
        plan.verdicts.append(verdict)
        count.one()

    alone = len(trials) == 1
    hand = [t for t in trials if t.act == "by hand"]
    refusal = _by_hand_refused(plan.plan) if hand else ""
    if refusal:
        plan.notes.append(f"by hand it is refused: {refusal}")
        trials = [t for t in trials if t.act != "by hand"]
        count.one()
    if alone:
        for trial in trials:
            tell(_alone(plan.plan, trial, settings.seed, course=True))
    else:
        with Crew(settings.jobs, tell) as crew:
            _walk(plan.plan, trials, settings.seed, crew, tell)
    over_all = [] if settings.only else [*_limits(plan), *_ways(plan)]
    plan.verdicts[:] = [*over_all, *_in_order(plan, trials)]


def _walk(
    plan: Plan, trials: Sequence[Trial], seed: int, crew: Crew, tell: Callable[[Verdict], None]
) -> None:
    """The usual way, once; at each segment its trials are forked off."""
    gc.collect()
    gc.freeze()
    for trial in (t for t in trials if t.segment == 0 and t.act != "stem"):
        crew.send(trial, lambda trial=trial: _alone(plan, trial, seed))  # type: ignore[misc]
    at: dict[tuple[int, str], list[Trial]] = {}
    for trial in (t for t in trials if t.segment):
        at.setdefault((trial.segment, SCENES[trial.act].when), []).append(trial)
    world = World(plan, Person(script(plan, met=False)), seed=seed)
    try:
        while fresh := world.step():
            for reached in fresh:
                for trial in at.pop(reached, ()):
                    crew.send(trial, lambda trial=trial: _go_on(world, trial, seed))  # type: ignore[misc]
        for trial in (t for t in trials if t.act == "stem"):
            tell(_verdict(world, trial, []))
    finally:
        world.close()
        gc.unfreeze()
    crew.finish()


def _never_begun(trial: Trial) -> Verdict:
    finding = Finding(f"segment {trial.segment} never began", "each segment of the plan runs")
    return Verdict(
        name=trial.name, kind=trial.kind, segment=trial.segment, outcome="none", exit=1, findings=(finding,)
    )


def _alone(plan: Plan, trial: Trial, seed: int, *, course: bool = False) -> Verdict:
    """One trial from its beginning."""
    person = Person(script(plan, met=trial.act == "rounds once"))
    if trial.act == "unhurried":
        person.draw = _draw(seed, trial)
    world = World(plan, person, seed=seed, by_hand=trial.act == "by hand")
    try:
        if trial.segment == 0:
            world.finish()
            return _verdict(world, trial, [], course=course)
        while fresh := world.step():
            if (trial.segment, SCENES[trial.act].when) in fresh:
                return _go_on(world, trial, seed, course=course)
        return _never_begun(trial)
    finally:
        world.close()


def _draw(seed: int, trial: Trial) -> Random:
    return Random(f"{seed}/{trial.name}")  # noqa: S311  the same trial again, no secret


def _go_on(world: World, trial: Trial, seed: int, *, course: bool = False) -> Verdict:
    """What the trial does, from here to the session's end."""
    play: asyncio.Task[list[Finding]] = world.loop.create_task(
        SCENES[trial.act].play(world, trial, _draw(seed, trial))
    )
    world.finish()
    if not play.done():
        play.cancel()
        world.loop.run_until_complete(asyncio.wait([play]))
    seen = [] if play.cancelled() else play.result()
    return _verdict(world, trial, seen, course=course)


def _verdict(world: World, trial: Trial, seen: Sequence[Finding], *, course: bool = False) -> Verdict:
    findings, figures = judge(world, expected(world, trial))
    return Verdict(
        name=trial.name,
        kind=trial.kind,
        segment=trial.segment,
        outcome=world.ended.outcome if world.ended is not None else "none",
        exit=world.ended.exit if world.ended is not None else 1,
        findings=(*seen, *findings),
        figures=figures,
        course=told(world) if findings or seen or course else (),
        begun=frozenset(world.begun),
        chosen=trial.whole,
    )


# What is judged over all trials of a plan


def _by_hand_refused(plan: Plan) -> str:
    channels = {role: Channel.worked_by_hand(role, kind) for role, kind in plan.roles.items()}
    return "; ".join(f"{v.message} ({v.limit})" for v in verify(plan, channels))


def _limits(plan: PlanTrials) -> Iterator[Verdict]:
    went = [v for v in plan.verdicts if v.segment == 0]
    for violation in plan.broken:
        number = violation.segment or 0
        finding = Finding(f"{violation.message} ({violation.limit})", remedy(violation))
        tried = tuple(f"tried all the same, {v.name}: ended {v.outcome} (exit {v.exit})" for v in went)
        yield Verdict(
            name=_named(plan, number, f"limit {violation.limit}"), kind="limits", segment=number,
            outcome="refused", exit=4, findings=(finding,), course=tried,
        )  # fmt: skip


def _named(plan: PlanTrials, number: int, what: str) -> str:
    at = f"{number} {verb(plan.plan.segment(number))}" if number else ""
    return "/".join(part for part in (plan.label, at, what) if part)


def _ways(plan: PlanTrials) -> Iterator[Verdict]:
    """Whether each segment runs on some way, and every `until` can be met."""
    ways = [v for v in plan.verdicts if v.kind == "ways"]
    begun = frozenset().union(*(v.begun for v in ways))
    never = [n for n in numbers(plan.plan.track) if n not in begun]
    # Where a way failed, what it did not come to only follows.
    if never and all(way.ok for way in ways):
        what = f"segments {never[0]} to {never[-1]}" if len(never) > 1 else f"segment {never[0]}"
        yield _way(
            plan, never[0], "never runs", f"no answers lead to {what}", "each segment runs on some way"
        )
    for ask in (s for s in plan.plan.segments if isinstance(s, Ask) and s.stop_if):
        ends = {stops(ask, choice) for choice in ask.choices}
        if len(ends) == 1:
            happened = f"{'every' if True in ends else 'no'} answer meets stop if: {ask.text}"
            yield _way(plan, ask.number, "stop if", happened, "some answers end the session, others do not")
    yield from _untils(plan)


def _untils(plan: PlanTrials) -> Iterator[Verdict]:
    for until in untils(plan.plan.track):
        subject, value = until.condition.subject, until.condition.value
        if subject == "tenderness":
            number, choices = until.rates[0], [str(n) for n in range(8)]
        else:
            asks = [s for s in plan.plan.segments if isinstance(s, Ask) and s.name == subject]
            number, choices = asks[0].number, [c for ask in asks for c in ask.choices]
        if not any(holds(until.condition, choice) for choice in choices):
            shown = value if isinstance(value, str) else f"{value:g}"
            happened = f"no answer meets until: {subject} {until.condition.comparison} {shown}"
            yield _way(plan, number, "until", happened, "some answer ends the rounds early")


def _way(plan: PlanTrials, segment: int, what: str, happened: str, wanted: str) -> Verdict:
    finding = Finding(happened, wanted)
    return Verdict(
        name=_named(plan, segment, what), kind="ways", segment=segment, outcome="none", exit=1,
        findings=(finding,),
    )  # fmt: skip


def _in_order(plan: PlanTrials, trials: Sequence[Trial]) -> Iterator[Verdict]:
    places = {trial.name: place for place, trial in enumerate(trials)}
    refused = {violation.limit for violation in plan.broken}
    for verdict in sorted(plan.verdicts, key=lambda v: places[v.name]):
        if not (refused and _follows(verdict, refused)):
            yield verdict


def _follows(verdict: Verdict, refused: set[str]) -> bool:
    """Whether what did not hold only follows from the limits that refuse the plan."""
    if verdict.outcome == "limit":
        return True
    return not verdict.ok and all(any(limit in f.expected for limit in refused) for f in verdict.findings)


__all__ = ["FileTrials", "PlanTrials", "Progress", "Settings", "TrialsError", "try_file"]
