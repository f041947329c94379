"""Every verb of a plan as the session works it."""

from __future__ import annotations

from typing import Any

import pytest
from core_desk import (
    MINUTE,
    SECOND,
    WARM,
    Desk,
    Writer,
)

from controller.core import Command, Hold, Said, Tick
from protocols.language import compile_text
from protocols.plan import Condition, Fork, Place, Until


def test_a_heat_counts_its_for_from_the_moment_it_is_within_one_degree() -> None:
    writer = Writer()
    writer.heat(38.0, MINUTE, 5 * MINUTE)
    desk = Desk(writer.plan())
    desk.actual["pad"] = 36.9
    desk.run(2 * MINUTE)
    assert desk.whys() == []
    desk.actual["pad"] = 37.0
    desk.run(MINUTE)
    assert desk.whys() == []
    desk.run(100)
    assert desk.whys() == [(1, "done")]


def test_a_heat_runs_on_when_the_pad_falls_away_from_the_target_again() -> None:
    writer = Writer()
    writer.heat(38.0, MINUTE)
    desk = Desk(writer.plan(), pad=37.5)
    desk.run(10 * SECOND)
    desk.actual["pad"] = 36.0
    desk.run(50 * SECOND)
    assert desk.whys() == [(1, "done")]


def test_heat_is_off_when_its_step_ends() -> None:
    writer = Writer()
    writer.heat(38.0, MINUTE)
    writer.rest(10 * SECOND)
    desk = Desk(writer.plan())
    desk.actual["pad"] = 37.5
    desk.run(MINUTE + 200)
    assert desk.whys() == [(1, "done")]
    assert desk.at_rest


def test_a_heat_not_reached_in_its_within_fails_with_exit_1() -> None:
    writer = Writer()
    writer.heat(38.0, MINUTE, 2 * MINUTE)
    desk = Desk(writer.plan())
    desk.run(2 * MINUTE - 100)
    assert desk.end() is None
    desk.run(100)
    assert desk.end() == ("failed", 1)
    assert desk.at_rest


def test_a_heat_reached_at_the_very_end_of_its_within_goes_on() -> None:
    writer = Writer()
    writer.heat(38.0, MINUTE, 2 * MINUTE)
    desk = Desk(writer.plan())
    desk.run(2 * MINUTE - 100)
    desk.now_ms += 100
    desk.read("pad", 37.5)
    desk.feed(Tick())
    assert desk.end() is None


def test_a_late_tick_lets_no_heat_be_driven_longer_than_its_within_and_its_for() -> None:
    writer = Writer()
    writer.heat(38.0, MINUTE, 2 * MINUTE)
    writer.rest()
    desk = Desk(writer.plan())
    desk.run(2 * MINUTE - 100)
    desk.now_ms += 1_000
    desk.read("pad", 37.5)
    desk.actual["pad"] = 37.5
    desk.run(MINUTE - 900)
    assert desk.whys() == [(1, "done")]
    assert desk.driven_ms("pad") == 3 * MINUTE


def test_a_second_heat_of_the_same_pad_ramps_anew_from_what_is_measured() -> None:
    writer = Writer()
    writer.heat(38.0, 4 * MINUTE)
    writer.heat(40.0, MINUTE, place=Place("lower back", "left"))
    desk = Desk(writer.plan())
    desk.actual["pad"] = 37.5
    desk.run(4 * MINUTE + 100)
    assert desk.whys() == [(1, "done")]
    assert desk.held["pad"] <= 37.5
    desk.run(30 * SECOND)
    assert desk.held["pad"] == pytest.approx(38.5, abs=0.11)


def test_a_setpoint_of_heat_starts_at_36_and_gains_two_degrees_a_minute() -> None:
    writer = Writer()
    writer.heat(40.0, MINUTE)
    desk = Desk(writer.plan())
    assert desk.held["pad"] == 36.0
    for minute, expected in ((1, 38.0), (2, 40.0), (3, 40.0)):
        desk.run(MINUTE)
        assert desk.held["pad"] == pytest.approx(expected), minute


def test_a_strength_starts_at_the_slowest_and_gains_two_hundredths_a_second() -> None:
    writer = Writer()
    writer.press(60 * SECOND, 0.35)
    desk = Desk(writer.plan())
    desk.answer("yes")
    assert desk.held["gun"] == 1200
    desk.run(10 * SECOND)
    assert desk.held["gun"] == 1600
    desk.run(10 * SECOND)
    assert desk.held["gun"] == 1900


