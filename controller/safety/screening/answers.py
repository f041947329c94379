"""Answers to screening, and what their details mean. Pure: times are seconds since 1970, as UTC."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from controller.safety.screening.rows import BY_ID
from protocols.body import AREAS, area_of, known_place, points_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from controller.safety.screening.rows import DetailKind, Row

Value = Literal["yes", "no", "unsure"]
VALUES: Final[tuple[Value, ...]] = ("yes", "no", "unsure")
HOUR_S: Final = 3600.0
DAY_S: Final = 24 * HOUR_S
YEAR_S: Final = 365.25 * DAY_S
UNSURE: Final = "unsure"
EVERYWHERE: Final = frozenset(point for area in AREAS for point in points_of(area))
OLDEST: Final = 130

_DATE = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)(?:[ T](?P<h>\d\d):(?P<min>\d\d))?(?:[ ,;]+(?P<where>\D.*))?"
)
_AGO = re.compile(r"(?P<n>\d{1,3})\s*h(?:ours?)?(?:\s+ago)?(?:[ ,;]+(?P<where>\D.*))?")
_DAY = re.compile(r"(?P<day>today|yesterday)(?:[ ,;]+(?P<where>\D.*))?")
_KEPT_DATE = re.compile(r"@-?\d{1,12}(?: at (?P<where>.+))?")
_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class AnswerError(Exception):
    """A value that answers nothing; the message says what is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer: when and by whom it was given, to which version of the program.

    `asked` are the points that it is about, None for the whole body. `detail` is as `detail_of` writes it.
    """

    row: str
    value: Value
    at_s: float
    by: str
    version: str
    detail: str | None = None
    asked: frozenset[str] | None = None

    @property
    def blocks(self) -> bool:
        """Whether it is the blocking answer, or unsure, which is the same."""
        return self.value in (BY_ID[self.row].blocking, UNSURE)


def points(names: Iterable[str]) -> frozenset[str]:
    """Every point of areas and points by name."""
    return frozenset(point for name in names for point in points_of(name))


def current(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """Those that stand: for each row and place the last that was given."""
    covered: dict[str, frozenset[str]] = {}
    found = []
    for each in reversed(tuple(answers)):
        left = (EVERYWHERE if each.asked is None else each.asked) - covered.get(each.row, frozenset())
        if left:
            covered[each.row] = covered.get(each.row, frozenset()) | left
            found.append(each if left == EVERYWHERE or each.asked is None else replace(each, asked=left))
    return tuple(reversed(found))


def detail_of(kind: DetailKind, text: str, now_s: float, offset_s: float) -> str:
    """What a person wrote, in the one form that is kept. Raises AnswerError.

    `offset_s`: how far this machine's clock on the wall is ahead of UTC.
    """
    plain = " ".join(text.split()).casefold()
    if plain == UNSURE:
        return UNSURE
    if kind == "age":
        return _age(plain)
    if kind == "places":
        return _places(plain)
    if kind == "date":
        return _date(plain, now_s, offset_s)
    if plain not in VALUES:
        raise AnswerError(f"answer with yes, no or unsure, not {text!r}")
    return plain


def checked_detail(row: Row, detail: str) -> str:
    """A detail as it was kept. Raises AnswerError for what nothing here can have written."""
    if row.detail is None:
        raise AnswerError(f"{row.id} has no detail")
    if row.detail.kind == "date" and detail != UNSURE:
        told = _KEPT_DATE.fullmatch(detail)
        if told is None:
            raise AnswerError(f"{row.id}: {detail!r} is no date as it is kept")
        if told["where"] is not None:
            _places(told["where"])
        return detail
    return detail_of(row.detail.kind, detail, 0.0, 0.0)


def age_of(detail: str | None, at_s: float, now_s: float) -> tuple[int, int] | None:
    """The youngest and the oldest somebody can be, from an age told at `at_s`; None: not known."""
    if detail is None or not detail.isdigit():
        return None
    years = max(now_s - at_s, 0.0) / YEAR_S
    return int(detail) + math.floor(years), int(detail) + math.ceil(years)


def named_points(detail: str | None) -> frozenset[str] | None:
    """The points of a detail of places, or after a date; None: none is told."""
    where = (detail or UNSURE).partition(" at ")[2] if _told_s(detail) is not None else detail
    if not where or where == UNSURE:
        return None
    if where == "none":
        return frozenset()
    return EVERYWHERE if where == "all" else points(where.split(", "))


def hours_since(detail: str | None, now_s: float) -> float | None:
    """Hours since the date of a detail; None: not known."""
    told_s = _told_s(detail)
    return None if told_s is None else (now_s - told_s) / HOUR_S


def clock(at_s: float, offset_s: float) -> str:
    """The time of day on the wall, as 08:10."""
    minutes = int((at_s + offset_s) // 60) % 1440
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _age(plain: str) -> str:
    if not re.fullmatch("[0-9]{1,3}", plain) or int(plain) > OLDEST:
        raise AnswerError(f"an age is a whole number of years, such as 71, not {plain!r}")
    return str(int(plain))


def _places(plain: str) -> str:
    if plain in {"none", "all"}:
        return plain
    found = [known_place(each) for each in plain.split(",")]
    if not all(found):
        raise AnswerError(f"{plain!r} is no place here; write {', '.join(AREAS)}, a muscle, none or all")
    return ", ".join(sorted({each for each in found if each}, key=lambda name: (area_of(name), name)))


def _date(plain: str, now_s: float, offset_s: float) -> str:
    """`@` and the latest second that it can have been, UTC; a day without a time counts from its end."""
    if ago := _AGO.fullmatch(plain):
        at_s, where = now_s - int(ago["n"]) * HOUR_S, ago["where"]
    elif day := _DAY.fullmatch(plain):
        midnight = (now_s + offset_s) // DAY_S * DAY_S - offset_s
        at_s, where = (now_s if day["day"] == "today" else midnight), day["where"]
    elif date := _DATE.fullmatch(plain):
        at_s, where = _at(date, offset_s), date["where"]
        if at_s - (DAY_S if date["h"] is None else 0.0) > now_s:
            raise AnswerError(f"{plain!r} has not been yet; write when it was, such as `20 h` or a date")
    else:
        raise AnswerError(
            f"{plain!r} is no date; write `20 h`, `yesterday`, 2027-03-01, 2027-03-01 18:30 or unsure"
        )
    told = f"@{min(at_s, now_s):.0f}"
    return told if where is None else f"{told} at {_places(where)}"


def _at(date: re.Match[str], offset_s: float) -> float:
    year, month, day = int(date["y"]), int(date["m"]), int(date["d"])
    hour, minute = int(date["h"] or 24), int(date["min"] or 0)
    if not (1 <= month <= 12 and 1 <= day <= _MONTHS[month - 1] and year >= 1970):
        raise AnswerError(f"{date[0]!r} is no day; write year, month and day, such as 2027-03-01")
    if date["h"] is not None and not (hour < 24 and minute < 60):
        raise AnswerError(f"{date[0]!r} is no time of day; write it as 18:30")
    # Days since 1970: years begin in March, so that the leap day is the last of one.
    years, months = (year, month - 3) if month > 2 else (year - 1, month + 9)
    days = 365 * years + years // 4 - years // 100 + years // 400 + (153 * months + 2) // 5 + day - 719469
    return days * DAY_S + hour * HOUR_S + minute * 60 - offset_s


def _told_s(detail: str | None) -> float | None:
    if detail is None or not detail.startswith("@"):
        return None
    return float(detail[1:].partition(" ")[0])
