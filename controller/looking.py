"""A device that has a name: looked at without being driven, or shown by two seconds at its lowest."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from controller.apart import show
from controller.binding import another, on_air, on_port
from controller.core import LinkLost, Reading
from controller.devices import DeviceError
from controller.devices.knot import KnotDriver
from controller.known import saw
from controller.lock import running
from protocols.diagnostics import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from controller.core import LinkFound
    from controller.known import Device
    from controller.links import MessageLink
    from controller.links.ble import Radio
    from controller.safety.channel import Channel
    from protocols.plan import Kind


class SessionRunsError(DeviceError):
    """A session of this user runs, and no device is touched beside it."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a device says: `offers` by kind, and a `reading` of the one `kind`."""

    model: str
    serial: str
    firmware: str
    offers: Mapping[Kind, Channel]
    kind: Kind
    reading: Reading


async def watch(device: Device, tell: Callable[[Look], None], radios: Sequence[Radio] | None = None) -> None:
    """Tell what a device says of itself and reports, until this is cancelled: it is never driven. Raises
    DeviceError."""
    driver, lost = await _ours(device, radios), asyncio.get_running_loop().create_future()

    def hear(fact: Reading | LinkLost | LinkFound) -> None:
        if isinstance(fact, Reading) and driver.serial == device.serial:
            told = driver.description
            tell(Look(told.name, told.serial, told.firmware, told.offers, device.kinds[0], fact))
            battery.append(fact.battery)
        elif isinstance(fact, LinkLost) and not lost.done():
            lost.set_result(fact.why)

    battery: list[int | None] = []
    driver.listen(hear)
    try:
        await _open(driver, device)
        why = await lost
        raise DeviceError(f"{device.name} was lost: {why}", "bring it nearer, or check its cable", "missing")
    finally:
        await driver.close()
        if battery:
            saw(device.serial, battery[-1], driver.description.firmware)


async def pulse(device: Device, radios: Sequence[Radio] | None = None) -> None:
    """Let a device show itself, and give it back at rest, also when cancelled. Raises DeviceError."""
    driver = await _ours(device, radios)
    try:
        await _open(driver, device)
        await show(driver)
    finally:
        stopped = await driver.stop()
        await driver.close()
    if not stopped:
        raise DeviceError(f"not known whether {device.name} rests", "switch it off by hand")


async def _ours(device: Device, radios: Sequence[Radio] | None) -> KnotDriver:
    sessions = await asyncio.to_thread(running)
    if sessions:
        text = f"{printable(sessions[0].title)} runs in another window"
        raise SessionRunsError(text, "look again when it is over; `unknot watch` shows it")

    async def link() -> MessageLink:
        if device.link.startswith("ble:"):
            return await on_air(device.link.removeprefix("ble:"), radios)
        return await on_port(device.link.removeprefix("serial:"))

    return KnotDriver(device.name, device.kinds[0], link, secrets.randbits(32))


async def _open(driver: KnotDriver, device: Device) -> None:
    await driver.open()
    text = another(driver.serial, device)
    if text:
        raise DeviceError(text, f"connect {device.name}, or forget it and get to know this one")


__all__ = ["DeviceError", "Look", "SessionRunsError", "pulse", "watch"]
