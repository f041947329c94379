"""Every row of the check at its edge, and lifted. The gate's are in `test_gate_edges`, those of profiles and
of days in `test_body_edges`, those of a run in `test_run_edges`.

The numbers are typed from section 6 of `safety.md`, never taken from the code.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from past_plans import BACK, DAY, HOUR, NOW, THIGH, after, gave, warmed, worked
from safety_plans import (
    HAND_GUN,
    HAND_PAD,
    MIN,
    SEC,
    Together,
    gun,
    heat,
    hold,
    pad,
    plan,
    press,
    rest,
    stretch,
)
from test_limits_table import REGIONS as PAGE

from controller import safety
from controller.safety import LIMITS, PLAIN, Standing, bounds, verify, waits, warnings
from controller.safety import limits as at
from controller.safety.screening import rows
from controller.safety.verify import _Check as rules
from controller.safety.ways import Ways
from controller.safety.worst import worst_case

BIG = 10**12
HAND = {"pad": pad(**HAND_PAD), "gun": gun(**HAND_GUN)}
TIMER, NO_LEASH = {"gun": gun(leash="timer")}, {"gun": gun(leash="none")}
CLINICIAN = Standing(raised=True)
LEG, GLUTE, THIGHS = "rectus femoris", "gluteus maximus", (THIGH, ("thighs", "right"))
SORE = rows._TODAY
SHORT = plan(press(LEG, hold=20 * SEC))
SIX = ["upper trapezius", "rhomboids", "erector spinae", "gluteus medius", "piriformis", "gluteus minimus"]
FOUR = ["rhomboids", "erector spinae", "gluteus medius", "hamstrings"]


@dataclass(frozen=True)
class Edge:
    """A row (`number`: of those with one id) at its edge; `off`: the constants that lift it."""

    limit: str
    number: int
    within: Any
    past: Any
    off: dict[str, Any] = field(default_factory=dict)
    before: tuple[Standing, Standing] = (PLAIN, PLAIN)
    channels: Any = None


def warm_leg(gap: int, to: float = 38.0, strength: float = 0.3) -> Any:
    return plan(heat("thighs", to=to, hold=5 * MIN), rest(gap), press(GLUTE, strength))


def rested(gap: int, first: int, second: int) -> Any:
    """Two bouts in seconds, which are one too long without the rest between."""
    return plan(press(hold=first * SEC), rest(gap * SEC), press(hold=second * SEC))


def held(rounds: int, gap: int = 30 * SEC) -> Any:
    return plan(*[hold(), rest(gap)] * rounds)


def both(limit: str, number: int, made: Any, within: Standing, past: Standing, **off: Any) -> Edge:
    return Edge(limit, number, made, made, off, (within, past))


WARM = plan(heat(to=38.0, hold=MIN))
EDGES: list[Edge] = [
    Edge("HT1", 0, plan(heat(to=41.0, hold=MIN)), plan(heat(to=41.1, hold=MIN))),
    Edge("HT4", 0, plan(heat(to=37.0, hold=30 * MIN, within=0)),
         plan(heat(to=37.0, hold=30 * MIN + SEC, within=0))),
    Edge("HT4", 1, plan(heat(to=40.0, hold=20 * MIN)), plan(heat(to=40.0, hold=20 * MIN + SEC))),
    Edge("HT4", 2, plan(heat(to=41.0, hold=15 * MIN)), plan(heat(to=41.0, hold=15 * MIN + SEC))),
    Edge("HT4", 3, plan(heat(to=42.0, hold=8 * MIN, within=0)),
         plan(heat(to=42.0, hold=8 * MIN + SEC, within=0)), before=(CLINICIAN, CLINICIAN)),
    Edge("HT5", 0, plan(heat(to=41.0, hold=15 * MIN, within=4 * MIN)),
         plan(heat(to=41.0, hold=15 * MIN, within=4 * MIN + SEC))),
    both("HT6", 0, plan(heat(to=40.0, hold=10 * MIN, within=0)), after(warmed(2 * HOUR, dose=1.5 - 10 / 64)),
         after(warmed(2 * HOUR, dose=1.51 - 10 / 64)), HT6_SOFT=BIG),
    both("HT7", 0, WARM, after(warmed(2 * HOUR, 44 * MIN)), after(warmed(2 * HOUR, 44 * MIN + SEC)),
         HT7_SOFT_MS=BIG),
    both("HT8", 0, WARM, after(*(warmed(n * HOUR) for n in (2, 5))),
         after(*(warmed(n * HOUR) for n in (2, 5, 8))), HT8_SESSIONS=BIG),
    both("HT8", 1, WARM, after(warmed(3600.0)), after(warmed(3599.0)), HT8_SOFT_MS=0),
    Edge("HT9", 0, plan(heat(hold=15 * MIN, within=0), heat("thighs", hold=15 * MIN, within=0)),
         plan(heat(hold=15 * MIN, within=0), heat("thighs", hold=15 * MIN + SEC, within=0)),
         {"HT9_MS": BIG}),
    both("HT16", 0, WARM, after(warmed(600.0, completed=True)), after(warmed(599.0, completed=True)),
         HT16_AGAIN_MS=0),
    Edge("HT17", 0, plan(heat(), heat("thighs")),
         plan(Together(([heat(hold=MIN)], [heat("thighs", hold=MIN, role="pad 2")])))),
    Edge("HT18", 0, plan(heat("neck", to=39.0, hold=MIN)), plan(heat("neck", to=39.1, hold=MIN)),
         {"HT18_SOFT": BIG}),
    Edge("HT18", 1, plan(heat("lower back", to=37.0, hold=10 * MIN)),
         plan(heat("lower back", to=37.0, hold=10 * MIN + SEC)), {"HT18_SOFT_MS": BIG}),
    Edge("HT22", 0, plan(heat("thighs", 37.0, 10 * MIN)), plan(heat("thighs", 37.0, 10 * MIN + SEC)),
         channels=HAND),
    Edge("PC1", 0, plan(press(hold=30 * SEC, move="still")), plan(press(hold=31 * SEC, move="still"))),
    Edge("PC2", 0, plan(press(hold=60 * SEC)), plan(press(hold=61 * SEC)), {"region": BIG}),
    Edge("PC3", 0, plan(press(hold=60 * SEC), rest(MIN), press(hold=60 * SEC)),
         plan(press(hold=60 * SEC), rest(MIN), press(hold=60 * SEC), rest(2 * MIN), press(hold=SEC))),
    both("PC4", 0, SHORT, after(worked(7 * HOUR, 220_000, THIGHS)), after(worked(7 * HOUR, 221_000, THIGHS)),
         PC4_SOFT_MS=BIG),
    both("PC5", 0, SHORT, after(gave(900.0, percussion_ms=580_000)),
         after(gave(900.0, percussion_ms=581_000))),
    both("PC5", 1, SHORT, after(gave(7 * HOUR, percussion_ms=880_000)),
         after(gave(7 * HOUR, percussion_ms=881_000))),
    both("PC7", 0, SHORT, after(worked(6 * HOUR, sites=THIGHS)), after(worked(6 * HOUR - 1, sites=THIGHS)),
         PC7_SOFT_MS=0),
    both("PC7", 1, SHORT, after(worked(7 * HOUR, sites=THIGHS)),
         after(*(worked(n * HOUR, sites=THIGHS) for n in (7, 15))), PC7_SESSIONS=BIG),
    both("PC7", 2, SHORT, after(*(worked(n * DAY, sites=THIGHS) for n in (2, 3, 4, 5))),
         after(*(worked(n * DAY, sites=THIGHS) for n in (2, 3, 4, 5, 6))), PC7_DAYS=BIG),
    both("PC9", 1, WARM, after(gave(DAY, worst={BACK: 9.0})), after(gave(DAY - 1, worst={BACK: 9.0})),
         PC9_LOCK_MS=0),
    both("PC12", 0, SHORT, after(gave(7 * HOUR, hand_held_ms=30 * MIN - 20_000)),
         after(gave(7 * HOUR, hand_held_ms=30 * MIN - 19_000)), PC12_HARD_MS=BIG),
    Edge("SP1", 0, plan(hold(length=60 * SEC)), plan(hold(length=61 * SEC))),
    Edge("SP2", 0, held(3), held(4), {"SP2_HOLDS": BIG}),
    Edge("SP2", 1, held(2), held(2, 29 * SEC), {"SP2_APART_MS": 0}),
    Edge("SP3", 0, plan(*map(hold, SIX)), plan(*map(hold, [*SIX, "infraspinatus"])), {"SP3_POINTS": BIG}),
    Edge("SE1", 0, plan(rest(45 * MIN)), plan(rest(45 * MIN + SEC))),
    Edge("SE2", 0, plan(*[rest(1)] * 500), plan(*[rest(1)] * 501), {"SE2_SOFT": BIG}),
    Edge("SE3", 0, plan(*(press(p, 0.1) for p in FOUR)), plan(*(press(p, 0.1) for p in [*FOUR, GLUTE]))),
    Edge("SE4", 0, warm_leg(60 * SEC), warm_leg(59 * SEC), {"SE4_GAP_MS": 0}),
    Edge("SE4", 1, warm_leg(60 * SEC), warm_leg(60 * SEC, 38.1), {"SE4_SKIN": 99.0}),
    Edge("SE4", 2, warm_leg(60 * SEC, strength=0.5), warm_leg(60 * SEC, strength=0.51),
         {"SE4_STRENGTH": 1.0}),
    Edge("SE4", 2, warm_leg(300 * SEC, strength=0.51), warm_leg(299 * SEC, strength=0.51),
         {"SE4_STRENGTH_MS": 0}),
    Edge("SE5", 0, plan(press(), rest(120 * SEC), heat()), plan(press(), rest(119 * SEC), heat()),
         {"SE5_GAP_MS": 0}),
    Edge("SE5", 1, plan(press(), rest(120 * SEC), heat(to=40.0)),
         plan(press(), rest(120 * SEC), heat(to=40.1)), {"SE5_HIGHEST": 99.0}),
    both("SE7", 0, SHORT, after(worked(4 * HOUR)), after(worked(4 * HOUR - 1)), SE7_SOFT_MS=0),
    Edge("LE2", 0, plan(press(at=0.35)), plan(press(at=0.36)), {"LE_STRENGTH": 1.0}, channels=TIMER),
    Edge("LE2", 1, plan(press(GLUTE, 0.3, 60 * SEC)), plan(press(GLUTE, 0.3, 61 * SEC)),
         {"LE_BOUT_MS": BIG}, channels=TIMER),
    Edge("LE3", 1, plan(press(at=0.35)), plan(press(at=0.36)), {"LE_STRENGTH": 1.0}, channels=NO_LEASH),
    Edge("LE3", 2, plan(press(GLUTE, 0.3, 60 * SEC)), plan(press(GLUTE, 0.3, 61 * SEC)),
         {"LE_BOUT_MS": BIG}, channels=NO_LEASH),
    Edge("LE4", 0, plan(press(at=0.35)), plan(press(at=0.36)), {"LE_STRENGTH": 1.0}, channels=HAND),
    Edge("PC6", 0, rested(30, 20, 41), rested(29, 20, 41), {"PC6_SOFT_MS": 0}),
    Edge("PC6", 0, rested(40, 40, 41), rested(39, 40, 41), {"rest": 0}),
]  # fmt: skip
HARD = [
    Edge("HT1", 0, plan(heat(to=42.0, hold=MIN)), plan(heat(to=42.1, hold=MIN))),
    Edge("HT4", 2, plan(heat(to=41.0, hold=20 * MIN)), plan(heat(to=41.0, hold=20 * MIN + SEC))),
    both("HT6", 0, plan(heat(to=40.0, hold=10 * MIN, within=0)), after(warmed(2 * HOUR, dose=2.0 - 10 / 64)),
         after(warmed(2 * HOUR, dose=2.01 - 10 / 64)), HT6_HARD=BIG),
    both("HT7", 0, WARM, after(warmed(2 * HOUR, 59 * MIN)), after(warmed(2 * HOUR, 59 * MIN + SEC)),
         HT7_HARD_MS=BIG),
    Edge("HT17", 0, plan(Together(([heat(hold=MIN)], [heat("thighs", hold=MIN, role="pad 2")]))),
         plan(Together(([heat(hold=MIN)], [heat("thighs", hold=MIN, role="pad 2")],
                        [heat("hips", hold=MIN, role="pad 3")])))),
    Edge("HT18", 0, plan(heat("neck", to=40.0, hold=MIN)), plan(heat("neck", to=40.1, hold=MIN)),
         {"HT18_HARD": BIG}),
    Edge("HT18", 1, plan(heat("lower back", to=37.0, hold=15 * MIN)),
         plan(heat("lower back", to=37.0, hold=15 * MIN + SEC)), {"HT18_HARD_MS": BIG}),
    Edge("HT22", 0, plan(heat("thighs", 37.0, 15 * MIN)), plan(heat("thighs", 37.0, 15 * MIN + SEC)),
         channels=HAND),
    Edge("PC1", 0, plan(press(hold=60 * SEC, move="still")), plan(press(hold=61 * SEC, move="still"))),
    Edge("PC2", 0, plan(press(hold=120 * SEC)), plan(press(hold=121 * SEC)), {"PC2_HARD_MS": BIG}),
    both("PC4", 0, SHORT, after(worked(7 * HOUR, 280_000, THIGHS)), after(worked(7 * HOUR, 281_000, THIGHS)),
         PC4_HARD_MS=BIG),
    both("PC5", 0, SHORT, after(gave(900.0, percussion_ms=880_000)),
         after(gave(900.0, percussion_ms=881_000))),
    both("PC5", 1, SHORT, after(gave(7 * HOUR, percussion_ms=1_780_000)),
         after(gave(7 * HOUR, percussion_ms=1_781_000))),
    Edge("PC6", 0, rested(20, 100, 101), rested(19, 100, 101), {"PC6_HARD_MS": 0}),
    both("PC7", 0, SHORT, after(worked(4 * HOUR, sites=THIGHS)), after(worked(4 * HOUR - 1, sites=THIGHS)),
         PC7_HARD_MS=0),
    Edge("SP1", 0, plan(hold(length=90 * SEC)), plan(hold(length=91 * SEC))),
    Edge("SE1", 0, plan(rest(60 * MIN)), plan(rest(60 * MIN + SEC))),
    Edge("SE2", 0, plan(*[rest(1)] * 2000), plan(*[rest(1)] * 2001)),
    both("SE7", 0, SHORT, after(worked(HOUR)), after(worked(HOUR - 1)), SE7_HARD_MS=0),
]  # fmt: skip
"""Where a clinician vouches: soft values have risen to the hard ones. HT4 from 39 °C on is then as long as
HT4, HT5 as much as HT6, and PC3 as long as PC4; there are six areas, and SE3 has eight."""
RAISED = [
    replace(edge, before=(replace(edge.before[0], raised=True), replace(edge.before[1], raised=True)))
    for edge in HARD
]
SAID_BY = {"PC6": "PC2"}
"""A row that has no refusal of its own in the check, and the row that says it."""


def label(edge: Edge) -> str:
    return f"{edge.limit} {edge.number}"


def ids(edge: Edge, index: int) -> list[str]:
    made = (edge.within, edge.past)[index]
    return [violation.limit for violation in verify(made, edge.channels, edge.before[index])]


@pytest.mark.parametrize("edge", [*EDGES, *RAISED], ids=label)
def test_the_check_accepts_the_last_within_and_refuses_the_first_past(edge: Edge) -> None:
    assert ids(edge, 0) == []
    assert SAID_BY.get(edge.limit, edge.limit) in ids(edge, 1)


@pytest.mark.parametrize("edge", [*EDGES, *RAISED], ids=label)
def test_with_this_row_alone_lifted_the_first_past_is_not_refused_by_it(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = [row for row in LIMITS if row.id == edge.limit][edge.number]
    off = tuple(replace(row, soft=BIG, hard=BIG) if row is wanted else row for row in LIMITS)
    monkeypatch.setattr(bounds, "LIMITS", off)
    for constant, value in edge.off.items():
        if constant == "region":
            monkeypatch.setitem(at.REGIONS, "upper trapezius", at.Region(0.4, 0.6, BIG))
            at.region.cache_clear()
        elif constant == "rest":  # as long as the bout: no number of its own
            monkeypatch.setattr(Ways, "_rest_needed", lambda *_: 0)
        else:
            monkeypatch.setattr(at, constant, value)
    try:
        assert SAID_BY.get(edge.limit, edge.limit) not in ids(edge, 1)
    finally:
        at.region.cache_clear()


def test_every_row_of_the_check_has_an_edge() -> None:
    missing = []
    seen: dict[str, int] = {}
    told = {(edge.limit, edge.number) for edge in EDGES}
    told |= {(edge.limit, edge.number) for edge in WHERE}
    told |= {("HT10", 0), ("PC8", 0)}  # over days: test_body_edges
    for row in LIMITS:
        number = seen.setdefault(row.id, 0)
        seen[row.id] += 1
        if "check" in row.where and (row.id, number) not in told and not row.id.startswith("PF"):
            missing.append((row.id, row.quantity))
    assert missing == []


# --- rows that go by place, by device or by order, and have no pair of numbers in the table


@dataclass(frozen=True)
class Place:
    """A row at its edge, on devices of its own; `lift` takes it out of the check."""

    limit: str
    number: int
    within: Any
    past: Any
    lift: tuple[str, Any]
    channels: tuple[Any, Any] = (None, None)
    standing: Standing = PLAIN


FREE = at.Region(1.0, 1.0, BIG)
NOWHERE = ("around", lambda _: ())


def nothing(*_: object) -> tuple[()]:
    return ()


def region(point: str, soft: float) -> Place:
    return Place("PC13", 0, plan(press(point, soft, 20 * SEC)), plan(press(point, soft + 0.01, 20 * SEC)),
                 ("REGIONS", {**at.REGIONS, point: FREE}))  # fmt: skip


def bout(point: str, seconds: int) -> Place:
    made = [plan(press(point, 0.1, n * SEC, move="along")) for n in (seconds, seconds + 1)]
    return Place("PC2", 0, made[0], made[1], ("REGIONS", {**at.REGIONS, point: FREE}))


def forced(point: str, newtons: float) -> Place:
    within, past = (plan(replace(press(point, 0.1), force=(0.0, n))) for n in (newtons, newtons + 0.1))
    return Place("PC11", 0, within, past, ("PC11_SOFT", {}))


def together(point: str) -> Any:
    return plan(Together(([heat(to=38.0, hold=MIN)], [press(point, 0.2)])))


def at_leash(leash: str, *, measured: bool) -> dict[str, Any]:
    return {"pad": pad(leash=leash, measured=measured)}


WHERE = [
    *(region(point, soft) for point, (soft, _, _) in PAGE.items() if soft),
    *(bout(point, seconds) for point, (soft, _, seconds) in PAGE.items() if soft),
    forced("rhomboids", 50.0), forced("erector spinae", 50.0), forced("gluteus medius", 45.0),
    forced("gluteus maximus", 45.0), forced("hamstrings", 55.0),
    Place("ZN1", 0, WARM, plan(heat("iliopsoas", 38.0, MIN)), ("heat_forbidden", lambda _: False)),
    Place("ZN1", 0, SHORT, plan(press("iliopsoas", 0.1)), ("percussion_forbidden", lambda _: False)),
    Place("ZN1", 0, SHORT, plan(press("quadratus lumborum", 0.1)), ("percussion_forbidden", lambda _: False)),
    *(Place("ZN1", 0, plan(press(point, 0.1, move="along")), plan(press(point, 0.1, move="still")),
            ("still_forbidden", lambda _: False))
      for point in ("piriformis", "gluteus minimus", "deep rotators")),
    Place("SE6", 0, together(LEG), together("rhomboids"), NOWHERE),
    Place("SE6", 0, together(LEG), together("erector spinae"), NOWHERE),
    Place("PC8", 1, plan(press(LEG, 0.5)), plan(press(LEG, 0.51)), ("strength_most", None),
          standing=Standing(tightenings=(SORE,))),
    Place("HT19", 0, WARM, WARM, ("_heat_place", nothing),
          (at_leash("timer", measured=False), at_leash("lease", measured=False))),
    Place("LE3", 0, WARM, WARM, ("_heat_place", nothing),
          (at_leash("lease", measured=True), at_leash("none", measured=True))),
    Place("SE9", 0, plan(press(), stretch(20 * SEC)), plan(stretch(20 * SEC), press()),
          ("_stretched", nothing)),
]  # fmt: skip


def of_place(edge: Place, made: Any, channels: Any, standing: Standing) -> list[str]:
    told = (*verify(made, channels, standing), *warnings(made, standing))
    return [violation.limit for violation in told]


def row_at(edge: Place) -> str:
    return f"{edge.limit} {edge.number}"


@pytest.mark.parametrize("edge", WHERE, ids=row_at)
def test_a_row_that_goes_by_place_accepts_the_last_within_and_names_the_first_past(edge: Place) -> None:
    assert of_place(edge, edge.within, edge.channels[0], edge.standing) == []
    assert edge.limit in of_place(edge, edge.past, edge.channels[1], edge.standing)


@pytest.mark.parametrize("edge", WHERE, ids=row_at)
def test_with_a_row_that_goes_by_place_lifted_the_first_past_is_not_named_by_it(
    edge: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    (name, value), standing = edge.lift, edge.standing
    if name == "strength_most":
        standing = Standing(tightenings=(replace(SORE, strength_most=value),))
    else:
        holder = next(each for each in (at, waits, rules) if hasattr(each, name))
        monkeypatch.setattr(holder, name, value)
    at.region.cache_clear()
    try:
        assert edge.limit not in of_place(edge, edge.past, edge.channels[1], standing)
    finally:
        monkeypatch.undo()
        at.region.cache_clear()


# --- by hand in a session that goes on


def holds_of(*points: str, ago: float = 60.0) -> Standing:
    return after(gave(ago, holds={(point, "left"): NOW - ago for point in points}))


def found(made: Any, standing: Standing) -> list[str]:
    return [violation.limit for violation in verify(made, None, standing)]


@pytest.mark.parametrize(("ago", "rows"), [(1799.0, ["SP3"]), (1800.0, [])])
def test_places_held_add_up_over_a_session_that_goes_on(ago: float, rows: list[str]) -> None:
    assert found(plan(hold(SIX[0])), holds_of(*SIX, ago=ago)) == []
    assert found(plan(hold("infraspinatus")), holds_of(*SIX[:5], ago=ago)) == []
    assert found(plan(hold("infraspinatus")), holds_of(*SIX, ago=ago)) == rows


def test_an_area_held_as_a_whole_is_one_place() -> None:
    points = ("upper trapezius", "levator scapulae", "rhomboids", "thoracic paraspinals", "infraspinatus")
    assert found(plan(*map(hold, SIX[2:])), holds_of(*points)) == []


def test_holds_of_a_point_add_up_over_a_session_that_goes_on() -> None:
    one = {("upper trapezius", "left"): NOW - 600.0}
    twice = after(gave(900.0, holds=one), gave(600.0, holds=one))
    assert found(held(1), twice) == []
    assert found(held(2), twice) == ["SP2"]


@pytest.mark.parametrize(("times", "rows"), [(2, []), (3, ["SP2"])])
def test_the_holds_of_one_session_before_are_counted_each(times: int, rows: list[str]) -> None:
    spot = ("upper trapezius", "left")
    assert found(held(1), after(gave(600.0, holds={spot: NOW - 600.0}, held={spot: times}))) == rows


def test_the_time_held_in_the_hand_warns_over_twenty_minutes() -> None:
    for spent, told in ((20 * MIN - 20 * SEC, []), (20 * MIN - 19 * SEC, ["PC12"])):
        standing = after(gave(7 * HOUR, hand_held_ms=spent))
        assert [each.limit for each in warnings(SHORT, standing)] == told


def test_what_may_be_held_is_counted_before_it_is_and_once() -> None:
    made = plan(hold("hamstrings"), hold("hamstrings"))
    account = safety.Account(made, {}, PLAIN)
    ahead = worst_case(account, [1], "s", 0.0, 0.0)
    assert ahead.held == {("hamstrings", "left"): 1}
    for now_ms in (0, 100, 200):
        account.advance(now_ms, {safety.HAND: safety.Driven(1, 0.0)}, {}, paused=False)
    assert worst_case(account, [1], "s", 0.0, 0.0).held == {("hamstrings", "left"): 1}
    assert worst_case(account, [1, 2], "s", 0.0, 0.0).held == {("hamstrings", "left"): 2}
