"""`unknot web` as a process, and what is left of it when it has ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from programs import environment

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT_S = 30.0


class Web:
    """Its two addresses; ended as by Ctrl-C when nobody ended it before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "controller", "web", "--port", "0"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(folder),
        )  # fmt: skip
        assert self.process.stdout is not None
        told = [self.process.stdout.readline() for _ in range(3)]
        assert all(told), self.process.communicate()
        self.look, self.act = (line.split()[-1] for line in told[:2])
        self.port = int(self.look.rsplit(":", 1)[1].strip("/"))
        self.token = self.act.split("=", 1)[1]

    def __enter__(self) -> Web:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.ends()
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.process.stdout.close()
        self.process.stderr.close()

    def ends(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """Tell it to end; its exit code, and what it said on stderr."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=LIMIT_S)
        return self.process.returncode, said


def processes(folder: Path) -> list[str]:
    """The command lines of all that runs with that folder as its home."""
    found, mark = [], f"UNKNOT_RUNTIME_DIR={folder / 'runtime'}".encode()
    for each in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (each / "environ").read_bytes().split(b"\0"):
                found.append((each / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue  # it ended, or is somebody else's
    return [each for each in found if "controller" in each]  # the browser has the same home


def until(met: Callable[[], object], what: Callable[[], object]) -> None:
    """Wait for it."""
    limit = time.monotonic() + LIMIT_S
    while not met():
        assert time.monotonic() < limit, what()
        os.sched_yield()
        time.sleep(0.02)
