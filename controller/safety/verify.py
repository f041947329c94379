"""The check of a whole plan, before a byte goes to a device: soft limits, the longest way through it.

Pressure by the person's own hand is held to SP1 to SP3 instead of the rows for percussion.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from controller.safety import limits as at
from controller.safety.account import dose_rate, rate_below, unmeasured
from controller.safety.bounds import effective, row_of
from controller.safety.past import before
from controller.safety.standing import PLAIN, Bound, Standing, block_of
from controller.safety.waits import waits
from controller.safety.ways import (
    Findings,
    Violation,
    Ways,
    fraction,
    state_before,
    state_of,
    whose,
)
from protocols.body import area_of
from protocols.plan import Cool, Fork, Heat, Press, Rest, Stretch, verb

if TYPE_CHECKING:
    from collections.abc import Mapping

    from controller.safety.account import Account
    from controller.safety.channel import Channel
    from controller.safety.limits import Site, Spot
    from controller.safety.standing import SetBy, Touch
    from protocols.plan import Plan, Segment, Track

__all__ = ["Violation", "longest_ms", "skip_refused", "verify"]

SKIP_ROWS = {"SE4": "SE4", "SE5": "SE5", "SP2": "SP2"}
"""What a rest was for, by the row that breaks without it; a bout that is too long is for PC6."""


def verify(
    plan: Plan, channels: Mapping[str, Channel] | None = None, standing: Standing = PLAIN
) -> tuple[Violation, ...]:
    """Every soft limit that `plan` breaks, one for each quantity and scope; empty: it may be run.

    With `channels`, what their devices can do and how they are leashed counts too; with `standing`, the
    rows of the body it is for and what that had before.
    """
    findings = Findings()
    check = _Check(plan, channels or {}, findings, standing)
    for segment in plan.segments:
        check.segment(segment)
    check.whole()
    Ways(plan, channels or {}, findings, standing).walk(plan.track, state_before(check.known))
    return findings.result(plan)


def skip_refused(plan: Plan, current: int, account: Account, now_ms: int) -> str | None:
    """The limit that ending the rest or cooling `current` now would break; None: it may be skipped."""
    if not isinstance(plan.segment(current), Rest | Cool):
        return None
    findings = Findings()
    ways = Ways(plan, account.channels, findings, account.standing)
    ways.after(plan.track, current, state_of(plan, ways, account, now_ms))
    for violation in findings.result(plan):
        row = "PC6" if violation.key == "for" else SKIP_ROWS.get(violation.limit)
        if row is not None:
            return row
    return None


def longest_ms(plan: Plan, channels: Mapping[str, Channel] | None = None) -> int:
    """The plan's longest length: every round, `within` in full, waiting for the person left out."""
    return _longest(plan, plan.track, channels or {})


def _longest(plan: Plan, track: Track, channels: Mapping[str, Channel]) -> int:
    total = 0
    for item in track:
        if isinstance(item, Fork):
            total += max((_longest(plan, branch, channels) for branch in item.branches), default=0)
        elif isinstance(item, int):
            total += _length(plan.segment(item), channels)
    return total


def _length(segment: Segment, channels: Mapping[str, Channel]) -> int:
    if isinstance(segment, Heat):
        return segment.hold_ms + _within(segment, channels.get(segment.role))
    if isinstance(segment, Cool):
        by_hand = unmeasured(channels.get(segment.role))
        return at.HAND_COOL_MS if by_hand else segment.within_ms
    return segment.hold_ms if isinstance(segment, Press | Rest | Stretch) else 0


def _within(segment: Heat, channel: Channel | None) -> int:
    return 0 if unmeasured(channel) else segment.within_ms


