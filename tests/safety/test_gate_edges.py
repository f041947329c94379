"""Every entry of a row of the gate at its hard edge, and lifted alone: in a session and over days.

The numbers are typed from section 6 of `safety.md`, never taken from the code. A sum has a tick of
100 ms for each of its segments, as a segment ends at the first tick at which its time is up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import gate_cases as made
import pytest
from gate_cases import HAND, heating, pressing, read, view
from past_plans import BACK, DAY, HOUR, THIGH, after, gave, warmed, worked
from safety_plans import CHANNELS, MIN, SEC, Drives, heat, pad, plan, press
from test_limits_table import REGIONS

from controller.core import ramps
from controller.safety import LIMITS, Had, Request, Tightening, account, admit, gate
from controller.safety import limits as at
from controller.safety.profiles import OVER_65, REDUCED_FEELING
from controller.safety.screening import rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.safety import Standing

BIG = 10**12
THIGHS = (THIGH, ("thighs", "right"))
SORE = rows._TODAY
HEAT = plan(heat(to=38.0, hold=MIN))
PRESS = plan(press("rectus femoris", 0.9, 20 * SEC))


@dataclass(frozen=True)
class Edge:
    """An entry (`number`: of those with one id) at its edge: `ask` makes what comes to the gate.

    `off`: the constants that lift it; where no number says it, `guard` alone does, and is left out.
    """

    limit: str
    number: int
    ask: Callable[[Any], Any]
    within: Any
    past: Any
    off: dict[str, Any] = field(default_factory=dict)
    guard: str = ""


def asked(plan_: Any, standing: Standing, strength: float = 0.1, driven: int = 0) -> Any:
    """The first setpoint of a plan, for a body with all that it had."""
    drives = Drives(plan_, CHANNELS, standing)
    hot = plan_.roles.get("pad") == "heat"
    drives.go(driven, {} if hot else {"gun": (1, 1300.0)})
    read(drives, pad=36.0, gun=1300.0)
    request = Request("pad", 36.0, 1) if hot else Request("gun", 1200.0 + 2000.0 * strength, 1)
    return request, view(drives)


def warm(standing: Standing) -> Any:
    return asked(HEAT, standing)


def work(standing: Standing) -> Any:
    return asked(PRESS, standing)


def hotter(row: int, to: float) -> Callable[[int], Any]:
    """A session that goes on, with so many milliseconds in one row of HT4."""

    def ask(ms: int) -> Any:
        rows = tuple(ms if n == row else 0 for n in range(4))
        return asked(plan(heat(to=to, hold=MIN)), after(gave(900.0, Had(heat_rows_ms=rows, heat_end_s=0.0))))

    return ask


def lifted(row: int) -> tuple[tuple[float, int], ...]:
    hard = ((float("-inf"), 30 * MIN), (39.0, 30 * MIN), (40.0, 20 * MIN), (41.0, 8 * MIN))
    return tuple((over, BIG if n == row else ms) for n, (over, ms) in enumerate(hard))


def pad_of(facts: dict[str, Any]) -> Any:
    return heating(channels={"pad": pad(**facts)})


def body(row: Tightening, *, dose: float = 0.0, to: float = 36.0) -> Any:
    drives = read(Drives(plan(heat(to=41.0)), CHANNELS, after(tightenings=(row,))), pad=40.0)
    drives.account._dose[BACK] = dose
    return Request("pad", to, 1), view(drives)


SESSION = [
    Edge("HT1", 0, lambda v: heating(v, 42.0, to=43.0), 42.0, 42.01, {"HT1_HARD": BIG}),
    Edge("HT2", 0, lambda v: made._samples(43.0, v), 42.99, 43.0, {"HT2_HARD": BIG}),
    Edge("HT4", 0, hotter(0, 38.0), 30 * MIN - 1, 30 * MIN, {"HT4_HARD": lifted(0)}),
    Edge("HT4", 1, hotter(1, 40.0), 30 * MIN - 1, 30 * MIN, {"HT4_HARD": lifted(1)}),
    Edge("HT4", 2, hotter(2, 41.0), 20 * MIN - 1, 20 * MIN, {"HT4_HARD": lifted(2)}),
    Edge("HT4", 3, hotter(3, 42.0), 8 * MIN - 1, 8 * MIN, {"HT4_HARD": lifted(3)}),
    Edge("HT5", 0, made._dosed, 1.9999, 2.0, {"HT5_HARD": BIG}),
    Edge("HT9", 0, made._all_heat, 30 * MIN + 199, 30 * MIN + 200, {"HT9_MS": BIG}),
    Edge("HT11", 0, made._ramped, 36 + 3 + 0.01, 36 + 3 + 0.02, {"HT11_HARD": BIG}),
    Edge("HT15", 0, made._silent, 10 * MIN, 10 * MIN + 1, {"HT15_HARD_MS": BIG}),
    Edge("HT18", 0, lambda v: heating(v, 40.5, place="neck"), 40.0, 40.01, {"HT18_HARD": BIG}),
    Edge("HT18", 1, lambda v: made._heated(v + 100, **made.NECK), 15 * MIN - 1, 15 * MIN,
         {"HT18_HARD_MS": BIG}),
    Edge("HT19", 0, lambda v: pad_of({"measured": False, "leash": v}), "timer", "lease", guard="_ht19"),
    Edge("HT20", 0, made._aged, 5 * SEC, 5 * SEC + 1, {"HT20_HARD_MS": BIG}),
    Edge("HT22", 0, made._blind, 15 * MIN - 1, 15 * MIN, {"HT22_HARD_MS": BIG}),
    Edge("PC1", 0, lambda v: pressing(drive=v, move="still"), 60 * SEC - 1, 60 * SEC, {"PC1_HARD_MS": BIG}),
    Edge("PC2", 0, lambda v: pressing(drive=v), 120 * SEC - 1, 120 * SEC, {"PC2_HARD_MS": BIG}),
    Edge("PC3", 0, made._site_percussion, 300 * SEC - 1, 300 * SEC, {"PC3_HARD_MS": BIG}),
    Edge("PC5", 0, made._all_percussion, 15 * MIN - 1, 15 * MIN, {"PC5_HARD_MS": BIG}),
    Edge("PC6", 0, lambda v: made._second(100_000, v), 20 * SEC, 20 * SEC - 1, {"PC6_HARD_MS": 0}),
    Edge("PC9", 0, lambda v: pressing(other={"worst_rating": v}), 7.999, 8.0, {"PC9_HARD": BIG}),
    Edge("PC10", 0, pressing, 0.3, 0.3005, {"PC10_HARD": BIG}),
    Edge("PC10", 0, lambda v: pressing(0.4, v), 10 * SEC, 10 * SEC - 1, {"PC10_HARD_MS": 0}),
    Edge("PC13", 0, lambda v: pressing(v, 10 * SEC), 0.6, 0.6005,
         {"REGIONS": {**at.REGIONS, "upper trapezius": at.Region(1.0, 1.0, BIG)}}),
    Edge("SE1", 0, made._late, 60 * MIN, 60 * MIN + 1, {"SE1_HARD_MS": BIG}),
    Edge("SE4", 0, made._warmed, 60 * SEC, 60 * SEC - 1, {"SE4_GAP_MS": 0}),
    Edge("SE4", 1, lambda v: made._warmed(60 * SEC, v), 38.0, 38.01, {"SE4_SKIN": BIG}),
    Edge("SE4", 2, lambda v: made._warmed(100 * SEC, strength=v, drive=20 * SEC), 0.5, 0.5005,
         {"SE4_STRENGTH": 1.0}),
    Edge("SE4", 2, lambda v: made._warmed(v, strength=0.6, drive=20 * SEC), 300 * SEC, 300 * SEC - 1,
         {"SE4_STRENGTH_MS": 0}),
    Edge("SE5", 0, made._pressed, 120 * SEC, 120 * SEC - 1, {"SE5_GAP_MS": 0}),
    Edge("SE5", 1, lambda v: made._pressed(120 * SEC, v), 40.0, 40.01, {"SE5_HIGHEST": BIG}),
    Edge("SE6", 0, made._at_once, {"pad": (1, 0.0)}, {"pad": (1, 36.0)}, guard="_se6"),
    Edge("SE8", 0, lambda v: pressing(other={"paused_ms": v}), 10 * MIN, 10 * MIN + 1, {"SE8_MS": BIG}),
    Edge("ZN1", 0, lambda v: heating(place=v), "hips", "iliopsoas", guard="_zn1"),
    Edge("LE1", 0, made._leashed, "lease", "rope", guard="_le1"),
    Edge("LE2", 0, lambda v: made._leashed("timer", v), 0.35, 0.3505, {"LE_STRENGTH": 1.0}),
    Edge("LE2", 1, lambda v: made._leashed("timer", drive=v), 60 * SEC + 99, 60 * SEC + 100,
         {"LE_BOUT_MS": BIG}),
    Edge("LE3", 0, lambda v: pad_of({"leash": v}), "timer", "none", guard="_le3"),
    Edge("LE3", 1, lambda v: made._leashed("none", v), 0.35, 0.3505, {"LE_STRENGTH": 1.0}),
    Edge("LE3", 2, lambda v: made._leashed("none", drive=v), 60 * SEC + 99, 60 * SEC + 100,
         {"LE_BOUT_MS": BIG}),
    Edge("LE4", 0, lambda v: pressing(v, channels=HAND), 0.35, 0.3505, {"LE_STRENGTH": 1.0}),
    Edge("PC8", 1, lambda v: asked(PRESS, after(tightenings=(SORE,)), v, 10 * SEC), 0.6, 0.6005,
         {"PC8_HARD": 1.0}),
    Edge("PF1", 2, lambda v: body(REDUCED_FEELING, dose=v), 0.4999, 0.5, guard="_profile_dose"),
    Edge("PF3", 0, lambda v: body(OVER_65, to=v), 40.0, 40.01, guard="_profile_heat"),
    Edge("PF3", 2, lambda v: body(OVER_65, dose=v), 0.4999, 0.5, guard="_profile_dose"),
]  # fmt: skip
DAYS = [
    Edge("HT6", 0, warm, after(warmed(2 * HOUR, dose=1.9999)), after(warmed(2 * HOUR, dose=2.0)),
         {"HT6_HARD": BIG}),
    Edge("HT7", 0, warm, after(warmed(2 * HOUR, 60 * MIN - 1)), after(warmed(2 * HOUR, 60 * MIN)),
         {"HT7_HARD_MS": BIG}),
    Edge("HT8", 0, warm, after(*(warmed(n * HOUR) for n in (2, 5))),
         after(*(warmed(n * HOUR) for n in (2, 5, 8))), {"HT8_SESSIONS": BIG}),
    Edge("HT16", 0, warm, after(warmed(600.0, completed=True)), after(warmed(599.9, completed=True)),
         {"HT16_AGAIN_MS": 0}),
    Edge("PC4", 0, work, after(worked(5 * HOUR, 299_999, THIGHS)), after(worked(5 * HOUR, 300_000, THIGHS)),
         {"PC4_HARD_MS": BIG}),
    Edge("PC5", 1, work, after(gave(5 * HOUR, percussion_ms=30 * MIN - 1)),
         after(gave(5 * HOUR, percussion_ms=30 * MIN)), {"PC5_DAY_HARD_MS": BIG}),
    Edge("PC7", 0, work, after(worked(4 * HOUR, sites=THIGHS)), after(worked(4 * HOUR - 1, sites=THIGHS)),
         {"PC7_HARD_MS": 0}),
    Edge("PC7", 1, work, after(worked(5 * HOUR, sites=THIGHS)),
         after(*(worked(n * HOUR, sites=THIGHS) for n in (5, 10))), {"PC7_SESSIONS": BIG}),
    Edge("PC8", 0, work, after(worked(5 * HOUR, 119_999, THIGHS), tightenings=(SORE,)),
         after(worked(5 * HOUR, 120_000, THIGHS), tightenings=(SORE,)), {"PC8_HARD_MS": BIG}),
    Edge("PC9", 1, warm, after(gave(DAY, worst={BACK: 9.0})), after(gave(DAY - 1, worst={BACK: 9.0})),
         {"PC9_LOCK_MS": 0}),
    Edge("PC12", 0, work, after(gave(5 * HOUR, hand_held_ms=30 * MIN - 1)),
         after(gave(5 * HOUR, hand_held_ms=30 * MIN)), {"PC12_HARD_MS": BIG}),
    Edge("SE7", 0, work, after(worked(HOUR)), after(worked(HOUR - 1)), {"SE7_HARD_MS": 0}),
]  # fmt: skip


def ago(limit: str, number: int, ask: Any, had: Callable[[float], Standing], **off: Any) -> Edge:
    """What a session of a full day ago had is over; a second sooner it counts."""
    return Edge(limit, number, ask, had(DAY), had(DAY - 1), off)


WINDOWS = [
    ago("HT6", 0, warm, lambda s: after(warmed(s, dose=2.0)), HT6_HARD=BIG),
    ago("HT7", 0, warm, lambda s: after(warmed(s, 60 * MIN)), HT7_HARD_MS=BIG),
    ago("HT8", 0, warm, lambda s: after(*(warmed(n) for n in (2 * HOUR, 5 * HOUR, s))), HT8_SESSIONS=BIG),
    ago("PC4", 0, work, lambda s: after(worked(s, 300_000, THIGHS)), PC4_HARD_MS=BIG),
    ago("PC5", 1, work, lambda s: after(gave(s, percussion_ms=30 * MIN)), PC5_DAY_HARD_MS=BIG),
    ago("PC7", 1, work, lambda s: after(*(worked(n, sites=THIGHS) for n in (5 * HOUR, s))), PC7_SESSIONS=BIG),
    ago("PC8", 0, work, lambda s: after(worked(s, 120_000, THIGHS), tightenings=(SORE,)), PC8_HARD_MS=BIG),
    ago("PC12", 0, work, lambda s: after(gave(s, hand_held_ms=30 * MIN)), PC12_HARD_MS=BIG),
]  # fmt: skip
"""What counts for a day, at the end of that day: given a full day ago it is over."""
EDGES = [*SESSION, *DAYS, *WINDOWS]


def label(edge: Edge) -> str:
    return f"{edge.limit} {edge.number}"


def answer(edge: Edge, value: Any) -> str | None:
    refusal = admit(*edge.ask(value))
    return None if refusal is None else refusal.limit


def lift(monkeypatch: pytest.MonkeyPatch, edge: Edge) -> None:
    for name, value in edge.off.items():
        holders = [module for module in (at, account, ramps) if hasattr(module, name)]
        assert holders, name
        for module in holders:
            monkeypatch.setattr(module, name, value)
    for table in ("GUARDS", "BODY_GUARDS") if edge.guard else ():
        left = tuple(each for each in getattr(gate, table) if each.__name__ != edge.guard)
        monkeypatch.setattr(gate, table, left)
    at.region.cache_clear()


@pytest.mark.parametrize("edge", EDGES, ids=label)
def test_the_gate_admits_the_last_within_and_refuses_the_first_past(edge: Edge) -> None:
    assert answer(edge, edge.within) is None
    assert answer(edge, edge.past) == edge.limit


@pytest.mark.parametrize("edge", EDGES, ids=label)
def test_with_this_entry_alone_lifted_the_first_past_is_not_refused_by_it(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    lift(monkeypatch, edge)
    try:
        assert answer(edge, edge.past) != edge.limit
    finally:
        monkeypatch.undo()
        at.region.cache_clear()


def test_every_entry_of_the_gate_has_an_edge() -> None:
    told = {(edge.limit, edge.number) for edge in EDGES} | {("HT8", 1)}
    seen: dict[str, int] = {}
    rows = set()
    for row in LIMITS:
        number = seen[row.id] = seen.get(row.id, -1) + 1
        if "gate" in row.where:
            rows.add((row.id, number))
    assert told == rows


def test_the_hour_between_heats_is_half_an_hour_at_the_gate_which_is_where_a_session_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Sooner it is one session still: HT8 would refuse at a gap of its own alone, were it longer."""
    assert [answer(HALF, after(warmed(ago))) for ago in (1799.0, 1800.0)] == [None, None]
    monkeypatch.setattr(at, "HT8_HARD_MS", 30 * MIN + SEC)
    assert [answer(HALF, after(warmed(ago))) for ago in (1799.0, 1800.0)] == [None, "HT8"]
    assert answer(HALF, after(warmed(1801.0))) is None


HALF = Edge("HT8", 1, warm, None, None)


@pytest.mark.parametrize(("point", "cap"), [(point, hard) for point, (_, hard, _) in REGIONS.items()])
def test_each_point_of_the_table_of_regions_has_its_hard_cap(point: str, cap: float) -> None:
    edge = Edge("PC13", 0, lambda v: pressing(v, 10 * SEC, place=point), cap, cap + 0.0005)
    assert answer(edge, edge.within) == (None if cap else "ZN1")
    assert answer(edge, edge.past) == ("PC13" if cap else "ZN1")
