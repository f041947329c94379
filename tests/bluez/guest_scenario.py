"""Runs in the guest: a program on plain bleak against a plain device, through the real BlueZ."""

from __future__ import annotations

import asyncio
import sys
import time
import traceback
from typing import TYPE_CHECKING

from bleak import BleakClient, BleakScanner

from controller.links.bluez_agent import Answers, PairingAgent
from tests.bluez.guest_bus import Bluez, Station
from tests.bluez.guest_device import ADDRESS, COMMAND, INFO, NAME, SERVICE, STATUS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bleak.backends.device import BLEDevice

NOWHERE = "unix:path=/nowhere"


def saw(what: str, why: BaseException | str) -> None:
    """Print what an observer wants to know; `--all` shows it."""
    text = why if isinstance(why, str) else f"{type(why).__module__}.{type(why).__name__}{why.args!r} | {why}"
    print(f"saw {what}: {text}", flush=True)


async def refusal(what: str, attempt: Awaitable[object]) -> BaseException:
    """The error that the attempt ends in."""
    started = time.monotonic()
    try:
        value = await attempt
    except (Exception, asyncio.CancelledError) as why:
        saw(f"{what} ({time.monotonic() - started:.1f} s)", why)
        return why
    raise AssertionError(f"{what}: succeeded with {value!r}")


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
        await self.station.order("advertise", True)
        self.station.clear()
        device = await BleakScanner.find_device_by_address(ADDRESS)
        assert device
        return device


async def found_by_its_service(guest: Guest) -> None:
    await guest.station.order("advertise", True)
    device = await BleakScanner.find_device_by_filter(
        lambda _, seen: SERVICE in seen.service_uuids, timeout=10
    )
    assert device
    assert (device.address, device.name) == (ADDRESS, NAME)


async def info_is_read_without_pairing(guest: Guest) -> None:
    async with BleakClient(await guest.anew()) as client:
        assert await client.read_gatt_char(INFO) == b"plain"
    await guest.station.event("disconnected")


async def just_works(guest: Guest) -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    device = await guest.anew()
    async with PairingAgent(Answers()), BleakClient(device) as client:
        await client.pair()
        await client.start_notify(STATUS, lambda _, value: heard.put_nowait(bytes(value)))
        await client.write_gatt_char(COMMAND, b"\x02\x03", response=True)
        assert await asyncio.wait_for(heard.get(), 5) == b"\x02\x03"


CHECKS: tuple[Callable[[Guest], Awaitable[None]], ...] = (
    found_by_its_service,
    info_is_read_without_pairing,
    just_works,
)


async def check(name: str, attempt: Awaitable[None]) -> bool:
    started = time.monotonic()
    try:
        async with asyncio.timeout(60):
            await attempt
    except (Exception, asyncio.CancelledError) as why:
        print(f"FAILED {name} {type(why).__name__}: {why}", flush=True)
        traceback.print_exc(file=sys.stdout)
        return False
    print(f"ok {name} {time.monotonic() - started:.2f} s", flush=True)
    return True


async def scenario() -> None:
    bluez = await Bluez.connect()
    station = await Station.start("tests.bluez.guest_device")
    await bluez.power(True)
    guest = Guest(bluez, station)
    for each in CHECKS:
        await check(each.__name__.replace("_", " "), each(guest))


if __name__ == "__main__":
    asyncio.run(scenario())
