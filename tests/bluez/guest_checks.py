"""What plain bleak meets with the real BlueZ. `saw` lines say each error in full, for who writes messages."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bleak import BleakAdapter, BleakClient, BleakScanner
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakError,
    BleakGATTProtocolError,
)

from controller.links.ble.bluez_agent import Answers, PairingAgent
from controller.links.ble.bluez_bus import BluezMissingError
from tests.bluez.guest_names import ADDRESS, COMMAND, INFO, NAME, SERVICE, STATUS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable

    from bleak.backends.device import BLEDevice

    from tests.bluez.guest_bus import Bluez, Station

FAILED, CANCELED = "org.bluez.Error.AuthenticationFailed", "org.bluez.Error.AuthenticationCanceled"
Reason = BleakBluetoothNotAvailableReason


class Guest:
    """What the checks share."""

    def __init__(self, bluez: Bluez, station: Station) -> None:
        self.bluez = bluez
        self.station = station

    async def anew(self, ability: str = "just works", accepts: bool = True) -> BLEDevice:
        """The device found by a scan, with no bond and no connection left of what was before."""
        await self.station.order("drop")
        await self.station.order("forget")
        await self.station.order("pairing", ability, accepts)
        await self.bluez.forget(ADDRESS)
        return await self.found()

    async def found(self) -> BLEDevice:
        self.station.clear()
        device = await BleakScanner.find_device_by_address(ADDRESS)
        assert device
        return device

    async def paired(self) -> bool:
        return bool(await self.bluez.device(ADDRESS, "Paired"))

    @asynccontextmanager
    async def linked(self, device: BLEDevice) -> AsyncIterator[BleakClient]:
        """A connection that the device ends: BlueZ takes two seconds to."""
        client = BleakClient(device)
        await client.connect()
        try:
            yield client
        finally:
            await self.station.order("drop")

    async def bond(self) -> None:
        async with PairingAgent(Answers()), self.linked(await self.anew()) as client:
            await client.pair()
        await self.station.event("disconnected")


async def refusal(what: str, attempt: Awaitable[object]) -> BaseException:
    """The error that the attempt ends in."""
    started = time.monotonic()
    try:
        value = await attempt
    except Exception as why:
        name = f"{type(why).__module__}.{type(why).__name__}"
        print(f"saw {what} after {time.monotonic() - started:.1f} s: {name}{why.args!r}", flush=True)
        return why
    raise AssertionError(f"{what}: no error, but {value!r}")


async def not_available(what: str, attempt: Awaitable[object]) -> Reason:
    why = await refusal(what, attempt)
    assert isinstance(why, BleakBluetoothNotAvailableError), why
    return why.reason


async def dbus_error(what: str, attempt: Awaitable[object]) -> str:
    why = await refusal(what, attempt)
    assert isinstance(why, BleakDBusError), why
    return why.dbus_error


def in_a_new_process(attempt: Awaitable[object]) -> Awaitable[object]:
    """With a loop of its own: bleak remembers what it has seen of BlueZ for as long as a loop lives."""

    async def alone() -> object:
        return await attempt

    return asyncio.to_thread(asyncio.run, alone())


async def program(verb: str) -> asyncio.subprocess.Process:
    words = [sys.executable, "-m", "tests.bluez.guest_program", verb]
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe)


async def no_system_bus() -> None:
    os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=/nowhere"
    try:
        why = await refusal("no bus, scan", in_a_new_process(BleakScanner.discover(0.1)))
        assert isinstance(why, FileNotFoundError)
        why = await refusal("no bus, agent", PairingAgent(Answers()).__aenter__())
        assert isinstance(why, BluezMissingError)
    finally:
        del os.environ["DBUS_SYSTEM_BUS_ADDRESS"]


async def no_adapter() -> None:
    scan = in_a_new_process(BleakScanner.discover(0.1))
    assert await not_available("no adapter, scan", scan) is Reason.NO_BLUETOOTH
    async with PairingAgent(Answers()):
        pass


async def adapter_switched_off(guest: Guest) -> None:
    device = await guest.anew()
    await guest.bluez.power(False)
    try:
        scan = BleakScanner.discover(0.1)
        assert await not_available("switched off, scan", scan) is Reason.POWERED_OFF
        why = await refusal("switched off, connect", BleakClient(device).connect())
        assert type(why) is BleakError
    finally:
        await guest.bluez.power(True)


async def found_by_its_service(_: Guest) -> None:
    device = await BleakScanner.find_device_by_filter(
        lambda device, seen: SERVICE in seen.service_uuids and device.address == ADDRESS
    )
    assert device
    assert (device.address, device.name) == (ADDRESS, NAME)


async def read_without_pairing(guest: Guest) -> None:
    async with BleakClient(await guest.anew()) as client:
        assert await client.read_gatt_char(INFO) == b"plain"
        assert not await guest.paired()
    await guest.station.event("disconnected")


async def just_works(guest: Guest) -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    async with PairingAgent(Answers()), guest.linked(await guest.anew()) as client:
        await client.pair()
        assert await guest.paired()
        await client.start_notify(STATUS, lambda _, value: heard.put_nowait(bytes(value)))
        await client.write_gatt_char(COMMAND, b"\x02\x03", response=True)
        assert await guest.station.event("wrote") == "0203"
        assert await heard.get() == b"\x02\x03"


async def encrypted_again_without_a_question(guest: Guest) -> None:
    await guest.bond()
    async with guest.linked(await guest.found()) as client:
        await client.write_gatt_char(COMMAND, b"\x01", response=True)
        assert await guest.station.event("encrypted")


async def unpaired_write_asks(guest: Guest) -> None:
    asked = []

    async def allow(address: str) -> bool:
        asked.append(address)
        return True

    async with PairingAgent(Answers(allow=allow)), guest.linked(await guest.anew()) as client:
        await client.write_gatt_char(COMMAND, b"\x01", response=True)
        assert await guest.paired()
    assert asked == [ADDRESS]


async def same_number_on_both(guest: Guest) -> None:
    async def confirm(address: str, number: int) -> bool:
        return address == ADDRESS and number == await guest.station.event("number")

    device = await guest.anew("compare")
    async with PairingAgent(Answers(confirm=confirm), "DisplayYesNo"), guest.linked(device) as client:
        await client.pair()
        assert await guest.paired()


async def number_entered_on_the_computer(guest: Guest) -> None:
    async def enter(_: str) -> int:
        return int(await guest.station.event("number"))

    async with PairingAgent(Answers(enter=enter)), guest.linked(await guest.anew("shows")) as client:
        await client.pair()
        assert await guest.paired()


async def number_entered_on_the_device(guest: Guest) -> None:
    async def show(_: str, number: int) -> None:
        await guest.station.order("type", number)

    async with PairingAgent(Answers(show=show)), guest.linked(await guest.anew("types")) as client:
        await client.pair()
        assert await guest.paired()


async def refused_by_the_person(guest: Guest) -> None:
    async with PairingAgent(Answers()), guest.linked(await guest.anew("compare")) as client:
        assert await dbus_error("the person refuses, pair", client.pair()) == FAILED
        assert not await guest.paired()


async def refused_by_the_device(guest: Guest) -> None:
    device = await guest.anew(accepts=False)
    async with PairingAgent(Answers()), guest.linked(device) as client:
        assert await dbus_error("the device refuses, pair", client.pair()) == FAILED
    async with PairingAgent(Answers()), guest.linked(await guest.found()) as client:
        write = client.write_gatt_char(COMMAND, b"\x01", response=True)
        why = await refusal("the device refuses, write", write)
        assert isinstance(why, BleakGATTProtocolError)


async def wrong_number(guest: Guest) -> None:
    async def enter(_: str) -> int:
        return (int(await guest.station.event("number")) + 1) % 1_000_000

    async with PairingAgent(Answers(enter=enter)), guest.linked(await guest.anew("shows")) as client:
        assert await dbus_error("wrong number, pair", client.pair()) == FAILED
        assert not await guest.paired()


async def gone_while_the_person_is_asked(guest: Guest) -> None:
    taken_back = asyncio.Event()

    async def enter(_: str) -> int:
        leaving = asyncio.ensure_future(guest.station.order("drop"))
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await leaving
            taken_back.set()
            raise
        return 0

    async with PairingAgent(Answers(enter=enter)), guest.linked(await guest.anew("shows")) as client:
        assert await dbus_error("gone while asked, pair", client.pair()) == CANCELED
        await taken_back.wait()


async def nobody_to_ask(guest: Guest) -> None:
    """An unpaired write without an agent has no answer at all: who writes must bound it."""
    async with guest.linked(await guest.anew()) as client:
        assert await dbus_error("no agent, pair", client.pair()) == FAILED
    async with guest.linked(await guest.found()) as client:
        write = client.write_gatt_char(COMMAND, b"\x01", response=True)
        why = await refusal("no agent, write bounded to 1 s", asyncio.wait_for(write, 1))
        assert isinstance(why, TimeoutError)


async def bond_lost_on_the_device(guest: Guest) -> None:
    """bleak connects again and again by itself; how it ends is a matter of luck."""
    await guest.bond()
    await guest.station.order("forget")
    client = BleakClient(await guest.found(), timeout=3)
    why = await refusal("bond lost on the device, connect", client.connect())
    assert isinstance(why, (BleakDBusError, TimeoutError))
    assert await guest.paired()
    await client.unpair()
    await guest.bond()


async def bond_lost_on_the_computer(guest: Guest) -> None:
    await guest.bond()
    await guest.bluez.forget(ADDRESS)
    async with PairingAgent(Answers()), guest.linked(await guest.found()) as client:
        await client.pair()
        await client.write_gatt_char(COMMAND, b"\x01", response=True)


async def gone_in_the_middle_of_a_write(guest: Guest) -> None:
    await guest.bond()
    async with guest.linked(await guest.found()) as client:
        await guest.station.order("stall", True)
        write = asyncio.ensure_future(client.write_gatt_char(COMMAND, b"\x01", response=True))
        await guest.station.event("wrote")
        await guest.station.order("drop")
        await guest.station.order("stall", False)
        assert isinstance(await refusal("gone in a write", write), BleakError)
        after = await refusal("gone, next write", client.write_gatt_char(COMMAND, b"\x01", response=True))
        assert isinstance(after, BleakError)


async def out_of_range(guest: Guest) -> None:
    device = await guest.found()
    await guest.station.order("advertise", False)
    why = await refusal("out of range, connect bounded to 2 s", BleakClient(device, timeout=2).connect())
    assert isinstance(why, TimeoutError)
    await guest.station.order("advertise", True)


async def killed_and_joined(guest: Guest) -> None:
    """The link outlives the program; only who asks for connected devices finds it."""
    await guest.bond()
    guest.station.clear()
    # Both at once, since a program takes seconds to start here; each waits for its word.
    holder, joiner = await program("hold"), await program("join")
    assert holder.stdin
    assert holder.stdout
    holder.stdin.write(b"\n")
    while await holder.stdout.readline() != b"holding\n":
        assert holder.returncode is None
    await guest.station.event("subscribed", True)
    holder.kill()
    await guest.station.event("subscribed", False)
    assert await BleakScanner.find_device_by_address(ADDRESS, timeout=1) is None
    assert (await joiner.communicate(b"\n"))[0] == b"joined 1\n"
    assert await guest.station.event("wrote", "04") == "04"
    await guest.station.event("disconnected")


async def joined_while_held(guest: Guest) -> None:
    """BlueZ lets everybody on this computer in: a second one writes, and disconnects the first."""
    await guest.bond()
    async with guest.linked(await guest.found()) as first:
        adapter = await BleakAdapter.get()
        [device] = await adapter.get_connected_devices([SERVICE])
        second = BleakClient(device)
        await second.connect()
        await second.write_gatt_char(COMMAND, b"\x05", response=True)
        assert first.is_connected
        await second.disconnect()
        assert not first.is_connected


async def bluetoothd_ended(guest: Guest) -> None:
    await guest.bond()
    lost = asyncio.Event()
    client = BleakClient(await guest.found(), disconnected_callback=lambda _: lost.set())
    await client.connect()
    daemon = await guest.bluez.stop_daemon()
    await lost.wait()
    await guest.station.event("disconnected")
    scan = in_a_new_process(BleakScanner.discover(0.1))
    assert isinstance(await refusal("no bluetoothd, scan", scan), BleakError)
    assert (
        await not_available("no bluetoothd any more, scan", BleakScanner.discover(0.1)) is Reason.NO_BLUETOOTH
    )
    why = await refusal("no bluetoothd, agent", PairingAgent(Answers()).__aenter__())
    assert isinstance(why, BluezMissingError)
    await guest.bluez.start_daemon(daemon)
    await guest.bluez.power(True)
    async with guest.linked(await guest.found()) as again:
        await again.write_gatt_char(COMMAND, b"\x06", response=True)


WITHOUT_A_RADIO = (no_system_bus, no_adapter)
TELLING = (
    nobody_to_ask,
    gone_while_the_person_is_asked,
    gone_in_the_middle_of_a_write,
    joined_while_held,
)
"""What a program must reckon with and no documentation says."""
REST = (
    adapter_switched_off,
    found_by_its_service,
    read_without_pairing,
    just_works,
    encrypted_again_without_a_question,
    unpaired_write_asks,
    same_number_on_both,
    number_entered_on_the_computer,
    number_entered_on_the_device,
    refused_by_the_person,
    refused_by_the_device,
    wrong_number,
    bond_lost_on_the_device,
    bond_lost_on_the_computer,
    out_of_range,
    killed_and_joined,
    bluetoothd_ended,
)
