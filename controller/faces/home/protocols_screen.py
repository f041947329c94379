"""The protocols for an area: choose one, read it, change it, start it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from controller.faces.home.filling import Filling, filling, unfilled
from controller.faces.home.page import headline, lines
from controller.faces.home.pick import Pick
from controller.faces.home.shelf import again, shelf
from controller.faces.home.words import WAYS, wrapped
from controller.faces.tui.signs import Signs, fit
from controller.safety.fit import Fitted
from controller.safety.standing import PLAIN

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from controller.faces.home.facts import Facts
    from controller.faces.home.shelf import Entry
    from controller.faces.home.words import Way

ACTIONS: Final = (
    ("start", "Start", "Enter"),
    ("hand", "By hand", "b"),
    ("sim", "Simulated", "s"),
    ("with", "With", "w"),
    ("option", "Option", "o"),
    ("fit", "Fit", "f"),
    ("edit", "Edit", "e"),
    ("back", "Back", "esc"),
)
_KEYS: Final = {"enter": "start", "escape": "back", "backspace": "back"}


class ProtocolsScreen(Screen[None]):
    """The list above, the one that is chosen below; Enter starts it."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"do('{deed}')", show=False) for deed, _, key in ACTIONS if len(key) == 1),
        *(Binding(key, f"do('{deed}')", show=False) for key, deed in _KEYS.items()),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "leaf(-1)", show=False),
        Binding("pagedown,space", "leaf(1)", show=False),
    ]

    class Start(Message):
        """Run this, with the roles as far as they are filled."""

        def __init__(self, filling: Filling, *, fit: bool) -> None:
            super().__init__()
            self.filling, self.fit = filling, fit

    class Edit(Message):
        """Open this in an editor; `entry` is told again when that is done."""

        def __init__(self, entry: Entry) -> None:
            super().__init__()
            self.entry = entry

    def __init__(self, area: str, facts: Facts, way: Way, signs: Signs) -> None:
        super().__init__()
        self._area, self._facts, self._way, self._signs = area, facts, way, signs
        self._standing = PLAIN if facts.standing is None else facts.standing
        self._entries = list(shelf(area, self._standing))
        self._at = 0
        self._fit = False
        self._hint = ""

    @property
    def entry(self) -> Entry:
        """The one that is chosen."""
        return self._entries[self._at]

    def compose(self) -> ComposeResult:
        """List, text, actions."""
        with Horizontal(classes="page-head"):
            yield Static(f"unknot: {self._area}", classes="page-title", markup=False)
            yield Static(f"for {self._facts.who}", classes="page-who", markup=False)
        yield VerticalScroll(classes="page-list", can_focus=False)
        with VerticalScroll(classes="page-scroll"):
            yield Static(classes="page-text", markup=False)
        yield Static(classes="page-hint", markup=False)
        with Horizontal(classes="page-actions"):
            for deed, text, key in ACTIONS:
                yield Pick(text, key, deed, id=f"do-{deed}")

    def on_mount(self) -> None:
        """Stand on the first."""
        self._list()

    def on_resize(self) -> None:
        """The bar is as wide as there is room."""
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
        if event.deed.isdigit():
            self._go(int(event.deed))
            if not event.clicked:
                self.action_do("start")
        else:
            self.action_do(event.deed)

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
        if deed == "edit":
            self.post_message(self.Edit(self.entry))
        elif deed == "option":
            self._option()
        elif deed == "fit":
            self._fit = not self._fit and self._can_fit()
            self._top()
        else:
            self._start(deed)
        self.draw()

    def _option(self) -> None:
        names = list(self.entry.values)
        if not names:
            self._hint = "It has no options."
            return
        # With several, the last one turns fastest, as the digits of a counter do.
        entry = self.entry
        for name in reversed(names):
            values = entry.values[name]
            turned = entry.plan is not None and entry.plan.options[name] == values[-1]
            entry = entry.choose(name)
            if not turned:
                break
        self._entries[self._at] = entry

    def _can_fit(self) -> bool:
        if self.entry.broken:
            self._hint = "The file is broken: e opens it."
        return not self.entry.broken

    def _start(self, deed: str) -> None:
        plan = self.entry.plan
        if plan is None or self.entry.broken:
            self._hint = "The file is broken and cannot be started: e opens it."
            return
        way: Way = "hand" if deed == "hand" else "sim" if deed == "sim" else self._way
        if way != "sim" and self.entry.result.exit and not self._lowered():
            self._hint = "It is over a limit: f shows what would be lowered."
            return
        found = unfilled if deed == "with" else None
        devices = self._facts.devices
        told = filling(plan, devices, way) if found is None else found(plan, devices)
        self.post_message(self.Start(told, fit=self._fit))

    def _lowered(self) -> bool:
        return self._fit and isinstance(self.entry.fitted(), Fitted)

    # What comes back

    def edited(self, entry: Entry) -> None:
        """It may have been changed: read it again, and stand on it."""
        fresh = again(entry)
        found = [n for n, each in enumerate(self._entries) if each.path == entry.path is not None]
        at = found[0] if found else len(self._entries)
        self._entries[at : at + 1] = [fresh]
        self._at = at
        self._list()

    def say(self, hint: str) -> None:
        """A word under the text."""
        self._hint = hint
        self.draw()

    # Drawing

    def _go(self, at: int) -> None:
        if 0 <= at < len(self._entries) and at != self._at:
            self._at, self._fit, self._hint = at, False, ""
            if isinstance(self.focused, Pick) and self.focused.deed.isdigit():
                list(self.query(".page-list Pick").results(Pick))[at].focus()
            self._top()
            self.draw()

    def _top(self) -> None:
        self.query_one(".page-scroll", VerticalScroll).scroll_home(animate=False)

    def _list(self) -> None:
        box = self.query_one(".page-list", VerticalScroll)
        box.mount_all(Pick("", "", str(n)) for n in range(len(box.children), len(self._entries)))
        self._top()
        self.draw()

    def draw(self) -> None:
        """Bring every part up to date."""
        if not self.is_mounted:
            return
        here = self._signs.here
        for n, pick in enumerate(self.query(".page-list Pick").results(Pick)):
            pick.say(fit(f"{here if n == self._at else ' '} {headline(self._entries[n])}", self._signs), "")
            if n == self._at:
                pick.scroll_visible(animate=False)
        columns = max(self.app.size.width - 6, 20)
        text = lines(
            self.entry, self._facts.devices, self._way, columns=columns, utf8=self._signs.utf8, fit=self._fit
        )
        shown = text if self.entry.plan is None else wrapped(text, columns)
        self._say(".page-text", "\n".join(shown))
        way = WAYS[self._way]
        self._say(".page-who", (f"[{way.upper()}]  " if way else "") + f"for {self._facts.who}")
        self._say(".page-hint", self._hint)

    def _say(self, selector: str, text: str) -> None:
        widget, shown = self.query_one(selector, Static), fit(text, self._signs)
        if widget.content != shown:
            widget.update(shown)
