"""Holding a Knot device: leases, retries, refusals, and what it says of itself."""

from __future__ import annotations

import asyncio
import math
import struct
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from knot_device import DRIVE, HEAT, RENEW, Bench, Device, drives, now, play

from controller.core.events import Reading

if TYPE_CHECKING:
    from protocols.plan import Kind


def test_heat_is_in_degrees_and_rounds_down_to_the_devices_step() -> None:
    async def scene() -> None:
        device = Device(HEAT)
        async with Bench(device, "heat") as bench:
            await bench.open()
            assert (bench.driver.channel.low, bench.driver.channel.high) == (30.0, 43.0)
            for setpoint in (41.3, 41.39, 40.0999, 50.0, math.inf, 30.0, 29.99, math.nan, -1.0):
                await bench.hold(setpoint, 0.2)
            assert drives(device) == [4130, 4000, 4300, 3000, 0]
            device.actual = 4012
            await bench.hold(38.0, 0.5)
            assert bench.reading() == Reading(
                role="head", setpoint=38.0, actual=40.12, state="running", battery=88
            )
            device.actual = 0xFFFF
            await bench.hold(38.0, 0.5)
            assert bench.reading().actual is None

    play(scene)


@pytest.mark.parametrize(
    ("channel", "kind", "actual"),
    [((1, 1, 1200, 3200, 50), "percussion", 2000.0), ((2, 1, 3000, 4300, 10), "heat", None)],
)
def test_an_echoed_setpoint_passes_for_strokes_but_never_for_a_temperature(
    channel: tuple[int, int, int, int, int], kind: Kind, actual: float | None
) -> None:
    async def scene() -> None:
        async with Bench(Device(channel), kind) as bench:
            await bench.open()
            await bench.hold(2000 if kind == "percussion" else 40.0, 0.5)
            assert not bench.driver.channel.measured
            assert bench.reading().actual == actual

    play(scene)


def test_a_lease_is_renewed_at_a_third_and_the_device_never_rests() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            start = now()
            await bench.hold(2000, 5)
            assert drives(device) == [2000]
            times = [round(t - start, 6) for t, _ in device.requests(RENEW)]
            assert times == pytest.approx([0.2 * n for n in range(1, 25)], abs=0.101)
            assert len(times) >= 16
            assert device.setpoints == [2000]
            assert not bench.lost()
            assert all(f.setpoint == 2000 for f in bench.told[-10:] if isinstance(f, Reading))

    play(scene)


def test_a_lapsed_lease_is_not_revived_by_the_same_or_another_setpoint() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            await bench.hold(2000, 0.5)
            await asyncio.sleep(0.7)
            await bench.hold(2000, 1)
            await bench.hold(2500, 1)
            assert device.setpoints == [0]
            assert drives(device) == [2000]
            assert (bench.reading().setpoint, bench.reading().fault) == (0, "lease expired")
            await bench.hold(0, 0.3)
            await bench.hold(2500, 0.3)
            assert device.setpoints == [2500]
            assert not bench.lost()

    play(scene)


def test_a_lease_that_lapsed_unseen_by_the_device_is_not_revived() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            device.silent = True
            await bench.hold(2000, 0.5)
            await asyncio.sleep(0.7)
            await bench.hold(2500, 1)
            assert drives(device) == [2000]

    play(scene)


@pytest.mark.parametrize("kind", [DRIVE, RENEW])
def test_leases_shorter_than_a_reply_still_notice_a_device_that_does_not_answer(kind: int) -> None:
    async def scene() -> None:
        device = Device()
        device.max_lease = 300
        async with Bench(device) as bench:
            await bench.open()
            device.mute = {kind}
            await bench.hold(2000, 1)
            assert bench.lost() == ["does not answer"]
            assert len({p for _, p in device.requests(kind)}) == 1
            assert len(device.requests(RENEW)) == (3 if kind == RENEW else 0)

    play(scene)


def test_a_late_reply_to_a_setpoint_that_was_replaced_answers_nothing() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            device.mute = {DRIVE}
            bench.driver.hold(1500)
            bench.driver.hold(0)
            await asyncio.sleep(0.01)
            first = device.requests(DRIVE)[0][1]
            device.send(struct.pack("<BBHBB", 0x83, first[1], device.session, DRIVE, 0))
            await asyncio.sleep(1)
            assert bench.lost() == ["does not answer"]

    play(scene)


def test_a_lease_that_only_the_device_saw_lapse_is_not_revived() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            await bench.hold(2000, 0.5)
            device.leases = [now() - 1]  # as after a sleep of the computer, in which our clock stood still
            await bench.hold(2000, 0.5)
            await bench.hold(2500, 1)
            assert device.setpoints == [0]

    play(scene)


def test_a_request_is_sent_three_times_with_the_same_bytes_then_the_link_is_lost() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            device.deaf = {DRIVE}
            start = now()
            bench.driver.hold(2000)
            await asyncio.sleep(1)
            sent = device.requests(DRIVE)
            assert [round(t - start, 3) for t, _ in sent] == [0, 0.15, 0.3]
            assert len({p for _, p in sent}) == 1
            assert bench.lost() == ["does not answer"]
            assert bench.links[0].closed
            assert bench.links[0].log[-1][1] == "now", "a link that is given up gets a STOP"
            await bench.hold(2000, 1)
            assert len(device.requests(DRIVE)) == 3

    play(scene)


