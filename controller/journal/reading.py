"""What the record holds. Opened for reading alone; a session may be writing at the same time."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast, get_args

from controller.core import Tick
from controller.core import events as core_events
from controller.journal.encoding import decode, encode
from controller.journal.errors import JournalError, NoSuchSessionError
from controller.journal.store import APPLICATION, VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from controller.core.events import Effect, Input

LAST = "last"
"""What names the newest session."""
WAIT_SECONDS = 2.0
"""How long a reader waits for another program that holds the file: writers hold it for milliseconds."""

_INPUTS = get_args(core_events.Input)
_OF_SESSION = " FROM entry JOIN session ON session.number = entry.session WHERE session.id = ?"


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
        """What came out. Raises JournalError."""
        effects = _decoded(self.effects_text)
        if not isinstance(effects, tuple):
            raise _of_another_version("what came out of a step is no list")
        return effects


def sessions(path: Path) -> tuple[Kept, ...]:
    """Every session, oldest first. Raises JournalError."""
    rows = _rows(path, "SELECT id, meta, outcome FROM session ORDER BY number", ())
    return tuple(_kept(row) for row in rows)


def kept_session(path: Path, session_id: str) -> Kept:
    """One session. Raises JournalError, also where there is no such session."""
    rows = _rows(path, "SELECT id, meta, outcome FROM session WHERE id = ?", (session_id,))
    if not rows:
        raise NoSuchSessionError(f"the record has no session {session_id}", "`unknot history` lists them")
    return _kept(rows[0])


def session_ids(path: Path) -> tuple[str, ...]:
    """The id of every session, oldest first. Raises JournalError."""
    return tuple(str(each) for (each,) in _rows(path, "SELECT id FROM session ORDER BY number", ()))


def find(path: Path, asked: str) -> Kept:
    """The one session whose id begins or ends with `asked`, or the newest for `last`. Raises JournalError."""
    ids = session_ids(path)
    if asked == LAST and ids:
        return kept_session(path, ids[-1])
    found = [each for each in ids if asked and (each.startswith(asked) or each.endswith(asked))]
    if asked in found or len(found) == 1:
        return kept_session(path, asked if asked in found else found[0])
    if not found:
        raise NoSuchSessionError(f"the record has no session {asked}", "`unknot history` lists them")
    some = ", ".join(found[-5:])
    raise NoSuchSessionError(f"{len(found)} sessions fit {asked}", f"write more of the id: {some}")


def entries(path: Path, session_id: str) -> tuple[Entry, ...]:
    """The steps of one session, in their order. Raises JournalError."""
    return _entries(path, "", (session_id,))


def telling_entries(path: Path, session_id: str) -> tuple[Entry, ...]:
    """As `entries`, without the ticks from which nothing followed. Raises JournalError."""
    return _entries(path, " AND NOT (effects = ? AND input = ?)", (session_id, encode(()), encode(Tick())))


def entries_saying(path: Path, session_id: str, event: str) -> tuple[Entry, ...]:
    """The steps of one session that said `event`. Raises JournalError."""
    # A quotation mark inside a text of the record is escaped: nothing but the key itself is found.
    return _entries(path, " AND instr(effects, ?)", (session_id, f'"event":"{event}"'))


def span_ms(path: Path, session_id: str) -> tuple[int, int] | None:
    """Its first and its last step, by the session's clock; None without a step. Raises JournalError."""
    ends = [
        _rows(path, f"SELECT now_ms{_OF_SESSION} ORDER BY entry.number {order} LIMIT 1", (session_id,))
        for order in ("ASC", "DESC")
    ]
    if not all(ends):
        return None
    return cast("int", ends[0][0][0]), cast("int", ends[1][0][0])


def _entries(path: Path, which: str, values: tuple[str, ...]) -> tuple[Entry, ...]:
    query = f"SELECT now_ms, input, effects{_OF_SESSION}{which} ORDER BY entry.number"
    return tuple(_entry(row) for row in _rows(path, query, values))


def _rows(path: Path, query: str, values: tuple[str, ...]) -> list[tuple[object, ...]]:
    where = f"{path.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(where, uri=True, timeout=WAIT_SECONDS)) as connection:
            _refuse_foreign(connection, path)
            return connection.execute(query, values).fetchall()
    except sqlite3.Error as error:
        raise _unreadable(path, error) from error


def _refuse_foreign(connection: sqlite3.Connection, path: Path) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
        raise JournalError(
            f"{path} is no record: it is a database of something else",
            "move it away; the next session begins a record of its own",
        )
    if version > VERSION:
        raise JournalError(
            f"the record was written by a later version of the program (form {version})",
            "bring the program up to date",
        )


def _unreadable(path: Path, error: sqlite3.Error) -> JournalError:
    code = getattr(error, "sqlite_errorcode", None)
    match None if code is None else code & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            remedy = "another program holds it: close that program, and try again"
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_READONLY:
            remedy = f"make {path} and its folder yours to read and write"
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            remedy = "it is broken: the next session keeps it aside, untouched, and begins another"
        case _:
            remedy = "see `unknot doctor`"
    return JournalError(f"the record at {path} cannot be read: {error}", remedy)


def _kept(row: tuple[object, ...]) -> Kept:
    session_id, meta, outcome = row
    told = _decoded(str(meta))
    if not isinstance(told, dict):
        raise _of_another_version("what a session is kept with is no mapping")
    return Kept(str(session_id), told, None if outcome is None else str(outcome))


def _entry(row: tuple[object, ...]) -> Entry:
    now_ms, input_, effects = row
    told = _decoded(str(input_))
    if not isinstance(told, _INPUTS) or not isinstance(now_ms, int):
        raise _of_another_version("a step is no input of a session")
    return Entry(now_ms, told, str(effects))


def _decoded(text: str) -> object:
    try:
        return decode(text)
    except (ValueError, RecursionError) as error:
        raise _of_another_version(str(error)) from error


def _of_another_version(why: str) -> JournalError:
    return JournalError(
        f"the record holds what this version cannot read: {why}",
        "read it with the version that wrote it",
    )
