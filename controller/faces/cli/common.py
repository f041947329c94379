"""What several commands share: options, JSON, and how a refusal is said."""

from __future__ import annotations

import json
import math
import os
import sys
from typing import TYPE_CHECKING, TextIO, TypeVar

import click

from protocols.diagnostics import width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

F = TypeVar("F", bound="Callable[..., object]")

DONE = 0
FAILED = 1
USAGE = 2
FILE_ERRORS = 3
REFUSED = 4
LOST = 5


def named_values(ctx: click.Context, parameter: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    """NAME=VALUE, many times, as a mapping. Raises BadParameter for what is none, or for a name twice."""
    del ctx
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not (name and equals and value):
            raise click.BadParameter(f"{pair!r} is not {parameter.metavar}", param=parameter)
        if name in found:
            raise click.BadParameter(f"{name} is given twice", param=parameter)
        found[name] = value
    return found


chosen_options = click.option(
    "--option", "chosen", multiple=True, metavar="NAME=VALUE", callback=named_values,
    help="Choose a value for an option of the file; may be given many times.",
)  # fmt: skip
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


class Speed(click.ParamType[float]):
    """A number over 0, or `max`."""

    name = "speed"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """How many times faster than real time; math.inf for `max`. Fails for anything else."""
        if value in {"max", math.inf}:
            return math.inf
        try:
            speed = float(value)
        except ValueError:
            speed = math.nan
        if not 0 < speed < math.inf:
            self.fail(f"{value!r} is neither a number over 0 nor max", param, ctx)
        return speed


def speed_option(help: str) -> Callable[[F], F]:
    """`--speed N|max`."""
    return click.option("--speed", type=Speed(), metavar="N|max", help=help)


def show_json(value: object) -> None:
    """One object on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def complain(*lines: str) -> None:
    """Say on stderr what is wrong; a terminal that is gone changes no exit code."""
    try:
        for line in lines:
            if line:
                click.echo(line, err=True)
    except OSError:
        drain(sys.stderr)


def drain(stream: TextIO) -> None:
    """What is still buffered goes nowhere, so that the exit does not fail on it."""
    try:
        descriptor = stream.fileno()
    except OSError:
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def table(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Rows of cells as lines with aligned columns, also where letters are wide or combine."""
    kept = [tuple(row) for row in rows]
    widths = [max(map(width, column)) for column in zip(*kept, strict=True)]
    return ["  ".join(map(_filled, row, widths)).rstrip() for row in kept]


def _filled(cell: str, columns: int) -> str:
    return cell + " " * (columns - width(cell))
