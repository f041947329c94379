"""A plain Bumble device for the guest's radio, which does as it is told."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bumble.core import UUID, AdvertisingData
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.gatt import Characteristic, CharacteristicValue, Service
from bumble.hci import Address
from bumble.keys import MemoryKeyStore
from bumble.pairing import PairingConfig, PairingDelegate

from tests.bluez.guest_names import ADDRESS, COMMAND, INFO, NAME, SERVICE, STATUS
from tests.bluez.guest_told import tell

if TYPE_CHECKING:
    from tests.bluez.guest_radio import Radio

INTERVAL_MS = 50
Abilities = PairingDelegate.IoCapability
ABILITIES = {
    "just works": Abilities.NO_OUTPUT_NO_INPUT,
    "compare": Abilities.DISPLAY_OUTPUT_AND_YES_NO_INPUT,
    "shows": Abilities.DISPLAY_OUTPUT_ONLY,
    "types": Abilities.KEYBOARD_INPUT_ONLY,
}


class Delegate(PairingDelegate):
    """A device that tells each number, and answers as it was ordered."""

    def __init__(self, ability: str, accepts: bool, number: asyncio.Future[int]) -> None:
        super().__init__(ABILITIES[ability])
        self._accepts = accepts
        self._number = number

    async def accept(self) -> bool:
        return self._accepts

    async def compare_numbers(self, number: int, digits: int) -> bool:
        tell("number", number)
        return self._accepts

    async def display_number(self, number: int, digits: int) -> None:
        tell("number", number)

    async def get_number(self) -> int | None:
        return await self._number


class Plain:
    """One service; a command is kept, and echoed as a status."""

    def __init__(self, radio: Radio) -> None:
        protected = Characteristic.WRITEABLE | Characteristic.WRITE_REQUIRES_ENCRYPTION
        properties = Characteristic.Properties
        self.status: Characteristic[bytes] = Characteristic(
            STATUS, properties.NOTIFY, Characteristic.READABLE | Characteristic.READ_REQUIRES_ENCRYPTION
        )
        info = Characteristic(INFO, properties.READ, Characteristic.READABLE, b"plain")
        command: Characteristic[bytes] = Characteristic(
            COMMAND, properties.WRITE, protected, CharacteristicValue(write=self._written)
        )
        config = DeviceConfiguration(
            name=NAME,
            address=Address(ADDRESS),
            advertising_interval_min=INTERVAL_MS,
            advertising_interval_max=INTERVAL_MS,
            advertising_data=bytes(
                AdvertisingData(
                    [
                        (AdvertisingData.FLAGS, bytes([6])),
                        (AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS, bytes(UUID(SERVICE))),
                    ]
                )
            ),
            scan_response_data=bytes(AdvertisingData([(AdvertisingData.COMPLETE_LOCAL_NAME, NAME.encode())])),
        )
        self.device = Device(config=config, host=radio.host("device"))
        self.device.add_service(Service(SERVICE, [info, command, self.status]))
        # Bumble lets anybody subscribe, whatever the characteristic itself asks for.
        subscribing = self.device.gatt_server.get_attribute(self.status.end_group_handle)
        assert subscribing
        subscribing.permissions |= Characteristic.WRITE_REQUIRES_ENCRYPTION
        self.status.on(Characteristic.EVENT_SUBSCRIPTION, lambda _, on, __: tell("subscribed", on))
        self.device.on(Device.EVENT_CONNECTION, self._connected)
        self.connection: Connection | None = None
        self.stalls = False

    async def power_on(self) -> None:
        await self.device.power_on()
        self.do_pairing("just works")

    def _connected(self, connection: Connection) -> None:
        self.connection = connection
        connection.on(Connection.EVENT_DISCONNECTION, lambda reason: tell("disconnected", reason))
        connection.on(
            Connection.EVENT_CONNECTION_ENCRYPTION_CHANGE, lambda: tell("encrypted", connection.encryption)
        )
        connection.on(Connection.EVENT_PAIRING_FAILURE, lambda reason: tell("pairing failed", str(reason)))
        tell("connected", str(connection.peer_address))

    async def _written(self, connection: Connection, value: bytes) -> None:
        tell("wrote", value.hex())
        if self.stalls:
            await asyncio.Event().wait()
        await self.device.notify_subscribers(self.status, value)

    def do_pairing(self, ability: str, accepts: bool = True) -> None:
        """What the device can do from the next pairing on."""
        self.typed = asyncio.get_running_loop().create_future()
        delegate = Delegate(ability, accepts, self.typed)
        config = PairingConfig(sc=True, mitm=ability != "just works", bonding=True, delegate=delegate)
        self.device.pairing_config_factory = lambda _: config

    def do_type(self, number: int) -> None:
        self.typed.set_result(number)

    def do_stall(self, on: bool) -> None:
        self.stalls = on

    def do_forget(self) -> None:
        self.device.keystore = MemoryKeyStore()

    async def do_advertise(self, on: bool) -> None:
        if on:
            await self.device.start_advertising(auto_restart=True)
        else:
            await self.device.stop_advertising()

    async def do_drop(self) -> None:
        for each in list(self.device.connections.values()):
            await each.disconnect()

    async def do_notify(self, value: str) -> None:
        await self.device.notify_subscribers(self.status, bytes.fromhex(value))
