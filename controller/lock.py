"""One lock file for every process that runs a session, so that `unknot stop` finds them all.

The file is JSON, named by nobody else's luck (process id and a random word), and locked for as long
as its process lives: a lock that can be had belongs to nobody any more.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from controller.config import PRIVATE_FILE, private_dir, runtime_dir

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

PREFIX = "session-"
SUFFIX = ".lock"
SOCKET = ".sock"
"""Of the socket beside a lock, which is stale where the lock is gone."""


@dataclass(frozen=True, slots=True)
class Running:
    """A session that some process of this user runs; `started` is ISO 8601, UTC, `session` its id.

    `kept`: its process has no terminal, so that it pauses while nobody watches.
    """

    path: Path
    pid: int
    title: str
    started: str
    session: str = ""
    kept: bool = False

    @property
    def held(self) -> bool:
        """Whether its process still lives."""
        try:
            descriptor = os.open(self.path, os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            return not _free(descriptor)
        finally:
            os.close(descriptor)

    def tell(self, number: signal.Signals = signal.SIGTERM) -> bool:
        """Signal its process; False where it is gone. Never reaches a process that took its id."""
        if sys.platform != "linux":
            return self._tell_by_id(number)
        try:
            process = os.pidfd_open(self.pid)
        except OSError:
            return False
        try:
            # Held after the descriptor was taken: the descriptor is the holder's.
            if not self.held:
                return False
            signal.pidfd_send_signal(process, number)
        except ProcessLookupError:
            return False
        finally:
            os.close(process)
        return True

    def _tell_by_id(self, number: signal.Signals) -> bool:
        if not self.held:
            return False
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return False
        return True


class SessionLock:
    """This process's lock, from `take` to `release`. Also a context manager."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor: int | None = descriptor

    @classmethod
    def take(
        cls, title: str, directory: Path | None = None, *, session: str = "", kept: bool = False
    ) -> SessionLock:
        """Say that this process runs a session. Raises ConfigError, OSError."""
        folder = private_dir(runtime_dir() if directory is None else directory)
        name = f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
        draft, path = folder / f".{name}.draft", folder / f"{name}{SUFFIX}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            started = datetime.now(UTC).isoformat(timespec="seconds")
            told = {"pid": os.getpid(), "title": title, "started": started, "session": session, "kept": kept}
            os.write(descriptor, json.dumps(told).encode())
            draft.rename(path)  # whoever sees the name sees it locked
        except BaseException:
            draft.unlink(missing_ok=True)
            os.close(descriptor)
            raise
        return cls(path, descriptor)

    def release(self) -> None:
        """The session is over. Safe to repeat."""
        if self._descriptor is None:
            return
        self.path.unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = None

    def __enter__(self) -> SessionLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def running(directory: Path | None = None) -> tuple[Running, ...]:
    """This user's sessions, oldest first. Files that a dead process left behind are removed."""
    folder = runtime_dir() if directory is None else directory
    found = tuple(sorted(_living(folder), key=lambda each: (each.started, each.pid)))
    for path in folder.glob(f"{PREFIX}*{SOCKET}"):
        if not path.with_suffix(SUFFIX).exists():
            path.unlink(missing_ok=True)
    return found


def _living(folder: Path) -> Iterator[Running]:
    for path in folder.glob(f"{PREFIX}*{SUFFIX}"):
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            if os.fstat(descriptor).st_uid != os.getuid():
                continue
            if _free(descriptor):
                path.unlink(missing_ok=True)
                continue
            found = _read(path, descriptor)
        finally:
            os.close(descriptor)
        if found is not None:
            yield found


def _free(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(path: Path, descriptor: int) -> Running | None:
    try:
        told = json.loads(os.read(descriptor, 1 << 16))
        session, kept = str(told.get("session", "")), told.get("kept") is True
        return Running(path, int(told["pid"]), str(told["title"]), str(told["started"]), session, kept)
    except (ValueError, KeyError, TypeError):
        return None
