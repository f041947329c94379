"""The walk over every way through a plan: what must lie between one thing and the next.

Only `rest` in full is time that is sure to pass: rounds may be left out, a place may fade at once,
whatever else may be skipped. Where ways join, the worse of both is kept: the least time since, the
longest bout. Branches of a fork count as overlapping wholly.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from controller.safety import limits as at
from controller.safety.account import BEFORE, BEFORE_COOL_MS, unmeasured
from controller.safety.bounds import effective, row_of
from controller.safety.past import before
from controller.safety.standing import PLAIN, SetBy
from protocols.body import area_of, points_of
from protocols.plan import Cool, Fork, Heat, Press, Rest, Until, numbers, verb

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from controller.safety.account import Account
    from controller.safety.channel import Channel
    from controller.safety.limits import Site, Spot
    from controller.safety.past import Before
    from controller.safety.standing import Standing
    from protocols.plan import Plan, Segment, Strength, Track


@dataclass(frozen=True, slots=True)
class Violation:
    """A limit that a plan breaks. Times in seconds, °C, fractions, CEM43 or counts, as the row has it.

    `key` is the file's key (or verb) of the value that is to change; `segment` None: the whole plan.
    `by`: what set the value that is allowed.
    """

    limit: str
    message: str
    asked: float
    allowed: float
    segment: int | None
    key: str
    by: SetBy = "soft"


class Most(NamedTuple):
    """The longest bout, the row that says so, and what set it. The least compares as the least."""

    ms: int
    limit: str
    by: SetBy


@dataclass(slots=True)
class Findings:
    """One violation for each quantity and scope: the row that allows least."""

    _found: dict[tuple[str, object], tuple[Violation, str]] = field(default_factory=dict)

    def add(self, quantity: str, scope: object, place: str, violation: Violation) -> None:
        """Keep `violation` unless a stricter one is known; of an order of things, the first.

        A row that holds for everybody says it better than a profile that comes to the same.
        """
        known = self._found.get((quantity, scope))
        if known is not None:
            before = known[0]
            plainer = violation.allowed == before.allowed and (violation.by, before.by) == ("soft", "profile")
            if quantity == "order" or not (violation.allowed < before.allowed or plainer):
                return
        self._found[quantity, scope] = (violation, place)

    def result(self, plan: Plan) -> tuple[Violation, ...]:
        """By segment, the whole plan last; one for a step's value, whatever sides and rounds it has."""
        once: dict[object, Violation] = {}
        for violation, place in self._found.values():
            path = None if violation.segment is None else plan.segment(violation.segment).path
            once.setdefault((violation.limit, path, violation.key, place), violation)
        return tuple(sorted(once.values(), key=lambda v: (v.segment is None, v.segment or 0)))


@dataclass(slots=True)
class State:
    """What places have had, at one point of the plan, at the worst of the ways that lead there.

    `clock` is the time that is sure to have passed; `pressed`, `heated` and `held` are the ends of
    the last of each, on that clock. `warm` names the roles whose heat has not been seen to cool.
    """

    clock: int = 0
    pressed: dict[Site, int] = field(default_factory=dict)
    bouts: dict[Site, int] = field(default_factory=dict)
    allowed: dict[Site, Most] = field(default_factory=dict)
    still: dict[Spot, int] = field(default_factory=dict)
    heated: dict[Site, int] = field(default_factory=dict)
    warm: dict[Site, frozenset[str]] = field(default_factory=dict)
    held: dict[Spot, int] = field(default_factory=dict)
    busy: frozenset[tuple[str, str]] = frozenset()

    def copy(self) -> State:
        """Its own copy."""
        return State(
            self.clock, dict(self.pressed), dict(self.bouts), dict(self.allowed), dict(self.still),
            dict(self.heated), dict(self.warm), dict(self.held), self.busy,
        )  # fmt: skip

    def pass_time(self, milliseconds: int) -> None:
        """Time is sure to pass, but not since what another branch may be doing at its end."""
        self.clock += milliseconds
        for ends in (self.pressed, self.heated, self.held):
            for key in self.busy:
                if key in ends:
                    ends[key] = self.clock

    def join(self, other: State) -> None:
        """Become the worse of both."""
        clock = min(self.clock, other.clock)
        for mine, theirs in (
            (self.pressed, other.pressed), (self.heated, other.heated), (self.held, other.held),
        ):  # fmt: skip
            shifted = {key: end - self.clock + clock for key, end in mine.items()}
            for key, end in theirs.items():
                there = end - other.clock + clock
                shifted[key] = max(shifted.get(key, there), there)
            mine.clear()
            mine.update(shifted)
        self.clock = clock
        for counts, more in ((self.bouts, other.bouts), (self.still, other.still)):
            for key, milliseconds in more.items():
                counts[key] = max(counts.get(key, 0), milliseconds)
        for site, least in other.allowed.items():
            self.allowed[site] = min(self.allowed.get(site, least), least)
        for site, roles in other.warm.items():
            self.warm[site] = self.warm.get(site, frozenset()) | roles


