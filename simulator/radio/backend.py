"""bleak's backends onto a simulated radio. They behave as those onto BlueZ do."""

from __future__ import annotations

import asyncio
import warnings
from typing import TYPE_CHECKING, ClassVar

from bleak.backends.adapter import BaseBleakAdapter
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, AdvertisementDataCallback, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakDeviceNotFoundError, BleakError
from bumble.core import UUID, AdvertisingData
from bumble.gatt import Characteristic

from simulator.radio.central import plain
from simulator.radio.link import DEFAULT_MTU

if TYPE_CHECKING:
    from collections.abc import Callable

    from bleak.args import SizedBuffer
    from bumble.device import Advertisement
    from bumble.gatt_client import CharacteristicProxy

    from simulator.radio.central import Central
    from simulator.radio.link import Link
    from simulator.radio.pairing import Agent

HIDDEN = "00001800-0000-1000-8000-00805f9b34fb"  # Generic Access, which BlueZ keeps to itself
ATT_HEADER = 3
PROPERTIES = {
    Characteristic.Properties.BROADCAST: "broadcast",
    Characteristic.Properties.READ: "read",
    Characteristic.Properties.WRITE_WITHOUT_RESPONSE: "write-without-response",
    Characteristic.Properties.WRITE: "write",
    Characteristic.Properties.NOTIFY: "notify",
    Characteristic.Properties.INDICATE: "indicate",
}
LISTS = {
    AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS: 16,
    AdvertisingData.INCOMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS: 16,
    AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS: 2,
    AdvertisingData.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS: 2,
}  # bytes of each identifier
NAMES = (AdvertisingData.COMPLETE_LOCAL_NAME, AdvertisingData.SHORTENED_LOCAL_NAME)
MAKER = AdvertisingData.MANUFACTURER_SPECIFIC_DATA


def long_uuid(uuid: UUID) -> str:
    """As bleak writes it."""
    return str(uuid.to_hex_str("-") if len(uuid.uuid_bytes) == 16 else _widen(uuid)).lower()


def _widen(uuid: UUID) -> str:
    return f"{int.from_bytes(uuid.uuid_bytes, 'little'):08x}{HIDDEN[8:]}"


