"""Taking a Knot device: what is accepted, what is refused, and in which words."""

from __future__ import annotations

import asyncio
import struct
from typing import TYPE_CHECKING

import pytest
from knot_device import DRIVE, FORCE, HEAT, HELLO, OWNER, PERCUSSION, Bench, Device, now, play, spoil

from controller.core.events import Reading
from controller.devices.driver import DeviceError
from controller.devices.knot.codec import Info, InfoChannel
from controller.devices.knot.offer import offer
from controller.links import LinkError

if TYPE_CHECKING:
    from protocols.plan import Kind


def test_open_takes_the_device_and_says_what_it_can_do() -> None:
    async def scene() -> None:
        device = Device(FORCE, (9, 1, 0, 1, 1), PERCUSSION)
        async with Bench(device) as bench:
            await bench.open()
            channel = bench.driver.channel
            assert (channel.low, channel.high, channel.step) == (1200, 3200, 50)
            assert (channel.lease_ms, channel.leash, channel.role) == (600, "lease", "head")
            assert (channel.device, channel.measured) == ("Percussion One (KN-0001)", True)
            assert not channel.simulated
            assert device.seen[0][1][4:] == struct.pack("<BI", 1, OWNER)
            assert bench.told == [Reading(role="head", setpoint=0, actual=0, state="idle", battery=88)]
            await bench.hold(2000, 0.1)
            assert device.setpoints == [0, 0, 2000]

    play(scene)


@pytest.mark.parametrize(
    ("serial", "pseudo", "simulated"),
    [("SIM-1", True, True), ("SIM-1", False, False), ("KN-1", True, False), ("XSIM-", True, False)],
)
def test_a_device_is_simulated_only_by_serial_and_link_together(
    serial: str, pseudo: bool, simulated: bool
) -> None:
    async def scene() -> None:
        async with Bench(Device(serial=serial)) as bench:
            bench.pseudo = pseudo
            await bench.open()
            assert bench.driver.channel.simulated is simulated

    play(scene)


def test_hello_is_tried_three_times_then_the_device_is_refused() -> None:
    async def scene() -> None:
        device = Device()
        device.deaf = {HELLO}
        async with Bench(device) as bench:
            with pytest.raises(DeviceError, match="does not answer") as refused:
                await bench.open()
            assert "switch it on" in refused.value.remedy
            assert len(device.requests(HELLO)) == 3
            assert len({p for _, p in device.seen}) == 1
            assert now() == pytest.approx(0.45)
            assert bench.links[0].closed
            assert bench.told == []
            assert await bench.driver.stop(), "nothing was ever driven"

    play(scene)


def test_status_from_before_hello_is_ignored() -> None:
    async def scene() -> None:
        device = Device()
        device.session, device.setpoints = 99, [2000]
        device.mute = {HELLO}
        async with Bench(device) as bench:
            opening = asyncio.ensure_future(bench.driver.open())
            await asyncio.sleep(0.01)
            device.session, device.setpoints = 99, [2000]
            device.beat()
            device.mute, device.session, device.setpoints = set(), 4001, [0]
            await opening
            assert len(device.requests(HELLO)) == 2
            assert [f.setpoint for f in bench.told if isinstance(f, Reading)] == [0]

    play(scene)


