"""Months of sessions, faults, crashes, clocks and several people: no tissue had more than a hard limit."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest
from months_world import BOTH, HEAT, PRESS, Deed, World

from controller.ledger import clocks
from controller.safety.pad_watch import PadWatch
from controller.safety.standing import Past
from controller.whose import Body
from simulator.firmware.heater import Regulator

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.faults import What

HOUR_S, DAY_S = 3600.0, 86_400.0
PEOPLE = ("Ann", "Bo", None)
PRESSED = {"gluteus maximus": "glutes", "hamstrings": "thighs", "rhomboids": "upper back"}
PAD_FAULTS = (
    "sensor open", "sensor short", "sensor frozen", "sensor loose", "sensor lagging", "heater stuck on",
    "heater weak", "heater dead", "pad covered", "silence", "link lost", "restart", "battery low",
    "echo wrong", "taken over",
)  # fmt: skip
GUN_FAULTS = ("silence", "link lost", "restart", "motor stall", "battery low", "echo wrong", "taken over")


def _deed(draw: Random) -> Deed:
    """Somebody wants as much as there is, again and again, at a few places."""
    who = draw.choice(PEOPLE)
    side = draw.choice(("left", "left", "right"))
    trouble = draw.random()
    at_s = draw.uniform(0.0, 240.0)
    if draw.random() < 0.6:
        area = draw.choice(("upper back", "upper back", "thighs", "hips"))
        to, seconds = draw.choice(((38, 1500), (39, 1200), (39.5, 600), (40, 900), (41, 600), (41, 300)))
        text = HEAT.format(name=area, side=side, to=to, seconds=seconds)
        fault = draw.choice(PAD_FAULTS) if trouble < 0.35 else None
    else:
        name = draw.choice(sorted(PRESSED))
        area = PRESSED[name]
        form, seconds = draw.choice(((PRESS, 45), (PRESS, 20), (BOTH, 30), (PRESS, 60)))
        text = form.format(name=name, side=side, strength=draw.choice(("gentle", "medium")), seconds=seconds)
        fault = draw.choice(GUN_FAULTS) if trouble < 0.25 else None
        at_s /= 8
    crash = fault is None and trouble > 0.85
    return Deed(who, text, area, side, fault, at_s, crash=crash, fit=draw.random() < 0.7)  # type: ignore[arg-type]


def _something_else(draw: Random, world: World) -> None:
    """What happens between sessions."""
    what = draw.random()
    if what < 0.5:
        world.wait(draw.choice((60.0, 600.0, 29 * 60.0, 31 * 60.0, HOUR_S)))
    elif what < 0.85:
        world.wait(draw.choice((4 * HOUR_S, 6.1 * HOUR_S, 9 * HOUR_S, DAY_S, 3 * DAY_S)))
    elif what < 0.93:
        world.step_clock(draw.choice((-DAY_S, -HOUR_S, HOUR_S, DAY_S, 40 * DAY_S)))
    elif what < 0.97:
        world.reboot()
    else:
        _lose_a_line(world.ledger(None))


def _lose_a_line(folder: Path) -> None:
    file = folder / "ledger.jsonl"
    if file.exists():
        lines = file.read_bytes().splitlines(keepends=True)
        file.write_bytes(b"".join(lines[:-1]))


def months(monkeypatch: pytest.MonkeyPatch, seed: int, runs: int) -> World:
    """`runs` sessions of everybody, and what lies between."""
    draw = Random(seed)
    world = World(monkeypatch)
    for who in PEOPLE:
        if who is not None:
            world.add(who)
    for _ in range(runs):
        world.run(_deed(draw))
        _something_else(draw, world)
    return world


def _show(world: World) -> str:
    told = f"{world.now_s / DAY_S:.0f} days, completed {world.completed}, refused {world.refused}"
    print(f"\n{told}\n{world.referee.table()}")
    return f"{told}\n{world.referee.table()}\n" + "\n".join(world.referee.broken)


def test_days_of_everything_are_within_every_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    world = months(monkeypatch, 1, 20)
    told = _show(world)
    assert world.referee.broken == [], told
    assert sum(world.completed.values()) >= 4, told


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(2, 6))
def test_months_of_everything_are_within_every_limit(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    world = months(monkeypatch, seed, 110)
    told = _show(world)
    assert world.now_s > 20 * DAY_S
    assert world.referee.broken == [], told
    assert all(world.completed.get(who or "guest", 0) >= 4 for who in PEOPLE), told


def _hot(seconds: int = 600, *, fault: What | None = None) -> Deed:
    text = HEAT.format(name="upper back", side="left", to=41, seconds=seconds)
    return Deed("Ann", text, "upper back", "left", fault, 240.0, fit=True)


def _day_of_heat(monkeypatch: pytest.MonkeyPatch) -> World:
    """Somebody who has had her first three sessions wants 41 °C every 61 minutes, all day."""
    world = World(monkeypatch)
    world.add("Ann", sessions=3)
    for _ in range(6):
        world.run(_hot())
        world.wait(61 * 60.0)
    return world


def test_a_day_of_heat_is_cut_off_by_the_books_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    world = _day_of_heat(monkeypatch)
    told = _show(world)
    assert world.referee.broken == [], told
    assert world.completed["Ann"] >= 2, told
    assert world.refused["Ann"] >= 1, told


@pytest.mark.soak
def test_with_a_ledger_that_forgets_the_judge_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Body, "past", lambda *_: Past())
    assert _day_of_heat(monkeypatch).referee.broken != []


@pytest.mark.soak
def test_with_clocks_that_give_time_back_the_judge_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    def by_the_wall(self: clocks.Mark, now: clocks.Moment) -> clocks.Mark:
        return clocks.Mark(round(self.at + max(0.0, now.wall - self.moment.wall), 3), now, now.wall)

    def days(*, gullible: bool) -> World:
        with monkeypatch.context() as patch:
            if gullible:
                patch.setattr(clocks.Mark, "next", by_the_wall)
            world = World(patch)
            world.add(f"Ann{gullible}", sessions=3)
            for _ in range(5):
                world.run(replace(_hot(), who=f"Ann{gullible}"))
                world.wait(61 * 60.0)
                world.step_clock(2 * DAY_S)
            return world

    assert days(gullible=False).referee.broken == []
    assert days(gullible=True).referee.broken != []


def test_with_no_watch_and_no_rule_of_the_device_the_judge_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    def frozen(who: str) -> World:
        world = World(monkeypatch)
        world.add(who, sessions=3)
        world.run(replace(_hot(fault="sensor frozen"), who=who, at_s=150.0))
        _show(world)
        return world

    assert frozen("Cy").referee.broken == []
    monkeypatch.setattr(PadWatch, "report", lambda *_: None)
    monkeypatch.setattr(Regulator, "runaway", lambda *_: False)
    world = frozen("Di")
    assert world.referee.broken != [], _show(world)
