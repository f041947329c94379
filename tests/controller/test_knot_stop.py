"""The stop path of the Knot driver, and a device that is lost or found again."""

from __future__ import annotations

import asyncio
import struct
from typing import Any

import pytest
from knot_device import DRIVE, HELLO, STOP, Bench, Device, drives, now, play, spoil

from controller.core.events import LinkFound, LinkLost
from controller.devices import stop_all
from controller.devices.hand import HandDriver
from controller.links import LinkError


def test_nothing_is_renewed_at_rest_or_when_holding_stops() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            await bench.hold(0, 2)
            assert len(device.seen) == 1
            await bench.hold(2000, 0.3)
            before = len(device.seen)
            await asyncio.sleep(2)
            assert len(device.seen) == before
            device.expire()
            assert device.setpoints == [0]

    play(scene)


def test_a_restart_is_seen_in_status_by_its_session() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            await bench.hold(2000, 0.5)
            device.restart()
            device.beat()
            assert bench.lost() == ["restarted"]
            readings = len(bench.told)
            await bench.hold(2000, 1)
            assert len(bench.told) == readings
            assert device.setpoints == [0]

    play(scene)


def test_a_restart_is_seen_in_status_by_its_uptime() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            await bench.hold(2000, 1)
            device.booted_at = now()
            device.beat()
            assert bench.lost() == ["restarted"]

    play(scene)


def test_a_restart_between_two_status_is_seen_in_the_reply() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            await bench.hold(2000, 0.5)
            device.silent = True
            device.restart()
            await bench.hold(2000, 0.5)
            assert bench.lost() == ["restarted"]
            assert device.setpoints == [0]

    play(scene)


def test_an_unplugged_device_is_lost_once_with_its_reason() -> None:
    async def scene() -> None:
        async with Bench(Device()) as bench:
            await bench.open()
            await bench.hold(2000, 0.3)
            bench.links[0].lose("the device was unplugged")
            bench.links[0].lose("again")
            assert bench.lost() == ["the device was unplugged"]
            assert not await bench.driver.stop(), "a driven device that is gone: not known"

    play(scene)


def test_the_same_device_is_found_again_and_stays_at_rest() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            await bench.hold(2000, 0.5)
            bench.links[0].lose("the device was unplugged")
            device.restart()
            await bench.driver.reopen()
            assert isinstance(bench.told[-2], LinkFound)
            assert bench.reading().setpoint == 0
            await asyncio.sleep(1)
            assert device.setpoints == [0]
            await bench.hold(1500, 0.3)
            assert device.setpoints == [1500]
            assert device.requests(HELLO)[0][1] != device.requests(HELLO)[1][1]

    play(scene)


def test_reopen_after_the_stop_button_leaves_stopped() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            device.state = 2
            device.beat()
            await bench.driver.reopen()
            assert bench.links[0].closed
            assert bench.reading().state == "idle"

    play(scene)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (Device(serial="KN-0002"), "another device: serial KN-0002 instead of KN-0001"),
        (Device((1, 3, 1200, 4000, 50)), "it offers something else than before"),
        (spoil(Device(), deaf={HELLO}), "the device for `head` does not answer"),
        (spoil(Device(), state=3, fault=1), "Percussion One (KN-0001) reports a fault: over-temperature"),
    ],
)
def test_any_other_device_stays_lost_and_none_of_its_facts_are_told(other: Device, why: str) -> None:
    async def scene() -> None:
        async with Bench(Device()) as bench:
            await bench.open()
            before = bench.driver.channel
            bench.links[0].lose("the device was unplugged")
            bench.told.clear()
            bench.device = other
            reopening = asyncio.ensure_future(bench.driver.reopen())
            await bench.hold(2000, 2)
            await reopening
            assert bench.told == [LinkLost("head", why)]
            assert bench.links[1].closed
            assert bench.driver.channel == before
            await bench.hold(2000, 1)
            assert not other.requests(DRIVE)
            bench.device = Device()
            await bench.driver.reopen()
            assert isinstance(bench.told[1], LinkFound)

    play(scene)


def test_a_missing_port_on_reopen_is_told() -> None:
    async def scene() -> None:
        async with Bench(Device()) as bench:
            await bench.open()
            bench.links[0].lose("the device was unplugged")
            bench.refusal = LinkError("/dev/ttyX: there is no such port", "plug it in")
            await bench.driver.reopen()
            assert bench.lost()[-1] == "/dev/ttyX: there is no such port"

    play(scene)


def test_stop_is_at_once_overtakes_the_queue_and_begins_with_a_delimiter() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            await bench.hold(2000, 0.5)
            link = bench.links[0]
            link.blocked = True
            bench.driver.hold(2500)
            device._buffer = b"\x09half a fr"
            asked = now()
            assert await bench.driver.stop()
            assert now() == asked
            assert (link.log[-1][0], link.log[-1][1], link.log[-1][2][:1]) == (asked, "now", b"\0")
            assert device.state == 2
            assert drives(device) == [2000]

    play(scene)