@pytest.mark.parametrize(
    ("device", "kind", "text"),
    [
        (Device(HEAT), "percussion", "has no percussion that can be driven"),
        (Device((1, 2, 1200, 3200, 50)), "percussion", "has no percussion that can be driven"),
        (Device(), "heat", "has no heat that can be driven"),
        (spoil(Device(), codes={HELLO: 2}), "percussion", "in use by another program"),
        (spoil(Device(), codes={HELLO: 3}), "percussion", "refused to be opened: out of range"),
        (spoil(Device(), profile=2), "percussion", "speaks profile 2"),
        (spoil(Device(), max_lease=0), "percussion", "lease of 0 ms"),
        (spoil(Device(), max_lease=2001), "percussion", "lease of 2001 ms"),
        (spoil(Device(), serial=""), "percussion", "no serial number"),
        (spoil(Device(), last_session=-1), "percussion", "gives no session"),
        (Device((1, 3, 3200, 1200, 50)), "percussion", "from 3200 to 1200"),
        (Device((1, 3, 1200, 3200, 0)), "percussion", "in steps of 0"),
        (Device((1, 3, 0, 0, 1)), "percussion", "from 0 to 0"),
        (Device((2, 3, 3000, 4501, 1)), "heat", "heat up to 45.01 °C"),
        (spoil(Device(), state=3, fault=1), "percussion", "reports a fault: over-temperature"),
        (spoil(Device(), silent=True), "percussion", "says nothing of its state"),
        (spoil(Device(), codes={}, silent=True, serial="X\x1b[31m"), "heat", r"\(X\[31m\) has no heat"),
    ],
)
def test_a_device_that_cannot_be_used_is_refused_and_let_go(device: Device, kind: Kind, text: str) -> None:
    async def scene() -> None:
        async with Bench(device, kind) as bench:
            with pytest.raises(DeviceError, match=text) as refused:
                await bench.open()
            assert refused.value.remedy
            assert bench.links[0].closed
            assert bench.told == []
            bench.driver.hold(2000)
            assert not device.requests(DRIVE)

    play(scene)


@pytest.mark.parametrize("edge", [(1, 1), (2000, 2000)])
def test_the_shortest_and_the_longest_lease_are_taken(edge: tuple[int, int]) -> None:
    async def scene() -> None:
        async with Bench(spoil(Device(), max_lease=edge[0])) as bench:
            await bench.open()
            assert bench.driver.channel.lease_ms == edge[1]

    play(scene)


def test_a_device_that_is_not_at_rest_after_hello_is_stopped_and_refused() -> None:
    async def scene() -> None:
        device = Device()
        async with Bench(device) as bench:
            opening = asyncio.ensure_future(bench.driver.open())
            await asyncio.sleep(0.01)
            device.setpoints, device.leases = [2000], [now() + 9]
            with pytest.raises(DeviceError, match="not at rest"):
                await opening
            await asyncio.sleep(0.01)
            assert device.state == 2

    play(scene)


def test_a_link_that_cannot_be_opened_keeps_its_remedy() -> None:
    async def scene() -> None:
        async with Bench(Device()) as bench:
            bench.refusal = LinkError("/dev/ttyX: there is no such port", "plug it in")
            with pytest.raises(DeviceError, match="no such port") as refused:
                await bench.open()
            assert refused.value.remedy == "plug it in"

    play(scene)


def test_a_link_lost_while_opening_refuses_the_device() -> None:
    async def scene() -> None:
        device = Device()
        device.deaf = {HELLO}
        async with Bench(device) as bench:
            opening = asyncio.ensure_future(bench.driver.open())
            await asyncio.sleep(0.1)
            bench.links[0].lose("the device was unplugged")
            with pytest.raises(DeviceError, match="was lost: the device was unplugged"):
                await opening
            assert bench.told == []

    play(scene)


def test_an_opening_that_is_cancelled_gives_the_link_back() -> None:
    async def scene() -> None:
        device = Device()
        device.deaf = {HELLO}
        async with Bench(device) as bench:
            opening = asyncio.ensure_future(bench.driver.open())
            await asyncio.sleep(0.1)
            opening.cancel()
            with pytest.raises(asyncio.CancelledError):
                await opening
            assert bench.links[0].closed
            await asyncio.sleep(1)
            assert len(device.requests(HELLO)) == 1

    play(scene)


def test_every_step_of_a_pad_is_met_exactly_and_what_is_between_rounds_down() -> None:
    info = Info(0, 1, 1, 0, 2000, "Pad", "KN-1", "1", (InfoChannel(2, 3, 3005, 4300, 10),))
    found = offer(info, "pad", "heat", pseudo=False)
    for raw in range(3005, 4300, 10):
        assert found.to_wire(raw / 100) == raw
        assert found.to_wire(raw / 100 + 0.099) == raw
    assert found.to_wire(43.0) == 4295
    assert found.to_wire(30.04) == 0
    assert found.to_wire(0.0) == 0


def test_the_channel_is_not_known_before_open() -> None:
    with pytest.raises(RuntimeError):
        _ = Bench(Device()).driver.channel
