"""What the history page says. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from controller.core import words
from controller.faces.home.facts import lately_line
from controller.faces.home.record import Unread
from controller.faces.home.words import wrapped
from controller.faces.told.course import course
from controller.faces.told.had import given_in, had_lines
from controller.faces.told.session import curves, head, marks
from controller.faces.told.words import change
from protocols.diagnostics import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from controller.journal import Digest, Story
    from controller.safety import Past

DAY: Final = "%Y-%m-%d"
"""In the list, which has room for a line; the hour stands in what is told of each."""
EMPTY: Final = """\
Nothing was done yet.

When you have done a session it stands here, newest first: how it
went, how tender each place was before and after, and what it gave.

Esc goes Home. There a letter for where it hurts is the beginning,
and d shows a short demo on a simulated device."""
ALL_HIDDEN: Final = "All of them are hidden: s shows the simulated ones again, p those of others."
READING: Final = "Reading the record…"
NEVER_RATED: Final = """\
No place was rated yet.

A protocol with a step `rate` asks how tender a place is; the shipped
ones do so before and after. Here you then see where it goes.
Simulated sessions do not count."""


def headline(told: Digest | Unread, person: str, *, marked: bool, running: bool) -> str:
    """A line of the list."""
    if isinstance(told, Unread):
        return f"! {printable(told.id)} cannot be read"
    line = lately_line(told, day=DAY, tender="", running=running)
    parts = ("[m]" if marked else "", line, printable(person))
    return "  ".join(each for each in parts if each)


def details(told: Story, past: Past | None, columns: int, *, utf8: bool) -> Iterator[str]:
    """One session whole."""
    yield from head(told, columns, utf8=utf8)
    yield from _part("Tenderness", _tenderness(told, utf8=utf8), columns)
    yield from _part("What each place had", had_lines(given_in(told, past)), columns)
    yield from ("".join(text for text, _ in row) for row in curves(told, columns, utf8=utf8))
    yield ""
    yield from course(told, columns, utf8=utf8)
    yield ""
    yield from marks(told, columns, utf8=utf8)


def _part(title: str, lines: Iterable[str], columns: int) -> Iterator[str]:
    shown = [f"  {each}" for each in lines]
    if shown:
        yield ""
        yield title
        yield from wrapped(shown, columns)


def _tenderness(told: Story, *, utf8: bool) -> Iterator[str]:
    for place, values in told.ratings:
        every = f"  ({', '.join(f'{each:g}' for each in values)})" if len(values) > 2 else ""
        yield f"{words.where(place)}: {change(values, utf8=utf8)}{every}"
