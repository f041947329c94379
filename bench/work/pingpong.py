"""A frame of 22 bytes over a pseudo-terminal and back, again and again: round trips a second.

Both ends share one core, since else the result is where the scheduler put them. The kernel hands the
bytes of a terminal on in a worker that may run on any core; the others are kept from halting by idle
loops, since to wake a halted core takes longer than all that is measured.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import signal
import sys
import tty
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

FRAME = bytes(range(1, 23))
WARM, TIMES = 300, 6000


def main() -> None:
    """Measure the client that the argument names."""
    cores = os.sched_getaffinity(0)
    ours = max(cores)
    master, slave = os.openpty()
    tty.setraw(slave)
    helpers = [_start(core, _idle) for core in cores - {ours}] + [_start(ours, lambda: _echo(master))]
    os.sched_setaffinity(0, {ours})
    try:
        clients = {"floor": _floor, "unknot": _unknot, "pyserial-asyncio": _streams}
        rate = clients[sys.argv[1]](os.ttyname(slave))
    finally:
        for process in helpers:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
    print(json.dumps({"rate": rate}))


def _start(core: int, run: Callable[[], None]) -> int:
    process = os.fork()
    if process == 0:
        try:
            os.sched_setaffinity(0, {core})
            run()
        finally:
            os._exit(1)
    return process


def _idle() -> None:
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    parent = os.getppid()
    while os.getppid() == parent:
        pass


def _echo(master: int) -> None:
    while True:
        os.write(master, os.read(master, 4096))


def _floor(path: str) -> float:
    fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
    for at in range(WARM + TIMES):
        if at == WARM:
            began = perf_counter()
        os.write(fd, FRAME)
        left = len(FRAME)
        while left:
            left -= len(os.read(fd, 4096))
    return TIMES / (perf_counter() - began)


def _unknot(path: str) -> float:
    return asyncio.run(_over_link(path))


async def _over_link(path: str) -> float:
    from controller.links.serial import open_serial  # noqa: PLC0415  the peer's environment has none

    link = await open_serial(path)
    finished: asyncio.Future[float] = asyncio.get_running_loop().create_future()
    done, got, began = 0, 0, 0.0

    def heard(data: bytes) -> None:
        nonlocal done, got, began
        got += len(data)
        if got < len(FRAME):
            return
        got, done = 0, done + 1
        if done == WARM:
            began = perf_counter()
        elif done == WARM + TIMES:
            finished.set_result(TIMES / (perf_counter() - began))
            return
        link.write(FRAME)

    link.listen(heard, lambda why: finished.set_exception(RuntimeError(why)))
    link.write(FRAME)
    try:
        return await finished
    finally:
        link.close()


def _streams(path: str) -> float:
    connect: Callable[..., Awaitable[Any]] = importlib.import_module("serial_asyncio").open_serial_connection
    return asyncio.run(_over_streams(path, connect))


async def _over_streams(path: str, connect: Callable[..., Awaitable[Any]]) -> float:
    reader, writer = await connect(url=path, baudrate=115_200)
    for at in range(WARM + TIMES):
        if at == WARM:
            began = perf_counter()
        writer.write(FRAME)
        await reader.readexactly(len(FRAME))
    rate = TIMES / (perf_counter() - began)
    writer.close()
    return rate


if __name__ == "__main__":
    main()