def test_a_press_asks_for_ready_and_counts_from_the_first_drive() -> None:
    writer = Writer()
    writer.press(15 * SECOND)
    desk = Desk(writer.plan())
    assert desk.question.kind == "ready"
    desk.run(MINUTE)
    assert desk.at_rest
    desk.answer("yes")
    assert desk.held["gun"] > 0
    desk.run(15 * SECOND - 100)
    assert desk.whys() == []
    desk.run(100)
    assert desk.whys() == [(1, "done")]
    assert desk.driven_ms("gun") == 15 * SECOND
    assert desk.end() == ("completed", 0)


def test_a_hold_by_the_own_hand_is_timed_and_drives_nothing() -> None:
    writer = Writer()
    writer.press(20 * SECOND, role=None)
    writer.rest()
    desk = Desk(writer.plan())
    desk.answer("yes")
    assert desk.session.held_by_hand == 1
    desk.run(20 * SECOND)
    assert desk.whys() == [(1, "done")]
    assert not any(isinstance(e, Hold) for e in desk.effects)


def test_a_rest_and_a_stretch_take_their_time_at_rest() -> None:
    writer = Writer()
    writer.rest(10 * SECOND)
    writer.stretch(20 * SECOND)
    desk = Desk(writer.plan())
    desk.run(10 * SECOND)
    assert desk.whys() == [(1, "done")]
    desk.run(20 * SECOND)
    assert desk.end() == ("completed", 0)


def test_a_say_waits_for_nothing() -> None:
    writer = Writer()
    writer.say()
    writer.rest(SECOND)
    desk = Desk(writer.plan())
    assert desk.whys() == [(1, "done")]
    assert desk.said("segment-started")[-1]["segment"] == 2


def test_a_cool_waits_at_rest_until_it_measures_below() -> None:
    writer = Writer()
    writer.heat(38.0, MINUTE)
    writer.cool(36.0, 2 * MINUTE)
    desk = Desk(writer.plan())
    desk.actual["pad"] = 37.5
    desk.run(MINUTE + 100)
    desk.actual["pad"] = 36.0
    desk.run(10 * SECOND)
    assert desk.at_rest
    assert desk.end() is None
    desk.actual["pad"] = 35.9
    desk.run(100)
    assert desk.end() == ("completed", 0)


def test_a_cool_not_reached_in_its_within_fails_with_exit_1() -> None:
    writer = Writer()
    writer.heat(38.0, MINUTE)
    writer.cool(36.0, 2 * MINUTE)
    desk = Desk(writer.plan())
    desk.actual["pad"] = 37.5
    desk.run(3 * MINUTE + 200)
    assert desk.end() == ("failed", 1)


def test_the_end_waits_for_a_warm_pad_and_not_longer_than_five_minutes() -> None:
    writer = Writer()
    writer.heat(38.0, MINUTE)
    desk = Desk(writer.plan())
    desk.actual["pad"] = 37.5
    desk.run(MINUTE + 100)
    assert (desk.session.stage, desk.end(), desk.at_rest) == ("cooling", None, True)
    desk.run(5 * MINUTE - SECOND)
    assert desk.end() is None
    desk.run(2 * SECOND)
    assert desk.end() == ("completed", 0)


def test_the_end_comes_as_soon_as_the_pad_is_under_36() -> None:
    writer = Writer()
    writer.heat(38.0, MINUTE)
    desk = Desk(writer.plan())
    desk.actual["pad"] = 37.5
    desk.run(MINUTE + 100)
    desk.actual["pad"] = 35.9
    desk.run(100)
    assert desk.end() == ("completed", 0)


def test_branches_run_side_by_side_and_the_step_ends_when_all_have() -> None:
    writer = Writer()
    track = (Fork(((writer.rest(5 * SECOND), writer.rest(5 * SECOND)), (writer.rest(20 * SECOND),))), 4)
    writer.stretch(SECOND)
    desk = Desk(writer.plan(*track))
    assert [data["segment"] for data in desk.said("segment-started")] == [1, 3]
    desk.run(10 * SECOND)
    assert desk.whys() == [(1, "done"), (2, "done")]
    desk.run(10 * SECOND)
    assert desk.said("segment-started")[-1]["segment"] == 4


