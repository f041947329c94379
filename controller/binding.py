"""Which device fills which role: named by the person, by hand, or simulated."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol

from controller.devices import DeviceError, stop_all
from controller.devices.hand import HandDriver
from controller.devices.knot import Cable, KnotDriver
from controller.devices.knot.gatt import GATT
from controller.known import KnownError, refuse_misfits
from controller.links import LinkError
from controller.links.serial import open_serial
from protocols.diagnostics import printable
from protocols.plan import Heat, Press

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from controller.devices import Driver
    from controller.known import Device
    from controller.links import ByteLink, MessageLink
    from controller.links.ble import Radio
    from controller.safety import Violation
    from controller.safety.channel import Channel
    from protocols.plan import Kind, Plan


NONE_KNOWN: Final[Mapping[str, Device]] = MappingProxyType({})


class Bench(Protocol):
    """What a run needs of simulated devices."""

    def start(self) -> None:
        """Power on, inside a running loop."""
        ...

    def stop(self) -> None:
        """Power off."""
        ...

    def find(self, kind: str, nth: int = 0) -> str:
        """The name of the first device of a kind, or of the one `nth` after it. Raises KeyError."""
        ...

    async def link(self, name: str) -> ByteLink:
        """Open a device's port. Raises ConnectionError while it is lost."""
        ...

    def address(self, name: str) -> str | None:
        """The Bluetooth address of a device that is reached by `radio`."""
        ...

    @property
    def radio(self) -> Radio:
        """The radio of the computer that the devices are near."""
        ...


class Refusal(Exception):  # noqa: N818  a refusal is no error: the program does what it is for
    """Why a session does not begin: its outcome and exit code, and what a person can do about it.

    `limits` are the violations, where limits refuse it.
    """

    def __init__(
        self, outcome: str, code: int, text: str, remedy: str = "", limits: tuple[Violation, ...] = ()
    ) -> None:
        super().__init__(text)
        self.outcome = outcome
        self.exit = code
        self.text = text
        self.remedy = remedy
        self.limits = limits

    @property
    def lines(self) -> tuple[str, ...]:
        """What to tell the person beside `text`."""
        return (self.remedy,) if self.remedy else ()


def bind(
    use: Mapping[str, str], plan: Plan, bench: Bench | None, *,
    by_hand: bool, known: Mapping[str, Device] = NONE_KNOWN,
) -> dict[str, Driver]:  # fmt: skip
    """A driver for every role of the plan, none opened yet. Raises Refusal.

    `known`: the devices that `use` names by their links, by role.
    """
    for role in (*use, *known):
        if role not in plan.roles:
            needs = ", ".join(plan.roles) or "none"
            raise Refusal("refused", 2, f"the protocol has no role {role!r}", f"its roles: {needs}")
    try:
        refuse_misfits(known, plan.roles)
    except KnownError as error:
        raise Refusal("refused", 2, str(error), error.remedy) from error
    _refuse_shared(use)
    owner = secrets.randbits(32)
    devices = {role: use.get(role) or _rest(bench, by_hand=by_hand) for role in plan.roles}
    simulated: dict[Kind, int] = Counter()
    drivers: dict[str, Driver] = {}
    for role, kind in plan.roles.items():
        own = known.get(role)
        if own is not None and own.by_hand:
            drivers[role] = HandDriver(role, kind, own.channel(role))
        else:
            named = own is not None
            drivers[role] = _driver(role, kind, devices[role], bench, owner, simulated[kind], named=named)
        simulated[kind] += devices[role] == "sim"
    return drivers


async def open_all(
    drivers: Mapping[str, Driver], plan: Plan | None, known: Mapping[str, Device] = NONE_KNOWN
) -> None:
    """Find and take every device. Raises Refusal, with every device that was opened at rest.

    `plan` None: it is still to be lowered to what they can do. A role of `known` gets the device with that
    serial, or none.
    """
    try:
        for role, driver in drivers.items():
            await driver.open()
            _refuse_another(role, driver, known.get(role))
            if plan is not None:
                _refuse_unfit(driver.channel, plan)
    except (DeviceError, LinkError) as error:
        await asyncio.gather(*stop_all(drivers).values(), return_exceptions=True)
        raise Refusal("refused", 5, str(error), error.remedy) from error


async def close_all(drivers: Mapping[str, Driver]) -> None:
    """Give every link back."""
    await asyncio.gather(*(driver.close() for driver in drivers.values()), return_exceptions=True)


