"""Pausing: what stands still, what is at rest, and whose word ends it."""

from __future__ import annotations

from typing import Any

import pytest
from core_desk import GLUTE, MINUTE, SECOND, Desk, Writer

from controller.core import Answer, Command, Input, LinkFound, LinkLost, Reading, Tick, Unwatched


def pressing(hold_ms: int = 30 * SECOND) -> Desk:
    """A press that has just begun, and a rest after it."""
    writer = Writer()
    writer.press(hold_ms)
    writer.rest(10 * SECOND)
    desk = Desk(writer.plan())
    desk.answer("yes")
    return desk


def test_a_pause_of_nine_minutes_one_second_into_a_press_leaves_exactly_29_seconds() -> None:
    desk = pressing()
    desk.run(SECOND)
    desk.do("pause")
    began = desk.now_ms
    assert desk.at_rest
    desk.run(9 * MINUTE)
    assert desk.driven_ms("gun", began) == 0
    desk.do("resume")
    again = desk.now_ms
    desk.run(29 * SECOND - 100)
    assert desk.whys() == []
    desk.run(100)
    assert desk.whys() == [(1, "done")]
    assert desk.driven_ms("gun", again) == 29 * SECOND
    assert desk.driven_ms("gun") == 30 * SECOND


def test_after_a_pause_the_strength_ramps_anew() -> None:
    desk = pressing()
    desk.run(12 * SECOND)
    assert desk.held["gun"] > 1600
    desk.do("pause")
    desk.do("resume")
    assert desk.held["gun"] == 1200
    desk.run(5 * SECOND)
    assert desk.held["gun"] == 1400


def test_a_heat_counts_on_after_a_pause_while_the_pad_warms_again() -> None:
    writer = Writer()
    writer.heat(39.0, 10 * MINUTE)
    writer.rest()
    desk = Desk(writer.plan())
    desk.actual["pad"] = 38.5
    desk.run(MINUTE)
    desk.do("pause")
    desk.actual["pad"] = 33.0
    desk.run(5 * MINUTE)
    desk.do("resume")
    assert desk.held["pad"] == 36.0
    desk.run(5 * MINUTE)
    desk.answer("yes")
    desk.run(4 * MINUTE - 10 * SECOND)
    assert desk.whys() == []
    desk.run(11 * SECOND)
    assert desk.whys() == [(1, "done")]


def test_the_within_of_a_heat_goes_on_after_a_pause_where_it_was() -> None:
    writer = Writer()
    writer.heat(39.0, MINUTE, 2 * MINUTE)
    desk = Desk(writer.plan())
    desk.run(90 * SECOND)
    desk.do("pause")
    desk.run(5 * MINUTE)
    desk.do("resume")
    desk.run(30 * SECOND - 100)
    assert desk.end() is None
    desk.run(100)
    assert desk.end() == ("failed", 1)


def test_a_pause_of_exactly_ten_minutes_may_be_resumed() -> None:
    desk = pressing()
    desk.do("pause")
    desk.run(10 * MINUTE)
    desk.do("resume")
    assert desk.end() is None
    assert desk.held["gun"] > 0


def test_a_pause_of_ten_minutes_and_a_second_ends_the_session_with_exit_1() -> None:
    desk = pressing()
    desk.do("pause")
    desk.run(10 * MINUTE + SECOND)
    assert desk.end() == ("unanswered", 1)
    assert desk.said("limit")[-1]["limit"] == "SE8"
    assert desk.at_rest


def test_a_resume_that_comes_too_late_with_no_tick_before_it_does_not_resume() -> None:
    desk = pressing()
    desk.do("pause")
    desk.run(10 * MINUTE - 100)
    desk.now_ms += 900
    desk.do("resume")
    assert desk.end() == ("unanswered", 1)
    assert desk.said("resumed") == []


def test_a_pause_of_ten_minutes_and_a_second_for_a_lost_device_ends_with_exit_5() -> None:
    desk = pressing()
    desk.lose("gun")
    desk.run(10 * MINUTE + SECOND)
    assert desk.end() == ("lost", 5)


def test_a_pause_at_exactly_the_boundary_of_a_step_holds_the_next_one_back() -> None:
    desk = pressing(5 * SECOND)
    desk.run(5 * SECOND - 100)
    desk.now_ms += 100
    desk.do("pause")
    assert desk.at_rest
    desk.run(MINUTE)
    assert [data["segment"] for data in desk.said("segment-started")] == [1]
    before = desk.now_ms
    desk.do("resume")
    assert desk.whys() == [(1, "done")]
    assert desk.driven_ms("gun", before) == 0
    desk.run(10 * SECOND)
    assert desk.end() == ("completed", 0)


def test_a_pause_asked_for_twice_is_one_pause_and_one_resume_ends_it() -> None:
    desk = pressing()
    desk.do("pause")
    desk.do("pause")
    assert len(desk.said("paused")) == 1
    desk.do("resume")
    assert desk.held["gun"] > 0


