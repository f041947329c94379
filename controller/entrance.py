"""What is asked between open devices and the session: above all the screening of its body."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from controller.binding import Refusal
from controller.core import Answer, Command, Said
from controller.core.questions import WAITS_MS
from controller.safety.screening import ALL_OPEN, AnswerError
from controller.snapshot import QuestionView, Snapshot
from protocols.bounds import length_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from controller.safety.screening import Answer as Given
    from controller.safety.screening import Question
    from protocols.plan import Plan

NOBODY = "nobody answered the questions before the session"


class Page(Protocol):
    """Questions that are asked together, and what their answers open."""

    @property
    def open(self) -> tuple[Question, ...]:
        """What waits for an answer."""
        ...

    @property
    def answers(self) -> Sequence[Given]:
        """What was answered to rows of the screening, in order."""
        ...

    @property
    def done(self) -> bool:
        """Whether nothing is open any more."""
        ...

    def take(self, question: str, value: str) -> None:
        """An answer. Raises AnswerError for what is none."""
        ...


class Entrance:
    """Asks one page and waits for its answers; belongs to the event loop's thread."""

    def __init__(self, page: Page, tell: Callable[[Said | Snapshot], None], blank: Snapshot) -> None:
        self._page = page
        self._tell = tell
        self._blank = blank
        self._shown: dict[str, Question] = {}
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def kinds(self) -> list[str]:
        """Of what waits for an answer."""
        return [each.kind for each in self._page.open] if self.waits else []

    @property
    def waits(self) -> bool:
        """Whether an answer is still to come."""
        return not self._done.done()

    async def answered(self) -> None:
        """Ask, until all is answered. Raises Refusal where the person stops, or nobody answers in time."""
        self._show()
        try:
            async with asyncio.timeout(WAITS_MS / 1000):
                await self._done
        except TimeoutError as error:
            raise Refusal("unanswered", 1, NOBODY) from error

    def take(self, word: Command | Answer) -> None:
        """A word of the person. What is no answer to an open question is asked again, and said why."""
        if not self.waits:
            return
        if isinstance(word, Command):
            if word.do == "stop":
                self._done.set_exception(Refusal("stopped", 6, "the person said stop"))
            return
        if word.value is None:
            self._done.set_exception(Refusal("unanswered", 1, NOBODY))
            return
        given = len(self._page.answers)
        try:
            self._page.take(word.question, str(word.value))
        except AnswerError as error:
            self._again(word.question, str(error))
            return
        self._say_answers(word, given)
        self._show()

    def _say_answers(self, word: Answer, given: int) -> None:
        told = {word.question: str(word.value)}
        told |= {each.row: each.value for each in self._page.answers[given:]}
        open_ = {each.id for each in self._page.open}
        for id_ in [each for each in self._shown if each not in open_]:
            question = self._shown.pop(id_)
            # What an emergency left open was not answered; a no that is asked once more was.
            if id_ in told or word.question == ALL_OPEN:
                self._tell(Said("answer", {"t": 0, **_data(question), "value": told.get(id_, "no")}))

    def _again(self, question: str, why: str) -> None:
        open_ = {each.id: each for each in self._page.open}
        asked = open_.get(question) or next(iter(open_.values()))
        self._tell(Said("question", {"t": 0, **_data(asked), "text": f"{why}. {asked.text}"}))

    def _show(self) -> None:
        if self._page.done:
            self._done.set_result(None)
            return
        views = []
        for each in self._page.open:
            views.append(QuestionView(id=each.id, text=each.text, kind=each.kind, choices=each.choices))
            if each.id not in self._shown:
                self._shown[each.id] = each
                self._tell(Said("question", {"t": 0, **_data(each)}))
        self._tell(replace(self._blank, questions=tuple(views)))


def _data(question: Question) -> dict[str, object]:
    return {
        "question": question.id, "text": question.text, "kind": question.kind,
        "choices": list(question.choices),
    }  # fmt: skip


def blank(plan: Plan, session: str, *, simulated: bool, by_hand: bool, speed: float) -> Snapshot:
    """The picture of a session of which nothing has begun."""
    return Snapshot(
        session=session, title=plan.title, state="preparing", simulated=simulated, by_hand=by_hand,
        speed=speed, t=0.0, line="Before it begins", next=None, countdown=None,
        left=sum(length_ms(each) for each in plan.segments) / 1000, segments=(), channels=(), ahead=(),
        questions=(), reasons=(),
    )  # fmt: skip
