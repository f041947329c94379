"""Forked helpers: each goes on from here with one trial, tells its verdict through a pipe, and is gone."""

from __future__ import annotations

import gc
import os
import pickle
import selectors
import signal
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from controller.trials.verdict import Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from controller.trials.catalog import Trial

_Handler: TypeAlias = "Callable[[int, FrameType | None], object] | int | None"

STUCK_S = 60
"""Real seconds after which a helper that does not come back is ended: a trial takes a hundredth of one."""

_INTERRUPTS = frozenset({signal.SIGINT, signal.SIGTERM})


class Crew:
    """At most `jobs` helpers at a time. Use it as a context: none outlives it."""

    def __init__(self, jobs: int, tell: Callable[[Verdict], None]) -> None:
        self._jobs = jobs
        self._tell = tell
        self._selector = selectors.DefaultSelector()
        self._live: dict[int, tuple[int, Trial, bytearray]] = {}
        self._interrupted = False
        self._before: _Handler = None

    def __enter__(self) -> Crew:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
        for pid, _trial, _data in self._live.values():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        for reader in self._live:
            os.close(reader)
        self._live.clear()
        self._selector.close()
        self._heed()

    def _interrupt(self, _number: int, _frame: FrameType | None) -> NoReturn:
        # Python drops what is raised inside a finalizer or a callback from C: kept, so that none is lost.
        self._interrupted = True
        raise KeyboardInterrupt

    def _heed(self) -> None:
        if self._interrupted:
            raise KeyboardInterrupt

    def send(self, trial: Trial, work: Callable[[], Verdict]) -> None:
        """Have `work` done by a helper that goes on from this very moment; waits for a free one."""
        self._heed()
        while len(self._live) >= self._jobs:
            self._collect()
        reader, writer = os.pipe()
        # Held back for a moment: an exception inside the hooks round a fork would be lost.
        signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)
        pid = os.fork()
        if pid == 0:
            _work(writer, work)
        self._live[reader] = (pid, trial, bytearray())
        os.close(writer)
        self._selector.register(reader, selectors.EVENT_READ)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPTS)

    def finish(self) -> None:
        """Wait for all that were sent."""
        while self._live:
            self._collect()

    def _collect(self) -> None:
        self._heed()
        for key, _ in self._selector.select():
            pid, trial, data = self._live[key.fd]
            chunk = os.read(key.fd, 1 << 16)
            if chunk:
                data += chunk
                continue
            self._selector.unregister(key.fd)
            os.close(key.fd)
            del self._live[key.fd]
            _, status = os.waitpid(pid, 0)
            self._tell(_verdict(trial, bytes(data), status))


def _verdict(trial: Trial, data: bytes, status: int) -> Verdict:
    if data and status == 0:
        verdict = pickle.loads(data)  # noqa: S301  from our own child, through a pipe that nobody else has
        assert isinstance(verdict, Verdict)  # noqa: S101  for the type alone
        return verdict
    how = os.waitstatus_to_exitcode(status)
    took = f"it stood still for {STUCK_S} s" if how == -signal.SIGALRM else f"its process ended with {how}"
    finding = Finding(f"the trial broke off: {took}", "a verdict")
    return Verdict(
        name=trial.name, kind=trial.kind, segment=trial.segment, outcome="none", exit=1, findings=(finding,)
    )


def _work(writer: int, work: Callable[[], Verdict]) -> None:
    # Whatever happens in here, this process never returns into the program that it was forked from.
    code = 1
    try:
        for number in _INTERRUPTS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPTS)
        signal.alarm(STUCK_S)
        gc.disable()
        data = memoryview(pickle.dumps(work()))
        while data:
            data = data[os.write(writer, data) :]
        code = 0
    finally:
        os._exit(code)
