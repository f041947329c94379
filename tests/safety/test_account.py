"""The account: what was driven and measured, added up by place."""

from __future__ import annotations

import math
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from safety_plans import CHANNELS, HAND_PAD, MIN, SEC, Drives, gun, heat, hold, pad, plan, press, rest

from controller.safety import HAND, Account, Driven, Sample
from controller.safety.account import dose_rate

LEFT, RIGHT = ("upper back", "left"), ("upper back", "right")
HALF = {"pad": pad(**HAND_PAD), "gun": gun()}


def heated(
    actual: float | None, length: int = 10 * MIN, to: float = 40.0, channels: Any = CHANNELS
) -> Drives:
    return Drives(plan(heat(to=to, hold=30 * MIN), heat("thighs", to=to)), channels).go(
        length, {"pad": (1, to)}, {"pad": actual}
    )


@pytest.mark.parametrize(
    ("celsius", "rate"),
    [(38.99, 0.0), (39.0, 1 / 256), (41.0, 1 / 16), (42.0, 0.25), (43.0, 1.0), (44.0, 2.0)],
)
def test_dose_rate_follows_sapareto_and_dewey(celsius: float, rate: float) -> None:
    assert dose_rate(celsius) == pytest.approx(rate)


def test_dose_is_the_trapezoid_of_what_was_measured_on_each_side() -> None:
    account = heated(41.0).account
    assert account.dose(LEFT) == account.dose(RIGHT) == pytest.approx((10 * MIN - SEC) / MIN / 16)
    assert account.dose(("thighs", "left")) == 0.0


def test_dose_goes_on_while_the_pad_cools_on_the_skin() -> None:
    drives = heated(41.0, MIN)
    before = drives.account.dose(LEFT)
    drives.go(MIN, actual={"pad": 40.0})
    assert drives.account.dose(LEFT) > before + 0.9 / 64


@pytest.mark.parametrize(
    ("before", "after", "driven", "rate"),
    [
        (40.0, 40.0, True, dose_rate(42.0)),
        (40.0, 40.0, False, dose_rate(40.0)),
        (40.0, 42.5, False, dose_rate(42.5)),
    ],
)
def test_a_gap_in_the_readings_counts_at_its_upper_bound(
    before: float, after: float, driven: bool, rate: float
) -> None:
    drives = heated(before, MIN, to=41.0)
    drives.go(SEC, actual={"pad": before})
    start = drives.account.dose(LEFT)
    drives.go(2 * MIN, {"pad": (1, 41.0)} if driven else {})
    drives.samples["pad"] = Sample(after, drives.now)
    drives.account.advance(drives.now, {}, drives.samples)
    assert drives.account.dose(LEFT) - start == pytest.approx(2 * rate)


@pytest.mark.parametrize("bad", [None, math.nan, math.inf, 4.0, 61.0])
def test_a_reading_that_is_none_adds_nothing_and_leaves_a_gap(bad: Any) -> None:
    drives = heated(41.0, MIN)
    drives.go(MIN, {"pad": (1, 41.0)}, {"pad": bad})
    drives.go(SEC, {"pad": (1, 41.0)}, {"pad": 41.0})
    assert drives.account.dose(LEFT) >= MIN / MIN * dose_rate(42.0)
    assert math.isfinite(drives.account.dose(LEFT))


@pytest.mark.parametrize(("actual", "counts"), [(39.0, True), (38.99, False), (41.0, True), (41.01, False)])
def test_time_counts_within_a_degree_of_the_target(actual: float, counts: bool) -> None:
    assert (heated(actual).account.heat_of(LEFT)[0] > 9 * MIN) == counts


@pytest.mark.parametrize(("actual", "counts"), [(36.0, True), (35.99, False), (39.0, True)])
def test_heat_that_the_person_softened_counts_around_what_is_asked(actual: float, counts: bool) -> None:
    drives = Drives(plan(heat(to=40.0, hold=20 * MIN)))
    drives.go(3 * MIN, {"pad": (1, 40.0)}, {"pad": 40.0})
    before = drives.account.heat_of(LEFT)
    drives.go(5 * MIN, {"pad": (1, 37.0)}, {"pad": actual})
    gained = [now - then for now, then in zip(drives.account.heat_of(LEFT), before, strict=True)]
    # By the rows of the plan's target: what was softened is never counted as cooler than it may have been.
    assert [row > 4 * MIN for row in gained] == [counts, counts, False, False]


