"""How rounds are judged, and what a run says and returns of it."""

from __future__ import annotations

import pytest

from bench.goals import Goal, Result, Verdict, exit_code, summary

AT_MOST = Goal("time / floor", "<=", 2.0)
AT_LEAST = Goal("rate / floor", ">=", 2.0)
GOOD, BAD = Result(AT_MOST, (1.0,) * 9), Result(AT_MOST, (3.0,) * 9)
SKIPPED = Result(AT_MOST, skipped="no peer here")


def nine(below: int, at: float = 1.0, otherwise: float = 3.0) -> tuple[float, ...]:
    return (at,) * below + (otherwise,) * (9 - below)


@pytest.mark.parametrize(
    ("below", "verdict"),
    [(9, Verdict.MET), (5, Verdict.MET), (4, Verdict.UNSETTLED), (2, Verdict.UNSETTLED), (1, Verdict.MISSED)],
)
def test_a_goal_holds_on_the_median_and_is_missed_only_with_its_best_third(
    below: int, verdict: Verdict
) -> None:
    assert Result(AT_MOST, nine(below)).verdict is verdict
    assert Result(AT_LEAST, nine(below, 3.0, 1.0)).verdict is verdict


def test_the_order_of_the_rounds_does_not_matter() -> None:
    assert Result(AT_MOST, nine(2)[::-1]).verdict is Verdict.UNSETTLED


def test_the_limit_itself_is_met() -> None:
    assert Result(AT_MOST, (2.0,) * 9).verdict is Verdict.MET
    assert Result(AT_LEAST, (2.0,) * 9).verdict is Verdict.MET
    assert Result(AT_MOST, (2.001,) * 9).verdict is Verdict.MISSED
    assert Result(AT_LEAST, (1.999,) * 9).verdict is Verdict.MISSED


def test_where_every_round_counts_one_bad_round_is_a_miss() -> None:
    never_early = Goal("earliest", ">=", 0.0, every=True)
    assert Result(never_early, (5.0,) * 8 + (0.0,)).verdict is Verdict.MET
    assert Result(never_early, (5.0,) * 8 + (-0.1,)).verdict is Verdict.MISSED


def test_nan_is_a_miss() -> None:
    assert Result(AT_MOST, (float("nan"),) * 9).verdict is Verdict.MISSED


def test_fewer_than_nine_rounds_are_no_result() -> None:
    with pytest.raises(ValueError, match="8 rounds"):
        Result(AT_MOST, (1.0,) * 8)


def test_a_result_has_ratios_or_a_reason_for_none() -> None:
    with pytest.raises(ValueError, match="or a reason"):
        Result(AT_MOST)
    with pytest.raises(ValueError, match="or a reason"):
        Result(AT_MOST, (1.0,) * 9, "no peer here")


def test_a_miss_is_exit_1() -> None:
    assert exit_code([GOOD, BAD, SKIPPED]) == 1


def test_neither_a_skip_nor_noise_is_a_miss() -> None:
    assert exit_code([GOOD, SKIPPED, Result(AT_MOST, nine(3))]) == 0


def test_the_last_line_counts_what_was_met_among_all() -> None:
    assert summary([GOOD, BAD, SKIPPED, GOOD, Result(AT_MOST, nine(3))]) == "2 of 5 goals met"
