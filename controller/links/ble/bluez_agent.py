"""Who BlueZ asks while a device pairs: an org.bluez.Agent1 on the system bus of a Linux machine."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

from controller.links.ble.bluez_bus import BLUEZ, BluezMissingError, system_bus

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from dbus_fast import Message
    from dbus_fast.aio import MessageBus

MANAGER = "org.bluez.AgentManager1"
AGENT = "org.bluez.Agent1"
PATH = "/unknot/agent"
REJECTED = "org.bluez.Error.Rejected"
CANCELED = "org.bluez.Error.Canceled"
Capability = Literal["KeyboardDisplay", "DisplayYesNo", "KeyboardOnly", "DisplayOnly", "NoInputNoOutput"]


async def _no(*_: object) -> bool:
    return False


async def _nothing(*_: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person says, by the device's address; whoever is not asked has said no.

    A question that BlueZ takes back (the link is gone, the device gave up) is cancelled.
    """

    allow: Callable[[str], Awaitable[bool]] = _no
    """Pair with a device that can show no number, or let a paired one offer a service?"""
    confirm: Callable[[str, int], Awaitable[bool]] = _no
    """Does the device show this number of six digits too?"""
    enter: Callable[[str], Awaitable[int | None]] = _nothing
    """Which number does the device show? None is a refusal."""
    show: Callable[[str, int], Awaitable[None]] = _nothing
    """Tell the person to enter this number on the device; told again for each digit entered."""


class PairingAgent:
    """The machine's default agent for as long as its context lasts. Raises BluezMissingError on entry."""

    _bus: MessageBus

    def __init__(self, answers: Answers, capability: Capability = "KeyboardDisplay") -> None:
        self._answers = answers
        self._capability = capability
        self._asking: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._bus = await system_bus()
        self._bus.add_message_handler(self._heard)
        try:
            await self._manager("RegisterAgent", "os", [PATH, self._capability])
            await self._manager("RequestDefaultAgent", "o", [PATH])
        except BaseException:
            self._bus.disconnect()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        self._take_back()
        # A bluetoothd that has ended has forgotten the agent, and a bus that is gone has told it.
        with suppress(BluezMissingError, OSError, EOFError):
            await self._manager("UnregisterAgent", "o", [PATH])
        self._bus.disconnect()

    async def _manager(self, member: str, signature: str, body: list[Any]) -> None:
        from dbus_fast import Message, MessageType  # noqa: PLC0415  other systems have no D-Bus

        reply = await self._bus.call(
            Message(BLUEZ, "/org/bluez", MANAGER, member, signature=signature, body=body)
        )
        if reply.message_type is MessageType.ERROR:
            raise _missing(str(reply.error_name), str(reply.body[0]) if reply.body else "")

    def _heard(self, message: Message) -> bool:
        """Take what is for the agent; True where it was."""
        if message.path != PATH or message.interface != AGENT:
            return False
        if message.member in {"Cancel", "Release"}:
            self._take_back()
        task = asyncio.get_running_loop().create_task(self._answer(message))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)
        return True

    def _take_back(self) -> None:
        for each in self._asking:
            each.cancel()

    async def _answer(self, message: Message) -> None:
        from dbus_fast import Message as Reply  # noqa: PLC0415  other systems have no D-Bus

        reply = Reply.new_error(message, CANCELED, "no answer")
        try:
            body = await self._asked(str(message.member), message.body)
            if body is None:
                reply = Reply.new_error(message, REJECTED, "refused")
            else:
                reply = Reply.new_method_return(message, "u" if body else "", list(body))
        finally:
            # An answer that fails is told too: BlueZ waits for it, and the device with it.
            if self._bus.connected:
                self._bus.send(reply)

    async def _asked(self, member: str, body: list[Any]) -> tuple[int, ...] | None:
        """The body of the reply; None is a refusal."""
        match member, body:
            case ("RequestAuthorization", [path]) | ("AuthorizeService", [path, _]):
                return () if await self._answers.allow(_address(path)) else None
            case "RequestConfirmation", [path, number]:
                return () if await self._answers.confirm(_address(path), number) else None
            case "RequestPasskey", [path]:
                number = await self._answers.enter(_address(path))
                return None if number is None else (number,)
            case "DisplayPasskey", [path, number, _]:
                await self._answers.show(_address(path), number)
                return ()
            case (("Cancel" | "Release"), []):
                return ()
        return None  # a PIN is for classic Bluetooth, which no device of ours speaks


def _address(path: str) -> str:
    """Of `/org/bluez/hci0/dev_F0_F1_F2_F3_F4_F5`."""
    return path.rpartition("/dev_")[2].replace("_", ":")


def _missing(name: str, text: str) -> BluezMissingError:
    if name == "org.freedesktop.DBus.Error.AccessDenied":
        return BluezMissingError(
            f"you may not use Bluetooth ({text})", "have the administrator add you to the group `bluetooth`"
        )
    return BluezMissingError(
        f"the Bluetooth service of this machine does not answer ({name}: {text})",
        "install BlueZ, and start it: sudo systemctl start bluetooth",
    )
