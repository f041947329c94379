"""Rules W1 to W7 and W10 to W13 of the wire profile, one after another, on the firmware alone."""

from __future__ import annotations

import pytest
from knot_peer import (
    FORCE,
    GUN,
    PAD,
    Rig,
    clear,
    drive,
    frame,
    hello,
    renew,
    report,
    stop,
)

OK, STALE, BUSY, RANGE, NO_CHANNEL, FAULT, MALFORMED, UNKNOWN, STOPPED = range(9)
MINUTE = 60_000


def greeted(*channels: tuple[int, int, int, int, int]) -> Rig:
    rig = Rig(*channels)
    assert rig.ask(hello()) is None
    return rig


def driven(setpoint: int = 2000, lease: int = 1000) -> Rig:
    rig = greeted()
    assert rig.ask(drive(rig.session, setpoint, lease=lease)) == OK
    assert rig.board.motor == setpoint
    return rig


# W1


def test_w1_boots_at_rest_without_a_session() -> None:
    rig = Rig(GUN, PAD)
    rig.pass_ms(1000)
    first = rig.statuses()[0]
    assert (first.session, first.state, first.fault, rig.at_rest) == (0, 0, 0, True)


def test_w1_info_carries_the_boot_value() -> None:
    rig = Rig(boot=0xDEADBEEF)
    rig.firmware.receive(frame(hello()), 0)
    assert rig.heard()[0][5:9] == bytes.fromhex("efbeadde")


# W2


def test_w2_hello_starts_another_session_each_time() -> None:
    rig = greeted()
    seen = [rig.session]
    for seq in range(2, 60):
        assert rig.ask(hello(seq=seq)) is None
        assert rig.session not in (0, seen[-1])
        seen.append(rig.session)


def test_w2_session_is_never_0_when_it_wraps() -> None:
    rig = Rig(boot=0xFFFE)
    sessions = []
    for seq in range(4):
        rig.ask(hello(seq=seq))
        sessions.append(rig.session)
    assert sessions == [0xFFFF, 1, 2, 3]


def test_w2_the_same_hello_again_gets_the_same_info() -> None:
    rig = Rig()
    rig.firmware.receive(frame(hello()), 0)
    first = rig.heard()[0]
    rig.firmware.receive(frame(hello()), 40)
    assert rig.heard()[0] == first


@pytest.mark.parametrize("asked", [stop(), report(1, 200)], ids=["stop", "stale"])
def test_w2_the_same_hello_after_something_was_asked_starts_anew(asked: bytes) -> None:
    rig = greeted()
    before = rig.session
    rig.ask(asked)
    rig.ask(hello())
    assert rig.session != before


def test_w2_a_repeated_hello_does_not_undo_the_stop_button() -> None:
    rig = greeted()
    rig.board.down = True
    rig.firmware.step(rig.now_ms)
    rig.pass_ms(1000)
    rig.ask(hello())
    assert rig.status().state == 2
    rig.ask(hello(seq=9))
    assert rig.status().state == 2, "the button is still down"
    rig.board.down = False
    rig.ask(hello(seq=10))
    assert rig.status().state == 0


def test_w2_hello_rests_every_channel_and_leaves_stopped() -> None:
    rig = driven()
    assert rig.ask(hello(seq=9)) is None
    assert rig.at_rest
    rig.ask(stop())
    rig.ask(hello(seq=10))
    assert rig.status().state == 0


def test_w2_hello_leaves_a_fault() -> None:
    rig = greeted(PAD)
    rig.board.raw = None
    rig.pass_ms(1000)
    rig.ask(hello(seq=9))
    assert (rig.status().state, rig.status().fault) == (3, 2)


# W3


def test_w3_hello_of_another_owner_is_busy_only_while_a_lease_runs() -> None:
    rig = driven(lease=1000)
    session = rig.session
    assert rig.ask(hello(owner=8)) == BUSY
    assert rig.board.motor == 2000
    rig.pass_ms(1000)
    assert rig.ask(hello(owner=8)) is None
    assert rig.session != session


def test_w3_a_setpoint_of_0_has_no_lease() -> None:
    rig = driven()
    rig.ask(drive(rig.session, 0))
    assert rig.ask(hello(owner=8)) is None


# W4


@pytest.mark.parametrize("build", [lambda s: drive(s, 2500), renew, clear, lambda s: report(s, 50)])
def test_w4_another_session_changes_nothing(build: object) -> None:
    rig = driven(lease=1000)
    rig.pass_ms(500)
    for session in (0, rig.session - 1, rig.session + 1):
        assert callable(build)
        assert rig.ask(build(session)) == STALE
    assert rig.board.motor == 2000
    rig.pass_ms(500)
    assert rig.at_rest


def test_w4_session_0_is_stale_before_the_first_hello() -> None:
    rig = Rig()
    assert rig.ask(drive(0, 2000)) == STALE
    assert rig.at_rest


# W5