def test_a_second_pause_does_not_prolong_the_ten_minutes() -> None:
    desk = pressing()
    desk.do("pause")
    desk.run(9 * MINUTE)
    desk.do("pause")
    desk.run(MINUTE + SECOND)
    assert desk.end() == ("unanswered", 1)


@pytest.mark.parametrize("lost_first", [True, False])
def test_a_pause_together_with_a_link_loss_resumes_only_when_both_are_over(lost_first: Any) -> None:
    desk = pressing()
    desk.run(SECOND)
    events: list[Input] = [LinkLost("gun", "does not answer"), Command("pause")]
    for event in events if lost_first else reversed(events):
        desk.feed(event)
    desk.find("gun")
    assert desk.at_rest
    assert desk.said("resumed") == []
    desk.do("resume")
    assert desk.held["gun"] > 0


def test_a_resume_asks_for_the_lost_device_and_the_found_device_resumes() -> None:
    desk = pressing()
    desk.lose("gun")
    assert desk.said("device-lost")[0]["device"] == "gun"
    desk.do("resume")
    assert desk.reopened() == 1
    assert desk.at_rest
    desk.find("gun")
    assert desk.held["gun"] == 1200
    assert len(desk.said("resumed")) == 1


def test_a_found_device_resumes_only_with_its_first_reading() -> None:
    desk = pressing()
    desk.lose("gun")
    desk.do("resume")
    desk.feed(LinkFound("gun"))
    assert desk.at_rest
    desk.read("gun", 0.0, state="idle")
    assert desk.held["gun"] == 1200


def test_a_word_that_could_not_be_kept_when_the_device_was_found_is_not_kept_later() -> None:
    writer = Writer()
    writer.heat(38.0, 10 * MINUTE)
    writer.press()
    desk = Desk(writer.plan())
    desk.actual["pad"] = 42.6
    desk.run(6 * SECOND)
    assert desk.session.reasons
    desk.lose("gun")
    desk.do("resume")
    desk.find("gun")
    assert desk.at_rest
    desk.actual["pad"] = 38.0
    desk.run(MINUTE)
    assert desk.at_rest


def test_a_device_that_is_found_by_itself_resumes_nothing() -> None:
    desk = pressing()
    desk.lose("gun")
    desk.find("gun")
    assert desk.said("device-found")[0]["device"] == "gun"
    desk.run(MINUTE)
    assert desk.at_rest
    desk.do("resume")
    assert desk.held["gun"] > 0


def test_another_device_in_its_place_is_told_and_the_pause_goes_on() -> None:
    desk = pressing()
    desk.lose("gun")
    desk.do("resume")
    desk.lose("gun", "another device: serial B instead of A")
    assert desk.said("device-lost")[-1]["why"] == "another device: serial B instead of A"
    desk.find("gun")
    assert desk.at_rest
    assert desk.said("resumed") == []


def test_a_person_who_says_pause_after_resume_has_the_last_word_when_the_device_is_found() -> None:
    desk = pressing()
    desk.lose("gun")
    desk.do("resume")
    desk.do("pause")
    desk.find("gun")
    assert desk.said("resumed") == []
    assert desk.at_rest


def test_two_lost_devices_resume_only_when_both_are_found() -> None:
    writer = Writer()
    writer.press()
    writer.heat()
    desk = Desk(writer.plan())
    desk.answer("yes")
    desk.lose("gun")
    desk.lose("pad")
    desk.do("resume")
    assert desk.reopened() == 2
    desk.find("pad")
    assert desk.at_rest
    desk.find("gun")
    assert desk.held["gun"] > 0


def test_what_a_lost_device_still_says_is_not_believed() -> None:
    desk = pressing()
    desk.lose("gun")
    desk.read("gun", 0.0, state="fault", fault="motor stall")
    assert desk.end() is None


def test_a_computer_that_stood_still_for_more_than_a_second_pauses() -> None:
    desk = pressing()
    desk.run(SECOND)
    desk.now_ms += 1_001
    desk.feed(Tick())
    assert desk.at_rest
    assert "stood still" in str(desk.said("paused")[0]["why"])


def test_a_tick_that_is_a_second_late_goes_on() -> None:
    desk = pressing()
    desk.run(SECOND)
    desk.now_ms += 1_000
    desk.feed(Tick())
    assert desk.said("paused") == []


def test_a_clock_that_steps_back_takes_nothing_back() -> None:
    desk = pressing()
    desk.run(10 * SECOND)
    desk.now_ms -= 5 * SECOND
    desk.feed(Tick())
    desk.now_ms += 5 * SECOND
    desk.feed(Tick())
    assert desk.said("paused") == []
    desk.run(20 * SECOND)
    assert desk.whys() == [(1, "done")]


def test_the_same_tick_twice_counts_once() -> None:
    desk = pressing()
    for _ in range(99):
        desk.now_ms += 100
        desk.feed(Tick())
        desk.read("gun", 1200)
        desk.feed(Tick())
    assert desk.whys() == []
    assert desk.session.steps.run_ms == 9_900


