"""Where an export goes: a private folder beside the record, under a name that nothing has yet."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from controller.config import PRIVATE_FILE, ConfigError, numbered_names, private_dir, state_dir
from controller.faces.told.course import course
from controller.faces.told.document import document, table, text_of
from controller.faces.told.had import given_in, had_lines
from controller.faces.told.session import curves, head, marks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from controller.journal import Story

COLUMNS: Final = 100
"""Of the page to read: what a sheet of paper takes."""


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a session: its ending, what it is for, and its text."""

    ending: str
    name: str
    told: str
    text: Callable[[Story], str]


def _read(told: Story) -> str:
    def lines() -> Iterator[str]:
        yield from head(told, COLUMNS, utf8=True)
        yield from marks(told, COLUMNS, utf8=True)
        yield from had_lines(given_in(told))
        yield from ("".join(text for text, _ in row) for row in curves(told, COLUMNS, utf8=True))
        yield ""
        yield from course(told, COLUMNS, utf8=True)

    return "\n".join(lines()) + "\n"


FORMS: Final = (
    Form("csv", "A table (CSV)", "A row for each setpoint and reading, for a spreadsheet.", table),
    Form(
        "json", "One document (JSON)", "Everything on record of it, for programs.",
        lambda told: text_of(document(told)) + "\n",
    ),
    Form("txt", "A page to read (text)", "What this page tells, curves and all; to show somebody.", _read),
)  # fmt: skip


def folder() -> Path:
    """Where exports lie."""
    return state_dir() / "exports"


def write(told: Story, form: Form) -> Path:
    """The file that was written; no other is touched. Raises ConfigError, OSError."""
    where, text = private_dir(folder()), form.text(told).encode()
    for path in numbered_names(where, f"{told.began.astimezone():%Y-%m-%d}-{told.id[-4:]}", form.ending):
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, PRIVATE_FILE)
        except FileExistsError:
            continue
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
        return path
    raise AssertionError("there is always another name")


__all__ = ["FORMS", "ConfigError", "Form", "folder", "write"]
