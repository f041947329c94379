"""Fifty devices on the virtual radio, each with ten STATUS a second: CPU of the process that hears them.

The devices and the chips are a process of their own, the host is in the process that is measured, as
Bumble is there for every reader: bumble, which queues what its own client is notified of, bleak, which
does the same through bleak, or unknot, one session with a role for each device.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.work.fleet_session import DEVICES, SECONDS, WARM, measure, playing, session, tell
from bench.work.gun import HIGH, LOW, STEP, Gun
from simulator.ble import BleFacts, address_of
from simulator.device import DeviceFacts
from simulator.radio import radios

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from simulator.device import Port
    from simulator.radio.backend import Radio

STATUS = "daee0004-fce3-4bab-96ba-bce836e09d0b"
COME_WITHIN = 10.0


class _OnAir(Gun):
    """What a peripheral wants of a device; no bond is asked for, since none of the readers makes one."""

    plugged = True
    port: Port
    radio: object = None
    on_power: object = None

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.firmware = self
        self.facts = DeviceFacts(
            name=self.serial, kind="percussion", serial=self.serial, low=LOW, high=HIGH, step=STEP,
            link="ble", ble=BleFacts(pairing="none"),
        )  # fmt: skip

    def say(self, payload: bytes) -> None:
        self.port.send(payload)

    def receive(self, data: bytes) -> None:
        self.hear(data)

    def link_lost(self) -> None:
        self._setpoint = 0

    def battery(self) -> None:
        return None


def main() -> None:
    """Measure the reader that the argument names; the next ones may be fewer devices and seconds."""
    count = int(sys.argv[2]) if len(sys.argv) > 2 else DEVICES
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else SECONDS
    read = {"bumble": _bumble, "bleak": _bleak, "unknot": _unknot}[sys.argv[1]]
    with tempfile.TemporaryDirectory() as folder, playing(lambda: _play(Path(folder), count)):
        addresses = [address_of(_OnAir(number).serial) for number in range(count)]
        print(json.dumps(asyncio.run(read(Path(folder), addresses, min(WARM, seconds), seconds))))


async def _play(folder: Path, count: int) -> None:
    from simulator.radio.on_air import OnAir  # noqa: PLC0415  the readers have none of it
    from simulator.radio.served import RadioServer  # noqa: PLC0415

    guns = [_OnAir(number) for number in range(count)]
    there: Any = guns
    await RadioServer(OnAir(there, 1).air, folder).open()
    await tell(guns)


async def _joined(folder: Path) -> Radio:
    async with asyncio.timeout(COME_WITHIN):
        while not (found := radios(folder)):  # noqa: ASYNC110  another process opens it
            await asyncio.sleep(0.05)
    return found[0]


class _Queue:
    """A queue that somebody empties, and how much has come."""

    def __init__(self) -> None:
        self.taken = 0
        self._queue: asyncio.Queue[object] = asyncio.Queue()
        self._task = asyncio.ensure_future(self._take())

    def put(self, data: object) -> None:
        self._queue.put_nowait(data)

    async def _take(self) -> None:
        while True:
            await self._queue.get()
            self.taken += 1


async def _bumble(folder: Path, addresses: list[str], warm: float, seconds: float) -> dict[str, Any]:
    from bumble import hci  # noqa: PLC0415  the child has not loaded it when it is forked
    from bumble.core import UUID  # noqa: PLC0415
    from bumble.device import Peer  # noqa: PLC0415

    radio = await _joined(folder)
    device = await radio.central.host()
    queue = _Queue()
    for address in addresses:
        peer = hci.Address(address, hci.Address.RANDOM_DEVICE_ADDRESS)
        client = Peer(await device.connect_le(peer, own_address_type=hci.OwnAddressType.PUBLIC))
        await client.request_mtu(517)
        await client.discover_all()  # type: ignore[no-untyped-call]
        [status] = client.get_characteristics_by_uuid(UUID(STATUS))
        await client.subscribe(status, queue.put)
    return await measure(lambda: queue.taken, warm, seconds)


async def _bleak(folder: Path, addresses: list[str], warm: float, seconds: float) -> dict[str, Any]:
    from bleak import BleakClient  # noqa: PLC0415

    radio = await _joined(folder)
    queue = _Queue()
    clients = [BleakClient(address, backend=radio.client) for address in addresses]
    for client in clients:
        await client.connect()
        await client.start_notify(STATUS, lambda _characteristic, data: queue.put(data))
    return await measure(lambda: queue.taken, warm, seconds)


async def _unknot(folder: Path, addresses: list[str], warm: float, seconds: float) -> dict[str, Any]:
    from controller.binding import on_air  # noqa: PLC0415

    radio = await _joined(folder)

    def opener(address: str) -> Callable[[], Awaitable[Any]]:
        return lambda: on_air(address, [radio])

    return await session([opener(each) for each in addresses], warm, seconds)


if __name__ == "__main__":
    main()