def state_before(known: Before) -> State:
    """What the session that goes on has had: at the worst one long bout, and a pad still warm."""
    state = State()
    for site, had in known.chain.sites.items():
        if had.heat_end_s is not None:
            state.heated[site] = -known.ago_ms(had.heat_end_s)
            state.warm[site] = frozenset({BEFORE})
        if had.percussion_end_s is not None:
            state.pressed[site] = -known.ago_ms(had.percussion_end_s)
            state.bouts[site] = min(had.percussion_ms, at.PC2_HARD_MS)
            still = min(had.percussion_ms, at.PC1_HARD_MS)
            state.still.update({(point, site[1]): still for point in points_of(site[0])})
    state.held = {spot: -known.ago_ms(end_s) for spot, end_s in known.holds().items()}
    return state


def state_of(plan: Plan, ways: Ways, account: Account, now_ms: int) -> State:
    """What places have really had by now."""
    state = State()
    for site, (bout, _) in account.bouts().items():
        state.pressed[site] = -account.rest_of(bout.end_ms)
        state.bouts[site] = bout.ms
        state.still.update({(point, site[1]): ms for point, ms in bout.still_ms.items()})
        worked = [plan.segment(number) for number in bout.numbers if number]
        limits = [ways.bout_limit(s) for s in worked if isinstance(s, Press)]
        if limits:
            state.allowed[site] = min(limits)
    for site, end in account.heated().items():
        state.heated[site] = end - now_ms
        state.warm[site] = account.warm_roles(site)
    state.held = {spot: -account.rest_of(end) for spot, end in account.holds().items()}
    return state


