"""The effective limit is the strictest, and says which one that is; profiles, screening, clinicians."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from gate_cases import read, view
from past_plans import BACK, after, warmed, worked
from safety_plans import (
    CHANNELS,
    HAND_GUN,
    HAND_PAD,
    MIN,
    SEC,
    Drives,
    gun,
    heat,
    hold,
    pad,
    plan,
    press,
    rest,
)

from controller.safety import (
    LIMITS,
    PLAIN,
    Block,
    Bound,
    Request,
    Standing,
    Tightening,
    admit,
    effective,
    gate,
    remedy,
    row_of,
    skip_refused,
    verify,
)
from controller.safety import limits as at
from controller.safety.account import dose_rate
from controller.safety.profiles import (
    DIABETES,
    FIRST_USE,
    NEEDLED,
    OVER_65,
    PREGNANCY,
    PROFILES,
    REDUCED_FEELING,
)
from protocols.plan import Place

UPPER, NECK, LEG = Place("upper trapezius", "left"), Place("neck", "both"), Place("rectus femoris", "left")
CLINICIAN = Standing(raised=True)
NEEDLE = replace(NEEDLED, row="C15", places=frozenset({"upper back"}))


def body(*rows: Tightening, **other: Any) -> Standing:
    return Standing(tightenings=rows, **other)


def ids(made: Any, standing: Standing = PLAIN, channels: Any = None) -> list[tuple[str, str]]:
    return [(violation.limit, violation.by) for violation in verify(made, channels, standing)]


@pytest.mark.parametrize(
    ("limit", "facts", "standing", "bound"),
    [
        ("HT1", {}, PLAIN, Bound("HT1", 41.0, "soft")),
        ("HT1", {}, CLINICIAN, Bound("HT1", 42.0, "hard")),
        ("HT1", {"hard": True}, PLAIN, Bound("HT1", 42.0, "hard")),
        ("HT1", {"place": NECK}, PLAIN, Bound("HT18", 39.0, "area")),
        ("HT1", {"place": NECK}, CLINICIAN, Bound("HT18", 40.0, "area")),
        ("HT1", {"channel": pad(high=40.5)}, PLAIN, Bound("HT1", 40.5, "device")),
        ("HT1", {"own": {"HT1": 38.5}}, PLAIN, Bound("HT1", 38.5, "protocol")),
        ("HT1", {}, body(OVER_65, DIABETES), Bound("PF3", 39.0, "profile")),
        ("HT1", {"hard": True}, body(OVER_65), Bound("PF3", 40.0, "profile")),
        ("HT1", {}, body(OVER_65, raised=True), Bound("PF3", 39.0, "profile")),
        ("HT1", {"place": UPPER}, body(NEEDLE), Bound("C15", 38.0, "screening")),
        ("HT1", {"place": LEG}, body(NEEDLE), Bound("HT1", 41.0, "soft")),
        ("HT1", {"place": LEG}, body(PREGNANCY), Bound("PF5", 39.0, "profile")),
        ("HT4", {}, body(FIRST_USE), Bound("PF11", 600.0, "profile")),
        ("HT4", {"site": BACK}, after(warmed(60.0, 5 * MIN)), Bound("HT4", 1500.0, "ledger")),
        ("HT4", {"site": BACK}, after(warmed(7200.0, 40 * MIN)), Bound("HT7", 300.0, "ledger")),
        ("HT5", {"site": BACK}, after(warmed(7200.0, dose=1.25)), Bound("HT6", 0.25, "ledger")),
        ("HT5", {"site": BACK}, after(readable=False), Bound("HT6", 0.0, "ledger")),
        ("HT5", {"site": BACK}, body(REDUCED_FEELING), Bound("PF1", 0.5, "profile")),
        ("HT15", {}, body(REDUCED_FEELING, OVER_65), Bound("PF1", 120.0, "profile")),
        ("PC13", {"place": LEG}, PLAIN, Bound("PC13", 0.6, "area")),
        ("PC13", {"place": LEG}, CLINICIAN, Bound("PC13", 0.8, "area")),
        ("PC13", {"place": LEG}, body(REDUCED_FEELING), Bound("PF1", 0.3, "profile")),
        ("PC13", {"place": LEG, "channel": gun(leash="timer")}, PLAIN, Bound("LE2", 0.35, "leash")),
        ("PC13", {"place": LEG, "channel": gun(**HAND_GUN)}, PLAIN, Bound("LE4", 0.35, "leash")),
        ("PC13", {"place": NECK}, PLAIN, Bound("PC13", 0.0, "area")),
        ("PC2", {"place": LEG}, PLAIN, Bound("PC2", 90.0, "area")),
        ("PC2", {"place": LEG}, CLINICIAN, Bound("PC2", 120.0, "hard")),
        ("PC2", {"place": NECK}, CLINICIAN, Bound("PC2", 30.0, "area")),
        ("PC2", {"place": LEG}, body(FIRST_USE), Bound("PF11", 45.0, "profile")),
        ("PC2", {"place": LEG, "channel": gun(leash="none")}, PLAIN, Bound("LE3", 60.0, "leash")),
        ("PC3", {"place": UPPER}, body(OVER_65), Bound("PF3", 84.0, "profile")),
        ("PC3", {"place": UPPER, "site": BACK}, after(worked(60.0, 30_000)), Bound("PC3", 90.0, "ledger")),
        ("PC3", {"place": UPPER, "site": BACK}, after(worked(26000.0, 200_000)),
         Bound("PC4", 40.0, "ledger")),
        ("PC5", {}, body(FIRST_USE), Bound("PF11", 300.0, "profile")),
        ("PC5", {}, after(worked(26000.0, 10 * MIN)), Bound("PC5", 300.0, "ledger")),
        ("PC11", {"place": LEG}, PLAIN, Bound("PC11", 55.0, "area")),
        ("PC1", {}, body(FIRST_USE), Bound("PC1", 30.0, "soft")),
        ("SE1", {"own": {"SE1": 600.0}}, PLAIN, Bound("SE1", 600.0, "protocol")),
    ],
)  # fmt: skip
def test_the_strictest_stands_and_says_what_set_it(
    limit: str, facts: Any, standing: Standing, bound: Bound
) -> None:
    found = effective(row_of(limit), standing, **facts)
    assert (found.limit, found.by) == (bound.limit, bound.by)
    assert found.allowed == pytest.approx(bound.allowed)


def test_nothing_passes_hard() -> None:
    """Whoever says so: every standing, place and leash, each row."""
    standings = [PLAIN, CLINICIAN, *(body(row, raised=True) for row in PROFILES), after(worked(60.0))]
    channels = (None, pad(), gun(leash="timer"), gun(**HAND_GUN))
    rows = [row for row in LIMITS if row.id not in {"PC6", "PC7", "PC10", "HT8", "SE7"}]
    for row, standing, channel in itertools.product(rows, standings, channels):
        own = {row.id: 10.0**9}
        for place in (UPPER, NECK, LEG):
            bound = effective(row, standing, place=place, channel=channel, own=own)
            hard = effective(row, PLAIN, hard=True, place=place, channel=channel)
            assert bound.allowed <= hard.allowed, (row.id, standing, place)
            if row.hard is not None:
                assert bound.allowed <= row.hard


# --- in the check: (profile, the last plan within, the first past it)

PROFILE_ROWS = [
    ("PF1", REDUCED_FEELING, plan(heat(to=39.0, hold=MIN)), plan(heat(to=39.01, hold=MIN))),
    ("PF1", REDUCED_FEELING, plan(heat(to=38.0, hold=15 * MIN)), plan(heat(to=38.0, hold=15 * MIN + 1))),
    ("PF2", DIABETES, plan(heat(to=39.5)), plan(heat(to=39.51))),
    ("PF3", OVER_65, plan(heat(to=39.0, hold=15 * MIN)), plan(heat(to=39.0, hold=15 * MIN + 1))),
    ("PF3", OVER_65, plan(press(at=0.28)), plan(press(at=0.2801))),
    ("PF3", OVER_65, plan(press(at=0.1, hold=42 * SEC)), plan(press(at=0.1, hold=42 * SEC + 1))),
    ("PF5", PREGNANCY, plan(heat("thighs", to=39.0)), plan(heat("thighs", to=39.01))),
    ("PF11", FIRST_USE, plan(heat(to=39.5, hold=10 * MIN)), plan(heat(to=39.5, hold=10 * MIN + 1))),
    ("PF11", FIRST_USE, plan(press(at=0.24)), plan(press(at=0.2401))),
    ("PF11", FIRST_USE, plan(press(at=0.1, hold=30 * SEC)), plan(press(at=0.1, hold=30 * SEC + 1))),
]


@pytest.mark.parametrize(("limit", "row", "within", "past"), PROFILE_ROWS)
def test_a_profile_is_judged_at_both_sides_of_its_boundary(
    limit: str, row: Tightening, within: Any, past: Any
) -> None:
    assert ids(within, body(row)) == []
    assert ids(past, body(row)) == [(limit, "profile")]
    assert ids(past) == []


@pytest.mark.parametrize("row", PROFILES, ids=lambda row: row.row)
def test_each_number_of_a_profile_taken_off_is_noticed(row: Tightening) -> None:
    """The effective limits differ without it."""
    hard: tuple[str, Any] = ("HT1", {"hard": True})
    asked = [hard, *((limit, {}) for limit in ("HT1", "HT4", "HT5", "HT15", "PC3", "PC13"))]
    for field in ("heat_soft", "heat_hard", "heat_ms", "dose", "strength", "time", "presence_ms"):
        if getattr(row, field) is None:
            continue
        nothing: Any = {field: None}
        less = replace(row, **nothing)
        both = [
            [effective(row_of(limit), body(each), place=LEG, **facts) for limit, facts in asked]
            for each in (row, less)
        ]
        assert both[0] != both[1], field


def test_dose_of_who_does_not_feel_heat_counts_double_below_43() -> None:
    assert dose_rate(41.0, 0.5) == 0.25
    drives = Drives(plan(heat(to=39.0)), CHANNELS, body(REDUCED_FEELING))
    drives.go(10 * MIN, {"pad": (1, 39.0)}, {"pad": 39.0})
    assert drives.account.dose(BACK) == pytest.approx(10 / 16, rel=0.01)


def test_heat_that_nobody_measures_is_not_held_to_the_dose_of_a_profile() -> None:
    channels = {"pad": pad(**HAND_PAD)}
    assert ids(plan(heat(to=38.0)), body(OVER_65), channels) == []


# --- screening

NO_HEAT = Block(
    row="C9", touches=frozenset({"heat"}), places=frozenset({"rhomboids"}), message="wait until it is healed"
)
EMERGENCY = Block(row="R3", touches=frozenset(), places=None, message="call", emergency=True, clinician=True)
NUMB = Block(
    row="C2", touches=frozenset({"heat"}), places=frozenset({"rhomboids"}), message="not felt",
    clinician=True, unmeasured="only what is measured",
)  # fmt: skip
PILLS = Block(row="C5", touches=frozenset({"percussion"}), places=None, message="bruises", clinician=True)


@pytest.mark.parametrize(
    ("block", "made", "raised", "blocked"),
    [
        (NO_HEAT, plan(heat(to=38.0)), False, True),
        (NO_HEAT, plan(heat("rhomboids", to=38.0)), True, True),
        (NO_HEAT, plan(heat("infraspinatus", to=38.0)), False, False),
        (NO_HEAT, plan(press("rhomboids")), False, False),
        (PILLS, plan(press()), False, True),
        (PILLS, plan(press()), True, False),
        (PILLS, plan(hold()), False, False),
        (EMERGENCY, plan(hold()), True, True),
        (EMERGENCY, plan(heat(to=38.0)), True, True),
    ],
)
def test_what_screening_keeps_away_is_refused_by_its_row(
    block: Block, made: Any, raised: bool, blocked: bool
) -> None:
    standing = Standing(blocks=(block,), raised=raised)
    assert ids(made, standing) == ([(block.row, "screening")] if blocked else [])
    role = made.segments[0].role
    if role is not None:
        assert at_gate(made, standing) == (block.row if blocked else None)


def test_a_clinician_lets_no_heat_that_nobody_measures_on_skin_that_feels_less() -> None:
    standing = Standing(blocks=(NUMB,), raised=True)
    numb, felt = plan(heat("rhomboids", to=38.0)), plan(heat("infraspinatus", to=38.0))
    by_hand = {"pad": pad(**HAND_PAD)}
    assert ids(numb, standing) == []
    assert ids(numb, standing, by_hand) == [("C2", "screening")]
    assert ids(felt, standing, by_hand) == []


def at_gate(made: Any, standing: Standing, setpoint: float | None = None) -> str | None:
    drives = read(Drives(made, CHANNELS, standing), pad=40.0, gun=1300.0)
    role = made.segments[0].role
    asked = setpoint if setpoint is not None else 36.0 if role == "pad" else 1300.0
    refusal = admit(Request(role, asked, 1), view(drives))
    return None if refusal is None else refusal.limit


def test_a_block_without_its_guard_would_be_driven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "BODY_GUARDS", tuple(g for g in gate.BODY_GUARDS if g.__name__ != "_block"))
    assert at_gate(plan(heat(to=38.0)), Standing(blocks=(NO_HEAT,))) is None


def test_the_hard_heat_of_a_profile_holds_in_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    made = plan(heat(to=41.0))
    assert at_gate(made, body(OVER_65), 40.0) is None
    assert at_gate(made, body(OVER_65), 40.01) == "PF3"
    left = tuple(g for g in gate.BODY_GUARDS if g.__name__ != "_profile_heat")
    monkeypatch.setattr(gate, "BODY_GUARDS", left)
    assert at_gate(made, body(OVER_65), 40.01) is None


@pytest.mark.parametrize(("dose", "limit"), [(0.499, None), (0.5, "PF1"), (float("nan"), "HT5")])
def test_the_hard_dose_of_a_profile_holds_in_the_gate(
    dose: float, limit: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing = body(REDUCED_FEELING)
    drives = read(Drives(plan(heat(to=38.0)), CHANNELS, standing), pad=36.0)
    drives.account._dose[BACK] = dose

    def answer() -> str | None:
        refusal = admit(Request("pad", 36.0, 1), view(drives))
        return None if refusal is None else refusal.limit

    assert answer() == limit
    left = tuple(g for g in gate.BODY_GUARDS if g.__name__ != "_profile_dose")
    monkeypatch.setattr(gate, "BODY_GUARDS", left)
    assert answer() == (limit if limit == "HT5" else None)


def test_a_rest_that_a_profile_needs_cannot_be_skipped() -> None:
    made = plan(press(at=0.1, hold=25 * SEC), rest(30 * SEC), press(at=0.1, hold=25 * SEC))
    assert ids(made, body(FIRST_USE)) == []
    for standing, row in ((body(FIRST_USE), "PC6"), (PLAIN, None)):
        drives = Drives(made, CHANNELS, standing).go(25 * SEC, {"gun": (1, 1300.0)}).go(5 * SEC)
        assert skip_refused(made, 2, drives.account, drives.now) == row


def test_a_clinician_raises_soft_to_hard_and_no_further() -> None:
    assert ids(plan(heat(to=42.0, hold=5 * MIN)), CLINICIAN) == []
    assert ids(plan(heat(to=42.01, hold=MIN)), CLINICIAN) == [("HT1", "hard")]
    assert ids(plan(press("suboccipitals", 0.2, 30 * SEC)), CLINICIAN) == []
    assert ids(plan(press("suboccipitals", 0.2001, 30 * SEC)), CLINICIAN) == [("PC13", "area")]
    assert at.HT1_HARD == 42.0


@pytest.mark.parametrize(
    ("made", "standing", "remedies"),
    [
        (plan(heat(to=38.0)), Standing(blocks=(NO_HEAT,)), ["leave it out for now"]),
        (plan(heat(to=40.0)), body(OVER_65), ["write to: 39 °C, or less"]),
        (plan(heat(to=38.0)), after(warmed(1800.0)), ["wait until the time is up, or leave it out"]),
        (
            plan(heat(to=38.0, hold=6 * MIN)),
            after(warmed(7200.0, 40 * MIN)),
            ["write less in for, or wait: what the last 24 hours had counts"],
        ),
    ],
)
def test_what_to_do_about_it_is_said(made: Any, standing: Standing, remedies: list[str]) -> None:
    assert [remedy(violation) for violation in verify(made, None, standing)] == remedies
