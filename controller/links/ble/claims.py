"""One process of a user at a time has a device: a lock file for each, which also tells what a dead one left.

The file holds a word from the moment that a connection is made until it is given back. A lock that can
be had on a file with a word in it is what a process left that died with the device connected.
"""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

from controller.config import PRIVATE_FILE, private_dir, runtime_dir
from controller.links import LinkError

if TYPE_CHECKING:
    from pathlib import Path

CONNECTED = b"connected\n"


class Claim:
    """This process's claim on a device, from `take` to `release`; `left_behind`: a dead one had it."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.left_behind = os.fstat(descriptor).st_size > 0
        self._path = path
        self._descriptor: int | None = descriptor

    @classmethod
    def take(cls, device: str) -> Claim:
        """Claim `device`, named by its address. Raises LinkError where another process has it,
        ConfigError where there is no place for locks."""
        safe = "".join(each if each.isalnum() else "-" for each in device.lower())
        path = private_dir(runtime_dir()) / f"device-{safe}.lock"
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, PRIVATE_FILE)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                os.close(descriptor)
                remedy = "end it there (unknot stop, or leave its page of devices)"
                raise LinkError(f"{device} is in use by another unknot of yours", remedy, "taken") from error
            if os.fstat(descriptor).st_nlink:
                return cls(path, descriptor)
            os.close(descriptor)  # its last owner took it away in between

    def connected(self) -> None:
        """Say that there is a connection, for whoever comes after a crash."""
        if self._descriptor is not None:
            os.pwrite(self._descriptor, CONNECTED, 0)

    def release(self, *, left_behind: bool = False) -> None:
        """The device is given back, or its connection is `left_behind`. Safe to repeat."""
        if self._descriptor is None:
            return
        if not left_behind:
            self._path.unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = None
