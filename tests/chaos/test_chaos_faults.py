"""Every fault of the simulator in the middle of a warm session: what is found, when, and how hot it got.

The whole path: devices on their wire, in virtual time. A person who is asked goes on at once; the last
resort of each device (its own rows W9 and W14) is at work too.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from chaos_rig import at_home

from controller import api
from controller.answers import Answers
from controller.core import Command
from protocols.language import compile_text
from simulator.bench import STANDARD, Bench, Plan
from simulator.faults import Fault
from simulator.firmware.cover import Cover
from simulator.firmware.heater import Regulator
from simulator.loop import virtual_loop

if TYPE_CHECKING:
    from pathlib import Path

    from controller.snapshot import Ended
    from simulator.faults import What

HURTFUL = 45.0  # the ceiling of a device (HT3), and of any one fault
HOT = 43.0  # HT2
WARM = """unknot: 1
title: Warm
needs: {pad: heat}
steps:
  - heat: upper back
    to: 40 °C
    for: 9 min
    within: 6 min
"""
PRESS = """unknot: 1
title: Press
needs: {gun: percussion}
steps:
  - press: gluteus maximus
    side: left
    at: gentle
    for: 60 s
    move: circles
"""
RAMP_S, PLATEAU_S = 60, 300
"""Seconds after the first drive: in the middle of the way up, and where 40 °C is held."""


@dataclass
class Course:
    """How one session with a fault went. Seconds are those of the session."""

    limits: list[tuple[float, str]] = field(default_factory=list)
    paused: list[tuple[float, str]] = field(default_factory=list)
    ended: Ended | None = None
    hottest: float = 0.0
    rests: bool = False
    """Two minutes after the end."""

    @property
    def row(self) -> str | None:
        return self.limits[0][1] if self.limits else None

    def first_s(self, since: float) -> float | None:
        """When it was first at rest for a reason, from the fault on."""
        times = [t for t, _ in self.limits + self.paused]
        return min(times) - since if times else None


class Kept(Bench):
    """A bench that its session does not switch off, so that what follows can be seen."""

    def stop(self) -> None:
        """Powered on until the loop ends."""


def run(monkeypatch: pytest.MonkeyPatch, kind: str, text: str, fault: Fault | None) -> Course:
    """One session of `text` on one device of `kind`."""
    bench = Kept(Plan(devices=(STANDARD[kind],), faults=() if fault is None else (fault,)))
    loops: dict[str, Any] = {"bench": lambda _path, **_more: bench, "loop": virtual_loop}
    monkeypatch.setattr(api, "simulator", loops.__getitem__)
    plan = compile_text(text).plan
    assert plan is not None
    answers = Answers({"ready": ["yes"] * 9, "present": ["yes"] * 99})
    session = api.Session(api.Setup(plan=plan, sim=True, speed=float("inf"), answers=answers))
    course = Course()

    def hear(fact: Any) -> None:
        event = getattr(fact, "event", None)
        if event == "limit":
            course.limits.append((fact.data["t"], fact.data["limit"]))
        elif event == "paused":
            course.paused.append((fact.data["t"], fact.data["why"]))
            asyncio.get_running_loop().call_later(5.0, session.send, Command("resume"))

    session.subscribe(hear)

    async def main() -> None:
        async with asyncio.timeout(3 * 3600):
            course.ended = await session._main(signals=False)
        await asyncio.sleep(120)  # what is stuck goes on after the session
        course.rests = bench.device(STANDARD[kind].name).at_rest
        tissue = bench.device(STANDARD[kind].name).tissue
        if tissue is not None:
            course.hottest = tissue.hottest_seen

    with asyncio.Runner(loop_factory=lambda: virtual_loop(None)) as runner:
        runner.run(main())
    return course


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    at_home(monkeypatch, tmp_path)


def at(kind: str, what: What, seconds: int) -> Fault:
    return Fault(device=STANDARD[kind].name, what=what, at_ms=seconds * 1000, after_driven=True)


def test_a_session_without_a_fault_is_let_be(monkeypatch: pytest.MonkeyPatch) -> None:
    course = run(monkeypatch, "heat", WARM, None)
    assert course.limits == []
    assert course.paused == []
    assert course.ended is not None
    assert course.ended.exit == 0
    assert 39.0 < course.hottest < HOT


CASES: list[tuple[What, int, set[str | None], float]] = [
    ("sensor open", PLATEAU_S, {"HT20"}, 1.5),
    ("sensor short", PLATEAU_S, {"HT20", "HT2"}, 1.5),
    ("sensor loose", PLATEAU_S, {"HT12"}, 5.0),
    ("sensor frozen", RAMP_S, {"HZ06", "HT14"}, 45.0),
    ("heater stuck on", RAMP_S, {"HT3", "HT13", "HT12", "HZ03"}, 90.0),
    ("heater stuck on", PLATEAU_S, {"HT3"}, 20.0),
    ("pad covered", 0, {"HT3"}, 200.0),
    ("pad covered", RAMP_S, {"HT3"}, 120.0),
    ("pad covered", PLATEAU_S, {"HT3"}, 30.0),
    ("heater dead", 0, {"HT14"}, 65.0),
    ("heater dead", RAMP_S, {"HT14"}, 125.0),
    ("heater dead", PLATEAU_S, {"HT14"}, 400.0),
    ("silence", PLATEAU_S, {"HT20", "SE8"}, 4.0),
    ("echo wrong", PLATEAU_S, {"HZ41"}, 2.0),
    ("battery low", PLATEAU_S, {"HZ21"}, 1.5),
]
"""Fault, when, the rows of which one must say so first, and in how many seconds at most."""


@pytest.mark.parametrize(("what", "when", "rows", "within"), CASES)
def test_a_fault_of_a_pad_is_found_in_its_time(
    monkeypatch: pytest.MonkeyPatch, what: What, when: int, rows: set[str | None], within: float
) -> None:
    course = run(monkeypatch, "heat", WARM, at("heat", what, when))
    first = course.first_s(when)
    print(f"{what} after {when} s: {course.limits} {course.hottest:.1f} °C, {course.ended}")
    assert course.row in rows
    assert first is not None
    assert first <= within
    assert course.hottest < HURTFUL
    assert course.ended is not None
    assert course.ended.exit in (5, 7)


@pytest.mark.parametrize(
    ("what", "rows", "within"),
    [("motor stall", {"HZ35"}, 2.5), ("echo wrong", {"HZ41"}, 2.0), ("battery low", {"HZ21"}, 1.5)],
)
def test_a_fault_of_a_gun_is_found_in_its_time(
    monkeypatch: pytest.MonkeyPatch, what: What, rows: set[str], within: float
) -> None:
    course = run(monkeypatch, "percussion", PRESS, at("percussion", what, 20))
    first = course.first_s(20)
    print(f"{what}: {course.limits}, {course.ended}")
    assert course.row in rows
    assert first is not None
    assert first <= within


@pytest.mark.parametrize(
    ("what", "when", "row", "within"),
    [
        ("sensor frozen", RAMP_S, "HT14", 65.0),
        ("sensor frozen", RAMP_S + 60, "HZ06", 45.0),
        ("heater dead", 0, "HT14", 65.0),
        ("heater dead", RAMP_S, "HT14", 125.0),
        ("heater dead", PLATEAU_S, "HT14", 400.0),
        ("heater stuck on", RAMP_S, "HT13", 90.0),
        ("heater stuck on", PLATEAU_S, "HT13", 60.0),
    ],
)
def test_a_fault_that_the_device_itself_does_not_see_is_found_as_well(
    monkeypatch: pytest.MonkeyPatch, what: What, when: int, row: str, within: float
) -> None:
    monkeypatch.setattr(Regulator, "runaway", lambda *_: False)
    monkeypatch.setattr(Cover, "see", lambda *_: None)
    course = run(monkeypatch, "heat", WARM, at("heat", what, when))
    first = course.first_s(when)
    print(f"{what} after {when} s, with no rule of its own: {course.limits} {course.hottest:.1f} °C")
    assert course.row == row
    assert first is not None
    assert first <= within
    assert course.hottest < HURTFUL
    assert course.ended is not None
    assert course.ended.exit == 7


def test_a_device_that_somebody_else_takes_ends_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who takes it must stop it first, which is what the session sees; its own STOP comes after that."""
    course = run(monkeypatch, "heat", WARM, at("heat", "taken over", PLATEAU_S))
    assert course.ended is not None
    assert course.ended.exit == 6
    assert course.ended.lines == ()
    assert course.rests


@pytest.mark.parametrize("what", ["sensor lagging", "heater weak", "link lost", "restart"])
@pytest.mark.parametrize("when", [RAMP_S, PLATEAU_S])
def test_whatever_is_not_seen_stays_under_the_ceiling(
    monkeypatch: pytest.MonkeyPatch, what: What, when: int
) -> None:
    course = run(monkeypatch, "heat", WARM, at("heat", what, when))
    print(f"{what} after {when} s: {course.limits} {course.hottest:.1f} °C, {course.ended}")
    assert course.hottest < HURTFUL


def test_after_a_runaway_nobody_believes_that_it_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    course = run(monkeypatch, "heat", WARM, at("heat", "heater stuck on", PLATEAU_S))
    assert course.ended is not None
    assert any("unplug it" in each for each in course.ended.lines)
