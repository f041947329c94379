"""Rules W8, W9 and W14 of the wire profile: faults, and heat's hour, on the firmware alone."""

from __future__ import annotations

import pytest
from knot_peer import PAD, Rig, clear, drive, hello

from simulator.firmware import firmware
from simulator.firmware.firmware import Firmware
from simulator.firmware.quota import Quota

OK, FAULT = 0, 5
MINUTE = 60_000


def greeted(*channels: tuple[int, int, int, int, int]) -> Rig:
    rig = Rig(*channels)
    assert rig.ask(hello()) is None
    return rig


def driven(setpoint: int = 2000, lease: int = 1000) -> Rig:
    rig = greeted()
    assert rig.ask(drive(rig.session, setpoint, lease=lease)) == OK
    return rig


# W8 and W9


def heated(setpoint: int = 4000) -> Rig:
    rig = greeted(PAD)
    assert rig.ask(drive(rig.session, setpoint, lease=2000)) == OK
    assert rig.board.duty > 0
    return rig


@pytest.mark.parametrize(
    ("raw", "fault"), [(None, 2), (-1, 2), (9001, 3), (9000, 1), (12_000, 3), (4200, 1), (4158, 1)]
)
def test_w9_a_reading_that_cannot_be_rests_and_latches(raw: int | None, fault: int) -> None:
    rig = heated()
    rig.board.raw = raw
    rig.pass_ms(200)
    assert (rig.at_rest, rig.status().state, rig.status().fault) == (True, 3, fault)
    assert rig.ask(drive(rig.session, 3600)) == FAULT
    assert rig.ask(clear(rig.session)) == FAULT
    rig.board.raw = 3300
    assert rig.ask(drive(rig.session, 3600)) == FAULT
    assert rig.ask(clear(rig.session)) == OK
    assert (rig.status().state, rig.status().fault) == (0, 0)


@pytest.mark.parametrize(("raw", "fault"), [(0, 0), (4150, 0), (4157, 0)])
def test_w9_the_last_good_readings_are_no_fault(raw: int, fault: int) -> None:
    rig = heated()
    rig.board.raw = raw
    rig.pass_ms(200)
    assert rig.status().fault == fault


def test_w9_cut_out_is_at_45_degrees_of_the_hottest_point() -> None:
    pad = Rig(PAD).config.pad
    assert pad is not None
    assert pad.hottest(41.57) < 45.0 <= pad.hottest(41.58)


def test_w9_with_the_cut_out_lifted_its_first_reading_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firmware, "CUT_OUT", 99.0)
    rig = heated()
    rig.board.raw = 4158
    rig.pass_ms(200)
    assert rig.status().fault == 0


def test_w9_cut_out_acts_at_rest_too() -> None:
    rig = Rig(PAD)
    rig.board.raw = 4300
    rig.pass_ms(1000)
    assert rig.status().fault == 1


def test_w9_full_power_without_a_rise_is_fault_4_after_a_minute() -> None:
    rig = heated(4200)
    rig.hold_ms(59_500)
    assert (rig.board.duty, rig.status().fault) == (1.0, 0)
    rig.hold_ms(1000)
    assert (rig.at_rest, rig.status().fault) == (True, 4)


def test_w9_a_degree_a_minute_is_enough() -> None:
    rig = heated(4200)
    for _ in range(300):
        rig.hold_ms(500)
        assert rig.board.raw is not None
        rig.board.raw += 1
    assert rig.status().fault == 0


def test_a_sensor_that_stands_still_near_the_setpoint_is_fault_4_too() -> None:
    rig = heated(3600)
    rig.board.raw = 3400
    rig.hold_ms(3 * MINUTE)
    assert (rig.at_rest, rig.status().fault) == (True, 4)


def test_w8_clear_without_a_fault_is_ok() -> None:
    rig = greeted()
    assert rig.ask(clear(rig.session)) == OK


@pytest.mark.parametrize(("name", "value", "fault"), [("level", 4, 7), ("amperage", 8001, 6)])
def test_w8_battery_and_current_are_watched(name: str, value: int, fault: int) -> None:
    rig = driven(lease=2000)
    setattr(rig.board, name, value)
    rig.pass_ms(200)
    assert (rig.at_rest, rig.status().fault) == (True, fault)
    setattr(rig.board, name, None)
    assert rig.ask(clear(rig.session)) == OK


def test_w8_a_stuck_head_is_fault_5() -> None:
    rig = driven(lease=2000)
    rig.board.strokes = 500
    rig.pass_ms(1900)
    assert (rig.at_rest, rig.status().fault) == (True, 5)


# W14


def warm(rig: Rig, setpoint: int = 3600) -> int:
    """A reading at which holding the setpoint needs hardly any power."""
    return 3300 + round((setpoint - 3300) / 1.4)


def test_w14_thirty_minutes_in_any_sixty() -> None:
    rig = heated(3600)
    rig.board.raw = warm(rig)
    rig.hold_ms(30 * MINUTE - 500)
    assert rig.status().state == 1
    rig.hold_ms(500)
    assert (rig.at_rest, rig.status().fault, rig.now_ms) == (True, 9, 30 * MINUTE)
    rig.pass_ms(30 * MINUTE)
    assert rig.ask(clear(rig.session)) == FAULT
    rig.pass_ms(1)
    assert rig.ask(clear(rig.session)) == OK


def test_w14_counts_across_owners_and_resets() -> None:
    rig = heated(3600)
    rig.board.raw = warm(rig)
    rig.hold_ms(20 * MINUTE)
    rig.firmware = Firmware(rig.board, rig.config, rig.now_ms, 2, rig.quota)
    rig.ask(hello(owner=99))
    rig.ask(drive(rig.session, 3600))
    rig.hold_ms(10 * MINUTE - 500)
    assert rig.status().state == 1
    rig.hold_ms(500)
    assert rig.status().fault == 9


def test_w14_percussion_has_no_such_quota() -> None:
    rig = driven()
    rig.hold_ms(31 * MINUTE)
    assert rig.status().state == 1


def test_w14_many_short_spells_are_never_counted_for_less() -> None:
    quota, used = Quota(), 0
    for at in range(0, 30 * MINUTE, 2000):
        quota.start(at)
        quota.stop(at + 500)
        used += 500
        assert quota.left_ms(at + 500) <= 30 * MINUTE - used
        assert len(quota._spans) <= 32
