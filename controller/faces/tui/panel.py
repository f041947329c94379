"""The panel in the middle: an open question, a pause, or the end. It takes the place of list and plot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from controller.core.events import Answer, Command
from controller.faces.tui.keys import NONE_MAPPED, Deed, answer, choice_keys, foremost
from controller.faces.tui.signs import fit
from controller.faces.tui.words import end_lines, outcome_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult

    from controller.faces.tui.signs import Signs
    from controller.settings import Deed as Mapped
    from controller.snapshot import Ended, QuestionView, Snapshot

LONG = 240
"""Characters from which a text is something to read, and gets the countdown's room too."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: what it says, the key beside it, and what it does."""

    text: str
    key: str
    deed: Deed | str


@dataclass(frozen=True, slots=True)
class PanelView:
    """What the panel shows; equal views need no drawing."""

    mood: str
    head: str
    loud: str
    text: str
    hint: str
    choices: tuple[Choice, ...]


class DeedButton(Static, can_focus=True):
    """A button with what it does; a click does not take the focus, so that Enter keeps its meaning.

    A plain line of text: Textual's Button brings a style sheet that costs a tenth of the start.
    """

    FOCUS_ON_CLICK = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "press", show=False)]

    class Pressed(Message):
        """The button was clicked, or Enter was pressed on it."""

        def __init__(self, deed: Deed | str) -> None:
            super().__init__()
            self.deed = deed

    def __init__(self, choice: Choice, *, kind: str = "plain", name: str | None = None) -> None:
        super().__init__(_label(choice), name=name, classes=f"-{kind}")
        self._choice = choice

    def become(self, choice: Choice) -> None:
        """Say and do `choice` from now on."""
        if choice != self._choice:
            self._choice = choice
            self.update(_label(choice))

    def on_click(self) -> None:
        """A click is a press."""
        self.action_press()

    def action_press(self) -> None:
        """Tell the screen."""
        if not self.disabled:
            self.post_message(self.Pressed(self._choice.deed))


def _label(choice: Choice) -> Content:
    if not choice.key or choice.key == choice.text:
        return Content(choice.text)
    return Content.assemble(choice.text, " ", (choice.key, "bold underline"))


class Panel(Container):
    """Head, loud lines, a text that scrolls, and the choices."""

    def __init__(self, signs: Signs) -> None:
        super().__init__(id="panel")
        self._signs = signs
        self._view: PanelView | None = None

    def compose(self) -> ComposeResult:
        """The parts, empty."""
        yield Static(id="panel-head", markup=False)
        yield Static(id="panel-loud", markup=False)
        with VerticalScroll(id="panel-scroll", can_focus=False):
            yield Static(id="panel-text", markup=False)
        yield Static(id="panel-hint", markup=False)
        yield Vertical(id="choices")

    def show(self, view: PanelView | None) -> None:
        """Show `view`, or nothing."""
        before, self._view = self._view, view
        if view == before or view is None:
            self.display = view is not None
            return
        self.display = True
        for part, text in (
            ("head", view.head),
            ("loud", view.loud),
            ("text", view.text),
            ("hint", view.hint),
        ):
            widget = self.query_one(f"#panel-{part}", Static)
            widget.update(fit(text, self._signs))
            widget.display = bool(text)
        self.query_one("#panel-scroll").display = bool(view.text)
        if before is None or before.mood != view.mood:
            self.set_classes(f"-{view.mood}")
        if before is None or (before.choices, before.text) != (view.choices, view.text):
            self.query_one("#panel-scroll").scroll_home(animate=False)
        if before is None or before.choices != view.choices:
            self._choose(view.choices)

    def _choose(self, choices: tuple[Choice, ...]) -> None:
        box = self.query_one("#choices")
        box.remove_children()
        box.mount_all(DeedButton(choice, kind="choice") for choice in choices)
        wide = sum(_label(choice).cell_length + 3 for choice in choices)
        box.set_class(wide <= self.app.size.width - 8, "-across")

    def scroll_text(self, lines: int) -> None:
        """Move the text."""
        self.query_one("#panel-scroll").scroll_relative(y=lines, animate=False)


