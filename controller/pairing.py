"""Finding a device on the air and getting to know it: bond, read what it is, let it show itself.

Nothing here knows a terminal: whoever asks the person hands in a `Person`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, Protocol

from controller import known
from controller.apart import show
from controller.binding import on_air
from controller.devices import DeviceError
from controller.devices.families import Kind, plain, recognise
from controller.devices.knot import KnotDriver, describe
from controller.devices.knot.gatt import GATT
from controller.known import KnownError
from controller.links import LinkError, ble
from controller.links.ble.agents import Agent
from controller.links.ble.words import BleError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from controller.devices import Driver
    from protocols import plan

GONE_AFTER = 12.0
"""Seconds after which a device that is heard no more is not offered; one that advertises does so at least
every 10.24 s."""
LISTEN = 120.0
"""Seconds that a device takes new bonds after its button was pressed (wire-profile, "Over BLE")."""
FORGET_WITHIN = 5.0
"""Seconds of listening for a device that is to be forgotten: it may be gone for good."""


Shown = Literal["seen", "not seen", "not tried"]


class Person(Agent, Protocol):
    """Somebody who pairs a device, asked as an agent is, and for what only they can see."""

    async def holds(self, device: Known) -> bool:
        """Whether they have it in their hand, off the body, and it may run at its lowest for 2 seconds."""
        ...

    async def saw(self, device: Known) -> bool:
        """Whether it was this device that ran."""
        ...


class Asker(Person, Protocol):
    """A `Person` who is also told how it goes, and gives the device its name."""

    def say(self, text: str) -> None:
        """Tell them a line."""
        ...

    async def name(self, proposed: str, refused: KnownError | None) -> str | None:
        """What it is to be called; `refused`: why their last name cannot be. None: they give up. Raises
        `refused` where they cannot be asked again."""
        ...


class UnpairedError(LinkError):
    """Why the person and a device did not come together. `declined`: the person said no."""

    def __init__(self, message: str, remedy: str = "", *, declined: bool = False) -> None:
        super().__init__(message, remedy)
        self.declined = declined


NOT_SEEN: dict[Shown, tuple[str, str]] = {
    "not seen": (
        "it was not the device in your hand, so it is forgotten again",
        "run unknot pair again, and choose another one"),
    "not tried": (
        "it has not shown itself, so it is forgotten again",
        "run unknot pair again when you have it in your hand"),
}  # fmt: skip
NAMELESS = ("it has no name, so it is forgotten again", "run unknot pair again")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A device on the air; `signal` in dBm."""

    sighting: ble.Sighting
    kind: Kind

    @property
    def order(self) -> tuple[bool, int, str]:
        """Usable ones first, the strongest of them first."""
        return not self.kind.usable, -self.sighting.signal, self.sighting.address


@dataclass(frozen=True, slots=True)
class Known:
    """A device as it describes itself: `lowest` has each kind that it drives, with its least setpoint
    (strokes a minute, °C); `serial` is what it is known again by."""

    address: str
    model: str
    serial: str
    firmware: str
    simulated: bool
    radio: str
    lowest: Mapping[plan.Kind, float]

    def __str__(self) -> str:
        return f"{self.model} ({self.serial})"


def candidates(seen: Mapping[str, ble.Sighting], since: float = 0.0) -> list[Candidate]:
    """What was heard `since` then, the best to choose first."""
    heard = [each for each in seen.values() if each.heard_at >= since]
    found = [Candidate(each, recognise(each.name, each.services)) for each in heard]
    return sorted(found, key=lambda each: each.order)


async def meet(choice: Candidate, person: Asker, radios: Sequence[ble.Radio]) -> Known:
    """Bond, and let the person see that it is the one in their hand; else it is forgotten again. Raises
    UnpairedError, BleError, DeviceError."""
    called = choice.kind.name or choice.sighting.address
    if not choice.kind.usable:
        raise UnpairedError(f"{called} cannot be used: {choice.kind.why_not}")
    person.say(f"Pairing with {called} …")
    found = await pair(choice.sighting, person)
    person.say(f"It is {found}.")
    shown = await shows_itself(found, person, radios)
    if shown != "seen":
        await ble.unbond(found.address, radios)
        raise UnpairedError(*NOT_SEEN[shown], declined=True)
    return found


