"""Known devices by name: all, one, one more, another name, one less."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from controller.known import file
from controller.known.device import Device, KnownError, UnknownDeviceError, same_name
from controller.known.seen import unsee
from controller.links import LinkError
from protocols.diagnostics import nearest, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

Unbond = Callable[[Device], Awaitable[None]]
"""Removes the bond with a device. Raises LinkError, OSError."""
BY_HAND_THEN = "remove it in the system's Bluetooth settings, or the device keeps to this machine"


@dataclass(frozen=True, slots=True)
class Known:
    """The devices in the order in which they were added; `said`: what the person must be told of the file."""

    devices: tuple[Device, ...]
    said: str = ""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A device whose record is gone; `trouble`: why its bond may not be, and what to do about it."""

    device: Device
    trouble: str = ""


def load() -> Known:
    """All known devices. A damaged file is set aside. Raises KnownError where none can be read."""
    folder = file.devices_dir(make=False)
    if not folder.is_dir():
        return Known(())
    try:
        devices = file.read(folder / file.FILE)
    except ValueError:
        with file.alone():
            devices = file.sound(folder)
    return Known(devices, file.said(folder))


def get(name: str) -> Device:
    """The known device of that name. Raises UnknownDeviceError; KnownError where none can be read."""
    return named(name, load().devices)


def add(device: Device) -> Device:
    """Keep one more. Raises KnownError for a name, or a serial number, that another has."""
    with file.alone() as folder:
        devices = file.sound(folder)
        _refuse_taken(device.name, devices)
        known = next((each for each in devices if device.serial and each.serial == device.serial), None)
        if known is not None:
            raise KnownError(
                f"this device is known already: {known.name}",
                f"use it so, or first: unknot forget '{known.name}'",
            )
        file.write(folder, (*devices, device))
    return device


def rename(old: str, new: str) -> Device:
    """Give a device another name. Raises KnownError where there is none, or the name is taken."""
    return _changed(old, name=new)


def relink(name: str, link: str) -> Device:
    """Reach a device another way. Raises KnownError where there is none, or where that is no link."""
    return _changed(name, link=link)


def _changed(old: str, **changes: str) -> Device:
    with file.alone() as folder:
        devices = file.sound(folder)
        device = named(old, devices)
        changed = replace(device, **changes)  # type: ignore[arg-type]  # names and links are texts
        _refuse_taken(changed.name, [each for each in devices if each is not device])
        file.write(folder, [changed if each is device else each for each in devices])
    return changed


async def forget(name: str, unbond: Unbond | None = None) -> Forgotten:
    """Remove the record of a device, and with `unbond` its bond. Raises KnownError.

    The record goes also where the bond stays: what is to be done about that is told.
    """
    device = get(name)
    trouble = ""
    try:
        if device.link.startswith("ble:"):
            trouble = await _without_bond(device, unbond)
    finally:
        _remove(device)
    return Forgotten(device, trouble)


async def _without_bond(device: Device, unbond: Unbond | None) -> str:
    address = device.link.removeprefix("ble:")
    if unbond is None:
        return f"{address} may still be paired with this machine: {BY_HAND_THEN}"
    try:
        await unbond(device)
    except (LinkError, OSError) as error:
        return f"{address} is still paired with this machine ({error}): {BY_HAND_THEN}"
    return ""


def _remove(device: Device) -> None:
    with file.alone() as folder:
        file.write(folder, [each for each in file.sound(folder) if each != device])
    if device.serial:
        unsee(device.serial)


def named(name: str, devices: Iterable[Device]) -> Device:
    """The one of `devices` with that name. Raises UnknownDeviceError, which suggests the nearest."""
    names = {same_name(each.name): each for each in devices}
    found = names.get(same_name(name))
    if found is not None:
        return found
    close = nearest(same_name(name), names)
    meant = f"did you mean {names[close].name!r}? " if close else ""
    remedy = "see them: unknot devices" if names else "add one: unknot devices add, or unknot pair"
    raise UnknownDeviceError(f"no device is known as {printable(name)!r}", f"{meant}{remedy}")


def _refuse_taken(name: str, devices: Iterable[Device]) -> None:
    taken = next((each.name for each in devices if same_name(each.name) == same_name(name)), None)
    if taken is not None:
        raise KnownError(f"a device is called {taken!r} already", "choose another name; see unknot devices")
