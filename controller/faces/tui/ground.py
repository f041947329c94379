"""What every app on a terminal stands on: its dress, its signals, and that a session comes to rest."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol

from textual.app import App

from controller.faces.tui.look import THEME

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator
    from types import FrameType

    from controller.faces.tui.mailbox import Mailbox
    from controller.faces.tui.signs import Signs
    from controller.sharing import SessionPort
    from controller.snapshot import Ended

FRAMES = 4.0
"""Pictures a second; one over SSH, where each costs bytes (ux.md, flicker)."""
WIDTHS = [(0, "-narrow"), (72, "-medium"), (100, "-wide")]
HEIGHTS = [(0, "-low"), (16, "-short"), (24, "-tall"), (30, "-high")]
SIGNALS = {
    "SIGHUP": "the terminal was closed",
    "SIGTERM": "told to end (SIGTERM)",
    "SIGINT": "interrupted (SIGINT)",
}


class Leaving(Protocol):
    """What a signal can close."""

    def leave_at_once(self, why: str) -> None:
        """Interrupt what runs, and close."""
        ...


def frames() -> float:
    """Pictures a second on this terminal."""
    return 1.0 if "SSH_CONNECTION" in os.environ else FRAMES


def dress(app: App[None], signs: Signs) -> None:
    """Give `app` our theme, and the class of a terminal that shows ASCII alone."""
    app.set_class(not signs.utf8, "-ascii")
    app.register_theme(THEME)
    # Without its watcher, which would read the style sheet a second time at the start.
    app.set_reactive(App.theme, THEME.name)
    app.stylesheet.set_variables(app.get_css_variables())
    app.add_class("-dark-mode")


def bring_to_rest(session: SessionPort, mailbox: Mailbox) -> Ended:
    """How `session` ended; it is interrupted first where it still runs."""
    mailbox.wake_by(None)
    ended = session.wait(0)
    if ended is None:
        session.interrupt("the screen was closed")
        ended = session.wait()
    if ended is None:
        raise RuntimeError("the session did not say how it ended: see that every device is off")
    return ended


def close_after(
    interrupt: Callable[[], None] | None, loop: asyncio.AbstractEventLoop | None, close: Callable[[], None]
) -> None:
    """Interrupt a session, where one runs, and have `loop` `close`; for signal handlers.

    In a thread of its own: the handler may have come in the middle of a `send`, with a lock held that
    `interrupt` needs too, and the loop may be waiting for a terminal that nobody reads, which must not
    keep a device on. The session comes first: what a screen does to close would be in the way of it.
    """

    def run() -> None:
        try:
            if interrupt is not None:
                interrupt()
        finally:
            # A loop that closes by itself meanwhile needs no word.
            with suppress(RuntimeError):
                if loop is not None and loop.is_running():
                    loop.call_soon_threadsafe(close)

    threading.Thread(target=run, name="interrupt", daemon=True).start()


@contextmanager
def signals(app: Leaving) -> Iterator[None]:
    """Until everything is at rest, a signal interrupts the session and closes the screen."""

    def told_to_end(number: int, _frame: FrameType | None) -> None:
        app.leave_at_once(SIGNALS[signal.Signals(number).name])

    numbers = [getattr(signal, name) for name in SIGNALS if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        numbers = []
    before = {number: signal.signal(number, told_to_end) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