async def keep(
    found: Known, person: Asker, radios: Sequence[ble.Radio], name: str | None = None
) -> known.Device:
    """Keep a device that was met, by its name here; one that was known before keeps its name, unless it is
    given another. Raises KnownError, UnpairedError, BleError."""
    link = f"ble:{found.address}"
    devices = known.load().devices
    same = next((each for each in devices if each.serial == found.serial), None)
    if same is not None:
        if name is not None and known.same_name(name) != known.same_name(same.name):
            same = known.rename(same.name, name)
        return known.relink(same.name, link)
    proposed = known.free_name("pad" if "heat" in found.lowest else "gun", devices)
    refused: KnownError | None = None
    while (called := name or await person.name(proposed, refused)) is not None:
        try:
            return known.add(_device(found, called, link))
        except KnownError as error:
            if name is not None:
                raise
            refused = error
    await ble.unbond(found.address, radios)
    raise UnpairedError(*NAMELESS, declined=True)


def _device(found: Known, name: str, link: str) -> known.Device:
    return known.Device(
        name=name, kinds=tuple(found.lowest), link=link, serial=found.serial, model=found.model,
        simulated=found.simulated, radio=found.radio, added=f"{datetime.now(UTC):%F}",
    )  # fmt: skip


async def pair(sighting: ble.Sighting, person: Person) -> Known:
    """Bond with a device and read what it is. Raises BleError, DeviceError."""
    try:
        info = await ble.bond(sighting, GATT, person)
    except BleError as error:
        if error.cause == "bond-lost":
            # The device has forgotten us: whoever pairs anew means it, so this side is forgotten too.
            await ble.unbond(sighting.address, [sighting.radio])
        elif error.final:
            raise
        # Else once more, with the device looked for anew: a first connection often drops.
        info = await ble.bond(await ble.find(sighting.address, [sighting.radio]), GATT, person)
    return _known(sighting, info)


def _known(sighting: ble.Sighting, info: bytes) -> Known:
    told = describe(info)
    return Known(
        address=sighting.address, model=plain(told.name) or "Knot", serial=told.serial,
        firmware=plain(told.firmware), simulated=sighting.radio.simulated and told.serial.startswith("SIM-"),
        radio=sighting.radio.name,
        lowest=told.lowest,
    )  # fmt: skip


async def forget_bond(address: str) -> None:
    """Have this computer forget its bond with a device. Raises BleError."""
    async with ble.air() as radios:
        await ble.unbond(address, radios, FORGET_WITHIN)


async def shows_itself(device: Known, person: Person, radios: Sequence[ble.Radio]) -> Shown:
    """Run the device for a moment, after a yes, and ask for what was seen. Raises DeviceError."""
    if not await person.holds(device):
        return "not tried"
    kind = next(iter(device.lowest))
    driver = KnotDriver("device", kind, lambda: on_air(device.address, radios), secrets.randbits(32))
    await pulse(driver)
    return "seen" if await person.saw(device) else "not seen"


async def pulse(driver: Driver) -> None:
    """Open a device, let it show itself, and give it back at rest. Raises DeviceError."""
    try:
        await driver.open()
        await show(driver)
    finally:
        stopped = await driver.stop()
        await driver.close()
    if not stopped:
        raise DeviceError("not known whether the device rests", "switch it off by hand")


__all__ = [
    "GONE_AFTER", "LISTEN", "Asker", "BleError", "Candidate", "DeviceError", "Known", "LinkError", "Person",
    "Shown", "UnpairedError", "candidates", "forget_bond", "keep", "meet", "pair", "pulse",
    "shows_itself",
]  # fmt: skip
