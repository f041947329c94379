"""What the record holds. Opened for reading alone; a session may be writing at the same time."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from controller.journal.encoding import decode
from controller.journal.errors import JournalError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from controller.core.events import Effect, Input


@dataclass(frozen=True, slots=True)
class Kept:
    """One session of the record; `outcome` is None where it never came to its end."""

    id: str
    meta: Mapping[str, object]
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One step: what went in at `now_ms`, and the text of what came out."""

    now_ms: int
    input: Input
    effects_text: str

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What came out."""
        return cast("tuple[Effect, ...]", decode(self.effects_text))


def sessions(path: Path) -> tuple[Kept, ...]:
    """Every session, oldest first. Raises JournalError."""
    rows = _rows(path, "SELECT id, meta, outcome FROM session ORDER BY number", ())
    return tuple(_kept(row) for row in rows)


def kept_session(path: Path, session_id: str) -> Kept:
    """One session. Raises JournalError, also where there is no such session."""
    rows = _rows(path, "SELECT id, meta, outcome FROM session WHERE id = ?", (session_id,))
    if not rows:
        raise JournalError(f"the record has no session {session_id}", "`unknot history` lists them")
    return _kept(rows[0])


def entries(path: Path, session_id: str) -> tuple[Entry, ...]:
    """The steps of one session, in their order. Raises JournalError."""
    query = (
        "SELECT now_ms, input, effects FROM entry JOIN session ON session.number = entry.session"
        " WHERE session.id = ? ORDER BY entry.number"
    )
    return tuple(_entry(row) for row in _rows(path, query, (session_id,)))


def _rows(path: Path, query: str, values: tuple[str, ...]) -> list[tuple[object, ...]]:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute(query, values).fetchall()
    except sqlite3.Error as error:
        raise JournalError(f"the record at {path} cannot be read: {error}", "see `unknot doctor`") from error


def _kept(row: tuple[object, ...]) -> Kept:
    session_id, meta, outcome = row
    told = cast("Mapping[str, object]", _decoded(str(meta)))
    return Kept(str(session_id), told, None if outcome is None else str(outcome))


def _entry(row: tuple[object, ...]) -> Entry:
    now_ms, input_, effects = row
    return Entry(cast("int", now_ms), cast("Input", _decoded(str(input_))), str(effects))


def _decoded(text: str) -> object:
    try:
        return decode(text)
    except ValueError as error:
        raise JournalError(
            f"the record holds what this version cannot read: {error}",
            "read it with the version that wrote it",
        ) from error
