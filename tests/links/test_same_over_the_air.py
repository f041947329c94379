"""A shipped protocol comes to the same over Bluetooth as over a cable in memory."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from controller.answers import Answers
from controller.api import Session, Setup
from controller.core import Said
from protocols.language import compile_text, load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from controller.snapshot import Snapshot

ANSWERS: Mapping[str, list[str]] = {
    "ready": ["yes"],
    "present": ["yes"],
    "rate": ["5", "3", "1"],
    "ask": ["no"],
}
BENCH = """devices:
- {{name: gun, kind: percussion, link: {link}}}
- {{name: pad, kind: heat, link: {link}}}
"""
OF_ITS_OWN = {"session"}


def events(name: str, link: str, folder: Path) -> list[dict[str, Any]]:
    bench = folder / f"{link}.yaml"
    bench.write_text(BENCH.format(link=link))
    plan = compile_text(load(name).data.decode()).plan
    assert plan is not None
    session = Session(Setup(plan=plan, bench=bench, speed=math.inf, answers=Answers(dict(ANSWERS))))
    said: list[dict[str, Any]] = []

    def hear(fact: Snapshot | Said) -> None:
        if isinstance(fact, Said):
            said.append({"event": fact.event, **fact.data})

    session.subscribe(hear, pictures=False)
    session.no_more_answers()
    ended = session.run_here()
    assert (ended.outcome, ended.lines) == ("completed", ())
    return [{key: value for key, value in each.items() if key not in OF_ITS_OWN} for each in said]


def at_once_sorted(said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What two devices say in one millisecond has no order."""
    return sorted(said, key=lambda each: (each["t"], each["event"], str(each.get("device"))))


def without_readings(said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for each in said if each["event"] != "reading"]


@pytest.mark.parametrize(
    "name", ["demo", *(pytest.param(each, marks=pytest.mark.soak) for each in ("thighs", "upper-back"))]
)
def test_a_shipped_protocol_has_equal_events_at_equal_times_over_the_air(name: str, tmp_path: Path) -> None:
    over_cable, over_air = (events(name, link, tmp_path) for link in ("serial", "ble"))
    assert len(over_cable) > 100
    for cable, air in zip(at_once_sorted(over_cable), at_once_sorted(over_air), strict=False):
        assert air == cable
    assert len(over_air) == len(over_cable)
    assert without_readings(over_air) == without_readings(over_cable), "in this order too"