class Ways:
    """One plan's walk; what it breaks is added to `findings`."""

    def __init__(
        self, plan: Plan, channels: Mapping[str, Channel], findings: Findings, standing: Standing = PLAIN
    ) -> None:
        self.plan = plan
        self.channels = channels
        self.findings = findings
        self.standing = standing
        self.known = before(standing.past)
        self._limits: dict[tuple[str, str | None], Most] = {}
        self._judging = True
        self._at_once: set[int] = set()

    def walk(self, track: Track, state: State, start: int = 0) -> State:
        """The state after `track`, entered before its item `start`."""
        jumps: dict[int, list[State]] = defaultdict(list)
        for index in range(start, len(track)):
            self._land(state, jumps.pop(index, ()))
            item = track[index]
            if isinstance(item, Until):
                jumps[index + 1 + item.skips].append(state.copy())
            elif isinstance(item, Fork):
                state = self._fork(item, state, None)
            else:
                self._do(self.plan.segment(item), state)
        for arrived in jumps.values():
            self._land(state, arrived)
        return state

    @staticmethod
    def _land(state: State, arrived: Iterable[State]) -> None:
        for other in arrived:
            state.join(other)

    def after(self, track: Track, number: int, state: State) -> State:
        """The state after `track`, entered where the segment with that number has just ended."""
        for index, item in enumerate(track):
            if item == number:
                return self.walk(track, state, index + 1)
            if isinstance(item, Fork) and number in set(numbers((item,))):
                return self.walk(track, self._fork(item, state, number), index + 1)
        return state

    def _fork(self, fork: Fork, before: State, entered: int | None) -> State:
        """The state after `fork`, whole or entered in one branch, where the others may be anywhere."""
        inside = [[self.plan.segment(n) for n in numbers(branch)] for branch in fork.branches]
        self._judge_at_once(inside)
        ends: list[State] = []
        sure: list[State] = []  # the branches whose rests are all ahead
        for index, branch in enumerate(fork.branches):
            others = [s for n, segments in enumerate(inside) if n != index for s in segments]
            state = self._beside(before, others)
            if entered is not None and any(s.number == entered for s in inside[index]):
                ends.append(self.after(branch, entered, state))
                sure = [ends[-1]]
            else:
                ends.append(self.walk(branch, state))
        return self._meet(before, inside, ends, max(end.clock for end in sure or ends))

    def _beside(self, before: State, others: list[Segment]) -> State:
        """The state at the start of a branch, while `others` may be anywhere in theirs."""
        state = before.copy()
        judging, self._judging = self._judging, False
        for segment in others:
            if isinstance(segment, Heat | Press):
                self._do(segment, state)
                state.busy |= {*at.sites(segment.place), *at.spots(segment.place)}
        self._judging = judging
        return state

    def _judge_at_once(self, inside: list[list[Segment]]) -> None:
        for index, segments in enumerate(inside):
            heats = [s for s in segments if isinstance(s, Heat)]
            others = [s for n, other in enumerate(inside) if n != index for s in other]
            self._judge_two_heats(heats, [s for other in inside[:index] for s in other])
            for press in (s for s in others if isinstance(s, Press) and s.role is not None):
                for heat in heats:
                    if not set(at.sites(heat.place)).isdisjoint(at.around(press.place)):
                        message = f"percussion on {press.place} while {heat.place} is heated: never at once"
                        self._order("SE6", message, 0.0, 0.0, press)
                        self._at_once |= {press.number, heat.number}

    def _judge_two_heats(self, heats: list[Heat], before: list[Segment]) -> None:
        for heat in heats:
            zones = {other.place for other in before if isinstance(other, Heat)} - {heat.place}
            if zones and 1 + len(zones) > effective(row_of("HT17"), self.standing, known=self.known).allowed:
                message = f"{heat.place} is heated while {min(zones, key=str)} is: one place at a time"
                violation = Violation("HT17", message, 1 + len(zones), at.HT17_SOFT, heat.number, verb(heat))
                self._add("zones", heat.number, heat, violation)

    @staticmethod
    def _meet(before: State, inside: list[list[Segment]], ends: list[State], clock: int) -> State:
        """After a fork: each place as the branches left it that worked there, the others as before it."""
        after = before.copy()
        after.clock = clock
        _meet_warm(after, inside, ends)
        worked: dict[Site, list[State]] = defaultdict(list)
        for segments, end in zip(inside, ends, strict=True):
            for site in {site for s in segments if isinstance(s, Heat) for site in at.sites(s.place)}:
                _later(after, end, after.heated, end.heated, site)
            presses = [s for s in segments if isinstance(s, Press)]
            for site in {site for s in presses for site in at.sites(s.place)}:
                _later(after, end, after.pressed, end.pressed, site)
                worked[site].append(end)
            for spot in {spot for s in presses for spot in at.spots(s.place)}:
                _later(after, end, after.held, end.held, spot)
        for site, states in worked.items():
            _meet_bout(after, site, [s for s in states if site in s.bouts])
        return after

    def _do(self, segment: Segment, state: State) -> None:
        if isinstance(segment, Rest):
            state.pass_time(segment.hold_ms)
        elif isinstance(segment, Heat):
            self._heat(segment, state)
        elif isinstance(segment, Cool):
            if unmeasured(self.channels.get(segment.role)) or segment.below <= at.SE4_SKIN:
                for site, roles in state.warm.items():
                    state.warm[site] = roles - {segment.role}
        elif isinstance(segment, Press) and segment.role is None:
            self._hold(segment, state)
        elif isinstance(segment, Press):
            self._judge_after_heat(segment, state)
            for site in at.sites(segment.place):
                self._bout(segment, site, state)

    def _heat(self, segment: Heat, state: State) -> None:
        for near in at.around(segment.place):
            if near not in state.pressed:
                continue
            gap = state.clock - state.pressed[near]
            if gap < at.SE5_GAP_MS:
                self._too_soon("SE5", "percussion", near, gap, at.SE5_GAP_MS, segment)
            if not segment.to <= at.SE5_HIGHEST:
                message = f"{segment.to:g} °C on {segment.place} after percussion near it: at most 40 °C"
                violation = Violation("SE5", message, segment.to, at.SE5_HIGHEST, segment.number, "to")
                self._add("temperature", segment.number, segment, violation)
        known = not unmeasured(self.channels.get(segment.role)) and segment.to <= at.SE4_SKIN
        for site in at.sites(segment.place):
            state.heated[site] = state.clock
            roles = state.warm.get(site, frozenset())
            state.warm[site] = roles if known else roles | {segment.role}

    def _judge_after_heat(self, segment: Press, state: State) -> None:
        for near in at.around(segment.place):
            if near not in state.heated:
                continue
            gap = state.clock - state.heated[near]
            if gap < at.SE4_GAP_MS:
                self._too_soon("SE4", "heat", near, gap, at.SE4_GAP_MS, segment)
            elif state.warm.get(near, frozenset()) - ({BEFORE} if gap >= BEFORE_COOL_MS else set()):
                message = (
                    f"percussion on {segment.place} while the skin may still be over 38 °C after heat on "
                    f"{near[0]}, {near[1]}"
                )
                self._order("SE4", message, 0.0, at.SE4_SKIN, segment)
            if gap < at.SE4_STRENGTH_MS and segment.at is not None:
                strength = fraction(segment.at, self.channels.get(segment.role or ""))
                if not strength <= at.SE4_STRENGTH + at.STRENGTH_GRAIN:
                    message = f"{strength:.0%} on {segment.place} within 5 min of heat near it: at most 50 %"
                    violation = Violation("SE4", message, strength, at.SE4_STRENGTH, segment.number, "at")
                    self._add("strength", segment.number, segment, violation)

    def _rest_needed(self, bout_ms: int) -> int:
        """PC6: after a bout of so long; where a clinician vouches, the hard value alone."""
        return at.PC6_HARD_MS if self.standing.raised else max(at.PC6_SOFT_MS, bout_ms)

    def _bout(self, segment: Press, site: Site, state: State) -> None:
        points = [(point, site[1]) for point in points_of(site[0])]
        if site in state.pressed:
            gap = state.clock - state.pressed[site]
            if gap >= self._rest_needed(state.bouts.get(site, 0)):
                state.bouts.pop(site, None)
                state.allowed.pop(site, None)
                for spot in points:
                    state.still.pop(spot, None)
        limit = self.bout_limit(segment)
        most = state.allowed[site] = min(state.allowed.get(site, limit), limit)
        bout = state.bouts[site] = state.bouts.get(site, 0) + segment.hold_ms
        state.pressed[site] = state.clock
        if segment.move == "still":
            worked = [spot for spot in at.spots(segment.place) if spot[1] == site[1]]
            for spot in worked:
                state.still[spot] = state.still.get(spot, 0) + segment.hold_ms
            still = max(state.still[spot] for spot in worked)
            spot_most = effective(row_of("PC1"), self.standing, known=self.known)
            pc1 = Most(round(spot_most.allowed * 1000), spot_most.limit, spot_most.by)
            self._judge_bout(pc1, "without moving", still, segment, site)
        self._judge_bout(most, "without a full rest", bout, segment, site)

    def _judge_bout(self, most: Most, how: str, ms: int, segment: Press, site: Site) -> None:
        if ms > most.ms:
            message = (
                f"{ms / 1000:g} s on {site[0]}, {site[1]}, {how}: at most {most.ms / 1000:g} s"
                f"{whose(most.limit, most.by)}"
            )
            violation = Violation(
                most.limit, message, ms / 1000, most.ms / 1000, segment.number, "for", most.by
            )
            self._add("bout", (segment.number, site), segment, violation)

    def bout_limit(self, segment: Press) -> Most:
        """The longest bout that `segment` may be part of, and the row that says so."""
        key = (segment.place.name, segment.role)
        if key not in self._limits:
            bound = effective(
                row_of("PC2"), self.standing, place=segment.place, known=self.known, own=self.plan.limits,
                channel=self.channels.get(segment.role or ""),
            )  # fmt: skip
            self._limits[key] = Most(round(bound.allowed * 1000), bound.limit, bound.by)
        return self._limits[key]

    def _hold(self, segment: Press, state: State) -> None:
        for spot in at.spots(segment.place):
            gap = state.clock - state.held[spot] if spot in state.held else None
            state.held[spot] = state.clock
            if gap is not None and gap < at.SP2_APART_MS:
                message = f"{spot[0]}, {spot[1]}, {gap / 1000:g} s after its last hold: at least 30 s apart"
                key = "between" if self._rests_within(segment) else "press"
                violation = Violation("SP2", message, gap / 1000, at.SP2_APART_MS / 1000, segment.number, key)
                self._add("holds apart", (segment.number, spot), segment, violation)

    def _rests_within(self, segment: Press) -> bool:
        before = self.plan.segment(segment.number - 1) if segment.number > 1 else None
        return isinstance(before, Rest) and before.path == segment.path

    def _too_soon(
        self, row: str, what: str, near: Site, gap: int, needed: int, segment: Heat | Press
    ) -> None:
        message = (
            f"{verb(segment)} {segment.place} with {gap / 1000:g} s of rest after {what} on "
            f"{near[0]}, {near[1]}: at least {needed / 1000:g} s"
        )
        self._order(row, message, gap / 1000, needed / 1000, segment)

    def _order(self, row: str, message: str, asked: float, allowed: float, segment: Heat | Press) -> None:
        if segment.number in self._at_once:
            return  # SE6 says it
        violation = Violation(row, message, asked, allowed, segment.number, verb(segment))
        self._add("order", segment.number, segment, violation)

    def _add(self, quantity: str, scope: object, segment: Heat | Press, violation: Violation) -> None:
        if self._judging:
            self.findings.add(quantity, scope, area_of(segment.place.name), violation)


