"""How a pad may move: rows HT12 to HT14 and HT21, hazards HZ03 and HZ06, at their edges.

The numbers are those of `safety.md`, written out; a pad here is a list of readings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.safety.pad_watch import PadWatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.safety.finding import Finding

SECOND, MINUTE = 1_000, 60_000
STEP = 200
Course: TypeAlias = "Callable[[int], float]"
"""°C at a time in ms."""


class Pad:
    """A pad that is watched; `found` is what was found first, `found_ms` when."""

    def __init__(self, start: float = 33.0) -> None:
        self.watch = PadWatch()
        self.now_ms = 0
        self.found: Finding | None = None
        self.found_ms = 0
        self.reads(start)

    def reads(self, actual: float) -> None:
        found = self.watch.report(self.now_ms, actual)
        if found is not None and self.found is None:
            self.found, self.found_ms = found, self.now_ms

    def told(self, setpoint: float) -> None:
        self.watch.tell(self.now_ms, setpoint)

    def follows(self, course: Course, ms: int, ramp: Course | None = None) -> None:
        """Readings along `course` for `ms`, told along `ramp`; both by the time since now."""
        began = self.now_ms
        while self.now_ms < began + ms and self.found is None:
            self.now_ms += STEP
            if ramp is not None:
                self.told(ramp(self.now_ms - began))
            self.reads(course(self.now_ms - began))

    @property
    def verdict(self) -> tuple[str, str] | None:
        return None if self.found is None else (self.found.grade, self.found.limit)


def line(start: float, per_minute: float) -> Course:
    return lambda ms: start + per_minute * ms / MINUTE


def steady(value: float) -> Course:
    # Never quite the same twice, as no sensor is.
    return lambda ms: value + 0.01 * (ms // STEP % 2)


def settled(at: float, told: float) -> Pad:
    """A pad told `told` two minutes ago that has measured `at` since."""
    pad = Pad(at)
    pad.told(told)
    pad.follows(steady(at), 2 * MINUTE)
    assert pad.found is None
    return pad


@pytest.mark.parametrize(
    ("per_minute", "verdict"),
    [(3.9, None), (4.2, ("pause", "HT12")), (5.9, ("pause", "HT12")), (6.3, ("stop", "HT12"))],
)
def test_above_36_a_pad_rises_at_most_4_degrees_a_minute(per_minute: float, verdict: object) -> None:
    pad = Pad(36.0)
    pad.told(42.0)
    pad.watch._lowest = 42.0
    pad.follows(line(36.0, per_minute), 30 * SECOND)
    assert pad.verdict == verdict
    if verdict:
        assert pad.found_ms <= 21 * SECOND


def test_below_36_it_may_rise_faster() -> None:
    pad = Pad(30.0)
    pad.told(36.0)
    pad.follows(line(30.0, 8.0), 45 * SECOND)
    assert pad.found is None


def test_at_rest_a_rise_of_6_a_minute_still_stops() -> None:
    pad = Pad(36.0)
    pad.watch._coast = 9.0
    pad.follows(line(36.0, 6.5), 25 * SECOND)
    assert pad.verdict == ("stop", "HT12")


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("jump", "verdict"), [(0.9, None), (1.1, ("stop", "HT12"))])
def test_a_reading_that_jumps_by_more_than_a_degree_a_second_is_a_sensor_at_fault(
    sign: int, jump: float, verdict: object
) -> None:
    pad = Pad(30.0)
    pad.follows(steady(30.0), 5 * SECOND)
    pad.now_ms += STEP
    pad.reads(30.0 + sign * jump)
    assert pad.verdict == verdict


def test_a_jump_over_a_gap_of_readings_is_judged_by_its_pace() -> None:
    pad = Pad(30.0)
    pad.now_ms += 3 * SECOND
    pad.reads(32.9)
    assert pad.found is None
    pad.now_ms += 3 * SECOND
    pad.reads(36.0)
    assert pad.verdict == ("stop", "HT12")


def test_steps_of_a_tenth_every_50_ms_are_no_jump() -> None:
    pad = Pad(30.0)
    for n in range(100):
        pad.now_ms += 50
        pad.reads(30.0 + (n % 2) * 0.1)
    assert pad.found is None


@pytest.mark.parametrize(("over", "verdict"), [(0.5, None), (0.6, ("pause", "HT13"))])
def test_half_a_degree_over_the_setpoint_pauses(over: float, verdict: object) -> None:
    pad = settled(38.0, 38.0)
    pad.follows(lambda ms: min(38.0 + over, 38.0 + 2.0 * ms / MINUTE), 40 * SECOND)
    assert pad.verdict == verdict


def test_a_degree_over_for_ten_seconds_stops_even_at_rest() -> None:
    pad = settled(38.0, 38.0)
    pad.told(0.0)
    began = pad.now_ms
    over = [pad.watch._over(began + ms, 39.0 + 0.1 * (ms >= SECOND)) for ms in range(0, 12 * SECOND, STEP)]
    assert [n for n, found in enumerate(over) if found] == [n for n in range(60) if n * STEP >= 11 * SECOND]
    assert over[-1] is not None
    assert (over[-1].grade, over[-1].limit) == ("stop", "HT13")


def test_a_setpoint_that_comes_down_is_no_overshoot_but_getting_warmer_then_is() -> None:
    pad = settled(40.0, 40.0)
    pad.told(37.0)
    pad.follows(line(40.0, -0.6), 2 * MINUTE)
    assert pad.found is None
    pad.follows(line(38.8, 2.0), MINUTE)
    assert pad.verdict == ("pause", "HT13")


def test_a_steady_pad_that_is_softened_twice_and_cools_slowly_is_let_be() -> None:
    pad = Pad(40.0)
    pad.told(40.0)
    pad.follows(lambda _: 40.0, 25 * SECOND)
    pad.told(39.5)
    pad.told(39.0)
    pad.follows(lambda _: 40.0, 40 * SECOND)
    assert pad.found is None
    # Going up again under its reading asks nothing of it either.
    pad.follows(lambda _: 40.0, 35 * SECOND, lambda ms: 39.0 + ms / 35 / SECOND)
    assert pad.found is None


@pytest.mark.parametrize("lag", [20, 35])
def test_a_lagging_pad_that_is_softened_while_it_warms_may_go_on_for_a_minute(lag: int) -> None:
    pad = Pad(36.0)
    pad.told(36.1)
    pad.follows(line(36.0, 2.0), 60 * SECOND, lambda ms: 36.1 + 2.0 * ms / MINUTE + 0.4)
    pad.told(37.5)
    pad.follows(lambda ms: min(38.0 + 2.0 * ms / MINUTE, 38.0 + lag / 30 * 0.95), 50 * SECOND)
    assert pad.found is None
    pad.follows(lambda ms: 38.0 + lag / 30 * 0.95 + 2.0 * ms / MINUTE, MINUTE)
    assert pad.verdict == ("pause", "HT13")


def test_a_softened_pad_that_gets_warmer_is_over_its_setpoint() -> None:
    pad = settled(40.0, 40.0)
    pad.told(39.5)
    pad.follows(line(40.0, 1.5), 40 * SECOND)
    assert pad.verdict == ("pause", "HT13")


def test_a_pad_that_does_not_warm_pauses_after_one_minute_and_stops_after_two() -> None:
    pad = Pad(32.0)
    pad.told(36.0)
    pad.follows(line(32.0, 0.9), 2 * MINUTE)
    assert (pad.verdict, pad.found_ms) == (("pause", "HT14"), MINUTE + STEP)
    pad.found = None
    pad.told(0.0)
    pad.follows(steady(32.5), 30 * SECOND)
    pad.told(36.0)
    again = pad.now_ms
    pad.follows(line(32.5, 0.9), 2 * MINUTE)
    assert (pad.verdict, pad.found_ms - again) == (("stop", "HT14"), MINUTE + STEP)


def test_a_good_minute_between_two_bad_ones_forgives_the_first() -> None:
    pad = Pad(28.0)
    pad.told(36.0)
    pad.follows(line(28.0, 0.5), 90 * SECOND)
    assert pad.verdict == ("pause", "HT14")
    pad.found = None
    pad.follows(line(28.5, 1.5), MINUTE)
    pad.follows(line(30.0, 0.5), 90 * SECOND)
    assert pad.verdict == ("pause", "HT14")


@settings(max_examples=60, deadline=None)
@given(
    start=st.floats(20.0, 35.0),
    per_minute=st.floats(1.05, 3.6),  # a grain of 0.1 °C makes up to 0.3 a minute more of it
    to=st.floats(36.0, 41.0),
    grain=st.sampled_from([0.0, 0.01, 0.1]),
)
def test_a_slow_but_healthy_heater_is_let_be(
    start: float, per_minute: float, to: float, grain: float
) -> None:
    """It gains at least a degree a minute until it is there, never faster than 4, and then holds."""

    def ramp(ms: int) -> float:
        return min(to, 36.0 + 2.0 * ms / MINUTE)

    pad = Pad(start)
    actual = start

    def course(ms: int) -> float:
        nonlocal actual
        actual = min(ramp(ms), actual + per_minute * STEP / MINUTE)
        seen = round(actual / grain) * grain if grain else actual
        return seen + 0.001 * (ms // STEP % 2)

    pad.told(36.0)
    pad.follows(course, 25 * MINUTE, ramp)
    assert pad.verdict is None


@pytest.mark.parametrize(("under", "verdict"), [(1.9, None), (2.1, ("stop", "HT14"))])
def test_once_reached_a_minute_of_two_degrees_below_stops(under: float, verdict: object) -> None:
    pad = settled(39.0, 39.0)
    pad.follows(lambda ms: max(39.0 - under, 39.0 - 6.0 * ms / MINUTE) + 0.01 * (ms // STEP % 2), 40 * SECOND)
    fell = pad.now_ms
    pad.follows(steady(39.0 - under), 2 * MINUTE)
    assert pad.verdict == verdict
    if verdict:
        assert pad.found_ms - fell <= MINUTE


@pytest.mark.parametrize(("rise", "verdict"), [(0.5, None), (0.6, ("stop", "HZ03"))])
def test_a_pad_at_rest_that_gets_warmer_stops(rise: float, verdict: object) -> None:
    pad = settled(38.0, 38.0)
    pad.told(0.0)
    pad.follows(lambda ms: min(38.0 + rise, 38.0 + 3.0 * ms / MINUTE), 20 * SECOND)
    assert pad.verdict == verdict
    if verdict:
        assert pad.found_ms - 2 * MINUTE <= 15 * SECOND


def test_a_cold_pad_that_a_body_warms_is_let_be() -> None:
    pad = Pad(20.0)
    pad.follows(lambda ms: 20.0 + 16.0 * min(1.0, ms / (5 * MINUTE)), 8 * MINUTE)
    assert pad.found is None


@pytest.mark.parametrize("lag", [10, 20, 30])
def test_a_lagging_sensor_that_goes_on_rising_after_the_heat_went_off_is_let_be(lag: int) -> None:
    """A pad at 3.5 °C a minute behind a first-order lag, switched off on its way; it then cools."""
    pad = Pad(33.0)
    pad.told(42.0)
    true = seen = 33.0

    def warm(ms: int) -> float:
        nonlocal true, seen
        true += 3.5 * STEP / MINUTE
        seen += (true - seen) * STEP / SECOND / lag
        return seen

    def off(ms: int) -> float:
        nonlocal true, seen
        true -= 0.5 * STEP / MINUTE
        seen += (true - seen) * STEP / SECOND / lag
        return seen

    pad.follows(warm, 80 * SECOND)
    assert pad.found is None
    pad.told(0.0)
    pad.follows(off, 5 * MINUTE)
    assert pad.found is None


def test_after_a_minute_of_rest_nothing_is_forgiven_any_more() -> None:
    pad = Pad(36.5)
    pad.told(38.0)
    pad.follows(line(36.5, 2.0), 30 * SECOND)
    pad.told(0.0)
    assert pad.watch._coast > 1.0
    pad.follows(steady(37.5), MINUTE)
    pad.follows(line(37.5, 2.0), 18 * SECOND)
    assert pad.verdict == ("stop", "HZ03")


def test_a_reading_that_stands_still_during_a_ramp_is_a_sensor_at_fault() -> None:
    pad = settled(39.0, 39.0)
    froze = pad.now_ms
    pad.follows(lambda _: 39.0, 2 * MINUTE, line(39.0, 2.0))
    assert pad.verdict == ("stop", "HZ06")
    assert 30 * SECOND <= pad.found_ms - froze <= 31 * SECOND


def test_a_reading_that_stands_still_while_a_warm_pad_rests_is_a_sensor_at_fault() -> None:
    pad = settled(39.0, 39.0)
    pad.follows(lambda _: 39.0, 5 * MINUTE)
    assert pad.found is None, "a pad that holds its setpoint may stand still"
    pad.told(0.0)
    rested = pad.now_ms
    pad.follows(lambda _: 39.0, MINUTE)
    assert pad.verdict == ("stop", "HZ06")
    assert pad.found_ms - rested == 30 * SECOND


def test_a_pad_that_would_pass_43_with_a_slow_sensor_is_rested_before() -> None:
    pad = Pad(40.0)
    pad.told(42.0)
    pad.watch._lowest = 50.0
    pad.follows(line(40.0, 3.5), MINUTE)
    assert pad.verdict == ("pause", "HT2")
    assert pad.found is not None
    assert "rising" in pad.found.why


@pytest.mark.parametrize(
    ("under", "seconds"), [(1.5, 60), (1.0, 60), (0.5, 60), (0.4, 75), (0.3, None), (0.0, None)]
)
def test_a_reading_that_stands_still_under_the_setpoint_rests_the_pad_and_is_judged_there(
    under: float, seconds: int | None
) -> None:
    pad = settled(39.0, 39.0)
    pad.follows(lambda ms: max(39.0 - under, 39.0 - 3.0 * ms / MINUTE), 40 * SECOND)
    froze = pad.now_ms - 40 * SECOND + round(under * 20) * SECOND
    pad.follows(lambda _: 39.0 - under, 10 * MINUTE)
    assert pad.verdict == (None if seconds is None else ("pause", "HZ06"))
    if seconds is not None:
        assert pad.found_ms - froze <= seconds * SECOND + SECOND
        pad.found = None
        pad.told(0.0)
        pad.follows(lambda _: 39.0 - under, MINUTE)
        assert pad.verdict == ("stop", "HZ06")


@pytest.mark.parametrize(
    ("rule", "bites"),
    [
        ("_soon_too_hot", test_a_pad_that_would_pass_43_with_a_slow_sensor_is_rested_before),
        ("_jump", test_a_jump_over_a_gap_of_readings_is_judged_by_its_pace),
        ("_rise", test_at_rest_a_rise_of_6_a_minute_still_stops),
        ("_over", test_a_setpoint_that_comes_down_is_no_overshoot_but_getting_warmer_then_is),
        (
            "_fallen_back",
            lambda: test_once_reached_a_minute_of_two_degrees_below_stops(2.1, ("stop", "HT14")),
        ),
        ("_verify", test_a_pad_that_does_not_warm_pauses_after_one_minute_and_stops_after_two),
        ("_by_itself", lambda: test_a_pad_at_rest_that_gets_warmer_stops(0.6, ("stop", "HZ03"))),
        ("_frozen", test_a_reading_that_stands_still_while_a_warm_pad_rests_is_a_sensor_at_fault),
    ],
)
def test_without_a_rule_its_test_is_red(
    monkeypatch: pytest.MonkeyPatch, rule: str, bites: Callable[[], None]
) -> None:
    monkeypatch.setattr(PadWatch, rule, lambda *_: None)
    with pytest.raises(AssertionError):
        bites()
