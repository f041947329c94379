"""Every row that exists in a run at its soft and its hard edge, and lifted: the watch, and the session.

The numbers are typed from section 6 of `safety.md`, never taken from the code. What a device reports is
judged every 200 ms, and a session goes on in ticks of 100 ms.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from core_desk import HAND_PAD, MINUTE, PAD, SECOND, Desk, Writer

from controller.core import ramps
from controller.safety import LIMITS, PLAIN, Standing, Tightening, standing
from controller.safety import limits as at
from controller.safety.pad_watch import PadWatch
from controller.safety.profiles import OVER_65, REDUCED_FEELING
from controller.safety.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

BIG = 10**12
Verdict = tuple[str, str] | None


@dataclass(frozen=True)
class Edge:
    """`run` says what became of a value; `said`: of the last within, and of the first past it."""

    limit: str
    number: int
    run: Callable[[Any], Any]
    within: Any
    past: Any
    said: tuple[Any, Any]
    off: dict[str, Any] = field(default_factory=dict)


# --- what a pad measures


def last(readings: Iterable[tuple[int, float]], told: float = 0.0) -> Verdict:
    """What the watch says of the last reading of a pad that is told `told` from 0 on."""
    watch, found = PadWatch(), None
    watch.tell(0, told)
    for now_ms, actual in readings:
        found = watch.report(now_ms, actual)
    return None if found is None else (found.grade, found.limit)


def held(actual: float, until_ms: int, since_ms: int = 0, grain: float = 0.0) -> list[tuple[int, float]]:
    """The same reading, but for a `grain`, up to that moment."""
    times = [*range(since_ms, until_ms, 200), until_ms]
    return [(now, actual + grain * (n % 2)) for n, now in enumerate(times)]


def rising(per_minute: float, ms: int = 20 * SECOND) -> Verdict:
    """A pad that rose from 36 °C at that pace for so long."""
    return last(((now, 36.0 + per_minute * now / MINUTE) for now in range(0, ms + 1, 200)), told=42.0)


def over(by: float, ms: int = 0) -> Verdict:
    """A pad that went over its 38 °C in two steps, and stayed there for so long."""
    return last(
        [(0, 38.0), (SECOND, 38.0 + by / 2), *held(38.0 + by, 2 * SECOND + ms, 2 * SECOND)], told=38.0
    )


def cold(ms: int) -> Verdict:
    """A pad that is told 36 °C and stays at 30 °C for so long."""
    return last(held(30.0, ms), told=36.0)


def gained(degrees: float) -> Verdict:
    """A pad that is told 36 °C and has gained so much after a minute."""
    return last([*held(30.0, MINUTE - 800), (MINUTE, 30.0 + degrees)], told=36.0)


def fallen(under: float, ms: int = MINUTE) -> Verdict:
    """A pad that was at its 38 °C for a minute, and then `under` it for so long."""
    begun = MINUTE + 4 * SECOND
    way = [(MINUTE + n * SECOND, 38.0 - under * n / 4) for n in (1, 2, 3)]
    return last([*held(38.0, MINUTE), *way, *held(38.0 - under, begun + ms, begun, -0.001)], told=38.0)


# --- what a device is before it begins, and how long it was silent


@dataclass
class Report:
    """What a device says of itself at rest."""

    actual: float | None
    battery: int | None = None
    setpoint: float = 0.0
    state: str = "idle"
    fault: str | None = None


def reported(actual: float, battery: int | None = None, ms: int = 0) -> Watch:
    """A device that has said the same for so long."""
    watch = Watch.over(PAD)
    for now in sorted({0, ms}):
        watch.report(now, Report(actual, battery))
    return watch


def fit(watch: Watch, now_ms: int) -> Verdict:
    found = watch.unfit(now_ms)
    return None if found is None else (found.grade, found.limit)


def settling(degrees: float) -> Verdict:
    """A pad at 35 °C for a minute, that measured so much more in the middle of it."""
    watch = Watch.over(PAD)
    for now, actual in ((0, 35.0), (MINUTE // 2, 35.0 + degrees), (MINUTE, 35.0)):
        watch.report(now, Report(actual))
    return fit(watch, MINUTE)


def silent(ms: int) -> Verdict:
    found = reported(33.0).age(ms)
    return None if found is None else (found.grade, found.limit)


def valid(actual: float) -> Verdict:
    found = Watch.over(PAD).report(0, Report(actual))
    return None if found is None else (found.grade, found.limit)


# --- the session


def heating(minutes: int = 20, body: Standing = PLAIN) -> Desk:
    writer = Writer()
    writer.heat(38.0, minutes * MINUTE)
    writer.rest()
    return Desk(writer.plan(), pad=37.5, standing=body)


def asked(ms: int, *rows: Tightening) -> bool:
    """Whether somebody was asked for presence after so long in heat."""
    desk = heating(body=Standing(tightenings=rows))
    desk.run(ms)
    return bool(desk.said("question"))


def looked_at(ms: int) -> bool:
    """Whether somebody who works a pad by hand was asked to look at the skin after so long."""
    writer = Writer()
    writer.heat(37.0, 8 * MINUTE)
    desk = Desk(writer.plan(), {"pad": HAND_PAD})
    while desk.session.questions.open:
        desk.answer("yes")
    before = len(desk.said("question"))
    desk.run(ms)
    return len(desk.said("question")) > before


def unheard(ms: int) -> list[object]:
    """The limits that were told so long after the question, which came after five minutes."""
    desk = heating()
    desk.run(5 * MINUTE + ms)
    return [data["limit"] for data in desk.said("limit")]


def cooling(actual: float, ms: int = 100) -> object:
    """How a session stands that ended its only heat so long ago, with its pad at `actual`."""
    writer = Writer()
    writer.heat(38.0, MINUTE)
    desk = Desk(writer.plan(), pad=37.5)
    desk.run(MINUTE)
    assert desk.whys() == [(1, "done")]
    desk.actual["pad"] = actual
    desk.run(ms)
    return desk.end()


def rated(value: float) -> object:
    writer = Writer()
    writer.rate()
    writer.rest()
    desk = Desk(writer.plan())
    desk.answer(value)
    return desk.end(), [(data["limit"], data["allowed"]) for data in desk.said("limit")]


def paused(ms: int) -> object:
    """How a session stands after a pause of so long, and a word to go on."""
    writer = Writer()
    writer.press(30 * SECOND)
    desk = Desk(writer.plan())
    desk.answer("yes")
    desk.run(SECOND)
    desk.do("pause")
    desk.run(ms)
    desk.do("resume")
    return desk.end()


def warmer(by: float) -> bool:
    """Whether a pad is told more than `by` over 36 °C after a minute of its ramp."""
    writer = Writer()
    writer.heat(41.0, MINUTE)
    desk = Desk(writer.plan())
    desk.run(MINUTE)
    return desk.held["pad"] > 36.0 + by


def stronger(by: float) -> bool:
    """Whether a head is told more than `by` of its way after ten seconds of its ramp."""
    writer = Writer()
    writer.press(60 * SECOND, 0.6)
    desk = Desk(writer.plan())
    desk.answer("yes")
    desk.run(10 * SECOND)
    return desk.held["gun"] > 1200.0 + by * 2000.0


PROFILE = {"PF1": REDUCED_FEELING, "PF3": OVER_65}
NO_PRESENCE = {"presence_ms": None}
PAUSE, STOP = "pause", "stop"
EDGES = [
    Edge("HT2", 0, lambda v: last(held(v, 5 * SECOND)), 42.49, 42.5, (None, (PAUSE, "HT2")),
         {"HT2_SOFT": BIG}),
    Edge("HT2", 0, lambda v: last(held(42.5, v)), 4_999, 5_000, (None, (PAUSE, "HT2")),
         {"HT2_SOFT_MS": BIG}),
    Edge("HT2", 0, lambda v: last([(0, 43.0), (200, v)]), 42.99, 43.0, (None, (STOP, "HT2")),
         {"HT2_HARD": BIG}),
    Edge("HT2", 0, lambda v: last([(0, v)]), 43.99, 44.0, (None, (STOP, "HT2")), {"HT2_AT_ONCE": BIG}),
    Edge("HT12", 0, rising, 4.0, 4.05, (None, (PAUSE, "HT12")), {"HT12_SOFT": BIG}),
    Edge("HT12", 0, lambda v: rising(5.0, v), 19_800, 20_000, (None, (PAUSE, "HT12")), {"HT12_MS": BIG}),
    Edge("HT12", 0, rising, 6.0, 6.05, ((PAUSE, "HT12"), (STOP, "HT12")), {"HT12_HARD": BIG}),
    Edge("HT12", 1, lambda v: last([(0, 30.0), (SECOND, 30.0 + v)]), 1.0, 1.01, (None, (STOP, "HT12")),
         {"HT12_JUMP": BIG}),
    Edge("HT12", 1, lambda v: last([(0, 30.0), (SECOND, 30.0 - v)]), 1.0, 1.01, (None, (STOP, "HT12")),
         {"HT12_JUMP": BIG}),
    Edge("HT13", 0, over, 0.5, 0.51, (None, (PAUSE, "HT13")), {"HT13_SOFT": BIG}),
    Edge("HT13", 0, lambda v: over(v, 12 * SECOND), 1.0, 1.01, ((PAUSE, "HT13"), (STOP, "HT13")),
         {"HT13_HARD": BIG}),
    Edge("HT13", 0, lambda v: over(1.01, v), 9_999, 10_000, ((PAUSE, "HT13"), (STOP, "HT13")),
         {"HT13_HARD_MS": BIG}),
    Edge("HT14", 0, cold, 59_999, 60_000, (None, (PAUSE, "HT14")), {"HT14_MS": BIG}),
    Edge("HT14", 0, cold, 119_999, 120_000, (None, (STOP, "HT14")), {"HT14_MS": BIG}),
    Edge("HT14", 0, gained, 1.0, 0.99, (None, (PAUSE, "HT14")), {"HT14_RISE": 0.0}),
    Edge("HT14", 0, fallen, 2.0, 2.01, (None, (STOP, "HT14")), {"HT14_UNDER": BIG}),
    Edge("HT14", 0, lambda v: fallen(2.01, v), 59_999, 60_000, (None, (STOP, "HT14")), {"HT14_MS": BIG}),
    Edge("HT15", 0, asked, 299_900, 300_000, (False, True), {"HT15_SOFT_MS": BIG}),
    Edge("HT15", 0, unheard, 59_900, 60_000, ([], ["HT15"]), {"HT15_ANSWER_MS": BIG}),
    Edge("PF1", 5, lambda v: asked(v, PROFILE["PF1"]), 119_900, 120_000, (False, True), NO_PRESENCE),
    Edge("PF3", 5, lambda v: asked(v, PROFILE["PF3"]), 179_900, 180_000, (False, True), NO_PRESENCE),
    Edge("HT16", 0, cooling, 35.99, 36.0, (("completed", 0), None), {"HT16_COOL": BIG}),
    Edge("HT16", 0, lambda v: cooling(37.5, v), 300_000, 299_900, (("completed", 0), None),
         {"HT16_WAIT_MS": 0}),
    Edge("HT20", 0, silent, 3_000, 3_001, (None, (PAUSE, "HT20")), {"HT20_SOFT_MS": BIG}),
    Edge("HT20", 0, silent, 5_000, 5_001, ((PAUSE, "HT20"), (STOP, "HT20")), {"HT20_HARD_MS": BIG}),
    Edge("HT20", 0, valid, 5.0, 4.99, (None, (STOP, "HT20")), {"HT20_LOWEST": -BIG}),
    Edge("HT20", 0, valid, 60.0, 60.01, ((STOP, "HT2"), (STOP, "HT20")), {"HT20_HIGHEST": BIG}),
    Edge("HT21", 0, lambda v: fit(reported(v), 0), 34.99, 35.0, (None, (PAUSE, "HT21")),
         {"HT21_WARM": BIG}),
    Edge("HT21", 0, lambda v: fit(reported(v, ms=MINUTE), MINUTE), 37.99, 38.0, (None, (PAUSE, "HT21")),
         {"HT21_HOT": BIG}),
    Edge("HT21", 0, lambda v: fit(reported(35.0, ms=v), v), 60_000, 59_999, (None, (PAUSE, "HT21")),
         {"HT21_MS": 0}),
    Edge("HT21", 0, settling, 0.49, 0.5, (None, (PAUSE, "HT21")), {"HT21_CHANGE": BIG}),
    Edge("HT22", 0, looked_at, 179_900, 180_000, (False, True), {"HT22_LOOK_MS": BIG}),
    Edge("HT21", 1, lambda v: fit(reported(33.0, v), 0), 20, 19, (None, (STOP, "HT21")),
         {"HT21_BATTERY": 0}),
    Edge("PC9", 0, rated, 7.0, 8.0, ((None, []), (("limit", 7), [("PC9", 7.0)])), {"PC9_HARD": BIG}),
    Edge("SE8", 0, paused, 600_000, 600_100, (None, ("unanswered", 1)), {"SE8_MS": BIG}),
    Edge("HT11", 0, warmer, 2.0, 1.9, (False, True), {"HT11_SOFT": BIG}),
    Edge("PC10", 0, stronger, 0.2, 0.19, (False, True), {"PC10_SOFT": BIG}),
]  # fmt: skip
ELSEWHERE = {("HT3", 0): ("simulator/test_firmware_faults.py", "test_w9_with_the_cut_out_lifted")}
"""A row of the device itself: the file under tests/, and the test there that lifts it."""


def label(edge: Edge) -> str:
    return f"{edge.limit} {edge.number}"


def seen(edge: Edge) -> tuple[Any, Any]:
    return edge.run(edge.within), edge.run(edge.past)


@pytest.mark.parametrize("edge", EDGES, ids=label)
def test_a_run_lets_the_last_within_be_and_acts_on_the_first_past(edge: Edge) -> None:
    assert seen(edge) == edge.said


@pytest.mark.parametrize("edge", EDGES, ids=label)
def test_with_this_number_alone_lifted_its_edge_is_gone(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    assert edge.off
    for name, value in edge.off.items():
        if edge.limit in PROFILE:
            monkeypatch.setitem(PROFILE, edge.limit, replace(PROFILE[edge.limit], **{name: value}))
            continue
        for module in (at, ramps, standing):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, value)
    assert seen(edge) != edge.said


def test_every_entry_of_a_run_has_an_edge() -> None:
    told = {(edge.limit, edge.number) for edge in EDGES} | set(ELSEWHERE)
    number: dict[str, int] = {}
    rows = {("HT22", 0)}  # counted in the check and at the gate; the look at the skin is the run's
    for row in LIMITS:
        number[row.id] = number.get(row.id, -1) + 1
        if "run" in row.where:
            rows.add((row.id, number[row.id]))
    assert told == rows
    for name, test in ELSEWHERE.values():
        assert f"def {test}" in (Path(__file__).parents[1] / name).read_text(encoding="utf-8")
