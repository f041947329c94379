"""An app under the hands of a test, in no terminal: a key is done with when the app is, and not when the
processor looks idle, which on a busy machine it does too early, and always too late."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.app import App
    from textual.pilot import Pilot

SOON = 0.025
"""Seconds: the next picture (1/60 s) and the one after a stop (20 ms) are waited for, a clock is not."""
LONGEST = 1.0
"""Seconds that are waited for an app that never comes to rest, as Textual does."""


@asynccontextmanager
async def piloted(app: App[None], size: tuple[int, int]) -> AsyncIterator[Pilot[None]]:
    """`app`, up at `size` in cells."""

    async def at_rest(*_seconds: float) -> None:
        """Wait until nothing is to be done now or soon, and no picture is held back."""
        loop: Any = asyncio.get_running_loop()
        until = loop.time() + LONGEST
        quiet = 0
        while quiet < 2 and loop.time() < until:
            await asyncio.sleep(0)
            due = min((each.when() for each in loop._scheduled if not each.cancelled()), default=until)
            held = app._batch_count and not app._exit
            if loop._ready:
                quiet = 0
            elif held or due - loop.time() <= SOON:
                await asyncio.sleep(max(0.0, due - loop.time()))
                quiet = 0
            else:
                quiet += 1

    with patch("textual.pilot.wait_for_idle", at_rest), patch("textual.app.wait_for_idle", at_rest):
        async with app.run_test(size=size) as pilot:
            yield pilot
