"""What a body had before: each row over days at both sides of its boundary, in the check and the gate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from gate_cases import read, view
from past_plans import BACK, DAY, HOUR, NOW, THIGH, after, gave, warmed, worked
from safety_plans import CHANNELS, HAND_PAD, MIN, SEC, Drives, gun, heat, hold, pad, plan, press, stretch

from controller.safety import Had, Request, Standing, Tightening, admit, gate, verify, warnings, worst_case
from controller.safety import limits as at
from controller.safety.past import before

HEAT = plan(heat(to=38.0, hold=MIN))
PRESS = plan(press("rectus femoris", 0.3, 20 * SEC))
BACKS = plan(press(at=0.3, hold=20 * SEC))
THIGHS = (THIGH, ("thighs", "right"))
SORE = Tightening(row="C13", name="hard exercise", percussion_day_ms=60_000, strength_most=0.5)


@dataclass(frozen=True)
class Row:
    """`off`: the constants that, turned off, let the first value past it through."""

    limit: str
    guard: str
    plan: Any
    within: Standing
    past: Standing
    off: dict[str, float]
    strength: float = 0.1


BIG = 10**12
GATE = [
    Row("HT6", "_ht6", HEAT, after(warmed(2 * HOUR, dose=1.999)), after(warmed(2 * HOUR, dose=2.0)),
        {"HT6_HARD": BIG}),
    Row("HT7", "_ht7", HEAT, after(warmed(2 * HOUR, 60 * MIN - 1)), after(warmed(2 * HOUR, 60 * MIN)),
        {"HT7_HARD_MS": BIG}),
    Row("HT8", "_ht8", HEAT, after(*(warmed(n * HOUR) for n in (2, 5))),
        after(*(warmed(n * HOUR) for n in (2, 5, 8))), {"HT8_SESSIONS": BIG}),
    Row("HT16", "_ht16", HEAT, after(warmed(600.0, completed=True)), after(warmed(599.9, completed=True)),
        {"HT16_AGAIN_MS": 0}),
    Row("PC4", "_pc4", PRESS, after(worked(5 * HOUR, 299_999, THIGHS)),
        after(worked(5 * HOUR, 300_000, THIGHS)), {"PC4_HARD_MS": BIG}),
    Row("PC5", "_pc5", PRESS, after(gave(5 * HOUR, percussion_ms=30 * MIN - 1)),
        after(gave(5 * HOUR, percussion_ms=30 * MIN)), {"PC5_DAY_HARD_MS": BIG}),
    Row("PC12", "_pc12", PRESS, after(gave(5 * HOUR, hand_held_ms=30 * MIN - 1)),
        after(gave(5 * HOUR, hand_held_ms=30 * MIN)), {"PC12_HARD_MS": BIG}),
    Row("PC7", "_pc7", PRESS, after(worked(4 * HOUR, sites=THIGHS)),
        after(worked(4 * HOUR - 1, sites=THIGHS)), {"PC7_HARD_MS": 0}),
    Row("PC7", "_pc7", PRESS, after(worked(5 * HOUR, sites=THIGHS)),
        after(*(worked(n * HOUR, sites=THIGHS) for n in (5, 10))), {"PC7_SESSIONS": BIG}),
    Row("SE7", "_se7", PRESS, after(worked(HOUR)), after(worked(HOUR - 1)), {"SE7_HARD_MS": 0}),
    Row("PC8", "_pc8", PRESS, after(worked(5 * HOUR, 119_999, THIGHS), tightenings=(SORE,)),
        after(worked(5 * HOUR, 120_000, THIGHS), tightenings=(SORE,)), {"PC8_HARD_MS": BIG}),
    Row("PC9", "_pc9", HEAT, after(gave(HOUR, worst={BACK: 7.99})), after(gave(HOUR, worst={BACK: 8.0})),
        {"PC9_HARD": BIG}),
    Row("PC9", "_pc9", HEAT, after(gave(DAY, worst={BACK: 9.0})), after(gave(DAY - 1, worst={BACK: 9.0})),
        {"PC9_LOCK_MS": 0}),
    Row("HT6", "_readable", HEAT, after(), after(readable=False), {}),
    Row("PC4", "_readable", PRESS, after(), after(readable=False), {}),
]  # fmt: skip


def at_gate(made: Any, standing: Standing, strength: float = 0.1) -> str | None:
    drives = read(Drives(made, CHANNELS, standing), pad=36.0, gun=1300.0)
    hot = made.roles.get("pad") == "heat"
    request = Request("pad", 36.0, 1) if hot else Request("gun", 1200.0 + 2000.0 * strength, 1)
    refusal = admit(request, view(drives))
    return None if refusal is None else refusal.limit


def name(row: Row) -> str:
    return f"{row.limit} {row.guard}"


@pytest.mark.parametrize("row", GATE, ids=name)
def test_the_gate_admits_the_last_within_and_refuses_the_first_past(row: Row) -> None:
    assert at_gate(row.plan, row.within) is None
    assert at_gate(row.plan, row.past) == row.limit


@pytest.mark.parametrize("row", GATE, ids=name)
def test_without_its_guard_the_first_past_would_be_driven(row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    left = tuple(g for g in gate.BODY_GUARDS if g.__name__ != row.guard)
    assert len(left) == len(gate.BODY_GUARDS) - 1
    monkeypatch.setattr(gate, "BODY_GUARDS", left)
    assert at_gate(row.plan, row.past) is None


@pytest.mark.parametrize("row", [row for row in GATE if row.off], ids=name)
def test_a_hard_value_turned_off_is_noticed_in_the_gate(row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    for constant, value in row.off.items():
        monkeypatch.setattr(at, constant, value)
    assert at_gate(row.plan, row.past) is None


def test_every_guard_of_a_body_has_a_case() -> None:
    told = {row.guard for row in GATE} | {"_block", "_profile_heat", "_profile_dose"}  # test_standing
    assert told == {guard.__name__ for guard in gate.BODY_GUARDS}


def test_sore_muscle_is_worked_gently_by_hard_row_too() -> None:
    standing = after(tightenings=(SORE,))
    made = plan(press("rectus femoris", 0.9, MIN))
    drives = read(Drives(made, CHANNELS, standing).go(10 * SEC, {"gun": (1, 1300.0)}), gun=1300.0)
    for strength, limit in ((0.6, None), (0.6005, "PC8")):
        refusal = admit(Request("gun", 1200.0 + 2000 * strength, 1), view(drives))
        assert (refusal and refusal.limit) == limit


WEEK = [worked(n * DAY, sites=THIGHS) for n in (2, 3, 4, 5)]
CHECK = [
    Row("HT6", "", plan(heat(to=40.0, hold=10 * MIN, within=0)),
        after(warmed(2 * HOUR, dose=1.5 - 10 / 64)), after(warmed(2 * HOUR, dose=1.5001 - 10 / 64)),
        {"HT6_SOFT": BIG}),
    Row("HT7", "", HEAT, after(warmed(2 * HOUR, 44 * MIN)), after(warmed(2 * HOUR, 44 * MIN + 1)),
        {"HT7_SOFT_MS": BIG}),
    Row("HT8", "", HEAT, after(*(warmed(n * HOUR) for n in (2, 5))),
        after(*(warmed(n * HOUR) for n in (2, 5, 8))), {"HT8_SESSIONS": BIG}),
    Row("HT8", "", HEAT, after(warmed(HOUR)), after(warmed(HOUR - 1)), {"HT8_SOFT_MS": 0}),
    Row("HT16", "", HEAT, after(warmed(600.0, completed=True)), after(warmed(599.9, completed=True)),
        {"HT16_AGAIN_MS": 0}),
    Row("PC4", "", PRESS, after(worked(7 * HOUR, 220_000, THIGHS)),
        after(worked(7 * HOUR, 220_001, THIGHS)), {"PC4_SOFT_MS": BIG}),
    Row("PC12", "", PRESS, after(gave(7 * HOUR, hand_held_ms=30 * MIN - 20_000)),
        after(gave(7 * HOUR, hand_held_ms=30 * MIN - 19_999)), {"PC12_HARD_MS": BIG}),
    Row("PC7", "", PRESS, after(worked(6 * HOUR, sites=THIGHS)), after(worked(6 * HOUR - 1, sites=THIGHS)),
        {"PC7_SOFT_MS": 0}),
    Row("PC7", "", PRESS, after(worked(7 * HOUR, sites=THIGHS)),
        after(*(worked(n * HOUR, sites=THIGHS) for n in (7, 15))), {"PC7_SESSIONS": BIG}),
    Row("PC7", "", PRESS, after(*WEEK), after(*WEEK, worked(6 * DAY, sites=THIGHS)), {"PC7_DAYS": BIG}),
    Row("SE7", "", PRESS, after(worked(4 * HOUR)), after(worked(4 * HOUR - 1)), {"SE7_SOFT_MS": 0}),
    Row("PC8", "", PRESS, after(worked(7 * HOUR, 40_000, THIGHS), tightenings=(SORE,)),
        after(worked(7 * HOUR, 40_001, THIGHS), tightenings=(SORE,)), {}),
    Row("PC9", "", HEAT, after(gave(DAY, worst={BACK: 9.0})), after(gave(DAY - 1, worst={BACK: 9.0})),
        {"PC9_LOCK_MS": 0}),
    Row("HT6", "", HEAT, after(), after(readable=False), {}),
    Row("PC4", "", PRESS, after(), after(readable=False), {}),
]  # fmt: skip


def ids(made: Any, standing: Standing, channels: Any = None) -> list[str]:
    return [violation.limit for violation in verify(made, channels, standing)]


@pytest.mark.parametrize("row", CHECK, ids=name)
def test_the_check_accepts_the_last_within_and_names_the_first_past(row: Row) -> None:
    assert ids(row.plan, row.within) == []
    told = verify(row.plan, None, row.past)
    assert row.limit in [violation.limit for violation in told]
    assert {violation.by for violation in told} <= {"ledger", "screening"}


@pytest.mark.parametrize("row", [row for row in CHECK if row.off], ids=name)
def test_a_soft_value_turned_off_is_noticed_in_the_check(row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    for constant, value in row.off.items():
        monkeypatch.setattr(at, constant, value)
    assert ids(row.plan, row.past) == []


def test_percussion_of_a_day_is_what_the_ledger_leaves_of_a_quarter_of_an_hour() -> None:
    for spent, expected in ((15 * MIN - 20_000, []), (15 * MIN - 19_999, ["PC5"])):
        assert ids(PRESS, after(gave(7 * HOUR, percussion_ms=spent))) == expected


def test_by_hand_pressure_waits_for_no_ledger_but_for_a_place_that_hurt() -> None:
    assert ids(plan(hold()), after(readable=False)) == []
    assert ids(plan(hold()), after(gave(HOUR, worst={BACK: 8.0}))) == ["PC9"]


# --- one session


@pytest.mark.parametrize(("gap", "chained"), [(0.0, True), (1799.9, True), (1800.0, False)])
def test_what_is_given_with_less_than_half_an_hour_between_is_one_session(
    gap: float, *, chained: bool
) -> None:
    known = before(after(warmed(gap, 5 * MIN, dose=0.25)).past)
    assert known.chain.had(BACK).dose == (0.25 if chained else 0.0)
    assert known.day.had(BACK).dose == 0.25


def test_sessions_that_follow_each_other_are_one_back_to_the_first() -> None:
    known = before(after(*(worked(n * 1000.0, 10_000) for n in range(5))).past)
    assert known.chain.had(BACK).percussion_ms == 50_000
    assert known.earlier == ()


def test_a_day_ago_is_over_at_the_full_day() -> None:
    for ago, dose in ((DAY, 0.0), (DAY - 0.1, 1.0)):
        assert before(after(warmed(ago, dose=1.0)).past).day.had(BACK).dose == dose


def test_a_session_that_ended_early_may_go_on_with_what_is_left() -> None:
    standing = after(warmed(10.0, 5 * MIN, dose=0.2))
    assert at_gate(HEAT, standing) is None
    assert ids(plan(heat(to=38.0, hold=25 * MIN - 2)), standing) == []
    assert "HT9" in ids(plan(heat(to=38.0, hold=25 * MIN + 1)), standing)


HARD_PRESS = plan(press(at=0.3, hold=MIN))


@pytest.mark.parametrize(
    ("made", "standing", "limit"),
    [
        (BACKS, after(worked(10.0, 120_000)), "PC2"),
        (HARD_PRESS, after(worked(10.0, 61_000)), "PC6"),
        (BACKS, after(worked(19.9, 120_000)), "PC2"),
        (BACKS, after(worked(60.0, 120_000)), None),
        (BACKS, after(worked(600.0, 300_000)), "PC3"),
        (BACKS, after(gave(600.0, percussion_ms=15 * MIN)), "PC5"),
        (BACKS, after(warmed(59.0)), "SE4"),
        (BACKS, after(warmed(299.0)), "SE4"),
        (BACKS, after(warmed(300.0)), None),
        (HEAT, after(worked(119.0)), "SE5"),
        (HEAT, after(worked(120.0)), None),
        (HEAT, after(warmed(900.0, dose=2.0)), "HT5"),
        (HEAT, after(warmed(900.0, 30 * MIN, heat_driven_ms=0)), "HT4"),
        (HEAT, after(gave(900.0, heat_driven_ms=30 * MIN)), "HT9"),
    ],
)  # fmt: skip
def test_no_rule_of_a_session_is_escaped_by_a_new_one(made: Any, standing: Standing, limit: Any) -> None:
    assert at_gate(made, standing) == limit


@pytest.mark.parametrize(
    ("made", "standing", "limit"),
    [
        (BACKS, after(worked(29.0, 41_000)), "PC2"),
        (BACKS, after(worked(41.0, 41_000)), None),
        (plan(press(at=0.3, hold=21 * SEC)), after(worked(600.0, 100_000)), "PC3"),
        (BACKS, after(warmed(59.0)), "SE4"),
        (BACKS, after(warmed(299.0)), "SE4"),
        (BACKS, after(warmed(300.0)), None),
        (HEAT, after(worked(119.0)), "SE5"),
        (plan(hold()), after(gave(10.0, holds={("upper trapezius", "left"): NOW - 10.0})), "SP2"),
        (plan(heat(to=40.0, hold=10 * MIN)), after(warmed(900.0, dose=0.9)), "HT5"),
    ],
)  # fmt: skip
def test_the_check_counts_what_the_session_had_before(made: Any, standing: Standing, limit: Any) -> None:
    assert ids(made, standing) == ([] if limit is None else [limit])


def test_heat_in_the_session_that_goes_on_does_not_wait_for_an_hour() -> None:
    assert ids(HEAT, after(warmed(10.0))) == []
    assert ids(BACKS, after(worked(600.0))) == []


# --- what is told of a session


def _driven() -> tuple[Drives, Standing]:
    standing = after(warmed(900.0, 3 * MIN, dose=0.5), worked(900.0, 10_000))
    drives = Drives(plan(heat(to=40.0, hold=10 * MIN), press("rectus femoris")), CHANNELS, standing)
    drives.go(2 * MIN, {"pad": (1, 40.0)}, {"pad": 40.0}).go(MIN, {}, {"pad": 36.0})
    return drives.go(5 * SEC, {"gun": (2, 1300.0)}), standing


def test_what_a_session_gave_is_told_without_what_was_before() -> None:
    drives, _ = _driven()
    told = drives.account.given("s", NOW, NOW + 185.0)
    own = told.sites[BACK]
    assert own.dose == pytest.approx(2 / 64, rel=0.05)
    assert drives.account.dose(BACK) == pytest.approx(0.5 + own.dose)
    assert own.heat_end_s == NOW + 120.0
    assert own.percussion_end_s is None
    assert told.sites[THIGH] == Had(percussion_ms=5_000, percussion_end_s=NOW + 185.0)
    assert (told.heat_driven_ms, told.percussion_ms, told.hand_held_ms) == (120_000, 5_000, 5_000)
    assert told.settled


def test_the_worst_case_is_never_less_than_what_comes_to_pass() -> None:
    drives, _ = _driven()
    ahead = worst_case(drives.account, [2], "s", NOW, NOW + 185.0)
    drives.go(15 * SEC, {"gun": (2, 1300.0)})
    told = drives.account.given("s", NOW, NOW + 200.0)
    assert not ahead.settled
    assert ahead.percussion_ms >= told.percussion_ms == 20_000
    assert ahead.sites[THIGH].percussion_ms >= told.sites[THIGH].percussion_ms
    assert ahead.sites[BACK].dose >= told.sites[BACK].dose


def test_the_worst_case_of_heat_is_a_degree_over_for_all_its_time_up_to_the_hard_dose() -> None:
    drives = Drives(plan(heat(to=40.0, hold=10 * MIN, within=2 * MIN)))
    worst = worst_case(drives.account, [1], "s", NOW, NOW).sites[BACK]
    assert worst.dose == pytest.approx((13 * MIN + 100) / MIN / 16)
    assert worst.heat_rows_ms == (12 * MIN + 100, 12 * MIN + 100, 0, 0)
    assert worst.heat_end_s == pytest.approx(NOW + 720.1)
    hot = Drives(plan(heat(to=41.0, hold=20 * MIN)))
    assert worst_case(hot.account, [1], "s", NOW, NOW).sites[BACK].dose == 2.0


def test_heat_by_hand_is_written_ahead_with_a_whole_dose_once() -> None:
    channels = {"pad": pad(**HAND_PAD), "gun": gun()}
    drives = Drives(plan(heat(to=38.0, hold=5 * MIN)), channels)
    worst = worst_case(drives.account, [1], "s", NOW, NOW).sites[BACK]
    assert (worst.dose, worst.unmeasured_ms) == (1.0, 5 * MIN + 100)
    drives.go(MIN, {"pad": (1, 37.0)})
    assert worst_case(drives.account, [1], "s", NOW, NOW + 60).sites[BACK].dose == 1.0


# --- what only warns


def test_warnings_keep_nothing_from_being_run() -> None:
    made = plan(stretch(20 * SEC), press(hold=20 * SEC))
    assert [each.limit for each in warnings(made)] == ["SE9"]
    assert verify(made) == ()
    assert warnings(plan(press(hold=20 * SEC), stretch(20 * SEC))) == ()


@pytest.mark.parametrize(("days", "limits"), [(4, []), (5, ["HT10"])])
def test_the_sixth_day_of_heat_in_a_row_is_warned_of(days: int, limits: list[str]) -> None:
    standing = after(*(warmed(n * DAY) for n in range(1, days + 1)))
    assert [each.limit for each in warnings(HEAT, standing)] == limits
    with_a_gap = after(*(warmed(n * DAY) for n in range(2, 9)))
    assert warnings(HEAT, with_a_gap) == ()


def test_a_head_held_for_long_is_warned_of() -> None:
    for spent, limits in ((20 * MIN - 20_000, []), (20 * MIN - 19_999, ["PC12"])):
        standing = after(gave(7 * HOUR, hand_held_ms=spent))
        assert [each.limit for each in warnings(PRESS, standing)] == limits
