"""What each area had in a week, against what may be had in one. Pure.

The limits go by session, by 24 hours and by days. What a week comes to is worked out of those: the day's
most, on as many days as the rows allow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from controller.faces.told.had import minutes
from controller.safety import effective, row_of
from controller.safety import limits as at
from protocols.body import AREAS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from controller.safety import Given, Had, Past, Standing

DAY_S: Final = at.DAY_MS / at.SECOND_MS
WEEK: Final = 7
HEAT_DAYS: Final = WEEK - 1
"""Days of a week that may have heat: after five in a row one is left out (HT10)."""
_BAR: Final = 16
_SIDES: Final = ("left", "right")


@dataclass(frozen=True, slots=True)
class Kind:
    """What is counted: its word, how much of it a session's part was, and on how many days it may be."""

    word: str
    ms: Callable[[Had], int]
    days: int


HEAT: Final = Kind("heat", lambda had: had.heat_rows_ms[0], HEAT_DAYS)
MASSAGER: Final = Kind("massager", lambda had: had.percussion_ms, at.PC7_DAYS)


def names(past: Past) -> tuple[str, ...]:
    """The weeks that are told of: as far back as the ledger goes, the present one at least."""
    oldest = max((past.now_s - each.ended_s for each in past.given), default=0.0)
    count = min(int(oldest // (WEEK * DAY_S)) + 1, 4)
    told = ("the last 7 days", "7 to 14 days ago", "14 to 21 days ago", "21 to 28 days ago")
    return told[:count]


def headline(name: str, number: int, past: Past) -> str:
    """A line of the list."""
    count = len(_week(past, number))
    return f"{name}: {count} session{'s' if count != 1 else ''}"


def lines(standing: Standing, number: int, *, utf8: bool) -> Iterator[str]:
    """Each area that had something that week, then those that had nothing."""
    past = standing.past
    if not past.readable:
        yield "What was given before cannot be read, so all of it counts as spent for 24 hours."
        return
    week, idle = _week(past, number), []
    for area in AREAS:
        told = [line for kind in (HEAT, MASSAGER) for line in _kind(kind, area, week, standing, utf8=utf8)]
        if told:
            yield area
            yield from told
        else:
            idle.append(area)
    yield ("Nothing that counts: " if idle else "Every area had something.") + ", ".join(idle)
    yield ""
    yield (
        f"A week's most is worked out: the day's most, on {HEAT_DAYS} days with heat and {at.PC7_DAYS} with "
        "the massager. Of two sides the one that had more is told. Simulated sessions do not count."
    )


def _week(past: Past, number: int) -> list[Given]:
    return [each for each in past.given if int((past.now_s - each.ended_s) // (WEEK * DAY_S)) == number]


def _kind(kind: Kind, area: str, week: Sequence[Given], standing: Standing, *, utf8: bool) -> Iterator[str]:
    had = {side: _had(kind, (area, side), week) for side in _SIDES}
    worst = max(had.values())
    if not worst:
        return
    day = day_most(kind, standing)
    bar = _bar(worst / (day * kind.days), utf8=utf8)
    yield f"  {kind.word:<8} {bar} {minutes(worst)} of {minutes(day * kind.days)}"
    dates = {int(each.ended_s // DAY_S) for each in week if _had_any(kind, area, each)}
    present = [each for each in week if standing.past.now_s - each.ended_s < DAY_S]
    today = max(_had(kind, (area, side), present) for side in _SIDES)
    told = f"  {'':<8} on {len(dates)} of {kind.days} days"
    yield told + (f"; in the last 24 h {minutes(today)} of {minutes(day)}" if today else "")


def day_most(kind: Kind, standing: Standing) -> int:
    """What one place may have in 24 hours, in milliseconds, as it stands for that person."""
    plain = effective(row_of("HT7" if kind is HEAT else "PC4"), standing, known=None).allowed
    most = [round(plain * at.SECOND_MS)]
    if kind is MASSAGER:
        most += [
            each.percussion_day_ms for each in standing.tightenings if each.percussion_day_ms is not None
        ]
    return min(most)


def _had(kind: Kind, site: tuple[str, str], given: Sequence[Given]) -> int:
    return sum(kind.ms(had) for each in given for place, had in each.sites.items() if place == site)


def _had_any(kind: Kind, area: str, given: Given) -> bool:
    return any(kind.ms(had) for site, had in given.sites.items() if site[0] == area)


def _bar(share: float, *, utf8: bool) -> str:
    full, empty = "█░" if utf8 else "#."
    filled = min(_BAR, max(round(share * _BAR), 1 if share > 0 else 0))
    over = "!" if share > 1 else ""
    return full * filled + empty * (_BAR - filled) + over
