"""What the page of devices reaches for, played by hand: devices, and an air to listen to."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from controller import pairing
from controller.core import Reading
from controller.faces.home import looking_page, reach
from controller.known import Device, Seen
from controller.links import LinkError, ble
from controller.links.ble.air import Sighting, System
from controller.looking import Look
from controller.pairing import Known, candidates
from controller.safety.channel import Channel

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    import pytest

    from controller.links.ports import Port
    from controller.pairing import Person

RADIO = System()
KNOT = frozenset({"daee0001-fce3-4bab-96ba-bce836e09d0b"})
HERE = "C0:00:00:00:00:"
POLL_S = 0.05
"""How often a fake looks at what another thread sets: oftener, and a screen never comes to be idle."""
MY_GUN = Device(
    name="my gun", kinds=("percussion",), link=f"ble:{HERE}01", added="2027-01-31", serial="G1", model="Knot",
    radio="Bluetooth",
)  # fmt: skip
MY_PAD = Device(name="my pad", kinds=("heat",), link="serial:/dev/pad", added="2027-01-30", serial="P1")
OLD_GUN = Device(name="old gun", kinds=("percussion",), link="hand", added="2027-01-29", levels=5)
SEEN = {
    "G1": Seen(at=datetime(2027, 1, 31, 18, 5, tzinfo=UTC), battery=80, firmware="1.0.0"),
    "P1": Seen(at=datetime(2027, 1, 30, 7, 40, tzinfo=UTC)),
}
GUN_CHANNEL = Channel(
    role="percussion", kind="percussion", device="Knot (G1)", leash="lease", low=1200, high=3200, step=50,
    lease_ms=2000,
)  # fmt: skip
PAD_CHANNEL = Channel(
    role="heat", kind="heat", device="Pad (P1)", leash="lease", low=30, high=42, step=0.5, lease_ms=1500
)


def look(device: Device = MY_GUN, *, battery: int | None = 80, actual: float | None = None) -> Look:
    kind = device.kinds[0]
    channel = GUN_CHANNEL if kind == "percussion" else PAD_CHANNEL
    reading = Reading(role=device.name, setpoint=0.0, actual=actual, state="idle", battery=battery)
    return Look("Knot", device.serial, "1.0.0", {kind: channel}, kind, reading)


def sighting(nth: int, name: str = "", signal: int = -50, services: frozenset[str] = KNOT) -> Sighting:
    nothing: Any = None
    return Sighting(f"{HERE}{nth:02X}", name or f"Knot-{nth}", signal, services, RADIO, nothing)


class Reached:
    """`errors` by a device's name come instead of its looks; `heard` is on the air; `log` has what was done,
    `running` is set while something is driven, until `release` is, or it is ended."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.log: list[str] = []
        self.errors: dict[str, Exception] = {}
        self.looks: Mapping[str, Look] = {"my gun": look(), "my pad": look(MY_PAD, battery=None, actual=24.3)}
        self.heard: list[Sighting] = []
        self.unusable: list[LinkError] = []
        self.ports: tuple[Port, ...] = ()
        self.refuses: Exception | None = None
        self.asks: Callable[[Person], Any] | None = None
        self.lets_go = threading.Event()
        self.lets_go.set()
        self.running, self.release = threading.Event(), threading.Event()
        self.found = Known(
            "", "Knot percussion", "SIM-1", "1.0.0", False, "Bluetooth", {"percussion": 1200.0}
        )
        monkeypatch.setattr(looking_page, "SETTLE", 0.01)
        monkeypatch.setattr(reach, "EVERY", 0.1)
        monkeypatch.setattr(reach, "watch", self.watch)
        monkeypatch.setattr(reach, "pulse", self.pulse)
        monkeypatch.setattr(reach, "ports", lambda: self.ports)
        monkeypatch.setattr(ble, "air", self.air)
        monkeypatch.setattr(ble, "Scan", lambda _radios: self.scan())
        monkeypatch.setattr(ble, "unbond", self.unbond)
        monkeypatch.setattr(pairing, "pair", self.pair)
        monkeypatch.setattr(pairing, "pulse", lambda _driver: self.run("it"))
        monkeypatch.setattr(pairing, "candidates", lambda seen, _since: candidates(seen))

    async def watch(self, device: Device, tell: Callable[[Look], None]) -> None:
        self.log.append(f"look at {device.name}")
        if device.name in self.errors:
            raise self.errors[device.name]
        tell(self.looks[device.name])
        try:
            await asyncio.Event().wait()
        finally:
            while not self.lets_go.is_set():  # noqa: ASYNC110  set by another thread
                await asyncio.sleep(POLL_S)
            self.log.append(f"let {device.name} go")

    async def pulse(self, device: Device) -> None:
        await self.run(device.name)

    async def run(self, name: str) -> None:
        self.log.append(f"{name} runs")
        self.running.set()
        try:
            while not self.release.is_set():  # noqa: ASYNC110  set by another thread
                await asyncio.sleep(POLL_S)
        finally:
            self.running.clear()
            self.log.append(f"{name} rests")

    @asynccontextmanager
    async def air(self) -> AsyncIterator[list[Any]]:
        yield []
        self.log.append("the air is left")

    @asynccontextmanager
    async def scan(self) -> AsyncIterator[Any]:
        if self.refuses is not None:
            raise self.refuses
        yield Scanned(self)

    async def pair(self, chosen: Sighting, person: Person) -> Known:
        self.log.append(f"pair {chosen.address}")
        if self.asks is not None:
            self.log.append(f"answered {await self.asks(person)}")
        if self.found.address:
            return self.found
        told = self.found
        return Known(
            chosen.address, told.model, told.serial, told.firmware, told.simulated, told.radio, told.lowest
        )

    async def unbond(self, address: str, *_: object) -> None:
        self.log.append(f"unbond {address}")


class Scanned:
    """What a scan has heard, as it is now."""

    def __init__(self, reached: Reached) -> None:
        self._reached = reached
        self.unusable = reached.unusable

    @property
    def seen(self) -> dict[str, Sighting]:
        return {each.address: each for each in self._reached.heard}
