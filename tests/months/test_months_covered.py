"""HZ09 through the whole program: no tissue under a covered pad gets more than a hard limit."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from months_world import HEAT, Deed, World

from controller import people
from controller.people import Clinician
from simulator.device import calibration
from simulator.firmware.cover import Cover
from simulator.physics import PadFacts

if TYPE_CHECKING:
    from simulator.faults import What

PADS = {
    "standard": PadFacts(),
    "quick": PadFacts(
        power=20, pad_capacity=200, skin_capacity=100, pad_to_skin=3, pad_to_air=0.35, skin_to_body=0.8,
        sensor_lag_ms=10_000, dead_time_ms=2000,
    ),
    "heavy": PadFacts(
        power=50, pad_capacity=600, skin_capacity=300, pad_to_skin=8, pad_to_air=1.0, skin_to_body=2.4,
        sensor_lag_ms=20_000,
    ),
}  # fmt: skip


def _world(patch: pytest.MonkeyPatch, pad: PadFacts, *, hard: bool = False) -> World:
    """Ann has had her first three sessions; with `hard` a clinician vouches for her."""
    world = World(patch)
    world.worn = pad
    world.add("Ann", sessions=3)
    if hard:
        today = world.calendar.now().date()
        people.set_clinician("Ann", Clinician(name="Dr Ray", since=today, until=today + timedelta(days=30)))
    return world


def _warm(to: float, seconds: int, fault: What | None = None, at_s: float = 0.0) -> Deed:
    text = HEAT.format(name="upper back", side="left", to=to, seconds=seconds)
    return Deed("Ann", text, "upper back", "left", fault, at_s)


def _told(world: World) -> str:
    print(f"\n{world.referee.table()}")
    return f"{world.referee.table()}\n" + "\n".join(world.referee.broken)


@pytest.mark.parametrize("at_s", [0.0, 150.0, 300.0, 600.0])
@pytest.mark.parametrize("name", PADS)
def test_a_cover_at_41_degrees_is_within_every_limit(
    monkeypatch: pytest.MonkeyPatch, name: str, at_s: float
) -> None:
    world = _world(monkeypatch, PADS[name])
    ended = world.run(_warm(41, 600, "pad covered", at_s))
    told = _told(world)
    assert ended is not None, told
    assert ended.exit == 7, told
    assert world.referee.broken == [], told


@pytest.mark.parametrize("at_s", [0.0, 150.0, 300.0, 450.0, 495.0])
@pytest.mark.parametrize("name", PADS)
def test_a_cover_at_the_hottest_that_a_pad_offers_is_within_every_limit(
    monkeypatch: pytest.MonkeyPatch, name: str, at_s: float
) -> None:
    world = _world(monkeypatch, PADS[name], hard=True)
    most = min(42.0, int(calibration(PADS[name]).highest() * 10) / 10)
    ended = world.run(_warm(most, 330, "pad covered", at_s))
    told = _told(world)
    assert ended is not None, told
    assert ended.exit == 7, told
    assert world.referee.broken == [], told


@pytest.mark.parametrize("name", PADS)
def test_a_pad_that_is_not_covered_warms_at_41_degrees_to_the_end(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    world = _world(monkeypatch, PADS[name])
    ended = world.run(_warm(41, 600))
    told = _told(world)
    assert ended is not None, told
    assert ended.exit == 0, told
    assert world.referee.broken == [], told


def test_with_a_firmware_that_keeps_no_balance_the_judge_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Cover, "see", lambda *_: None)
    world = _world(monkeypatch, PADS["standard"])
    world.run(_warm(41, 600, "pad covered"))
    told = _told(world)
    assert any(each.startswith("dose in a session") for each in world.referee.broken), told
