"""Another maker's device that fails, lies or vanishes: everything rests, and the person is told the truth."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import foreign_wire as wire
import pytest
from foreign_client import Client, press, warm
from foreign_device import GUN, PAD, Device, Ways
from foreign_wire import Channel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LATE_S = 0.06
LONG = "30 s"


def running(device: Device, run: Client) -> None:
    """Up to the second setpoint, so that the session is well under way."""
    run.wait("drive", lambda event: event["setpoint"] > 0)
    device.wait(lambda it: any(it.setpoints) and it.state == wire.RUNNING)


def assert_never_driven(device: Device) -> None:
    assert not device.changes
    assert not [drive for drive in device.all(wire.DRIVE) if drive.setpoint]


LIES: dict[str, Callable[[Device], None]] = {
    "another profile": lambda it: setattr(it.ways, "profile", 2),
    "nothing that drives": lambda it: setattr(it, "channels", (replace(GUN, flags=2),)),
    "a pad": lambda it: setattr(it, "channels", (PAD,)),
    "no channels": lambda it: setattr(it, "channels", ()),
    "a lease without end": lambda it: setattr(it, "max_lease", 5000),
    "no lease": lambda it: setattr(it, "max_lease", 0),
    "no step": lambda it: setattr(it, "channels", (replace(GUN, step=0),)),
    "from high to low": lambda it: setattr(it, "channels", (replace(GUN, low=3200, high=1200),)),
    "no serial": lambda it: setattr(it, "serial", ""),
    "busy": lambda it: it.ways.refuse.update({wire.HELLO: wire.BUSY}),
    "silent": lambda it: setattr(it.ways, "quiet", True),
    "in a fault": lambda it: it.fail(5),
}


SELDOM = {"a pad", "no channels", "no lease", "from high to low", "no step", "silent"}
"""Kept for `make slow`: the others take the same way through the program."""


@pytest.mark.parametrize(
    "lie", [pytest.param(lie, marks=[pytest.mark.slow] if lie in SELDOM else []) for lie in LIES]
)
def test_a_device_that_cannot_be_used_is_refused_before_the_session(lie: str, tmp_path: Path) -> None:
    with Device(tmp_path / "gun") as gun:
        LIES[lie](gun)
        with Client(tmp_path, press(tmp_path), "--use", f"gun=serial:{gun.path}") as run:
            outcome, code = run.outcome()
        assert_never_driven(gun)
        hellos = gun.all(wire.HELLO)
    assert outcome == "refused"
    assert code == 5
    assert run.events[-1]["t"] == 0
    assert not run.named("session-started")
    assert len(hellos) == (3 if lie == "silent" else 1)
    assert len({hello.payload for hello in hellos}) == 1


def test_a_pad_that_cannot_go_as_high_as_the_file_is_not_driven_past_its_highest(tmp_path: Path) -> None:
    small = Channel(wire.HEAT, 3, 3000, 3500, 10)
    with Device(tmp_path / "pad", small) as pad:
        with Client(tmp_path, warm(tmp_path, to="39 °C"), "--use", f"pad=serial:{pad.path}") as run:
            assert run.outcome() == ("refused", 5)
        assert_never_driven(pad)


FAILURES: dict[str, tuple[Callable[[Device], None], tuple[str, int]]] = {
    "stop button": (lambda it: it.press_stop(), ("stopped", 6)),
    "motor stall": (lambda it: it.fail(5), ("limit", 7)),
    "a fault of a later version": (lambda it: it.fail(77), ("limit", 7)),
    "shows another setpoint": (lambda it: setattr(it.ways, "echo", 3000), ("limit", 7)),
    "shows no setpoint": (lambda it: setattr(it.ways, "echo", 0), ("limit", 7)),
}


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(name, marks=[pytest.mark.slow] if name in {"shows no setpoint", "motor stall"} else [])
        for name in FAILURES
    ],
)
def test_what_a_device_reports_ends_the_session_at_rest(failure: str, tmp_path: Path) -> None:
    cause, outcome = FAILURES[failure]
    with Device(tmp_path / "gun") as gun:
        with Client(tmp_path, press(tmp_path, lasting=LONG), "--use", f"gun=serial:{gun.path}") as run:
            running(gun, run)
            cause(gun)
            assert run.outcome() == outcome
        gun.assert_stopped()
    assert len(gun.all(wire.HELLO)) == 1
    assert bool(run.named("limit")) is (outcome[0] == "limit")


@pytest.mark.parametrize(
    ("reading", "limit"),
    [
        (0xFFFF, "HT20"),
        pytest.param(400, "HT20", marks=pytest.mark.slow),
        pytest.param(6100, "HT20", marks=pytest.mark.slow),
        (4400, "HT2"),
    ],
)
def test_a_reading_that_cannot_be_or_burns_ends_the_session_at_once(
    reading: int, limit: str, tmp_path: Path
) -> None:
    with Device(tmp_path / "pad", PAD) as pad:
        with Client(tmp_path, warm(tmp_path), "--use", f"pad=serial:{pad.path}") as run:
            running(pad, run)
            pad.ways.reading = reading
            seen = pad.wait(lambda it: it.all(wire.STOP))
            assert run.outcome() == ("limit", 7)
        pad.assert_stopped()
    assert run.named("limit")[-1]["limit"] == limit
    assert pad.changes[-1].at - seen < 0.1


@pytest.mark.slow
def test_a_device_that_falls_silent_rests_after_3_s_and_ends_after_5(tmp_path: Path) -> None:
    with Device(tmp_path / "pad", PAD) as pad:
        with Client(tmp_path, warm(tmp_path, lasting="60 s"), "--use", f"pad=serial:{pad.path}") as run:
            running(pad, run)
            run.first("reading")
            pad.ways.no_status = True
            pad.wait(lambda it: it.resting)
            last = run.named("reading")[-1]
            rested = pad.changes[-1].at
            assert run.outcome() == ("limit", 7)
        pad.assert_stopped()
    assert 2.5 < rested - run.at(last) < 3.5
    assert {event["limit"] for event in run.named("limit")} == {"HT20"}
    assert run.named("paused")


def test_three_tries_150_ms_apart_then_the_link_is_lost_and_only_a_word_says_hello(tmp_path: Path) -> None:
    with Device(tmp_path / "gun", replace(GUN, step=2000)) as gun:
        with Client(tmp_path, press(tmp_path), "--use", f"gun=serial:{gun.path}") as run:
            running(gun, run)
            gun.ways.quiet = True
            since = len(gun.heard)
            lost = run.wait("device-lost")
            run.wait("paused")
            gun.wait(lambda it: it.resting)
            tries = [message for message in gun.heard[since:] if message.type == wire.RENEW]
            gun.ways.quiet = False
            # Two STATUS of rest go by: nobody says HELLO unasked.
            uptimes = len(gun.sent)
            gun.wait(lambda it: len(it.sent) >= uptimes + 2)
            assert len(gun.all(wire.HELLO)) == 1
            run.tell(do="resume")
            run.wait("device-found")
            assert run.outcome() == ("completed", 0)
        gun.assert_stopped()
    assert len(tries) == 3
    assert len({message.payload for message in tries}) == 1
    # A busy machine may hold one of them up, and so shorten what follows it.
    assert 0.15 - LATE_S <= min(later.at - sooner.at for sooner, later in pairwise(tries)) <= 0.15 + LATE_S
    assert 0.15 - LATE_S <= run.at(lost) - tries[-1].at <= 0.15 + LATE_S + 0.1
    assert len(gun.all(wire.HELLO)) == 2


@pytest.mark.parametrize("cause", ["reboot", pytest.param("stale session", marks=pytest.mark.slow)])
def test_a_session_that_the_device_forgot_pauses_until_a_person_says_hello(
    cause: str, tmp_path: Path
) -> None:
    with Device(tmp_path / "gun") as gun:
        with Client(tmp_path, press(tmp_path), "--use", f"gun=serial:{gun.path}") as run:
            running(gun, run)
            if cause == "reboot":
                gun.reboot()
            else:
                gun.ways.refuse = {wire.DRIVE: wire.STALE, wire.RENEW: wire.STALE}
            run.wait("paused")
            gun.wait(lambda it: it.resting)
            gun.ways.refuse = {}
            assert len(gun.all(wire.HELLO)) == 1
            before = len(gun.changes)
            run.tell(do="resume")
            assert run.outcome() == ("completed", 0)
        gun.assert_stopped()
    assert len(gun.all(wire.HELLO)) == 2
    assert gun.changes[before].setpoint == 1200, "it starts at the slowest again"


def test_a_lease_that_lapsed_is_revived_by_a_person_alone(tmp_path: Path) -> None:
    with Device(tmp_path / "gun", replace(GUN, step=2000)) as gun:
        with Client(tmp_path, press(tmp_path, lasting="4 s"), "--use", f"gun=serial:{gun.path}") as run:
            running(gun, run)
            gun.lapse()
            run.wait("paused")
            assert [change.setpoint for change in gun.changes] == [1200, 0]
            run.tell(do="resume")
            assert run.outcome() == ("completed", 0)
        gun.assert_stopped()
    assert [change.setpoint for change in gun.changes] == [1200, 0, 1200, 0]


def test_only_the_same_serial_is_opened_again_with_whatever_boot_on_whatever_port(tmp_path: Path) -> None:
    with Device(tmp_path / "gun") as gun:
        with Client(tmp_path, press(tmp_path), "--use", f"gun=serial:{gun.path}") as run:
            running(gun, run)
            gun.unplug()
            run.wait("device-lost")
            run.wait("paused")
            run.tell(do="resume")
            run.wait("device-lost", number=2)
            gun.wait(lambda it: it.resting)
            gun.serial = "FOREIGN-0002"
            gun.reboot()
            gun.plug()
            run.tell(do="resume")
            lost = run.wait("device-lost", number=3)
            assert "FOREIGN-0002" in lost["why"]
            assert gun.resting
            assert not run.named("resumed", "device-found")
            gun.serial = "FOREIGN-0001"
            gun.unplug()
            gun.plug()
            run.tell(do="resume")
            run.wait("device-found")
            run.wait("resumed")
            assert run.outcome() == ("completed", 0)
        gun.assert_stopped()


def test_a_device_that_ignores_stop_is_never_said_to_be_off(tmp_path: Path) -> None:
    with Device(tmp_path / "gun") as gun:
        with Client(tmp_path, press(tmp_path, lasting=LONG), "--use", f"gun=serial:{gun.path}") as run:
            running(gun, run)
            gun.ways.deaf_to_stop = True
            run.tell(do="stop")
            last = run.end()
        gun.wait(lambda it: it.resting, within=2.5)
    stops = gun.all(wire.STOP)
    assert len(stops) >= 5
    assert stops[-1].at - stops[0].at >= 0.8
    assert not [drive for drive in gun.all(wire.DRIVE) if drive.at > stops[0].at]
    assert (last["outcome"], last["exit"]) == ("stopped", 6)
    assert "by hand" in str(last)


def test_a_device_that_a_run_holds_is_in_use_for_another(tmp_path: Path) -> None:
    with Device(tmp_path / "gun") as gun:
        use = ("--use", f"gun=serial:{gun.path}")
        with Client(tmp_path, press(tmp_path, lasting=LONG), *use) as run:
            running(gun, run)
            with Client(tmp_path, press(tmp_path), *use) as other:
                assert other.outcome() == ("refused", 5)
            assert not gun.resting
            run.tell(do="stop")
            assert run.outcome() == ("stopped", 6)
        gun.assert_stopped()
    assert len(gun.all(wire.HELLO)) == 1


def test_doubled_words_of_a_confused_device_change_nothing(tmp_path: Path) -> None:
    """INFO, ACK and STATUS of other sessions and sequences, and of types nobody knows."""
    noise = (
        wire.request(wire.ACK, 200, 9, bytes([wire.DRIVE, wire.STALE])),
        wire.request(wire.ACK, 200, 9, bytes([wire.STOP, wire.OK])),
        wire.request(wire.INFO, 201, 77, b"\x01" * 30),
        wire.request(wire.ACK, 3, 9, b"\x02"),
        wire.request(0x99, 1, 1, b"hello"),
        wire.request(wire.STATUS, 0, 1, b"\x00"),
    )
    with Device(tmp_path / "gun") as gun:
        gun.ways = Ways(doubled=True)
        with Client(tmp_path, press(tmp_path, lasting="1 s"), "--use", f"gun=serial:{gun.path}") as run:
            running(gun, run)
            for payload in noise:
                gun.speak(payload)
            assert run.outcome() == ("completed", 0)
        gun.assert_stopped()
    assert not run.named("paused", "limit", "device-lost")