def test_a_question_of_one_branch_rests_the_pad_of_the_other_and_stands_its_clock() -> None:
    writer = Writer()
    track = (Fork(((writer.heat(38.0, MINUTE),), (writer.rest(10 * SECOND), writer.rate()))),)
    desk = Desk(writer.plan(*track), pad=37.5)
    desk.run(10 * SECOND)
    assert desk.question.kind == "rate"
    assert desk.at_rest
    desk.run(5 * MINUTE)
    assert desk.at_rest
    desk.answer(2)
    assert desk.held["pad"] > 0
    desk.run(50 * SECOND - 100)
    assert (1, "done") not in desk.whys()
    desk.run(100)
    assert (1, "done") in desk.whys()


def test_late_ticks_never_make_the_steps_of_a_together_run_longer_than_the_longest_branch() -> None:
    writer = Writer()
    track = (Fork(((writer.rest(10 * SECOND),), (writer.rest(5 * SECOND), writer.rest(5 * SECOND)))),)
    desk = Desk(writer.plan(*track))
    desk.run(30 * SECOND, step=900)
    assert desk.end() == ("completed", 0)
    assert desk.session.steps.run_ms == 10 * SECOND


def rounds(writer: Writer, condition: Condition) -> tuple[object, ...]:
    """rate, rest; three times at most until `condition`; then a stretch."""
    numbers = [(writer.rate(), writer.rest(SECOND)) for _ in range(3)]
    last = writer.stretch(SECOND)
    (a, b), (c, d), (e, f) = numbers
    return (a, b, Until(condition, (a,), 5), c, d, Until(condition, (c,), 2), e, f, last)


@pytest.mark.parametrize(("ratings", "needless"), [((2,), [3, 4, 5, 6]), ((5, 1), [5, 6]), ((5, 5, 0), [])])
def test_a_repeat_ends_at_the_first_round_that_meets_until(ratings: Any, needless: Any) -> None:
    writer = Writer()
    desk = Desk(writer.plan(*rounds(writer, Condition("tenderness", "<=", 2))))
    for value in ratings:
        desk.answer(value)
        desk.run(SECOND)
    assert [number for number, why in desk.whys() if why == "until"] == needless
    assert desk.said("segment-started")[-1]["segment"] == 7


def test_a_needless_segment_is_ended_without_having_been_started() -> None:
    writer = Writer()
    desk = Desk(writer.plan(*rounds(writer, Condition("tenderness", "<=", 2))))
    desk.answer(0)
    desk.run(SECOND)
    started = {data["segment"] for data in desk.said("segment-started")}
    assert started.isdisjoint({number for number, why in desk.whys() if why == "until"})


def test_until_takes_the_worst_rating_of_the_round() -> None:
    writer = Writer()
    first, second = writer.rate(), writer.rate()
    extra, last = writer.rate(), writer.stretch()
    track = (first, second, Until(Condition("tenderness", "<=", 2), (first, second), 1), extra, last)
    desk = Desk(writer.plan(*track))
    desk.answer(5)
    desk.answer(1)
    assert desk.question.kind == "rate"


def test_until_may_ask_for_a_named_answer() -> None:
    writer = Writer()
    asked = writer.ask(choices=("more", "enough"), name="mood")
    extra, last = writer.rest(), writer.stretch()
    track = (asked, Until(Condition("mood", "==", "enough"), (), 1), extra, last)
    desk = Desk(writer.plan(*track))
    desk.answer("enough")
    assert (extra, "until") in desk.whys()


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("of: [one, two]\n    stop if: two", "two"),
        ("of: [1, 2]\n    stop if: 2", "2"),
        ("scale: 0 .. 10\n    stop if: '>= 5'", 7),
        ("scale: 0 .. 10\n    stop if: 5", 5),
        ("stop if: yes", "yes"),
    ],
)
def test_an_answer_that_meets_stop_if_stops_the_session_with_exit_6(text: Any, answer: Any) -> None:
    protocol = f"unknot: 1\ntitle: t\nsteps:\n  - ask: Well?\n    {text}\n  - rest: 10 s\n"
    compiled = compile_text(protocol)
    assert compiled.plan is not None, compiled.diagnostics
    desk = Desk(compiled.plan, begin=True)
    desk.answer(answer)
    assert desk.end() == ("stopped", 6)


def test_an_answer_that_does_not_meet_stop_if_goes_on() -> None:
    writer = Writer()
    writer.ask(Condition("answer", "==", "yes"))
    writer.rest()
    desk = Desk(writer.plan())
    desk.answer("no")
    assert desk.end() is None
    assert desk.said("segment-started")[-1]["segment"] == 2


