"""`unknot show`: one session, as it went, with its curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from controller.faces.cli.common import as_json
from controller.faces.cli.records import kept, session_argument, shows_utf8, width
from controller.faces.told.course import course
from controller.faces.told.document import document, text_of
from controller.faces.told.session import curves, head, marks
from controller.faces.told.words import tenderness
from controller.journal import story

if TYPE_CHECKING:
    from collections.abc import Iterator

    from controller.faces.told.curve import Ink, Row
    from controller.journal import Story

COLOURS: dict[Ink, str] = {"measured": "yellow", "target": "cyan", "limit": "red"}


@click.command("show")
@session_argument
@as_json
def command(*, session: str, as_json: bool) -> None:
    """Show one session of the record: its course, and its curves.

    ID is the session's id as `unknot history` lists it, any beginning or end of it that no other
    session has, or `last`.

    --json prints the same document as `unknot export ID --json`, whose help tells its keys.
    """
    with kept(session) as (path, found):
        told = story(path, found)
    if as_json:
        click.echo(text_of(document(told)))
        return
    for line in lines(told, width()):
        click.echo(line)


def lines(told: Story, columns: int) -> Iterator[str]:
    """The session as text; styled, which `click.echo` takes out where there is no terminal."""
    utf8 = shows_utf8()
    title, *rest = head(told, columns, utf8=utf8)
    yield click.style(title, bold=True)
    yield from rest
    if told.ratings:
        yield f"tenderness {tenderness(told.ratings, utf8=utf8)}"
    yield from marks(told, columns, utf8=utf8)
    yield from map(_styled, curves(told, columns, utf8=utf8))
    yield ""
    yield from course(told, columns, utf8=utf8)


def _styled(row: Row) -> str:
    return "".join(text if ink is None else click.style(text, fg=COLOURS[ink]) for text, ink in row)
