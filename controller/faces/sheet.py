"""The page of screening on its way to being handed in: what is marked on it, and what that says. Pure.

Nothing on it is an answer before `words` are sent, so that a slip can be taken back; then it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from controller.core.events import Answer
from controller.safety.screening import ALL_OPEN, BY_ID, CHANGED
from controller.safety.screening.answers import OLDEST
from controller.safety.screening.rows import LAST
from protocols.body import AREAS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from controller.safety.screening import Question
    from controller.safety.screening.rows import DetailKind
    from controller.snapshot import QuestionView

Mark = Literal["yes", "unsure"]
Asked = TypeVar("Asked", "QuestionView", "Question")
UNSURE: Final = "unsure"
URGENT: Final = "Signs that need help at once"
MANY: Final = 12
"""A page of more rows has headings."""
NUMBER: Final = "number"
OPTIONS: Final[Mapping[DetailKind, tuple[tuple[str, str], ...]]] = {
    "symptom": (("yes", "yes"), ("no", "no"), (UNSURE, "not sure")),
    "date": (
        ("0 h", "less than 24 hours ago"), ("24 h", "between 24 and 48 hours ago"),
        ("48 h", "48 hours ago, or longer"), (UNSURE, "not sure"),
    ),
    "places": (
        *((area, area) for area in AREAS), ("all", "everywhere"), ("none", "none of these places"),
        (UNSURE, "not sure"),
    ),
    "age": ((NUMBER, "years"), (UNSURE, "I do not say")),
}  # fmt: skip
"""What a detail offers on the page: what is sent, and what is shown. A time counts from its latest."""


def on_page(questions: Iterable[Asked]) -> tuple[Asked, ...]:
    """The rows that are answered together, in the order they are shown in; details and C18 stand alone."""
    found = [q for q in questions if q.kind == "screening" and (q.id in BY_ID or q.id == CHANGED)]
    return tuple(sorted((q for q in found if q.id != LAST), key=lambda q: _ORDER.index(group(q.id))))


def group(row: str) -> str:
    """The heading that `row` stands under."""
    if row == CHANGED:
        return ""
    if BY_ID[row].emergency and row.startswith("R"):
        return URGENT
    if row.startswith("R"):
        return "You, and the pain"
    return "Today" if BY_ID[row].form == "S" else "Your health"


_ORDER: Final = tuple(dict.fromkeys(group(row) for row in (CHANGED, "R1", "R5", "C4", "C2")))


def words(marks: Mapping[str, Mark], details: Mapping[str, str]) -> tuple[Answer, ...]:
    """What hands the page in: each mark with its detail, then no to the rest.

    An emergency ends the asking, so those come last: what else was marked is kept before it. It says no to
    nothing, and neither does a change, after which more is asked.
    """
    found: list[Answer] = []
    for row in sorted(marks, key=lambda row: row in BY_ID and BY_ID[row].emergency):
        found.append(Answer(row, marks[row]))
        if marks[row] == "yes" and row in details:
            found.append(Answer(f"{row}a", details[row]))
    if any(row == CHANGED or group(row) == URGENT for row in marks):
        return tuple(found)
    return (*found, Answer(ALL_OPEN, "none"))


@dataclass(frozen=True, slots=True)
class Line:
    """A line: a row (no option), an option of a row's detail, or what stands over either (no row)."""

    row: str
    text: str
    option: str = ""
    sign: str = ""

    @property
    def key(self) -> str:
        """What tells it from every other line."""
        return f"{self.row or self.text}/{self.option}"