class Scanner(BaseBleakScanner):
    """Active, whatever it is told."""

    central: ClassVar[Central]

    def __init__(
        self,
        detection_callback: AdvertisementDataCallback | None,
        service_uuids: list[str] | None,
        scanning_mode: str = "active",
        **_platform: object,
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self._early: list[Advertisement] | None = None

    async def start(self) -> None:
        """Begin to listen. Raises BleakError.

        What is heard before this returns is told after it, when whoever starts a scanner has registered.
        """
        self.seen_devices = {}
        early: list[Advertisement] = []
        self._early = early
        await self.central.scan(self, self._heard)
        self._early = None
        loop = asyncio.get_running_loop()
        for advertisement in early:
            loop.call_soon(self._heard, advertisement)

    async def stop(self) -> None:
        """Safe to repeat."""
        await self.central.unlisten(self)

    def _heard(self, advertisement: Advertisement) -> None:
        if self._early is None:
            self._tell(advertisement)
        else:
            self._early.append(advertisement)

    def _tell(self, advertisement: Advertisement) -> None:
        data = advertisement_data(advertisement)
        if self.is_allowed_uuid(data.service_uuids):
            address = plain(advertisement.address)
            device = self.create_or_update_device(
                address, address, data.local_name or address.replace(":", "-"), {"path": address}, data
            )
            self.call_detection_callbacks(device, data)


def advertisement_data(advertisement: Advertisement) -> AdvertisementData:
    """As bleak hands it out; a name in no encoding is as BlueZ shows it."""
    parts = advertisement.data.ad_structures
    names = [raw.decode(errors="replace") for kind, raw in parts if kind in NAMES]
    makers = [raw for kind, raw in parts if kind == MAKER]
    return AdvertisementData(
        local_name=names[0] if names else None,
        manufacturer_data={int.from_bytes(raw[:2], "little"): bytes(raw[2:]) for raw in makers},
        service_data={},
        service_uuids=[uuid for kind, raw in parts if kind in LISTS for uuid in _uuids(raw, LISTS[kind])],
        tx_power=None,
        rssi=advertisement.rssi,
        platform_data=(advertisement,),
    )


def _uuids(raw: bytes, size: int) -> list[str]:
    whole = len(raw) // size * size
    return [long_uuid(UUID.from_bytes(raw[at : at + size])) for at in range(0, whole, size)]


class Client(BaseBleakClient):
    """One program's use of a link. `disconnect` ends the link for every client of that device."""

    central: ClassVar[Central]

    def __init__(
        self,
        address_or_ble_device: BLEDevice | str,
        services: set[str] | None = None,
        *,
        disconnected_callback: Callable[[], None] | None,
        timeout: float,
        **_platform: object,
    ) -> None:
        super().__init__(address_or_ble_device, disconnected_callback=disconnected_callback, timeout=timeout)
        self.address = self.address.upper()
        self._heard = isinstance(address_or_ble_device, BLEDevice)
        self._name = address_or_ble_device.name if isinstance(address_or_ble_device, BLEDevice) else None
        self._wanted = services
        self._link: Link | None = None
        self._callbacks: dict[int, Callable[[bytes], None]] = {}

    @property
    def name(self) -> str:
        """As advertised; else made of the address."""
        return self._name or self.address.replace(":", "-")

    @property
    def mtu_size(self) -> int:
        """Not known, as on BlueZ; a characteristic's `max_write_without_response_size` tells."""
        warnings.warn("the MTU is not known here: using the least", stacklevel=2)
        return DEFAULT_MTU

    @property
    def is_connected(self) -> bool:
        """Whether its link is there."""
        return self._link is not None

    async def connect(self, pair: bool, **kwargs: float) -> None:
        """As bleak has it. Raises BleakError."""
        if self._link is not None:
            raise BleakError("Client is already connected")
        timeout = kwargs.get("timeout", self._timeout)
        try:
            link = await self.central.link(self.address, timeout)
        except BleakDeviceNotFoundError as error:
            if self._heard:
                raise BleakError(f"{self.address} did not answer in {timeout} s") from error
            raise
        if link.lost:
            raise BleakError(f"{self.address} disconnected")
        link.users[self] = self._on_lost
        self._link = link
        self.services = self._collect(link)
        if pair:
            try:
                await link.pair()
            except BaseException:
                await link.disconnect()
                raise

    async def disconnect(self) -> None:
        """Safe to repeat."""
        if self._link is not None:
            await self._link.disconnect()

    async def pair(self, *_args: object, **_kwargs: object) -> None:
        """Bond; nothing where there is a bond. Raises BleakError."""
        await self._open().pair()

    async def unpair(self) -> None:
        """Forget the bond, and let the link go."""
        await self.central.forget(self.address)
        await self.disconnect()

    async def read_gatt_char(
        self, characteristic: BleakGATTCharacteristic, *, use_cached: bool = False, **_kwargs: object
    ) -> bytearray:
        """Always from the device."""
        return bytearray(await self._open().read(characteristic.handle))

    async def read_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, *, use_cached: bool = False, **_kwargs: object
    ) -> bytearray:
        """Always from the device."""
        return bytearray(await self._open().read(descriptor.handle))

    async def write_gatt_char(
        self, characteristic: BleakGATTCharacteristic, data: SizedBuffer, response: bool
    ) -> None:
        """As bleak has it."""
        needed = "write" if response else "write-without-response"
        if needed not in characteristic.properties:
            raise BleakError(f"{characteristic.uuid}: {needed} is not supported")
        await self._open().write(characteristic.handle, bytes(data), response)

    async def write_gatt_descriptor(self, descriptor: BleakGATTDescriptor, data: SizedBuffer) -> None:
        """As bleak has it."""
        await self._open().write(descriptor.handle, bytes(data), response=True)

    async def start_notify(
        self, characteristic: BleakGATTCharacteristic, callback: NotifyCallback, **_kwargs: object
    ) -> None:
        """As bleak has it. Raises BleakError where it notifies this client."""
        if characteristic.handle in self._callbacks:
            raise BleakError(f"{characteristic.uuid}: notifications are started")

        def told(value: bytes) -> None:
            callback(bytearray(value))

        link = self._open()
        self._callbacks[characteristic.handle] = told
        try:
            await link.subscribe(characteristic.obj, told)
        except BaseException:
            self._callbacks.pop(characteristic.handle, None)
            raise

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        """Safe to repeat."""
        told = self._callbacks.pop(characteristic.handle, None)
        if told is not None:
            await self._open().unsubscribe(characteristic.obj, told)

    # inside

    def _open(self) -> Link:
        if self._link is None:
            raise BleakError("Not connected")
        return self._link

    def _on_lost(self) -> None:
        self._link = None
        self.services = None
        self._callbacks.clear()
        if self._disconnected_callback is not None:
            self._disconnected_callback()

    def _collect(self, link: Link) -> BleakGATTServiceCollection:
        found = BleakGATTServiceCollection()
        for service in link.services:
            uuid = long_uuid(service.uuid)
            if uuid == HIDDEN or (self._wanted and uuid not in self._wanted):
                continue
            shown = BleakGATTService(service, service.handle, uuid)
            found.add_service(shown)
            for characteristic in service.characteristics:
                _add(found, shown, characteristic, link)
        return found


