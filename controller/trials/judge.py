"""Did it hold? Judged from what the simulated hardware did, against the plan and the limits."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from controller.safety import limits as at
from controller.safety.verify import longest_ms
from controller.trials.verdict import Figures, Finding
from protocols.bounds import bounds, cem43
from protocols.plan import Fork, Heat, Press, Stretch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from controller.trials.world import Sight, Struck, World
    from protocols.bounds import Load
    from protocols.plan import Plan

Span = tuple[int, int]
"""From and to, in ms."""

REST_MS = 300
"""From what asks for rest to rest, on a sound link: two turns of the control loop, and the wire."""
LEASE_MS = 2_000 + 50 + 1_000
"""The longest lease, what a device may take over it (wire profile, W6), and a second."""
FAULTY_MS = 2_000
"""From a sensor that is open or short to rest (HZ01)."""
UNHEARD_MS = at.HT20_HARD_MS + 1_000
"""From the last word of a device that can still hear to rest (HT20), and a second."""
GRAIN_MS = 300
"""What one segment's time may be off: a tick at its start and its end, and the wire."""
HEALTHY, FAULTY = 43.0, 45.0
"""°C of tissue, never reached without a fault, and with any one (HT2, HZ01)."""
FOREVER = 1 << 40

REST_BOUND = {
    "link lost": LEASE_MS, "restart": REST_MS, "silence": UNHEARD_MS,
    "sensor open": FAULTY_MS, "sensor short": FAULTY_MS,
}  # fmt: skip
"""ms until what the fault befell rests. A frozen sensor has none: the tissue has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """How a trial may end, as (outcome, exit), and which segments it is to walk (None: any)."""

    ends: frozenset[tuple[str, int]]
    order: tuple[int, ...] | None = None

    @property
    def whole(self) -> bool:
        """Whether the plan is to be walked to its end, undisturbed."""
        return self.order is not None


def judge(world: World, expected: Expected) -> tuple[tuple[Finding, ...], Figures]:
    """Everything that did not hold, and the figures."""
    case = _Case(world)
    findings = [
        *_ending(world, expected),
        *_resting(case),
        *_struck(case),
        *_tissue(case),
        *_resumed(case),
        *_times(case, whole=expected.whole),
        *_bouts(case),
        *_loads(case),
        *_stretched(case),
        *_length(case, expected),
    ]
    hottest = max((d.hottest_seen or 0.0 for d in case.hardware if d.hottest_seen is not None), default=None)
    figures = Figures(
        length=case.length_ms / 1000 if expected.whole and world.ended is not None else None,
        wall=(case.end_ms - case.begin_ms) / 1000,
        hottest=hottest,
        to_rest=case.slowest_ms / 1000,
    )
    return tuple(findings), figures


class _Case:
    """The course of a world as spans of time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.plan: Plan = world.plan
        self.sights: list[Sight] = world.sights
        self.slowest_ms = 0
        last = world.now_ms()
        self.begin_ms = self.sights[0].at_ms if self.sights else last
        ends = [s.at_ms for s in self.sights if s.event == "session-ended"]
        self.end_ms = ends[0] if ends else last
        self.last_ms = last
        self.hardware = [d for r in world.devices if (d := world.device(r)) is not None]
        self.driven = {role: list(_driven(world, role, last)) for role in world.devices}
        self.waiting = list(_spans(self.sights, self.end_ms))
        self.segments = list(_segments(self.sights, self.end_ms))

    def own(self, role: str) -> list[Span]:
        """When a segment of the plan may drive `role`: it runs, and nothing is asked and nothing pauses."""
        spans = [span for number, span in self.segments if self._role(number) == role]
        return _without(spans, self.waiting, least=0)

    def _role(self, number: int) -> str | None:
        segment = self.plan.segment(number)
        return segment.role if isinstance(segment, Heat | Press) else None

    def faults(self, role: str) -> list[Struck]:
        """What befell the device of `role`."""
        return [struck for struck in self.world.struck if struck.role == role]

    def driven_in(self, number: int, span: Span) -> int:
        """ms for which segment `number` drove its device."""
        role = self._role(number)
        slack = REST_MS if role is None or not self.faults(role) else LEASE_MS
        spans = self.driven.get(role or "", [])
        following = [s for n, s in self.segments if self._role(n) == role and s[0] >= span[1] and n != number]
        end = min([span[1] + slack, *(s[0] for s in following)])
        return sum(max(0, min(b, end) - max(a, span[0])) for a, b in spans)

    @property
    def length_ms(self) -> int:
        """From the first segment to the end of the last, without waiting for the person."""
        ended = [s.at_ms for s in self.sights if s.event == "segment-ended"]
        last = ended[-1] if ended else self.end_ms
        return last - self.begin_ms - sum(max(0, min(b, last) - a) for a, b in self.waiting)


