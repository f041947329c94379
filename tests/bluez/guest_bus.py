"""What the scenario asks of BlueZ and of the device beside bleak."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import deque
from pathlib import Path
from typing import Any, Self

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

ADAPTER = "/org/bluez/hci0"
PATIENCE = 20.0
STARTED_WITHIN = 60.0
"""Seconds for a process that loads a whole stack of Bluetooth, where the machine is busy."""


async def until(what: str, true: Any, patience: float = PATIENCE) -> None:
    """Wait for a condition, asked often."""
    try:
        async with asyncio.timeout(patience):
            while not await true():
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"not within {patience:.0f} s: {what}") from None


class Bluez:
    """bluetoothd: its adapter, its devices, its process."""

    def __init__(self, bus: MessageBus) -> None:
        self._bus = bus

    @classmethod
    async def connect(cls) -> Self:
        return cls(await MessageBus(bus_type=BusType.SYSTEM).connect())

    async def call(self, path: str, interface: str, member: str, signature: str = "", *body: Any) -> Message:
        message = Message("org.bluez", path, interface, member, signature=signature, body=list(body))
        async with asyncio.timeout(PATIENCE):
            return await self._bus.call(message)

    async def get(self, path: str, interface: str, name: str) -> Any:
        """The value of a property; None where there is no such object."""
        reply = await self.call(path, "org.freedesktop.DBus.Properties", "Get", "ss", interface, name)
        return None if reply.message_type is MessageType.ERROR else reply.body[0].value

    async def device(self, address: str, name: str) -> Any:
        return await self.get(f"{ADAPTER}/dev_{address.replace(':', '_')}", "org.bluez.Device1", name)

    async def power(self, on: bool) -> None:
        """Switch the adapter, as soon as there is one."""

        async def switched() -> bool:
            value = Variant("b", on)
            names = ("org.bluez.Adapter1", "Powered")
            await self.call(ADAPTER, "org.freedesktop.DBus.Properties", "Set", "ssv", *names, value)
            return bool(await self.get(ADAPTER, *names) == on)

        await until(f"the adapter is {'on' if on else 'off'}", switched)

    async def connect_device(self, address: str) -> None:
        """As a person does in the settings of the system."""
        path = f"{ADAPTER}/dev_{address.replace(':', '_')}"

        async def connected() -> bool:
            await self.call(path, "org.bluez.Device1", "Connect")
            return bool(await self.device(address, "ServicesResolved"))

        await until(f"{address} is connected", connected)

    async def forget(self, address: str) -> None:
        """Remove the device with its bond, as a person does in the settings of the system."""
        path = f"{ADAPTER}/dev_{address.replace(':', '_')}"
        await self.call(ADAPTER, "org.bluez.Adapter1", "RemoveDevice", "o", path)

    async def stop_daemon(self) -> str:
        """Have bluetoothd end; its program, to start it again."""
        [process] = [
            int(each.parent.name)
            for each in Path("/proc").glob("[0-9]*/comm")
            if each.read_text().strip() == "bluetoothd"
        ]
        program = str(Path(f"/proc/{process}/exe").readlink())
        os.kill(process, signal.SIGTERM)

        async def gone() -> bool:
            return not Path(f"/proc/{process}/exe").exists()

        await until("bluetoothd has ended", gone)
        return program

    async def start_daemon(self, program: str) -> None:
        subprocess.Popen([program, "--nodetach"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        async def there() -> bool:
            reply = await self.call("/org/bluez", "org.freedesktop.DBus.Peer", "Ping")
            return reply.message_type is not MessageType.ERROR

        await until("bluetoothd answers", there)


class Station:
    """The device in its own process: ordered about, and listened to."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._events: deque[tuple[str, Any]] = deque()
        self._news = asyncio.Condition()
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, module: str) -> Self:
        program = [sys.executable, "-m", "tests.bluez.guest_radio", module]
        pipe = asyncio.subprocess.PIPE
        self = cls(await asyncio.create_subprocess_exec(*program, stdin=pipe, stdout=pipe))
        await self.event("ready", patience=STARTED_WITHIN)
        return self

    async def _read(self) -> None:
        assert self._process.stdout
        async for line in self._process.stdout:
            event, value = json.loads(line)
            async with self._news:
                self._events.append((event, value))
                self._news.notify_all()

    async def order(self, name: str, *arguments: Any) -> Any:
        """Have it done, for what it returns; what was told before stays to be listened to."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps([name, arguments]).encode() + b"\n")
        return await self.event(f"done {name}")

    async def event(self, name: str, *value: Any, patience: float = PATIENCE) -> Any:
        """The value of the next such event (with that value, if one is given), which is taken off."""

        def heard() -> tuple[str, Any] | None:
            wanted = (each for each in self._events if each[0] == name and value in ((), (each[1],)))
            return next(wanted, None)

        try:
            async with asyncio.timeout(patience), self._news:
                await self._news.wait_for(lambda: heard() is not None)
        except TimeoutError:
            raise AssertionError(f"the device did not tell {name} {value}, but {[*self._events]}") from None
        found = heard()
        assert found
        self._events.remove(found)
        return found[1]

    def clear(self) -> None:
        """What was told is of no interest any more."""
        self._events.clear()

    def heard(self, name: str) -> bool:
        return any(each[0] == name for each in self._events)

    async def end(self) -> None:
        """The controller goes with it, as when an adapter is pulled out."""
        assert self._process.stdin
        self._process.stdin.close()
        await self._process.wait()
        await self._reader
