"""What the commands that look at the record share: finding a session, and saying what it was."""

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
    from datetime import datetime
    from pathlib import Path

    from controller.journal import Digest, Kept
    from controller.journal.story import Ratings

NO_RECORD = "No session is on record yet. Try `unknot demo`."
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


def clock(seconds: float) -> str:
    """As `4:07`, or `1:04:07`; with a minus before the session began."""
    whole = int(abs(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    told = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return f"-{told}" if seconds <= -1 else told


def local(moment: datetime) -> str:
    """In the machine's own time zone, to the minute."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def on_what(told: Digest) -> str:
    """What it ran on, in a word or three."""
    kinds = {
        "by hand" if each.by_hand else "simulated" if each.simulated else "devices"
        for each in told.channels.values()
    }
    return " + ".join(sorted(kinds)) or "no device"


def outcome(told: Digest, *, running: bool) -> str:
    """How it ended, in a word or two."""
    if told.outcome is not None:
        return told.outcome
    return "running now" if running else "cut off"


def tenderness(ratings: Ratings) -> str:
    """First and last of each place that was rated, as `6 → 2`."""
    arrow = "→" if shows_utf8() else "->"
    return ", ".join(
        f"{values[0]:g} {arrow} {values[-1]:g}" if len(values) > 1 else f"{values[0]:g}"
        for _, values in ratings
    )


def fitted(text: str, columns: int) -> str:
    """`text` safe to print, cut to `columns`."""
    plain = printable(" ".join(text.split()))
    if len(plain) <= columns:
        return plain
    more = "…" if shows_utf8() else "..."
    return plain[: max(columns - len(more), 0)].rstrip() + more