class _Check:
    """Each segment by itself, and what they come to."""

    def __init__(
        self, plan: Plan, channels: Mapping[str, Channel], findings: Findings, standing: Standing
    ) -> None:
        self._standing = standing
        self.known = before(standing.past)
        self._bounds: dict[object, Bound] = {}
        self._below = rate_below(standing)
        self._plan = plan
        self._channels = channels
        self._findings = findings
        self._rows: dict[Site, list[int]] = defaultdict(lambda: [0] * len(at.HT4_SOFT))
        self._unmeasured: dict[Site, int] = defaultdict(int)
        self._dose: dict[Site, float] = defaultdict(float)
        self._percussion: dict[Site, int] = defaultdict(int)
        self._holds: dict[Spot, int] = defaultdict(int, self.known.times_held())
        self._held: set[tuple[str, str]] = self.known.held()
        self._areas: set[str] = self.known.areas()
        self._heat_ms = self._driven_ms = self._percussion_ms = 0

    def segment(self, segment: Segment) -> None:
        """Add the next segment."""
        if isinstance(segment, Heat | Press):
            self._area(segment)
            if self._kept_away(segment):
                return
        if isinstance(segment, Heat):
            self._temperature(segment)
            self._heat_place(segment)
            self._heat_sums(segment)
        elif isinstance(segment, Press) and segment.role is None:
            self._hold(segment)
        elif isinstance(segment, Press):
            self._press_place(segment)
            self._press_sums(segment)

    def whole(self) -> None:
        """Judge the plan as one."""
        length = longest_ms(self._plan, self._channels)
        bound = effective(row_of("SE1"), self._standing, known=self.known, own=self._plan.limits)
        if not length <= round(bound.allowed * 1000):
            message = f"{_time(length)} at the longest: at most {_time(bound.allowed * 1000)}"
            self._whole(Violation("SE1", message, length / 1000, bound.allowed, None, "steps", bound.by))
        count = len(self._plan.segments)
        bound = effective(row_of("SE2"), self._standing, known=self.known, own=self._plan.limits)
        if not count <= bound.allowed:
            message = f"{count} segments: at most {bound.allowed:g}"
            self._whole(Violation("SE2", message, count, bound.allowed, None, "steps", bound.by))

    def _whole(self, violation: Violation) -> None:
        self._findings.add(violation.limit, None, "", violation)

    def _kept_away(self, segment: Heat | Press) -> bool:
        """Whether nothing more is to be judged: screening blocks it, or no ledger says what is left."""
        touch: Touch = "heat" if isinstance(segment, Heat) else "percussion" if segment.role else "pressure"
        unseen = unmeasured(self._channels.get(segment.role or ""))
        block = block_of(self._standing, touch, segment.place.name, unmeasured=unseen)
        if block is not None:
            self._add(
                "block", block.row, block.row, block.message, 0.0, 0.0, segment, verb(segment), "screening"
            )
            return True
        for site in at.sites(segment.place):
            for wait, message in waits(self._standing, self.known, touch, site):
                self._add(
                    "wait", (touch, site), wait.limit, message, wait.found, wait.needed, segment,
                    verb(segment), "ledger",
                )  # fmt: skip
        return not self.known.readable and touch != "pressure"

    def _bound(self, limit: str, segment: Heat | Press, site: Site | None = None, number: int = 0) -> Bound:
        key = (limit, number, segment.place, site, segment.role)
        if key not in self._bounds:
            self._bounds[key] = effective(
                row_of(limit, number), self._standing, place=segment.place, site=site, known=self.known,
                channel=self._channels.get(segment.role or ""), own=self._plan.limits,
            )  # fmt: skip
        return self._bounds[key]

    def _add(
        self, quantity: str, scope: object, limit: str, message: str, asked: float, allowed: float,
        segment: Heat | Press, key: str, by: SetBy = "soft",
    ) -> None:  # fmt: skip
        violation = Violation(limit, f"{segment.place}: {message}", asked, allowed, segment.number, key, by)
        self._findings.add(quantity, scope, area_of(segment.place.name), violation)

    def _time_over(
        self, quantity: str, scope: object, bound: Bound, asked: int, segment: Heat | Press,
        key: str = "for", what: str = "",
    ) -> None:  # fmt: skip
        allowed = round(bound.allowed * 1000)
        if not asked <= allowed:
            tail = whose(bound.limit, bound.by)
            message = f"{_time(asked)} of {what or quantity}: at most {_time(allowed)}{tail}"
            self._add(
                quantity, scope, bound.limit, message, asked / 1000, allowed / 1000, segment, key, bound.by
            )

    def _temperature(self, segment: Heat) -> None:
        channel = self._channels.get(segment.role)
        bound = self._bound("HT1", segment)
        if not segment.to <= bound.allowed:
            message = f"{segment.to:g} °C: at most {bound.allowed:g} °C{whose(bound.limit, bound.by)}"
            self._add(
                "temperature", segment.number, bound.limit, message, segment.to, bound.allowed, segment,
                "to", bound.by,
            )  # fmt: skip
        begins = None if channel is None or channel.by_hand else channel.low
        if begins is not None and not segment.to >= begins:
            message = f"{segment.to:g} °C: the device begins at {begins:g} °C"
            self._add("low", segment.number, "HT1", message, segment.to, begins, segment, "to")
        if channel is not None and begins is not None and not begins <= at.HT11_FREE + channel.step:
            message = f"the device begins at {begins:g} °C: warming begins at {at.HT11_FREE:g} °C"
            self._add("ramp", segment.number, "HT11", message, begins, at.HT11_FREE, segment, "heat")

    def _heat_place(self, segment: Heat) -> None:
        channel = self._channels.get(segment.role)
        if at.heat_forbidden(segment.place.name):
            message = "never heated"
            self._add("place", segment.number, "ZN1", message, segment.to, 0.0, segment, "heat")
        if channel is not None and channel.leash == "none":
            message = "a heater that nothing rests by itself is not driven"
            self._add("leash", segment.number, "LE3", message, segment.to, 0.0, segment, "heat")
        elif channel is not None and channel.leash == "lease" and not channel.measured:
            message = "a heater that nothing measures is not driven without its own timer"
            self._add("leash", segment.number, "HT19", message, segment.to, 0.0, segment, "heat")

    def _heat_sums(self, segment: Heat) -> None:
        channel = self._channels.get(segment.role)
        within = _within(segment, channel)
        self._heat_ms += segment.hold_ms
        self._driven_ms += segment.hold_ms + within
        bound = self._bound("HT9", segment)
        session = "heat in the session"
        self._time_over(session, None, bound, self._heat_ms, segment)
        if self._heat_ms <= round(bound.allowed * 1000):
            driven = at.HT9_MS - self.known.chain.heat_driven_ms
            warming = Bound("HT9", max(0, driven) / 1000, "soft" if driven == at.HT9_MS else "ledger")
            what = "heat in the session, warming up (within) and all"
            self._time_over(session, None, warming, self._driven_ms, segment, "within", what)
        below = self._below
        dose = segment.hold_ms * dose_rate(segment.to, below) + within * dose_rate(segment.to - 1, below)
        for site in at.sites(segment.place):
            self._heat_rows(segment, site)
            hand = unmeasured(channel)
            if hand:
                self._unmeasured[site] += segment.hold_ms
                bound = self._bound("HT22", segment, site)
                self._time_over("heat", site, bound, self._unmeasured[site], segment)
            self._dose[site] += at.HT5_SOFT if hand else dose / at.MINUTE_MS
            self._dose_over(segment, site)

    def _dose_over(self, segment: Heat, site: Site) -> None:
        asked, bound = self._dose[site], self._bound("HT5", segment, site)
        if not asked <= bound.allowed:
            tail = whose(bound.limit, bound.by)
            message = f"a heat dose of {asked:.4g} CEM43 minutes: at most {bound.allowed:.4g}{tail}"
            self._add("dose", site, bound.limit, message, asked, bound.allowed, segment, "for", bound.by)

    def _heat_rows(self, segment: Heat, site: Site) -> None:
        for row, (over, _) in enumerate(at.HT4_SOFT):
            if not segment.to <= over:
                self._rows[site][row] += segment.hold_ms
                spent, quantity = self._rows[site][row], "heat" if row == 0 else f"heat over {over:g} °C"
                bound = self._bound("HT4", segment, site, row)
                self._time_over("heat", site, bound, spent, segment, what=quantity)

    def _area(self, segment: Heat | Press) -> None:
        self._areas.add(area_of(segment.place.name))
        asked, bound = len(self._areas), self._bound("SE3", segment)
        if not asked <= bound.allowed:
            message = f"{asked} areas in a session: at most {bound.allowed:g}"
            self._add("areas", None, "SE3", message, asked, bound.allowed, segment, verb(segment))

    def _force(self, segment: Press) -> None:
        allowed = self._bound("PC11", segment).allowed
        if segment.force is not None and not segment.force[1] <= allowed:
            message = f"a force of {segment.force[1]:g} N: at most {allowed:g} N"
            self._add("force", segment.number, "PC11", message, segment.force[1], allowed, segment, "force")

    def _strength(self, segment: Press) -> None:
        channel = self._channels.get(segment.role or "")
        if segment.at is None:
            self._add("strength", segment.number, "PC13", "no strength", 0.0, 0.0, segment, "press")
            return
        strength = fraction(segment.at, channel)
        bound = self._bound("PC13", segment)
        if not strength <= bound.allowed + at.STRENGTH_GRAIN or bound.allowed == 0:
            message = "no percussion"
            if bound.allowed:
                most = f"{bound.allowed * 100:.4g} %{whose(bound.limit, bound.by)}"
                message = f"a strength of {strength * 100:.4g} %: at most {most}"
            self._add(
                "strength", segment.number, bound.limit, message, strength, bound.allowed, segment, "at",
                bound.by,
            )  # fmt: skip
        begins = None if channel is None or segment.at.unit == "fraction" else channel.low
        if begins is not None and not segment.at.value >= begins:
            message = f"{segment.at.value:g} /min: the device begins at {begins:g} /min"
            self._add("low", segment.number, "PC13", message, strength, 0.0, segment, "at")

    def _press_place(self, segment: Press) -> None:
        name = segment.place.name
        if at.percussion_forbidden(name):
            message = "never worked by a device"
            self._add("strength", segment.number, "ZN1", message, 0.0, 0.0, segment, verb(segment))
            return
        if at.still_forbidden(name) and segment.move == "still":
            self._add("move", segment.number, "ZN1", "only with the head moving", 0.0, 0.0, segment, "move")
        self._strength(segment)
        self._force(segment)

    def _press_sums(self, segment: Press) -> None:
        self._percussion_ms += segment.hold_ms
        whole = self._bound("PC5", segment)
        self._time_over("percussion in the session", None, whole, self._percussion_ms, segment)
        for site in at.sites(segment.place):
            self._percussion[site] += segment.hold_ms
            bound = self._bound("PC3", segment, site)
            self._time_over("percussion", site, bound, self._percussion[site], segment)

    def _hold(self, segment: Press) -> None:
        scope = segment.number
        bound = self._bound("SP1", segment)
        self._time_over("pressure in one hold", scope, bound, segment.hold_ms, segment)
        for spot in at.spots(segment.place):
            self._holds[spot] += 1
            if self._holds[spot] > at.SP2_HOLDS:
                asked, allowed = self._holds[spot], at.SP2_HOLDS
                message = f"{asked} holds: at most {allowed} of a point and side"
                self._add("holds", spot, "SP2", message, asked, allowed, segment, "press")
        self._held.update((segment.place.name, side) for _, side in at.sites(segment.place))
        if len(self._held) > at.SP3_POINTS:
            asked, allowed = len(self._held), at.SP3_POINTS
            message = f"{asked} places held: at most {allowed} in a session"
            self._add("places", None, "SP3", message, asked, allowed, segment, "press")


def _time(milliseconds: float) -> str:
    minutes, seconds = divmod(milliseconds / 1000, 60)
    parts = [f"{minutes:.0f} min"] if minutes else []
    return " ".join([*parts, f"{seconds:g} s"] if seconds or not parts else parts)
