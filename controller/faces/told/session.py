"""One session in lines: what it was, and a chart for each device that measured something. Pure."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from controller.faces.told.curve import SAMPLES, draw, label_width
from controller.faces.told.curves import charts
from controller.faces.told.words import clock, ended_words, fitted, local, on_what

if TYPE_CHECKING:
    from collections.abc import Iterator

    from controller.faces.told.curve import Row
    from controller.journal import Story


def head(told: Story, columns: int, *, utf8: bool) -> Iterator[str]:
    """What it was (the first line, its title), when, on what, and how it ended."""
    yield fitted(told.plan.title, columns, utf8=utf8)
    took = f", {clock(told.seconds)} long" if told.seconds else ""
    yield f"{local(told.began)}{took}, {on_what(told)}"
    yield from textwrap.wrap(ended_words(told.outcome, told.why), columns)


def marks(told: Story, columns: int, *, utf8: bool) -> Iterator[str]:
    """What to know it by: its devices, its options, its id and the hash of its plan."""
    for role, channel in told.channels.items():
        yield fitted(f"{role}: {channel.device}", columns, utf8=utf8)
    for name, value in told.plan.options.items():
        yield fitted(f"{name}: {value}", columns, utf8=utf8)
    yield fitted(f"session {told.id}", columns, utf8=utf8)
    yield fitted(f"plan {told.plan.sha256}", columns, utf8=utf8)


def curves(told: Story, columns: int, *, utf8: bool) -> Iterator[Row]:
    """Of each chart an empty row, its title, its legend and its rows."""
    drawn = tuple(charts(told))
    margin = max((label_width(chart, rows) for _, chart, rows in drawn), default=0)
    for title, chart, rows in drawn:
        shown = [ink for ink in SAMPLES if any(ink == each for each, _ in chart.lines)]
        yield ()
        yield ((fitted(title, columns, utf8=utf8), None),)
        yield tuple(
            run
            for n, ink in enumerate(shown)
            for run in (("  " * bool(n), None), (SAMPLES[ink][not utf8], ink), (f" {ink}", None))
        )
        yield from draw(chart, width=columns, rows=rows, margin=margin, utf8=utf8)
