"""What is tighter for one body, and what days before leave it: each entry at its edge, and lifted alone.

The numbers are typed from sections 6.1, 6.2 and 6.5 of `safety.md`, never taken from the code.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from past_plans import BACK, DAY, HOUR, THIGH, after, gave, warmed, worked
from safety_plans import MIN, SEC, heat, plan, press
from test_limit_edges import EDGES as WAITS

from controller.safety import LIMITS, Standing, Tightening, bounds, verify, warnings
from controller.safety import limits as at
from controller.safety import profiles as pf
from controller.safety.screening import rows
from controller.safety.standing import presence_ms

if TYPE_CHECKING:
    from protocols.plan import Plan

BIG = 10**12
THIGHS = (THIGH, ("thighs", "right"))
LEG = "rectus femoris"
FIELDS = ("heat_soft", "heat_ms", "dose", "strength", "time", "presence_ms")
"""What a profile tightens, in the order of its entries in the table."""


@dataclass(frozen=True)
class Edge:
    """One number of a profile, at the last plan within and at the first past it."""

    row: Tightening
    name: str
    within: Plan
    past: Plan

    def ids(self, made: Plan, row: Tightening) -> set[str]:
        return {each.limit for each in verify(made, None, Standing(tightenings=(row,)))}


def hot(row: Tightening, most: float) -> Edge:
    return Edge(row, "heat_soft", plan(heat("thighs", most, MIN)), plan(heat("thighs", most + 0.1, MIN)))


def warm(row: Tightening, minutes: int) -> Edge:
    ms = minutes * MIN
    return Edge(row, "heat_ms", plan(heat("thighs", 37.0, ms)), plan(heat("thighs", 37.0, ms + SEC)))


def strong(row: Tightening, most: float) -> Edge:
    """`most`: of the 0.6 that a thigh may have."""
    return Edge(row, "strength", plan(press(LEG, most)), plan(press(LEG, most + 0.01)))


def long(row: Tightening, bout_s: float) -> Edge:
    """`bout_s`: of the 90 s that a thigh may have in one bout."""
    bout = round(bout_s * SEC)
    return Edge(row, "time", plan(press(LEG, 0.1, bout)), plan(press(LEG, 0.1, bout + SEC)))


def dosed(row: Tightening, to: float, minutes: int) -> Edge:
    """At `to`, so many minutes come to 0.5 CEM43; a profile's minutes are left out, as they come first."""
    ms, alone = minutes * MIN, replace(row, heat_ms=None, heat_soft=None)
    made = [plan(heat(to=to, hold=each, within=0)) for each in (ms, ms + SEC)]
    return Edge(alone, "dose", *made)


EDGES = [
    hot(pf.REDUCED_FEELING, 39.0), warm(pf.REDUCED_FEELING, 15), dosed(pf.REDUCED_FEELING, 41.0, 2),
    strong(pf.REDUCED_FEELING, 0.3), long(pf.REDUCED_FEELING, 45),
    hot(pf.DIABETES, 39.5), warm(pf.DIABETES, 15), strong(pf.DIABETES, 0.42),
    hot(pf.OVER_65, 39.0), warm(pf.OVER_65, 15), dosed(pf.OVER_65, 41.0, 8),
    strong(pf.OVER_65, 0.42), long(pf.OVER_65, 63),
    hot(pf.UNDER_18, 39.0), warm(pf.UNDER_18, 10), strong(pf.UNDER_18, 0.3),
    hot(pf.PREGNANCY, 39.0), hot(pf.BLOOD_THINNERS, 40.0), strong(pf.OSTEOPOROSIS, 0.3),
    strong(pf.HEART, 0.42), hot(pf.NEEDLED, 38.0), warm(pf.NEEDLED, 10), strong(pf.SEDATED, 0.3),
    hot(pf.FIRST_USE, 39.5), warm(pf.FIRST_USE, 10), strong(pf.FIRST_USE, 0.36), long(pf.FIRST_USE, 45),
]  # fmt: skip
PRESENCE = {"PF1": (pf.REDUCED_FEELING, 120_000), "PF3": (pf.OVER_65, 180_000)}


def label(edge: Edge) -> str:
    return f"{edge.row.row} {edge.name}"


@pytest.mark.parametrize("edge", EDGES, ids=label)
def test_a_number_of_a_profile_accepts_the_last_within_and_refuses_the_first_past(edge: Edge) -> None:
    assert edge.ids(edge.within, edge.row) == set()
    assert edge.ids(edge.past, edge.row) == {edge.row.row}


@pytest.mark.parametrize("edge", EDGES, ids=label)
def test_with_this_number_alone_lifted_the_first_past_is_accepted(edge: Edge) -> None:
    nothing: dict[str, Any] = {edge.name: None}
    if edge.name == "dose":
        nothing["paranoid"] = False  # how it is counted goes with it
    assert edge.ids(edge.past, replace(edge.row, **nothing)) == set()


@pytest.mark.parametrize("limit", PRESENCE)
def test_a_profile_is_asked_for_presence_sooner_and_without_its_number_after_five_minutes(limit: str) -> None:
    row, ms = PRESENCE[limit]
    assert presence_ms(Standing(tightenings=(row,))) == ms
    assert presence_ms(Standing(tightenings=(replace(row, presence_ms=None),))) == 300_000


def test_a_clinician_lets_soft_values_rise_to_the_hard_ones_and_no_further() -> None:
    def ids(to: float, *, raised: bool) -> list[str]:
        return [v.limit for v in verify(plan(heat(to=to, hold=MIN)), None, Standing(raised=raised))]

    assert [ids(41.1, raised=True), ids(42.0, raised=True)] == [[], []]
    assert [ids(41.1, raised=False), ids(42.1, raised=True)] == [["HT1"], ["HT1"]]


