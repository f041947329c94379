"""`unknot show`: one session, as it went, with its curves."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from controller.faces.cli.common import as_json
from controller.faces.cli.course import course
from controller.faces.cli.curve import SAMPLES, draw, label_width
from controller.faces.cli.curves import charts
from controller.faces.cli.document import document, text_of
from controller.faces.cli.plain import OUTCOMES
from controller.faces.cli.records import (
    clock,
    fitted,
    kept,
    local,
    on_what,
    session_argument,
    shows_utf8,
    tenderness,
    width,
)
from controller.journal import story
from protocols.diagnostics import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from controller.faces.cli.curve import Ink, Row
    from controller.journal import Story

COLOURS: dict[Ink, str] = {"measured": "yellow", "target": "cyan", "limit": "red"}
CUT_OFF = "It never came to its end on record: it runs now, or was cut off."


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
    yield from head(told, columns)
    yield from curves(told, columns)
    yield ""
    yield from course(told, columns)


def head(told: Story, columns: int) -> Iterator[str]:
    """What it was, when, on what, and how it ended."""
    yield click.style(fitted(told.plan.title, columns), bold=True)
    took = f", {clock(told.seconds)} long" if told.seconds else ""
    yield f"{local(told.began)}{took}, {on_what(told)}"
    ended = CUT_OFF if told.outcome is None else OUTCOMES.get(told.outcome, printable(told.outcome))
    why = f" {printable(told.why).rstrip('.')}." if told.why else ""
    yield from textwrap.wrap(f"{ended}{why}", columns)
    if told.ratings:
        yield f"tenderness {tenderness(told.ratings)}"
    for role, channel in told.channels.items():
        yield fitted(f"{role}: {channel.device}", columns)
    for name, value in told.plan.options.items():
        yield fitted(f"{name}: {value}", columns)
    yield fitted(f"session {told.id}", columns)
    yield fitted(f"plan {told.plan.sha256}", columns)


def curves(told: Story, columns: int) -> Iterator[str]:
    """A chart for each device that measured something."""
    utf8 = shows_utf8()
    drawn = tuple(charts(told))
    margin = max((label_width(chart, rows) for _, chart, rows in drawn), default=0)
    for title, chart, rows in drawn:
        shown = [ink for ink in SAMPLES if any(ink == each for each, _ in chart.lines)]
        yield ""
        yield fitted(title, columns)
        yield "  ".join(_styled(((SAMPLES[ink][not utf8], ink), (f" {ink}", None))) for ink in shown)
        for row in draw(chart, width=columns, rows=rows, margin=margin, utf8=utf8):
            yield _styled(row)


def _styled(row: Row) -> str:
    return "".join(text if ink is None else click.style(text, fg=COLOURS[ink]) for text, ink in row)
