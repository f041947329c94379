"""What a session has really given, kept from what was driven and measured, not from the session's word.

An account may begin with what the body had before, in the session that this one goes on with: bouts,
ends and sums then count on. `given` tells the session's own part; `worst_case` what it may still give.
"""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from controller.safety.limits import (
    HAND_COOL_MS,
    HT2_HARD,
    HT4_SOFT,
    HT5_SOFT,
    HT11_FREE,
    HT11_SOFT,
    HT20_HIGHEST,
    HT20_LOWEST,
    MINUTE_MS,
    NEAR_TARGET,
    PC1_HARD_MS,
    PC2_HARD_MS,
    PC6_HARD_MS,
    PC6_SOFT_MS,
    SE4_SKIN,
    SE4_STRENGTH_MS,
    SECOND_MS,
    Site,
    Spot,
    sites,
    spots,
)
from controller.safety.past import NONE_HAD, before
from controller.safety.standing import PLAIN, Given, Had, Standing, paranoid
from protocols.body import points_of
from protocols.plan import Heat, Press

if TYPE_CHECKING:
    from collections.abc import Mapping

    from controller.safety.channel import Channel
    from controller.safety.past import Wait
    from protocols.plan import Plan, Segment

HAND = "hand"
"""The role, reserved by the language, under which a hold by the person's own hand is told."""
GAP_MS = 3_000
"""Two readings further apart leave a gap, whose dose is taken at its upper bound (HT20 soft)."""
OVERSHOOT = 1.0
"""°C over its set-point that a pad may have reached unseen while it was driven (HT13 hard)."""
SOFTENED = 0.6
"""°C under its ramp at which a set-point is not only a step late: the person lowered it (own)."""
BEFORE = ""
"""Stands for the role of an earlier session, and its pad: nothing reads it any more."""
BEFORE_COOL_MS = SE4_STRENGTH_MS
"""Off the skin for so long, a pad of an earlier session leaves it at 38 °C or below: own, as SE4."""


@dataclass(frozen=True, slots=True)
class Driven:
    """What a role is held at, for the segment with that number; `hand` is told with set-point 0."""

    segment: int
    setpoint: float


@dataclass(frozen=True, slots=True)
class Sample:
    """The newest reading of a role's channel in its unit (None: not valid), and when it came."""

    actual: float | None
    at_ms: int


@dataclass(frozen=True, slots=True)
class Drive:
    """A role's present drive: since when, for which segment, and what was measured at its start."""

    segment: int
    since_ms: int
    start: float | None


@dataclass(slots=True)
class Bout:
    """What a site had with no rest of PC6 in between: `still_ms` is by point, `floor_ms` the least rest."""

    floor_ms: int
    ms: int = 0
    end_ms: int = 0
    still_ms: dict[str, int] = field(default_factory=dict)
    numbers: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Warmth:
    """A heat role as measured: its newest valid sample, and the sites that the pad lies on."""

    at_ms: int = -1
    actual: float = math.nan
    before: float = math.nan  # as the last call knew it
    asked: float = 0.0  # the highest set-point since the newest sample
    sites: tuple[Site, ...] = ()
    near_target: bool = False
    hot_samples: int = 0


@dataclass(frozen=True, slots=True)
class _Work:
    """What one driving segment does to whom; worked out once."""

    heat: Heat | None
    sites: tuple[Site, ...]
    spots: tuple[Spot, ...]
    still: bool
    rows: tuple[int, ...]
    unmeasured: bool


def dose_rate(celsius: float, below: float = 0.25) -> float:
    """CEM43 minutes a minute: R is `below` under 43 °C and 0.5 above; under 39 °C it counts 0."""
    if celsius < 39.0:
        return 0.0
    return float((below if celsius < 43.0 else 0.5) ** (43.0 - celsius))


def rate_below(standing: Standing) -> float:
    """R below 43 °C: 0.5 for who does not feel heat well (PF1)."""
    return 0.5 if paranoid(standing) else 0.25


def unmeasured(channel: Channel | None) -> bool:
    """Whether nobody measures what the channel does."""
    return channel is not None and (channel.by_hand or not channel.measured)


