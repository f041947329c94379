"""What the rows of fleets share: one session with a role for each device, and the CPU that reading costs."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence

    from bench.work.gun import Gun
    from controller.links import MessageLink

DEVICES = 50
PERIOD = 0.1
WARM, SECONDS = 2.0, 10.0


@contextmanager
def playing(devices: Callable[[], Coroutine[Any, Any, None]]) -> Iterator[None]:
    """`devices` run in a process of their own meanwhile."""
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(devices())
        finally:
            os._exit(1)
    try:
        yield
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


async def tell(guns: Sequence[Gun]) -> None:
    """Ten STATUS a second from each, evenly spread."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        for gun in guns:
            gun.status()
            due += PERIOD / len(guns)
            await asyncio.sleep(max(0.0, due - loop.time()))


async def measure(frames: Callable[[], int], warm: float = WARM, seconds: float = SECONDS) -> dict[str, Any]:
    """CPU of this process, in µs a frame and as a share of a core."""
    await asyncio.sleep(warm)
    first, before = frames(), _cpu()
    await asyncio.sleep(seconds)
    taken, used = frames() - first, _cpu() - before
    return {"us": used / taken * 1e6, "frames": taken, "share": used / seconds}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def session(
    openers: Sequence[Callable[[], Awaitable[MessageLink]]], warm: float = WARM, seconds: float = SECONDS
) -> dict[str, Any]:
    """A session of unknot with a gun behind each of `openers`, with its limits and its record, measured."""
    from controller.core import Answer, Said, Session  # noqa: PLC0415
    from controller.devices.knot import KnotDriver  # noqa: PLC0415  the floor has none of it
    from controller.journal import Journal  # noqa: PLC0415
    from controller.runner import Runner  # noqa: PLC0415
    from protocols.language import compile_text  # noqa: PLC0415

    roles = [f"gun-{n}" for n in range(len(openers))]
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
        role: KnotDriver(role, "percussion", opener, 1)
        for role, opener in zip(roles, openers, strict=True)
    }  # fmt: skip
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
        measured = await measure(frames, warm, seconds)
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
