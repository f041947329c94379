"""A session in a process of its own, which this one starts and then follows as any other window does."""

from __future__ import annotations

import contextlib
import select
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

from controller.keeping.order import OrderError, order
from controller.lock import running
from controller.sharing import Attached, AttachError
from controller.sharing.lines import LineError, told
from controller.snapshot import Ended, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.api import Setup
    from controller.core.events import Answer, Command, Said
    from controller.keeping.life import Lives
    from controller.lock import Running

    Listener = Callable[[Snapshot | Said], None]

STARTS_S = 20.0
"""How long its program may take to be there: what it loads takes a second, ten on a busy machine."""
_LOOK_S = 0.02


class Kept:
    """The same for a face as `api.Session`. To `interrupt` it is to let go of it: see `Unattended`."""

    def __init__(self, setup: Setup, life: Lives) -> None:
        self._setup, self._life = setup, life
        self._listeners: list[tuple[Listener, bool]] = []
        self._lock = threading.RLock()  # a signal may come while this thread has it
        self._attached: Attached | None = None
        self._waiting: list[Callable[[Attached], None]] = []
        self._ended: Ended | None = None
        self._over = threading.Event()

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest picture; None before the first."""
        attached = self._attached
        return None if attached is None else attached.snapshot

    def subscribe(self, listener: Listener, *, pictures: bool = True) -> None:
        """Tell `listener` everything; without `pictures`, the events alone. Before it starts."""
        self._listeners.append((listener, pictures))

    def send(self, word: Command | Answer) -> None:
        """Give a word of the person; never blocks."""
        self._do(lambda attached: attached.send(word))

    def interrupt(self, why: str) -> None:
        """Let go of it: 130."""
        self._do(lambda attached: attached.interrupt(why))

    def detach(self) -> None:
        """Let go of it, as the person wants: 0."""
        self._do(lambda attached: attached.detach())

    def no_more_answers(self) -> None:
        """Nobody answers here any more; others may."""

    def start(self) -> None:
        """Start it, and follow it in a thread of its own."""
        threading.Thread(target=self._run, name="kept", daemon=True).start()

    def wait(self, timeout: float | None = None) -> Ended | None:
        """Wait for at most `timeout` seconds; None while it still runs."""
        self._over.wait(timeout)
        return self._ended

    def run_here(self) -> Ended:
        """Start it, and follow it in this thread."""
        self._run()
        return self._ended or _failed("it did not say how it ended")

    def _do(self, deed: Callable[[Attached], None]) -> None:
        with self._lock:
            if self._attached is None:
                self._waiting.append(deed)
                return
            attached = self._attached
        deed(attached)

    # In its own thread

    def _run(self) -> None:
        process: subprocess.Popen[bytes] | None = None
        try:
            refused = _one_at_a_time()
            if refused is None:
                process = self._open()
                self._finish(self._follow(process))
            else:
                self._finish(refused)
        except (OSError, OrderError) as error:
            self._finish(_failed(f"it could not be started: {error}"))
        if process is not None:
            process.wait()  # or it would stay in the table of processes
            if process.stdout is not None:
                process.stdout.close()

    def _finish(self, ended: Ended) -> None:
        self._ended = ended
        self._over.set()

    def _open(self) -> subprocess.Popen[bytes]:
        told_of = order(self._setup)
        process = subprocess.Popen(  # noqa: S603  this program itself
            [sys.executable, "-P", "-m", "controller.keeping", str(self._life.descriptor)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            pass_fds=(self._life.descriptor,), start_new_session=True,
        )  # fmt: skip
        if process.stdin is not None:
            with contextlib.suppress(BrokenPipeError), process.stdin:
                process.stdin.write(told_of.encode() + b"\n")
        return process

    def _follow(self, process: subprocess.Popen[bytes]) -> Ended:
        found = self._found(process)
        if isinstance(found, Ended):
            return found
        try:
            attached = Attached(found)
        except AttachError as error:
            # Over before it could be seen; or it goes on, where nobody can see it, and will not for long.
            return _last_word(process, STARTS_S) or _failed(f"{error}: {error.remedy}")
        for listener, pictures in self._listeners:
            attached.subscribe(listener, pictures=pictures)
        attached.start()
        with self._lock:
            self._attached, waiting = attached, self._waiting
        for deed in waiting:
            deed(attached)
        return attached.wait() or _failed("it did not say how it ended")

    def _found(self, process: subprocess.Popen[bytes]) -> Running | Ended:
        """Its lock, as soon as it has one; or how it ended before that."""
        until = time.monotonic() + STARTS_S
        while time.monotonic() < until:
            for each in running():
                if each.pid == process.pid:
                    return each
            ended = _last_word(process, _LOOK_S)
            if ended is not None:
                return ended
        process.terminate()
        return _failed(f"it was not there within {STARTS_S:.0f} s, and was told to end")


def _one_at_a_time() -> Ended | None:
    """Why none may begin now."""
    for each in running():
        return Ended("refused", 4, f"{each.title} runs already: one session at a time. Home shows it with a.")
    return None


def _last_word(process: subprocess.Popen[bytes], seconds: float) -> Ended | None:
    """How it says that it ended, if it does so within that time."""
    if process.stdout is None or not select.select([process.stdout], [], [], seconds)[0]:
        return None
    line = process.stdout.readline()
    try:
        found = told(line)
    except LineError:
        found = None
    return found if isinstance(found, Ended) else _failed("its program broke as it began")


def _failed(why: str) -> Ended:
    return Ended("failed", 1, why)
