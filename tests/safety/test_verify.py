"""The plan check: each soft row at both sides of its boundary, and on every way through."""

from __future__ import annotations

import math
from typing import Any

import pytest
from safety_plans import (
    HAND_GUN,
    HAND_PAD,
    MIN,
    SEC,
    Together,
    ask,
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

from controller.safety import LIMITS, longest_ms, verify
from controller.safety.limits import REGIONS, region
from protocols.body import AREA_OF, AREAS
from protocols.plan import Condition, Plan, Strength, Until

ENOUGH = Condition("tenderness", "<=", 2.0)


def ids(made: Plan, channels: Any = None) -> list[str]:
    return [violation.limit for violation in verify(made, channels)]


def warm_press(gap: int, to: float = 38.0, *between: Any) -> Plan:
    return plan(heat(to=to, hold=5 * MIN), *between, rest(gap), press())


def repeated(skipped: int, *after: Any) -> Until:
    return Until(ENOUGH, (), skipped)


# (row, the last plan within, the first past it): the grid round each boundary.
BOUNDARIES: list[tuple[str, Plan, Plan]] = [
    ("HT1", plan(heat(to=41.0, hold=MIN)), plan(heat(to=41.01, hold=MIN))),
    ("HT1", plan(heat(to=38.0), limits={"HT1": 38.0}), plan(heat(to=38.01), limits={"HT1": 38.0})),
    ("HT4", plan(heat(to=40.0, hold=20 * MIN)), plan(heat(to=40.0, hold=20 * MIN + 1))),
    ("HT4", plan(heat(to=39.0, hold=21 * MIN)), plan(heat(to=39.01, hold=21 * MIN))),
    ("HT4", plan(heat(to=41.0, hold=15 * MIN)), plan(heat(to=41.0, hold=15 * MIN + 1))),
    (
        "HT4",
        plan(heat(to=40.5, hold=10 * MIN), heat(to=39.5, hold=10 * MIN)),
        plan(heat(to=40.5, hold=10 * MIN), heat(to=39.5, hold=10 * MIN + 1)),
    ),
    (
        "HT5",
        plan(heat(to=41.0, hold=15 * MIN, within=4 * MIN)),
        plan(heat(to=41.0, hold=15 * MIN, within=4 * MIN + 1)),
    ),
    (
        "HT9",
        plan(heat(to=37.0, hold=15 * MIN), heat("thighs", to=37.0, hold=15 * MIN - 2)),
        plan(heat(to=37.0, hold=15 * MIN), heat("thighs", to=37.0, hold=15 * MIN - 1)),
    ),
    (
        "HT9",
        plan(heat(to=37.0, hold=20 * MIN, within=10 * MIN)),
        plan(heat(to=37.0, hold=20 * MIN, within=10 * MIN + 1)),
    ),
    (
        "HT9",
        plan(heat(hold=10 * MIN), limits={"HT9": 600.0}),
        plan(heat(hold=10 * MIN + 1), limits={"HT9": 600.0}),
    ),
    ("HT18", plan(heat("neck", to=39.0)), plan(heat("neck", to=39.01))),
    ("HT18", plan(heat("lower back", to=39.0)), plan(heat("lower back", to=39.01))),
    ("HT18", plan(heat("neck", to=37.0)), plan(heat("neck", to=37.0, hold=10 * MIN + 1))),
    ("PC1", plan(press(hold=30 * SEC, move="still")), plan(press(hold=30 * SEC + 1, move="still"))),
    (
        "PC1",
        plan(press(hold=15 * SEC, move="still"), press(hold=15 * SEC, move="still")),
        plan(press(hold=15 * SEC, move="still"), press(hold=15 * SEC + 1, move="still")),
    ),
    ("PC2", plan(press(hold=60 * SEC)), plan(press(hold=60 * SEC + 1))),
    ("PC2", plan(press("adductors", 0.1, 30 * SEC)), plan(press("adductors", 0.1, 30 * SEC + 1))),
    (
        "PC2",
        plan(press("gluteus maximus", 0.3, 25 * SEC), press("piriformis", 0.3, 20 * SEC)),
        plan(press("gluteus maximus", 0.3, 25 * SEC), press("piriformis", 0.3, 20 * SEC + 1)),
    ),
    (
        "PC2",
        plan(press(hold=20 * SEC), limits={"PC2": 20.0}),
        plan(press(hold=20 * SEC + 1), limits={"PC2": 20.0}),
    ),
    (
        "PC2",  # PC6: 30 s of rest begin a new bout, 29.999 s do not
        plan(press(hold=30 * SEC), rest(30 * SEC), press(hold=31 * SEC)),
        plan(press(hold=30 * SEC), rest(30 * SEC - 1), press(hold=31 * SEC)),
    ),
    (
        "PC2",  # PC6: and the rest is as long as the bout
        plan(press(hold=50 * SEC), rest(50 * SEC), press(hold=11 * SEC)),
        plan(press(hold=50 * SEC), rest(50 * SEC - 1), press(hold=11 * SEC)),
    ),
    (
        "PC3",
        plan(press(hold=60 * SEC), rest(MIN), press("rhomboids", hold=60 * SEC)),
        plan(
            press(hold=60 * SEC), rest(MIN), press("rhomboids", hold=60 * SEC - 1), rest(MIN), press(hold=2)
        ),
    ),
    (
        "PC3",
        plan(press(hold=40 * SEC), limits={"PC3": 40.0}),
        plan(press(hold=40 * SEC + 1), limits={"PC3": 40.0}),
    ),
    ("PC13", plan(press(at=0.4)), plan(press(at=0.401))),
    ("PC13", plan(press("adductors", 0.2)), plan(press("adductors", 0.201))),
    (
        "PC13",
        plan(press(at=Strength(2000.0, "/min"))),
        plan(press(at=Strength(2001.0, "/min"))),
    ),
    ("SP1", plan(hold(length=60 * SEC)), plan(hold(length=60 * SEC + 1))),
    (
        "SP2",
        plan(hold(), rest(30 * SEC), hold()),
        plan(hold(), rest(30 * SEC - 1), hold()),
    ),
    (
        "SP2",
        plan(*[hold(), rest(30 * SEC)] * 3),
        plan(*[hold(), rest(30 * SEC)] * 4),
    ),
    (
        "SP3",
        plan(*[hold(point) for point in list(AREA_OF)[:6]]),
        plan(*[hold(point) for point in list(AREA_OF)[:7]]),
    ),
    ("SE1", plan(rest(45 * MIN)), plan(rest(45 * MIN + 1))),
    ("SE1", plan(rest(MIN), limits={"SE1": 60.0}), plan(rest(MIN + 1), limits={"SE1": 60.0})),
    ("SE2", plan(*[rest(1)] * 500), plan(*[rest(1)] * 501)),
    ("SE4", warm_press(60 * SEC), warm_press(60 * SEC - 1)),
    ("SE4", warm_press(60 * SEC, 38.0), warm_press(60 * SEC, 38.01)),
    ("SE4", warm_press(60 * SEC, 41.0, cool(38.0)), warm_press(60 * SEC, 41.0, cool(38.01))),
    (
        "SE4",
        plan(heat("thighs", to=38.0), rest(5 * MIN), press("gluteus maximus", 0.6)),
        plan(heat("thighs", to=38.0), rest(5 * MIN - 1), press("gluteus maximus", 0.6)),
    ),
    (
        "SE4",
        plan(heat("thighs", to=38.0), rest(MIN), press("gluteus maximus", 0.5)),
        plan(heat("thighs", to=38.0), rest(MIN), press("gluteus maximus", 0.501)),
    ),
    ("SE5", plan(press(), rest(2 * MIN), heat()), plan(press(), rest(2 * MIN - 1), heat())),
    ("SE5", plan(press(), rest(2 * MIN), heat(to=40.0)), plan(press(), rest(2 * MIN), heat(to=40.01))),
    (
        "SE6",
        plan(Together(([heat("thighs")], [press()]))),
        plan(Together(([heat("upper back")], [press()]))),
    ),
    ("SE6", plan(Together(([heat("thighs")], [press()]))), plan(Together(([press()], [heat("neck")])))),
    ("ZN1", plan(heat("hips")), plan(heat("iliopsoas"))),
    ("ZN1", plan(press("piriformis", move="along")), plan(press("piriformis", move="still"))),
    ("ZN1", plan(press("erector spinae")), plan(press("quadratus lumborum"))),
    ("ZN1", plan(press("gluteus medius")), plan(press("iliopsoas"))),
    ("ZN1", plan(press("gluteus medius")), plan(press("hips"))),
    ("ZN1", plan(press("erector spinae")), plan(press("lower back"))),
    ("ZN1", plan(press("glutes", 0.3)), plan(press("glutes", 0.3, move="still"))),
    ("PC13", plan(hold("suboccipitals")), plan(press("suboccipitals", 0.05))),
    ("PC13", plan(hold("neck")), plan(press("neck", 0.05))),
]


@pytest.mark.parametrize(("row", "within", "past"), BOUNDARIES, ids=lambda v: v if isinstance(v, str) else "")
def test_each_row_at_its_boundary(row: str, within: Plan, past: Plan) -> None:
    assert ids(within) == []
    assert ids(past) == [row]


def presses(total: int) -> Plan:
    """Percussion of `total` ms in all, two minutes an area and side at most."""
    points = ("upper trapezius", "erector spinae", "gluteus maximus", "vastus lateralis")
    places = [(point, side) for point in points for side in ("left", "right")]
    items: list[Any] = []
    for turn in range(3):
        for point, side in places:
            length = min(40 * SEC, total)
            total -= length
            items += [press(point, 0.3, length, side), rest(5 * SEC)] if length else []
        items.append(rest(40 * SEC if turn < 2 else 1))
    return plan(*items)


def test_percussion_of_a_session_at_its_boundary() -> None:
    assert ids(presses(10 * MIN)) == []
    assert ids(presses(10 * MIN + 1)) == ["PC5"]


HAND = {"pad": pad(**HAND_PAD), "gun": gun(**HAND_GUN)}

DEVICES: list[tuple[str, Plan, Plan, Any]] = [
    ("HT22", plan(heat("thighs", 37.0)), plan(heat("thighs", 37.0, 10 * MIN + 1)), HAND),
    ("HT5", plan(heat(to=37.0, hold=MIN)), plan(heat(to=37.0, hold=MIN), heat(to=37.0, hold=MIN)), HAND),
    ("LE4", plan(press(at=0.35)), plan(press(at=0.351)), HAND),
    ("LE2", plan(press(at=0.35)), plan(press(at=0.351)), {"gun": gun(leash="timer")}),
    ("LE3", plan(press(at=0.35)), plan(press(at=0.351)), {"gun": gun(leash="none")}),
    (
        "LE2",
        plan(press("gluteus maximus", 0.3, 60 * SEC)),
        plan(press("gluteus maximus", 0.3, 60 * SEC + 1)),
        {"gun": gun(leash="timer")},
    ),
    ("LE3", plan(rest(1)), plan(heat()), {"pad": pad(leash="none")}),
    ("HT19", plan(rest(1)), plan(heat()), {"pad": pad(measured=False)}),
    ("HT22", plan(heat()), plan(heat(hold=10 * MIN + 1)), {"pad": pad(measured=False, leash="timer")}),
    ("HT1", plan(heat(to=40.0)), plan(heat(to=40.01)), {"pad": pad(high=40.0)}),
    ("HT1", plan(heat(to=35.0)), plan(heat(to=34.99)), {"pad": pad(low=35.0)}),
    (
        "PC13",  # a rate is held to the real device too
        plan(press(at=Strength(1720.0, "/min"))),
        plan(press(at=Strength(1721.0, "/min"))),
        {"gun": gun(low=1200.0, high=2500.0)},
    ),
    (
        "PC13",  # and still to the device of 1200 to 3200 /min
        plan(press(at=Strength(2000.0, "/min"))),
        plan(press(at=Strength(2001.0, "/min"))),
        {"gun": gun(low=1200.0, high=9000.0)},
    ),
    (
        "SE4",  # 50 % of the real device
        plan(heat("thighs", to=38.0), rest(MIN), press("gluteus maximus", Strength(1850.0, "/min"))),
        plan(heat("thighs", to=38.0), rest(MIN), press("gluteus maximus", Strength(1851.0, "/min"))),
        {"gun": gun(low=1200.0, high=2500.0)},
    ),
    (
        "PC13",
        plan(press(at=Strength(1500.0, "/min"))),
        plan(press(at=Strength(1499.0, "/min"))),
        {"gun": gun(low=1500.0)},
    ),
]


@pytest.mark.parametrize(("row", "within", "past", "channels"), DEVICES)
def test_each_row_of_a_device_at_its_boundary(row: str, within: Plan, past: Plan, channels: Any) -> None:
    assert ids(within, channels) == []
    assert ids(past, channels) == [row]


@pytest.mark.parametrize(("low", "rows"), [(36.0, []), (36.5, []), (36.51, ["HT11"]), (40.0, ["HT11"])])
def test_a_pad_that_cannot_begin_at_36_cannot_be_ramped(low: float, rows: list[str]) -> None:
    assert ids(plan(heat(to=40.0)), {"pad": pad(low=low, step=0.5)}) == rows


def test_by_hand_within_does_not_apply_and_cool_is_two_minutes() -> None:
    made = plan(heat(hold=MIN, within=20 * MIN), cool(within=9 * MIN))
    assert longest_ms(made) == 30 * MIN
    assert longest_ms(made, HAND) == 3 * MIN


def test_the_longest_way_takes_the_longest_branch_and_every_round() -> None:
    made = plan(rest(MIN), repeated(1), rest(MIN), Together(([rest(2 * MIN)], [stretch(3 * MIN), rest(1)])))
    assert longest_ms(made) == 5 * MIN + 1


def test_soft_values_of_a_file_never_loosen() -> None:
    wide = {"SE1": 9e9, "HT1": 60.0, "HT9": 9e9, "PC2": 9e9, "PC3": 9e9}
    broken = plan(
        heat(to=42.0, hold=31 * MIN), rest(45 * MIN), press("hamstrings", hold=121 * SEC), limits=wide
    )
    assert {"SE1", "HT1", "HT9", "PC2", "PC3"} <= set(ids(broken))


def test_the_strictest_row_stands_for_a_quantity() -> None:
    (hot,) = (v for v in verify(plan(heat("neck", to=41.5, hold=MIN))) if v.key == "to")
    assert (hot.limit, hot.asked, hot.allowed, hot.segment) == ("HT18", 41.5, 39.0, 1)
    (long,) = verify(plan(press(hold=70 * SEC, move="still")))
    assert (long.limit, long.asked, long.allowed, long.key) == ("PC1", 70.0, 30.0, "for")


def test_both_sides_of_one_step_are_one_violation() -> None:
    left, right = press(at=0.5, path="/s"), press(at=0.5, side="right", path="/s")
    assert ids(plan(left, right)) == ["PC13"]


@pytest.mark.parametrize(
    ("made", "key"),
    [
        (plan(heat(to=41.5, hold=MIN)), "to"),
        (plan(heat(to=37.0, hold=10 * MIN, within=21 * MIN)), "within"),
        (plan(heat(to=37.0, hold=30 * MIN, within=1)), "within"),
        (plan(heat(to=37.0, hold=31 * MIN)), "for"),
        (plan(press(at=0.9)), "at"),
        (plan(press("piriformis", move="still")), "move"),
        (plan(hold(path="/s"), rest(SEC, path="/s"), hold(path="/s")), "between"),
        (plan(hold(path="/s"), rest(SEC, path="/s"), hold(path="/t")), "press"),
        (plan(press(), heat()), "heat"),
        (plan(heat(), press()), "press"),
    ],
)
def test_a_violation_names_the_key_that_is_to_change(made: Plan, key: str) -> None:
    assert {violation.key for violation in verify(made)} == {key}


# --- every way through


@pytest.mark.parametrize(
    "between", [stretch(9 * MIN), ask(), rate(), cool(), press("vastus lateralis", hold=SEC)]
)
def test_only_a_rest_is_sure_to_pass(between: Any) -> None:
    assert ids(plan(heat(to=38.0), rest(MIN - 1), between, press())) == ["SE4"]
    assert ids(plan(press(hold=40 * SEC), rest(39 * SEC), between, press(hold=30 * SEC))) == ["PC2"]


def test_a_round_left_out_takes_its_rest_with_it() -> None:
    made = plan(heat(to=38.0), repeated(1), rest(MIN), press())
    assert ids(made) == ["SE4"]
    assert ids(plan(heat(to=38.0), rest(MIN), repeated(1), rest(MIN), press())) == []


def test_a_cooling_that_may_be_left_out_shows_nothing() -> None:
    made = plan(heat(to=41.0, hold=MIN), repeated(1), cool(), rest(MIN), press())
    assert ids(made) == ["SE4"]


def test_a_round_repeated_counts_in_full() -> None:
    rounds = [press(hold=50 * SEC), rest(50 * SEC), rate()]
    made = plan(*rounds, repeated(6), *rounds, repeated(2), *rounds)
    assert ids(made) == ["PC3"]


def test_branches_overlap_wholly() -> None:
    beside = Together(
        ([press(hold=30 * SEC)], [rest(5 * MIN), press("rhomboids", hold=31 * SEC, role="gun 2")])
    )
    assert set(ids(plan(beside))) == {"PC2"}
    apart = Together(
        ([press(hold=30 * SEC)], [rest(5 * MIN), press("hamstrings", hold=31 * SEC, role="gun 2")])
    )
    assert ids(plan(apart)) == []


def test_a_bout_goes_on_after_its_fork() -> None:
    beside = Together(([press(hold=40 * SEC)], [hold("gluteus maximus"), stretch(MIN)]))
    assert ids(plan(beside, press("rhomboids", hold=20 * SEC))) == []
    assert ids(plan(beside, press("rhomboids", hold=21 * SEC))) == ["PC2"]


def test_a_rest_beside_a_heat_is_no_rest_after_it() -> None:
    beside = Together(([heat(to=38.0)], [rest(5 * MIN)]))
    assert ids(plan(beside, press())) == ["SE4"]
    assert ids(plan(beside, rest(MIN), press())) == []


def test_a_branch_gives_its_rest_to_what_was_before_the_fork() -> None:
    assert ids(plan(heat(to=38.0), Together(([rest(MIN)], [stretch(1)])), press())) == []


def test_a_cooling_in_a_branch_shows_what_was_heated_before_the_fork() -> None:
    beside = Together(([cool()], [stretch(1)]))
    assert ids(plan(heat(to=41.0, hold=MIN), beside, rest(MIN), press())) == []


def test_a_cooling_beside_its_heat_shows_nothing() -> None:
    beside = Together(([heat(to=41.0, hold=MIN)], [cool()]))
    assert ids(plan(beside, rest(MIN), press())) == ["SE4"]


def test_rest_in_a_branch_counts_for_its_own_branch() -> None:
    inside = [heat(to=38.0), rest(MIN), press()]
    assert ids(plan(Together((inside, [stretch(1)])))) == []


def test_the_other_side_needs_no_rest() -> None:
    assert ids(plan(press(hold=60 * SEC), press(hold=60 * SEC, side="right"))) == []
    assert ids(plan(press(hold=31 * SEC, side="both"), press(hold=30 * SEC, side="right"))) == ["PC2"]


def test_heat_near_is_both_sides_of_an_area_and_those_adjacent_and_no_further() -> None:
    assert ids(plan(heat(to=38.0, side="left"), press(side="right"))) == ["SE4"]
    assert ids(plan(press(side="right"), heat(to=38.0, side="left"))) == ["SE5"]
    assert ids(plan(heat("lower back", to=38.0), press())) == ["SE4"]
    assert ids(plan(heat("glutes", to=38.0), press())) == []


def test_violations_come_by_segment_and_the_whole_plan_last() -> None:
    made = plan(rest(45 * MIN), press("hamstrings", at=0.9), press(at=0.8))
    assert [(v.limit, v.segment) for v in verify(made)] == [("PC13", 2), ("PC13", 3), ("SE1", None)]


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (
            plan(heat("neck", to=38.0, hold=11 * MIN + 500)),
            "neck, both: 11 min 0.5 s of heat: at most 10 min",
        ),
        (plan(hold(length=90 * SEC)), "pressure in one hold: at most 1 min"),
        (plan(press(at=0.5)), "upper trapezius, left: a strength of 50 %: at most 40 %"),
        (plan(press("neck", at=0.5)), "neck, left: no percussion"),
        (plan(press(), rest(SEC), heat()), "heat upper back, both with 1 s of rest after percussion"),
        (plan(rest(45 * MIN + 400)), "45 min 0.4 s at the longest: at most 45 min"),
    ],
)
def test_a_violation_says_what_is_too_much_and_what_is_allowed(made: Plan, says: str) -> None:
    assert any(says in violation.message for violation in verify(made)), verify(made)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_no_number_is_refused(bad: float) -> None:
    assert "HT1" in ids(plan(heat(to=bad)))
    assert "PC13" in ids(plan(press(at=bad)))


