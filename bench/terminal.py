"""A program on a pseudo-terminal of its own, with times of what is pressed and of what it draws."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
from time import monotonic
from typing import TYPE_CHECKING

from bench.rounds import COMPILED, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

PATIENCE = 30.0
"""Seconds that a program may take to draw what is waited for."""
PLAIN_TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
_OURS = ("COLUMNS", "LINES", "SSH_CONNECTION", "NO_COLOR", "TMUX")
"""What would tell a program of another terminal than its own."""
_CONTROL = re.compile(
    rb"\x1b\[[0-9;?<>=]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]"
)


def places(folder: str) -> dict[str, str]:
    """A state, a place for sockets and settings of its own, under `folder`."""
    return {f"UNKNOT_{name}_DIR": f"{folder}/{name.lower()}" for name in ("STATE", "RUNTIME", "CONFIG")}


class Terminal:
    """One program, from its start to its end. Times are those of `time.monotonic`."""

    def __init__(
        self,
        argv: Sequence[str | Path],
        env: Mapping[str, str] | None = None,
        *,
        size: tuple[int, int] = (80, 24),
        cores: Iterable[int] | None = None,
    ) -> None:
        words = [os.fspath(word) for word in argv]
        own = {name: value for name, value in os.environ.items() if name not in _OURS}
        whole = {**own, **COMPILED, **PLAIN_TERMINAL, **(env or {})}
        self.bytes = 0
        self._drawn = b""
        self.status: int | None = None
        self.began = monotonic()
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            with contextlib.suppress(BaseException):
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
                if cores is not None:
                    os.sched_setaffinity(0, cores)
                os.chdir(ROOT)
                os.execve(words[0], words, whole)  # noqa: S606  no shell is wanted
            os._exit(127)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.end(signal.SIGKILL)
        os.close(self.master)

    @property
    def text(self) -> str:
        """What it drew since `shows` last came back, without what moves the cursor or colours."""
        return _CONTROL.sub(b"", self._drawn).decode(errors="replace")

    def press(self, keys: bytes) -> float:
        """Keys, as a terminal sends them; when."""
        pressed = monotonic()
        os.write(self.master, keys)
        return pressed

    def read(self, seconds: float) -> bool:
        """Take what it draws within `seconds`; whether anything came."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 1 << 16)
        except OSError:  # its end of the terminal is closed
            data = b""
        self.bytes += len(data)
        self._drawn += data
        return bool(data)

    def shows(self, wanted: str) -> float:
        """Wait until `wanted` was drawn since the last time; when. Raises RuntimeError."""
        until = monotonic() + PATIENCE
        while wanted not in self.text:
            if not self.read(0.5) and (self._ended() or monotonic() > until):
                raise RuntimeError(f"{wanted!r} never came: {self.text[-2000:]}")
        self.forget()
        return monotonic()

    def forget(self) -> None:
        """What was drawn until now is not waited for."""
        self._drawn = b""

    def end(self, number: int, patience: float = PATIENCE) -> int:
        """Send it the signal `number`, and take what it draws until it has ended; its exit code."""
        if not self._ended():
            os.kill(self.pid, number)
        until = monotonic() + patience
        while not self._ended():
            if monotonic() > until:
                os.kill(self.pid, signal.SIGKILL)
            self.read(0.05)
        return os.waitstatus_to_exitcode(self.status or 0)

    def _ended(self) -> bool:
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.status = status if pid else None
        return self.status is not None