def whose(limit: str, by: SetBy) -> str:
    """Words for what set a limit, where it is not the plain one."""
    if by == "profile":
        return f" with this profile ({limit})"
    if by == "screening":
        return f" after what was answered ({limit})"
    return f", what is left of {limit}" if by == "ledger" else ""


def fraction(strength: Strength, channel: Channel | None) -> float:
    """How strong at the most: a rate is judged by the reference device and by the real one."""
    if channel is None or channel.low is None or channel.high is None or strength.unit == "fraction":
        return strength.fraction()
    return max(strength.fraction(), strength.fraction(channel.low, channel.high))


def _later(
    after: State, end: State, into: dict[tuple[str, str], int], ends: dict[tuple[str, str], int],
    key: tuple[str, str],
) -> None:  # fmt: skip
    if key in ends:
        there = ends[key] - end.clock + after.clock
        into[key] = max(into.get(key, there), there)


def _meet_bout(after: State, site: Site, states: list[State]) -> None:
    if not states:
        return
    after.bouts[site] = max(state.bouts[site] for state in states)
    after.allowed[site] = min(state.allowed[site] for state in states)
    for point in points_of(site[0]):
        after.still[point, site[1]] = max(state.still.get((point, site[1]), 0) for state in states)


def _meet_warm(after: State, inside: list[list[Segment]], ends: list[State]) -> None:
    """A role is cool where its own branch says so; where none heats it, one cooling is enough."""
    heats = [{s.role for s in segments if isinstance(s, Heat)} for segments in inside]
    for site in {site for end in ends for site in end.warm}:
        roles = set().union(*(end.warm.get(site, frozenset()) for end in ends))
        after.warm[site] = frozenset(
            role
            for role in roles
            if all(
                role in end.warm.get(site, frozenset())
                for end, own in zip(ends, heats, strict=True)
                if role in own or not any(role in other for other in heats)
            )
        )
