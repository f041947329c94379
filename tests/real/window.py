"""`unknot` in a terminal window of its own: a pseudo-terminal, read as bytes, and closed like a window."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from typing import TYPE_CHECKING

from programs import environment

if TYPE_CHECKING:
    from pathlib import Path

LIMIT_S = 30.0
_CONTROL = re.compile(rb"\x1b\[[0-9;?<>=]*[a-zA-Z]|\x1b\][^\x07]*\x07|\x1b[()][A-Z0-9]|\x1b[=>]")
_START = (
    "import fcntl, sys, termios, runpy; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    " sys.argv[0] = 'unknot'; runpy.run_module('controller', run_name='__main__', alter_sys=True)"
)


class Window:
    """80 by 24, with the program as the leader of its session: closing it hangs the program up."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.master, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-c", _START, *words],
            stdin=child,
            stdout=child,
            stderr=child,
            env=environment(folder) | {"TERM": "xterm-256color", "LANG": "C.UTF-8"},
            start_new_session=True,
        )
        os.close(child)
        self.seen = b""

    def __enter__(self) -> Window:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        self.close()

    @property
    def text(self) -> str:
        """Everything that was ever written, without what moves the cursor or colours."""
        return _CONTROL.sub(b"", self.seen).decode(errors="replace")

    def sees(self, wanted: str, *, after: int = 0) -> int:
        """Wait for it; the length of all that was written until then."""
        until = time.monotonic() + LIMIT_S
        while wanted not in self.text[after:]:
            assert time.monotonic() < until, self.text[-2000:]
            assert self.process.poll() is None or self._read(), (self.process.poll(), self.text[-2000:])
            self._read()
        return len(self.text)

    def press(self, keys: bytes) -> None:
        """Keys, as a terminal sends them."""
        os.write(self.master, keys)

    def ends(self, key: bytes = b"") -> int:
        """Wait for its end, pressing `key` all the while; the exit code."""
        until = time.monotonic() + LIMIT_S
        while self.process.poll() is None:
            assert time.monotonic() < until, self.text[-2000:]
            if key:
                self.press(key)
            self._read()
        while self._read():
            pass
        return self.process.returncode

    def kill(self) -> None:
        """As if it had never been."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def close(self) -> None:
        """Close the window; the program is hung up."""
        if self.master >= 0:
            os.close(self.master)
            self.master = -1

    def _read(self) -> bool:
        if self.master < 0 or not select.select([self.master], [], [], 0.1)[0]:
            return False
        with contextlib.suppress(OSError):  # the other end is closed
            data = os.read(self.master, 65536)
            self.seen += data
            return bool(data)
        return False
