"""The terminal under a screen: output that outlives it, and its size.

Textual writes from a thread behind a queue of 30 pieces. A closed terminal answers with an error that
ends the thread; nobody empties the queue any more, and the loop waits for ever at the 31st.
"""

from __future__ import annotations

import shutil
from typing import IO, TYPE_CHECKING

from textual.events import Resize
from textual.geometry import Size

if TYPE_CHECKING:
    from textual.app import App
    from textual.driver import Driver


LOOK_AT_SIZE = 1.0
"""Seconds."""


class LosableOutput:
    """Writes to `file` until that fails once; after that, to nowhere."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.lost = False

    def fileno(self) -> int:
        """The file's own."""
        return self._file.fileno()

    def write(self, text: str) -> None:
        """Write `text`, or drop it where the terminal is gone."""
        if not self.lost:
            try:
                self._file.write(text)
            except OSError:
                self.lost = True

    def flush(self) -> None:
        """Flush, or nothing where the terminal is gone."""
        if not self.lost:
            try:
                self._file.flush()
            except OSError:
                self.lost = True


def outliving(driver: type[Driver]) -> type[Driver]:
    """`driver`, with its output made losable where it writes to a file."""

    def start(self: Driver, app: App[object], **options: bool | tuple[int, int] | None) -> None:
        driver.__init__(self, app, **options)  # type: ignore[arg-type]
        if hasattr(self, "_file"):
            self._file = LosableOutput(self._file)

    return type(f"Outliving{driver.__name__}", (driver,), {"__init__": start})


def follow_size(app: App[None]) -> None:
    """Look at the terminal's size each second: a change that is told while an app starts may be heard by
    nobody, and the screen is drawn past its edges then."""

    def look() -> None:
        found = Size(*shutil.get_terminal_size())
        if found != app.size:
            app.post_message(Resize(found, found))

    if not app.is_headless:
        app.set_interval(LOOK_AT_SIZE, look)
