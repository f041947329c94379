"""The SQLite file of the record: its tables, how it is opened, and what is done when it is broken.

Every call blocks on the disk, so only the writer thread makes them.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from typing import TYPE_CHECKING

from controller.config import PRIVATE_FILE, ConfigError, private_dir
from controller.journal.errors import JournalError

if TYPE_CHECKING:
    from pathlib import Path

LEAST_FREE = 50 * 1024 * 1024
"""Bytes that must be free before a session begins (HZ31)."""
APPLICATION = 0x554E4B54
VERSION = 1
BUSY_SECONDS = 5.0

_TABLES = """
CREATE TABLE IF NOT EXISTS session (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, meta TEXT NOT NULL, outcome TEXT);
CREATE TABLE IF NOT EXISTS entry (
    session INTEGER NOT NULL REFERENCES session, number INTEGER NOT NULL, now_ms INTEGER NOT NULL,
    input TEXT NOT NULL, effects TEXT NOT NULL, PRIMARY KEY (session, number)) WITHOUT ROWID;
"""


class BrokenError(Exception):
    """The file is there and is no record."""


def ready(path: Path) -> tuple[sqlite3.Connection, str | None]:
    """Open the record for writing; also says what was done, where something was. Raises JournalError."""
    try:
        private_dir(path.parent)
    except ConfigError as error:
        raise JournalError(f"the record cannot be kept: {error}", error.remedy) from error
    _room(path.parent)
    try:
        return _opened(path), None
    except BrokenError as error:
        aside = set_aside(path)
        return _opened_afresh(path), f"the record was broken ({error}); it is kept untouched as {aside}"


def _room(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        raise JournalError(
            f"only {free // 2**20} MB are free where the record is kept ({folder}); it needs 50 MB",
            "free some space there, or name another folder with UNKNOT_STATE_DIR",
        )


def _opened_afresh(path: Path) -> sqlite3.Connection:
    try:
        return _opened(path)
    except BrokenError as error:
        raise _unwritable(path, error) from error


def _opened(path: Path) -> sqlite3.Connection:
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE))
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise _unwritable(path, error) from error
    try:
        _prepare(connection)
    except sqlite3.OperationalError as error:
        connection.close()
        raise _unwritable(path, error) from error
    except sqlite3.DatabaseError as error:
        connection.close()
        raise BrokenError(str(error)) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    # Tables first: another process that is making the file commits its marks together with them.
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if tables and application != APPLICATION:
        raise BrokenError("it is a database of something else")
    if version > VERSION:
        raise JournalError(
            f"the record was written by a later version of the program (form {version})",
            "bring the program up to date, or name another folder with UNKNOT_STATE_DIR",
        )
    _patiently(connection, "PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    # Writes the first page in any case: that the file can be written is known, not hoped.
    connection.executescript(
        f"BEGIN IMMEDIATE; PRAGMA application_id={APPLICATION}; PRAGMA user_version={VERSION};"
        f"{_TABLES} COMMIT;"
    )
    connection.execute("SELECT max(number) FROM session").fetchone()


def _patiently(connection: sqlite3.Connection, statement: str) -> None:
    """Run what SQLite's own waiting does not cover, while another process opens the same file."""
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute(statement)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return


def set_aside(path: Path) -> Path:
    """Rename a broken record with what belongs to it, changing nothing in it; the new path."""
    number = 1
    while (aside := path.with_name(f"{path.name}.broken-{number}")).exists():
        number += 1
    for ending in ("", "-wal", "-shm"):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.rename(aside.with_name(aside.name + ending))
    return aside


def _unwritable(path: Path, error: Exception) -> JournalError:
    told = error.strerror if isinstance(error, OSError) else str(error)
    return JournalError(
        f"the record cannot be written at {path}: {told}",
        f"make {path} yours to write, or name another folder with UNKNOT_STATE_DIR",
    )
