"""Pads, skin and heads: exact for any step, and in the bounds that the firmware is made for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.device import calibration
from simulator.firmware.heater import Regulator
from simulator.physics import Head, HeadFacts, HeatPad, PadFacts

duties = st.lists(st.tuples(st.integers(1, 60_000), st.floats(0, 1)), min_size=1, max_size=8)


@given(duties, st.integers(1, 997))
def test_a_pad_does_not_depend_on_how_often_it_is_looked_at(plan: list[tuple[int, float]], dt: int) -> None:
    coarse, fine, now = HeatPad(PadFacts(), 0), HeatPad(PadFacts(), 0), 0
    for span, duty in plan:
        coarse.set_duty(duty, now)
        fine.set_duty(duty, now)
        for at in range(now, now + min(span, 200 * dt), dt):
            fine.hottest(at)
            fine.sensor(at)
        now += span
    for look in ("hottest", "skin", "sensor"):
        assert getattr(coarse, look)(now) == pytest.approx(getattr(fine, look)(now), abs=1e-9)


@given(st.lists(st.integers(1, 2000), min_size=1, max_size=20))
def test_a_head_does_not_depend_on_how_often_it_is_looked_at(spans: list[int]) -> None:
    looked, left, now = Head(HeadFacts(), 0), Head(HeadFacts(), 0), 0
    looked.set_speed(2000, 0)
    left.set_speed(2000, 0)
    for span in spans:
        now += span
        looked.speed(now)
    assert looked.speed(now) == pytest.approx(left.speed(now), abs=0.02)
    assert 0 < left.speed(now) <= 2000


def test_full_power_settles_where_the_conductances_say() -> None:
    facts = PadFacts()
    pad = HeatPad(facts, 0)
    pad.set_duty(1.0, 0)
    out = facts.pad_to_air + 1 / (1 / facts.pad_to_skin + 1 / facts.skin_to_body)
    rise = facts.power / out
    assert pad.sensor(36_000_000) == pytest.approx(33 + rise)
    assert pad.hottest(36_000_000) == pytest.approx(33 + 1.4 * rise)
    assert facts.held_by_full_power == pytest.approx(1.4 * rise)


def test_against_many_small_euler_steps() -> None:
    facts, dt = PadFacts(), 0.002
    pad = HeatPad(facts, 0)
    pad.set_duty(0.8, 0)
    warm = skin = seen = 0.0
    delayed = [0.0] * round(facts.dead_time_ms / 1000 / dt)
    for _ in range(round(120 / dt)):
        across = facts.pad_to_skin * (warm - skin)
        delayed.append(warm)
        seen += (delayed.pop(0) - seen) / (facts.sensor_lag_ms / 1000) * dt
        warm += (0.8 * facts.power - facts.pad_to_air * warm - across) / facts.pad_capacity * dt
        skin += (across - facts.skin_to_body * skin) / facts.skin_capacity * dt
    assert pad.hottest(120_000) == pytest.approx(33 + 1.4 * warm, abs=0.005)
    assert pad.skin(120_000) == pytest.approx(33 + skin, abs=0.005)
    assert pad.sensor(120_000) == pytest.approx(33 + seen, abs=0.005)


def test_the_sensor_sees_nothing_during_its_dead_time() -> None:
    pad = HeatPad(PadFacts(dead_time_ms=3000), 0)
    pad.set_duty(1.0, 0)
    assert pad.hottest(3000) > 33.1
    assert pad.sensor(3000) == 33
    assert pad.sensor(6000) > 33


def test_a_sensor_as_slow_as_the_pad_divides_by_nothing() -> None:
    facts = PadFacts(pad_capacity=100, skin_capacity=100, pad_to_skin=1, pad_to_air=0, skin_to_body=1.5)
    pad = HeatPad(
        PadFacts(**{**{f: getattr(facts, f) for f in facts.__slots__}, "sensor_lag_ms": 200_000}), 0
    )
    pad.set_duty(1, 0)
    assert 33 < pad.sensor(60_000) < pad.hottest(60_000)


def test_a_pad_left_hot_cools_to_rest() -> None:
    pad = HeatPad(PadFacts(), 0, start=40.0)
    assert pad.sensor(0) == 40
    assert pad.hottest(7_200_000) == pytest.approx(33, abs=1e-6)


class Warming:
    """The firmware's regulator on a pad, with a setpoint that rises 2 °C/min from 36 °C."""

    def __init__(self, facts: PadFacts, target: float, ramp: bool = True) -> None:
        self.pad = HeatPad(facts, 0)
        cal = calibration(facts)
        self.reached_37: float | None = None
        self.over = self.behind = 0.0
        regulator, ramped_from = Regulator(cal), None if ramp else -10_000_000
        for now in range(0, 900_000, 200):
            reading = cal.hottest(round(self.pad.sensor(now) * 100) / 100)
            if ramped_from is None and reading >= 35.5:
                ramped_from = now
            rise = 0.0 if ramped_from is None else round((now - ramped_from) / 30_000, 1)
            setpoint = min(target, 36.0 + rise)
            self.pad.set_duty(regulator.update(reading, setpoint, now), now)
            assert not regulator.runaway(now)
            hottest = self.pad.hottest(now)
            self.over = max(self.over, hottest - setpoint)
            if ramped_from is not None and ramp:
                self.behind = max(self.behind, setpoint - hottest)
            if self.reached_37 is None and hottest >= 37:
                self.reached_37 = now / 1000

    def seconds_to_cool(self, below: float) -> float:
        self.pad.set_duty(0, 900_000)
        return next(s for s in range(3600) if self.pad.hottest(900_000 + s * 1000) < below)


@pytest.mark.parametrize("target", [37.0, 38.0, 39.0, 40.0, 41.0, 42.0])
@pytest.mark.parametrize("lag_ms", [10_000, 15_000, 30_000])
def test_the_hottest_point_follows_a_ramp_and_hardly_passes_the_target(target: float, lag_ms: int) -> None:
    warming = Warming(PadFacts(sensor_lag_ms=lag_ms), target)
    assert warming.over <= 0.5
    assert warming.behind <= 1.0
    assert warming.pad.hottest(900_000) == pytest.approx(target, abs=0.1)


@pytest.mark.parametrize("lag_ms", [5_000, 20_000, 60_000])
def test_a_step_at_full_power_hardly_passes_the_target(lag_ms: int) -> None:
    assert Warming(PadFacts(sensor_lag_ms=lag_ms), 39.0, ramp=False).over <= 0.5


def test_warming_and_cooling_take_the_time_of_a_small_pad() -> None:
    warming = Warming(PadFacts(), 39.0)
    assert warming.reached_37 is not None
    assert 90 <= warming.reached_37 <= 150
    assert 105 <= warming.seconds_to_cool(37.0) <= 240
    assert Warming(PadFacts(), 38.0).seconds_to_cool(36.0) <= 300
