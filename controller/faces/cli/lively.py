"""Lines that are drawn again in place on a terminal, and keys that are taken meanwhile."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.live import Live

EVERY = 0.25
"""Seconds between drawings."""


def is_lively() -> bool:
    """Whether stdout is a terminal that can draw in place."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


class Lively:
    """Draws what a call gives, four times a second; the lines are gone when it is left."""

    def __init__(self, *, shown: bool = True) -> None:
        self._shown = shown and is_lively()
        self._live: Live | None = None

    def __enter__(self) -> Lively:
        if self._shown:
            from rich.console import Console  # noqa: PLC0415  only a terminal needs it
            from rich.live import Live  # noqa: PLC0415

            self._live = Live(console=Console(highlight=False), auto_refresh=False, transient=True)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def draw(self, lines: list[str]) -> None:
        """Show `lines`, one row each however long they are."""
        if self._live is not None:
            from rich.text import Text  # noqa: PLC0415

            room = max(1, self._live.console.height - 2)
            self._live.update(Text("\n".join(lines[:room]), no_wrap=True, overflow="ellipsis"), refresh=True)

    async def keep(self, lines: Callable[[], list[str]], seconds: float) -> None:
        """Draw for so long."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while (left := until - loop.time()) > 0:
            self.draw(lines())
            await asyncio.sleep(min(EVERY, left))


@contextmanager
def keys() -> Iterator[asyncio.Queue[str]]:
    """Keys as they are pressed, inside a running loop; the terminal is given back as it was."""
    import termios  # noqa: PLC0415  other systems have none
    import tty  # noqa: PLC0415

    pressed: asyncio.Queue[str] = asyncio.Queue()
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    loop = asyncio.get_running_loop()

    def take() -> None:
        for key in os.read(descriptor, 64).decode(errors="ignore"):
            pressed.put_nowait(key)

    tty.setcbreak(descriptor)
    loop.add_reader(descriptor, take)
    try:
        yield pressed
    finally:
        loop.remove_reader(descriptor)
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
