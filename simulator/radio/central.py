"""A computer's Bluetooth in software: one host, its bonds, and the links that its programs share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
)
from bumble import core, hci
from bumble.device import Advertisement, Connection, Device, DeviceConfiguration
from bumble.keys import KeyStore

from simulator.radio.link import Link
from simulator.radio.pairing import Agent, computer_config

if TYPE_CHECKING:
    from bumble.host import Host
    from bumble.snoop import Snooper

T = TypeVar("T")
ATTEMPT = 2.0  # s until a device that was heard answers, or is looked for again
POWER_ON = 5.0  # s, for a chip in another process that does not answer
Heard: TypeAlias = Callable[[Advertisement], None]


class Adapter(Protocol):
    """How a host gets at a chip."""

    async def open(self) -> Host:
        """A host with its chip. Raises OSError."""
        ...

    async def close(self) -> None:
        """Give the chip back."""
        ...


class Central:
    """Powered on at first use, on the running loop. `snooper` sees every HCI packet from then on.

    `keys` gives the bonds of the computer with a chip of that address.
    """

    def __init__(self, adapter: Adapter, keys: Callable[[str], KeyStore]) -> None:
        self.agent: Agent | None = None
        self.snooper: Snooper | None = None
        self.keys = KeyStore()
        self._keys_of = keys
        self.links: dict[str, Link] = {}
        self._adapter = adapter
        self._device: Device | None = None
        self._powering = asyncio.Lock()
        self._scan_lock = asyncio.Lock()
        self._connecting = asyncio.Lock()
        self._listeners: dict[object, Heard] = {}
        self._scanning: object | None = None
        self._closed = False

    async def host(self) -> Device:
        """The host, powered on. Raises BleakError."""
        async with self._powering:
            if self._closed:
                raise _not_available("the simulated radio is closed")
            if self._device is None:
                try:
                    async with asyncio.timeout(POWER_ON):
                        self._device = await self._power_on()
                except (OSError, TimeoutError, core.BaseBumbleError) as error:
                    raise _not_available(f"the simulated radio is gone: {error}") from error
            return self._device

    async def close(self) -> None:
        """Let every link go, and the chip. Safe to repeat."""
        if self._closed:
            return
        self._closed = True
        self._listeners.clear()
        for link in tuple(self.links.values()):
            await link.disconnect()
        if self._device is not None:
            await self._device.power_off()
        await self._adapter.close()

    def lose(self) -> None:
        """The chip is gone, with all its links."""
        self._closed = True
        if self._device is not None:
            self._device.host.emit("flush")

    # scanning

    async def scan(self, who: object, heard: Heard) -> None:
        """`listen`, for a program. Raises BleakError, also where it scans already: BlueZ has a program scan
        once at a time."""
        if self._scanning is not None:
            raise BleakDBusError("org.bluez.Error.InProgress", ["Operation already in progress"])
        self._scanning = who
        try:
            await self.listen(who, heard)
        except BaseException:
            self._scanning = None
            raise

    async def listen(self, who: object, heard: Heard) -> None:
        """Call `heard` for what is advertised, until `unlisten(who)`. Raises BleakError."""
        host = await self.host()
        async with self._scan_lock:
            first, self._listeners[who] = not self._listeners, heard
            if first:
                await self._start_scanning(host, who)

    async def _start_scanning(self, host: Device, who: object) -> None:
        """What is advertised may be heard before the chip's answer is."""
        try:
            await tell(host.start_scanning(legacy=True, filter_duplicates=False))
        except BaseException:
            del self._listeners[who]
            raise

    async def unlisten(self, who: object) -> None:
        """Safe to repeat."""
        if self._scanning is who:
            self._scanning = None
        async with self._scan_lock:
            self._listeners.pop(who, None)
            if not self._listeners and self._device is not None and not self._closed:
                await tell(self._device.stop_scanning(legacy=True))

    async def find(self, address: str, within: float) -> None:
        """Wait until a device of that address is heard. Raises BleakDeviceNotFoundError."""
        found = asyncio.Event()

        def heard(advertisement: Advertisement) -> None:
            if plain(advertisement.address) == address:
                found.set()

        await self.listen(found, heard)
        try:
            async with asyncio.timeout(within):
                await found.wait()
        except TimeoutError:
            raise BleakDeviceNotFoundError(address, f"Device with address {address} was not found.") from None
        finally:
            await self.unlisten(found)

    # links

    async def link(self, address: str, within: float) -> Link:
        """The link to a device; one that is there is shared. Raises BleakError.

        The chip makes one connection at a time, so it is told to once the device is heard: one that is
        away keeps nobody from the others.
        """
        link = self.links.get(address)
        end = asyncio.get_running_loop().time() + within
        while link is None:
            left = max(0.0, end - asyncio.get_running_loop().time())
            await self.find(address, left)
            link = await self._attempt(address, min(ATTEMPT, left))
        await link.ready()
        return link

    async def bonded(self, address: str) -> bool:
        """Whether there is a key for that device."""
        return await self.keys.get(address) is not None

    async def forget(self, address: str) -> None:
        """Remove the bond."""
        if await self.bonded(address):
            await self.keys.delete(address)

    async def _attempt(self, address: str, within: float) -> Link | None:
        host = await self.host()
        async with self._connecting:
            if address not in self.links:
                connection = await self._connect(host, address, within)
                if connection is None:
                    return None
                link = Link(self, connection, address)
                if link.lost:
                    return None
                self.links[address] = link
            return self.links[address]

    async def _connect(self, host: Device, address: str, within: float) -> Connection | None:
        """None where it does not answer in time."""
        peer = hci.Address(address, hci.Address.RANDOM_DEVICE_ADDRESS)
        try:
            return await host.connect_le(peer, own_address_type=hci.OwnAddressType.PUBLIC, timeout=within)
        except core.TimeoutError:
            return None
        except (core.BaseBumbleError, hci.HCI_Error, OSError) as error:
            raise BleakError(f"{address} could not be connected: {error}") from error
        except asyncio.CancelledError as error:
            if not self._closed:
                await self._call_off(host)
            if cancelled_by_bumble():
                raise BleakError(f"{address}: the radio is gone") from error
            raise

    async def _call_off(self, host: Device) -> None:
        """The attempt that is under way must not succeed behind the back of who has given it up."""
        try:
            await host.send_sync_command(hci.HCI_LE_Create_Connection_Cancel_Command())
        except hci.HCI_Error:
            for connection in tuple(host.connections.values()):
                if plain(connection.peer_address) not in self.links:
                    await connection.disconnect()

    async def _power_on(self) -> Device:
        host = await self._adapter.open()
        host.snooper = self.snooper
        device = Device(config=DeviceConfiguration(name="computer"), host=host)
        device.pairing_config_factory = lambda _connection: computer_config(self.agent)
        device.on(Device.EVENT_ADVERTISEMENT, self._on_advertisement)
        await device.power_on()
        device.keystore = self.keys = self._keys_of(plain(device.public_address))
        return device

    def _on_advertisement(self, advertisement: Advertisement) -> None:
        for heard in tuple(self._listeners.values()):
            heard(advertisement)


async def tell(command: Coroutine[object, object, T]) -> T:
    """An HCI command. Raises BleakError where the chip is gone or says no."""
    try:
        return await command
    except (core.BaseBumbleError, hci.HCI_Error, OSError) as error:
        raise _not_available(f"the simulated radio does not do as told: {error}") from error


def plain(address: hci.Address) -> str:
    """Six pairs of digits."""
    return address.to_string(with_type_qualifier=False)


def cancelled_by_bumble() -> bool:
    """Whether a CancelledError is not one of this task: Bumble cancels what waits for a link that is gone."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() == 0


def _not_available(message: str) -> BleakError:
    return BleakBluetoothNotAvailableError(message, BleakBluetoothNotAvailableReason.NO_BLUETOOTH)


__all__ = ["Adapter", "Central", "cancelled_by_bumble", "plain"]
