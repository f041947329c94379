"""Where the socket of a session lies, and that nobody but its user is at either end."""

from __future__ import annotations

import os
import socket
import struct
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from controller.config import PRIVATE_FILE
from controller.lock import SOCKET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from controller.lock import Running

LONGEST_PATH = 100
"""Bytes of a socket's path; systems take 104 to 108."""
BACKLOG = 64
CONNECT_S = 1.0
"""A session that begins has its lock a moment before its socket."""
_AGAIN_S = 0.02
_CREDENTIALS = struct.Struct("i2I")


class AttachError(Exception):
    """A session that cannot be watched, with `remedy`, what a person can do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def socket_beside(lock: Path) -> Path:
    """The socket of the session with that lock file."""
    return lock.with_suffix(SOCKET)


@contextmanager
def listening(path: Path) -> Iterator[socket.socket]:
    """A socket at `path` that can be connected to, by this user alone. Raises OSError."""
    draft = path.with_name(f".{path.name}")
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as made:
            with _short(draft) as address:
                made.bind(address)
            draft.chmod(PRIVATE_FILE)
            made.listen(BACKLOG)
            draft.rename(path)  # whoever sees the name can connect
            yield made
    finally:
        draft.unlink(missing_ok=True)


def connected(running: Running) -> socket.socket:
    """The socket of a running session, connected. Raises AttachError."""
    until = time.monotonic() + CONNECT_S
    while True:
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        made.setblocking(False)  # a queue of connections that nobody takes must not hold us
        try:
            with _short(socket_beside(running.path)) as address:
                made.connect(address)
            if of_this_user(made):
                return made
            raise PermissionError("another user serves it")
        except OSError as error:
            made.close()
            if time.monotonic() >= until or not running.held:
                raise AttachError(
                    f"{running.title} (process {running.pid}) cannot be watched: {error.strerror or error}",
                    "`unknot stop` stops it all the same",
                ) from error
        time.sleep(_AGAIN_S)


def of_this_user(connection: socket.socket) -> bool:
    """Whether the other end is a process of this user; where the system cannot tell, the folder's mode
    has to do."""
    if sys.platform != "linux":
        return True
    told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _, user, _ = _CREDENTIALS.unpack(told)
    return bool(user == os.getuid())


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """A name of `path` that an address has room for. Raises OSError."""
    if len(os.fsencode(path)) <= LONGEST_PATH:
        yield str(path)
        return
    if sys.platform != "linux":
        raise OSError(f"{path} is too long a name for a socket")
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