@pytest.mark.parametrize("misses", [1, 2])
def test_a_lost_reply_is_made_good_by_the_same_frame_again(misses: int) -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            device.mute = {DRIVE}
            bench.driver.hold(2000)
            await asyncio.sleep(0.15 * misses - 0.01)
            device.mute = set()
            await bench.hold(2000, 1)
            assert len(device.requests(DRIVE)) == misses + 1
            assert len({p for _, p in device.requests(DRIVE)}) == 1
            assert not bench.lost()

    play(scene)


def test_setpoints_do_not_queue_and_the_newest_wins() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            device.mute = {DRIVE}
            for setpoint in (1500, 1600, 1700, 1800):
                bench.driver.hold(setpoint)
            await asyncio.sleep(0.1)
            assert drives(device) == [1500]
            device.mute = set()
            await asyncio.sleep(0.1)
            await bench.hold(1900, 0.2)
            assert drives(device) == [1500, 1500, 1900]

    play(scene)


def test_rest_does_not_wait_for_the_reply_to_a_setpoint() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            device.mute = {DRIVE}
            bench.driver.hold(1500)
            bench.driver.hold(0)
            await asyncio.sleep(0.01)
            assert drives(device) == [1500, 0]
            assert struct.unpack_from("<H", device.requests(DRIVE)[1][1], 7)[0] == 600, "rest needs a lease"
            await asyncio.sleep(1)
            assert drives(device) == [1500, 0, 0, 0]
            assert bench.lost() == ["does not answer"]

    play(scene)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (1, "restarted"),
        (8, "was stopped at the device"),
        (3, "refused a setpoint: out of range"),
        (4, "refused a setpoint: no such channel"),
        (6, "refused a setpoint: malformed"),
        (99, "refused a setpoint: code 99"),
    ],
)
def test_a_refused_setpoint_is_a_lost_link_with_its_reason(code: int, why: str) -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            device.codes[DRIVE] = code
            bench.driver.hold(2000)
            await asyncio.sleep(0.05)
            assert bench.lost() == [why]
            assert bench.links[0].closed
            assert device.state == 2

    play(scene)


def test_a_latched_fault_in_a_reply_is_told_as_a_reading() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            device.codes[DRIVE], device.silent = 5, True
            bench.driver.hold(2000)
            await asyncio.sleep(0.05)
            assert (bench.reading().state, bench.reading().fault) == ("fault", "latched")
            assert not bench.lost()

    play(scene)


@pytest.mark.parametrize(
    ("fault", "name"), [(1, "over-temperature"), (2, "sensor open"), (9, "internal"), (77, "fault 77")]
)
def test_a_fault_is_told_by_name_and_the_device_is_left_alone(fault: int, name: str) -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            await bench.hold(2000, 0.5)
            device.state, device.fault, device.setpoints = 3, fault, [0]
            device.beat()
            before = len(device.seen)
            await bench.hold(2000, 1)
            assert bench.reading() == Reading(
                role="head", setpoint=0, actual=0, state="fault", fault=name, battery=88
            )
            assert len(device.seen) == before
            assert not bench.lost()

    play(scene)


def test_the_devices_own_stop_button_is_told_as_a_reading_and_not_overruled() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            await bench.hold(2000, 0.5)
            device.state, device.setpoints = 2, [0]
            device.beat()
            before = len(device.seen)
            await bench.hold(2000, 1)
            await bench.hold(0, 1)
            assert bench.reading().state == "stopped"
            assert len(device.seen) == before
            assert not bench.lost()

    play(scene)


def test_an_unknown_state_is_a_fault() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            device.state = 9
            device.beat()
            assert (bench.reading().state, bench.reading().fault) == ("fault", "unknown state 9")

    play(scene)


@pytest.mark.parametrize("battery", [101, 254, 255])
def test_a_battery_that_is_not_known_is_none(battery: int) -> None:
    async def scene() -> None:
        device = Device()
        device.battery = battery
        async with Bench(device) as bench:
            await bench.open()
            assert bench.reading().battery is None

    play(scene)


def test_status_is_believed_and_not_the_ack() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            await bench.hold(2000, 0.5)
            device.setpoints = [1250]
            await bench.hold(2000, 0.3)
            assert bench.reading().setpoint == 1250

    play(scene)


def test_rubbish_on_the_line_changes_nothing() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            for rubbish in (b"\0", b"\xff" * 900 + b"\0", b"\x05\x82\0", b"\0\0\x01\x01\x01\0"):
                bench.links[0].deliver(rubbish)
            device.send(b"\x82\0" + struct.pack("<H", device.session) + bytes(8))  # STATUS, one byte long
            device.send(device.status()[:11])  # STATUS without our channel
            device.send(struct.pack("<BBHBB", 0x83, 1, device.session, DRIVE, 3))  # a reply to nothing
            device.send(b"\x81" + bytes(30))
            await bench.hold(2000, 0.5)
            assert not bench.lost()
            assert device.setpoints == [2000]

    play(scene)


def test_seq_wraps_and_every_request_has_its_own() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            await bench.hold(2000, 80)
            seqs = [p[1] for _, p in device.seen]
            assert len(seqs) > 300
            assert all((b - a) % 256 == 1 for a, b in pairwise(seqs[1:]))
            assert not bench.lost()

    play(scene)
