"""Skipping a rest or a cooling: refused where a limit needs it, given what places have really had."""

from __future__ import annotations

from typing import Any

import pytest
from safety_plans import (
    CHANNELS,
    HAND_PAD,
    MIN,
    SEC,
    Drives,
    Together,
    cool,
    gun,
    heat,
    hold,
    pad,
    plan,
    press,
    rate,
    rest,
    stretch,
)

from controller.safety import HAND, skip_refused, verify
from protocols.plan import Condition, Plan, Until


def after(made: Plan, *spans: tuple[Any, int], channels: Any = CHANNELS, skin: float | None = 33.0) -> Drives:
    """Each span drives `(role, segment)`, or nothing; the pad reads 39 °C while driven, `skin` after."""
    assert verify(made, channels) == ()
    drives = Drives(made, channels)
    for who, length in spans:
        hot = who is not None and who[0] == "pad"
        drives.go(length, {who[0]: (who[1], 39.0)} if who else {}, {"pad": 39.0 if hot else skin})
    return drives


def skip(made: Plan, current: int, *spans: tuple[Any, int], **other: Any) -> str | None:
    drives = after(made, *spans, **other)
    return skip_refused(made, current, drives.account, drives.now)


BOUTS = plan(press(hold=40 * SEC), rest(40 * SEC), press("rhomboids", hold=30 * SEC))


@pytest.mark.parametrize(("rested", "refused"), [(0, "PC6"), (39_999, "PC6"), (40_000, None)])
def test_a_rest_between_bouts_is_needed_for_as_long_as_pc6_says(rested: int, refused: str | None) -> None:
    assert skip(BOUTS, 2, (("gun", 1), 40 * SEC), (None, rested)) == refused


def test_a_place_that_faded_early_needs_less() -> None:
    assert skip(BOUTS, 2, (("gun", 1), 20 * SEC), (None, 1)) is None


def test_a_rest_still_to_come_makes_this_one_needless() -> None:
    made = plan(press(hold=40 * SEC), rest(MIN), rest(40 * SEC), press(hold=30 * SEC))
    assert skip(made, 2, (("gun", 1), 40 * SEC), (None, 1)) is None
    assert skip(made, 3, (("gun", 1), 40 * SEC), (None, 1)) == "PC6"


def test_still_pressing_of_one_spot_needs_its_rest() -> None:
    made = plan(press(hold=30 * SEC, move="still"), rest(30 * SEC), press(hold=5 * SEC, move="still"))
    assert skip(made, 2, (("gun", 1), 30 * SEC), (None, 10)) == "PC6"


WARM = plan(heat(to=39.0, hold=5 * MIN), cool(), rest(MIN), press())


@pytest.mark.parametrize(("skin", "refused"), [(38.01, "SE4"), (38.0, None), (None, "SE4")])
def test_a_cooling_is_needed_until_the_skin_is_cool(skin: float | None, refused: str | None) -> None:
    assert skip(WARM, 2, (("pad", 1), 5 * MIN), (None, MIN), skin=skin) == refused


@pytest.mark.parametrize(("rested", "refused"), [(59_999, "SE4"), (60_000, None)])
def test_a_rest_between_heat_and_percussion_is_needed(rested: int, refused: str | None) -> None:
    assert skip(WARM, 3, (("pad", 1), 5 * MIN), (None, rested)) == refused


def test_strength_after_heat_needs_its_five_minutes() -> None:
    made = plan(heat("thighs", to=38.0, hold=MIN), rest(5 * MIN), press("gluteus maximus", 0.6))
    assert skip(made, 2, (("pad", 1), MIN), (None, 5 * MIN - 1)) == "SE4"
    assert skip(made, 2, (("pad", 1), MIN), (None, 5 * MIN)) is None


def test_a_cooling_by_hand_is_two_minutes_off_the_skin() -> None:
    by_hand = {"pad": pad(**HAND_PAD), "gun": gun()}
    spans = (("pad", 1), 5 * MIN)
    assert skip(WARM, 2, spans, (None, 2 * MIN - 1), channels=by_hand) == "SE4"
    assert skip(WARM, 2, spans, (None, 2 * MIN), channels=by_hand) is None


