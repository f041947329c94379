"""A pad or a gun that the person works: what is said to them, and the question whether it is off."""

from __future__ import annotations

from core_desk import GUN, HAND_GUN, HAND_PAD, MINUTE, SECOND, Desk, Writer

from controller.core import Hold, Interrupted, Refused
from controller.core.picture import Picture
from controller.safety import Channel


def by_hand(hold_ms: int = 10 * MINUTE) -> Desk:
    """A pad by hand that is on the skin."""
    writer = Writer()
    writer.heat(41.0, hold_ms)
    desk = Desk(writer.plan(), {"pad": HAND_PAD})
    desk.answer("yes")
    return desk


def test_heat_by_hand_counts_from_ready_at_the_lowest_setting_with_no_within() -> None:
    desk = by_hand(MINUTE)
    assert desk.held["pad"] == 37.0
    desk.run(MINUTE - 100)
    assert desk.whys() == []
    desk.run(100)
    assert desk.whys() == [(1, "done")]
    assert desk.at_rest


def test_press_by_hand_is_said_in_per_cent_where_the_scale_is_unknown() -> None:
    writer = Writer()
    writer.press(15 * SECOND, 0.2)
    desk = Desk(writer.plan(), {"gun": HAND_GUN})
    desk.answer("yes")
    assert desk.held["gun"] == 20.0
    desk.run(15 * SECOND)
    assert desk.at_rest


def test_press_with_known_levels_is_asked_for_held_and_shown_by_level() -> None:
    writer = Writer()
    writer.press(15 * SECOND, 0.35)
    own = Channel.worked_by_hand("gun", "percussion", 5, name="old gun", scale=(1200.0, 3200.0))
    desk = Desk(writer.plan(), {"gun": own})
    assert "Switch the gun on at level 2 of 5, and bring it to" in desk.question.text
    desk.answer("yes")
    shown = Picture(desk.session).now()
    assert shown.channels[0].setting == "level 2 of 5"
    assert "on level 2 of 5" in shown.segments[0].text
    desk.run(15 * SECOND)
    assert [e.setpoint for e in desk.effects if isinstance(e, Hold)] == [1700.0, 0.0]
    assert Picture(desk.session).now().channels[0].setting == ""


def test_cool_by_hand_is_two_minutes_off_the_skin() -> None:
    writer = Writer()
    writer.heat(38.0, MINUTE)
    writer.cool()
    desk = Desk(writer.plan(), {"pad": HAND_PAD})
    desk.answer("yes")
    desk.run(MINUTE)
    desk.run(2 * MINUTE - 100)
    assert desk.whys() == [(1, "done")]
    desk.run(100)
    assert desk.whys() == [(1, "done"), (2, "done")]


def test_a_look_at_the_skin_is_asked_for_every_three_minutes() -> None:
    desk = by_hand()
    desk.run(3 * MINUTE - 100)
    assert desk.session.questions.presence() is None
    desk.run(100)
    asked = desk.question
    assert asked.kind == "present"
    assert "skin" in asked.text
    desk.run(10 * SECOND)
    assert desk.held["pad"] == 37.0
    desk.answer("yes")
    desk.run(3 * MINUTE)
    assert desk.question.kind == "present"


def test_a_look_not_taken_for_a_minute_says_to_take_it_off() -> None:
    desk = by_hand()
    desk.run(4 * MINUTE)
    assert desk.at_rest
    assert desk.session.paused_ms is not None
    desk.do("resume")
    assert desk.held["pad"] == 37.0


def test_the_end_asks_whether_it_is_off_and_waits_for_the_answer() -> None:
    desk = by_hand(MINUTE)
    desk.run(MINUTE)
    assert desk.end() is None
    assert "switched off" in desk.question.text
    desk.run(5 * MINUTE)
    assert desk.end() is None
    desk.answer("yes")
    assert desk.end() == ("completed", 0)


def test_an_end_that_nobody_confirms_is_unanswered() -> None:
    desk = by_hand(MINUTE)
    desk.run(11 * MINUTE)
    assert desk.end() == ("unanswered", 1)


def test_stop_asks_as_well_for_a_minute() -> None:
    desk = by_hand()
    desk.run(SECOND)
    desk.do("stop")
    assert desk.at_rest
    assert "switched off" in desk.question.text
    desk.run(MINUTE - 100)
    assert desk.end() is None
    desk.run(100)
    assert desk.end() == ("stopped", 6)


def test_a_stop_that_is_confirmed_ends_at_once() -> None:
    desk = by_hand()
    desk.do("stop")
    desk.answer("yes")
    assert desk.end() == ("stopped", 6)


def test_a_second_stop_hurries_the_end_and_keeps_its_outcome() -> None:
    desk = by_hand()
    desk.do("stop")
    desk.do("stop")
    assert desk.end() == ("stopped", 6)


def test_an_interrupt_does_not_ask() -> None:
    desk = by_hand()
    desk.feed(Interrupted("SIGINT"))
    assert desk.end() == ("stopped", 130)
    assert desk.at_rest


def test_a_limit_asks_as_well_and_stays_a_limit() -> None:
    desk = by_hand()
    desk.feed(Refused("pad", "HT22", 900.0, 900.0))
    assert desk.end() is None
    desk.answer("yes")
    assert desk.end() == ("limit", 7)


def test_what_was_never_on_is_not_asked_after() -> None:
    writer = Writer()
    writer.heat()
    desk = Desk(writer.plan(), {"pad": HAND_PAD})
    desk.do("stop")
    assert desk.end() == ("stopped", 6)


def test_a_pause_tells_to_take_it_off_and_a_resume_to_put_it_on() -> None:
    desk = by_hand()
    desk.run(SECOND)
    desk.do("pause")
    desk.run(MINUTE)
    desk.do("resume")
    held = [e.setpoint for e in desk.effects if isinstance(e, Hold)]
    assert held == [37.0, 0.0, 37.0]


def test_a_driven_gun_beside_a_pad_by_hand_rests_while_the_end_is_asked() -> None:
    writer = Writer()
    writer.heat(38.0, MINUTE)
    writer.press(30 * SECOND)
    desk = Desk(writer.plan(), {"pad": HAND_PAD, "gun": GUN})
    desk.answer("yes")
    desk.run(MINUTE)
    desk.answer("yes")
    desk.run(10 * SECOND)
    assert desk.held["gun"] > 0
    desk.do("stop")
    assert desk.at_rest
    assert desk.end() is None