class Sheet:
    """What is open, what is marked, and the line that keys are about (None: none yet, so that a key
    pressed out of habit marks nothing)."""

    def __init__(self) -> None:
        self.here: str | None = None
        self._rows: tuple[QuestionView, ...] = ()
        self._marks: dict[str, Mark] = {}
        self._chosen: dict[str, tuple[str, ...]] = {}

    def ask(self, questions: Iterable[QuestionView]) -> None:
        """These are open; what is marked of them stays."""
        self._rows = on_page(questions)
        open_ = {q.id for q in self._rows}
        self._marks = {row: mark for row, mark in self._marks.items() if row in open_}
        if self.here not in {line.key for line in self.lines}:
            self.here = None

    @property
    def rows(self) -> tuple[QuestionView, ...]:
        """What is open, as it is shown."""
        return self._rows

    @property
    def marked(self) -> bool:
        """Whether any row is."""
        return bool(self._marks)

    @property
    def urgent(self) -> bool:
        """Whether a mark ends everything at once: then nothing else needs to be told."""
        return any(group(row) == URGENT for row in self._marks)

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines from the top."""
        found: list[Line] = []
        heading = ""
        for q in self._rows:
            if len(self._rows) > MANY and group(q.id) != heading:
                heading = group(q.id)
                found.append(Line("", heading))
            sign = {"yes": "[yes]", "unsure": "[ ? ]"}.get(self._marks.get(q.id, ""), "[   ]")
            found += [Line(q.id, q.text, sign=sign), *self._options(q.id)]
        return tuple(found)

    def _options(self, row: str) -> list[Line]:
        detail = None if row == CHANGED else BY_ID[row].detail
        if detail is None or self._marks.get(row) != "yes":
            return []
        chosen = self._chosen.get(row, ())
        found = [Line("", f"{detail.text.partition('?')[0]}?", row)]
        for option, text in OPTIONS[detail.kind]:
            number = next((each for each in chosen if each.isdigit()), "")
            on = bool(number) if option == NUMBER else option in chosen
            shown = f"{text}: {number or '_'}" if option == NUMBER else text
            found.append(Line(row, shown, option, "(*)" if on else "( )"))
        return found

    def move(self, by: int, first: str | None) -> None:
        """To a line further down, or up; where there is none yet, to `first`."""
        keys = [line.key for line in self.lines if line.row]
        if self.here in keys:
            self.here = keys[min(max(keys.index(self.here) + by, 0), len(keys) - 1)]
        elif first in keys:
            self.here = first

    def press(self, line: Line, mark: Mark | None = None) -> Answer | None:
        """Mark a row, or take the mark back where it has it; without `mark` the next: yes, unsure, none.

        An option of a detail is chosen. The answer is what is to be sent at once: that something changed.
        """
        self.here = line.key
        if line.option:
            self._choose(line.row, UNSURE if mark == "unsure" else line.option)
            return None
        now = self._marks.get(line.row)
        wanted = mark if mark is not None else {None: "yes", "yes": "unsure"}.get(now)
        if wanted is None or (mark is not None and wanted == now):
            self._marks.pop(line.row, None)
        else:
            self._marks[line.row] = "yes" if wanted == "yes" else "unsure"
        return self._changed()

    def _changed(self) -> Answer | None:
        mark = self._marks.pop(CHANGED, None)
        return None if mark is None else Answer(CHANGED, mark)

    def _choose(self, row: str, option: str) -> None:
        before = self._chosen.get(row, ())
        if option in AREAS:
            kept = tuple(each for each in before if each in AREAS and each != option)
            self._chosen[row] = kept if option in before else (*kept, option)
        elif option != NUMBER:
            self._chosen[row] = (option,)

    def type(self, digit: str) -> bool:
        """A digit for the number that `here` is about (`<` takes one back); whether there is one."""
        line = self.at_here
        if line is None or not any(each.option == NUMBER for each in self._options(line.row)):
            return False
        before = "".join(each for each in self._chosen.get(line.row, ()) if each.isdigit())
        number = before[:-1] if digit == "<" else before + digit
        if not number or int(number) <= OLDEST:
            self._chosen[line.row] = (number,) if number else ()
        return True

    @property
    def at_here(self) -> Line | None:
        """The line that keys are about."""
        return next((line for line in self.lines if line.key == self.here and line.row), None)

    @property
    def missing(self) -> Line | None:
        """The first option of a detail that is not told yet."""
        for line in self.lines:
            if line.row and line.option and not self._told(line.row):
                return line
        return None

    def _told(self, row: str) -> str:
        return ", ".join(self._chosen.get(row, ()))

    @property
    def words(self) -> tuple[Answer, ...]:
        """What hands it in as it is."""
        return words(self._marks, {row: self._told(row) for row in self._marks if self._told(row)})


_MARK: Final = re.compile(r"(u?)(\d{1,2})")


def marks_of(typed: str, most: int) -> dict[int, Mark] | None:
    """Which lines are marked, by number up to `most` (`7 u9`), or `none`; None: not understood."""
    found = [_MARK.fullmatch(each) for each in typed.casefold().replace(",", " ").split()]
    if typed.casefold().strip() in {"n", "none"}:
        return {}
    if not found or not all(each and 1 <= int(each[2]) <= most for each in found):
        return None
    return {int(each[2]): "unsure" if each[1] else "yes" for each in found if each}
