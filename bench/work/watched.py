"""A session in real time whose control loop is watched: the deadline of every tick, and when it came."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.work.plan import answers, plan
from controller.binding import bind, close_all, open_all
from controller.core import Answer, Said, Session, Tick
from controller.journal import Journal
from controller.runner import Runner
from simulator.bench import open_bench

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.core import Input
    from controller.snapshot import Snapshot


class Watched(Runner):
    """Notes when each tick of the control loop's grid was due and when it was taken."""

    ticks: list[tuple[float, float]]
    _deadline = 0.0

    async def _wait_until(self, when_ms: int) -> None:
        self._deadline = when_ms / 1000
        await super()._wait_until(when_ms)

    def take(self, event: Input) -> None:
        """As the runner's. A tick of the session's own, between two of the grid, is not counted."""
        due = self.session.due_ms
        arrived = self._loop.time()
        own = due is not None and due <= int(arrived * 1000 + 1e-3)
        if isinstance(event, Tick) and self._deadline and not own:
            self.ticks.append((self._deadline, arrived))
        super().take(event)


async def watched_session(seconds: float, period: float) -> list[tuple[float, float]]:
    """The ticks of `seconds` with both devices driven, recorded as ever; prints the first deadline."""
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
            runner = Watched(Session(compiled, channels, name), drivers, journal)
            runner.ticks = []
            runner.listen(_answering(runner))
            running = asyncio.ensure_future(runner.run())
            await _some(runner, 20)
            print(runner.ticks[-1][0], flush=True)
            first = len(runner.ticks)
            await _some(runner, first + round(seconds / period))
            ticks = runner.ticks[first:]
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


async def _some(runner: Watched, ticks: int) -> None:
    while len(runner.ticks) < ticks:
        if runner.session.stage == "ended":
            raise RuntimeError(f"the session ended: {runner.session.why}")
        await asyncio.sleep(0.5)
