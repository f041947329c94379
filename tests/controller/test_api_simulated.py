"""What counts as simulated, and which simulated devices a run has, through the door that faces use."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from controller.answers import Answers
from controller.api import Session, Setup
from controller.config import record_path
from controller.core import Said
from controller.journal import replay
from protocols.language import compile_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from controller.snapshot import Ended, Snapshot

ANSWERS = {"ready": ["yes"], "present": ["yes"], "rate": ["3"], "ask": ["no"]}
NO_DEVICE = """unknot: 1
title: Hands only
steps:
  - {press: upper trapezius, side: left, with: hand, for: 5 s}
"""
TWO_GUNS = """unknot: 1
title: Two guns
needs: {a: percussion, b: percussion}
steps:
  - {press: hamstrings, side: left, with: a, at: gentle, for: 5 s}
  - {press: hamstrings, side: right, with: b, at: gentle, for: 5 s}
"""


def run(text: str, *, sim: bool) -> tuple[Session, Ended, list[Mapping[str, object]]]:
    plan = compile_text(text).plan
    assert plan is not None
    session = Session(Setup(plan=plan, sim=sim, speed=math.inf, answers=Answers(ANSWERS)))
    said: list[Mapping[str, object]] = []

    def hear(fact: Snapshot | Said) -> None:
        if isinstance(fact, Said):
            said.append({"event": fact.event, **fact.data})

    session.subscribe(hear, pictures=False)
    session.no_more_answers()
    return session, session.run_here(), said


def test_a_simulated_run_without_a_device_needs_nobody_and_its_record_is_replayed() -> None:
    session, ended, said = run(NO_DEVICE, sim=True)
    assert (ended.outcome, ended.exit) == ("completed", 0)
    assert said[0]["event"] == "session-started"
    assert said[0]["simulated"] is True
    assert replay(record_path(), session.id).same


def test_a_run_without_a_device_on_a_body_is_not_answered_by_a_file() -> None:
    _, ended, said = run(NO_DEVICE, sim=False)
    assert said[0]["event"] == "question"
    assert said[0]["kind"] == "screening"
    assert (ended.outcome, ended.exit) == ("unanswered", 1)


def test_each_role_of_one_kind_has_a_simulated_device_of_its_own() -> None:
    _, ended, said = run(TWO_GUNS, sim=True)
    assert ended.outcome == "completed"
    driven = [str(each["device"]) for each in said if each["event"] == "drive" and each["setpoint"]]
    assert {driven[0], driven[-1]} == {"Knot percussion (SIM-GUN1)", "Knot percussion (SIM-GUN2)"}


def test_what_fit_lowered_is_in_the_pictures_from_the_first_on() -> None:
    compiled = compile_text(
        "unknot: 1\ntitle: Hot\nneeds: {pad: heat}\n"
        "steps:\n- {heat: upper back, to: 42 °C, for: 1 min, within: 5 min}\n"
    )
    assert compiled.plan is not None
    session = Session(Setup(plan=compiled.plan, sim=True, speed=math.inf, demo=True, fit=True))
    seen: list[Snapshot] = []
    session.subscribe(lambda word: None if isinstance(word, Said) else seen.append(word))
    assert session.run_here().outcome == "completed"
    assert "42 °C to 41 °C" in seen[0].lowered[0]
    assert {picture.lowered for picture in seen} == {seen[0].lowered}
    assert {channel.limit for picture in seen for channel in picture.channels} == {41.0}
