"""How tender a place was over the sessions: a small chart, and words for where it goes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from controller.core import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from controller.journal import Digest

WORST: Final = 10
ENOUGH: Final = 3
"""Sessions from which a trend is told: of two, one may be chance."""
LEAST_CHANGE: Final = 1.0
"""A difference of a point of ten: people do not tell less apart."""
_ROWS: Final = 6
_APART: Final = 3
_MARGIN: Final = 5


@dataclass(frozen=True, slots=True)
class Rated:
    """One session's ratings of one place: the first and the last; one alone was told once."""

    began: datetime
    before: float
    after: float | None


@dataclass(frozen=True, slots=True)
class Trend:
    """A place, as it is called on the body, with its ratings, oldest first."""

    name: str
    rated: tuple[Rated, ...]

    @property
    def change(self) -> float | None:
        """How much more tender it came to the later half of the sessions than to the earlier one."""
        if len(self.rated) < ENOUGH:
            return None
        half = len(self.rated) // 2
        early, late = self.rated[:half], self.rated[-half:]
        return sum(each.before for each in late) / half - sum(each.before for each in early) / half

    @property
    def words(self) -> str:
        """Where it goes."""
        change = self.change
        if change is None:
            return "too few sessions to say"
        if change <= -LEAST_CHANGE:
            return f"easing, by {-change:.1f}"
        return f"more tender, by {change:.1f}" if change >= LEAST_CHANGE else "about the same"


def trends(sessions: Iterable[Digest]) -> tuple[Trend, ...]:
    """Each place that was rated, the one with most sessions first."""
    found: dict[str, list[Rated]] = {}
    for told in sorted(sessions, key=lambda each: each.began):
        for place, values in told.ratings:
            after = values[-1] if len(values) > 1 else None
            found.setdefault(words.where(place), []).append(Rated(told.began, values[0], after))
    made = (Trend(name, tuple(rated)) for name, rated in found.items())
    return tuple(sorted(made, key=lambda each: (-len(each.rated), each.name)))


def headline(trend: Trend) -> str:
    """A line of the list."""
    count = len(trend.rated)
    return f"{trend.name}  {count} session{'s' if count != 1 else ''}, {trend.words}"


def lines(trend: Trend, columns: int, *, utf8: bool) -> Iterator[str]:
    """The words, the chart of the newest sessions that there is room for, and their numbers."""
    yield f"{trend.name}: {trend.words}"
    change = trend.change
    if change is not None and change > -LEAST_CHANGE and trend.rated[-1].before:
        yield "If it is no better in two weeks, or gets worse, see a professional."
    yield ""
    shown = trend.rated[-max((columns - _MARGIN) // _APART, 1) :]
    yield from _chart(shown, utf8=utf8)
    yield ""
    for each in reversed(shown):
        after = "" if each.after is None else f" {'→' if utf8 else '->'} {each.after:g}"
        yield f"{each.began.astimezone():%Y-%m-%d %H:%M}  {each.before:g}{after}"


def _chart(shown: Sequence[Rated], *, utf8: bool) -> Iterator[str]:
    before, after, both = "○●◉" if utf8 else "o*@"
    yield f"{before} before  {after} after  {both} both the same"
    grid = [[" "] * (len(shown) * _APART) for _ in range(_ROWS)]
    for n, each in enumerate(shown):
        column = n * _APART + 1
        grid[_row(each.before)][column] = before
        if each.after is not None:
            same = _row(each.after) == _row(each.before)
            grid[_row(each.after)][column] = both if same else after
    side, corner, line = "│└─" if utf8 else "|+-"
    for row, cells in enumerate(grid):
        yield f"{WORST - row * WORST // (_ROWS - 1):>3} {side}{''.join(cells)}".rstrip()
    yield f"    {corner}{line * (len(shown) * _APART)}"
    first, last = (f"{each.began.astimezone():%d %b}" for each in (shown[0], shown[-1]))
    room = len(shown) * _APART - len(first) - len(last)
    yield f"     {first}{' ' * room}{last}" if room > 0 else f"     {first}"


def _row(value: float) -> int:
    return (_ROWS - 1) - round(value / WORST * (_ROWS - 1))