def test_the_way_up_to_the_target_is_no_heat_that_was_softened() -> None:
    drives = Drives(plan(heat(to=41.0, hold=20 * MIN)))
    for n in range(120):
        told = round(36.0 + n // 3 * 0.1, 1)
        drives.go(SEC, {"pad": (1, told)}, {"pad": min(told, 39.9)})
    assert drives.account.heat_of(LEFT)[0] == 0


def test_rows_of_time_are_cumulative_and_go_by_the_target() -> None:
    drives = Drives(plan(heat(to=40.5, hold=MIN), heat(to=39.0, hold=MIN)))
    drives.go(MIN, {"pad": (1, 40.5)}, {"pad": 40.5}).go(30 * SEC, {"pad": (2, 39.0)}, {"pad": 39.5})
    assert drives.account.heat_of(LEFT) == (59 * SEC + 29 * SEC, 59 * SEC, 59 * SEC, 0)


def test_driven_heat_counts_whatever_is_measured() -> None:
    account = heated(None, MIN).account
    assert (account.heat_driven_ms, account.driven_ms(1), account.heats) == (MIN, MIN, 1)
    assert account.heat_of(LEFT) == (0, 0, 0, 0)


def test_by_hand_minutes_count_from_ready_and_a_whole_dose_once_for_a_segment() -> None:
    drives = heated(None, MIN, channels=HALF).go(MIN).go(MIN, {"pad": (1, 37.0)})
    assert drives.account.unmeasured_of(LEFT) == drives.account.heat_of(LEFT)[0] == 2 * MIN
    assert drives.account.dose(LEFT) == 1.0


@pytest.mark.parametrize("apart", [3_000, 3_001])
def test_a_gap_begins_past_three_seconds(apart: int) -> None:
    drives = heated(39.0, MIN)
    drives.go(SEC, actual={"pad": 39.0})
    drives.samples["pad"] = Sample(42.0, drives.now + apart)
    before = drives.account.dose(LEFT)
    drives.account.advance(drives.now + apart, {}, drives.samples)
    rate = (dose_rate(39.0) + dose_rate(42.0)) / 2 if apart == 3_000 else dose_rate(42.0)
    assert drives.account.dose(LEFT) - before == pytest.approx(rate * apart / MIN)


def test_what_is_read_of_a_pad_by_hand_is_no_dose() -> None:
    assert heated(42.0, MIN, channels=HALF).account.dose(LEFT) == 1.0


def test_a_segment_that_drives_nothing_counts_nothing() -> None:
    drives = Drives(plan(rest(MIN), hold(), press())).go(MIN, {"gun": (1, 1300.0)}).go(MIN, {"gun": (2, 1.0)})
    drives.go(MIN, {"gun": (9, 1300.0)})
    assert (drives.account.percussion_ms, drives.account.driven_ms(1)) == (0, 0)


def test_skin_is_warm_until_its_role_reads_38_at_rest() -> None:
    drives = heated(39.0, MIN)
    assert drives.account.warm(LEFT)
    assert drives.go(SEC, actual={"pad": 38.01}).account.warm(LEFT)
    assert drives.go(SEC, {"pad": (2, 40.0)}, {"pad": 33.0}).account.warm(LEFT)
    assert not drives.go(SEC, actual={"pad": 38.0}).account.warm(LEFT)


def test_skin_under_a_pad_by_hand_is_warm_for_two_minutes() -> None:
    drives = heated(None, MIN, channels=HALF).go(2 * MIN - 1)
    assert drives.account.warm(LEFT)
    assert not drives.go(1).account.warm(LEFT)


def pressed(*spans: tuple[int, int], still: bool = False) -> Drives:
    drives = Drives(plan(press(hold=MIN, move="still" if still else "along"), press("rhomboids", hold=MIN)))
    for number, length in spans:
        drives.go(length, {"gun": (number, 1300.0)} if number > 0 else {}, paused=number < 0)
    return drives


def bout_of(drives: Drives) -> int:
    bout = drives.account.bout(LEFT)
    return 0 if bout is None else bout.ms


def careful_of(drives: Drives) -> int:
    bout = drives.account.careful_bout(LEFT)
    return 0 if bout is None else bout.ms


@pytest.mark.parametrize(
    ("rested", "hard", "soft"),
    [(19_999, 15_000, 15_000), (20_000, 0, 15_000), (29_999, 0, 15_000), (30_000, 0, 0)],
)
def test_a_rest_of_pc6_ends_a_bout(rested: int, hard: int, soft: int) -> None:
    drives = pressed((1, 10_000), (2, 5_000), (0, rested))
    assert (bout_of(drives), careful_of(drives)) == (hard, soft)
    after = pressed((1, 10_000), (2, 5_000), (0, rested), (2, 1_000))
    assert (bout_of(after), careful_of(after)) == (hard + 1_000, soft + 1_000)
    assert after.account.percussion_of(LEFT) == after.account.percussion_ms == 16_000


def test_the_soft_rest_is_as_long_as_the_bout() -> None:
    assert careful_of(pressed((1, 50_000), (0, 49_999))) == 50_000
    assert careful_of(pressed((1, 50_000), (0, 50_000))) == 0


def test_a_pause_neither_ends_nor_begins_a_bout() -> None:
    assert bout_of(pressed((1, 10_000), (-1, 9 * MIN), (1, 5_000))) == 15_000
    assert bout_of(pressed((1, 10_000), (0, 10_000), (-1, 9 * MIN), (0, 10_000), (1, 5_000))) == 5_000


def test_still_time_is_by_spot_and_bout() -> None:
    bout = pressed((1, 10_000), (2, 5_000), still=True).account.bout(LEFT)
    assert bout is not None
    assert bout.still_ms == {"upper trapezius": 10_000}
    again = pressed((1, 10_000), (0, 30_000), (2, 5_000), still=True).account.bout(LEFT)
    assert again is not None
    assert again.still_ms == {}


def test_one_side_has_nothing_of_the_other() -> None:
    account = pressed((1, 10_000)).account
    assert (account.percussion_of(RIGHT), account.bout(RIGHT), account.percussion_end(RIGHT)) == (
        0,
        None,
        None,
    )


def test_a_drive_begins_where_it_last_rested_and_with_what_was_measured_then() -> None:
    drives = heated(33.0, MIN)
    drives.go(MIN, actual={"pad": 38.0}).go(SEC, {"pad": (1, 38.0)}, {"pad": 37.0})
    drive = drives.account.drive("pad")
    assert drive is not None
    assert (drive.segment, drive.since_ms, drive.start) == (1, 2 * MIN, 38.0)
    assert drives.go(SEC).account.drive("pad") is None


def test_a_segment_begins_a_drive_of_its_own() -> None:
    drive = heated(39.0, MIN).go(SEC, {"pad": (2, 40.0)}).account.drive("pad")
    assert drive is not None
    assert (drive.segment, drive.since_ms) == (2, MIN)


def test_a_setpoint_of_rest_is_no_drive() -> None:
    drives = Drives(plan(heat())).go(MIN, {"pad": (1, 0.0)}, {"pad": 39.0})
    assert drives.account.drive("pad") is None
    assert drives.account.heat_driven_ms == 0


def test_a_hold_by_hand_is_told_under_its_own_name() -> None:
    drives = Drives(plan(hold(), rest(MIN))).go(20 * SEC, {HAND: (1, 0.0)}).go(12 * SEC)
    (end,) = drives.account.holds().values()
    assert drives.account.rest_of(end) == 12 * SEC


@given(st.lists(st.tuples(st.integers(0, 5_000), st.booleans(), st.floats() | st.none()), max_size=40))
def test_nothing_that_is_counted_ever_falls(steps: list[tuple[int, bool, float | None]]) -> None:
    account = Account(plan(heat(to=40.0)), CHANNELS)
    now, last = 0, (0.0, 0, 0)
    for elapsed, driven, actual in steps:
        now += elapsed
        account.advance(now, {"pad": Driven(1, 40.0)} if driven else {}, {"pad": Sample(actual, now)})
        counts = (account.dose(LEFT), account.heat_driven_ms, account.heat_of(LEFT)[0])
        assert all(math.isfinite(count) for count in counts)
        assert all(after >= before for before, after in zip(last, counts, strict=True))
        last = counts
    assert account.heat_driven_ms <= now


def test_a_clock_that_steps_back_adds_nothing() -> None:
    account = Account(plan(press()), CHANNELS)
    for now in (1_000, 500, 500):
        account.advance(now, {"gun": Driven(1, 1300.0)}, {})
    assert account.percussion_ms == 0


def microseconds(driven: dict[str, Driven]) -> float:
    account = Account(plan(heat(), press()), CHANNELS)
    best = math.inf
    now = 0
    for _ in range(5):
        begun = time.perf_counter()
        for _ in range(2_000):
            now += 100
            account.advance(now, driven, {"pad": Sample(39.0, now)})
        best = min(best, (time.perf_counter() - begun) / 2_000 * 1e6)
    return best


def test_it_costs_next_to_nothing_at_ten_a_second() -> None:
    figures = (
        microseconds({}),
        microseconds({"gun": Driven(2, 1300.0)}),
        microseconds({"pad": Driven(1, 39.0)}),
    )
    print("at rest, one gun, one pad: " + ", ".join(f"{figure:.1f} µs" for figure in figures))
    assert max(figures) < 200  # ten times over on a slow machine is still a fiftieth of a per cent
