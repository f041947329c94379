"""The least that a screen of Textual can be: a word at the top, and the first argument at the bottom.

With the number of a pipe as its second, it writes a byte there for each key.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from textual.app import App
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Key


class Trivial(App[None]):
    """Two lines of text."""

    CSS = "#last { dock: bottom; }"

    def __init__(self, last: str, pipe: int | None) -> None:
        super().__init__()
        self._last, self._pipe = last, pipe

    def compose(self) -> ComposeResult:
        """Them."""
        yield Static("hello")
        yield Static(self._last, id="last")

    def on_key(self, event: Key) -> None:
        """Tell of it at once."""
        if self._pipe is not None:
            os.write(self._pipe, b"k")
        event.stop()


if __name__ == "__main__":
    Trivial(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else None).run()