def panel_for(
    snapshot: Snapshot | None, ended: Ended | None, counting: float | None, signs: Signs,
    mapped: Mapping[str, Mapped] = NONE_MAPPED,
) -> PanelView | None:  # fmt: skip
    """What the panel is to show; None: the list and the plot have its room."""
    if ended is not None or (snapshot is not None and snapshot.state == "ended"):
        return _end(snapshot, ended, signs)
    if snapshot is None:
        return None
    question = foremost(snapshot.questions)
    if snapshot.state == "paused":
        return _pause(snapshot, signs)
    if question is None:
        return None
    return _question(question, counting, signs, mapped)


def _end(snapshot: Snapshot | None, ended: Ended | None, signs: Signs) -> PanelView:
    loud, quiet = end_lines(snapshot, ended)
    outcome = ended.outcome if ended else snapshot.outcome if snapshot else None
    return PanelView(
        mood="alarm" if loud else "done" if outcome == "completed" else "ended",
        head=outcome_text(outcome, signs),
        loud="\n".join(f"{signs.alarm} {line}" for line in loud),
        text="\n".join(quiet),
        hint="" if ended is None else "Any key closes.",
        choices=() if ended is None else (Choice("Close", "", "close"),),
    )


def _pause(snapshot: Snapshot, signs: Signs) -> PanelView:
    reasons = "\n".join(f"{signs.dot} {reason}" for reason in snapshot.reasons)
    return PanelView(
        mood="paused",
        head=f"{signs.pause} PAUSED",
        loud=reasons,
        text="The devices are told to rest, and the time of this step stands still."
        if not snapshot.by_hand
        else "Take off what you hold. The time of this step stands still.",
        hint="Space goes on, gently from the start of the ramp. x ends the session.",
        choices=(Choice("Go on", "space", Command("resume")), Choice("End", "x", "stop")),
    )


def _question(
    question: QuestionView, counting: float | None, signs: Signs, mapped: Mapping[str, Mapped]
) -> PanelView:
    long, hint = len(question.text) > LONG, _hint(question, counting)
    return PanelView(
        mood="reading" if long else "asking",
        head=f"{signs.ask} {_head(question)}" + (f" {hint}" if long else ""),
        loud="" if long else question.text,
        text=question.text if long else question.told,
        hint="" if long else hint,
        choices=_choices(question, mapped),
    )


_HEADS = {
    "ready": "Ready?", "rate": "How tender is it?", "ask": "A question",
    "present": "Are you there?", "screening": "Before we begin",
}  # fmt: skip


def _head(question: QuestionView) -> str:
    return "Please confirm." if question.kind == "ready" and not question.place else _HEADS[question.kind]


def _hint(question: QuestionView, counting: float | None) -> str:
    if counting is not None:
        left = -int(-counting // 1)
        return f"Goes on by itself in {left} s.  Space or Enter: now.  Any other key: wait for me."
    if question.kind == "ready":
        yes = "when you are ready. Nothing moves or warms before that." if question.place else "if it is so."
        return f"Space or Enter {yes}"
    if question.kind == "rate":
        return "0 is nothing, 10 the worst. Press the number, t for ten, or arrows and Enter."
    if question.kind == "present":
        return "Press any key: the session goes on only with you."
    return "Press the number or letter, or arrows and Enter."


def _choices(question: QuestionView, mapped: Mapping[str, Mapped]) -> tuple[Choice, ...]:
    if question.kind == "ready":
        word = "Ready" if question.place else "Yes"
        ready = Choice(word, "space", Answer(question.id, "yes"))
        return (ready, Choice("No, stop", "x", "stop"))
    if question.kind == "present":
        return (Choice("I am here", "any key", Answer(question.id, "yes")),)
    keys: dict[str, list[str]] = {}
    for key, choice in choice_keys(question, mapped).items():
        keys.setdefault(choice, []).append(key)
    return tuple(Choice(c, " ".join(keys.get(c, ())), answer(question, c)) for c in question.choices)
