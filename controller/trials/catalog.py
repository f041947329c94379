"""Which trials a plan gets: every way through it, and at every segment every fault and every word."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Literal

from controller.trials.answers import others, script, untils
from protocols.plan import Ask, Heat, Press, Rate, verb

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from protocols.plan import Plan, Segment

Kind = Literal[
    "limits", "ways", "by hand", "late", "never", "words", "link lost", "restart", "silence",
    "sensor open", "sensor short", "sensor frozen", "person gone",
]  # fmt: skip
WHOLE = frozenset({"link lost", "link back", "frozen", "gone", "late", "never"})
"""What is waited for to its very end once for each sort of segment, and cut short elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One trial of a plan. `act` is what is done, at segment `segment` (0: from the beginning), to the
    device of `role`; `value` is the answer given there. `whole`: to the very end, as the seed chose."""

    name: str
    kind: Kind
    act: str
    segment: int = 0
    role: str = ""
    value: str = ""
    whole: bool = False


def label(options: Mapping[str, str]) -> str:
    """How a way to choose the options is written: `strength=medium,warmth=low`."""
    return ",".join(f"{name}={value}" for name, value in options.items())


def catalog(plans: Sequence[Plan], seed: int) -> list[list[Trial]]:
    """The trials of every plan of a file.

    What happens at a segment that drives nothing, and is the same in several plans, is spread over them:
    each trial is in one of them, in turn. So is what is tried whole, by the seed.
    """
    found = [list(_trials(plan, _shares(plans, plan))) for plan in plans]
    sorts: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for p, (plan, trials) in enumerate(zip(plans, found, strict=True)):
        for t, trial in enumerate(trials):
            if trial.act in WHOLE:
                sorts.setdefault((trial.act, _sort(plan, trial)), []).append((p, t))
    for key, spots in sorts.items():
        draw = Random(f"{seed}/whole/{key[0]}/{key[1]}")  # noqa: S311  the same trials again, no secret
        p, t = draw.choice(spots)
        found[p][t] = replace(found[p][t], whole=True)
    return found


def _shares(plans: Sequence[Plan], plan: Plan) -> dict[int, tuple[int, int]]:
    """By segment the place of `plan` among those that have the same one there, and how many they are."""
    shares = {}
    for at, segment in enumerate(plan.segments):
        alike = [other for other in plans if at < len(other.segments) and other.segments[at] == segment]
        place = next(place for place, other in enumerate(alike) if other is plan)
        shares[segment.number] = (place, len(alike)) if _driven(segment) is None else (0, 1)
    return shares


def _sort(plan: Plan, trial: Trial) -> str:
    segment = plan.segment(trial.segment)
    if trial.act in {"late", "never"}:
        return "ready" if isinstance(segment, Press) else verb(segment)
    return "at rest" if _driven(segment) is None else verb(segment)


def _driven(segment: Segment) -> str | None:
    return segment.role if isinstance(segment, Heat | Press) else None


def _trials(plan: Plan, shares: Mapping[int, tuple[int, int]]) -> Iterator[Trial]:
    prefix = label(plan.options)
    head = f"{prefix}/" if prefix else ""
    yield Trial(
        name=f"{head}all rounds" if any(untils(plan.track)) else f"{head}whole", kind="ways", act="stem"
    )
    if any(untils(plan.track)):
        yield Trial(name=f"{head}rounds once", kind="ways", act="rounds once")
    yield Trial(name=f"{head}unhurried", kind="ways", act="unhurried")
    if plan.roles:
        yield Trial(name=f"{head}by hand", kind="by hand", act="by hand")
    usual = script(plan, met=False)
    for segment in plan.segments:
        at = f"{head}{segment.number} {verb(segment)}"
        for trial in _asked(plan, segment, usual):
            yield replace(trial, name=f"{at}/{trial.name}", segment=segment.number)
        place, of = shares[segment.number]
        for turn, trial in enumerate(_befallen(plan, segment)):
            if turn % of == place:
                yield replace(trial, name=f"{at}/{trial.name}", segment=segment.number)


def _asked(plan: Plan, segment: Segment, usual: Mapping[int, str]) -> Iterator[Trial]:
    if isinstance(segment, Ask):
        for choice in others(plan, segment.number, usual[segment.number]):
            yield Trial(name=f"answer {choice}", kind="ways", act="answer", value=choice)
    if isinstance(segment, Ask | Rate | Press):
        yield Trial(name="late", kind="late", act="late")
        yield Trial(name="never", kind="never", act="never")


def _befallen(plan: Plan, segment: Segment) -> Iterator[Trial]:
    yield Trial(name="pause", kind="words", act="pause")
    yield Trial(name="skip", kind="words", act="skip")
    if isinstance(segment, Press):
        yield Trial(name="faded", kind="words", act="faded")
    yield from _faults(plan, segment)
    yield Trial(name="person gone", kind="person gone", act="gone")


FAULTS: dict[Kind, tuple[tuple[str, str], ...]] = {
    "link lost": (("link lost", "link lost"), ("link lost and back", "link back")),
    "restart": (("restart", "restart"),),
    "silence": (("silent device", "silence"),),
    "sensor open": (("sensor open", "open"),),
    "sensor short": (("sensor short", "short"),),
    "sensor frozen": (("sensor frozen", "frozen"),),
}
"""By kind the names and the acts of its trials."""


def _faults(plan: Plan, segment: Segment) -> Iterator[Trial]:
    """Every fault on the device that the segment drives; where it drives none, on each in turn."""
    driven, turn = _driven(segment), segment.number
    for kind, acts in FAULTS.items():
        sensors = kind.startswith("sensor")
        fit = [role for role, what in plan.roles.items() if not sensors or what == "heat"]
        roles = [role for role in fit if driven in {None, role}]
        for name, act in acts if roles else ():
            role = roles[turn % len(roles)]
            which = f" ({role})" if driven is None and len(fit) > 1 else ""
            yield Trial(name=f"{name}{which}", kind=kind, act=act, role=role)
            turn += 1
    if driven is not None and isinstance(segment, Heat):
        name = "link lost while it warms"
        yield Trial(name=name, kind="link lost", act="link warming", role=driven)