def _rest(bench: Bench | None, *, by_hand: bool) -> str:
    if by_hand:
        return "hand"
    return "sim" if bench is not None else ""


def _refuse_shared(use: Mapping[str, str]) -> None:
    seen: dict[str, str] = {}
    for role, device in use.items():
        if device.startswith("serial:"):
            same = os.path.realpath(device.removeprefix("serial:"))
        elif device.startswith("ble:"):
            same = device.upper()
        else:
            continue
        if same in seen:
            text = f"{device} is named for {seen[same]} and for {role}"
            raise Refusal("refused", 2, text, "give each role a device of its own")
        seen[same] = role


def _driver(
    role: str, kind: Kind, device: str, bench: Bench | None, owner: int, nth: int, *, named: bool
) -> Driver:
    if device == "hand":
        return HandDriver(role, kind)
    if device == "sim" and bench is not None:
        return KnotDriver(role, kind, _simulated(bench, kind, nth), owner)
    if device.startswith("serial:"):
        path = device.removeprefix("serial:")
        return KnotDriver(role, kind, lambda: on_port(path), owner)
    if device.startswith("ble:"):
        address = device.removeprefix("ble:")
        # A device that has a name was paired; who writes its address says which one to pair with.
        return KnotDriver(role, kind, lambda: on_air(address, bonds=not named), owner)
    if device:
        remedy = "write hand, serial:PATH or ble:ADDRESS"
        raise Refusal("refused", 5, f"no device is named {device!r}", remedy)
    remedy = f"add --by-hand, --sim, or --use {role}=serial:PATH"
    raise Refusal("refused", 2, f"nothing fills the role {role} ({kind})", remedy)


async def on_port(path: str) -> MessageLink:
    """A serial port that a Knot device is on. Raises LinkError."""
    return Cable(await open_serial(path))


async def on_air(address: str, radios: Sequence[Radio] | None = None, *, bonds: bool = False) -> MessageLink:
    """A Knot device over Bluetooth, by its address, on any of `radios`; with `bonds` it need not be paired
    before. Raises LinkError."""
    from controller.links import ble  # noqa: PLC0415  bleak, for who has a device on the air

    return await ble.open_ble(address, GATT, radios, bonds=bonds)


def _simulated(bench: Bench, kind: Kind, nth: int) -> Callable[[], Awaitable[MessageLink]]:
    try:
        name = bench.find(kind, nth)
    except KeyError as error:
        text = f"the bench has {'no other' if nth else 'no'} {kind} device"
        raise Refusal("refused", 5, text, "add one to the bench file, or name another device") from error

    address = bench.address(name)
    if address is not None:
        return lambda: on_air(address, [bench.radio], bonds=True)

    async def link() -> MessageLink:
        try:
            return Cable(await bench.link(name))
        except ConnectionError as error:
            raise LinkError(str(error), "plug it in again") from error

    return link


def _refuse_another(role: str, driver: Driver, known: Device | None) -> None:
    """A device that answers where another is known to be. Raises DeviceError."""
    if known is None or known.by_hand:
        return
    text = another(driver.serial if isinstance(driver, KnotDriver) else "", known)
    if text:
        raise DeviceError(text, f"connect {known.name}, or take this one: --use {role}={known.link}")


def another(serial: str, known: Device) -> str:
    """What is to be said of a device with that serial number where `known` should be; empty where it is."""
    if serial == known.serial:
        return ""
    return f"{known.link}: this is {printable(serial)}, not your {known.name} ({known.serial})"


def _refuse_unfit(channel: Channel, plan: Plan) -> None:
    """A device that cannot do what the plan asks for. Raises DeviceError."""
    if channel.low is None or channel.high is None:
        return
    for segment in plan.segments:
        match segment:
            case Heat(role=channel.role) if not segment.to <= channel.high:
                asked, most = f"{segment.to:g} °C", f"{channel.high:g} °C"
            case Press(role=channel.role) if segment.at is not None and not (
                0 <= segment.at.fraction(channel.low, channel.high) <= 1
            ):
                asked, most = f"{segment.at.value:g} {segment.at.unit}", f"{channel.high:g} /min"
            case _:
                continue
        text = f"{channel.device} cannot do {asked}: it does {channel.low:g} to {most}"
        raise DeviceError(text, f"use another device, or ask for less in line {segment.line}")
