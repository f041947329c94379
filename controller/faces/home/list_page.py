"""A page of Home with a list above, what is told of the one that is chosen below, and actions."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from controller.faces.home.pick import Pick
from controller.faces.tui.signs import Signs, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

    from controller.faces.home.facts import Facts

BACK = {"escape": "back", "backspace": "back"}


def keyed(actions: Sequence[tuple[str, str, str]], **named: str) -> list[BindingType]:
    """Bindings for `actions` (deed, what it says, key) with one letter, and for the `named` keys."""
    letters = [Binding(key, f"do('{deed}')", show=False) for deed, _, key in actions if len(key) == 1]
    return [*letters, *(Binding(key, f"do('{deed}')", show=False) for key, deed in {**BACK, **named}.items())]


class ListPage(Screen[None]):
    """Arrows, Tab and the mouse choose of the list; the text below scrolls. A page says what it lists
    (`headlines`), what it tells (`told`) and what its actions do (`act`); Enter does the deed `CHOSEN`."""

    ACTIONS: ClassVar[Sequence[tuple[str, str, str]]] = ()
    CHOSEN: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "leaf(-1)", show=False),
        Binding("pagedown,space", "leaf(1)", show=False),
        Binding("question_mark", "app.help", show=False),
    ]

    def __init__(self, title: str, signs: Signs) -> None:
        super().__init__()
        self._title, self._signs = title, signs
        self._at = 0
        self._hint = ""

    # What a page says

    @abstractmethod
    def headlines(self) -> Sequence[str]:
        """The list, a line each."""

    @abstractmethod
    def told(self, columns: int) -> str:
        """The text below, no line wider than `columns`."""

    @abstractmethod
    def act(self, deed: str) -> None:
        """Do one of the actions."""

    def who(self) -> str:
        """What stands in the corner."""
        return ""

    def know(self, facts: Facts) -> None:
        """What is kept was read anew."""

    def offers(self, deed: str) -> bool:
        """Whether an action has a button here."""
        del deed
        return True

    def moved(self) -> None:
        """Another one of the list is chosen."""

    # Its parts

    def compose(self) -> ComposeResult:
        """List, text, actions."""
        with Horizontal(classes="page-head"):
            yield Static(classes="page-title", markup=False)
            yield Static(classes="page-who", markup=False)
        yield VerticalScroll(classes="page-list", can_focus=False)
        with VerticalScroll(classes="page-scroll"):
            yield Static(classes="page-text", markup=False)
        yield Static(classes="page-hint", markup=False)
        with Horizontal(classes="page-actions"):
            for deed, text, key in self.ACTIONS:
                if self.offers(deed):
                    yield Pick(text, key, deed, id=f"do-{deed}")

    def on_mount(self) -> None:
        """Stand on the first."""
        self.relist()

    def on_resize(self) -> None:
        """The text is as wide as there is room."""
        self.draw()

    # What the person does

    def action_move(self, by: int) -> None:
        """To the one before or after."""
        if isinstance(self.focused, VerticalScroll):
            self.focused.scroll_relative(y=by, animate=False)
        else:
            self._go(self._at + by)

    def action_leaf(self, by: int) -> None:
        """A screenful of the text on or back."""
        text = self.query_one(".page-scroll", VerticalScroll)
        text.scroll_relative(y=by * max(text.size.height - 1, 1), animate=False)

    def on_pick_pressed(self, event: Pick.Pressed) -> None:
        """A word was chosen: one of the list, or an action."""
        event.stop()
        if not event.deed.isdigit():
            self.action_do(event.deed)
            return
        self._go(int(event.deed))
        if not event.clicked and self.CHOSEN:
            self.action_do(self.CHOSEN)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The one of the list that is stood on is the one that is shown."""
        if isinstance(event.widget, Pick) and event.widget.deed.isdigit():
            self._go(int(event.widget.deed))

    def action_do(self, deed: str) -> None:
        """One of the actions."""
        self._hint = ""
        if deed == "back":
            self.dismiss()
            return
        self.act(deed)
        self.draw()

    def say(self, hint: str) -> None:
        """A word under the text."""
        self._hint = hint
        self.draw()

    # Drawing

    def _go(self, at: int) -> None:
        if 0 <= at < len(self.headlines()) and at != self._at:
            self._at, self._hint = at, ""
            self.moved()
            if isinstance(self.focused, Pick) and self.focused.deed.isdigit():
                self._picks()[self._at].focus()
            self.top()
            self.draw()

    def top(self) -> None:
        """The text from its beginning."""
        self.query_one(".page-scroll", VerticalScroll).scroll_home(animate=False)

    def relist(self) -> None:
        """As many lines as there are now; stand on one that there is."""
        box, wanted = self.query_one(".page-list", VerticalScroll), len(self.headlines())
        for extra in self._picks()[wanted:]:
            extra.remove()
        box.mount_all(Pick("", "", str(n)) for n in range(len(box.children), wanted))
        self._at = max(0, min(self._at, wanted - 1))
        self.top()
        self.draw()

    def _picks(self) -> list[Pick]:
        return list(self.query(".page-list Pick").results(Pick))

    def draw(self) -> None:
        """Bring every part up to date."""
        if not self.is_mounted:
            return
        here, lines = self._signs.here, self.headlines()
        for n, (pick, line) in enumerate(zip(self._picks(), lines, strict=False)):
            pick.say(fit(f"{here if n == self._at else ' '} {line}", self._signs), "")
            if n == self._at:
                pick.scroll_visible(animate=False)
        parts = {
            "title": self._title,
            "who": self.who(),
            "text": self.told(max(self.app.size.width - 6, 20)),
            "hint": self._hint,
        }
        for part, text in parts.items():
            widget, shown = self.query_one(f".page-{part}", Static), fit(text, self._signs)
            if widget.content != shown:
                widget.update(shown)
