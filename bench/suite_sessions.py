"""A pytest plugin: of every session that a test runs in virtual time, how long it was and how long it took.

`python -m pytest -p bench.suite_sessions --sessions FILE` appends a line for each: simulated seconds,
seconds of its thread's work. A session that goes on in a forked process is counted from the fork. One
under a tracer, as where the suite breaks a line of it, tells of the tracer and is left out.
"""

from __future__ import annotations

import asyncio
import os
import sys
from functools import wraps
from pathlib import Path
from time import thread_time
from typing import TYPE_CHECKING

from controller.runner import Runner
from simulator.loop import VirtualLoop, _Jumping

if TYPE_CHECKING:
    import pytest

    from controller.snapshot import Ended

_since: dict[Runner, tuple[asyncio.AbstractEventLoop, float, float]] = {}
"""Sessions that run: their loop, its time and their thread's when they began in this process."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--sessions", type=Path, required=True, help="where to write to")


def pytest_configure(config: pytest.Config) -> None:
    into: Path = config.getoption("sessions")
    run = Runner.run

    @wraps(run)
    async def timed(self: Runner) -> Ended:
        _begin(self, asyncio.get_running_loop())
        try:
            return await run(self)
        finally:
            loop, simulated, began = _since.pop(self)
            jumps = isinstance(loop, VirtualLoop) and isinstance(loop._clock, _Jumping)  # noqa: SLF001
            if jumps and sys.gettrace() is None:
                with into.open("a", encoding="utf-8") as file:
                    file.write(f"{loop.time() - simulated} {thread_time() - began}\n")

    Runner.run = timed  # type: ignore[method-assign]
    os.register_at_fork(after_in_child=_begin_again)


def _begin(runner: Runner, loop: asyncio.AbstractEventLoop) -> None:
    _since[runner] = (loop, loop.time(), thread_time())


def _begin_again() -> None:
    for runner, (loop, *_) in list(_since.items()):
        _begin(runner, loop)
