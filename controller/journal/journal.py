"""Writes the record from a thread of its own: no session ever waits for a disk while it drives."""

from __future__ import annotations

import queue
import threading
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING

from controller.core import Tick
from controller.journal.encoding import encode
from controller.journal.errors import JournalError
from controller.journal.store import LEAST_FREE, ready

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from types import TracebackType

    from controller.core.events import Effect, Input

__all__ = ["LEAST_FREE", "Journal"]

BATCH_SECONDS = 1.0
"""How much of a session a crash can take from the record; each batch is one commit."""
ANSWER_SECONDS = 30.0
"""After so long a disk that does not answer is a record that cannot be written."""

_TICK, _NOTHING = encode(Tick()), encode(())
_INSERT = "INSERT INTO entry VALUES (?, ?, ?, ?, ?)"


class Journal:
    """One session's way into the record. `begin`, then `keep` for every input, then `finish`.

    `said` tells what was done to open it, where that matters to a person. `failure` is set when
    something could not be written: from then on the record is incomplete and nothing more is kept.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.said: str | None = None
        self.failure: str | None = None
        self._kept: deque[tuple[int, Input, tuple[Effect, ...]]] = deque()
        self._calls: queue.SimpleQueue[tuple[Callable[[], None], Future[None]] | None] = queue.SimpleQueue()
        self._opened: Future[None] = Future()
        self._connection: sqlite3.Connection | None = None
        self._session = 0
        self._written = 0
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    @classmethod
    def open(cls, path: Path) -> Journal:
        """Open the record for writing, making it where there is none. Raises JournalError."""
        journal = cls(path)
        journal._thread.start()
        journal._opened.result()
        return journal

    def begin(self, session_id: str, meta: Mapping[str, object]) -> None:
        """Record durably that a session begins. Raises JournalError.

        `meta` holds its `plan` and its `channels` (role to Channel), which replay needs, and whatever
        else is worth keeping, as plain values.
        """
        text = encode(dict(meta))
        self._ask(lambda: self._begin(session_id, text))

    def keep(self, now_ms: int, input_: Input, effects: tuple[Effect, ...]) -> None:
        """One step of the session, at `now_ms` of its clock. Never blocks, never raises."""
        if self.failure is None:
            self._kept.append((now_ms, input_, effects))

    def finish(self, outcome: str) -> None:
        """Write what is left and how it ended, durably. Raises JournalError."""
        self._ask(lambda: self._finish(outcome))

    def close(self) -> None:
        """Write what is left and give the file back. Safe to repeat."""
        if self._thread.is_alive():
            self._calls.put(None)
            self._thread.join(ANSWER_SECONDS)

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, call: Callable[[], None]) -> None:
        done: Future[None] = Future()
        self._calls.put((call, done))
        try:
            done.result(ANSWER_SECONDS)
        except TimeoutError as error:
            self.failure = self.failure or "the disk does not answer"
            raise self._unwritten(self.failure) from error

    # What follows runs on the writer thread.

    def _run(self) -> None:
        try:
            self._connection, self.said = ready(self.path)
        except Exception as error:  # noqa: BLE001  delivered to whoever opens
            self._opened.set_exception(error)
            return
        self._opened.set_result(None)
        try:
            while self._turn():
                pass
        finally:
            self._connection.close()

    def _turn(self) -> bool:
        try:
            asked = self._calls.get(timeout=BATCH_SECONDS)
        except queue.Empty:
            self._write_safely()
            return True
        if asked is None:
            self._write_safely()
            return False
        call, done = asked
        try:
            call()
        except JournalError as error:
            done.set_exception(error)
        except Exception as error:  # noqa: BLE001  whatever it is, the record is no longer whole
            self.failure = self.failure or str(error)
            done.set_exception(self._unwritten(self.failure))
        else:
            done.set_result(None)
        return True

    def _write_safely(self) -> None:
        try:
            self._write()
        except Exception as error:  # noqa: BLE001  whatever it is, the record is no longer whole
            self.failure = self.failure or str(error)

    def _begin(self, session_id: str, meta: str) -> None:
        connection = self._open_connection()
        connection.execute("PRAGMA synchronous=FULL")
        cursor = connection.execute("INSERT INTO session (id, meta) VALUES (?, ?)", (session_id, meta))
        self._session = int(cursor.lastrowid or 0)
        self._written = 0
        connection.execute("PRAGMA synchronous=NORMAL")

    def _write(self, outcome: str | None = None) -> None:
        """Everything kept so far, and `outcome` where there is one, in one transaction."""
        if self.failure is not None:
            self._kept.clear()
            return
        rows = [self._row(*self._kept.popleft()) for _ in range(len(self._kept))]
        if not rows and outcome is None:
            return
        connection = self._open_connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.executemany(_INSERT, rows)
            if outcome is not None:
                told = (outcome, self._session)
                connection.execute("UPDATE session SET outcome = ? WHERE number = ?", told)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _row(self, now_ms: int, input_: Input, effects: tuple[Effect, ...]) -> tuple[int, int, int, str, str]:
        self._written += 1
        shown = _TICK if isinstance(input_, Tick) else encode(input_)
        return self._session, self._written, now_ms, shown, encode(effects) if effects else _NOTHING

    def _finish(self, outcome: str) -> None:
        if self.failure is not None:
            raise self._unwritten(self.failure)
        self._open_connection().execute("PRAGMA synchronous=FULL")
        self._write(outcome)

    def _open_connection(self) -> sqlite3.Connection:
        if self._connection is None:
            raise self._unwritten("it is not open")
        return self._connection

    def _unwritten(self, why: str) -> JournalError:
        return JournalError(
            f"the record at {self.path} could not be written: {why}",
            "see that its disk has room and can be written (`unknot doctor`)",
        )
