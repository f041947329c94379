"""Where a sim shows its air to other processes: a socket and a file of keys in the user's runtime folder."""

from __future__ import annotations

import errno
import os
import socket
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 100  # bytes of a socket's path that every system takes
PATTERN = "radio-*.sock"


class PlaceError(Exception):
    """A folder that cannot be used, and why."""


def runtime_dir() -> Path:
    """The folder that every program of this user shares."""
    told = os.environ.get("UNKNOT_RUNTIME_DIR")
    if told:
        return Path(told)
    if sys.platform != "linux":
        import platformdirs  # noqa: PLC0415 - where the variable is set, nothing of it is needed

        return platformdirs.user_runtime_path("unknot", appauthor=False)
    own = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    return own / "unknot" if os.access(own, os.W_OK) else Path(f"/tmp/unknot-{os.getuid()}")  # noqa: S108 - `private` sees whose it is


def private(folder: Path) -> Path:
    """Make it where it is missing, for this user alone. Raises PlaceError where others may write to it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found, link = folder.stat(), folder.lstat()
    except OSError as error:
        raise PlaceError(f"{folder} cannot be made: {error.strerror}") from error
    if not found.st_uid == link.st_uid == os.getuid() or found.st_mode & 0o022:
        raise PlaceError(f"{folder} is not a folder of this user alone; name another with UNKNOT_RUNTIME_DIR")
    return folder


def socket_of(folder: Path, pid: int) -> Path:
    """Where the sim with that process id listens."""
    return folder / f"radio-{pid}.sock"


def running(folder: Path) -> list[int]:
    """The process ids of the sims that serve their air there, the oldest first."""
    return [int(path.stem.removeprefix("radio-")) for path in living_sockets(folder)]


def keys_of(path: Path) -> Path:
    """Where the computer's side of the bonds is kept."""
    return path.with_suffix(".keys")


def remove(path: Path) -> None:
    """The socket and the keys beside it. Safe to repeat."""
    path.unlink(missing_ok=True)
    keys_of(path).unlink(missing_ok=True)


@contextmanager
def short(path: Path) -> Iterator[str]:
    """The path as the system's call takes it, where it is too long for that too."""
    if len(os.fsencode(path)) <= LONGEST:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def living_sockets(folder: Path) -> list[Path]:
    """Those that somebody listens on, the oldest first; the others are removed."""
    aged: list[tuple[int, Path]] = []
    for path in folder.glob(PATTERN):
        try:
            found = path.lstat()
        except FileNotFoundError:
            continue
        if found.st_uid == os.getuid():
            aged.append((found.st_mtime_ns, path))
    living = []
    for _, path in sorted(aged):
        if _answers(path):
            living.append(path)
        else:
            remove(path)
    return living


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe, short(path) as name:
        probe.setblocking(False)
        try:
            probe.connect(name)
        except OSError as error:
            return error.errno not in (errno.ECONNREFUSED, errno.ENOENT)
    return True


__all__ = [
    "PlaceError",
    "keys_of",
    "living_sockets",
    "private",
    "remove",
    "running",
    "runtime_dir",
    "short",
    "socket_of",
]
