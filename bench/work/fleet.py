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
import resource
import signal
import sys
import tempfile
import time
import tty
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.firmware import codec

if TYPE_CHECKING:
    from collections.abc import Callable

DEVICES = 50
PERIOD = 0.1
WARM, SECONDS = 2.0, 10.0
PERCUSSION, DRIVEN_AND_MEASURED = 1, 3
LOW, HIGH, STEP, LEASE_MS = 1200, 3200, 50, 2000
NO_BATTERY = 0xFF
IDLE, RUNNING = 0, 1


def main() -> None:
    """Measure the reader that the argument names."""
    masters, paths = zip(*(_terminal() for _ in range(DEVICES)), strict=True)
    devices = os.fork()
    if devices == 0:
        try:
            asyncio.run(_play([_Device(fd, n) for n, fd in enumerate(masters)]))
        finally:
            os._exit(1)
    for master in masters:
        os.close(master)
    try:
        run = {"floor": _floor, "unknot": _unknot}[sys.argv[1]]
        frames, seconds = asyncio.run(run(list(paths)))
    finally:
        os.kill(devices, signal.SIGKILL)
        os.waitpid(devices, 0)
    print(json.dumps({"us": seconds / frames * 1e6, "frames": frames}))


def _terminal() -> tuple[int, str]:
    master, slave = os.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    return master, os.ttyname(slave)


class _Device:
    """One gun: it answers what it is told, and says how it is ten times a second."""

    def __init__(self, fd: int, number: int) -> None:
        self.fd = fd
        self._serial = f"SIM-FLEET{number:02}"
        self._framer = codec.Framer()
        self._session = self._setpoint = 0
        self._began = time.monotonic()

    def say(self, payload: bytes) -> None:
        try:
            os.write(self.fd, codec.frame(payload))
        except BlockingIOError:
            return  # nobody has it open yet

    def status(self) -> None:
        uptime = int((time.monotonic() - self._began) * 1000)
        state = RUNNING if self._setpoint else IDLE
        values = [self._setpoint, self._setpoint]
        self.say(codec.status(0, self._session, uptime, state, 0, NO_BATTERY, values))

    def hear(self) -> None:
        for payload in self._framer.feed(os.read(self.fd, 4096)):
            told = codec.request(payload)
            if told is None:
                continue
            kind, seq = told[0], told[1]
            if kind == codec.HELLO:
                self._session = 7
                channels = [(PERCUSSION, DRIVEN_AND_MEASURED, LOW, HIGH, STEP)]
                texts = ("Fleet", self._serial, "1")
                self.say(codec.info(seq, self._session, 1, LEASE_MS, texts, channels))
                continue
            if kind == codec.DRIVE:
                self._setpoint = told[4]
            elif kind == codec.STOP:
                self._setpoint = 0
            self.say(codec.ack(seq, self._session, kind, 0))


async def _play(devices: list[_Device]) -> None:
    loop = asyncio.get_running_loop()
    for device in devices:
        loop.add_reader(device.fd, device.hear)
    due = loop.time()
    while True:
        for device in devices:
            device.status()
            due += PERIOD / len(devices)
            await asyncio.sleep(max(0.0, due - loop.time()))


async def _measure(frames: Callable[[], int]) -> tuple[int, float]:
    await asyncio.sleep(WARM)
    first, before = frames(), _cpu()
    await asyncio.sleep(SECONDS)
    return frames() - first, _cpu() - before


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def _floor(paths: list[str]) -> tuple[int, float]:
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
        return await _measure(lambda: taken)
    finally:
        task.cancel()


async def _unknot(paths: list[str]) -> tuple[int, float]:
    from controller.binding import on_port  # noqa: PLC0415
    from controller.core import Answer, Said, Session  # noqa: PLC0415  the floor has none of it
    from controller.devices.knot import KnotDriver  # noqa: PLC0415
    from controller.journal import Journal  # noqa: PLC0415
    from controller.runner import Runner  # noqa: PLC0415
    from protocols.language import compile_text  # noqa: PLC0415

    roles = [f"gun-{n}" for n in range(DEVICES)]
    needs = ", ".join(f"{role}: percussion" for role in roles)
    text = f"""\
unknot: 1
title: A fleet
needs: {{{needs}}}
steps:
  - press: hamstrings
    side: left
    with: gun-0
    at: gentle
    for: 60 s
    move: along
"""
    plan = compile_text(text).plan
    if plan is None:
        raise RuntimeError("the fleet's plan does not compile")
    drivers = {
        role: KnotDriver(role, "percussion", lambda path=path: on_port(path), 1)  # type: ignore[misc]
        for role, path in zip(roles, paths, strict=True)
    }
    await asyncio.gather(*(driver.open() for driver in drivers.values()))
    channels = {role: driver.channel for role, driver in drivers.items()}
    with tempfile.TemporaryDirectory() as folder, Journal.open(Path(folder) / "record.sqlite") as journal:
        journal.begin("bench", {"plan": plan, "channels": channels})
        runner = Runner(Session(plan, channels, "bench"), drivers, journal)
        driven = asyncio.Event()

        def hear(fact: object) -> None:
            if isinstance(fact, Said) and fact.event == "question":
                answer = Answer(str(fact.data["question"]), "yes")
                asyncio.get_running_loop().call_soon(runner.take, answer)
            elif isinstance(fact, Said) and fact.event == "drive":
                driven.set()

        runner.listen(hear, pictures=False)
        frames = _counted(runner)
        running = asyncio.create_task(runner.run())
        await driven.wait()
        measured = await _measure(frames)
        if runner.session.over:
            raise RuntimeError(f"the session ended: {runner.session.why}")
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await asyncio.gather(*(driver.close() for driver in drivers.values()))
        return measured


def _counted(runner: object) -> Callable[[], int]:
    """How many readings a runner has taken."""
    take, seen = runner.take, 0  # type: ignore[attr-defined]

    def count(event: object) -> None:
        nonlocal seen
        seen += type(event).__name__ == "Reading"
        take(event)

    runner.take = count  # type: ignore[attr-defined]
    return lambda: seen


if __name__ == "__main__":
    main()
