"""What other processes of this user run, seen and connected to without ever holding the screen up."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.lock import Running
    from controller.sharing import Attached, AttachError

LOOK_S = 1.0
"""How often to look."""


def whatever_runs() -> tuple[Running, ...]:
    """This user's sessions, oldest first."""
    from controller.lock import running  # noqa: PLC0415  the first picture does without

    return running()


class Around:
    """Each look and each connection has a thread, since a disk or another program may be slow; `later` calls
    back in the screen's own."""

    def __init__(
        self, running: Callable[[], tuple[Running, ...]], later: Callable[..., object], *, reads_only: bool
    ) -> None:
        self._running, self._later, self._reads_only = running, later, reads_only
        self.looking: threading.Thread | None = None
        self.connecting: threading.Thread | None = None

    def look(self, tell: Callable[[tuple[Running, ...]], None]) -> None:
        """Tell what runs, unless the last look still goes on."""
        if self.looking is None or not self.looking.is_alive():
            self.looking = threading.Thread(target=self._look, args=(tell,), name="around", daemon=True)
            self.looking.start()

    def connect(self, running: Running, tell: Callable[[Attached | AttachError], None]) -> None:
        """Tell the session, to be followed, or why it cannot be."""
        self.connecting = threading.Thread(target=self._connect, args=(running, tell), daemon=True)
        self.connecting.start()

    def _look(self, tell: Callable[[tuple[Running, ...]], None]) -> None:
        with suppress(OSError):
            self._call(tell, self._running())

    def _connect(self, running: Running, tell: Callable[[Attached | AttachError], None]) -> None:
        from controller.sharing import Attached, AttachError  # noqa: PLC0415  when somebody wants to see

        found: Attached | AttachError
        try:
            found = Attached(running, reads_only=self._reads_only)
        except AttachError as error:
            found = error
        self._call(tell, found)

    def _call(self, tell: Callable[..., None], found: object) -> None:
        with suppress(RuntimeError):  # the application closes meanwhile
            self._later(tell, found)