@pytest.mark.parametrize(("value", "end"), [(7, None), (8, ("limit", 7)), (10, ("limit", 7))])
def test_a_tenderness_of_8_ends_the_session_by_pc9(value: Any, end: Any) -> None:
    writer = Writer()
    writer.rate()
    writer.rest()
    desk = Desk(writer.plan())
    desk.answer(value)
    assert desk.end() == end
    assert [data["limit"] for data in desk.said("limit")] == (["PC9"] if end else [])


def test_faded_ends_the_place_early_and_nothing_else() -> None:
    writer = Writer()
    writer.press(30 * SECOND)
    writer.rest(5 * SECOND)
    desk = Desk(writer.plan())
    desk.answer("yes")
    desk.run(4 * SECOND)
    desk.do("faded")
    assert desk.whys() == [(1, "faded")]
    assert desk.at_rest
    desk.do("faded")
    assert desk.whys() == [(1, "faded")]


def test_faded_ends_the_press_and_not_the_heat_beside_it() -> None:
    writer = Writer()
    track = (Fork(((writer.press(30 * SECOND),), (writer.heat(38.0, MINUTE),))),)
    desk = Desk(writer.plan(*track))
    desk.answer("yes")
    desk.run(SECOND)
    desk.do("faded")
    assert desk.whys() == [(1, "faded")]
    assert desk.held["pad"] > 0


def test_skip_ends_the_present_step_and_the_next_begins() -> None:
    writer = Writer()
    writer.rest(MINUTE)
    writer.stretch(MINUTE)
    desk = Desk(writer.plan())
    desk.do("skip")
    assert desk.whys() == [(1, "skipped")]
    assert desk.said("segment-started")[-1]["segment"] == 2


def test_a_rest_that_a_limit_needs_is_not_skipped_and_the_limit_is_named() -> None:
    writer = Writer()
    writer.rest(MINUTE)
    writer.stretch(MINUTE)
    desk = Desk(writer.plan())
    desk.run(10 * SECOND)
    desk.do("skip", "PC6")
    assert desk.whys() == []
    (limit,) = desk.said("limit")
    assert limit["limit"] == "PC6"
    desk.run(50 * SECOND)
    assert desk.whys() == [(1, "done")]


def test_skip_does_not_get_past_a_question_that_may_stop_the_session() -> None:
    writer = Writer()
    writer.ask(Condition("answer", "==", "yes"))
    writer.rest()
    desk = Desk(writer.plan())
    desk.do("skip")
    assert desk.whys() == []
    assert desk.question.kind == "ask"


def test_skip_of_a_question_closes_it() -> None:
    writer = Writer()
    writer.rate()
    writer.rest(SECOND)
    desk = Desk(writer.plan())
    asked = desk.question.id
    desk.do("skip")
    assert desk.whys() == [(1, "skipped")]
    desk.answer(9, asked)
    assert desk.end() is None


def test_the_cool_down_at_the_end_is_not_skipped() -> None:
    writer = Writer()
    writer.heat(38.0, MINUTE)
    desk = Desk(writer.plan())
    desk.actual["pad"] = 37.5
    desk.run(MINUTE + 100)
    desk.do("skip")
    assert desk.end() is None
    assert desk.said("limit")[-1]["limit"] == "HT16"


def test_events_of_a_run_are_in_order_and_carry_t_from_the_begin() -> None:
    writer = Writer()
    writer.rest(SECOND)
    desk = Desk(writer.plan())
    desk.run(SECOND)
    said = [e for e in desk.effects if isinstance(e, Said) and e.event != "reading"]
    names = [e.event for e in said]
    assert names == ["session-started", "segment-started", "segment-ended", "session-ended"]
    assert [e.data["t"] for e in said] == [0.0, 0.0, 1.0, 1.0]


def test_readings_are_said_at_most_ten_times_a_second() -> None:
    writer = Writer()
    writer.heat(38.0)
    desk = Desk(writer.plan())
    for _ in range(100):
        desk.now_ms += 20
        desk.read("pad", WARM)
    assert len(desk.said("reading")) == 20


def test_nothing_follows_the_end() -> None:
    writer = Writer()
    writer.rest(SECOND)
    desk = Desk(writer.plan())
    desk.do("stop")
    count = len(desk.effects)
    for event in (Tick(), Command("resume"), Command("stop")):
        desk.now_ms += SECOND
        desk.feed(event)
    assert len(desk.effects) == count
