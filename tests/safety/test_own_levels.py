"""A gun or a pad with levels of its own: which level is said for a strength, never one that is too strong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from safety_plans import Drives, plan, press

from controller.core import words
from controller.core.ramps import by_hand_level, by_hand_setpoint
from controller.safety import Channel, Request, View, admit, verify
from controller.safety.limits import STRENGTH_GRAIN
from protocols.plan import Strength

if TYPE_CHECKING:
    from protocols.plan import Plan

GENTLE, MEDIUM, STRONG = Strength(0.2), Strength(0.35), Strength(0.6)


def gun(levels: int | None = 5, scale: tuple[float, float] | None = (1200.0, 3200.0)) -> Channel:
    return Channel.worked_by_hand("gun", "percussion", levels, name="old gun", scale=scale)


def level(strength: Strength, channel: Channel) -> int | None:
    return by_hand_level(by_hand_setpoint(strength, channel), channel)


def test_a_channel_by_hand_has_the_name_of_the_device() -> None:
    assert gun().device == "old gun (by hand)"
    assert Channel.worked_by_hand("gun", "percussion").device == "gun (by hand)"


@pytest.mark.parametrize(
    ("strength", "rate", "number"),
    [
        (GENTLE, 1200.0, 1), (Strength(0.249999), 1200.0, 1), (Strength(0.25), 1700.0, 2),
        (MEDIUM, 1700.0, 2), (STRONG, 2200.0, 3), (Strength(0.75), 2700.0, 4), (Strength(1.0), 3200.0, 5),
        (Strength(1200.0, "/min"), 1200.0, 1), (Strength(1699.0, "/min"), 1200.0, 1),
        (Strength(1700.0, "/min"), 1700.0, 2), (Strength(1800.0, "/min"), 1700.0, 2),
    ],
)  # fmt: skip
def test_on_a_known_scale_it_is_the_highest_level_that_is_not_over(
    strength: Strength, rate: float, number: int
) -> None:
    assert by_hand_setpoint(strength, gun()) == rate
    assert level(strength, gun()) == number


@given(
    levels=st.integers(2, 100), low=st.integers(300, 5000), span=st.integers(1, 5000), share=st.floats(0, 1)
)
def test_no_level_is_ever_faster_than_what_was_asked_for(
    levels: int, low: int, span: int, share: float
) -> None:
    channel = gun(levels, (float(low), float(low + span)))
    for strength in (Strength(share), Strength(low + share * span, "/min")):
        told = by_hand_setpoint(strength, channel)
        number = by_hand_level(told, channel)
        assert number is not None
        assert 1 <= number <= levels
        asked = strength.fraction(low, low + span)
        assert (number - 1) / (levels - 1) <= asked + STRENGTH_GRAIN
        assert (told - low) / span <= asked + STRENGTH_GRAIN
        assert number == levels or number / (levels - 1) > asked - STRENGTH_GRAIN


@pytest.mark.parametrize(
    ("levels", "gentle", "medium"),
    [(3, 1, 1), (4, 1, 1), (5, 1, 1), (6, 1, 2), (10, 2, 3), (20, 4, 7), (30, 6, 10)],
)
def test_on_an_unknown_scale_the_share_of_the_levels_counts(levels: int, gentle: int, medium: int) -> None:
    channel = gun(levels, None)
    assert (level(GENTLE, channel), level(MEDIUM, channel)) == (gentle, medium)


@given(levels=st.integers(3, 100), share=st.floats(0.001, 0.35))
def test_le4_on_an_unknown_scale_gentle_is_in_the_lowest_third_and_nothing_over_medium(
    levels: int, share: float
) -> None:
    number = level(Strength(share), gun(levels, None))
    assert number is not None
    assert 1 <= number <= max(1, 0.35 * levels)
    assert share > 0.2 or number <= levels / 3


def test_le4_refuses_over_medium_on_an_unknown_scale_alone() -> None:
    strong = plan(press(at=0.4))
    assert [v.limit for v in verify(strong, {"gun": gun(5, None)})] == ["LE4"]
    assert verify(strong, {"gun": gun()}) == ()


def test_a_rate_under_the_slowest_is_refused_and_not_rounded_up() -> None:
    slow = plan(press(at=Strength(1000.0, "/min")))
    assert [v.key for v in verify(slow, {"gun": gun(5, (1400.0, 3200.0))}) if "begins at" in v.message] == [
        "at"
    ]
    assert _admitted(slow, gun(5, (1400.0, 3200.0)), 1400.0) == "plan"


def test_the_gate_judges_the_level_that_is_told() -> None:
    medium = plan(press(at=0.35))
    told = by_hand_setpoint(MEDIUM, gun())
    assert _admitted(medium, gun(), told) is None
    assert _admitted(medium, gun(), told + gun().step) == "plan"
    assert _admitted(plan(press(at=1.0)), gun(), 3200.0) == "PC13"


def _admitted(made: Plan, channel: Channel, setpoint: float) -> str | None:
    drives = Drives(made, {"gun": channel})
    seen = View(
        plan=drives.plan, channels={"gun": channel}, samples=drives.samples, account=drives.account,
        now_ms=drives.now, started_ms=0, present_ms=drives.now, paused_ms=0, worst_rating=None,
        standing=drives.account.standing,
    )  # fmt: skip
    refusal = admit(Request("gun", setpoint, 1), seen)
    return None if refusal is None else refusal.limit


@pytest.mark.parametrize(
    ("levels", "scale"),
    [(0, None), (1, None), (2, None), (1, (1200.0, 3200.0)), (5, (3200.0, 1200.0)), (5, (0.0, 3200.0)),
     (None, (1200.0, 1200.0)), (5, (1200.0, float("nan")))],
)  # fmt: skip
def test_levels_that_allow_no_gentle_one_are_no_channel(
    levels: int | None, scale: tuple[float, float] | None
) -> None:
    with pytest.raises(ValueError, match=r"levels|scale"):
        gun(levels, scale)


def test_it_is_said_in_the_device_s_own_levels() -> None:
    assert words.instruction(gun(), 1700.0) == "Switch the gun on at level 2 of 5"
    assert words.instruction(gun(5, None), 20.0) == "Switch the gun on at level 1 of 5"
    assert words.instruction(gun(None), 1700.0) == "Switch the gun on at 1700 strokes a minute"
    assert words.instruction(gun(None, None), 20.0) == "Switch the gun on at its lowest level"
    assert words.instruction(gun(), 0.0) == "Take the gun off the skin and switch it off"


def test_a_pad_is_told_its_lowest_setting_by_number() -> None:
    pad = Channel.worked_by_hand("pad", "heat", 3)
    assert (
        words.instruction(pad, 37.0)
        == "Switch the pad to its lowest setting, level 1 of 3, with a cloth between"
    )
    for levels in (None, 1):
        plain = Channel.worked_by_hand("pad", "heat", levels)
        assert words.instruction(plain, 37.0) == "Switch the pad to its lowest setting, with a cloth between"
