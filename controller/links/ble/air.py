"""The ways into the air, and what is heard there.

A `Radio` is what bleak reaches devices through: the system's own, or the virtual one of an `unknot sim`
of this user, which brings bleak backends of its own.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Protocol
from weakref import WeakKeyDictionary

from bleak import BleakScanner

from controller.config import runtime_dir
from controller.links.ble.adapter import system_trouble
from controller.links.ble.bluez_bus import mtu_now
from controller.links.ble.words import not_found, why_not

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from types import TracebackType

    from bleak.backends.adapter import BaseBleakAdapter
    from bleak.backends.characteristic import BleakGATTCharacteristic
    from bleak.backends.client import BaseBleakClient
    from bleak.backends.device import BLEDevice
    from bleak.backends.scanner import AdvertisementData, BaseBleakScanner

    from controller.links import LinkError
    from controller.links.ble.agents import Agent

FIND_WITHIN = 10.0
"""Seconds of listening for a device; one that advertises does so at least every 10.24 s, most far oftener."""
START_WITHIN = 15.0
"""Seconds for an adapter to begin to listen."""
ATT_HEADER = 3
"""Bytes of a notification that are not its value."""
MOST_SEEN = 500
"""Devices that a scan keeps at most; past that the weakest go, a fifth of them at once."""


class Radio(Protocol):
    """A way into the air. The backends are None for the system's own."""

    agent: Agent | None

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def simulated(self) -> bool:
        """Whether no hardware can be behind it."""
        ...

    @property
    def scanner(self) -> type[BaseBleakScanner] | None:
        """For `BleakScanner`."""
        ...

    @property
    def client(self) -> type[BaseBleakClient] | None:
        """For `BleakClient`."""
        ...

    @property
    def adapter(self) -> type[BaseBleakAdapter] | None:
        """For `BleakAdapter`."""
        ...

    async def room(self, characteristic: BleakGATTCharacteristic) -> int:
        """Bytes of one notification on the connection that there is now."""
        ...

    async def close(self) -> None:
        """Nobody uses it any more."""
        ...


@dataclass(slots=True)
class System:
    """The operating system's own Bluetooth."""

    name: str = "Bluetooth"
    simulated: bool = False
    scanner: type[BaseBleakScanner] | None = None
    client: type[BaseBleakClient] | None = None
    adapter: type[BaseBleakAdapter] | None = None
    agent: Agent | None = None

    async def room(self, characteristic: BleakGATTCharacteristic) -> int:
        """As BlueZ says now: of a bonded device bleak tells what it said before there was this connection."""
        known = characteristic.max_write_without_response_size
        if sys.platform != "linux":
            return known
        return max(known, await mtu_now(str(characteristic.obj[0])) - ATT_HEADER)

    async def close(self) -> None:
        """It stays as it is."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A device as it was last heard, at `heard_at` on the loop's clock; `signal` in dBm. Its name is whatever
    it says, control characters and all."""

    address: str
    name: str
    signal: int
    services: frozenset[str]
    radio: Radio
    handle: BLEDevice
    heard_at: float = 0.0


@asynccontextmanager
async def air() -> AsyncIterator[list[Radio]]:
    """Every way into the air: the system's, then those of running `unknot sim`s of this user. Whoever enters
    while another is in gets the same ones: a program is one computer to its devices."""
    shared = _SHARED.setdefault(asyncio.get_running_loop(), _Shared())
    if not shared.users:
        shared.radios = [System()]
        for point in entry_points(group="unknot.simulator", name="radios"):
            shared.radios += point.load()(runtime_dir())
    shared.users += 1
    try:
        yield shared.radios
    finally:
        shared.users -= 1
        if not shared.users:
            for radio in shared.radios:
                await radio.close()


@dataclass(slots=True)
class _Shared:
    radios: list[Radio] = field(default_factory=list)
    users: int = 0


_SHARED: WeakKeyDictionary[asyncio.AbstractEventLoop, _Shared] = WeakKeyDictionary()


class Scan:
    """Listens on `radios` while it is entered. `seen` has the newest sighting by address; `unusable` why
    a radio cannot be listened on. Raises LinkError where none can."""

    def __init__(self, radios: Sequence[Radio]) -> None:
        self.seen: dict[str, Sighting] = {}
        self.unusable: list[LinkError] = []
        self.heard = asyncio.Event()
        self._radios = radios
        self._scanners: list[BleakScanner] = []

    async def __aenter__(self) -> Scan:
        for radio in self._radios:
            scanner = BleakScanner(self._listener(radio), backend=radio.scanner)
            try:
                async with asyncio.timeout(START_WITHIN):
                    await scanner.start()
            except Exception as error:  # noqa: BLE001  backends raise what their system raises
                self.unusable.append(why_not(error) if radio.simulated else system_trouble(why_not(error)))
            else:
                self._scanners.append(scanner)
        if not self._scanners:
            raise self.unusable[0]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for scanner in self._scanners:
            with suppress(Exception):  # the adapter may be gone; nobody listens any more either way
                await scanner.stop()

    def _listener(self, radio: Radio) -> Callable[[BLEDevice, AdvertisementData], None]:
        loop = asyncio.get_running_loop()

        def hear(device: BLEDevice, said: AdvertisementData) -> None:
            name = said.local_name or device.name or ""
            services = frozenset(each.lower() for each in said.service_uuids)
            key = device.address.upper()
            self.seen[key] = Sighting(device.address, name, said.rssi, services, radio, device, loop.time())
            if len(self.seen) > MOST_SEEN:
                self._drop_the_weakest()
            self.heard.set()

        return hear

    def _drop_the_weakest(self) -> None:
        ranked = sorted(self.seen, key=lambda each: self.seen[each].signal)
        for each in ranked[: MOST_SEEN // 5]:
            del self.seen[each]


async def find(address: str, radios: Sequence[Radio], within: float = FIND_WITHIN) -> Sighting:
    """Listen until the device at `address` is heard. Raises LinkError."""
    key = address.upper()
    async with Scan(radios) as scan:
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while key not in scan.seen:
                    scan.heard.clear()
                    await scan.heard.wait()
                return scan.seen[key]
        raise not_found(address, scan.unusable)