def _driven(world: World, role: str, last: int) -> Iterator[Span]:
    device = world.device(role)
    since: int | None = None
    for at_ms, motor, duty in device.trace if device is not None else ():
        driving = motor != 0 or duty != 0
        if driving and since is None:
            since = at_ms
        elif not driving and since is not None:
            yield since, at_ms
            since = None
    if since is not None:
        yield since, last


def _spans(sights: Iterable[Sight], end: int) -> Iterator[Span]:
    """When the session waited: in a question other than the presence question, or in a pause."""
    waits: set[object] = set()
    since = 0
    for sight in sights:
        before = bool(waits)
        if sight.event == "question" and sight.data["kind"] != "present":
            waits.add(sight.data["question"])
        elif sight.event == "answer":
            waits.discard(sight.data["question"])
        elif sight.event == "segment-ended":
            waits = {w for w in waits if not _asked_by(sights, w, sight.data["segment"])}
        elif sight.event in {"paused", "resumed"}:
            (waits.add if sight.event == "paused" else waits.discard)("pause")
        if waits and not before:
            since = sight.at_ms
        elif before and not waits:
            yield since, sight.at_ms
    if waits:
        yield since, end


def _asked_by(sights: Iterable[Sight], question: object, number: object) -> bool:
    return any(s.event == "question" and s.data["question"] == question and s.data["segment"] == number
               for s in sights)  # fmt: skip


def _segments(sights: Iterable[Sight], end: int) -> Iterator[tuple[int, Span]]:
    begun: dict[int, int] = {}
    for sight in sights:
        number = sight.data["segment"]
        if not isinstance(number, int):
            continue
        if sight.event == "segment-started":
            begun[number] = sight.at_ms
        elif sight.event == "segment-ended" and number in begun:
            yield number, (begun.pop(number), sight.at_ms)
    for number, since in begun.items():
        yield number, (since, end)


def _without(spans: Iterable[Span], holes: Iterable[Span], *, least: int = 1) -> list[Span]:
    """What is left of `spans` outside `holes`, in pieces of at least `least` ms."""
    left = sorted(spans)
    for hole in holes:
        pieces: list[Span] = []
        for a, b in left:
            pieces += [(a, min(b, hole[0])), (max(a, hole[1]), b)]
        left = [(a, b) for a, b in pieces if b - a >= least]
    return left


# The judgements


def _ending(world: World, expected: Expected) -> Iterator[Finding]:
    wanted = " or ".join(f"{outcome} (exit {code})" for outcome, code in sorted(expected.ends))
    if world.ended is None:
        yield Finding(world.broken or "the session broke off", wanted)
        return
    ended = world.ended
    if (ended.outcome, ended.exit) not in expected.ends:
        why = f": {ended.why}" if ended.why else ""
        yield Finding(f"it ended {ended.outcome} (exit {ended.exit}){why}", wanted)
    if expected.order is not None and (ended.outcome, ended.exit) in expected.ends:
        begun = tuple(s.data["segment"] for s in world.sights if s.event == "segment-started")
        beside = any(isinstance(item, Fork) for item in world.plan.track)
        if begun != expected.order and not (beside and set(begun) == set(expected.order)):
            missing = [n for n in expected.order if n not in begun]
            extra = [n for n in begun if n not in expected.order]
            what = [f"segment {n} never ran" for n in missing] + [f"segment {n} ran" for n in extra]
            yield Finding("; ".join(what) or "the segments ran in another order", "the order of the plan")


def _resting(case: _Case) -> Iterator[Finding]:
    for role, driven in case.driven.items():
        allowed = [(a, b + _slack(case, role, b)) for a, b in case.own(role)]
        for a, b in case.own(role):
            late = [y - b for x, y in driven if x < b < y]
            case.slowest_ms = max([case.slowest_ms, *(ms for ms in late if ms < _slack(case, role, b))])
            del a
        for a, b in _without(driven, allowed):
            doing = _doing(case, a)
            slack = _slack(case, role, a) / 1000
            yield Finding(
                f"{role} was driven for {(b - a) / 1000:.1f} s {doing}",
                f"at rest there within {slack:g} s",
            )


