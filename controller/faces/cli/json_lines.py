"""The face of `run --json`: events as JSON Lines on stdout, commands as JSON Lines on stdin."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from controller.core.events import Said
from controller.faces.cli.common import LOST
from controller.sharing import event_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.snapshot import Snapshot


class JsonLines:
    """Writes each event at once. `broken` is called once, when nobody reads any more."""

    def __init__(self, out: TextIO, broken: Callable[[], None]) -> None:
        self._out: TextIO | None = out
        self._broken = broken

    def hear(self, news: Said | Snapshot) -> None:
        """An event becomes a line; pictures are for other faces."""
        if isinstance(news, Said):
            self.write(news)

    def write(self, said: Said) -> None:
        """One line, `t` first, then the event."""
        if self._out is None:
            return
        try:
            self._out.write(event_line(said) + "\n")
            self._out.flush()
        except (OSError, ValueError):
            self._out = None
            self._broken()


def refused(code: int) -> Said:
    """The only event of a run that never began."""
    outcome = "lost" if code == LOST else "refused"
    return Said("session-ended", {"t": 0, "outcome": outcome, "exit": code})
