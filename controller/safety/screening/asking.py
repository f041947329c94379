"""Which rows are asked, and the asking itself, one answer after another. Pure: time comes in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from controller.safety.screening.answers import (
    HOUR_S,
    UNSURE,
    VALUES,
    Answer,
    AnswerError,
    age_of,
    clock,
    current,
    detail_of,
    points,
)
from controller.safety.screening.judge import Screened, judge, matters, touched
from controller.safety.screening.rows import ALWAYS, BY_ID, LAST, ROWS
from protocols.body import AREAS, area_of

if TYPE_CHECKING:
    from controller.safety.screening.answers import Value
    from controller.safety.screening.rows import DetailKind, Row
    from protocols.plan import Plan

AGE: Final = "R10"
CHANGED: Final = "S12"
"""The question whether anything changed; a yes leads to the page."""
ALL_OPEN: Final = "screening"
"""In place of an id: its one value, `none`, says no to every open row but C18."""
SHORT_S: Final = 12 * HOUR_S
LONG_S: Final = 720 * HOUR_S
"""How long answers to the short and to the long form stand without being asked again: 12 h, 30 days."""
_OFFERED: Final[dict[DetailKind, tuple[str, ...]]] = {
    "symptom": VALUES,
    "date": ("today", "yesterday", UNSURE),
    "places": ("all", UNSURE),
    "age": (UNSURE,),
}
"""What a face without a field to write in offers; any other text that a detail takes is taken too."""
DATED_S: Final = 48 * HOUR_S
"""How long a needled place (C15) keeps anything away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of somebody beforehand: nothing of a guest, who is asked both forms each time."""

    answers: tuple[Answer, ...] = ()
    guest: bool = True
    by: str = "guest"
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to ask: the `page`, and behind `changed` the rows that are on record already.

    `changed_s`: when those were answered; None: there is nothing to ask a change of. `areas`: what "here"
    means. `last`: whether C18 is asked. `offset_s`: the wall clock, ahead of UTC.
    """

    page: tuple[Row, ...]
    changed: tuple[Row, ...] = ()
    changed_s: float | None = None
    areas: tuple[str, ...] = ()
    last: bool = True
    known: Known = field(default_factory=Known)
    offset_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Question:
    """An open question; its text says all, whatever was asked before."""

    id: str
    text: str
    choices: tuple[str, ...] = VALUES
    kind: Literal["screening", "ready", "ask"] = "screening"


def rows_for(plan: Plan, known: Known, now_s: float, offset_s: float = 0.0) -> Asked:
    """What to ask before `plan`: the short form as far as it can matter, and what of the long form is due."""
    areas = {area_of(name) for names in touched(plan).values() for name in names}
    here = points(areas)
    wanted = [row for row in ROWS if row.id != LAST and _wanted(row, plan, known)]
    if _age_told(known, now_s):
        wanted.remove(BY_ID[AGE])
    # Within 12 hours one question stands for all that was answered for these places.
    recent = {row.id: _stands(row, here, known, now_s) for row in wanted}
    page = tuple(row for row in wanted if recent[row.id] is None)
    changed = tuple(row for row in wanted if recent[row.id] is not None and _matters(row, plan))
    since = [at for row in changed if row.form == "S" and (at := recent[row.id]) is not None]
    return Asked(
        page=page,
        changed=changed,
        changed_s=min(since, default=None),
        areas=tuple(area for area in AREAS if area in areas),
        known=known,
        offset_s=offset_s,
    )


def long_form(known: Known, offset_s: float = 0.0) -> Asked:
    """The whole long form, as when a person is added; C18 belongs to a session."""
    rows = tuple(row for row in ROWS if row.form == "F")
    return Asked(page=rows, last=False, known=known, offset_s=offset_s)


def long_form_due(known: Known, now_s: float) -> bool:
    """Whether a row of the long form has no answer that still stands."""
    return any(row.form == "F" and _stands(row, frozenset(), known, now_s) is None for row in ROWS)


