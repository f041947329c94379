"""Whole sessions over the air: a link lost at each kind of segment pauses with the device at rest."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Any

import pytest

from controller.answers import Answers
from controller.api import Session, Setup
from controller.core import Command, Said
from protocols.language import compile_text

if TYPE_CHECKING:
    from pathlib import Path

    from controller.snapshot import Ended, Snapshot
    from simulator.bench import Bench
    from simulator.device import SimDevice

ANSWERS = {"ready": ["yes"], "present": ["yes"], "rate": ["5", "3", "1"], "ask": ["no"]}
DEVICES = """devices:
- {name: gun, kind: percussion, link: ble}
- {name: pad, kind: heat, link: ble}
"""
FAULT = "faults:\n- {{device: {device}, at: {at} ms, do: {what}, for: {lasts} s}}\n"
EACH_KIND = """unknot: 1
title: Each kind of segment
needs: {pad: heat, gun: percussion}
steps:
- {heat: upper back, to: medium, for: 60 s}
- {cool: pad, below: 37 °C}
- rest: 60 s
- {press: upper trapezius, side: both, at: gentle, for: 20 s, move: circles, between: 20 s}
- {stretch: upper trapezius, side: both, hold: 15 s}
"""
PATIENT_S = 30.0
LEASE_S = 2.0


class Played:
    """One session of the demo; a person says resume half a minute after each pause."""

    def __init__(self, folder: Path, faults: str = "") -> None:
        bench = folder / "bench.yaml"
        bench.write_text(DEVICES + faults)
        plan = compile_text(EACH_KIND).plan
        assert plan is not None
        self.session = Session(Setup(plan=plan, bench=bench, speed=math.inf, answers=Answers(dict(ANSWERS))))
        self.said: list[dict[str, Any]] = []
        self.moved_while_paused = False
        self.session.subscribe(self._hear, pictures=False)
        self.session.no_more_answers()
        self.ended: Ended = self.session.run_here()

    def device(self, name: str) -> SimDevice:
        bench: Bench = self.session.bench  # type: ignore[assignment]  # the simulator's own
        return bench.device(name)

    def of(self, *events: str) -> list[dict[str, Any]]:
        return [each for each in self.said if each["event"] in events]

    def _hear(self, fact: Snapshot | Said) -> None:
        if not isinstance(fact, Said):
            return
        self.said.append({"event": fact.event, **fact.data})
        if fact.event == "paused":
            loop = asyncio.get_running_loop()
            loop.call_later(LEASE_S, self._look, loop.time() + PATIENT_S)

    def _look(self, until: float) -> None:
        loop = asyncio.get_running_loop()
        self.moved_while_paused |= not all(self.device(each).at_rest for each in ("gun", "pad"))
        if loop.time() < until:
            loop.call_later(0.1, self._look, until)
        else:
            self.session.send(Command("resume"))


def segments(folder: Path) -> list[tuple[str, float]]:
    """Each segment that takes time: its verb, and a moment in its middle, in session time."""
    played = Played(folder)
    assert played.ended.outcome == "completed"
    began = {each["segment"]: each for each in played.of("segment-started")}
    found = []
    for ended in played.of("segment-ended"):
        start = began.get(ended["segment"])
        if start is not None and ended["t"] > start["t"]:
            found.append((str(ended["verb"]), (start["t"] + ended["t"]) / 2))
    return found


def lost_at(folder: Path, device: str, at_s: float, what: str = "link lost") -> Played:
    return Played(folder, FAULT.format(device=device, at=round(at_s * 1000), what=what, lasts=8))


def judge(played: Played, verb: str) -> None:
    lost, found = played.of("device-lost"), played.of("device-found")
    assert len(lost) == 1, (verb, lost)
    assert not played.moved_while_paused
    assert len(found) == 1
    assert found[0]["t"] - lost[0]["t"] >= PATIENT_S, "nothing resumes by itself"
    assert len(played.of("resumed")) == 1
    assert (played.ended.outcome, played.ended.lines) == ("completed", ()), (verb, played.ended)


def test_a_link_lost_in_a_press_pauses_and_goes_on_by_a_word(tmp_path: Path) -> None:
    at_s = next(at for verb, at in segments(tmp_path) if verb == "press")
    judge(lost_at(tmp_path, "gun", at_s), "press")


@pytest.mark.soak
@pytest.mark.parametrize("device", ["gun", "pad"])
def test_a_link_lost_at_each_kind_of_segment_pauses_and_goes_on_by_a_word(
    device: str, tmp_path: Path
) -> None:
    kinds = dict(reversed(segments(tmp_path)))
    assert {"heat", "cool", "press", "rest", "stretch"} <= set(kinds)
    for verb, at_s in kinds.items():
        judge(lost_at(tmp_path, device, at_s), verb)


@pytest.mark.soak
@pytest.mark.parametrize("what", ["out of range", "drop in a write"])
def test_each_way_to_lose_a_link_while_pressing_ends_the_same(what: str, tmp_path: Path) -> None:
    at_s = next(at for verb, at in segments(tmp_path) if verb == "press")
    played = lost_at(tmp_path, "gun", at_s, what)
    assert not played.moved_while_paused
    assert played.ended.outcome == "completed"
