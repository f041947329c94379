"""A line between a program and what it has started: each end sees when the other is gone, however it went.

Nothing has to be said for that, so that it holds for a crash and for kill -9 too. On it come, a line of JSON
each, how sessions ended that nobody may have seen end.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
import time
from typing import TYPE_CHECKING

from controller.sharing.lines import LineError, ended_line, told
from controller.snapshot import Ended

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MOST = 65536


class Life:
    """The end of the one who starts. Others inherit `descriptor`."""

    def __init__(self) -> None:
        self._own, self._theirs = socket.socketpair()
        self._rest = b""

    @property
    def descriptor(self) -> int:
        """To be passed to a program that is to end with this one."""
        return self._theirs.fileno()

    def fileno(self) -> int:
        """Readable when somebody has told something, or when nobody is left."""
        return self._own.fileno()

    def end(self) -> None:
        """All are to end. Safe to repeat."""
        self._theirs.close()
        with contextlib.suppress(OSError):
            self._own.shutdown(socket.SHUT_WR)

    def heard(self, timeout: float | None = None) -> list[tuple[str, Ended]] | None:
        """What was told meanwhile: title and end of sessions. None: nobody is left to tell anything."""
        self._own.settimeout(timeout)
        try:
            data = self._own.recv(_MOST)
        except (TimeoutError, BlockingIOError):
            return []
        except OSError:
            data = b""
        *lines, self._rest = (self._rest + data).split(b"\n")
        found = list(_read(lines))
        return found if data or found else None

    def farewell(self, seconds: float) -> Iterator[tuple[str, Ended]]:
        """What is told until nobody is left. Raises TimeoutError where somebody still is after that."""
        until = time.monotonic() + seconds
        while (found := self.heard(max(until - time.monotonic(), 0.01))) is not None:
            yield from found
            if time.monotonic() >= until:
                raise TimeoutError

    def close(self) -> None:
        """Nothing of it is needed any more."""
        self.end()
        self._own.close()


def _read(lines: list[bytes]) -> Iterator[tuple[str, Ended]]:
    for line in lines:
        with contextlib.suppress(ValueError, KeyError, TypeError, LineError):
            found = json.loads(line)
            ended = told(json.dumps({"ended": found["ended"]}).encode())
            if isinstance(ended, Ended):
                yield str(found["title"]), ended


class Lives:
    """The end of one who was started; `descriptor` may be passed on."""

    def __init__(self, descriptor: int) -> None:
        os.set_inheritable(descriptor, False)  # only who is to end with it gets it
        self._socket = socket.socket(fileno=descriptor)
        self.descriptor = descriptor

    def watch(self, gone: Callable[[], None]) -> None:
        """Call `gone`, in a thread of its own, when the program that started it all has ended."""
        threading.Thread(target=self._watch, args=(gone,), name="life", daemon=True).start()

    def _watch(self, gone: Callable[[], None]) -> None:
        with contextlib.suppress(OSError):
            while self._socket.recv(_MOST):
                pass
        gone()

    def tell(self, title: str, ended: Ended) -> None:
        """How a session ended; lost where nobody is there to hear it."""
        line = json.dumps({"title": title, **json.loads(ended_line(ended))}) + "\n"
        with contextlib.suppress(OSError):
            self._socket.sendall(line.encode())

    def close(self) -> None:
        """Hear and tell nothing any more."""
        self._socket.close()
