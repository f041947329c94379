"""Work that may wait for a disk, in a thread of its own; what it finds is taken in the screen's loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.faces.tui.ground import beside

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from textual.screen import Screen


def off_loop(screen: Screen[None], work: Callable[[], Callable[[], object]], name: str) -> threading.Thread:
    """Do `work` there, then what it returns here, where `screen` is still open. `work` raises nothing."""

    def take(found: Callable[[], object]) -> None:
        if screen.is_attached:
            found()

    return beside(screen.app, work, take, name)