def test_every_entry_of_a_profile_has_an_edge() -> None:
    told = {(edge.row.row, edge.name) for edge in EDGES} | {(row, "presence_ms") for row in PRESENCE}
    assert told == {
        (row.row, name) for row in pf.PROFILES for name in FIELDS if getattr(row, name) is not None
    }
    entries = [row.id for row in LIMITS if row.id.startswith("PF") and row.id != "PF12"]
    assert len(entries) == len(told)


# --- over days, in the check

HEAT = plan(heat(to=38.0, hold=MIN))
WORK = plan(press(LEG, 0.3, 20 * SEC))
SORE = rows._TODAY


@dataclass(frozen=True)
class Days:
    """An entry that counts over days; `off`: the constants that lift it."""

    limit: str
    number: int
    made: Plan
    within: Standing
    past: Standing
    off: dict[str, Any]

    def ids(self, standing: Standing) -> list[str]:
        told = (*verify(self.made, None, standing), *warnings(self.made, standing))
        return [each.limit for each in told]


def ago(limit: str, number: int, made: Plan, had: Any, **off: Any) -> Days:
    """What a session of a full day ago had is over; a second sooner it counts."""
    return Days(limit, number, made, had(DAY), had(DAY - 1), off)


OVER_DAYS = [
    Days("HT10", 0, HEAT, after(*(warmed(n * DAY) for n in (1, 2, 3, 4))),
         after(*(warmed(n * DAY) for n in (1, 2, 3, 4, 5))), {"HT10_DAYS": BIG}),
    Days("PC8", 0, WORK, after(worked(7 * HOUR, 40_000, THIGHS), tightenings=(SORE,)),
         after(worked(7 * HOUR, 40_001, THIGHS), tightenings=(SORE,)), {"percussion_day_ms": None}),
    Days("PC12", 0, WORK, after(gave(7 * HOUR, hand_held_ms=20 * MIN - 20_000)),
         after(gave(7 * HOUR, hand_held_ms=20 * MIN - 19_999)), {"PC12_SOFT_MS": BIG}),
    Days("PC7", 2, WORK, after(*(worked(n * DAY, sites=THIGHS) for n in (2, 3, 4, 5, 7))),
         after(*(worked(n * DAY, sites=THIGHS) for n in (2, 3, 4, 5, 6))), {"PC7_DAYS": BIG}),
    ago("HT6", 0, plan(heat(to=40.0, hold=10 * MIN)), lambda s: after(warmed(s, dose=1.5)), HT6_SOFT=BIG),
    ago("HT7", 0, HEAT, lambda s: after(warmed(s, 45 * MIN)), HT7_SOFT_MS=BIG),
    ago("HT8", 0, HEAT, lambda s: after(*(warmed(n) for n in (2 * HOUR, 5 * HOUR, s))), HT8_SESSIONS=BIG),
    ago("PC4", 0, WORK, lambda s: after(worked(s, 240_000, THIGHS)), PC4_SOFT_MS=BIG),
    ago("PC5", 1, WORK, lambda s: after(gave(s, percussion_ms=15 * MIN)), table=BIG),
    ago("PC7", 1, WORK, lambda s: after(*(worked(n, sites=THIGHS) for n in (7 * HOUR, s))), PC7_SESSIONS=BIG),
    ago("PC8", 0, WORK, lambda s: after(worked(s, 60_000, THIGHS), tightenings=(SORE,)),
        percussion_day_ms=None),
    ago("PC9", 1, HEAT, lambda s: after(gave(s, worst={BACK: 8.0})), PC9_LOCK_MS=0),
    ago("PC12", 0, WORK, lambda s: after(gave(s, hand_held_ms=30 * MIN)), PC12_HARD_MS=BIG, PC12_SOFT_MS=BIG),
]  # fmt: skip


def named(row: Days) -> str:
    return f"{row.limit} {row.number}"


@pytest.mark.parametrize("row", OVER_DAYS, ids=named)
def test_what_counts_over_days_accepts_the_last_within_and_names_the_first_past(row: Days) -> None:
    assert row.ids(row.within) == []
    assert row.limit in row.ids(row.past)


@pytest.mark.parametrize("row", OVER_DAYS, ids=named)
def test_with_this_entry_alone_lifted_the_first_past_is_not_named_by_it(
    row: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = row.past
    for name, value in row.off.items():
        if name == "percussion_day_ms":
            past = replace(past, tightenings=(replace(SORE, percussion_day_ms=value),))
        elif name == "table":
            wanted = [each for each in LIMITS if each.id == row.limit][row.number]
            off = tuple(replace(each, soft=value) if each is wanted else each for each in LIMITS)
            monkeypatch.setattr(bounds, "LIMITS", off)
        else:
            monkeypatch.setattr(at, name, value)
    assert row.limit not in row.ids(past)


def test_every_entry_that_counts_over_days_has_an_edge_at_the_end_of_its_days() -> None:
    """Waits of hours are in `test_limit_edges` and `test_gate_edges`."""
    waits = {("HT8", 1), ("HT16", 0), ("PC7", 0), ("SE7", 0)}
    told = {(row.limit, row.number) for row in OVER_DAYS}
    seen: dict[str, int] = {}
    rows = set()
    for row in LIMITS:
        number = seen[row.id] = seen.get(row.id, -1) + 1
        if "ledger" in row.where:
            rows.add((row.id, number))
    assert told == rows - waits
    assert waits <= {(edge.limit, edge.number) for edge in WAITS}
