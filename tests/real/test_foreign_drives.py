"""What a run asks of another maker's device that does as the page says: leases, ramps, steps, the end."""

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
    from pathlib import Path

    from foreign_wire import Message

LATE_S = 0.06
"""What two busy cores may cost on top."""
DONE = ("completed", 0)


def leases(device: Device) -> list[Message]:
    return [message for message in device.heard if message.type in (wire.DRIVE, wire.RENEW)]


def on(device: Device, channel: int = 0) -> list[Message]:
    return [drive for drive in device.all(wire.DRIVE) if drive.setpoint and drive.channel == channel]


@pytest.mark.parametrize("max_lease", [300, 900, pytest.param(2000, marks=pytest.mark.slow)])
def test_a_lease_is_renewed_at_a_third_of_it(max_lease: int, tmp_path: Path) -> None:
    steady = replace(GUN, step=2000)
    with Device(tmp_path / "gun", steady, max_lease=max_lease) as gun:
        with Client(tmp_path, press(tmp_path), "--use", f"gun=serial:{gun.path}") as run:
            assert run.outcome() == DONE
        gun.assert_stopped()
    held = [message for message in leases(gun) if gun.all(wire.DRIVE)[-1].at >= message.at]
    gaps = [later.at - sooner.at for sooner, later in pairwise(held)]
    assert gun.all(wire.RENEW)
    assert {message.lease for message in held} == {max_lease}
    assert sorted(gaps)[len(gaps) * 3 // 4] <= max_lease / 3000 + LATE_S, (
        "most of them; a busy machine may be late"
    )
    assert [change.setpoint for change in gun.changes] == [1200, 0]


@pytest.mark.parametrize(
    "channel",
    [GUN, pytest.param(replace(GUN, step=1), marks=pytest.mark.slow), Channel(1, 3, 1111, 2999, 37)],
)
def test_strength_starts_at_the_slowest_and_climbs_no_faster_than_pc10(
    channel: Channel, tmp_path: Path
) -> None:
    with Device(tmp_path / "gun", channel) as gun:
        with Client(tmp_path, press(tmp_path), "--use", f"gun=serial:{gun.path}") as run:
            assert run.outcome() == DONE
        gun.assert_stopped()
    driven = on(gun)
    assert driven[0].setpoint == channel.low
    assert len(driven) > 1
    for drive in driven:
        strength = (drive.setpoint - channel.low) / (channel.high - channel.low)
        assert (drive.setpoint - channel.low) % channel.step == 0
        assert strength <= 0.2
        assert strength <= 0.02 * (drive.at - driven[0].at + LATE_S)


def test_heat_goes_to_36_at_once_and_from_there_no_faster_than_ht11(tmp_path: Path) -> None:
    with Device(tmp_path / "pad", replace(PAD, step=3)) as pad:
        pad.actual[0] = 3450.0
        with Client(tmp_path, warm(tmp_path, to="37 °C"), "--use", f"pad=serial:{pad.path}") as run:
            run.wait("drive", lambda event: event["setpoint"] > 36.1)
            run.tell(do="stop")
            assert run.outcome() == ("stopped", 6)
        pad.assert_stopped()
    driven = on(pad)
    assert driven[0].setpoint == 3600
    for drive in driven:
        assert (drive.setpoint - 3000) % 3 == 0
        assert drive.setpoint <= 3600 + 200 / 60 * (drive.at - driven[0].at + LATE_S)


def test_a_setpoint_is_never_above_the_file_nor_the_device(tmp_path: Path) -> None:
    """35.00 °C is no step of a device that goes from 31.00 by 0.70: 34.50 is the next below."""
    coarse = Channel(wire.HEAT, 3, 3100, 4000, 70)
    with Device(tmp_path / "pad", coarse) as pad:
        pad.actual[0] = 3430.0
        with Client(
            tmp_path, warm(tmp_path, to="35 °C", lasting="1 s"), "--use", f"pad=serial:{pad.path}"
        ) as run:
            assert run.outcome() == DONE
        pad.assert_stopped()
    assert {drive.setpoint for drive in on(pad)} == {3450}


@pytest.mark.parametrize(
    "ways",
    [
        Ways(delay_s=0.1),
        pytest.param(Ways(doubled=True), marks=pytest.mark.slow),
        pytest.param(Ways(flood=True), marks=pytest.mark.slow),
        pytest.param(Ways(split=True), marks=pytest.mark.slow),
        pytest.param(
            Ways(rubbish=b"\x00\x00\x05\xff\x00" + bytes(range(1, 90)) + b"\x00"), marks=pytest.mark.slow
        ),
        Ways(flood=True, split=True, doubled=True, rubbish=b"boot: \xc3\x28 ok\r\n\x00"),
        Ways(grown=bytes(range(60))),
    ],
    ids=["slow", "doubled", "flood", "split", "rubbish", "all at once", "grown"],
)
def test_a_slow_or_chatty_device_is_driven_to_the_end(ways: Ways, tmp_path: Path) -> None:
    with Device(tmp_path / "gun") as gun:
        gun.ways = ways
        with Client(tmp_path, press(tmp_path, lasting="1 s"), "--use", f"gun=serial:{gun.path}") as run:
            assert run.outcome() == DONE
        gun.assert_stopped()
    assert next(change.setpoint for change in gun.changes) == 1200
    assert len(gun.all(wire.HELLO)) == 1
    assert not run.named("device-lost", "paused")


def test_channels_of_kinds_nobody_knows_are_passed_over(tmp_path: Path) -> None:
    odd, sensor = Channel(99, 3, 0, 9, 0), Channel(wire.TEMPERATURE, 2, 0, 0, 0)
    with Device(tmp_path / "gun", odd, sensor, GUN) as gun:
        with Client(tmp_path, press(tmp_path), "--use", f"gun=serial:{gun.path}") as run:
            assert run.outcome() == DONE
        gun.assert_stopped()
    assert {drive.channel for drive in gun.all(wire.DRIVE)} == {2}
    assert {event["channel"] for event in run.named("drive", "reading")} <= {"percussion", "temperature"}


def test_a_swallowed_request_is_sent_again_as_it_was(tmp_path: Path) -> None:
    with Device(tmp_path / "gun") as gun:
        gun.ways.swallow = {wire.HELLO: 2, wire.DRIVE: 2}
        with Client(tmp_path, press(tmp_path, lasting="1 s"), "--use", f"gun=serial:{gun.path}") as run:
            assert run.outcome() == DONE
        gun.assert_stopped()
    for kind in (wire.HELLO, wire.DRIVE):
        first = gun.all(kind)[:3]
        assert {message.payload for message in first} == {first[0].payload}
        # A busy machine may hold one of them up, and so shorten what follows it.
        gaps = [later.at - sooner.at for sooner, later in pairwise(first)]
        assert 0.15 - LATE_S <= min(gaps) <= 0.15 + LATE_S
    assert not run.named("device-lost")


def test_a_stop_that_is_not_acknowledged_is_sent_again(tmp_path: Path) -> None:
    with Device(tmp_path / "gun") as gun:
        gun.ways.swallow = {wire.STOP: 3}
        with Client(tmp_path, press(tmp_path, lasting="1 s"), "--use", f"gun=serial:{gun.path}") as run:
            assert run.outcome() == DONE
        gun.assert_stopped()
    assert len(gun.all(wire.STOP)) >= 4
