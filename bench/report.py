"""A row of goals as lines of text."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from bench.goals import Verdict

if TYPE_CHECKING:
    from bench.goals import Result

WIDTH = 46


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table of goals, measured. `versions` of what took part; `notes`: absolute figures."""

    number: int
    title: str
    results: tuple[Result, ...]
    versions: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())


def lines(row: Row) -> list[str]:
    """The row for a person."""
    load = f"{os.getloadavg()[0]:.2f}"
    head = f"row {row.number}  {row.title}"
    shown = [f"{head}  [{', '.join((*row.versions, f'load {load}'))}]"]
    shown += [_line(result) for result in row.results]
    return shown + [f"    {note}" for note in row.notes]


def _line(result: Result) -> str:
    goal = result.goal
    aim = f"goal {goal.sense} {_number(goal.limit)}"
    if result.verdict is Verdict.SKIPPED:
        return f"  {goal.text:{WIDTH}} {aim:14} {result.verdict.value}: {result.skipped}"
    low, high = min(result.ratios), max(result.ratios)
    span = f"{_number(median(result.ratios)):>7} ({_number(low)} .. {_number(high)})"
    return f"  {goal.text:{WIDTH}} {aim:14} {span:28} {result.verdict.value}"


def _number(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"
