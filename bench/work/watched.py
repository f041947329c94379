"""A session in real time whose control loop is watched: the deadline of every tick, and when it came."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.work.plan import answers, plan
from controller.binding import bind, close_all, open_all
from controller.core import Answer, Said, Session
from controller.journal import Journal
from controller.runner import Runner
from simulator.bench import open_bench

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextvars import Context

    from controller.snapshot import Snapshot

WARM_S = 3.0
"""Seconds from the start of the session that are not measured."""
LEAST_RATE = 9
"""Ticks a second that must be there: the control loop has ten, and some for ends of steps."""


class Watch:
    """Notes, for every timer of one runner, when it was due and when the loop came to it."""

    def __init__(self, runner: Runner) -> None:
        self.ticks: list[tuple[float, float]] = []
        self._runner = runner
        self._loop = asyncio.get_running_loop()
        self._call_at = self._loop.call_at
        self._loop.call_at = self._watched  # type: ignore[method-assign]

    def _watched(
        self, when: float, callback: Callable[..., object], *args: object, context: Context | None = None
    ) -> asyncio.TimerHandle:
        if getattr(callback, "__self__", None) is not self._runner:
            return self._call_at(when, callback, *args, context=context)

        def arrive() -> None:
            self.ticks.append((when, self._loop.time()))
            callback(*args)

        return self._call_at(when, arrive, context=context)

    async def measure(self, seconds: float) -> list[tuple[float, float]]:
        """The ticks of `seconds`, after a while that is not measured; prints a deadline before."""
        await asyncio.sleep(WARM_S)
        if not self.ticks:
            raise RuntimeError(f"no ticks: {self._runner.session.why}")
        print(self.ticks[-1][0], flush=True)
        first = len(self.ticks)
        await asyncio.sleep(seconds)
        found = self.ticks[first:]
        if len(found) < seconds * LEAST_RATE:
            raise RuntimeError(f"{len(found)} ticks in {seconds:g} s: {self._runner.session.why}")
        return found


async def watched_session(seconds: float, *, recorded: bool = True) -> list[tuple[float, float]]:
    """The ticks of `seconds` with both devices driven, recorded as ever or not; prints the first deadline."""
    bench = open_bench()
    bench.start()
    compiled = plan()
    drivers = bind({}, compiled, bench, by_hand=False)
    with tempfile.TemporaryDirectory() as folder:
        await open_all(drivers, compiled)
        channels = {role: driver.channel for role, driver in drivers.items()}
        name = secrets.token_hex(4)
        with Journal.open(Path(folder) / "record.sqlite") as journal:
            journal.begin(name, {"plan": compiled, "channels": channels, "began": ""})
            runner = Runner(Session(compiled, channels, name), drivers, journal if recorded else None)
            watch = Watch(runner)
            runner.listen(_answering(runner))
            running = asyncio.ensure_future(runner.run())
            ticks = await watch.measure(seconds)
            running.cancel()
            await asyncio.wait([running])
            journal.finish("stopped")
        await close_all(drivers)
        bench.stop()
    return ticks


def _answering(runner: Runner) -> Callable[[Snapshot | Said], None]:
    beforehand = answers()
    loop = asyncio.get_running_loop()

    def hear(fact: Snapshot | Said) -> None:
        if isinstance(fact, Said) and fact.event == "question":
            kind, question = str(fact.data["kind"]), str(fact.data["question"])
            value = beforehand.answer(kind, question, str(fact.data["text"]))
            loop.call_soon(runner.take, Answer(question, value))

    return hear