def _age_told(known: Known, now_s: float) -> bool:
    """An age goes on by itself: asked again it could only be lost."""
    mine = [each for each in current(known.answers) if each.row == AGE]
    return any(age_of(each.detail, each.at_s, now_s) for each in mine)


def _wanted(row: Row, plan: Plan, known: Known) -> bool:
    return _matters(row, plan) or (row.form == "F" and not known.guest)


def _matters(row: Row, plan: Plan) -> bool:
    return row.id in ALWAYS or matters(row, plan)


def _stands(row: Row, here: frozenset[str], known: Known, now_s: float) -> float | None:
    """When the answer to `row` that still stands for `here` was given; None: it is asked."""
    mine = [each for each in current(known.answers) if each.row == row.id]
    if row.id == AGE and _age_told(known, now_s):
        return now_s
    if row.form == "F" and row.emergency and any(each.blocks for each in mine):
        return None  # nobody waits a month to be asked whether it is over
    for_s = SHORT_S if row.form == "S" else LONG_S
    mine = [each for each in mine if 0 <= now_s - each.at_s <= for_s]
    covered = frozenset[str]().union(*(each.asked for each in mine if each.asked is not None))
    if not mine or (all(each.asked is not None for each in mine) and not here <= covered):
        return None
    return min(each.at_s for each in mine)


