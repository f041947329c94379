"""The commands of Bluetooth in one process and no time: a bench on the virtual radio in place of the air."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner
from radio_kit import running, virtual

from controller.faces.cli import asker, choosing, cli, pair
from controller.links import ble

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    import pytest
    from click.testing import Result

    from controller.links.ble import Radio
    from simulator.bench import Bench


class Air:
    """`bench` is on the air of every command; `keys` are what the person presses, in turn, and `typed` their
    lines. `pressing` is called before each key, to see or change what is there."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, make: Callable[[], Bench]) -> None:
        self.make = make
        self.bench: Bench | None = None
        self.keys: list[str] = []
        self.typed: list[str | None] = []
        self.pressing: Callable[[Bench], None] = lambda _bench: None
        self.before: list[Radio] = []
        self.only: list[Radio] = []
        monkeypatch.setattr(asyncio, "run", virtual)
        monkeypatch.setattr(ble, "air", self.air)
        for place in (asker, choosing):
            monkeypatch.setattr(place, "keys", self.pressed)
        monkeypatch.setattr(asker, "line", self.line)
        monkeypatch.setattr(pair, "on_terminal", lambda: bool(self.keys))

    @asynccontextmanager
    async def air(self) -> AsyncIterator[list[Radio]]:
        async with running(self.make()) as self.bench:
            yield self.only or [*self.before, self.bench.radio]

    @contextmanager
    def pressed(self) -> Iterator[asyncio.Queue[str]]:
        queue: asyncio.Queue[str] = asyncio.Queue()
        task = asyncio.ensure_future(self._press(queue))
        try:
            yield queue
        finally:
            task.cancel()

    async def _press(self, queue: asyncio.Queue[str]) -> None:
        """One key at a time, each a second after what it answers is there to be read."""
        while self.keys:
            await asyncio.sleep(1)
            assert self.bench is not None
            self.pressing(self.bench)
            queue.put_nowait(self.keys.pop(0))

    async def line(self) -> str | None:
        await asyncio.sleep(1)
        return self.typed.pop(0)


def unknot(*words: Any) -> Result:
    return CliRunner().invoke(cli, [str(each) for each in words])
