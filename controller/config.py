"""Where things of this user are kept, and that nobody else reads them.

`UNKNOT_STATE_DIR`, `UNKNOT_RUNTIME_DIR` and `UNKNOT_CONFIG_DIR` override the system's own places.
"""

from __future__ import annotations

import os
import sys
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PRIVATE_DIR = 0o700
PRIVATE_FILE = 0o600


class ConfigError(Exception):
    """A folder that cannot be used, with `remedy`, what a person can do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def state_dir() -> Path:
    """The record and, later, ledgers: kept for years."""
    return _place("UNKNOT_STATE_DIR", "state")


def runtime_dir() -> Path:
    """Locks and sockets: on this machine alone, and the same one in every terminal of the user."""
    return _place("UNKNOT_RUNTIME_DIR", "runtime")


def config_dir() -> Path:
    """What the user has set."""
    return _place("UNKNOT_CONFIG_DIR", "config")


def record_path() -> Path:
    """The file of the record."""
    return state_dir() / "record.sqlite"


def private_dir(path: Path) -> Path:
    """Make `path` where it is missing, for this user alone. Raises ConfigError.

    A folder of somebody else, or one that others may write to, is refused: what lies there could
    have been put there to be believed.
    """
    try:
        path.mkdir(mode=PRIVATE_DIR, parents=True, exist_ok=True)
        found, link = path.stat(), path.lstat()
    except OSError as error:
        raise ConfigError(f"{path} cannot be made: {error.strerror}", _elsewhere(path)) from error
    if not found.st_uid == link.st_uid == os.getuid():
        raise ConfigError(f"{path} belongs to another user", _elsewhere(path))
    if found.st_mode & 0o022:
        raise ConfigError(f"other users may write to {path}", f"run: chmod 700 '{path}'")
    return path


def _elsewhere(path: Path) -> str:
    return f"make {path} a folder of your own, or name another with UNKNOT_STATE_DIR or UNKNOT_RUNTIME_DIR"


def _place(variable: str, what: str) -> Path:
    told = os.environ.get(variable)
    if told:
        return Path(told)
    import platformdirs  # noqa: PLC0415  where the variable is set, nothing of it is needed

    if what == "state":
        return platformdirs.user_state_path("unknot", appauthor=False)
    if what == "config":
        return platformdirs.user_config_path("unknot", appauthor=False)
    return _local() if sys.platform == "linux" else platformdirs.user_runtime_path("unknot", appauthor=False)


def _local() -> Path:
    """Where the system makes no folder for the user, one below /tmp that `TMPDIR` does not move."""
    told = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    return told / "unknot" if os.access(told, os.W_OK) else Path(f"/tmp/unknot-{os.getuid()}")  # noqa: S108  `private_dir` sees whose it is


def write_whole(path: Path, text: str) -> None:
    """The file as `text`, for this user alone: the old one or the new one, whenever the power fails.

    Raises OSError.
    """
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(fresh, flags, PRIVATE_FILE), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync(path.parent)


def numbered_names(folder: Path, stem: str, ending: str) -> Iterator[Path]:
    """`stem.ending` there, then `stem-2.ending`, `stem-3.ending` and so on; some of them may be taken."""
    yield folder / f"{stem}.{ending}"
    for number in count(2):
        yield folder / f"{stem}-{number}.{ending}"


def sync(folder: Path) -> None:
    """What is in `folder`, and what no longer is, stays so when the power fails. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