def _is_driven(drive: Driven | None) -> bool:
    return drive is not None and drive.setpoint != 0


class Account:
    """One session's facts, in milliseconds, CEM43 minutes and °C; by point and side, area and side.

    Call `advance` at every tick and before every change of what is driven, before the session and
    the gate are asked: they see the account as of now. `standing.past` is as of the clock's 0.
    """

    def __init__(self, plan: Plan, channels: Mapping[str, Channel], standing: Standing = PLAIN) -> None:
        self.plan = plan
        self.channels = channels
        self.standing = standing
        self.before = before(standing.past)
        self.percussion_ms = self.before.chain.percussion_ms
        self.heat_driven_ms = self.before.chain.heat_driven_ms
        self.heats = 0
        self._now = 0
        self._active = 0  # milliseconds outside pauses: a pause neither ends nor begins a bout
        self._active_before = 0
        self._begun = False
        self._work: dict[int, _Work] = {}
        self._warmth = {role: _Warmth() for role, kind in plan.roles.items() if kind == "heat"}
        self._drives: dict[str, Drive] = {}
        self._driven: dict[int, int] = {}
        self._percussion: dict[Site, int] = {}
        self._percussion_end: dict[Site, int] = {}
        self._bouts: dict[Site, tuple[Bout, Bout]] = {}
        self._rows: dict[Site, list[int]] = {}
        self._dose: dict[Site, float] = {}
        self._unmeasured: dict[Site, int] = {}
        self._heat_end: dict[Site, int] = {}
        self._warm: dict[Site, set[str]] = {}
        self._holds: dict[Spot, int] = {}
        self._held: dict[Spot, set[int]] = {}
        self.waits: dict[tuple[str, Site], Wait | None] = {}  # the gate's: it asks the past once
        self._below = rate_below(standing)
        self._heat_ms = 0
        for site, had in self.before.chain.sites.items():
            self._go_on(site, had)
        self._ends_before = (dict(self._heat_end), dict(self._percussion_end))

    def _go_on(self, site: Site, had: Had) -> None:
        """Begin with what `site` had: at the worst one long bout, and a pad that is still warm."""
        if had.heat_end_s is not None:
            self._heat_end[site] = -self.before.ago_ms(had.heat_end_s)
            self._warm[site] = {BEFORE}
        if had.percussion_end_s is not None:
            end = self._percussion_end[site] = -self.before.ago_ms(had.percussion_end_s)
            still = dict.fromkeys(points_of(site[0]), min(had.percussion_ms, PC1_HARD_MS))
            self._bouts[site] = (
                Bout(PC6_SOFT_MS, min(had.percussion_ms, PC2_HARD_MS), end, dict(still), {0}),
                Bout(PC6_HARD_MS, min(had.percussion_ms, PC2_HARD_MS), end, dict(still), {0}),
            )

    def advance(
        self,
        now_ms: int,
        driven: Mapping[str, Driven],
        readings: Mapping[str, Sample],
        *,
        paused: bool = False,
    ) -> None:
        """Add the time since the last call: to what was driven in it, and to rest where it was no pause."""
        elapsed = max(0, now_ms - self._now) if self._begun else 0
        before, self._now, self._begun = self._now if self._begun else now_ms, now_ms, True
        self._active_before = self._active
        if not paused:
            self._active += elapsed
        for role, warmth in self._warmth.items():
            warmth.before = warmth.actual
            sample = readings.get(role)
            if sample is not None and sample.at_ms > warmth.at_ms:
                self._measure(role, warmth, sample, is_driven=_is_driven(driven.get(role)))
        if driven or self._drives:
            self._add(before, elapsed, driven)

    def _add(self, before: int, elapsed: int, driven: Mapping[str, Driven]) -> None:
        for role in [r for r in self._drives if not _is_driven(driven.get(r))]:
            del self._drives[role]
            if role in self._warmth:
                self._warmth[role].near_target = False
        for role, drive in driven.items():
            if role == HAND:
                self._hold(drive.segment)
            elif _is_driven(drive):
                self._begin(role, drive, before)
                self._count(role, drive, elapsed)

    def _begin(self, role: str, drive: Driven, before: int) -> None:
        present = self._drives.get(role)
        if present is not None and present.segment == drive.segment:
            return
        warmth = self._warmth.get(role, _Warmth())
        known = [celsius for celsius in (warmth.before, warmth.actual) if math.isfinite(celsius)]
        self._drives[role] = Drive(drive.segment, before, max(known, default=None))
        warmth.near_target = False

    def _count(self, role: str, drive: Driven, elapsed: int) -> None:
        work = self._work_of(drive.segment)
        if work is None:
            return
        first = drive.segment not in self._driven
        self._driven[drive.segment] = self._driven.get(drive.segment, 0) + elapsed
        if work.heat is None:
            self._add_percussion(drive.segment, work, elapsed)
        else:
            self._add_heat(role, drive, work, elapsed, first=first)

    def _add_percussion(self, number: int, work: _Work, elapsed: int) -> None:
        self.percussion_ms += elapsed
        for site in work.sites:
            self._percussion[site] = self._percussion.get(site, 0) + elapsed
            self._percussion_end[site] = self._now
            if site not in self._bouts:
                self._bouts[site] = (Bout(PC6_SOFT_MS), Bout(PC6_HARD_MS))
            for bout in self._bouts[site]:
                if self._rested(bout, self._active_before):
                    bout.ms = 0
                    bout.still_ms.clear()
                    bout.numbers.clear()
                bout.ms += elapsed
                bout.end_ms = self._active
                bout.numbers.add(number)
        if work.still:
            for point, side in work.spots:
                for bout in self._bouts[work.sites[0][0], side]:
                    bout.still_ms[point] = bout.still_ms.get(point, 0) + elapsed

    @staticmethod
    def _rested(bout: Bout, active_ms: int) -> bool:
        rest = active_ms - bout.end_ms
        return rest >= bout.floor_ms and (bout.floor_ms == PC6_HARD_MS or rest >= bout.ms)

    def _add_heat(self, role: str, drive: Driven, work: _Work, elapsed: int, *, first: bool) -> None:
        self.heat_driven_ms += elapsed
        self.heats += first
        warmth = self._warmth[role]
        was_near, warmth.near_target = warmth.near_target, self._near(role, drive, work, warmth)
        counts = work.unmeasured or (was_near and warmth.near_target)
        self._heat_ms += elapsed if counts else 0
        for site in work.sites:
            self._heat_end[site] = self._now
            self._warm.setdefault(site, set()).add(role)
            if counts:
                rows = self._rows.setdefault(site, [0] * len(HT4_SOFT))
                for row in work.rows:
                    rows[row] += elapsed
            if work.unmeasured:
                self._unmeasured[site] = self._unmeasured.get(site, 0) + elapsed
                if first:
                    self._dose[site] = self._dose.get(site, 0.0) + HT5_SOFT
        warmth.sites, warmth.asked = work.sites, max(warmth.asked, drive.setpoint)

    def _near(self, role: str, drive: Driven, work: _Work, warmth: _Warmth) -> bool:
        if work.heat is None or not warmth.actual <= work.heat.to + NEAR_TARGET:
            return False
        if warmth.actual >= work.heat.to - NEAR_TARGET:
            return True
        return warmth.actual >= drive.setpoint - NEAR_TARGET and self._softened(role, drive, work.heat)

    def _softened(self, role: str, drive: Driven, heat: Heat) -> bool:
        """Whether it is asked for less than the ramp has come to: then heat counts around what is asked."""
        since = self._drives[role]
        climbed = max(HT11_FREE, since.start or 0.0) + HT11_SOFT * (self._now - since.since_ms) / MINUTE_MS
        channel = self.channels.get(role)
        late = SOFTENED if channel is None else min(SOFTENED, channel.step + 0.1)
        return drive.setpoint + late < min(heat.to, climbed)

    def _measure(self, role: str, warmth: _Warmth, sample: Sample, *, is_driven: bool) -> None:
        """Dose by trapezoid from the last valid reading; a gap counts at the hottest it can have been."""
        actual = sample.actual
        if actual is None or not HT20_LOWEST <= actual <= HT20_HIGHEST:
            return
        if warmth.at_ms >= 0 and warmth.sites:
            ends = (warmth.actual, actual)
            gap = sample.at_ms - warmth.at_ms
            if gap > GAP_MS:
                unseen = warmth.asked + OVERSHOOT if warmth.asked else 0.0
                rate = dose_rate(max(*ends, unseen), self._below)
            else:
                rate = (dose_rate(ends[0], self._below) + dose_rate(ends[1], self._below)) / 2
            if rate and not unmeasured(self.channels.get(role)):
                for site in warmth.sites:
                    self._dose[site] = self._dose.get(site, 0.0) + rate * gap / MINUTE_MS
        warmth.at_ms, warmth.actual, warmth.asked = sample.at_ms, actual, 0.0
        warmth.hot_samples = warmth.hot_samples + 1 if actual >= HT2_HARD else 0
        if actual <= SE4_SKIN and not is_driven and not unmeasured(self.channels.get(role)):
            for roles in self._warm.values():
                roles.discard(role)

    def _hold(self, number: int) -> None:
        segment = self._segment(number)
        if isinstance(segment, Press):
            self._driven.setdefault(number, 0)
            for spot in spots(segment.place):
                self._holds[spot] = self._active
                self._held.setdefault(spot, set()).add(number)

    def _segment(self, number: int) -> Segment | None:
        return self.plan.segment(number) if 1 <= number <= len(self.plan.segments) else None

    def _work_of(self, number: int) -> _Work | None:
        work = self._work.get(number)
        if work is not None:
            return work
        segment = self._segment(number)
        if not isinstance(segment, Heat | Press) or segment.role is None:
            return None
        heat = segment if isinstance(segment, Heat) else None
        rows = tuple(n for n, (over, _) in enumerate(HT4_SOFT) if heat is not None and heat.to > over)
        still = isinstance(segment, Press) and segment.move == "still"
        nobody = heat is not None and unmeasured(self.channels.get(segment.role))
        work = _Work(heat, sites(segment.place), spots(segment.place), still, rows, nobody)
        self._work[number] = work
        return work

    @property
    def now_ms(self) -> int:
        """When the account was last brought up to date."""
        return self._now

    def drive(self, role: str) -> Drive | None:
        """The present drive of `role`; None at rest."""
        return self._drives.get(role)

    def began(self, number: int) -> bool:
        """Whether the segment with that number was ever driven, or held by hand."""
        return number in self._driven

    def driven_ms(self, number: int) -> int:
        """How long the segment with that number was driven."""
        return self._driven.get(number, 0)

    def percussion_of(self, site: Site) -> int:
        """Percussion on `site` (PC3)."""
        return self._percussion.get(site, 0) + self.before.chain.had(site).percussion_ms

    def percussion_end(self, site: Site) -> int | None:
        """When percussion last ended on `site`; None: it had none."""
        return self._percussion_end.get(site)

    def bout(self, site: Site) -> Bout | None:
        """The bout that more percussion on `site` would prolong, by the hard row of PC6."""
        return self._present(site, 1)

    def careful_bout(self, site: Site) -> Bout | None:
        """The same by the soft row of PC6: 30 s, and as long as the bout."""
        return self._present(site, 0)

    def _present(self, site: Site, row: int) -> Bout | None:
        both = self._bouts.get(site)
        return None if both is None or self._rested(both[row], self._active) else both[row]

    def hot_samples(self, role: str) -> int:
        """How many of the newest valid samples of `role`, in a row, are at or over HT2's hard limit."""
        warmth = self._warmth.get(role)
        return 0 if warmth is None else warmth.hot_samples

    def heat_of(self, site: Site) -> tuple[int, ...]:
        """Time within 1 °C of the target at `site`, for each temperature of HT4 to be over."""
        had = self.before.chain.had(site).heat_rows_ms
        own = self._rows.get(site)
        return had if own is None else tuple(map(operator.add, own, had))

    def unmeasured_of(self, site: Site) -> int:
        """Heat that nobody measured at `site` (HT22)."""
        return self._unmeasured.get(site, 0) + self.before.chain.had(site).unmeasured_ms

    def dose(self, site: Site) -> float:
        """CEM43 at `site`; a heat that nobody measures counts a whole HT5."""
        return self._dose.get(site, 0.0) + self.before.chain.had(site).dose

    @property
    def own_percussion_ms(self) -> int:
        """Percussion that this session gave by itself, all places."""
        return self.percussion_ms - self.before.chain.percussion_ms

    def own(self, site: Site) -> Had:
        """What this session gave to `site` by itself, without ends."""
        return Had(
            heat_rows_ms=tuple(self._rows.get(site, NONE_HAD.heat_rows_ms)),
            dose=self._dose.get(site, 0.0),
            unmeasured_ms=self._unmeasured.get(site, 0),
            percussion_ms=self._percussion.get(site, 0),
        )

    def heat_end(self, site: Site) -> int | None:
        """When heat last ended on `site`; None: it had none."""
        return self._heat_end.get(site)

    def warm(self, site: Site) -> bool:
        """Whether nothing shows yet that the skin at `site` is at 38 °C or below after its heat.

        It is shown by a reading of the role that heated it, or by two minutes off a pad unmeasured.
        """
        return bool(self.warm_roles(site))

    def warm_roles(self, site: Site) -> frozenset[str]:
        """The roles that heated `site` and have not been seen to cool."""
        off = self._now - self._heat_end.get(site, 0)
        return frozenset(role for role in self._warm.get(site, ()) if not self._cooled_off(role, off))

    def _cooled_off(self, role: str, off_ms: int) -> bool:
        if role == BEFORE:
            return off_ms >= BEFORE_COOL_MS
        return off_ms >= HAND_COOL_MS and unmeasured(self.channels.get(role))

    def rest_of(self, end_ms: int) -> int:
        """Rest since `end_ms` of a bout or a hold, pauses left out."""
        return self._active - end_ms

    def bouts(self) -> Mapping[Site, tuple[Bout, Bout]]:
        """Every site that had percussion, with its last bout by the soft and the hard row of PC6."""
        return self._bouts

    def heated(self) -> Mapping[Site, int]:
        """Every site that had heat, with the end of it."""
        return self._heat_end

    def holds(self) -> Mapping[Spot, int]:
        """Every spot held by hand; `rest_of` what is given here tells how long ago."""
        return self._holds

    def given(
        self,
        session: str,
        began_s: float,
        now_s: float,
        *,
        worst: Mapping[Site, float] | None = None,
        settled: bool = True,
        completed: bool = False,
    ) -> Given:
        """What this session gave so far by itself; `now_s` is the ledger's time of the last `advance`."""
        heat, percussion = (
            {site: end for site, end in ends.items() if end != before.get(site)}
            for ends, before in zip((self._heat_end, self._percussion_end), self._ends_before, strict=True)
        )

        def at_s(end_ms: int | None) -> float | None:
            return None if end_ms is None else now_s - (self._now - end_ms) / SECOND_MS

        had = {
            site: replace(
                self.own(site), heat_end_s=at_s(heat.get(site)), percussion_end_s=at_s(percussion.get(site))
            )
            for site in sorted({*heat, *percussion, *self._dose})
        }
        held = {spot: now_s - self.rest_of(end) / SECOND_MS for spot, end in self._holds.items()}
        times = {spot: len(numbers) for spot, numbers in self._held.items()}
        return Given(
            session=session, began_s=began_s, ended_s=now_s, sites=had, heat_ms=self._heat_ms,
            heat_driven_ms=self.heat_driven_ms - self.before.chain.heat_driven_ms,
            percussion_ms=self.own_percussion_ms, hand_held_ms=self.own_percussion_ms, holds=held,
            held=times or None, worst=worst, settled=settled, completed=completed,
        )  # fmt: skip