def _slack(case: _Case, role: str, at_ms: int) -> int:
    """How long rest may take that is asked for at `at_ms`: with a dead link, a lease."""
    for struck in case.faults(role):
        dead = struck.what in {"link lost", "silence"}
        if dead and struck.at_ms <= at_ms + REST_MS and (struck.until_ms is None or at_ms <= struck.until_ms):
            return LEASE_MS
    return REST_MS


def _doing(case: _Case, at_ms: int) -> str:
    if at_ms >= case.end_ms:
        return "after the end"
    before = [s for s in case.sights if s.at_ms <= at_ms]
    if any(a <= at_ms <= b for a, b in case.waiting):
        asked = next((s for s in reversed(before) if s.event in {"question", "paused"}), None)
        return "in a pause" if asked is None or asked.event == "paused" else "while a question waited"
    running = [n for n, (a, b) in case.segments if a <= at_ms < b]
    return f"in segment {running[0]}" if running else "between two segments"


def _struck(case: _Case) -> Iterator[Finding]:
    for struck in case.world.struck:
        bound = REST_BOUND.get(struck.what)
        if bound is None:
            continue
        resumed = [s.at_ms for s in case.sights if s.event == "resumed" and s.at_ms > struck.at_ms]
        until = min([*resumed, FOREVER])
        for a, b in case.driven[struck.role]:
            overlap = min(b, until) - max(a, struck.at_ms)
            if overlap <= 0:
                continue
            took = min(b, until) - struck.at_ms
            case.slowest_ms = max(case.slowest_ms, took if took <= bound else 0)
            if took > bound:
                yield Finding(
                    f"{struck.role} was driven until {took / 1000:.1f} s after {struck.what}",
                    f"at rest within {bound / 1000:g} s",
                )


def _tissue(case: _Case) -> Iterator[Finding]:
    bound = FAULTY if case.world.struck else HEALTHY
    for role in case.driven:
        device = case.world.device(role)
        hottest = device.hottest_seen if device is not None else None
        if hottest is not None and not hottest < bound:
            yield Finding(f"{hottest:.1f} °C at the skin under {role}", f"under {bound:g} °C")


def _resumed(case: _Case) -> Iterator[Finding]:
    said = [at_ms for at_ms, do in case.world.words if do == "resume"]
    paused = 0
    for sight in case.sights:
        if sight.event == "paused":
            paused = sight.at_ms
        elif sight.event == "resumed" and not any(paused <= at_ms <= sight.at_ms for at_ms in said):
            yield Finding("it resumed by itself", "only the person's word resumes")


def _times(case: _Case, *, whole: bool) -> Iterator[Finding]:
    why = {s.data["segment"]: s.data["why"] for s in case.sights if s.event == "segment-ended"}
    for number, span in case.segments:
        segment = case.plan.segment(number)
        if not isinstance(segment, Press) or segment.role is None or case.world.by_hand:
            continue
        took, slack = case.driven_in(number, span), GRAIN_MS
        if case.faults(segment.role):
            slack = LEASE_MS
        if took > segment.hold_ms + slack:
            yield Finding(
                f"segment {number} drove {segment.role} for {took / 1000:.1f} s",
                f"at most {segment.hold_ms / 1000:g} s",
            )
        elif whole and why.get(number) == "done" and took < segment.hold_ms - GRAIN_MS:
            yield Finding(
                f"segment {number} drove {segment.role} for {took / 1000:.1f} s alone",
                f"{segment.hold_ms / 1000:g} s",
            )


