"""A word that can be chosen: by Tab and Enter, or a click."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static


class Pick(Static, can_focus=True):
    """A line that says what it does and the key for it; pressing it posts `Pressed` with its name."""

    FOCUS_ON_CLICK = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "press", show=False)]

    class Pressed(Message):
        """It was clicked, or Enter was pressed on it."""

        def __init__(self, deed: str, *, clicked: bool = False) -> None:
            super().__init__()
            self.deed, self.clicked = deed, clicked

    def __init__(self, text: str, key: str, deed: str, *, classes: str = "", id: str | None = None) -> None:
        super().__init__(label(text, key), classes=classes, id=id)
        self.deed = deed
        self._said = text, key

    def say(self, text: str, key: str) -> None:
        """Say that from now on."""
        if (text, key) != self._said:
            self._said = text, key
            self.update(label(text, key))

    def on_click(self) -> None:
        """A click is a press."""
        self.post_message(self.Pressed(self.deed, clicked=True))

    def action_press(self) -> None:
        """Tell the screen."""
        self.post_message(self.Pressed(self.deed))


def label(text: str, key: str) -> Content:
    """What it says, then its key."""
    return Content.assemble(text, " ", (key, "bold underline")) if key else Content(text)
