"""Writes a session's ledger from a thread of its own: the control loop never waits for a disk."""

from __future__ import annotations

import queue
import threading
import time
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING

from controller.ledger.errors import LedgerError
from controller.ledger.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from controller.ledger.clocks import Clocks
    from controller.safety.standing import Given

ANSWER_SECONDS = 30.0
"""After so long a disk that does not answer is a ledger that cannot be written."""


class LedgerWriter:
    """One session's way into a ledger; all but `close` may be called from the control loop.

    `past` and `said` are as the ledger was when it was opened. Where `failure` is set nothing may be
    driven any more.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.past = ledger.past()
        self.said = ledger.said
        self._ledger = ledger
        self._failure: str | None = None
        self._covers: dict[int, Future[None]] = {}
        self._calls: queue.SimpleQueue[tuple[Given, int, Future[None]] | None] = queue.SimpleQueue()
        self._asked: Future[None] = Future()
        self._asked.set_result(None)
        self._asked_at = 0.0
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    @classmethod
    def open(cls, folder: Path, clocks: Clocks | None = None) -> LedgerWriter:
        """Open the ledger in `folder` for one session. Blocks on the disk. Raises LedgerError."""
        return cls(Ledger.open(folder, clocks))

    @property
    def failure(self) -> str | None:
        """Why nothing more can be written; None: all is well."""
        waits = not self._asked.done() and time.monotonic() - self._asked_at > ANSWER_SECONDS
        if self._failure is None and waits:
            self._failure = "the disk does not answer"
        return self._failure

    def now_s(self) -> float:
        """Ledger time. Never blocks."""
        return self._ledger.now_s()

    def covers(self, segment: int, worst: Callable[[], Given]) -> bool:
        """Whether `segment` may drive: its worst case is durable. Asks for that the first time; never blocks.

        `worst` gives all that the session had, and the most that each segment which is driven, and this
        one, may still give.
        """
        asked = self._covers.get(segment)
        if asked is None:
            asked = self.ahead(segment, worst())
        return self.failure is None and asked.done() and asked.exception() is None

    def ahead(self, segment: int, given: Given) -> Future[None]:
        """Write the session's worst case; nothing of `segment` may be driven before it is done."""
        self._covers[segment] = done = self._ask(replace(given, settled=False), segment)
        return done

    def settle(self, segment: int, given: Given) -> Future[None]:
        """Put what happened in the place of `segment`'s worst case; it is not covered any more.

        `given.settled`: nothing is driven now, and no segment is covered; else it still has the worst case of
        those that are.
        """
        self._covers.pop(segment, None)
        if given.settled:
            self._covers.clear()
        return self._ask(given, segment)

    def close(self) -> None:
        """Write what is left and give the ledger back. Blocks on the disk. Safe to repeat."""
        if not self._closed:
            self._closed = True
            self._calls.put(None)
        self._thread.join(ANSWER_SECONDS)

    def __enter__(self) -> LedgerWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, given: Given, segment: int) -> Future[None]:
        done: Future[None] = Future()
        if self._closed:
            done.set_exception(LedgerError("the ledger is not open", "begin another session"))
            return done
        if self._asked.done():
            self._asked_at = time.monotonic()
        self._asked = done
        self._calls.put((given, segment, done))
        return done

    # What follows runs on the writer thread.

    def _run(self) -> None:
        try:
            while (asked := self._calls.get()) is not None:
                self._write(*asked)
        finally:
            self._ledger.close()

    def _write(self, given: Given, segment: int, done: Future[None]) -> None:
        try:
            self._ledger.add(given, segment)
        except Exception as error:  # noqa: BLE001  whatever it is, nothing may be driven on its word
            self._failure = self._failure or str(error)
            done.set_exception(error)
            return
        done.set_result(None)
        try:
            self._ledger.anchor()
        except Exception as error:  # noqa: BLE001  what is durable counts; nothing more can
            self._failure = self._failure or str(error)
