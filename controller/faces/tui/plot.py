"""A small plot of temperature over time, in braille dots: two across and four down in a cell.

Drawing is a pure function from samples to rows; the widget repaints only rows that changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from controller.faces.tui.signs import UTF8, Signs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.style import Style

    from controller.faces.tui.history import Sample

Ink = Literal["actual", "setpoint", "ahead", "limit", "axis", "blank"]
Run = tuple[str, Ink]
Row = tuple[Run, ...]
Point = tuple[float, float]

LABEL = 6
"""Columns for the degrees on the left, their rule included."""
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_RANK: dict[Ink, int] = {"blank": 0, "limit": 1, "ahead": 2, "setpoint": 3, "actual": 4, "axis": 0}
_PLAIN: dict[Ink, str] = {"limit": "=", "ahead": ".", "setpoint": "-", "actual": "*"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What the plot spans: seconds across, °C upwards, both in round numbers."""

    seconds: float
    low: float
    high: float


def scale_for(
    samples: Sequence[Sample], ahead: Sequence[Point], now: float, limit: float | None = None
) -> Scale:
    """Round numbers around all that is to be shown; the span ahead is in it from the start."""
    end = now + max((s for s, _ in ahead), default=0.0)
    degrees = [v for s in samples for v in (s.actual, s.setpoint) if v is not None]
    degrees += [d for _, d in ahead if d > 0] + ([] if limit is None else [limit])
    low, high = min([*degrees, 30.0]), max([*degrees, 37.0])
    minutes = max(1.0, -(-end // 60.0))
    return Scale(seconds=minutes * 60.0, low=low // 5 * 5, high=-(-(high + 0.5) // 5) * 5)


def draw(
    samples: Sequence[Sample],
    ahead: Sequence[Point],
    now: float,
    *,
    width: int,
    height: int,
    signs: Signs = UTF8,
    limit: float | None = None,
) -> tuple[Row, ...]:
    """`height` rows of `width` columns; the two lowest are the axis and its minutes.

    `limit`: the most °C that stand, as a line of its own with its number.
    """
    across, rows = width - LABEL, height - 2
    if across < 8 or rows < 2:
        return ()
    scale = scale_for(samples, ahead, now, limit)
    grid = _Grid(across, rows, scale)
    if limit is not None:
        grid.line([(0.0, limit), (scale.seconds, limit)], "limit", every=8, length=5)
        grid.write(limit, f"{signs.alarm} limit {limit:g} {signs.degree}")
    for stretch in _unbroken((now + s, d if d > 0 else None) for s, d in ahead):
        grid.line(stretch, "ahead", every=4, length=1)
    for stretch in _unbroken((s.t, s.setpoint) for s in samples):
        grid.line(stretch, "setpoint", every=4, length=2)
    for stretch in _unbroken((s.t, s.actual) for s in samples):
        grid.line(stretch, "actual")
    labels = _labels(scale, rows, signs)
    body = [
        (*_lead(labels.get(n, " " * (LABEL - 1))), (_rule(signs), "axis"), *grid.row(n, signs))
        for n in range(rows)
    ]
    return (*body, *_time_axis(scale, now, across, signs))


def _unbroken(points: Iterable[tuple[float, float | None]]) -> Iterator[list[Point]]:
    # A reading that is missing leaves a gap: a line through it would be invented.
    stretch: list[Point] = []
    for t, value in points:
        if value is not None:
            stretch.append((t, value))
        elif stretch:
            yield stretch
            stretch = []
    if stretch:
        yield stretch


class _Grid:
    def __init__(self, across: int, rows: int, scale: Scale) -> None:
        self._wide, self._tall = across * 2, rows * 4
        self._scale = scale
        self._bits = [[0] * across for _ in range(rows)]
        self._inks: list[list[Ink]] = [["blank"] * across for _ in range(rows)]
        self._texts: dict[tuple[int, int], str] = {}

    def line(self, points: Sequence[Point], ink: Ink, *, every: int = 1, length: int = 1) -> None:
        """Dots along `points`; of each `every` dots across, the first `length` are set."""
        dots = [self._dot(p) for p in points]
        for (x0, y0), (x1, y1) in zip(dots, dots[1:] or dots, strict=False):
            for x in range(x0, x1 + 1):
                if x % every < length:
                    self._column(x, *_span(x, (x0, y0), (x1, y1)), ink)

    def write(self, degrees: float, text: str) -> None:
        """`text` at the left of the line at `degrees`, where it began cold and nothing else is; less of it
        where it is narrow."""
        row = self._dot((0.0, degrees))[1] // 4
        across = self._wide // 2
        shown = text if len(text) * 2 <= across else text[: across // 2]
        for column, sign in enumerate(shown):
            self._texts[row, column] = sign
            self._inks[row][column] = "limit"

    def _dot(self, point: Point) -> tuple[int, int]:
        t, degrees = point
        scale = self._scale
        up = (degrees - scale.low) / (scale.high - scale.low)
        x = round(t / scale.seconds * (self._wide - 1))
        return min(max(x, 0), self._wide - 1), round((1 - min(max(up, 0.0), 1.0)) * (self._tall - 1))

    def _column(self, x: int, top: int, bottom: int, ink: Ink) -> None:
        for y in range(top, bottom + 1):
            row, column = y // 4, x // 2
            self._bits[row][column] |= _DOTS[y % 4][x % 2]
            if _RANK[ink] > _RANK[self._inks[row][column]]:
                self._inks[row][column] = ink

    def row(self, number: int, signs: Signs) -> Iterator[Run]:
        """Runs of one ink."""
        text, ink = "", self._inks[number][0]
        for column, (bits, each) in enumerate(zip(self._bits[number], self._inks[number], strict=True)):
            if each != ink:
                yield text, ink
                text, ink = "", each
            # A curve that comes over a text goes before it.
            written = self._texts.get((number, column)) if each == "limit" else None
            text += written or _cell(bits, each, signs)
        yield text, ink


def _span(x: int, start: tuple[int, int], end: tuple[int, int]) -> tuple[int, int]:
    """The dots of column `x` that join two points: a slope has no holes."""
    (x0, y0), (x1, y1) = start, end
    if x1 == x0:
        return min(y0, y1), max(y0, y1)
    here = y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    back = y0 + (y1 - y0) * max(x - 1 - x0, 0) / (x1 - x0)
    return round(min(here, back)), round(max(here, back))


def _cell(bits: int, ink: Ink, signs: Signs) -> str:
    if not bits:
        return " "
    return chr(0x2800 + bits) if signs.utf8 else _PLAIN[ink]


def _rule(signs: Signs) -> str:
    return "│" if signs.utf8 else "|"


def _labels(scale: Scale, rows: int, signs: Signs) -> dict[int, str]:
    """Row to its degrees: the top, the bottom, and the whole fives between that have room."""
    steps = int((scale.high - scale.low) // 5)
    labels: dict[int, str] = {}
    for n in range(steps + 1):
        degrees = scale.high - 5 * n
        row = round(5 * n / (scale.high - scale.low) * (rows - 1))
        unit = signs.degree if n == 0 else ""
        labels.setdefault(row, f"{degrees:.0f}{unit}".rjust(LABEL - 2) + " ")
    return labels


def _time_axis(scale: Scale, now: float, across: int, signs: Signs) -> tuple[Row, Row]:
    corner, line, tick, here = "└─┴▲" if signs.utf8 else "+-+^"
    minutes = round(scale.seconds / 60)
    step = next((s for s in (1, 2, 5, 10, 15, 20, 30) if minutes / s <= across / 9), 60)
    axis, text = [line] * across, [" "] * (across + LABEL)
    for minute in range(0, minutes + 1, step):
        column = round(minute * 60 / scale.seconds * (across - 1))
        axis[column] = tick
        label = f"{minute} min" if minute + step > minutes else str(minute)
        start = min(LABEL + column, LABEL + across - len(label))
        text[start : start + len(label)] = label
    axis[min(round(now / scale.seconds * (across - 1)), across - 1)] = here
    return _lead(" " * (LABEL - 1) + corner + "".join(axis)), _lead("".join(text))


def _lead(text: str) -> Row:
    """Leading spaces as a run of their own: some programs drop them from a text in a picture."""
    rest = text.lstrip(" ")
    return (" " * (len(text) - len(rest)), "blank"), (rest, "axis")


def _looks(
    samples: Sequence[Sample], ahead: Sequence[Point], now: float, limit: float | None, size: tuple[int, int]
) -> tuple[object, ...]:
    """What must change before a dot does: time moves a dot in seconds, snapshots come four a second."""
    dot = scale_for((), ahead, now).seconds / max(2 * (size[0] - LABEL), 1)
    corners = tuple((round((now + s) / dot), round(d, 1)) for s, d in ahead)
    return (size, round(now / dot), corners, len(samples) > 1, limit)


class Plot(Widget):
    """Temperature over time. `show` hands it what to draw; a row is painted again when it changed."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "plot--actual", "plot--setpoint", "plot--ahead", "plot--limit", "plot--axis",
    }  # fmt: skip
    DEFAULT_CSS = """
    Plot { min-height: 5; }
    Plot > .plot--actual { color: $warning; text-style: bold; }
    Plot > .plot--setpoint { color: $primary; }
    Plot > .plot--ahead { color: $primary; }
    Plot > .plot--limit { color: $error; }
    Plot > .plot--axis { color: $foreground-muted; }
    """

    def __init__(self, signs: Signs) -> None:
        super().__init__()
        self._signs = signs
        self._data: tuple[Sequence[Sample], Sequence[Point], float, float | None] = ((), (), 0.0, None)
        self._rows: tuple[Row, ...] = ()
        self._looks: tuple[object, ...] = ()

    def show(
        self, samples: Sequence[Sample], ahead: Sequence[Point], now: float, limit: float | None = None
    ) -> None:
        """Draw this from now on."""
        self._data = (samples, ahead, now, limit)
        if self.is_attached and self.size.width:
            self._redraw()

    def on_resize(self) -> None:
        """Draw at the new size."""
        self._redraw()

    def _redraw(self) -> None:
        width, height = self.size
        samples, ahead, now, limit = self._data
        if (looks := _looks(samples, ahead, now, limit, (width, height))) == self._looks:
            return
        self._looks = looks
        rows = draw(samples, ahead, now, width=width, height=height, signs=self._signs, limit=limit)
        if rows != self._rows:
            self._rows = rows
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Row `y` as coloured runs."""
        if y >= len(self._rows):
            return Strip.blank(self.size.width, self.rich_style)
        return Strip([Segment(text, self._ink(ink)) for text, ink in self._rows[y]], self.size.width)

    def _ink(self, ink: Ink) -> Style:
        return self.rich_style if ink == "blank" else self.get_component_rich_style(f"plot--{ink}")
