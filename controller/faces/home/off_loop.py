"""Work that may wait for a disk, in a thread of its own; what it finds is taken in the screen's loop."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen


def off_loop(screen: Screen[None], work: Callable[[], Callable[[], object]], name: str) -> threading.Thread:
    """Do `work` there, then what it returns here, where `screen` is still open. `work` raises nothing."""
    app = screen.app

    def take(found: Callable[[], object]) -> None:
        if screen.is_attached:
            found()

    def run() -> None:
        found = work()
        with suppress(RuntimeError):  # the application closes meanwhile
            app.call_later(take, found)

    # No worker of the loop's: the end waits for those, and a disk may be slow.
    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread
