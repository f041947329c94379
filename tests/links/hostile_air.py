"""Devices that keep to nothing: any bytes in their advertisements, any characteristics, any messages."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from bumble import gatt, hci
from bumble.core import UUID

from controller.devices.knot import KnotDriver
from controller.devices.knot.gatt import GATT
from controller.links import ble
from simulator.bench import STANDARD, Bench, Plan
from simulator.ble import BleFacts, Wild
from simulator.radio.chip import Advertisement, Chip
from simulator.radio.conditions import Conditions
from simulator.radio.peripheral import COMMAND, INFO, SERVICE, STATUS, Peripheral

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator

    from bumble.device import Device

    from controller.core.events import LinkFound, LinkLost, Reading
    from controller.links.ble.link import BleLink
    from simulator.radio.air import Air

NAME, SERVICES = b"\x09", b"\x07"
KNOT = bytes(SERVICE)
Properties = gatt.Characteristic.Properties
READ, WRITE, NOTIFY = Properties.READ, Properties.WRITE, Properties.NOTIFY
Layout = list[tuple["UUID", int]]


def said(name: bytes, service: bytes = KNOT) -> bytes:
    """What is advertised, as long as it may be and longer."""
    parts = [SERVICES + service] if service else []
    parts += [NAME + name]
    return b"".join(bytes((len(part),)) + part for part in parts)


def address(number: int) -> str:
    return ":".join(f"{byte:02X}" for byte in (0xC0, 0, *number.to_bytes(4, "big")))


@asynccontextmanager
async def shouting(air: Air, rounds: Iterator[Iterable[tuple[str, bytes, int]]]) -> AsyncIterator[None]:
    """Ten times a second, what the next of `rounds` has: address, advertisement, dBm."""
    chip = Chip(air, "hostile", conditions=Conditions(quiet=True))

    async def shout() -> None:
        for each in rounds:
            for who, data, signal in each:
                sender = hci.Address(who, hci.Address.RANDOM_DEVICE_ADDRESS)
                air.send_advertising_pdu(chip, Advertisement(sender, data, b"", signal))
            await asyncio.sleep(0.1)

    task = asyncio.ensure_future(shout())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        chip.switch_off()


def odd(layout: Layout, service: UUID = SERVICE) -> type[Peripheral]:
    """A peripheral whose Knot service has these characteristics, for what they are worth."""

    class Odd(Peripheral):
        def _knot_service(self, host: Device) -> gatt.Service:
            super()._knot_service(host)  # for what the rest of it needs
            made: list[gatt.Characteristic[bytes]] = [
                gatt.Characteristic(uuid, Properties(uses), gatt.Characteristic.READABLE, b"")
                for uuid, uses in layout
            ]
            return gatt.Service(service, made)

    return Odd


def blurts(peripheral: Peripheral) -> Callable[[bytes], None]:
    """What notifies as the device, whatever it is given."""
    return peripheral._notify


LAYOUTS: dict[str, tuple[Layout, UUID]] = {
    "nothing": ([], SERVICE),
    "no Info": ([(COMMAND, WRITE), (STATUS, NOTIFY)], SERVICE),
    "no Command": ([(INFO, READ), (STATUS, NOTIFY)], SERVICE),
    "no Status": ([(INFO, READ), (COMMAND, WRITE)], SERVICE),
    "Info that cannot be read": ([(INFO, WRITE), (COMMAND, WRITE), (STATUS, NOTIFY)], SERVICE),
    "Command that cannot be written": ([(INFO, READ), (COMMAND, READ), (STATUS, NOTIFY)], SERVICE),
    "Status that does not notify": ([(INFO, READ), (COMMAND, WRITE), (STATUS, READ)], SERVICE),
    "Command twice": ([(INFO, READ), (COMMAND, WRITE), (COMMAND, WRITE), (STATUS, NOTIFY)], SERVICE),
    "another service": (
        [(INFO, READ), (COMMAND, WRITE), (STATUS, NOTIFY)], UUID.from_16_bits(0x1815),
    ),
}  # fmt: skip


def hostile_bench(wild: Wild, *kinds: str) -> Bench:
    """A device that is as `wild` says, and others that are as they should be."""
    liar = replace(
        STANDARD["percussion"], name="liar", serial="SIM-LIAR", link="ble", ble=BleFacts(wild=wild)
    )
    others = [replace(STANDARD[kind], link="ble") for kind in kinds]
    return Bench(Plan(devices=(liar, *others)))


def driver_of(
    bench: Bench,
    name: str,
    told: list[Reading | LinkLost | LinkFound],
    links: list[ble.BleLink] | None = None,
) -> KnotDriver:
    where = bench.address(name) or ""

    async def link() -> BleLink:
        made = await ble.open_ble(where, GATT, [bench.radio])
        if links is not None:
            links.append(made)
        return made

    driver = KnotDriver(name, "percussion", link, owner=7)
    driver.listen(told.append)
    return driver