@pytest.mark.parametrize(
    ("setpoint", "lease", "code"),
    [
        (1150, 1000, RANGE),
        (1199, 1000, RANGE),
        (1200, 1000, OK),
        (1201, 1000, RANGE),
        (1250, 1000, OK),
        (3200, 1000, OK),
        (3201, 1000, RANGE),
        (3250, 1000, RANGE),
        (0xFFFF, 1000, RANGE),
        (1, 1000, RANGE),
        (0, 1000, OK),
        (0, 0, RANGE),
        (0, 2001, RANGE),
        (2000, 0, RANGE),
        (2000, 1, OK),
        (2000, 2000, OK),
        (2000, 2001, RANGE),
        (2000, 0xFFFF, RANGE),
    ],
)
def test_w5_drive_is_judged_at_its_edges(setpoint: int, lease: int, code: int) -> None:
    rig = greeted()
    assert rig.ask(drive(rig.session, setpoint, lease=lease)) == code
    assert rig.board.motor == (setpoint if code == OK else 0)


def test_w5_step_counts_from_min() -> None:
    rig = greeted((1, 3, 1230, 3200, 50))
    assert rig.ask(drive(rig.session, 1250)) == RANGE
    assert rig.ask(drive(rig.session, 1280)) == OK


@pytest.mark.parametrize("channel", [1, 2, 255])
def test_w5_a_channel_that_cannot_be_driven_gets_4(channel: int) -> None:
    rig = greeted(GUN, FORCE)
    assert rig.ask(drive(rig.session, 100, channel=channel)) == NO_CHANNEL


@pytest.mark.parametrize(("lease", "code"), [(0, RANGE), (1, OK), (2000, OK), (2001, RANGE)])
def test_w5_renew_is_judged_likewise(lease: int, code: int) -> None:
    rig = driven(lease=1000)
    assert rig.ask(renew(rig.session, lease)) == code
    rig.pass_ms(min(lease, 1000) - 1 if code == OK else 999)
    assert rig.board.motor == 2000


# W6


@pytest.mark.parametrize("lease", [1, 200, 999, 2000])
def test_w6_rests_when_the_lease_runs_out_and_says_so(lease: int) -> None:
    rig = driven(lease=lease)
    rig.heard()
    rig.pass_ms(lease - 1)
    assert rig.board.motor == 2000
    rig.heard()
    rig.pass_ms(1)
    assert rig.at_rest
    told = rig.statuses()[-1]
    assert (told.state, told.fault, told.uptime_ms, told.values[0]) == (0, 8, lease, 0)


def test_w6_fault_8_shows_until_the_next_accepted_drive_or_hello() -> None:
    rig = driven(lease=10)
    rig.pass_ms(5000)
    for payload in (clear(rig.session), renew(rig.session), drive(rig.session, 5), report(rig.session, 100)):
        rig.ask(payload)
        assert rig.status().fault == 8
    assert rig.ask(drive(rig.session, 0)) == OK
    assert rig.status().fault == 0


def test_w6_a_renewal_that_comes_too_late_revives_nothing() -> None:
    rig = driven(lease=500)
    rig.now_ms += 500
    assert rig.ask(renew(rig.session)) == OK
    assert rig.at_rest


def test_w6_channels_run_out_one_by_one() -> None:
    rig = greeted(GUN, PAD)
    rig.ask(drive(rig.session, 2000, lease=300))
    rig.ask(drive(rig.session, 3600, lease=900, channel=1))
    rig.pass_ms(300)
    assert (rig.board.motor, rig.status().state, rig.status().fault) == (0, 1, 8)
    rig.pass_ms(600)
    assert (rig.board.duty, rig.status().state) == (0, 0)


# W7


@pytest.mark.parametrize("tail", [b"", b"\0", b"\xff" * 246])
@pytest.mark.parametrize("session", [0, 1, 0xFFFF])
def test_w7_stop_is_obeyed_at_once_from_anyone(session: int, tail: bytes) -> None:
    rig = driven()
    assert rig.ask(stop(session=session) + tail) == OK
    assert (rig.at_rest, rig.status().state) == (True, 2)
    assert rig.statuses()[0].state == 2
    assert rig.ask(drive(rig.session, 2000)) == STOPPED
    assert rig.ask(renew(rig.session)) == STOPPED
    assert rig.ask(clear(rig.session)) == OK
    assert rig.status().state == 2


def test_w7_stop_in_a_fault_is_kept() -> None:
    rig = greeted(PAD)
    rig.board.raw = None
    rig.pass_ms(1000)
    rig.ask(stop())
    assert rig.status().state == 3
    assert rig.ask(drive(rig.session, 3600)) == FAULT
    rig.board.raw = 3300
    assert rig.ask(clear(rig.session)) == OK
    assert (rig.status().state, rig.status().fault) == (2, 0)


def test_w7_a_long_press_of_the_button_stops_and_a_short_one_does_not() -> None:
    rig = greeted(GUN, (7, 2, 0, 0xFFFF, 1))
    rig.ask(drive(rig.session, 2000, lease=2000))
    rig.board.down = True
    rig.firmware.step(rig.now_ms)
    rig.pass_ms(400)
    rig.board.down = False
    rig.firmware.step(rig.now_ms)
    assert rig.board.motor == 2000
    rig.board.down = True
    rig.firmware.step(rig.now_ms)
    rig.pass_ms(1000)
    assert (rig.at_rest, rig.status().state) == (True, 2)
    assert rig.statuses()[-1].values[3] == 2


