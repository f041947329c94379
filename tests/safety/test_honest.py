"""A plan that the check accepts, run as it says and without a fault, is never refused by the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safety_plans import (
    CHANNELS,
    HAND_GUN,
    HAND_PAD,
    MIN,
    SEC,
    cool,
    gun,
    heat,
    hold,
    pad,
    plan,
    press,
    rest,
    stretch,
)
from test_verify import BOUNDARIES, DEVICES, presses

from controller.core.ramps import (
    Ramp,
    by_hand_setpoint,
    heat_ramp,
    heat_setpoint,
    strength_level,
    strength_setpoint,
)
from controller.safety import (
    HAND,
    Account,
    Driven,
    Refusal,
    Request,
    Sample,
    View,
    admit,
    skip_refused,
    verify,
)
from controller.safety.account import unmeasured
from protocols.plan import Cool, Fork, Heat, Plan, Press, Rest, Segment, Stretch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from controller.safety import Channel

AT_EASE = 33.0


class Honest:
    """Runs a plan without forks: warm at the last moment, cooling a degree a minute.

    At ticks of `tick_ms`; `punctual` ends each segment to the millisecond, else at the next tick.
    """

    def __init__(
        self, made: Plan, channels: Mapping[str, Channel], tick_ms: int, *, skips: bool, punctual: bool
    ) -> None:
        self.plan, self.channels, self.tick_ms = made, channels, tick_ms
        self.skips, self.punctual = skips, punctual
        self.account = Account(made, channels)
        self.now = 0
        self.started = 0
        self.skin = dict.fromkeys(channels, AT_EASE)
        self.samples: dict[str, Sample] = {}
        self.refused: list[tuple[int, int, Refusal]] = []
        self._pass({})

    def run(self) -> list[tuple[int, int, Refusal]]:
        for segment in self.plan.segments:
            if isinstance(segment, Heat):
                self._drive(segment.role, segment, self._within(segment) + segment.hold_ms)
            elif isinstance(segment, Press) and segment.role:
                self._drive(segment.role, segment, segment.hold_ms)
            elif isinstance(segment, Press):
                self._wait(segment.hold_ms, {HAND: Driven(segment.number, 0.0)})
            elif isinstance(segment, Cool):
                self._cool(segment)
            elif isinstance(segment, Rest | Stretch):
                self._rest(segment)
        return self.refused

    def _within(self, segment: Heat) -> int:
        return 0 if unmeasured(self.channels[segment.role]) else segment.within_ms

    def _pass(self, driven: Mapping[str, Driven]) -> None:
        for role, channel in self.channels.items():
            if not channel.by_hand:
                self.samples[role] = Sample(self.skin[role], self.now)
        self.account.advance(self.now, driven, self.samples)

    def _drive(self, role: str, segment: Heat | Press, length: int) -> None:
        channel, begun = self.channels[role], self.now
        ramp = heat_ramp(self.now, self.skin[role]) if isinstance(segment, Heat) else Ramp(self.now, 0.0)
        while self.now - begun < length:
            told = setpoint(segment, channel, ramp, self.now)
            refusal = admit(Request(role, told, segment.number), self._view())
            if refusal is not None:
                self.refused.append((segment.number, self.now - begun, refusal))
                return
            self.now += min(self.tick_ms, length - self.now + begun) if self.punctual else self.tick_ms
            if isinstance(segment, Heat):
                warming = self.now - begun < self._within(segment) - self.tick_ms
                self.skin[role] = max(AT_EASE, segment.to - 1.5) if warming else segment.to
            self._pass({role: Driven(segment.number, told)})

    def _view(self) -> View:
        return View(
            plan=self.plan,
            channels=self.channels,
            samples=self.samples,
            account=self.account,
            now_ms=self.now,
            started_ms=self.started,
            present_ms=self.now,
            paused_ms=0,
            worst_rating=None,
        )

    def _rest(self, segment: Rest | Stretch) -> None:
        if self.skips and skip_refused(self.plan, segment.number, self.account, self.now) is None:
            return
        self._wait(segment.hold_ms if isinstance(segment, Rest) else 0, {})

    def _wait(self, length: int, driven: Mapping[str, Driven]) -> None:
        end = self.now + length
        while self.now < end:
            self._step(driven)

    def _step(self, driven: Mapping[str, Driven]) -> None:
        self.now += self.tick_ms
        for role, skin in self.skin.items():
            self.skin[role] = max(AT_EASE, skin - self.tick_ms / MIN)
        self._pass(driven)

    def _cool(self, segment: Cool) -> None:
        if self.channels[segment.role].by_hand:
            self._wait(2 * MIN, {})
        while not self.channels[segment.role].by_hand and not self.skin[segment.role] < segment.below:
            self._step({})
            if self.skips and skip_refused(self.plan, segment.number, self.account, self.now) is None:
                return


def setpoint(segment: Heat | Press, channel: Channel, ramp: Ramp, now_ms: int) -> float:
    if isinstance(segment, Heat):
        return 37.0 if channel.by_hand else heat_setpoint(ramp, segment.to, channel, now_ms)
    assert segment.at is not None
    if channel.by_hand:
        return by_hand_setpoint(segment.at, channel)
    return strength_setpoint(ramp, strength_level(segment.at, channel), channel, now_ms)


def devices(made: Plan, other: Mapping[str, Channel] | None = None) -> dict[str, Channel]:
    kinds = {"heat": pad, "percussion": gun}
    return {role: (other or {}).get(role) or kinds[kind](role) for role, kind in made.roles.items()}


def honest(
    made: Plan,
    channels: Mapping[str, Channel],
    tick_ms: int = SEC,
    *,
    skips: bool = False,
    punctual: bool = True,
) -> Any:
    return Honest(made, channels, tick_ms, skips=skips, punctual=punctual).run()


ACCEPTED = [
    *((within, None) for _, within, _ in BOUNDARIES),
    *((within, channels) for _, within, _, channels in DEVICES),
    (presses(10 * MIN), None),
    (plan(heat(to=37.0, hold=15 * MIN - 1), heat(to=37.0, hold=15 * MIN - 1)), None),
    (plan(*[heat(to=37.0, hold=3 * MIN - 10, within=10)] * 10), None),
]


@pytest.mark.parametrize("skips", [False, True])
@pytest.mark.parametrize(
    ("made", "other"), [(m, o) for m, o in ACCEPTED if not any(isinstance(i, Fork) for i in m.track)]
)
def test_every_accepted_boundary_runs_to_its_end(made: Plan, other: Any, skips: bool) -> None:
    channels = devices(made, other)
    assert verify(made, channels) == ()
    assert honest(made, channels, skips=skips) == []


@pytest.mark.parametrize("turns", [1, 3, 10])
def test_ending_at_the_next_tick_is_within_the_limits_too(turns: int) -> None:
    length = 30 * MIN // turns
    made = plan(*[heat(to=37.0, hold=length - 20, within=20)] * turns)
    assert verify(made) == ()
    assert honest(made, CHANNELS, 90, punctual=False) == []


POINTS = ("upper trapezius", "rhomboids", "erector spinae", "gluteus maximus", "gluteus medius", "hamstrings")
AREAS = ("upper back", "neck", "lower back", "hips", "glutes", "thighs")
SIDES = st.sampled_from(["left", "right", "both"])
LENGTHS = st.sampled_from([0, 5, 15, 20, 30, 45, 60, 120, 300]).map(lambda s: max(1, s * SEC))
SEGMENTS: Any = st.one_of(
    st.builds(
        heat, st.sampled_from(AREAS), st.sampled_from([36.0, 38.0, 39.0, 40.0, 41.0]), LENGTHS, LENGTHS, SIDES
    ),
    st.builds(press, st.sampled_from(POINTS), st.sampled_from([0.1, 0.35, 0.4, 0.6]), LENGTHS, SIDES),
    st.builds(hold, st.sampled_from(POINTS), LENGTHS, SIDES),
    st.builds(rest, LENGTHS),
    st.builds(stretch, LENGTHS),
    st.builds(cool, st.sampled_from([36.0, 38.0, 40.0])),
)
BY_HAND = {"pad": pad(**HAND_PAD), "gun": gun(**HAND_GUN)}


def accepted(items: list[Any], channels: Mapping[str, Channel]) -> tuple[Plan, dict[str, Channel]]:
    """The longest plan of `items`, in their order, that the check accepts."""
    kept: list[Segment] = []
    for item in items:
        made = plan(*kept, item)
        if not verify(made, devices(made, channels)):
            kept.append(item)
    made = plan(*kept)
    return made, devices(made, channels)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(SEGMENTS, max_size=10),
    st.booleans(),
    st.sampled_from([CHANNELS, BY_HAND]),
    st.sampled_from([730, 1_000]),
)
def test_whatever_is_accepted_runs_to_its_end(
    items: list[Any], skips: bool, channels: Mapping[str, Channel], tick_ms: int
) -> None:
    made, bound = accepted(items, channels)
    assert honest(made, bound, tick_ms, skips=skips) == []
