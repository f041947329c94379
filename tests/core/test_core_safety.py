"""What devices report, or do not, and what the session makes of it."""

from __future__ import annotations

import math
from typing import Any

import pytest
from core_desk import GUN, HAND_PAD, MINUTE, PAD, SECOND, Desk, Writer

from controller.core import Failed, Interrupted, Refused, Tick
from controller.safety.watch import Watch


def warm() -> Desk:
    """A pad that holds 38 °C."""
    writer = Writer()
    writer.heat(38.0, 20 * MINUTE)
    writer.rest()
    desk = Desk(writer.plan())
    desk.actual["pad"] = 37.5
    desk.run(90 * SECOND)
    return desk


def limits(desk: Desk) -> list[object]:
    return [data["limit"] for data in desk.said("limit")]


@pytest.mark.parametrize("actual", [None, math.nan, math.inf, -math.inf, 4.9, 60.1, -40.0, 85.0])
def test_no_valid_reading_of_a_pad_is_a_fault_at_once(actual: Any) -> None:
    desk = warm()
    desk.read("pad", actual)
    assert desk.end() == ("limit", 7)
    assert limits(desk) in (["HT20"], ["HT2"])
    assert desk.at_rest


@pytest.mark.parametrize(("actual", "end"), [(43.9, None), (44.0, ("limit", 7))])
def test_one_reading_of_44_trips_and_one_of_less_does_not(actual: Any, end: Any) -> None:
    desk = warm()
    desk.read("pad", actual)
    assert desk.end() == end


@pytest.mark.parametrize(
    ("first", "between", "second", "end"),
    [
        (43.0, None, 43.0, ("limit", 7)),
        (43.0, None, 42.9, None),
        (43.0, 42.9, 43.0, None),
        (42.99, None, 43.5, None),
    ],
)
def test_two_readings_of_43_in_a_row_trip(first: Any, between: Any, second: Any, end: Any) -> None:
    desk = warm()
    for actual in (first, between, second):
        if actual is not None:
            desk.now_ms += 200
            desk.read("pad", actual)
    assert desk.end() == end
    if end:
        assert limits(desk) == ["HT2"]


def test_42_5_for_five_seconds_pauses_and_resumes_only_under_42() -> None:
    desk = warm()
    desk.actual["pad"] = 42.5
    desk.run(5 * SECOND)
    assert desk.said("paused") == []
    desk.run(200)
    assert limits(desk) == ["HT2"]
    assert desk.at_rest
    desk.actual["pad"] = 42.0
    desk.run(SECOND)
    desk.do("resume")
    assert desk.at_rest
    desk.actual["pad"] = 41.9
    desk.run(SECOND)
    assert desk.at_rest
    desk.do("resume")
    assert desk.held["pad"] > 0


def test_42_5_for_less_than_five_seconds_is_nothing() -> None:
    desk = warm()
    for _ in range(3):
        desk.actual["pad"] = 42.6
        desk.run(4_900)
        desk.actual["pad"] = 42.4
        desk.run(SECOND)
    assert limits(desk) == []


def test_a_pad_that_is_silent_for_over_three_seconds_pauses_and_over_five_stops() -> None:
    desk = warm()
    desk.silent.add("pad")
    desk.run(3 * SECOND)
    assert desk.held["pad"] > 0
    desk.run(100)
    assert desk.at_rest
    assert limits(desk) == ["HT20"]
    desk.run(1_900)
    assert desk.end() is None
    desk.run(100)
    assert desk.end() == ("limit", 7)


def test_a_pad_that_speaks_again_within_five_seconds_resumes_on_a_word_alone() -> None:
    desk = warm()
    desk.silent.add("pad")
    desk.run(4 * SECOND)
    desk.do("resume")
    assert desk.at_rest
    desk.silent.clear()
    desk.run(SECOND)
    assert desk.at_rest
    desk.do("resume")
    assert desk.held["pad"] > 0


def test_a_gun_that_is_silent_stops_the_session_too() -> None:
    writer = Writer()
    writer.press()
    desk = Desk(writer.plan())
    desk.answer("yes")
    desk.silent.add("gun")
    desk.run(5_100)
    assert desk.end() == ("limit", 7)


@pytest.mark.parametrize(
    ("fault", "limit"),
    [
        ("over-temperature", "HT3"),
        ("thermal runaway", "HT14"),
        ("battery low", "HZ21"),
        ("motor stall", "HZ35"),
        ("internal", "HZ03"),
        (None, "HZ03"),
    ],
)
def test_a_fault_of_a_device_ends_the_session_with_exit_7(fault: Any, limit: Any) -> None:
    desk = warm()
    desk.read("pad", 37.0, setpoint=0.0, state="fault", fault=fault)
    assert desk.end() == ("limit", 7)
    assert limits(desk) == [limit]


