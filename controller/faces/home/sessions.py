"""The sessions that the history page has read so far, and which of them it shows. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from controller.faces.home.history_words import headline
from controller.faces.home.record import Unread
from controller.faces.told.running import runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from controller.journal import Digest
    from controller.lock import Running


@dataclass(slots=True)
class Sessions:
    """`me`: whose history it is; what no ledger names (simulated, or long ago) is anybody's."""

    me: str
    ids: tuple[str, ...] | None = None
    items: list[Digest | Unread] = field(default_factory=list)
    whose: Mapping[str, str] = field(default_factory=dict)
    living: Sequence[Running] = ()
    hide_simulated: bool = False
    mine: bool = True
    marked: Digest | None = None
    _shown: tuple[object, Sequence[Digest | Unread]] = (None, ())
    _lines: dict[tuple[str, str, bool, bool], str] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether all of them are read."""
        return self.ids is not None and len(self.items) == len(self.ids)

    @property
    def several(self) -> bool:
        """Whether more people than one are on record."""
        return len({*self.whose.values(), self.me}) > 1

    @property
    def shown(self) -> Sequence[Digest | Unread]:
        """Those that no filter hides, newest first."""
        key = (len(self.items), self.hide_simulated, self.mine, len(self.whose))
        if self._shown[0] != key:
            self._shown = key, [each for each in self.items if self._passes(each)]
        return self._shown[1]

    @property
    def counted(self) -> str:
        """How many there are to be shown; `+`: and more, of which it is not read yet whether they are."""
        if self.whole or not (self.hide_simulated or (self.mine and self.several)):
            return f"{len(self.shown if self.whole else self.ids or ()):,}"
        return f"{len(self.shown):,}+"

    @property
    def felt(self) -> Iterator[Digest]:
        """Those of them that could be read and were on a body: a simulated tenderness is nobody's."""
        return (each for each in self.shown if not isinstance(each, Unread) and not each.simulated)

    def next(self, count: int) -> tuple[str, ...]:
        """The ids of the next ones to read."""
        return (self.ids or ())[len(self.items) : len(self.items) + count]

    def line(self, told: Digest | Unread) -> str:
        """A line of the list."""
        person = self.whose.get(told.id, "") if self.several and not self.mine else ""
        living = not isinstance(told, Unread) and runs(told, self.living)
        marked = self.marked is not None and told.id == self.marked.id
        key = (told.id, person, marked, living)
        if key not in self._lines:
            self._lines[key] = headline(told, person, marked=marked, running=living)
        return self._lines[key]

    def _passes(self, told: Digest | Unread) -> bool:
        if isinstance(told, Unread):
            return True
        if self.hide_simulated and told.simulated:
            return False
        return not self.mine or self.whose.get(told.id, self.me) == self.me
