"""Fifty devices on pseudo-terminals, each with ten STATUS a second: CPU of whoever reads them, µs a frame.

The devices are a process of their own and speak the wire with the firmware's codec. The argument names
the reader: the floor, which checks each frame and queues it, or unknot, one session with a role for
each device, its limits and its record.
"""

from __future__ import annotations

import asyncio
import binascii
import json
import os
import sys
import tty
from typing import TYPE_CHECKING, Any

from bench.work.fleet_session import DEVICES, measure, playing, session, tell
from bench.work.gun import Gun
from simulator.firmware import codec

if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> None:
    """Measure the reader that the argument names."""
    masters, paths = zip(*(_terminal() for _ in range(DEVICES)), strict=True)
    with playing(lambda: _play([_Wired(fd, n) for n, fd in enumerate(masters)])):
        for master in masters:
            os.close(master)
        run = {"floor": _floor, "unknot": _unknot}[sys.argv[1]]
        measured = asyncio.run(run(list(paths)))
    print(json.dumps(measured))


def _terminal() -> tuple[int, str]:
    master, slave = os.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    return master, os.ttyname(slave)


class _Wired(Gun):
    def __init__(self, fd: int, number: int) -> None:
        super().__init__(number)
        self.fd = fd
        self._framer = codec.Framer()

    def say(self, payload: bytes) -> None:
        try:
            os.write(self.fd, codec.frame(payload))
        except BlockingIOError:
            return  # nobody has it open yet

    def read(self) -> None:
        for payload in self._framer.feed(os.read(self.fd, 4096)):
            self.hear(payload)


async def _play(guns: list[_Wired]) -> None:
    for gun in guns:
        asyncio.get_running_loop().add_reader(gun.fd, gun.read)
    await tell(guns)


async def _floor(paths: list[str]) -> dict[str, Any]:
    queue: asyncio.Queue[bytes] = asyncio.Queue()
    taken = 0

    def reader(fd: int) -> Callable[[], None]:
        kept = b""

        def read() -> None:
            nonlocal kept
            *whole, kept = (kept + os.read(fd, 4096)).split(b"\0")
            for encoded in whole:
                binascii.crc_hqx(encoded, 0xFFFF)
                queue.put_nowait(encoded)

        return read

    async def take() -> None:
        nonlocal taken
        while True:
            await queue.get()
            taken += 1

    fds = [os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK) for path in paths]
    for fd in fds:
        asyncio.get_running_loop().add_reader(fd, reader(fd))
    task = asyncio.create_task(take())
    try:
        return await measure(lambda: taken)
    finally:
        task.cancel()


async def _unknot(paths: list[str]) -> dict[str, Any]:
    from controller.binding import on_port  # noqa: PLC0415  the floor has none of it

    return await session([lambda path=path: on_port(path) for path in paths])  # type: ignore[misc]


if __name__ == "__main__":
    main()