def test_a_fault_counts_in_a_pause_and_in_the_cool_down() -> None:
    for arrange in ("pause", "cool"):
        writer = Writer()
        writer.heat(38.0, MINUTE)
        desk = Desk(writer.plan())
        desk.actual["pad"] = 37.5
        if arrange == "pause":
            desk.do("pause")
        else:
            desk.run(MINUTE + 100)
            assert desk.session.stage == "cooling"
        desk.read("pad", 37.0, state="fault", fault="thermal runaway")
        assert desk.end() == ("limit", 7)


def test_the_devices_own_stop_ends_the_session_with_exit_6() -> None:
    desk = warm()
    desk.read("pad", 37.0, setpoint=0.0, state="stopped")
    assert desk.end() == ("stopped", 6)


def test_a_setpoint_shown_other_than_told_for_a_second_is_a_fault() -> None:
    desk = warm()
    desk.read("pad", 37.5, setpoint=41.0)
    desk.now_ms += 900
    desk.read("pad", 37.5, setpoint=41.0)
    assert desk.end() is None
    desk.now_ms += 100
    desk.read("pad", 37.5, setpoint=41.0)
    assert desk.end() == ("limit", 7)
    assert limits(desk) == ["HZ41"]


def test_a_pad_that_goes_on_heating_after_it_was_told_to_rest_is_a_fault() -> None:
    desk = warm()
    desk.do("pause")
    for _ in range(6):
        desk.now_ms += 200
        desk.read("pad", 37.5, setpoint=38.0)
    assert desk.end() == ("limit", 7)


def test_a_pad_that_goes_on_heating_in_the_cool_down_is_a_fault() -> None:
    writer = Writer()
    writer.heat(38.0, MINUTE)
    desk = Desk(writer.plan())
    desk.actual["pad"] = 37.5
    desk.run(MINUTE + 100)
    for _ in range(7):
        desk.now_ms += 200
        desk.read("pad", 37.5, setpoint=38.0)
    assert desk.end() == ("limit", 7)


def test_an_echo_that_is_right_in_between_is_none() -> None:
    desk = warm()
    for _ in range(5):
        desk.now_ms += 500
        desk.read("pad", 37.5, setpoint=41.0)
        desk.now_ms += 200
        desk.read("pad", 37.5)
    assert desk.end() is None


def test_a_lease_that_ran_out_pauses_and_a_person_resumes() -> None:
    desk = warm()
    for _ in range(6):
        desk.now_ms += 200
        desk.read("pad", 37.5, setpoint=0.0, state="idle", fault="lease expired")
    assert desk.end() is None
    assert limits(desk) == ["LE1"]
    assert desk.at_rest
    desk.run(SECOND)
    desk.do("resume")
    assert desk.held["pad"] > 0


def test_an_echo_of_nan_is_not_taken_for_what_was_told() -> None:
    watch = Watch("percussion", measured=False, step=50, heard_ms=0)
    watch.tell(0, 1200.0)
    for now in (0, 600, 1200):
        found = watch.report(now, _Report(math.nan))
    assert found is not None
    assert found.limit == "HZ41"


class _Report:
    actual = 0.0
    state = "running"
    fault = None
    battery = None

    def __init__(self, setpoint: float) -> None:
        self.setpoint = setpoint


def test_a_refusal_of_the_gate_ends_the_session_by_that_limit() -> None:
    desk = warm()
    desk.feed(Refused("pad", "HT9", 1801.0, 1800.0))
    assert desk.end() == ("limit", 7)
    assert limits(desk) == ["HT9"]
    assert desk.at_rest


def test_an_interrupt_ends_with_exit_130_and_a_fault_of_ours_with_1() -> None:
    desk = warm()
    desk.feed(Interrupted("SIGTERM"))
    assert desk.end() == ("stopped", 130)
    desk = warm()
    desk.feed(Failed("the record cannot be written"))
    assert desk.end() == ("failed", 1)
    assert desk.at_rest


def test_stop_ends_with_exit_6_in_every_stage() -> None:
    for ms in (0, 90 * SECOND, 12 * MINUTE):
        writer = Writer()
        writer.heat(38.0, 3 * MINUTE)
        desk = Desk(writer.plan(), {"pad": PAD, "gun": GUN})
        desk.actual["pad"] = 37.5
        desk.run(min(ms, 3 * MINUTE + 100))
        desk.do("stop")
        assert desk.end() == ("stopped", 6)
        assert desk.at_rest


def test_a_role_that_is_worked_by_hand_is_never_judged_by_its_age() -> None:
    writer = Writer()
    writer.heat(38.0, 2 * MINUTE)
    desk = Desk(writer.plan(), {"pad": HAND_PAD})
    desk.answer("yes")
    desk.run(MINUTE)
    desk.feed(Tick())
    assert desk.end() is None


def test_a_stall_of_six_seconds_ends_at_rest() -> None:
    desk = warm()
    desk.now_ms += 6 * SECOND
    desk.feed(Tick())
    assert desk.at_rest
    assert desk.end() == ("limit", 7)
