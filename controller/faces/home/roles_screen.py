"""Before a run: what fills each role that is still open, one key each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from controller.faces.cli.asking import choices
from controller.faces.home.pick import Pick
from controller.faces.tui.signs import Signs, fit
from protocols.diagnostics import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

    from controller.faces.cli.asking import Choice
    from controller.faces.home.filling import Filling
    from controller.links.ports import Port

BY_HAND = {"h": "b"}
"""By hand is `b` on every page of Home."""


class RolesScreen(Screen[None]):
    """Asks for the roles in turn; `Filled` comes when none is open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,backspace", "back", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]

    class Filled(Message):
        """Every role has something."""

        def __init__(self, filling: Filling, *, fit: bool) -> None:
            super().__init__()
            self.filling, self.fit = filling, fit

    def __init__(self, filling: Filling, ports: Sequence[Port], signs: Signs, *, fit: bool) -> None:
        super().__init__()
        self._filling, self._ports, self._signs, self._fit = filling, ports, signs, fit
        self._choices: dict[str, Choice] = {}

    def compose(self) -> ComposeResult:
        """The question, its answers, the way back."""
        with Horizontal(classes="page-head"):
            yield Static(printable(self._filling.plan.title), classes="page-title", markup=False)
        yield Static(classes="page-question", markup=False)
        yield Static(classes="page-hint", markup=False)
        yield VerticalScroll(classes="page-list", can_focus=False)
        with Horizontal(classes="page-actions"):
            yield Pick("Back", "esc", "back", id="do-back")

    def on_mount(self) -> None:
        """Ask for the first."""
        self._ask()

    def on_key(self, event: events.Key) -> None:
        """The key of an answer."""
        if event.character in self._choices:
            event.stop()
            self._take(self._choices[event.character])

    def on_pick_pressed(self, event: Pick.Pressed) -> None:
        """An answer, or the way back."""
        event.stop()
        if event.deed == "back":
            self.action_back()
        else:
            self._take(self._choices[event.deed])

    def action_back(self) -> None:
        """Start nothing."""
        self.dismiss()

    def _take(self, choice: Choice) -> None:
        self._filling = self._filling.fill(choice)
        if self._filling.asks is None:
            self.post_message(self.Filled(self._filling, fit=self._fit))
        else:
            self._ask()

    def _ask(self) -> None:
        asked = self._filling.asks
        if asked is None:
            return
        role, kind = asked
        missing = list(self._filling.roles.missing(self._filling.plan))
        together = ", ".join(missing) if len(missing) > 1 and not self._filling.roles.use else ""
        found = [*choices(self._filling.fitting(kind), self._ports, together)]
        self._choices = {BY_HAND.get(each.key, each.key): each for each in found}
        self._say(".page-question", f"What is the {role} ({kind})?")
        use = self._filling.roles.use
        told = [f"{r}: {self._told(r, link)}" for r, link in use.items()]
        told += [f"Enter: {each.device.name}" for each in found[:1] if each.device is not None]
        self._say(".page-hint", "   ".join(told))
        self.call_later(self._list)

    async def _list(self) -> None:
        box = self.query_one(".page-list", VerticalScroll)
        await box.remove_children()
        picks = [
            Pick(fit(f"{key}  {each.says}", self._signs), "", key) for key, each in self._choices.items()
        ]
        await box.mount_all(picks)
        picks[0].focus()

    def _told(self, role: str, link: str) -> str:
        own = self._filling.roles.known.get(role)
        return own.name if own is not None else {"hand": "by hand", "sim": "simulated"}.get(link, link)

    def _say(self, selector: str, text: str) -> None:
        self.query_one(selector, Static).update(fit(text, self._signs))
