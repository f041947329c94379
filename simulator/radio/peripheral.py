"""The Bluetooth side of a simulated device: its GATT server, its bonds, and its firmware's port."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

from bumble import att, gatt, hci
from bumble.core import UUID, AdvertisingData
from bumble.device import Device, DeviceConfiguration
from bumble.keys import MemoryKeyStore
from bumble.profiles.battery_service import BatteryService
from bumble.profiles.device_information_service import DeviceInformationService
from bumble.transport.common import AsyncPipeSink

from simulator.ble import address_of
from simulator.device import config_of
from simulator.radio.chip import Chip
from simulator.radio.conditions import Conditions
from simulator.radio.host import SteadyHost
from simulator.radio.pairing import Bonding

if TYPE_CHECKING:
    from bumble.device import Connection

    from simulator.ble import RadioFault
    from simulator.device import SimDevice
    from simulator.radio.air import Air

SERVICE, INFO, COMMAND, STATUS = (UUID(f"daee000{n}-fce3-4bab-96ba-bce836e09d0b") for n in (1, 2, 3, 4))
MAKER = "Unknot simulator"
FLAGS = 0x06  # general discoverable, no classic Bluetooth
INFO_TYPE, STATUS_TYPE, HEADER = 0x81, 0x82, 4

_ATTRIBUTE = gatt.Characteristic
OPEN, LOCKED = _ATTRIBUTE.WRITEABLE, _ATTRIBUTE.WRITEABLE | _ATTRIBUTE.WRITE_REQUIRES_ENCRYPTION


class Peripheral:
    """A device on the air, from `start` to `stop`; its `Port`."""

    def __init__(self, air: Air, device: SimDevice, seed: int = 1) -> None:
        facts = device.facts.ble
        self.address = facts.address or address_of(device.facts.serial)
        self.conditions = Conditions(
            signal=facts.signal,
            latency=facts.latency_ms / 1000,
            loss=facts.loss,
            quiet=device.firmware is None,
            draw=random.Random(f"{seed}/{device.facts.serial}/air"),  # noqa: S311 - the same run again
        )
        self.bonding = Bonding(facts)
        self._subscription_dead = False
        self._drop_in_write = False
        self._air = air
        self._device = device
        self._wild = facts.wild
        self._held = False
        self._connection: Connection | None = None
        self._last_status = b""
        self._flood: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._chip = Chip(air, device.facts.name, conditions=self.conditions)
        self._host = self._make_host()
        device.port = device.radio = self
        device.on_power = self._power

    def start(self) -> None:
        """On the air once its host and its chip have agreed, which takes no time of the loop's clock."""
        self._power(self._device.firmware is not None)
        self._spawn(self._begin())

    def stop(self) -> None:
        """Off the air."""
        for task in tuple(self._tasks):
            task.cancel()
        self._stop_flood()
        self._chip.switch_off()

    @property
    def connected(self) -> bool:
        """Whether a central has it."""
        return self._connection is not None

    # its port

    def send(self, data: bytes) -> None:
        """Notify whoever has subscribed. What the MTU does not allow is cut off, as by a real stack."""
        if self._wild.info is not None and data[0] == INFO_TYPE:
            data = data[:HEADER] + self._wild.info[HEADER:]
        if data[0] == STATUS_TYPE:
            self._last_status = data
        self._notify(data)

    def unplug(self, _why: str) -> None:
        """Its connection is gone and it is not heard."""
        self._settle()
        self._air.cut(self._chip)

    def replug(self) -> None:
        """It is heard again."""
        self._settle()

    def befall(self, what: RadioFault, on: bool) -> None:
        """What a fault script has happen to its radio; a bond that is forgotten stays so."""
        match what:
            case "out of range":
                self._air.set_away(self._chip, on)
            case "held by another":
                self._hold(on)
            case "drop in a write":
                self._drop_in_write = on
            case "subscription dead":
                self._subscription_dead = on
            case "notifications doubled":
                self.conditions.doubled = on
            case "notifications late":
                self.conditions.late = on
            case "bond forgotten" if on:
                self.bonding.forget()
            case "pairing button" if on:
                self.bonding.open_window()

    # inside

    def _hold(self, held: bool) -> None:
        """Another central has it: it is busy with that one, and heard by nobody else."""
        self._held = held
        self._settle()
        if held:
            self._air.cut(self._chip, hci.HCI_ErrorCode.REMOTE_USER_TERMINATED_CONNECTION_ERROR)

    def _make_host(self) -> Device:
        facts = self._device.facts
        name = self._wild.name or f"Knot-{facts.serial[-4:]}"
        config = DeviceConfiguration(name=name, address=hci.Address(self.address))
        config.advertising_data = bytes(
            AdvertisingData(
                [
                    (AdvertisingData.FLAGS, bytes((FLAGS,))),
                    (AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS, bytes(SERVICE)),
                ]
            )
        )
        config.scan_response_data = bytes(
            AdvertisingData([(AdvertisingData.COMPLETE_LOCAL_NAME, name.encode()[:29])])
        )
        host = Device(config=config, host=SteadyHost(self._chip, AsyncPipeSink(self._chip)))
        host.keystore = self.bonding.keys = MemoryKeyStore()
        host.gatt_server.max_mtu = facts.ble.mtu
        self.bonding.serve(host)
        host.on(Device.EVENT_CONNECTION, self._on_connection)
        host.add_services([self._knot_service(host), *self._standard_services()])
        return host

    def _knot_service(self, host: Device) -> gatt.Service:
        properties = gatt.Characteristic.Properties
        allowed = OPEN if self._device.facts.ble.pairing == "none" else LOCKED
        info: gatt.Characteristic[bytes] = gatt.Characteristic(
            INFO,
            properties.READ,
            gatt.Characteristic.READABLE,
            gatt.CharacteristicValue(read=lambda _connection: self._info()),
        )
        command: gatt.Characteristic[bytes] = gatt.Characteristic(
            COMMAND, properties.WRITE, allowed, gatt.CharacteristicValue(write=self._on_command)
        )
        self._status: gatt.Characteristic[bytes] = gatt.Characteristic(
            STATUS, properties.NOTIFY, gatt.Characteristic.Permissions(0), b""
        )
        subscription = gatt.Descriptor(
            gatt.GATT_CLIENT_CHARACTERISTIC_CONFIGURATION_DESCRIPTOR,
            allowed | gatt.Characteristic.READABLE,
            host.gatt_server.make_descriptor_value(self._status),
        )
        self._status.descriptors = (subscription,)
        self._status.on(gatt.Characteristic.EVENT_SUBSCRIPTION, self._on_subscription)
        return gatt.Service(SERVICE, [info, command, self._status])

    def _standard_services(self) -> list[gatt.Service]:
        facts = self._device.facts
        about = DeviceInformationService(
            manufacturer_name=MAKER,
            model_number=f"Knot {facts.kind}",
            serial_number=facts.serial,
            firmware_revision=config_of(facts).texts[2],
        )
        return [BatteryService(lambda _connection: self._battery()), about]

    def _battery(self) -> int:
        level = self._device.battery()
        return 100 if level is None else level

    def _info(self) -> bytes:
        if self._wild.info is not None:
            return self._wild.info
        firmware = self._device.firmware
        return b"" if firmware is None else firmware.info(0, 0)

    async def _begin(self) -> None:
        await self._host.power_on()
        await self._host.start_advertising()

    def _spawn(self, work: object) -> None:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)  # type: ignore[arg-type]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _power(self, on: bool) -> None:
        """A device that begins anew says goodbye to nobody."""
        self._settle()
        if on:
            self.bonding.open_window()
        else:
            self._air.vanish(self._chip)

    def _settle(self) -> None:
        """Whether it advertises, by all that speaks against it."""
        device = self._device
        self.conditions.quiet = device.firmware is None or not device.plugged or self._held
        if not self.conditions.quiet:
            self._chip.call()

    def _on_connection(self, connection: Connection) -> None:
        self._connection = connection
        connection.on(connection.EVENT_DISCONNECTION, self._on_disconnection)

    def _on_disconnection(self, _reason: int) -> None:
        self._connection = None
        self._stop_flood()
        self._device.link_lost()
        self._spawn(self._host.start_advertising())

    def _on_command(self, _connection: Connection, value: bytes) -> None:
        self._device.receive(bytes(value))
        if self._drop_in_write:
            self._drop_in_write = False
            self._air.cut(self._chip)

    def _notify(self, data: bytes) -> None:
        connection, server = self._connection, self._host.gatt_server
        if connection is None or self._subscription_dead:
            return
        wanted = server.subscribers.get(connection, {}).get(self._status.handle, b"\0")
        if wanted[0] & 1:
            most = connection.att_mtu - 3
            notification = att.ATT_Handle_Value_Notification(
                attribute_handle=self._status.handle, attribute_value=data[:most]
            )
            server.send_gatt_pdu(connection, bytes(notification))

    def _on_subscription(self, _connection: Connection, notify: bool, _indicate: bool) -> None:
        self._stop_flood()
        if notify and self._wild.notifications:
            self._next_in_flood()

    def _next_in_flood(self) -> None:
        self._notify(self._last_status)
        wait = 1 / self._wild.notifications
        self._flood = asyncio.get_running_loop().call_later(wait, self._next_in_flood)

    def _stop_flood(self) -> None:
        if self._flood is not None:
            self._flood.cancel()
            self._flood = None


__all__ = ["Peripheral"]
