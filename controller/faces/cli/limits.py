"""`unknot limits`: the limits as they stand, each with what set it."""

from __future__ import annotations

import math
import shutil
import textwrap
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import click

from controller.faces.cli.common import as_json, show_json
from controller.faces.cli.whose import standing_of
from controller.safety import LIMITS, Limit, effective
from protocols.units import write_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from controller.safety import Standing

GROUPS = {
    "HT": "Heat", "PC": "Percussion", "SP": "By hand", "SE": "Session", "ZN": "Session",
    "PF": "Profile", "LE": "Leash",
}  # fmt: skip
_SET_BY = {"soft": "", "area": "", "hard": "hard", "profile": "the profile", "ledger": "what it has had"}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table and what stands of it; None: nothing here, or it goes by place."""

    limit: Limit
    stands: float | None
    set_by: str | None


def rows(standing: Standing) -> Iterator[Row]:
    """Every row, in the table's order."""
    for limit in LIMITS:
        bound = effective(limit, standing)
        plain = limit.soft is None and limit.hard is None
        if plain or GROUPS[limit.id[:2]] == "Profile" or not math.isfinite(bound.allowed):
            yield Row(limit, None, None)
        else:
            yield Row(limit, bound.allowed, bound.by)


@click.command("limits")
@as_json
@click.option("--person", metavar="NAME", help="The limits of this person.")
def command(*, as_json: bool, person: str | None) -> None:
    """Show every limit: the value that stands, the hard one that nothing passes, and why.

    `unknot explain HT1` tells more of one, `unknot body PLACE` what holds at a place.
    """
    every = tuple(rows(standing_of(person)))
    if as_json:
        show_json({"person": person, "limits": [to_json(row) for row in every]})
        return
    for line in lines(every, min(shutil.get_terminal_size().columns, 100)):
        click.echo(line)


def to_json(row: Row) -> dict[str, object]:
    """The object of one row."""
    limit = row.limit
    return {
        "id": limit.id, "quantity": limit.quantity, "unit": limit.unit, "scope": limit.scope,
        "soft": limit.soft, "hard": limit.hard, "stands": row.stands, "set_by": row.set_by,
        "basis": limit.basis, "enforced": list(limit.where),
    }  # fmt: skip


def lines(every: tuple[Row, ...], columns: int) -> Iterator[str]:
    """The table in groups, at most `columns` wide."""
    for name, group in groupby(every, key=lambda row: GROUPS[row.limit.id[:2]]):
        yield f"{name:<{columns - 32}}  {'at most':>12}  {'hard':>12}"
        for row in group:
            yield from _lines(row, columns)
        yield ""
    yield "At most (for a rest, at least): what a plan may ask. A run stops at hard."
    yield "By place: see unknot body PLACE. Rows of profiles hold for who has them."


def _lines(row: Row, columns: int) -> Iterator[str]:
    limit = row.limit
    shown = limit.soft if row.stands is None else row.stands
    words = limit.quantity if not _SET_BY.get(row.set_by or "") else f"{limit.quantity} ({row.set_by})"
    first, *others = textwrap.wrap(words, columns - 40)
    where = "by place" if limit.id in {"PC11", "PC13"} else ""
    yield (
        f"  {limit.id:<4}  {first:<{columns - 40}}  {where or value(shown, limit.unit):>12}"
        f"  {value(limit.hard, limit.unit):>12}"
    )
    for other in others:
        yield f"        {other}"


def value(number: float | None, unit: str) -> str:
    """A value with its unit, as a person reads it."""
    if number is None:
        return "-"
    if unit == "s":
        return write_duration(round(number * 1000)) if number else "0 s"
    if unit == "fraction":
        return f"{number * 100:g} %"
    return f"{number:g}" if unit == "0..10" else f"{number:g} {unit}".strip()
