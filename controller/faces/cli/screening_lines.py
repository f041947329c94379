"""The page of screening as numbered lines, and the one line that is typed for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.core.events import Answer
from controller.faces.sheet import MANY, group, marks_of, on_page, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.snapshot import QuestionView

HEAD = "Does any of this hold for you?"
WANTED = "Type none if nothing does; else the numbers that do, with u before what you are not sure of: 3 u7."


class ScreeningLines:
    """Says what is newly asked, and takes what is typed for it."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._page: list[str] = []
        self._alone: QuestionView | None = None
        self._open: set[str] = set()
        self._said: set[str] = set()

    @property
    def open(self) -> bool:
        """Whether anything is asked."""
        return self._alone is not None or bool(self._page)

    @property
    def wanted(self) -> str:
        """What may be typed now."""
        if self._alone is None:
            return WANTED
        return _asked(self._alone)

    def look(self, questions: tuple[QuestionView, ...]) -> None:
        """These are open: a page, or one that stands alone, such as the detail of a row."""
        asked = [q for q in questions if q.kind == "screening"]
        page = on_page(asked)
        self._open = {q.id for q in page}
        self._alone = next((q for q in asked if self._stands_alone(q, page)), None)
        # A page that shrinks keeps its numbers; they are typed from what was read.
        new = [q for q in page if q.id not in self._said] if self._alone is None else []
        self._page = [*(self._page if page else []), *(q.id for q in new)]
        lines = self._numbered(new)
        if self._alone is not None and self._alone.id not in self._said:
            lines = [_asked(self._alone)]
        elif lines:
            lines = [HEAD, *lines, WANTED]
        self._said.update(q.id for q in (*new, *((self._alone,) if self._alone else ())))
        for line in lines:
            self._say(line)

    def _numbered(self, rows: list[QuestionView]) -> list[str]:
        lines: list[str] = []
        heading = ""
        for q in rows:
            if len(self._page) > MANY and group(q.id) != heading:
                heading = group(q.id)
                lines.append(heading)
            lines.append(f"{self._page.index(q.id) + 1:>4}  {q.text}")
        return [line for line in lines if line]

    def told(self, question: str, text: str) -> str:
        """A question that comes by itself is one that is asked again, with why."""
        return text if question in self._said else ""

    def parse(self, word: str) -> tuple[Answer, ...]:
        """What is typed for what is open; nothing where it is not understood."""
        if self._alone is not None:
            return self._for_one(self._alone, word)
        marks = marks_of(word, len(self._page))
        told = {self._page[number - 1]: mark for number, mark in (marks or {}).items()}
        rows = {row: mark for row, mark in told.items() if row in self._open}
        # Numbers of rows that are answered already are no "none".
        return () if marks is None or (told and not rows) else words(rows, {})

    def _stands_alone(self, question: QuestionView, page: tuple[QuestionView, ...]) -> bool:
        return question not in page or (len(page) == 1 and question.id not in self._page)

    def _for_one(self, question: QuestionView, word: str) -> tuple[Answer, ...]:
        fit = [choice for choice in question.choices if choice.startswith(word)]
        if len(fit) == 1:
            return (Answer(question.id, fit[0]),)
        # A detail takes more than it offers: an age, a date, places.
        return (Answer(question.id, word),) if question.id.endswith("a") else ()


def _asked(question: QuestionView) -> str:
    return f"{question.text} {'Answer: yes, no or unsure.' if 'yes' in question.choices else 'Or unsure.'}"
