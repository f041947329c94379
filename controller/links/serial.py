"""Serial ports and pseudo-terminals as byte links. The one place for pyserial."""

from __future__ import annotations

import asyncio
import errno
import os
import sys
from collections import deque
from typing import TYPE_CHECKING

import serial

from controller.links import LinkError
from controller.links.ports import somebodys_terminal

if sys.platform != "win32":
    import fcntl
    import termios

if TYPE_CHECKING:
    from collections.abc import Callable

BAUD = 115_200
QUEUE = 64
"""Writes that wait at most; past that the oldest is dropped, since a newer one replaces what it said."""
CHUNK = 4096
"""Bytes of one read: what the kernel keeps for a terminal."""
LINGER = 0.02
"""Seconds that a closed port gets to send its last bytes (230 of them at 115200 baud)."""


async def open_serial(path: str) -> SerialLink:
    """The port at `path` at 115200 8N1 without flow control, ours alone. Raises LinkError."""
    if sys.platform == "win32":
        raise LinkError(f"{path}: serial ports on Windows are not supported yet", "use Linux or macOS")
    # The number of a pseudo-terminal that is gone goes to the next terminal window.
    if somebodys_terminal(path):
        raise LinkError(
            f"{path}: this is somebody's terminal, not a device",
            "give the path of the device's port; `unknot doctor` shows which there are",
        )
    try:
        # An inter-byte timeout of 0 makes an empty read mean that the port is gone, and nothing else.
        port = serial.Serial(path, BAUD, timeout=0, inter_byte_timeout=0, exclusive=True)
    except (OSError, ValueError) as why:
        raise _refusal(path, why) from why
    return SerialLink(port)


def _refusal(path: str, why: OSError | ValueError) -> LinkError:
    number = why.errno if isinstance(why, OSError) else None
    if number in {errno.ENOENT, errno.ENODEV, errno.ENXIO}:
        remedy = "plug the device in, or see `unknot doctor`"
        return LinkError(f"{path}: there is no such port", remedy, "missing")
    if number in {errno.EACCES, errno.EPERM}:
        remedy = "have the administrator add you to the port's group (often `dialout`), then log in again"
        return LinkError(f"{path}: you may not open this port", remedy)
    if number in {errno.EAGAIN, errno.EBUSY}:
        return LinkError(f"{path}: another program is using this port", "close the other program", "taken")
    return LinkError(f"{path}: this is no usable serial port ({why})", "give the path of a serial port")


class SerialLink:
    """A ByteLink over an open port: the event loop's reader and writer, no thread, no waiting."""

    def __init__(self, port: serial.Serial) -> None:
        self._port = port
        self._fd: int = port.fileno()
        self._loop = asyncio.get_running_loop()
        self._on_bytes: Callable[[bytes], None] = lambda _: None
        self._on_lost: Callable[[str], None] | None = None
        self._queue: deque[bytes] = deque(maxlen=QUEUE)
        self._begun = b""
        self._gone = False
        self._pseudo = _is_pseudo(self._fd)

    @property
    def pseudo(self) -> bool:
        """Whether this is a pseudo-terminal."""
        return self._pseudo

    def fileno(self) -> int:
        """The open descriptor, for the guardian to have a copy of."""
        return self._fd

    def listen(self, on_bytes: Callable[[bytes], None], on_lost: Callable[[str], None]) -> None:
        """Deliver what arrives; `on_lost(why)` once, when the link is gone for good."""
        self._on_bytes, self._on_lost = on_bytes, on_lost
        if not self._gone:
            self._loop.add_reader(self._fd, self._readable)

    def write(self, data: bytes) -> None:
        """Queue `data`; never blocks and never raises. A link that is gone swallows it."""
        if self._gone:
            return
        if self._begun or self._queue:
            self._queue.append(data)
        else:
            self._begun = data
            self._send()

    def write_now(self, data: bytes) -> None:
        """Drop all that has not left, and send `data` at once; a frame may stay cut in its middle."""
        if self._gone:
            return
        self._queue.clear()
        if self._begun:
            self._loop.remove_writer(self._fd)
            self._flush()
        self._begun = data
        self._send()

    def close(self) -> None:
        """Give the port back. Safe to repeat; nothing is delivered afterwards."""
        self._on_lost = None
        if self._gone:
            return
        self._detach()
        fcntl.flock(self._fd, fcntl.LOCK_UN)  # whoever has a copy of the descriptor would keep the lock
        if self._unsent():
            self._loop.call_later(LINGER, self._release)
        else:
            self._release()

    def _readable(self) -> None:
        try:
            data = os.read(self._fd, CHUNK)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as why:
            self._lose(f"the port failed: {why.strerror}")
            return
        if data:
            self._on_bytes(data)
        else:
            self._lose("the device was unplugged")

    def _send(self) -> None:
        # What is left over in `_begun` waits for `_writable`.
        try:
            while self._begun:
                sent = os.write(self._fd, self._begun)
                self._begun = self._begun[sent:] or (self._queue.popleft() if self._queue else b"")
        except (BlockingIOError, InterruptedError):
            self._loop.add_writer(self._fd, self._writable)
        except OSError as why:
            self._lose(f"the port failed: {why.strerror}")

    def _writable(self) -> None:
        self._loop.remove_writer(self._fd)
        self._send()

    def _lose(self, why: str) -> None:
        self._detach()
        self._release()
        # From the loop, so that nobody is told in the middle of a write.
        self._loop.call_soon(self._tell_lost, why)

    def _tell_lost(self, why: str) -> None:
        if self._on_lost is not None:
            self._on_lost(why)
            self._on_lost = None

    def _detach(self) -> None:
        self._gone = True
        self._queue.clear()
        self._loop.remove_reader(self._fd)
        self._loop.remove_writer(self._fd)

    def _unsent(self) -> bool:
        try:
            waiting: int = self._port.out_waiting
        except OSError:
            return False
        return waiting > 0 or bool(self._begun)

    def _release(self) -> None:
        # A close waits up to 30 s for bytes that a hung device does not take.
        self._flush()
        self._port.close()

    def _flush(self) -> None:
        try:
            termios.tcflush(self._fd, termios.TCOFLUSH)
        except (termios.error, OSError):
            return  # gone: the next read or write says so


def _is_pseudo(fd: int) -> bool:
    try:
        return os.ttyname(fd).startswith(("/dev/pts/", "/dev/ttys"))  # Linux, macOS
    except OSError:
        return False
