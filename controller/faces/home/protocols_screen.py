"""The protocols for an area: choose one, read it, change it, start it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual.message import Message

from controller.faces.home.filling import Filling, filling, unfilled
from controller.faces.home.list_page import ListPage, keyed
from controller.faces.home.page import headline, lines
from controller.faces.home.shelf import again, shelf
from controller.faces.home.words import WAYS, wrapped
from controller.safety.fit import Fitted
from controller.safety.standing import PLAIN
from protocols.body import AREAS

if TYPE_CHECKING:
    from textual.binding import BindingType

    from controller.faces.home.facts import Facts
    from controller.faces.home.shelf import Entry
    from controller.faces.tui.signs import Signs
    from controller.settings import Way

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


LOOKS: Final = frozenset({"option", "fit", "back"})
"""What changes nothing but the view."""


class ProtocolsScreen(ListPage):
    """The list above, the one that is chosen below; Enter starts it."""

    ACTIONS = ACTIONS
    CHOSEN = "start"
    BINDINGS: ClassVar[list[BindingType]] = keyed(ACTIONS, enter="start")

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

    def __init__(
        self, area: str, facts: Facts, way: Way, signs: Signs, *, stand: Entry | None = None,
        reads_only: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(f"unknot: {area}", signs)
        self._reads_only = reads_only
        self._facts, self._way = facts, way
        self._standing = PLAIN if facts.standing is None else facts.standing
        self._entries = list(shelf(area, self._standing)) if area in AREAS else []
        self._fit = False
        if stand is not None:
            self._stand_on(stand)

    @property
    def entry(self) -> Entry:
        """The one that is chosen."""
        return self._entries[self._at]

    def _stand_on(self, entry: Entry) -> None:
        found = [n for n, each in enumerate(self._entries) if each.source == entry.source]
        self._at = found[0] if found else 0
        self._entries[self._at : self._at + len(found)] = [entry]

    # What is shown

    def headlines(self) -> list[str]:
        """Every protocol for the area."""
        return [headline(each) for each in self._entries]

    def told(self, columns: int) -> str:
        """The one that is chosen."""
        text = lines(
            self.entry, self._facts.devices, self._way, columns=columns, utf8=self._signs.utf8, fit=self._fit
        )
        return "\n".join(text if self.entry.plan is None else wrapped(text, columns))

    def who(self) -> str:
        """How it is done, and for whom."""
        if self._reads_only:
            return "[READ ONLY]"
        way = WAYS[self._way]
        return (f"[{way.upper()}]  " if way else "") + f"for {self._facts.who}"

    def offers(self, deed: str) -> bool:
        """Whether its button is there."""
        return not self._reads_only or deed in LOOKS

    def moved(self) -> None:
        """Another one is lowered anew."""
        self._fit = False

    # What the person does

    def act(self, deed: str) -> None:
        """One of the actions."""
        if self._reads_only and deed not in LOOKS:
            self._hint = "Read only: this page starts and changes nothing."
        elif deed == "edit":
            self.post_message(self.Edit(self.entry))
        elif deed == "option":
            self._option()
        elif deed == "fit":
            self._fit = not self._fit and self._can_fit()
            self.top()
        else:
            self._start(deed)

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
        self.post_message(self.Start(replace(told, source=self.entry.source), fit=self._fit))

    def _lowered(self) -> bool:
        return self._fit and isinstance(self.entry.fitted(), Fitted)

    # What comes back

    def stand_on(self, name: str) -> None:
        """Choose the one of that name."""
        for at, each in enumerate(self._entries):
            if each.name == name:
                self._go(at)

    def edited(self, entry: Entry) -> None:
        """It may have been changed: read it again, and stand on it."""
        fresh = again(entry)
        found = [n for n, each in enumerate(self._entries) if each.path == entry.path is not None]
        at = found[0] if found else len(self._entries)
        self._entries[at : at + 1] = [fresh]
        self._at = at
        self.relist()
