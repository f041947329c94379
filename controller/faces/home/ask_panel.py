"""Where a page asks: a question with its answers, each a key and a word to click on, or a line to type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from controller.faces.home.pick import Pick
from controller.faces.tui.signs import Signs, fit

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from controller.faces.home.talk import Question

TAKE: Final = "take"
GIVE_UP: Final = "give up"
STOP: Final = "stop"
_ERASE: Final = "<"
_PAD: Final = "0123456789<"
_DIGIT: Final = "digit "
LONGEST: Final = 60
"""Characters that can be typed: more than any answer has, so that what is too long is said."""


class AskPanel(Vertical):
    """Posts `Answered` with the key of a choice or what was typed, None where the person gives up. With
    nothing to ask it may still have a word to stop by, and posts `Stopped`."""

    class Answered(Message):
        """What the person says."""

        def __init__(self, value: str | None) -> None:
            super().__init__()
            self.value = value

    class Stopped(Message):
        """Whatever runs is to stop."""

    def __init__(self, signs: Signs) -> None:
        super().__init__(id="ask")
        self._signs = signs
        self._question: Question | None = None
        self._busy = ""
        self.display = False

    def compose(self) -> ComposeResult:
        """The question, a line to type on, its answers."""
        yield Static(id="ask-question", markup=False)
        typed = Input(id="ask-typed", compact=True, max_length=LONGEST)
        typed.cursor_blink = False  # it would be drawn anew for ever
        yield typed
        yield Horizontal(id="ask-pad")
        yield Horizontal(id="ask-answers")

    def on_mount(self) -> None:
        """The pad is there for good, and shown where a number is asked for."""
        self.query_one("#ask-pad").mount_all(Pick(each, "", _DIGIT + each) for each in _PAD)

    async def show(self, question: Question | None, busy: str = "") -> None:
        """Ask that; None: nothing is asked, but something may run, and `busy` says what."""
        if self.display and question is self._question and busy == self._busy:
            return
        self._question, self._busy = question, busy
        self.display = question is not None or bool(busy)
        text = question.text if question is not None else busy
        self.query_one("#ask-question", Static).update(fit(text, self._signs))
        typed = self.query_one(Input)
        typed.display = question is not None and bool(question.typed)
        self.query_one("#ask-pad").display = question is not None and question.typed == "number"
        if question is not None and question.typed:
            typed.value, typed.placeholder = question.proposed, "" if question.proposed else "not known"
            typed.select_all()  # what is typed takes the place of what is proposed
        box = self.query_one("#ask-answers", Horizontal)
        await box.remove_children()
        picks = self._picks(question)
        await box.mount_all(picks)
        # No answer is stood on: an Enter too many must not say yes.
        self.screen.set_focus(typed if self.display and typed.display else None)

    @staticmethod
    def _picks(question: Question | None) -> list[Pick]:
        if question is None:
            return [Pick("Stop", "x", STOP)]
        picks = [Pick(says, key, key) for key, says in question.choices]
        picks += [Pick(question.taken, "Enter", TAKE)] if question.typed else []
        return [*picks, Pick("Give up", "esc", GIVE_UP)]

    def press(self, key: str | None) -> bool:
        """Whether `key` is an answer, which is given then."""
        known = self._question.choices if self._question is not None else ()
        if all(key != each for each, _ in known):
            return False
        self.post_message(self.Answered(key))
        return True

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter takes what is typed."""
        event.stop()
        self._take()

    def on_pick_pressed(self, event: Pick.Pressed) -> None:
        """An answer was clicked."""
        event.stop()
        if event.deed.startswith(_DIGIT):
            self._type(event.deed.removeprefix(_DIGIT))
        elif event.deed == TAKE:
            self._take()
        elif event.deed == STOP:
            self.post_message(self.Stopped())
        else:
            self.post_message(self.Answered(None if event.deed == GIVE_UP else event.deed))

    def _type(self, digit: str) -> None:
        typed = self.query_one(Input)
        before = "" if typed.selected_text == typed.value else typed.value
        typed.value = typed.value[:-1] if digit == _ERASE else before + digit
        typed.cursor_position = len(typed.value)

    def _take(self) -> None:
        self.post_message(self.Answered(self.query_one(Input).value.strip()))
