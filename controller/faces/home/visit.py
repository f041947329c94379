"""One visit to Home, which outlives every way for its screen to end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.faces.home.app import HomeApp
from controller.faces.tui.ground import signals

if TYPE_CHECKING:
    from controller.snapshot import Ended

INTERRUPTED = 130


def run_home(app: HomeApp | None = None) -> tuple[int, Ended | None]:
    """Show Home, or the `app` that has it, until it is left; the exit code, and how the last session ended,
    if there was one.

    Never returns before everything is at rest, whatever ends the screen.
    """
    app = app or HomeApp()
    code = 0
    with signals(app):
        try:
            app.run()
        finally:
            running = app.run_screen is not None
            try:
                ended = app.rest()
            finally:
                app.hands.close()
    if running and ended is not None:
        code = ended.exit
    elif app.told_to_leave:
        code = INTERRUPTED
    elif app.return_code:
        code = app.return_code
    return code, ended or app.ended
