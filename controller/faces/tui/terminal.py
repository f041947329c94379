"""The driver's output, which outlives its terminal.

Textual writes from a thread behind a queue of 30 pieces. A closed terminal answers with an error that
ends the thread; nobody empties the queue any more, and the loop waits for ever at the 31st.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App
    from textual.driver import Driver


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
