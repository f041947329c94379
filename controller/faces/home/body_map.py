"""A body in characters, front and back, and which area each of them belongs to. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS: Final[dict[str, str]] = {
    "n": "neck",
    "u": "upper back",
    "l": "lower back",
    "h": "hips",
    "g": "glutes",
    "t": "thighs",
}
"""Letter to area, in the order of `protocols.body.AREAS`, which the first picture does not wait for."""

# A letter stands for a part of the area with that key; all else is the outline.
_FRONT = r"""
      .-.
     (   )
      \_/
      |n|
  .-'     '-.
 /           \
 |  |     |  |
 |  |     |  |
 |  |     |  |
 |  |     |  |
 |  /hhhhh\  |
 '.|hhhhhhh|.'
  V|ttt.ttt|V
   |ttt|ttt|
   |ttt|ttt|
   |   |   |
   |___|___|
"""
_BACK = r"""
      .-.
     (   )
      \ /
      |n|
  .-'uuuuu'-.
 /  uuuuuuu  \
 |  |uuuuu|  |
 |  |uuuuu|  |
 |  |lllll|  |
 |  |lllll|  |
 |  /ggggg\  |
 '.|ggggggg|.'
  V|ttt.ttt|V
   |ttt|ttt|
   |ttt|ttt|
   |   |   |
   |___|___|
"""
_SMALL_FRONT = r"""
     (_)
  .-'|n|'-.
 /         \
 | |     | |
 | |     | |
 | /hhhhh\ |
 ''|hhhhh|''
   |tt|tt|
   |tt|tt|
   |__|__|
"""
_SMALL_BACK = r"""
     (_)
  .-'|n|'-.
 / uuuuuuu \
 | |uuuuu| |
 | |lllll| |
 | /ggggg\ |
 ''|ggggg|''
   |tt|tt|
   |tt|tt|
   |__|__|
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """One character of the drawing: of an `area`, or None. `chosen`: of the area that is chosen."""

    char: str
    area: str | None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """Front and back side by side, all lines of one width."""

    lines: tuple[str, ...]

    @property
    def width(self) -> int:
        """Columns."""
        return len(self.lines[0])

    def area_at(self, x: int, y: int) -> str | None:
        """The area at a character."""
        if not (0 <= y < len(self.lines) and 0 <= x < self.width):
            return None
        return KEYS.get(self.lines[y][x])

    def cells(self, chosen: str | None, *, utf8: bool) -> Iterator[list[Cell]]:
        """The drawing: an area filled lightly with its letter once in it, the chosen one heavily."""
        light, heavy = ("░", "█") if utf8 else (".", "#")
        letters = {(*self._middle(area), area) for area in KEYS.values()}
        named = {(x, y) for each in letters for x, y in (each[:2],)}
        for y, line in enumerate(self.lines):
            row = []
            for x, char in enumerate(line):
                area = KEYS.get(char)
                mine = area is not None and area == chosen
                fill = char if area is None or (x, y) in named else heavy if mine else light
                row.append(Cell(fill, area, mine))
            yield row

    def _middle(self, area: str) -> tuple[int, int]:
        found = [
            (x, y) for y, line in enumerate(self.lines) for x, c in enumerate(line) if KEYS.get(c) == area
        ]
        rows = sorted({y for _, y in found})
        y = rows[len(rows) // 2]
        columns = _first_run(sorted(x for x, row in found if row == y))
        return columns[len(columns) // 2], y


def _first_run(columns: list[int]) -> list[int]:
    run = [columns[0]]
    for x in columns[1:]:
        if x != run[-1] + 1:
            break
        run.append(x)
    return run


def _beside(front: str, back: str, gap: int) -> Figure:
    left, right = (text.strip("\n").split("\n") for text in (front, back))
    wide = max(map(len, (*left, *right)))
    head = "front".center(wide + 1) + " " * gap + "back".center(wide + 1)
    rows = [f"{a:<{wide + 1}}{' ' * gap}{b:<{wide + 1}}" for a, b in zip(left, right, strict=True)]
    # The words over the drawing are no part of a body: capitals are no letters of an area.
    return Figure((head.upper(), *rows))


LARGE: Final = _beside(_FRONT, _BACK, 4)
SMALL: Final = _beside(_SMALL_FRONT, _SMALL_BACK, 1)