# W10


def test_w10_status_comes_every_200_ms_running_and_every_second_otherwise() -> None:
    rig = driven(lease=2000)
    rig.heard()
    rig.pass_ms(1000)
    assert [status.uptime_ms for status in rig.statuses()] == [200, 400, 600, 800, 1000]
    rig.ask(stop())
    rig.heard()
    rig.pass_ms(3000)
    assert [status.uptime_ms for status in rig.statuses()] == [2000, 3000, 4000]


@pytest.mark.parametrize(("period", "count"), [(50, 20), (500, 2), (0, 0)])
def test_w10_report_sets_the_period(period: int, count: int) -> None:
    rig = driven(lease=2000)
    assert rig.ask(report(rig.session, period)) == OK
    rig.heard()
    rig.pass_ms(1000)
    assert len(rig.statuses()) == count


@pytest.mark.parametrize(("period", "code"), [(1, RANGE), (49, RANGE), (50, OK), (5000, OK), (5001, RANGE)])
def test_w10_report_is_judged_at_its_edges(period: int, code: int) -> None:
    rig = greeted()
    assert rig.ask(report(rig.session, period)) == code


def test_w10_a_change_is_told_at_once_after_the_answer_and_no_change_is_not() -> None:
    rig = driven()
    rig.heard()
    rig.firmware.receive(frame(drive(rig.session, 2500)), 10)
    answer, told = rig.heard()
    assert (answer[0], told[0], told[11:13]) == (0x83, 0x82, (2500).to_bytes(2, "little"))
    rig.firmware.receive(frame(drive(rig.session, 2500)), 20)
    assert [payload[0] for payload in rig.heard()] == [0x83]


def test_w10_status_counts_up_and_uptime_wraps() -> None:
    rig = Rig(now_ms=5000)
    rig.pass_ms(2000)
    first, second = rig.heard()
    assert second[1] == (first[1] + 1) & 0xFF
    rig.now_ms = 5000 + (1 << 32) + 7
    rig.firmware.step(rig.now_ms)
    assert rig.statuses()[-1].uptime_ms == 7


def test_no_reading_is_told_as_ffff() -> None:
    rig = Rig(PAD)
    rig.board.raw = None
    rig.pass_ms(1000)
    assert rig.statuses()[-1].values == (0, 0xFFFF)


# W11 to W13


def test_w11_losing_the_radio_ends_every_lease() -> None:
    rig = driven()
    rig.firmware.link_lost(rig.now_ms)
    assert (rig.at_rest, rig.status().state) == (True, 0)


def test_w12_repeating_changes_nothing() -> None:
    rig = driven()
    for payload in (drive(rig.session, 2000), renew(rig.session)):
        before = rig.status()
        assert rig.ask(payload) == OK
        assert rig.ask(payload) == OK
        assert rig.status() == before
    rig.ask(stop())
    before = rig.status()
    rig.ask(stop())
    assert rig.status() == before


@pytest.mark.parametrize("kind", [0, 7, 0x81, 0x82, 0x83, 0xFF])
def test_w13_an_unknown_type_gets_7(kind: int) -> None:
    assert Rig().ask(bytes([kind, 1, 0, 0])) == UNKNOWN


@pytest.mark.parametrize("payload", [hello(), drive(1, 2000), renew(1), clear(1), report(1, 200)])
def test_w13_short_and_long_get_6(payload: bytes) -> None:
    rig = greeted()
    assert rig.ask(payload + b"\0") == MALFORMED
    if len(payload) > 4:
        assert rig.ask(payload[:-1]) == MALFORMED


def test_hello_with_another_profile_gets_3() -> None:
    rig = Rig()
    assert rig.ask(hello(profile=2)) == RANGE
    assert rig.firmware.session == 0


# the order of judging: whatever comes first wins


def test_length_is_judged_before_session_and_session_before_the_rest() -> None:
    rig = greeted(PAD)
    stale = rig.session + 1
    assert rig.ask(drive(stale, 1)[:-1]) == MALFORMED
    rig.board.raw = None
    rig.pass_ms(1000)
    rig.ask(stop())
    assert rig.ask(drive(stale, 1, channel=9)) == STALE
    assert rig.ask(drive(rig.session, 1, channel=9)) == FAULT
    assert rig.ask(renew(rig.session, 0)) == FAULT
    assert rig.ask(report(rig.session, 1)) == RANGE
    rig.board.raw = 3300
    rig.ask(clear(rig.session))
    assert rig.ask(drive(rig.session, 1, channel=9)) == STOPPED
    assert rig.ask(renew(rig.session, 0)) == STOPPED
    rig.ask(hello(seq=77))
    assert rig.ask(drive(rig.session, 1, channel=9, lease=0)) == NO_CHANNEL
    assert rig.ask(drive(rig.session, 1)) == RANGE
