"""The system bus of a Linux machine, and what BlueZ tells there that bleak does not pass on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.links import LinkError

if TYPE_CHECKING:
    from dbus_fast.aio import MessageBus

BLUEZ = "org.bluez"


class BluezMissingError(LinkError):
    """The system bus or bluetoothd is not there, or does not let this user in."""


async def system_bus() -> MessageBus:
    """A connection of its own. Raises BluezMissingError."""
    from dbus_fast import AuthError, BusType  # noqa: PLC0415  other systems have no D-Bus
    from dbus_fast.aio import MessageBus  # noqa: PLC0415

    bus = MessageBus(bus_type=BusType.SYSTEM)
    try:
        return await bus.connect()
    except (OSError, AuthError) as why:
        bus.disconnect()
        raise BluezMissingError(
            f"the system's message bus cannot be reached ({why})",
            "start D-Bus, or let this program reach /run/dbus/system_bus_socket where it runs in a container",
        ) from why


async def mtu_now(characteristic: str) -> int:
    """The MTU of the connection that the characteristic at this path is reached by; 0 where it is not told.

    BlueZ signals no change of it: whoever looked before there was a connection keeps what stood then.
    """
    from dbus_fast import Message, MessageType  # noqa: PLC0415  other systems have no D-Bus

    names = ["org.bluez.GattCharacteristic1", "MTU"]
    bus = await system_bus()
    try:
        asked = Message(
            BLUEZ, characteristic, "org.freedesktop.DBus.Properties", "Get", signature="ss", body=names
        )
        reply = await bus.call(asked)
    finally:
        bus.disconnect()
    if reply.message_type is MessageType.ERROR:
        return 0
    return int(reply.body[0].value)
