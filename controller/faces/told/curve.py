"""Curves over time for a terminal, in braille dots: two across and four down in a cell. Pure.

Lines differ by their dashes, so that they can be told apart without colour; where there is none of
the signs, by letters.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Ink = Literal["limit", "target", "measured"]
Point = tuple[float, float | None]
"""Seconds and a value; None breaks the line: one through what is not known would be invented."""
Run = tuple[str, Ink | None]
Row = tuple[Run, ...]

DASHES: dict[Ink, tuple[int, int]] = {"limit": (4, 1), "target": (8, 5), "measured": (1, 1)}
"""Of so many dots across, the first so many are set."""
SAMPLES: dict[Ink, tuple[str, str]] = {
    "measured": ("⠤⠤⠤", "***"),
    "target": ("⠤⠤⠄⠀⠤⠤⠄", "----"),
    "limit": ("⠄⠀⠄", "..."),
}
"""Of each line, for the legend: in dots, and in ASCII."""
_PLAIN: dict[Ink, str] = {ink: plain[0] for ink, (_, plain) in SAMPLES.items()}
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_TIMES = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
LABEL_APART = 8
"""Columns from one label of time to the next, at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Lines in one `unit` over the same seconds, and the values that are to be in sight in any case.

    They are drawn in their order: where they meet, the last is seen.
    """

    unit: str
    begin: float
    end: float
    lines: tuple[tuple[Ink, tuple[Point, ...]], ...]
    low: float
    high: float


def label_width(chart: Chart, rows: int) -> int:
    """Columns that the labels on the left need."""
    return max(map(len, _labels(*_scale(chart, rows), rows, chart.unit).values()))


def draw(chart: Chart, *, width: int, rows: int, margin: int = 0, utf8: bool = True) -> tuple[Row, ...]:
    """`rows` rows of dots, then the axis and its times; at most `width` columns, of which `margin`, if
    not more, are for labels: charts with the same margin have the same times below one another."""
    low, high, step = _scale(chart, rows)
    labels = _labels(low, high, step, rows, chart.unit)
    margin = max(margin, label_width(chart, rows))
    canvas = _Canvas(max(width - margin - 2, 8), rows, (chart.begin, chart.end), (low, high))
    for ink, points in chart.lines:
        for start, end in _joints(points):
            canvas.line(start, end, ink)
    rule = "│" if utf8 else "|"
    return (
        *(
            ((f"{labels.get(n, '').rjust(margin)} {rule}", None), *canvas.row(n, utf8=utf8))
            for n in range(rows)
        ),
        *_time_axis(chart, canvas.across, margin + 1, utf8=utf8),
    )


def _joints(points: Sequence[Point]) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Each two points that follow one another and are both known; a lone one with itself."""
    before: tuple[float, float] | None = None
    for t, value in points:
        here = None if value is None else (t, value)
        if here is not None:
            yield before or here, here
        before = here


class _Canvas:
    def __init__(
        self, across: int, rows: int, times: tuple[float, float], values: tuple[float, float]
    ) -> None:
        self.across = across
        self._wide, self._tall = across * 2, rows * 4
        self._times, self._values = times, values
        self._bits = [[0] * across for _ in range(rows)]
        self._inks: list[list[Ink | None]] = [[None] * across for _ in range(rows)]

    def line(self, start: tuple[float, float], end: tuple[float, float], ink: Ink) -> None:
        """Dots from `start` to `end`, without holes."""
        (x0, y0), (x1, y1) = self._dot(start), self._dot(end)
        every, length = DASHES[ink]
        for x in range(x0, x1 + 1):
            if x % every < length:
                here = y0 + (y1 - y0) * (x - x0) / max(x1 - x0, 1) if x1 > x0 else y1
                back = y0 + (y1 - y0) * max(x - 1 - x0, 0) / max(x1 - x0, 1) if x1 > x0 else y0
                self._column(x, round(min(here, back)), round(max(here, back)), ink)

    def _dot(self, point: tuple[float, float]) -> tuple[int, int]:
        right = _share(point[0], self._times)
        up = _share(point[1], self._values)
        return round(right * (self._wide - 1)), round((1 - up) * (self._tall - 1))

    def _column(self, x: int, top: int, bottom: int, ink: Ink) -> None:
        for y in range(top, bottom + 1):
            row, column = y // 4, x // 2
            self._bits[row][column] |= _DOTS[y % 4][x % 2]
            self._inks[row][column] = ink

    def row(self, number: int, *, utf8: bool) -> Iterator[Run]:
        """Runs of one ink; nothing behind the last dot."""
        cells = list(zip(self._bits[number], self._inks[number], strict=True))
        while cells and not cells[-1][0]:
            cells.pop()
        for ink, group in groupby(cells, key=lambda cell: cell[1]):
            yield "".join(_cell(bits, ink, utf8=utf8) for bits, _ in group), ink


def _share(value: float, between: tuple[float, float]) -> float:
    low, high = between
    return min(max((value - low) / (high - low), 0.0), 1.0) if high > low else 0.0


def _cell(bits: int, ink: Ink | None, *, utf8: bool) -> str:
    if not bits or ink is None:
        return " "
    return chr(0x2800 + bits) if utf8 else _PLAIN[ink]


def _scale(chart: Chart, rows: int) -> tuple[float, float, float]:
    """Lowest and highest, in whole steps, and the step between labels: one in two rows at most."""
    values = [value for _, points in chart.lines for _, value in points if value is not None]
    low, high = min([*values, chart.low]), max([*values, chart.high])
    least = max(high - low, 1.0) / max(rows // 2, 1)
    power = 10.0 ** math.floor(math.log10(least))
    step = next(n * power for n in (1, 2, 5, 10) if n * power >= least * (1 - 1e-9))
    return math.floor(low / step) * step, math.ceil(high / step) * step, step


def _labels(low: float, high: float, step: float, rows: int, unit: str) -> dict[int, str]:
    """Row to its value; the unit stands at the top."""
    labels: dict[int, str] = {}
    for n in range(round((high - low) / step) + 1):
        value = high - n * step
        row = round((high - value) / (high - low) * (rows * 4 - 1)) // 4
        labels[row] = f"{value:g} {unit}" if n == 0 else f"{value:g}".ljust(len(f"{value:g} {unit}"))
    return labels


def _time_axis(chart: Chart, across: int, margin: int, *, utf8: bool) -> tuple[Row, Row]:
    corner, line, tick = "└─┴" if utf8 else "+-+"
    span = max(chart.end - chart.begin, 1.0)
    step = next((s for s in _TIMES if span / s <= across / LABEL_APART), _TIMES[-1])
    size, unit = (60, "min") if step >= 60 else (1, "s")
    axis, text = [line] * across, [" "] * (margin + 1 + across)
    first = math.ceil(chart.begin / step)
    for n in range(first, math.floor(chart.end / step) + 1):
        column = round((n * step - chart.begin) / span * (across - 1))
        axis[column] = tick
        label = f"{n * step / size:g} {unit}" if n == first else f"{n * step / size:g}"
        at = min(margin + 1 + column, margin + 1 + across - len(label))
        text[at : at + len(label)] = label
    return (
        ((" " * margin + corner + "".join(axis), None),),
        (("".join(text).rstrip(), None),),
    )
