"""What is done to the files of a ledger, each step as small as a crash can part it."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from typing import TYPE_CHECKING

from controller.config import PRIVATE_FILE
from controller.ledger.errors import DamagedError

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 64 * 1024 * 1024
"""Bytes that 30 days can never come to: more is no ledger."""
_NOT_ITS_FAULT = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)


def read(path: Path, offset: int = 0) -> bytes | None:
    """What stands in a file of this user from `offset` on; None: there is none.

    Raises DamagedError for what cannot be read or is no such file, OSError where the system is at fault.
    """
    try:
        # Not waited for: a pipe of that name would never answer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in _NOT_ITS_FAULT:
            raise
        raise DamagedError(f"{path.name} cannot be read: {error.strerror}") from error
    try:
        return _contents(descriptor, path, offset)
    finally:
        os.close(descriptor)


def _contents(descriptor: int, path: Path, offset: int) -> bytes:
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        raise DamagedError(f"{path.name} is not a file")
    if found.st_uid != os.getuid():
        raise DamagedError(f"{path.name} belongs to another user")
    if found.st_size - offset > LARGEST:
        raise DamagedError(f"{path.name} is far too large")
    parts = []
    try:
        while part := os.pread(descriptor, 1 << 20, offset):
            parts.append(part)
            offset += len(part)
    except OSError as error:
        raise DamagedError(f"{path.name} cannot be read: {error.strerror}") from error
    return b"".join(parts)


def open_to_append(path: Path) -> int:
    """A descriptor that every write goes to the end of. Raises OSError."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.open(path, flags, PRIVATE_FILE)


def write(descriptor: int, data: bytes) -> None:
    """All of `data` in one write. Raises OSError."""
    written = os.write(descriptor, data)
    if written != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def cut(descriptor: int, size: int) -> None:
    """Drop what stands behind `size`, durably. Raises OSError."""
    os.ftruncate(descriptor, size)
    sync(descriptor)


def sync(descriptor: int) -> None:
    """What was written is on the disk when this returns. Raises OSError."""
    os.fdatasync(descriptor)


def rename(path: Path, target: Path) -> None:
    """Atomically. Raises OSError."""
    path.rename(target)


def sync_folder(folder: Path) -> None:
    """New and changed names are on the disk when this returns. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def place(path: Path, data: bytes) -> None:
    """Put `data` in the place of what stands at `path`: after a crash it is the one or the other."""
    draft = path.with_name(f".{path.name}.draft")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(draft, flags, PRIVATE_FILE)
    try:
        write(descriptor, data)
        sync(descriptor)
    finally:
        os.close(descriptor)
    rename(draft, path)


def lock(path: Path) -> int | None:
    """A descriptor that holds the lock until it is closed; None: another one has it. Raises OSError."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, PRIVATE_FILE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
