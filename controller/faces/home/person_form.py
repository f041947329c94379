"""Somebody is asked who they are and what must be known, once: the form of `unknot person add`."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static

from controller import people
from controller.faces.home.pick import Pick
from controller.faces.persons import AGE, age_told, asking, outcome, refuse_known
from controller.faces.tui.ground import ground
from controller.faces.tui.look import CSS
from controller.faces.tui.panel import DeedButton
from controller.faces.tui.screening import ScreeningPage
from controller.faces.tui.signs import fit
from controller.keynames import pressed
from controller.people import Person, PersonError
from controller.safety.screening import AnswerError
from controller.snapshot import QuestionView

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult

    from controller.core.events import Answer
    from controller.faces.tui.signs import Signs
    from controller.safety.screening import Screening

INTRO = "A few questions, so that nothing is done that could harm you. Your answers stay on this machine."
NO_AGE = "Leave the age empty if you do not say it: then the gentlest limits hold."
_SURE = {"y": "yes", "n": "no", "u": "unsure"}


class PersonForm(Screen[None]):
    """Name and age, then the page of the long form, then what needs a word more; `Told` says it is kept."""

    CSS = CSS
    SCOPED_CSS = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", show=False)]

    class Told(Message):
        """Somebody is kept, with what their answers come to."""

        def __init__(self, person: Person, news: tuple[str, ...]) -> None:
            super().__init__()
            self.person, self.news = person, news

    def __init__(
        self, person: Person | None, signs: Signs, now: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._person, self._signs, self._now = person, signs, now
        self._screening: Screening | None = None
        self._called = "" if person is None else person.name
        self._keeps = False

    def compose(self) -> ComposeResult:
        """Everything there can be; one part is shown at a time."""
        with Horizontal(classes="page-head"):
            yield Static(self._title(), classes="page-title", markup=False)
        with Vertical(id="form-who"):
            yield Static(INTRO, classes="form-text", markup=False)
            yield Static("Name", classes="form-label", markup=False)
            yield Input(self._called, id="form-name", compact=True, disabled=self._person is not None)
            yield Static("Age in years", classes="form-label", markup=False)
            yield Input(self._age(), id="form-age", compact=True, max_length=3)
            yield Static(NO_AGE, classes="form-text", markup=False)
        yield ScreeningPage(self._signs, self._now)
        yield Static(id="form-sure", markup=False)
        yield Static(id="form-hint", classes="page-hint", markup=False)
        with Horizontal(id="form-answers", classes="page-actions"):
            for key, answer in _SURE.items():
                yield Pick("not sure" if answer == "unsure" else answer, key, answer, id=f"sure-{key}")
        with Horizontal(id="form-actions", classes="page-actions"):
            yield Pick("Go on", "Enter", "on", id="do-on")
            yield Pick("Back", "esc", "back", id="do-back")

    def _title(self) -> str:
        name = "somebody new" if self._person is None else self._person.name
        return fit(f"unknot: people: {name}", self._signs)

    def _age(self) -> str:
        age = None if self._person is None else age_told(self._person, datetime.now(UTC))
        return "" if age is None else str(age)

    def on_mount(self) -> None:
        """First the name."""
        for field in self.query(Input):
            field.cursor_blink = False  # it would be drawn anew for ever
        self._part("who")
        self.query_one("#form-age" if self._person else "#form-name").focus()

    # What the person does

    async def on_key(self, event: events.Key) -> None:
        """A key for the page, or for the question behind it."""
        if event.key in {"tab", "shift+tab", "escape"}:
            return
        key = pressed(event.key, event.character)
        page = self.query_one(ScreeningPage)
        if page.display and not (key == "enter" and isinstance(self.focused, DeedButton)):
            taken = page.key(key)
        else:
            taken = self._sure_shown and key in _SURE
            if taken:
                self._answer(_SURE[key])
        if taken:
            event.stop()
            event.prevent_default()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on: to the age, then to the page."""
        event.stop()
        if event.input.id == "form-name":
            self.query_one("#form-age").focus()
        else:
            self._begin()

    def on_pick_pressed(self, event: Pick.Pressed) -> None:
        """A word was chosen."""
        event.stop()
        if event.deed == "back":
            self.action_back()
        elif event.deed == "on":
            self._begin()
        else:
            self._answer(event.deed)

    def on_deed_button_pressed(self, event: DeedButton.Pressed) -> None:
        """The page's own button."""
        event.stop()
        self.query_one(ScreeningPage).hand_in()

    def action_back(self) -> None:
        """To the name, where what is marked stays; from there away."""
        if self.query_one("#form-who").display:
            self.dismiss()
        else:
            self._part("who")
            self.query_one("#form-age").focus()

    # The asking

    def _begin(self) -> None:
        name = self.query_one("#form-name", Input).value
        age = self.query_one("#form-age", Input).value.strip()
        new = self._person is None

        def asked() -> Screening | str:
            try:
                if new:
                    refuse_known(name)
                return asking(name, datetime.now(UTC))
            except PersonError as error:
                return f"{error}: {error.remedy}"

        self._called = " ".join(name.split())
        ground(self).away(asked, lambda found: self._asked(found, age))

    def _asked(self, found: Screening | str, age: str) -> None:
        if isinstance(found, str):
            self._hint(found)
            self.query_one("#form-name").focus()
            return
        try:
            found.take(AGE, "yes" if age else "unsure")
            if age:
                found.take(found.open[0].id, age)
        except AnswerError as error:
            self._hint(str(error))
            self.query_one("#form-age").focus()
            return
        self._screening = found
        self._show()

    def on_screening_page_given(self, event: ScreeningPage.Given) -> None:
        """What the page comes to."""
        event.stop()
        for word in event.words:
            self._take(word)
        self._show()

    def _answer(self, value: str) -> None:
        if self._screening is not None and self._screening.open:
            try:
                self._screening.take(self._screening.open[0].id, value)
            except AnswerError as error:
                self._hint(str(error))
                return
            self._show()

    def _take(self, word: Answer) -> None:
        if self._screening is not None and not self._screening.done:
            try:
                self._screening.take(word.question, str(word.value))
            except AnswerError as error:
                self._hint(str(error))

    def _show(self) -> None:
        screening = self._screening
        if screening is None or self._keeps:
            return
        if screening.done:
            self._keep(screening)
            return
        views = [
            QuestionView(id=each.id, text=each.text, kind=each.kind, choices=each.choices)
            for each in screening.open
        ]
        page = self.query_one(ScreeningPage)
        if page.wants(views):
            self._part("page")
            page.ask(views)
            return
        self._part("sure")
        self.query_one("#form-sure", Static).update(fit(views[0].text, self._signs))
        self.query_one("#sure-y").focus()

    def _keep(self, screening: Screening) -> None:
        self._keeps = True
        known = self._person is not None
        name, answers, now = self._called, screening.answers, datetime.now(UTC)

        def kept() -> Person | str:
            try:
                return people.keep_answers(name, answers) if known else people.add(name, now, answers)
            except PersonError as error:
                return f"{error}: {error.remedy}"

        ground(self).away(kept, self._kept)

    def _kept(self, found: Person | str) -> None:
        screening = self._screening
        if isinstance(found, str) or screening is None:
            self._keeps = False
            self._part("who")
            self._hint(f"Not kept: {found} Enter tries again." if found else "")
            return
        now, result = datetime.now(UTC), screening.result
        if result.emergency is not None:
            news: tuple[str, ...] = (f"STOP. {result.emergency}",)
        else:
            lines = "\n".join(outcome(found, result, now)).split("\n")
            news = (f"{found.name} is {'asked anew' if self._person else 'added'}.", *lines)
        self.post_message(self.Told(found, news))

    # Drawing

    @property
    def _sure_shown(self) -> bool:
        return bool(self.query_one("#form-sure").display)

    def _part(self, part: str) -> None:
        self.query_one("#form-who").display = part == "who"
        self.query_one(ScreeningPage).display = part == "page"
        self.query_one("#form-sure").display = part == "sure"
        self.query_one("#form-answers").display = part == "sure"
        self.query_one("#do-on").display = part == "who"
        self._hint("")
        if part == "page":
            self.set_focus(None)

    def _hint(self, text: str) -> None:
        self.query_one("#form-hint", Static).update(fit(text, self._signs))