# --- the tables


def test_every_point_has_a_region_and_an_area_takes_the_strictest() -> None:
    assert set(REGIONS) == set(AREA_OF)
    for area, points in AREAS.items():
        assert region(area).soft == min(REGIONS[p].soft for p in points)
        assert region(area).bout_ms == min(REGIONS[p].bout_ms for p in points)
    assert all(each.soft <= each.hard for each in REGIONS.values())


def test_every_row_has_a_basis_and_no_soft_value_is_looser_than_its_hard_one() -> None:
    # PC6 and the waits of days ask for more at soft; PC10 is a rate at soft, a level at hard
    rises = {"PC6", "PC7", "PC10", "HT8", "SE7"}
    for row in LIMITS:
        assert row.basis
        if row.soft is not None and row.hard is not None and row.id not in rises:
            assert row.soft <= row.hard


def test_every_row_that_verify_names_stands_in_the_table() -> None:
    named = {row for row, *_ in BOUNDARIES} | {row for row, *_ in DEVICES}
    assert named <= {row.id for row in LIMITS}


def test_a_plan_of_two_thousand_segments_is_checked_in_a_moment() -> None:
    rounds = [press(hold=SEC), rest(SEC), rate()]
    items: list[Any] = []
    for turn in range(99):
        items += [*rounds, repeated((98 - turn) * 4)] if turn < 98 else rounds
    assert set(ids(plan(*items))) == {"PC2"}
