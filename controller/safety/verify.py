"""The check of a whole plan, before a byte goes to a device: soft limits, the longest way through it.

Pressure by the person's own hand is held to SP1 to SP3 instead of the rows for percussion.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from controller.safety import limits as at
from controller.safety.account import dose_rate, unmeasured
from controller.safety.ways import LEASH_ROWS, Findings, State, Violation, Ways, fraction, state_of
from protocols.body import area_of
from protocols.plan import Cool, Fork, Heat, Press, Rest, Stretch, verb

if TYPE_CHECKING:
    from collections.abc import Mapping

    from controller.safety.account import Account
    from controller.safety.channel import Channel
    from controller.safety.limits import Site, Spot
    from protocols.plan import Plan, Segment, Track

__all__ = ["Violation", "longest_ms", "skip_refused", "verify"]

SKIP_ROWS = {"PC1": "PC6", "PC2": "PC6", "LE2": "PC6", "LE3": "PC6", "SE4": "SE4", "SE5": "SE5", "SP2": "SP2"}
"""What a rest was for, by the row that breaks without it."""


def verify(plan: Plan, channels: Mapping[str, Channel] | None = None) -> tuple[Violation, ...]:
    """Every soft limit that `plan` breaks, one for each quantity and scope; empty: it may be run.

    With `channels`, what their devices can do and how they are leashed counts too.
    """
    findings = Findings()
    check = _Check(plan, channels or {}, findings)
    for segment in plan.segments:
        check.segment(segment)
    check.whole()
    Ways(plan, channels or {}, findings).walk(plan.track, State())
    return findings.result(plan)


def skip_refused(plan: Plan, current: int, account: Account, now_ms: int) -> str | None:
    """The limit that ending the rest or cooling `current` now would break; None: it may be skipped."""
    if not isinstance(plan.segment(current), Rest | Cool):
        return None
    findings = Findings()
    ways = Ways(plan, account.channels, findings)
    ways.after(plan.track, current, state_of(plan, ways, account, now_ms))
    for violation in findings.result(plan):
        if violation.limit in SKIP_ROWS:
            return SKIP_ROWS[violation.limit]
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

    def __init__(self, plan: Plan, channels: Mapping[str, Channel], findings: Findings) -> None:
        self._plan = plan
        self._channels = channels
        self._findings = findings
        self._rows: dict[Site, list[int]] = defaultdict(lambda: [0] * len(at.HT4_SOFT))
        self._unmeasured: dict[Site, int] = defaultdict(int)
        self._dose: dict[Site, float] = defaultdict(float)
        self._percussion: dict[Site, int] = defaultdict(int)
        self._holds: dict[Spot, int] = defaultdict(int)
        self._held: set[tuple[str, str]] = set()
        self._areas: set[str] = set()
        self._heat_ms = self._driven_ms = self._percussion_ms = 0

    def segment(self, segment: Segment) -> None:
        """Add the next segment."""
        if isinstance(segment, Heat | Press):
            self._area(segment)
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
        length, allowed = longest_ms(self._plan, self._channels), self._own_ms("SE1", at.SE1_SOFT_MS)
        if length > allowed:
            message = f"{_time(length)} at the longest: at most {_time(allowed)}"
            self._whole(Violation("SE1", message, length / 1000, allowed / 1000, None, "steps"))
        count = len(self._plan.segments)
        if count > at.SE2_SOFT:
            message = f"{count} segments: at most {at.SE2_SOFT}"
            self._whole(Violation("SE2", message, count, at.SE2_SOFT, None, "steps"))

    def _whole(self, violation: Violation) -> None:
        self._findings.add(violation.limit, None, "", violation)

    def _add(
        self, quantity: str, scope: object, limit: str, message: str, asked: float, allowed: float,
        segment: Heat | Press, key: str,
    ) -> None:  # fmt: skip
        violation = Violation(limit, f"{segment.place}: {message}", asked, allowed, segment.number, key)
        self._findings.add(quantity, scope, area_of(segment.place.name), violation)

    def _time_over(
        self, quantity: str, scope: object, limit: str, asked: int, allowed: int, segment: Heat | Press,
        key: str = "for", what: str = "",
    ) -> None:  # fmt: skip
        if not asked <= allowed:
            message = f"{_time(asked)} of {what or quantity}: at most {_time(allowed)}"
            self._add(quantity, scope, limit, message, asked / 1000, allowed / 1000, segment, key)

    def _own(self, limit: str, soft: float) -> float:
        own = self._plan.limits.get(limit)
        return soft if own is None else min(soft, own)

    def _own_ms(self, limit: str, soft_ms: int) -> int:
        return round(self._own(limit, soft_ms / 1000) * 1000)

    def _temperature(self, segment: Heat) -> None:
        channel = self._channels.get(segment.role)
        highest = [("HT1", self._own("HT1", at.HT1_SOFT))]
        if at.tender_to_heat(segment.place.name):
            highest.append(("HT18", at.HT18_SOFT))
        if channel is not None and not channel.by_hand and channel.high is not None:
            highest.append(("HT1", channel.high))
        for limit, allowed in highest:
            if not segment.to <= allowed:
                message = f"{segment.to:g} °C: at most {allowed:g} °C"
                self._add("temperature", segment.number, limit, message, segment.to, allowed, segment, "to")
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
        allowed = self._own_ms("HT9", at.HT9_MS)
        session = "heat in the session"
        self._time_over(session, None, "HT9", self._heat_ms, allowed, segment)
        if self._heat_ms <= allowed:
            what = "heat in the session, warming up (within) and all"
            self._time_over(session, None, "HT9", self._driven_ms, at.HT9_MS, segment, "within", what)
        dose = segment.hold_ms * dose_rate(segment.to) + within * dose_rate(segment.to - 1)
        for site in at.sites(segment.place):
            self._heat_rows(segment, site)
            hand = unmeasured(channel)
            if hand:
                self._unmeasured[site] += segment.hold_ms
                spent = self._unmeasured[site]
                self._time_over("heat", site, "HT22", spent, at.HT22_SOFT_MS, segment)
            self._dose[site] += at.HT5_SOFT if hand else dose / at.MINUTE_MS
            if not self._dose[site] <= at.HT5_SOFT:
                message = f"a heat dose of {self._dose[site]:.4g} CEM43 minutes: at most {at.HT5_SOFT:g}"
                asked = self._dose[site]
                self._add("dose", site, "HT5", message, asked, at.HT5_SOFT, segment, "for")

    def _heat_rows(self, segment: Heat, site: Site) -> None:
        for row, (over, allowed) in enumerate(at.HT4_SOFT):
            if not segment.to <= over:
                self._rows[site][row] += segment.hold_ms
                spent, quantity = self._rows[site][row], "heat" if row == 0 else f"heat over {over:g} °C"
                self._time_over("heat", site, "HT4", spent, allowed, segment, what=quantity)
        if at.tender_to_heat(segment.place.name):
            self._time_over("heat", site, "HT18", self._rows[site][0], at.HT18_SOFT_MS, segment)

    def _area(self, segment: Heat | Press) -> None:
        self._areas.add(area_of(segment.place.name))
        if len(self._areas) > at.SE3_SOFT:
            asked, allowed = len(self._areas), at.SE3_SOFT
            message = f"{asked} areas in a session: at most {allowed}"
            self._add("areas", None, "SE3", message, asked, allowed, segment, verb(segment))

    def _force(self, segment: Press) -> None:
        allowed = at.PC11_SOFT.get(area_of(segment.place.name))
        if segment.force is not None and allowed is not None and not segment.force[1] <= allowed:
            message = f"a force of {segment.force[1]:g} N: at most {allowed:g} N"
            self._add("force", segment.number, "PC11", message, segment.force[1], allowed, segment, "force")

    def _strength(self, segment: Press) -> None:
        channel = self._channels.get(segment.role or "")
        if segment.at is None:
            self._add("strength", segment.number, "PC13", "no strength", 0.0, 0.0, segment, "press")
            return
        strength = fraction(segment.at, channel)
        highest = [("PC13", at.region(segment.place.name).soft)]
        if channel is not None and channel.leash in LEASH_ROWS:
            highest.append((LEASH_ROWS[channel.leash], at.LE_STRENGTH))
        if channel is not None and channel.by_hand and channel.low is None:
            highest.append(("LE4", at.LE_STRENGTH))
        for limit, allowed in highest:
            if not strength <= allowed + at.STRENGTH_GRAIN or allowed == 0:
                message = "no percussion"
                if allowed:
                    message = f"a strength of {strength * 100:.4g} %: at most {allowed * 100:g} %"
                self._add("strength", segment.number, limit, message, strength, allowed, segment, "at")
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
        spent = self._percussion_ms
        self._time_over("percussion in the session", None, "PC5", spent, at.PC5_SOFT_MS, segment)
        allowed = self._own_ms("PC3", at.PC3_SOFT_MS)
        for site in at.sites(segment.place):
            self._percussion[site] += segment.hold_ms
            self._time_over("percussion", site, "PC3", self._percussion[site], allowed, segment)

    def _hold(self, segment: Press) -> None:
        scope = segment.number
        self._time_over("pressure in one hold", scope, "SP1", segment.hold_ms, at.SP1_SOFT_MS, segment)
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
