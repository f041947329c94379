"""What the session makes of the watch: waiting to begin, sleep, a setpoint withheld, three times the same."""

from __future__ import annotations

import pytest
from core_desk import MINUTE, PAD, RESTING, SECOND, Desk, Writer

from controller.core import Command, LinkLost, Reading, Session, Slept, Tick, Withheld
from controller.safety.channel import Channel


def limits(desk: Desk) -> list[object]:
    return [data["limit"] for data in desk.said("limit")]


def warm(pad: float = RESTING) -> Desk:
    writer = Writer()
    writer.heat(38.0, 5 * MINUTE)
    return Desk(writer.plan(), pad=pad)


def test_a_pad_that_is_warm_waits_until_it_has_cooled_and_the_person_goes_on() -> None:
    desk = warm(39.0)
    assert limits(desk) == ["HT21"]
    assert desk.at_rest
    desk.do("resume")
    assert desk.at_rest, "it is still warm"
    desk.actual["pad"] = 34.9
    desk.run(SECOND)
    assert desk.at_rest, "nothing goes on by itself"
    desk.do("resume")
    assert desk.held["pad"] == 36.0


def test_a_battery_that_is_low_lets_nothing_begin() -> None:
    writer = Writer()
    writer.heat()
    session = Session(writer.plan(), {"pad": PAD}, "s")
    session.feed(Reading(role="pad", setpoint=0.0, actual=33.0, state="idle", battery=19), 0)
    session.feed(Tick(), 100)
    assert (session.outcome, session.exit) == ("limit", 7)
    assert str(session.why).startswith("HT21: pad: its battery is at 19 %")


@pytest.mark.parametrize(("battery", "said"), [(None, True), (80, False)])
def test_a_battery_that_is_not_known_passes_and_is_said(battery: int | None, said: bool) -> None:
    writer = Writer()
    writer.heat()
    real = Channel(
        role="pad", kind="heat", device="Warm One", leash="lease", low=30.0, high=43.0, step=0.1, lease_ms=900
    )  # fmt: skip
    session = Session(writer.plan(), {"pad": real}, "s")
    session.feed(Reading(role="pad", setpoint=0.0, actual=33.0, state="idle", battery=battery), 0)
    session.feed(Tick(), 100)
    (begin,) = session.questions.open.values()
    assert ("Warm One" in begin.text) is said


def test_after_a_sleep_of_the_computer_nothing_goes_on() -> None:
    desk = warm()
    desk.run(5 * SECOND)
    desk.feed(Slept(2.1))
    assert desk.end() == ("limit", 7)
    assert limits(desk) == ["HZ13"]
    assert desk.at_rest


def test_a_device_that_another_program_took_ends_it() -> None:
    desk = warm()
    desk.run(5 * SECOND)
    desk.feed(LinkLost("pad", "another program drives it now", taken=True))
    assert desk.end() == ("limit", 7)
    assert limits(desk) == ["HZ32"]


def test_a_setpoint_that_is_withheld_is_not_expected_to_be_shown() -> None:
    desk = warm()
    desk.feed(Withheld("pad", withheld=True))
    for _ in range(30):
        desk.now_ms += 100
        desk.read("pad", 33.0, setpoint=0.0)
        desk.feed(Tick())
    assert desk.end() is None
    desk.feed(Withheld("pad", withheld=False))
    for _ in range(12):
        desk.now_ms += 100
        desk.read("pad", 33.0, setpoint=0.0)
        desk.feed(Tick())
    assert limits(desk) == ["HZ41"]


def test_the_third_time_over_its_setpoint_ends_it_and_the_pad_is_not_believed_to_rest() -> None:
    writer = Writer()
    writer.heat(38.0, 20 * MINUTE)
    plan = writer.plan()
    session = Session(plan, {"pad": PAD}, "s")
    session.feed(Reading(role="pad", setpoint=0.0, actual=33.0, state="idle"), 0)
    session.feed(Tick(), 100)
    now, actual = 100, 33.0
    for _ in range(3):
        while session.clock_runs:
            now, actual = now + 200, min(actual + 0.012, session.setpoints.present["pad"] + 0.55)
            told = session.setpoints.present["pad"]
            session.feed(Reading(role="pad", setpoint=told, actual=actual), now)
            session.feed(Tick(), now)
        for _ in range(25):
            now, actual = now + 200, actual - 0.04
            session.feed(Reading(role="pad", setpoint=0.0, actual=actual), now)
            session.feed(Tick(), now)
        session.feed(Command("resume"), now)
    assert session.exit == 7
    assert "for the third time" in str(session.why)
    assert session.vigil.runaway == {"pad"}
