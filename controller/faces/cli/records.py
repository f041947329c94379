"""What the commands that look at the record share: finding a session, and the room to tell of it."""

from __future__ import annotations

import shutil
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from controller.config import record_path
from controller.journal import JournalError, NoSuchSessionError, find
from protocols.diagnostics import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from controller.journal import Kept

LEAST_WIDTH, USUAL_WIDTH, MOST_WIDTH = 40, 80, 120

session_argument = click.argument("session", metavar="ID")


@contextmanager
def record() -> Iterator[Path | None]:
    """The record, None where nothing was ever kept; what is wrong with it ends the command."""
    path = record_path()
    try:
        yield path if path.exists() and (path.is_dir() or path.stat().st_size) else None
    except NoSuchSessionError as error:
        raise click.UsageError(_with_remedy(error)) from error
    except JournalError as error:
        raise click.ClickException(_with_remedy(error)) from error
    except OSError as error:
        raise click.ClickException(f"the record at {path} cannot be read: {error.strerror}") from error


def _with_remedy(error: JournalError) -> str:
    return printable(f"{error}; {error.remedy}")


@contextmanager
def kept(asked: str) -> Iterator[tuple[Path, Kept]]:
    """The session that `asked` names: an id, its beginning or end, or `last`."""
    with record() as path:
        if path is None:
            raise NoSuchSessionError("no session is on record yet", "try `unknot demo`")
        yield path, find(path, asked)


def width() -> int:
    """Columns to write in: the terminal's, within reason; 80 where there is none."""
    return min(max(shutil.get_terminal_size((USUAL_WIDTH, 24)).columns, LEAST_WIDTH), MOST_WIDTH)


def shows_utf8() -> bool:
    """Whether what is printed can hold signs beyond ASCII."""
    return "utf" in (getattr(sys.stdout, "encoding", None) or "").lower()