def _add(
    found: BleakGATTServiceCollection,
    service: BleakGATTService,
    characteristic: CharacteristicProxy[bytes],
    link: Link,
) -> None:
    shown = BleakGATTCharacteristic(
        characteristic,
        characteristic.handle,
        long_uuid(characteristic.uuid),
        [name for flag, name in PROPERTIES.items() if characteristic.properties & flag],  # type: ignore[misc]
        lambda: link.mtu_known - ATT_HEADER,
        service,
    )
    found.add_characteristic(shown)
    for descriptor in characteristic.descriptors:
        found.add_descriptor(
            BleakGATTDescriptor(descriptor, descriptor.handle, long_uuid(descriptor.type), shown)
        )


class Adapter(BaseBleakAdapter):
    """What this computer is connected to."""

    central: ClassVar[Central]

    @classmethod
    async def get(cls, **_kwargs: object) -> Adapter:
        """Powered on. Raises BleakError."""
        await cls.central.host()
        return cls()

    async def get_connected_devices(self, service_uuids: frozenset[str]) -> list[BLEDevice]:
        """Those with one of the services."""
        return [
            BLEDevice(link.address, None, {"path": link.address})
            for link in self.central.links.values()
            if any(long_uuid(service.uuid) in service_uuids for service in link.services)
        ]


class Radio:
    """A simulated radio, for bleak's `backend` arguments. `agent` answers what pairing asks."""

    simulated = True

    def __init__(self, name: str, central: Central) -> None:
        self.name = name
        self.central = central
        self.scanner: type[BaseBleakScanner] = type("SimScanner", (Scanner,), {"central": central})
        self.client: type[BaseBleakClient] = type("SimClient", (Client,), {"central": central})
        self.adapter: type[BaseBleakAdapter] = type("SimAdapter", (Adapter,), {"central": central})

    @property
    def agent(self) -> Agent | None:
        """Who answers for the person, or None."""
        return self.central.agent

    @agent.setter
    def agent(self, agent: Agent | None) -> None:
        self.central.agent = agent

    async def room(self, characteristic: BleakGATTCharacteristic) -> int:
        """Bytes of one notification on the connection that there is now."""
        return int(characteristic.obj.client.mtu) - ATT_HEADER

    async def close(self) -> None:
        """Let every link go. Safe to repeat."""
        await self.central.close()


__all__ = ["Radio"]
