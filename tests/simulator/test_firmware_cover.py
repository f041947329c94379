"""The firmware finds a cover in time on pads of every kind, and takes no sound pad for covered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cover_lab import PADS, but, highest, hold
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.bench import STANDARD
from simulator.device import config_of
from simulator.firmware.cover import Cover, Flows
from simulator.physics import PadFacts

if TYPE_CHECKING:
    from collections.abc import Callable

each_pad = pytest.mark.parametrize("name", PADS)


@each_pad
def test_a_pad_that_lies_covered_from_the_beginning_is_found_before_it_is_hot(name: str) -> None:
    pad = PADS[name]
    for target in (40.0, highest(pad)):
        course = hold(pad, target, 600, covered_s=-1)
        print(f"{name}, {target:g} °C: {course}")
        assert course.found_s is not None
        assert course.dose < (2.0 if name == "lined" else 0.1)
        assert course.hottest < 45


@each_pad
def test_a_cover_that_is_put_on_is_found_while_skin_still_bears_it(name: str) -> None:
    pad = PADS[name]
    for target, after_s in ((39.5, 200), (40.0, 300), (min(41.0, highest(pad)), 600), (highest(pad), 200)):
        course = hold(pad, target, 900, covered_s=after_s)
        print(f"{name}, {target:g} °C, after {after_s} s: {course}")
        assert course.found_s is not None
        assert course.found_s < 45
        assert course.dose < 2.0
        assert course.hottest < 45


VARIED: tuple[dict[str, float], ...] = (
    {}, {"skin_to_body": 0.9}, {"skin_to_body": 1.1}, {"power": 1.04}, {"power": 0.9},
    {"skin_to_body": 0.9, "power": 1.01}, {"pad_capacity": 0.95}, {"pad_capacity": 1.1}, {"pad_to_air": 0.8},
    {"pad_to_air": 1.3}, {"pad_to_skin": 0.8}, {"pad_to_skin": 1.2}, {"sensor_lag_ms": 0.7},
    {"sensor_lag_ms": 1.4},
)  # fmt: skip


@each_pad
def test_a_pad_that_is_not_quite_as_calibrated_is_let_be(name: str) -> None:
    pad = PADS[name]
    for target in (39.5, highest(pad)):
        for times in VARIED:
            course = hold(pad, target, 300, real=but(pad, **times))
            assert course.found_s is None, (target, times)
            assert course.full < 0.95, (target, times)


@each_pad
def test_a_sensor_that_is_slow_or_gets_slow_is_no_cover(name: str) -> None:
    for target in (37.0, 39.0, highest(PADS[name])):
        for slow_s in (0.0, 60.0, 150.0, 300.0):
            assert hold(PADS[name], target, 300, slow_s=slow_s).full < 0.9, (target, slow_s)


def in_steps(at: float, ramp: float) -> float:
    return next(
        (to for until, to in ((300, ramp), (550, 38.0), (800, 40.0), (1000, 37.0)) if at < until), 41.0
    )


def with_pauses(at: float, ramp: float) -> float:
    return 0.0 if at % 200 > 140 else ramp


def with_short_pauses(at: float, ramp: float) -> float:
    return 0.0 if at % 60 > 50 else ramp


def at_once(_at: float, _ramp: float) -> float:
    return 41.0


@each_pad
@pytest.mark.parametrize("setpoint", [in_steps, with_pauses, with_short_pauses, at_once])
def test_setpoints_that_change_and_pauses_are_no_cover(
    name: str, setpoint: Callable[[float, float], float]
) -> None:
    assert hold(PADS[name], 41.0, 1200, setpoint=setpoint).full < 0.9


@each_pad
def test_a_pad_that_begins_cold_or_warm_or_restarts_is_no_cover(name: str) -> None:
    for start in (20.0, 30.0, 37.0):
        for idle_ms in (0, 20_000):
            assert hold(PADS[name], 40.0, 300, start=start, idle_ms=idle_ms).full < 0.9, (start, idle_ms)


@st.composite
def pads(draw: st.DrawFn) -> PadFacts:
    """Pads in the ranges of `PadFacts`, of whose heat a quarter to two fifths go to the air."""

    def between(low: float, high: float) -> float:
        return draw(st.floats(low, high))

    pad = between(200, 600)
    skin = pad * between(0.3, 0.6)
    loss = (pad + skin) / between(180, 480)
    air = loss * between(0.25, 0.4)
    across, taken, spot = loss * between(2.5, 5), loss - air, between(2, 3)
    facts = PadFacts(
        power=between(20, 50), pad_capacity=pad, skin_capacity=skin, pad_to_skin=across, pad_to_air=air,
        skin_to_body=taken * across / (across - taken), hot_spot=spot / (9 - spot),
        sensor_lag_ms=draw(st.integers(10_000, 30_000)), dead_time_ms=draw(st.integers(2000, 5000)),
    )  # fmt: skip
    assume(facts.held_by_full_power > 12)
    return facts


@settings(deadline=None, max_examples=25)
@given(pads(), st.sampled_from([38.0, 39.5, 41.0, 42.0]), st.floats(0.9, 1.1), st.floats(0.9, 1.01))
def test_no_sound_pad_is_taken_for_covered(pad: PadFacts, target: float, flow: float, supply: float) -> None:
    real = but(pad, skin_to_body=flow, power=supply)
    assert hold(pad, min(target, highest(pad)), 300, real=real).found_s is None


@settings(deadline=None, max_examples=25)
@given(pads(), st.floats(0, 300))
def test_on_any_pad_a_cover_is_found_before_skin_is_hurt(pad: PadFacts, after_s: float) -> None:
    course = hold(pad, min(41.0, highest(pad)), 600, covered_s=after_s)
    assert course.found_s is not None
    assert course.dose < 2.0


def seen(cover: Cover, raw: float, since_s: int, until_s: int, rise: float = 0.0) -> bool:
    for at_s in range(since_s, until_s):
        cover.see(raw + (at_s - since_s) * rise, at_s * 1000)
    return cover.found


def found() -> Cover:
    """It stayed warm with no power, which is not judged, and does so while it is heated."""
    cover = Cover(Flows(18.5, 280, 140, 4, 0.4, 1.1, 15_000, 3000), 33.0, 0.4)
    assert not seen(cover, 6.0, 0, 90)
    cover.heat(1.0, 90_000)
    assert seen(cover, 6.0, 90, 110, rise=0.1)
    cover.heat(0.0, 110_000)
    return cover


def test_what_was_found_is_kept_until_the_pad_is_cool() -> None:
    cover = found()
    assert seen(cover, 8.0, 110, 130)
    assert not seen(cover, 1.0, 130, 400)


def test_without_a_sensor_nothing_is_known_any_more() -> None:
    assert not seen(found(), 8.0, 116, 117)


def test_a_pad_offers_no_setpoint_at_which_a_cover_would_hurt_before_it_is_found() -> None:
    assert highest(PADS["standard"]) == 42.0
    assert highest(PADS["rough"]) < highest(PADS["uneven"]) < 42.0
    assert highest(PADS["lagging"]) < 42.0
    (channel,) = config_of(STANDARD["heat"]).channels
    assert channel[3] == 4200