class Screening:
    """The asking of one screening: `take` answers `open` questions until `done`; then see `result`."""

    def __init__(self, asked: Asked, now_s: float) -> None:
        self._asked = asked
        self._now_s = now_s
        self._left = list(asked.page)
        self._changed = asked.changed_s is not None
        self._last = asked.last
        self._details: list[Row] = []
        self._confirms: dict[str, Value] = {}
        self._given: list[Answer] = []

    @property
    def open(self) -> tuple[Question, ...]:
        """What may be answered now: the page, a detail of it first; then changes of mind, then C18."""
        if self.done:
            return ()
        page = tuple(Question(row.id, self._text(row)) for row in self._left)
        if self._changed:
            page = (Question(CHANGED, f"Has anything changed since {self._since}?"), *page)
        if self._details:
            page = (self._detail_question(self._details[0]), *page)
        confirms = tuple(self._confirm_question(BY_ID[row]) for row in self._confirms)
        return page or confirms or (Question(LAST, self._text(BY_ID[LAST])),)

    @property
    def done(self) -> bool:
        """Whether nothing is left to ask; after an emergency answer nothing is."""
        left = self._left or self._details or self._confirms or self._changed or self._last
        return not left or self._ended

    @property
    def result(self) -> Screened:
        """What all answers that stand come to, those known before among them."""
        return judge((*self._asked.known.answers, *self._given), self._now_s)

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What was given here, for the person's record."""
        return tuple(self._given)

    def take(self, question: str, value: str) -> None:
        """Answer an open question, or `screening` with `none`. Raises AnswerError, and nothing changes."""
        if question == ALL_OPEN:
            self._none(value)
        elif question not in {each.id for each in self.open}:
            ids = ", ".join(each.id for each in self.open) or "nothing"
            raise AnswerError(f"{question!r} is not asked now; open: {ids}")
        elif self._details and question == f"{self._details[0].id}a":
            self._detail(value)
        else:
            self._plain(question, _value(question, value))
        if self._ended:
            # What an emergency cut short is kept as the strictest that it can mean.
            while self._details:
                self._keep(self._details.pop(0), "yes")

    @property
    def _ended(self) -> bool:
        if self.result.emergency is None:
            return False
        # One that was told earlier may yet be told to be over; one that is told now ends everything.
        fresh = any(BY_ID[each.row].emergency and each.blocks for each in self._given)
        stand = {block.row for block in self.result.blocks if block.emergency}
        again = {row.id for row in (*self._left, *self._details)} | set(self._confirms)
        return fresh or not (self._changed or stand & again)

    @property
    def _since(self) -> str:
        return clock(self._asked.changed_s or 0.0, self._asked.offset_s)

    def _none(self, value: str) -> None:
        if value != "none":
            raise AnswerError(f"all open rows are answered with none, not {value!r}")
        open_ = self.open
        page = [each.id for each in open_ if each.id[-1] not in "ab"]
        if open_ and not page:
            raise AnswerError(f"answer {open_[0].id} first: {open_[0].text}")
        for each in page:
            if each != LAST:
                self._plain(each, "no")

    def _plain(self, question: str, value: Value) -> None:
        if question == CHANGED:
            self._changed = False
            if value != "no":
                self._left = [row for row in ROWS if row in (*self._left, *self._asked.changed)]
        elif question == LAST:
            self._last = False
            self._keep(BY_ID[LAST], value)
        elif question.endswith("b"):
            row = BY_ID[question[:-1]]
            told = self._confirms.pop(row.id)
            self._confirmed(row, told if value == "yes" else None)
        else:
            self._page(BY_ID[question], value)

    def _confirmed(self, row: Row, told: Value | None) -> None:
        """The change of mind, or None: what was said earlier stands, in the long form for a month more."""
        earlier = self._earlier(row)
        if told is not None:
            self._keep(row, told)
        elif earlier is not None and row.form == "F":
            self._keep(row, earlier.value, earlier.detail)

    def _page(self, row: Row, value: Value) -> None:
        self._left.remove(row)
        if value == "no" and self._earlier(row) is not None:
            self._confirms[row.id] = value
        elif value == "yes" and row.detail is not None:
            self._details.append(row)
        else:
            self._keep(row, value)

    def _detail(self, value: str) -> None:
        row = self._details[0]
        assert row.detail is not None  # noqa: S101  only rows with a detail come here
        told = detail_of(row.detail.kind, value, self._now_s, self._asked.offset_s)
        self._details.pop(0)
        self._keep(row, "yes", told)

    def _keep(self, row: Row, value: Value, detail: str | None = None) -> None:
        known = self._asked.known
        here = points(self._asked.areas) if row.here and self._asked.areas else None
        self._given.append(
            Answer(
                row=row.id, value=value, at_s=self._now_s, by=known.by, version=known.version,
                detail=detail, asked=here,
            )
        )  # fmt: skip

    def _earlier(self, row: Row) -> Answer | None:
        """A blocking answer that is not turned round unnoticed: a fresh one, or one of the long form."""
        dated = row.detail is not None and row.detail.kind == "date"
        for each in current(self._asked.known.answers):
            fresh = 0 <= self._now_s - each.at_s <= (DATED_S if dated else SHORT_S)
            fresh = fresh or row.form == "F"
            if each.row == row.id and each.blocks and fresh and self._same_place(each):
                return each
        return None

    def _same_place(self, each: Answer) -> bool:
        return each.asked is None or bool(each.asked & points(self._asked.areas))

    def _text(self, row: Row) -> str:
        if not row.here or not self._asked.areas:
            return row.text
        return row.text.replace("here", f"here ({', '.join(self._asked.areas)})", 1)

    def _detail_question(self, row: Row) -> Question:
        assert row.detail is not None  # noqa: S101  only rows with a detail come here
        choices = _OFFERED[row.detail.kind]
        return Question(f"{row.id}a", f"{row.text} {row.detail.text}", choices)

    def _confirm_question(self, row: Row) -> Question:
        earlier = self._earlier(row)
        told = "yes"
        if earlier is not None:
            recent = 0 <= self._now_s - earlier.at_s <= SHORT_S
            when = f"at {clock(earlier.at_s, self._asked.offset_s)}" if recent else "earlier"
            told = f"{when} {earlier.value}"
        return Question(f"{row.id}b", f"{self._text(row)} You said {told}. Is it no now, for sure?")


def _value(question: str, value: str) -> Value:
    for each in VALUES:
        if each == value:
            return each
    raise AnswerError(f"{question} is answered with yes, no or {UNSURE}, not {value!r}")
