"""What the tests of the virtual radio share: benches with Bluetooth devices, and a user of plain bleak."""

from __future__ import annotations

import asyncio
import gc
import struct
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from bleak import BleakClient, BleakScanner

from simulator.bench import STANDARD, Bench, Plan
from simulator.ble import BleFacts
from simulator.loop import VirtualLoop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from bleak.backends.device import BLEDevice

    from simulator.faults import Fault
    from simulator.radio.backend import Radio

T = TypeVar("T")
SERVICE, INFO, COMMAND, STATUS = (f"daee000{n}-fce3-4bab-96ba-bce836e09d0b" for n in (1, 2, 3, 4))
STOP = b"\x04\x01\0\0"
SESSION_AT = 2


def virtual(main: Coroutine[Any, Any, T]) -> T:
    """Run on the clock that jumps; asyncio may have nothing to complain of."""
    return _run(main, VirtualLoop)


def real(main: Coroutine[Any, Any, T]) -> T:
    """The same on the clock of the world."""
    return _run(main, asyncio.new_event_loop)


def _run(main: Coroutine[Any, Any, T], factory: Callable[[], asyncio.AbstractEventLoop]) -> T:
    complaints: list[dict[str, Any]] = []
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.get_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
        result = runner.run(main)
        gc.collect()
    assert complaints == [], complaints
    return result


def bench_of(*kinds: str, faults: tuple[Fault, ...] = (), **facts: Any) -> Bench:
    """Bluetooth devices of these kinds, with what `BleFacts` takes."""
    devices = tuple(replace(STANDARD[kind], link="ble", ble=BleFacts(**facts)) for kind in kinds)
    return Bench(Plan(devices=devices, faults=faults))


@asynccontextmanager
async def running(bench: Bench) -> AsyncIterator[Bench]:
    """Its radio is closed and it is off at the end."""
    bench.start()
    try:
        yield bench
    finally:
        if bench._on_air is not None:
            await bench.radio.close()
        bench.stop()


async def find(radio: Radio, name: str, within: float = 5) -> BLEDevice | None:
    return await BleakScanner.find_device_by_name(name, timeout=within, backend=radio.scanner)


class Person:
    """A plain user of bleak, with what was told and how often the link was lost."""

    def __init__(self, radio: Radio, device: BLEDevice | str, **options: Any) -> None:
        self.told: list[bytes] = []
        self.lost = 0
        self.client = BleakClient(
            device, disconnected_callback=self._on_lost, backend=radio.client, **options
        )

    def _on_lost(self, _client: BleakClient) -> None:
        self.lost += 1

    async def subscribe(self) -> None:
        await self.client.start_notify(STATUS, lambda _characteristic, data: self.told.append(bytes(data)))

    async def write(self, payload: bytes) -> None:
        await self.client.write_gatt_char(COMMAND, payload, response=True)

    async def drive(self, setpoint: int, lease_ms: int = 2000) -> None:
        """HELLO and DRIVE."""
        await self.write(struct.pack("<BBHBI", 1, 1, 0, 1, 77))
        info = next(payload for payload in reversed(self.told) if payload[0] == 0x81)
        (session,) = struct.unpack_from("<H", info, SESSION_AT)
        await self.write(struct.pack("<BBHBHH", 2, 2, session, 0, setpoint, lease_ms))


async def paired(bench: Bench, name: str | None = None, **options: Any) -> Person:
    """Connected to the bench's device, bonded and subscribed."""
    address = bench.address(name or bench.names[0])
    assert address is not None
    person = Person(bench.radio, address, **options)
    await person.client.connect()
    await person.client.pair()
    await person.subscribe()
    return person


async def until(true: Callable[[], bool], within: float = 10) -> None:
    """Wait on the loop's clock, a turn at a time at first."""
    async with asyncio.timeout(within):
        for _ in range(1000):
            if true():
                return
            await asyncio.sleep(0)
        while not true():  # noqa: ASYNC110 - conditions of a device, which tells nobody
            await asyncio.sleep(0.001)