@pytest.mark.parametrize(("rested", "refused"), [(119_999, "SE5"), (120_000, None)])
def test_a_rest_between_percussion_and_heat_is_needed(rested: int, refused: str | None) -> None:
    made = plan(press(), rest(2 * MIN), heat(to=39.0))
    assert skip(made, 2, (("gun", 1), 20 * SEC), (None, rested)) == refused


@pytest.mark.parametrize(("rested", "refused"), [(29_999, "SP2"), (30_000, None)])
def test_a_rest_between_holds_is_needed(rested: int, refused: str | None) -> None:
    made = plan(hold(), rest(30 * SEC), hold())
    assert skip(made, 2, ((HAND, 1), 20 * SEC), (None, rested)) == refused


def test_a_rest_that_no_limit_needs_may_be_skipped() -> None:
    made = plan(press(), rest(MIN), press("hamstrings"))
    assert skip(made, 2, (("gun", 1), 20 * SEC)) is None


def test_only_rests_and_coolings_are_ever_refused() -> None:
    made = plan(heat(to=38.0, hold=MIN), stretch(MIN), rest(MIN), press())
    assert skip(made, 2, (("pad", 1), MIN), skin=39.0) is None
    assert skip(made, 1, (("pad", 1), SEC), skin=39.0) is None


def test_what_was_already_left_behind_is_no_matter() -> None:
    made = plan(heat(to=38.0, hold=MIN), rest(MIN), press(), rest(MIN), stretch(MIN))
    assert skip(made, 4, (("pad", 1), MIN), (None, MIN), (("gun", 3), 20 * SEC)) is None


def test_a_round_that_may_be_left_out_lends_no_rest() -> None:
    enough = Until(Condition("tenderness", "<=", 2.0), (), 1)
    made = plan(heat(to=38.0, hold=MIN), rest(MIN), rate(), enough, rest(MIN), press())
    assert skip(made, 2, (("pad", 1), MIN), (None, 1)) == "SE4"


def test_a_fork_that_is_over_is_not_walked_again() -> None:
    made = plan(Together(([heat(to=38.0, hold=MIN)], [stretch(MIN)])), rest(MIN), press())
    assert skip(made, 3, (("pad", 1), MIN), (None, 1)) == "SE4"
    assert skip(made, 3, (("pad", 1), MIN), (None, MIN)) is None


def test_the_rest_of_another_branch_may_be_over() -> None:
    made = plan(press(), Together(([rest(2 * MIN)], [rest(MIN)])), heat(to=39.0))
    assert skip(made, 2, (("gun", 1), 20 * SEC), (None, MIN)) == "SE5"
    assert skip(made, 2, (("gun", 1), 20 * SEC), (None, 2 * MIN)) is None


def test_what_another_branch_still_does_counts_after_the_fork() -> None:
    beside = Together(([rest(MIN), stretch(MIN)], [stretch(MIN), heat(to=38.0, hold=MIN), rest(MIN)]))
    made = plan(beside, rest(MIN), press())
    assert skip(made, 1, (None, 1)) is None
    assert skip(made, 6, (("pad", 4), MIN), (None, MIN - 1)) == "SE4"


def test_inside_a_branch_what_follows_the_fork_counts_too() -> None:
    made = plan(heat(to=38.0, hold=MIN), Together(([rest(MIN)], [stretch(MIN)])), press())
    assert skip(made, 2, (("pad", 1), MIN), (None, 1)) == "SE4"
    assert skip(made, 2, (("pad", 1), MIN), (None, MIN)) is None
    inside = plan(Together(([press(hold=40 * SEC), rest(40 * SEC), press(hold=30 * SEC)], [stretch(MIN)])))
    assert skip(inside, 2, (("gun", 1), 40 * SEC), (None, 1)) == "PC6"
    assert skip(inside, 2, (("gun", 1), 40 * SEC), (None, 40 * SEC)) is None
