"""Screening before a session: asked of whoever a run touches, and nothing begins on a wrong answer."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from controller import people
from controller.answers import Answers
from controller.api import Session, Setup
from controller.core import Answer, Command, Said
from controller.snapshot import Snapshot
from controller.version import version
from protocols.language import compile_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from controller.safety.fit import Fitted
    from controller.snapshot import Ended

WARM = """\
unknot: 1
title: A warm back
needs: {pad: heat}
steps:
  - heat: upper back
    to: 39.5 °C
    for: 5 min
"""
FIT = {"C18": "yes", "begin": "yes"}


class Run:
    """One run by hand, whose questions are answered by their id, or else with `no`, or by kind."""

    def __init__(self, told: Mapping[str, str], text: str = WARM, **setup: object) -> None:
        plan = compile_text(text).plan
        assert plan is not None
        self.said: list[Said] = []
        self.pictures: list[Snapshot] = []
        self._answers = dict(told)
        how = {"by_hand": True, "speed": math.inf, "lowered": self._lowered} | setup
        self.session = Session(Setup(plan=plan, **how))  # type: ignore[arg-type]
        self.session.subscribe(self._hear)
        if "nobody" in told:
            self.session.no_more_answers()
        self.ended: Ended = self.session.run_here()

    def _lowered(self, found: Fitted) -> None:
        self.said.append(Said("lowered", {"changes": [str(each) for each in found.changes]}))

    def _hear(self, news: Said | Snapshot) -> None:
        if isinstance(news, Snapshot):
            self.pictures.append(news)
            return
        self.said.append(news)
        if news.event != "question" or "nobody" in self._answers:
            return
        question, kind = str(news.data["question"]), news.data["kind"]
        if "stop" in self._answers:
            self.session.send(Command("stop"))
        elif kind != "screening":
            self.session.send(Answer(question, "yes"))
        elif "none" not in self._answers or question == "C18":
            value = self._answers.get(question, "no")
            if value == "maybe":
                del self._answers[question]
            self.session.send(Answer(question, value))
        elif question == "R1":
            self.session.send(Answer("screening", "none"))

    @property
    def asked(self) -> list[str]:
        return [str(s.data["question"]) for s in self.said if s.event == "question"]

    @property
    def outcome(self) -> tuple[str, int]:
        return self.ended.outcome, self.ended.exit

    @property
    def begun(self) -> bool:
        return any(said.event in {"session-started", "instruct", "drive"} for said in self.said)


def test_a_guest_is_asked_both_forms_as_far_as_they_matter_then_c18_then_begins() -> None:
    run = Run(FIT)
    assert run.outcome == ("completed", 0)
    rows = run.asked[: run.asked.index("C18") + 1]
    assert rows[:4] == ["R1", "R2", "R3", "R4"]
    assert {"R7", "C2", "C4", "C9"} < set(rows)
    assert run.asked[len(rows)] == "q1"


def test_none_of_these_is_one_word_and_never_answers_c18() -> None:
    run = Run({"none": "", "C18": "yes"})
    assert run.outcome == ("completed", 0)
    told = {str(s.data["question"]): s.data["value"] for s in run.said if s.event == "answer"}
    assert told["C9"] == "no"
    assert told["C18"] == "yes"
    assert Run({"none": "", "C18": "no"}).outcome == ("refused", 4)


@pytest.mark.parametrize(
    ("row", "value"), [("R3", "yes"), ("R1", "unsure"), ("C4", "yes"), ("C4", "unsure"), ("C18", "no")]
)
def test_a_blocking_answer_refuses_and_names_its_row_or_the_emergency(row: str, value: str) -> None:
    run = Run({**FIT, row: value})
    assert run.outcome == ("refused", 4)
    assert not run.begun
    assert run.said[-1].event == "session-ended"
    assert run.said[-1].data["t"] == 0
    assert row.startswith("R") or row in str(run.ended.why)


def test_an_emergency_ends_the_asking_at_once() -> None:
    run = Run({**FIT, "R1": "yes"})
    assert "C18" not in run.asked
    assert "emergency" in str(run.ended.why).casefold()


def test_only_what_was_answered_is_told_as_answered_where_an_emergency_ends_it() -> None:
    run = Run({"R2": "yes", "R1": "no"})
    answered = {str(s.data["question"]): s.data["value"] for s in run.said if s.event == "answer"}
    assert answered == {"R1": "no", "R2": "yes"}


def test_what_is_kept_away_is_told_with_why_and_with_what_helps_without_a_device() -> None:
    run = Run({**FIT, "C9": "yes"})
    assert str(run.ended.why).startswith("C9: upper back")
    assert any("upper back: rest the arms" in line for line in run.ended.lines)


def test_an_answer_that_tightens_refuses_the_plan_and_fit_lowers_it() -> None:
    old = {**FIT, "R10": "yes", "R10a": "70"}
    refused = Run(old)
    assert refused.outcome == ("refused", 4)
    assert "PF3" in str(refused.ended.why)
    fitted = Run(old, fit=True)
    assert fitted.outcome == ("completed", 0)
    begin = next(s for s in fitted.said if s.event == "question" and s.data["kind"] == "ready")
    assert "39.5 °C to 39 °C" in str(begin.data["text"])
    assert any("39.5 °C to 39 °C" in line for line in fitted.ended.lines)


def known(name: str, *, vouched: bool = False) -> None:
    """Somebody past the first use."""
    people.add(name, datetime.now(UTC))
    for _ in range(3):
        people.session_completed(name)
    if vouched:
        today = datetime.now().astimezone().date()
        people.set_clinician(name, people.Clinician(name="Dr. Bo", since=today, until=today))


def test_what_is_lowered_for_hands_is_told_before_it_begins() -> None:
    known("Ada")
    run = Run(FIT, WARM.replace("39.5", "38").replace("5 min", "12 min"), fit=True)
    assert run.outcome == ("completed", 0)
    events = [each.event for each in run.said]
    told = run.said[events.index("lowered")]
    assert "12 min to 10 min (HT22)" in str(told.data["changes"])
    assert events.index("lowered") < events.index("session-started")


def test_where_no_lower_value_helps_it_is_refused_by_name_before_a_device_is_taken() -> None:
    text = (
        "unknot: 1\ntitle: Flank\nneeds: {gun: percussion}\nsteps:\n- {press: quadratus lumborum, "
        "side: left, at: 20 %, for: 20 s}\n"
    )
    run = Run(FIT, text, fit=True, by_hand=False, use={"gun": "serial:/dev/nothing"})
    assert run.outcome == ("refused", 4)
    assert str(run.ended.why).startswith("ZN1: ")
    assert any("No lower value is within" in line for line in run.ended.lines)


def test_what_a_device_cannot_do_is_lowered_to_what_it_can(tmp_path: Path) -> None:
    bench = tmp_path / "bench.yaml"
    bench.write_text("devices: [{kind: heat, max: 38 °C}]", encoding="utf-8")
    assert Run({}, by_hand=False, bench=bench).outcome == ("refused", 5)
    fitted = Run({}, by_hand=False, bench=bench, fit=True)
    assert fitted.outcome == ("completed", 0)
    (told,) = (each.data["changes"] for each in fitted.said if each.event == "lowered")
    assert "39.5 °C to 38 °C" in str(told)


@pytest.mark.parametrize("fit", [False, True])
def test_where_a_clinician_vouches_what_is_within_the_hard_limits_is_neither_refused_nor_lowered(
    *, fit: bool
) -> None:
    known("Ada", vouched=True)
    text = WARM.replace("39.5", "41.5").replace("5 min", "2 min")
    run = Run(FIT, text, by_hand=False, sim=True, person="Ada", fit=fit)
    assert run.outcome == ("completed", 0), run.ended
    assert 41.5 in [each.data["setpoint"] for each in run.said if each.event == "drive"]
    assert not any(each.event == "lowered" for each in run.said)


def test_stop_and_nobody_end_it_before_anything_began() -> None:
    stopped = Run({"stop": ""})
    assert stopped.outcome == ("stopped", 6)
    nobody = Run({"nobody": ""})
    assert not stopped.begun
    assert not nobody.begun
    assert nobody.outcome == ("unanswered", 1)


def test_what_is_no_answer_is_asked_again_with_why() -> None:
    run = Run({**FIT, "C4": "maybe"})
    again = [str(s.data["text"]) for s in run.said if s.event == "question" and s.data["question"] == "C4"]
    assert len(again) > 1
    assert "yes, no or unsure" in again[1]


def test_faces_see_the_page_before_there_is_a_session() -> None:
    run = Run(FIT)
    first = run.pictures[0]
    assert first.state == "preparing"
    assert {question.kind for question in first.questions} == {"screening"}
    assert len(first.questions) > 4


def test_a_file_whose_answer_is_none_ends_it_and_is_not_asked_for_ever() -> None:
    people.add("Ada", datetime.now(UTC))
    file = Answers({"screening": ["no"], "C9": ["perhaps"], "C18": ["yes"]})
    run = Run({"nobody": ""}, by_hand=False, sim=True, answers=file, person="Ada")
    assert run.outcome == ("unanswered", 1)
    assert run.asked.count("C9") == 2


def test_the_owner_of_the_machine_is_who_a_run_is_for_and_is_asked_less_the_second_time() -> None:
    people.add("Ada", datetime.now(UTC))
    first = Run(FIT)
    assert first.outcome == ("completed", 0)
    kept = people.load("Ada")
    assert kept.sessions == 1
    assert {answer.row for answer in kept.answers} >= {"R1", "C18"}
    assert {(answer.by, answer.version) for answer in kept.answers} == {("Ada", version())}
    second = Run({**FIT, "S12": "no"}, WARM.replace("upper back", "thighs"))
    assert len([row for row in second.asked if row[0] in "RCS"]) < len(first.asked)


def test_simulated_devices_ask_nobody_unless_a_person_is_named() -> None:
    run = Run(FIT, by_hand=False, sim=True, answers=Answers({"ready": ["yes"], "present": ["yes"]}))
    assert run.outcome == ("completed", 0)
    assert not any(each[0] in "RCS" for each in run.asked)
    people.add("Ada", datetime.now(UTC))
    file = Answers({"ready": ["yes"], "present": ["yes"], "screening": ["no"], "C18": ["yes"]})
    named = Run({"nobody": ""}, WARM, by_hand=False, sim=True, answers=file,
                person="Ada")  # fmt: skip
    assert named.outcome == ("completed", 0)
    assert "R1" in named.asked
    assert people.load("Ada").answers == (), "a simulated session never counts"
    assert people.load("Ada").sessions == 0