@pytest.mark.parametrize("do", ["skip", "faded"])
def test_a_step_may_be_ended_in_a_pause_and_the_next_waits_for_resume(do: Any) -> None:
    desk = pressing()
    desk.run(SECOND)
    desk.do("pause")
    desk.do(do)
    desk.run(MINUTE)
    assert [data["segment"] for data in desk.said("segment-started")] == [1]
    desk.do("resume")
    assert desk.said("segment-started")[-1]["segment"] == 2


def test_stop_in_a_pause_ends_at_once() -> None:
    desk = pressing()
    desk.do("pause")
    desk.do("stop")
    assert desk.end() == ("stopped", 6)


def test_resume_with_no_pause_is_harmless() -> None:
    desk = pressing()
    desk.do("resume")
    assert desk.said("resumed") == []
    assert desk.held["gun"] > 0


def test_a_question_stands_in_a_pause() -> None:
    writer = Writer()
    writer.rate(GLUTE)
    writer.rest()
    desk = Desk(writer.plan())
    desk.run(9 * MINUTE)
    desk.do("pause")
    desk.run(9 * MINUTE)
    desk.do("resume")
    desk.run(MINUTE - 100)
    assert desk.end() is None
    desk.run(100)
    assert desk.end() == ("unanswered", 1)


def test_a_question_answered_in_a_pause_is_answered_and_nothing_is_driven() -> None:
    writer = Writer()
    writer.press()
    desk = Desk(writer.plan())
    desk.do("pause")
    desk.answer("yes")
    assert desk.at_rest
    desk.do("resume")
    assert desk.held["gun"] == 1200


def test_an_hour_by_the_wall_ends_the_session_by_se1() -> None:
    writer = Writer()
    for _ in range(7):
        writer.stretch(10 * MINUTE)
    desk = Desk(writer.plan())
    desk.run(20 * MINUTE, step=1000)
    desk.do("pause")
    desk.run(9 * MINUTE, step=1000)
    desk.do("resume")
    desk.run(31 * MINUTE - SECOND, step=1000)
    assert desk.end() is None
    desk.run(SECOND, step=1000)
    assert desk.end() == ("limit", 7)
    assert desk.said("limit")[-1]["limit"] == "SE1"


def test_a_device_lost_in_the_cool_down_that_is_not_the_pad_does_not_end_it() -> None:
    writer = Writer()
    writer.press(SECOND)
    writer.heat(38.0, MINUTE)
    desk = Desk(writer.plan())
    desk.answer("yes")
    desk.actual["pad"] = 37.5
    desk.run(MINUTE + 2 * SECOND)
    assert desk.session.stage == "cooling"
    desk.lose("gun")
    assert desk.end() is None
    desk.lose("pad")
    assert desk.end() == ("completed", 0)


def test_words_of_another_session_change_nothing() -> None:
    desk = pressing()
    before = len(desk.effects)
    desk.feed(Answer("q99", "yes"))
    desk.feed(Answer("", None))
    desk.feed(Reading(role="stranger", setpoint=1.0, actual=99.0, state="fault"))
    desk.feed(LinkLost("stranger", "gone"))
    desk.feed(LinkFound("stranger"))
    assert len(desk.effects) == before


def test_unwatched_it_rests_and_goes_on_only_by_a_word_once_somebody_watches() -> None:
    desk = pressing()
    desk.run(SECOND)
    desk.feed(Unwatched(unwatched=True))
    began = desk.now_ms
    assert desk.at_rest
    desk.do("resume")
    assert desk.session.paused_ms is not None, "whoever says that is not there"
    desk.feed(Unwatched(unwatched=False))
    desk.run(MINUTE)
    assert desk.at_rest
    assert desk.driven_ms("gun", began) == 0
    desk.do("resume")
    assert not desk.at_rest


def test_one_that_begins_unwatched_begins_paused() -> None:
    writer = Writer()
    writer.press(30 * SECOND)
    desk = Desk(writer.plan())
    desk.feed(Unwatched(unwatched=True))
    desk.run(MINUTE)
    assert desk.session.paused_ms is not None
    assert desk.driven_ms("gun") == 0


def test_a_word_from_before_nobody_watched_resumes_nothing_when_its_device_is_found() -> None:
    desk = pressing()
    desk.run(SECOND)
    desk.feed(LinkLost("gun", "gone"))
    desk.do("resume")
    desk.feed(Unwatched(unwatched=True))
    desk.run(SECOND)
    desk.feed(Unwatched(unwatched=False))
    desk.feed(LinkFound("gun"))
    desk.run(SECOND)
    assert desk.session.paused_ms is not None, "nothing resumes by itself"


def test_that_nobody_watches_is_no_sign_of_a_person() -> None:
    desk = pressing()
    desk.run(SECOND)
    before = desk.session.present_ms
    desk.feed(Unwatched(unwatched=True))
    desk.feed(Unwatched(unwatched=False))
    assert desk.session.present_ms == before
