"""Questions: what rests, what stands, what counts as an answer, and how long they wait."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from core_desk import GUN, HAND_GUN, MINUTE, PAD, SECOND, Desk, Writer

from protocols.plan import Fork, Place


@pytest.mark.parametrize("verb", ["press", "rate", "ask"])
def test_a_question_unanswered_for_ten_minutes_ends_the_session_with_exit_1(verb: Any) -> None:
    writer = Writer()
    getattr(writer, verb)()
    writer.rest()
    desk = Desk(writer.plan())
    desk.run(10 * MINUTE - 100)
    assert desk.end() is None
    desk.run(100)
    assert desk.end() == ("unanswered", 1)


def test_a_question_that_nobody_will_answer_ends_the_session_at_once() -> None:
    writer = Writer()
    writer.rate()
    desk = Desk(writer.plan())
    desk.answer(None)
    assert desk.end() == ("unanswered", 1)


@pytest.mark.parametrize("value", [11, -1, 2.5, "two", "", "yes", True, float("nan"), float("inf")])
def test_what_is_no_rating_is_no_answer(value: Any) -> None:
    writer = Writer()
    writer.rate()
    desk = Desk(writer.plan())
    desk.answer(value)
    assert desk.said("answer") == []
    desk.answer("3")
    assert desk.said("answer")[0]["value"] == 3.0


@pytest.mark.parametrize("value", ["no", "Yes", 1, True, "unsure"])
def test_a_press_is_driven_by_yes_alone(value: Any) -> None:
    writer = Writer()
    writer.press()
    desk = Desk(writer.plan())
    desk.answer(value)
    desk.run(SECOND)
    assert desk.at_rest


def test_a_doubled_a_late_and_a_foreign_answer_are_harmless() -> None:
    writer = Writer()
    writer.rate()
    writer.rate()
    desk = Desk(writer.plan())
    first = desk.question.id
    desk.answer(3, first)
    desk.answer(9, first)
    assert desk.end() is None
    desk.answer(9, "another")
    assert desk.end() is None
    assert [data["question"] for data in desk.said("answer")] == [first]


def test_the_ids_of_questions_are_new_for_each_asking() -> None:
    writer = Writer()
    for _ in range(3):
        writer.rate()
    desk = Desk(writer.plan())
    for _ in range(3):
        desk.answer(1)
    asked = [data["question"] for data in desk.said("question")]
    assert len(set(asked)) == 3


def test_a_person_is_asked_before_anything_begins_on_a_real_device() -> None:
    writer = Writer()
    writer.heat()
    channels = {"pad": replace(PAD, simulated=False)}
    desk = Desk(writer.plan(), channels, begin=False)
    assert desk.question.kind == "ready"
    desk.run(MINUTE)
    assert desk.said("session-started") == []
    assert desk.at_rest
    desk.answer("no")
    assert desk.at_rest
    desk.answer("yes")
    assert desk.held["pad"] == 36.0
    assert desk.said("session-started")[0]["simulated"] is False
    assert desk.session.t == 0.0


def test_one_real_device_among_simulated_ones_makes_the_session_real() -> None:
    writer = Writer()
    writer.press()
    writer.heat()
    desk = Desk(writer.plan(), {"pad": PAD, "gun": HAND_GUN}, begin=False)
    assert desk.session.stage == "confirming"


def test_a_confirmation_unanswered_for_ten_minutes_begins_nothing() -> None:
    writer = Writer()
    writer.press()
    desk = Desk(writer.plan(), {"gun": HAND_GUN}, begin=False)
    desk.run(10 * MINUTE)
    assert desk.end() == ("unanswered", 1)
    assert desk.said("session-started") == []


def warm(hold_ms: int = 20 * MINUTE) -> Desk:
    writer = Writer()
    writer.heat(38.0, hold_ms)
    writer.rest()
    return Desk(writer.plan(), pad=37.5)


def test_presence_is_asked_after_five_minutes_of_heat_and_nothing_rests() -> None:
    desk = warm()
    desk.run(5 * MINUTE - 100)
    assert desk.said("question") == []
    desk.run(100)
    assert desk.question.kind == "present"
    desk.run(30 * SECOND)
    assert desk.held["pad"] == 38.0
    desk.answer("yes")
    desk.run(5 * MINUTE - 100)
    assert len(desk.said("question")) == 1
    desk.run(100)
    assert len(desk.said("question")) == 2


def test_the_clocks_run_on_while_presence_is_asked() -> None:
    desk = warm(5 * MINUTE + 30 * SECOND)
    desk.run(5 * MINUTE + 30 * SECOND)
    assert desk.question.kind == "present"
    assert desk.whys() == [(1, "done")]


def test_presence_unanswered_for_a_minute_pauses_with_everything_at_rest() -> None:
    desk = warm()
    desk.run(6 * MINUTE - 100)
    assert desk.held["pad"] > 0
    desk.run(100)
    assert desk.at_rest
    assert desk.said("limit")[-1]["limit"] == "HT15"
    assert len(desk.said("paused")) == 1
    desk.do("resume")
    assert desk.held["pad"] > 0


def test_any_word_of_the_person_puts_presence_off() -> None:
    desk = warm()
    desk.run(4 * MINUTE)
    desk.do("faded")
    desk.run(5 * MINUTE - 100)
    assert desk.said("question") == []
    desk.run(200)
    assert desk.question.kind == "present"


def test_rests_between_heats_do_not_put_presence_off() -> None:
    writer = Writer()
    for _ in range(3):
        writer.heat(38.0, 2 * MINUTE)
        writer.rest(10 * SECOND)
    desk = Desk(writer.plan())
    desk.actual["pad"] = 37.5
    desk.run(5 * MINUTE + 100)
    assert desk.question.kind == "present"


def test_a_person_long_unheard_is_asked_before_a_heat_that_is_to_come() -> None:
    writer = Writer()
    writer.stretch(9 * MINUTE)
    writer.stretch(9 * MINUTE)
    writer.heat(38.0, MINUTE)
    desk = Desk(writer.plan())
    desk.run(5 * MINUTE)
    assert desk.question.kind == "present"
    desk.run(MINUTE)
    assert desk.session.paused_ms is not None


def test_nobody_is_asked_for_presence_where_nothing_heats() -> None:
    writer = Writer()
    writer.stretch(9 * MINUTE)
    writer.stretch(9 * MINUTE)
    desk = Desk(writer.plan())
    desk.run(18 * MINUTE)
    assert desk.said("question") == []
    assert desk.end() == ("completed", 0)


def test_two_questions_of_two_branches_both_wait_for_their_answer() -> None:
    writer = Writer()
    track = (Fork(((writer.press(),), (writer.rate(Place("hamstrings", "left")),))),)
    desk = Desk(writer.plan(*track), {"gun": GUN})
    press, rate = desk.session.questions.open.values()
    desk.answer("yes", press.id)
    assert desk.at_rest
    desk.answer(2, rate.id)
    assert desk.held["gun"] == 1200