def test_stop_is_repeated_every_150_ms_for_a_second_and_then_not_known() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            await bench.hold(2000, 0.5)
            device.deaf = {STOP}
            asked = now()
            assert not await bench.driver.stop()
            assert now() - asked == pytest.approx(1.0)
            stops = device.requests(STOP)
            assert [round(t - asked, 3) for t, _ in stops] == [0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9]
            assert len({p for _, p in stops}) == 1
            assert not bench.lost()
            before = len(device.seen)
            await bench.hold(2000, 1)
            assert len(device.seen) == before, "nothing is renewed after a stop"

    play(scene)


def test_stop_is_sent_before_anything_is_awaited() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            await bench.hold(2000, 0.5)
            stopping = bench.driver.stop()
            assert bench.links[-1].log[-1][1] == "now"
            assert await stopping
            assert device.setpoints == [0]

    play(scene)


def test_one_that_cannot_be_told_keeps_none_of_the_others() -> None:
    class Broken(HandDriver):
        def stop(self) -> Any:
            raise RuntimeError("a fault of ours")

    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            told = stop_all({"first": Broken("first", "heat"), "gun": bench.driver})
            assert bench.links[-1].log[-1][1] == "now"
            assert list(told) == ["gun"]
            assert await told["gun"]

    play(scene)


@pytest.mark.parametrize("late", [0.2, 0.95])
def test_a_late_acknowledgement_of_stop_counts(late: float) -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            device.deaf, device.silent = {STOP}, True
            stopping = asyncio.ensure_future(bench.driver.stop())
            await asyncio.sleep(late)
            device.state = 2
            device.send(struct.pack("<BBHBB", 0x83, device.requests(STOP)[0][1][1], device.session, 4, 0))
            assert await stopping

    play(scene)


def test_status_stopped_confirms_a_stop_whose_acknowledgements_are_lost() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            await bench.hold(2000, 0.5)
            device.mute = {STOP}
            assert await bench.driver.stop()
            assert bench.reading().state == "stopped"

    play(scene)


def test_the_acknowledgement_of_anothers_stop_does_not_confirm_ours() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            device.deaf, device.silent = {STOP}, True
            stopping = asyncio.ensure_future(bench.driver.stop())
            await asyncio.sleep(0.1)
            seq = device.requests(STOP)[0][1][1]
            device.send(struct.pack("<BBHBB", 0x83, seq ^ 0x80, device.session, 4, 0))
            device.send(struct.pack("<BBHBB", 0x83, seq, device.session, 4, 6))
            assert not await stopping

    play(scene)


def test_two_stops_at_the_same_time_are_both_confirmed() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            await bench.hold(2000, 0.5)
            assert all(await asyncio.gather(bench.driver.stop(), bench.driver.stop()))
            before = len(device.requests(STOP))
            assert await bench.driver.stop()
            assert len(device.requests(STOP)) == before + 1, "a stop is said again although it was heard"

    play(scene)


def test_nothing_that_was_in_flight_is_repeated_after_a_stop() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            device.mute = {DRIVE}
            bench.driver.hold(2000)
            assert await bench.driver.stop()
            await asyncio.sleep(1)
            assert drives(device) == [2000]
            assert not bench.lost()

    play(scene)


def test_nothing_that_was_in_flight_is_repeated_on_a_new_link() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            device.mute = {DRIVE}
            bench.driver.hold(2000)
            await asyncio.sleep(0.01)
            bench.links[0].lose("the device was unplugged")
            await bench.driver.reopen()
            await asyncio.sleep(1)
            assert drives(device) == [2000]
            assert bench.lost() == ["the device was unplugged"]

    play(scene)


def test_a_session_that_is_not_ours_on_a_device_that_ran_on_is_somebody_elses() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            device.session += 1
            device.beat()
            assert bench.lost() == ["another program drives it now"]

    play(scene)


def test_a_restart_while_stopping_does_not_end_the_stop() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            await bench.hold(2000, 0.5)
            device.deaf = {STOP}
            stopping = asyncio.ensure_future(bench.driver.stop())
            await asyncio.sleep(0.1)
            device.restart()
            device.beat()
            device.deaf = set()
            assert await stopping
            assert not bench.lost()

    play(scene)


def test_a_link_lost_while_stopping_ends_the_stop_as_not_known() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            await bench.open()
            await bench.hold(2000, 0.5)
            device.deaf = {STOP}
            stopping = asyncio.ensure_future(bench.driver.stop())
            await asyncio.sleep(0.1)
            bench.links[0].lose("the device was unplugged")
            assert not await stopping
            assert [way for _, way, _ in bench.links[0].log].count("now") == 2, "one, and the last word"

    play(scene)