def _bouts(case: _Case) -> Iterator[Finding]:
    """Percussion on a place without a full rest, as the motor had it (PC2, PC6)."""
    worked: dict[at.Site, list[tuple[int, int, int, int]]] = {}
    for number, span in sorted(case.segments, key=lambda each: each[1]):
        segment = case.plan.segment(number)
        if isinstance(segment, Press) and segment.role is not None and not case.world.by_hand:
            cap = at.region(segment.place.name).bout_ms or at.PC2_SOFT_MS
            cap = min(cap, round(case.plan.limits.get("PC2", cap / 1000) * 1000))
            took = case.driven_in(number, span)
            for site in at.sites(segment.place):
                worked.setdefault(site, []).append((span[0], span[1], took, cap))
    told: set[int] = set()
    for site, bouts in worked.items():
        sum_ms, last, least = 0, -FOREVER, FOREVER
        for begun, ended, took, cap in bouts:
            first = next((a for a, b in case.driven.get(_pressing(case, begun), []) if b > begun), begun)
            gap = max(begun, first) - last
            rested = gap >= at.PC6_SOFT_MS - GRAIN_MS and gap >= sum_ms - GRAIN_MS
            sum_ms, least = (took, cap) if rested else (sum_ms + took, min(cap, least))
            last = ended
            slack = (LEASE_MS if case.world.struck else 0) + GRAIN_MS * 4
            if sum_ms > least + slack and begun not in told:
                told.add(begun)
                number = next(n for n, s in case.segments if s[0] == begun and n)
                yield Finding(
                    f"{site[0]}, {site[1]}, had {sum_ms / 1000:.0f} s of percussion by the end of segment"
                    f" {number} without a full rest",
                    f"at most {least / 1000:g} s (PC2, PC6)",
                )


def _pressing(case: _Case, begun: int) -> str:
    numbers = [n for n, span in case.segments if span[0] == begun]
    segments = (case.plan.segment(n) for n in numbers)
    return next((s.role for s in segments if isinstance(s, Press) and s.role is not None), "")


def _loads(case: _Case) -> Iterator[Finding]:
    """What places had, as the hardware had it, against the most that the plan says."""
    if case.world.by_hand:
        return
    most: dict[at.Spot, Load] = {
        (name, side): load for (name, side), load in bounds(case.plan).points.items()
    }
    had: dict[at.Spot, int] = {}
    for number, span in case.segments:
        segment = case.plan.segment(number)
        if isinstance(segment, Press) and segment.role is not None:
            took = case.driven_in(number, span)
            for spot in at.spots(segment.place):
                had[spot] = had.get(spot, 0) + took - GRAIN_MS
    slack = LEASE_MS if case.world.struck else 0
    for spot, ms in had.items():
        if spot in most and ms > most[spot].percussion_ms + slack:
            yield Finding(
                f"{spot[0]}, {spot[1]}, had {ms / 1000:.1f} s of percussion",
                f"at most {most[spot].percussion_ms / 1000:g} s, as the plan says",
            )
    dose = sum(cem43(b, t2 - t1) for (t1, _), (t2, b) in pairwise(case.world.heat))
    planned = sum({load.dose for load in most.values()})
    if not case.world.struck and dose > planned + 0.02 * max(1.0, planned):
        yield Finding(f"the skin had a dose of {dose:.2f} CEM43", f"at most {planned:.2f}, as the plan says")


def _stretched(case: _Case) -> Iterator[Finding]:
    """Stretch follows pressure: the order of care is warm, press, stretch (SE9)."""
    stretched: dict[at.Spot, int] = {}
    told: set[int] = set()
    for number, _span in sorted(case.segments, key=lambda each: each[1]):
        segment = case.plan.segment(number)
        if isinstance(segment, Stretch):
            stretched |= dict.fromkeys(at.spots(segment.place), number)
        elif isinstance(segment, Press) and segment.role is not None:
            before = [stretched[spot] for spot in at.spots(segment.place) if spot in stretched]
            if before and before[0] not in told:
                told.add(before[0])
                yield Finding(
                    f"segment {before[0]} stretched what segment {number} pressed after it",
                    "warm, press, then stretch (SE9)",
                )


def _length(case: _Case, expected: Expected) -> Iterator[Finding]:
    hour = at.SE1_HARD_MS
    if case.end_ms - case.begin_ms > hour + 1_000:
        yield Finding(f"it took {(case.end_ms - case.begin_ms) / 60_000:.1f} min", "never over 60 min (SE1)")
    if not expected.whole or case.world.ended is None or case.world.ended.outcome != "completed":
        return
    slack = GRAIN_MS * (len(case.segments) + 1)
    longest = longest_ms(case.plan, case.world.channels) + slack
    shortest = 0 if case.world.by_hand else bounds(case.plan).shortest_ms - slack
    if not shortest <= case.length_ms <= longest:
        yield Finding(
            f"it took {case.length_ms / 1000:.1f} s, waiting for the person left out",
            f"{max(0, shortest) / 1000:g} to {longest / 1000:g} s, as the plan says",
        )
