"""The history page: what can be done with one of the sessions that were."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from controller.faces.home import compare
from controller.faces.home.history_list import HistoryList
from controller.faces.home.list_page import keyed
from controller.faces.home.off_loop import off_loop
from controller.faces.home.recent import find, recent_of
from controller.faces.home.record import Unread, whole
from controller.faces.home.wanted import Wanted
from controller.faces.home.words import wrapped
from controller.journal import Story

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.binding import BindingType

    from controller.faces.home.facts import Facts
    from controller.faces.home.recent import Found
    from controller.faces.tui.signs import Signs
    from controller.journal import Digest

ACTIONS: Final = (
    ("again", "Run", "Enter"),
    ("tender", "Tender", "t"),
    ("week", "Week", "w"),
    ("mark", "Mark", "m"),
    ("export", "Export", "e"),
    ("replay", "Replay", "r"),
    ("sim", "Hide sim", "s"),
    ("whose", "All", "p"),
    ("back", "Back", "esc"),
)


class HistoryScreen(HistoryList):
    """Enter runs the same again, `m` and `c` compare two, `e` exports, `r` replays; `t`, `w`: other views."""

    ACTIONS = ACTIONS
    CHOSEN = "again"
    BINDINGS: ClassVar[list[BindingType]] = keyed(ACTIONS, enter="again", c="mark", x="back")

    def __init__(self, facts: Facts, signs: Signs) -> None:
        super().__init__(facts, signs)
        self._found: tuple[str, Found] | None = None

    def do_with(self, deed: str, chosen: Digest) -> None:
        """Do it; what takes long is done in a thread, and dropped where another one is chosen meanwhile."""
        deeds = {"again": self._again, "mark": self._mark, "export": self._export, "replay": self._replay}
        deeds[deed](chosen)

    def _still(self, chosen: Digest) -> bool:
        return self.is_current and self._view == "sessions" and self.chosen is chosen

    def _again(self, chosen: Digest) -> None:
        found, self._found = self._found, None
        if found is not None and found[0] == chosen.id and self._said is not None:
            self._open(chosen, found[1])
            return
        self._hint = "Looking whether it is still the same…"

        def work() -> Callable[[], object]:
            found = find(recent_of(chosen), self._standing)
            return lambda: self._take_found(chosen, found)

        self.reading = off_loop(self, work, "again")

    def _take_found(self, chosen: Digest, found: Found) -> None:
        if not self._still(chosen):
            return
        self._hint = ""
        if not found.changed:
            self._open(chosen, found)
            return
        self._found = (chosen.id, found)
        more = () if found.entry is None else ("", "Enter once more opens it as it is now. Esc goes back.")
        self._tell(lambda columns: wrapped((*found.changed, *more), columns))

    def _open(self, chosen: Digest, found: Found) -> None:
        if found.entry is not None:
            self._said = None
            self.post_message(Wanted(found.entry, recent_of(chosen).way))

    def _mark(self, chosen: Digest) -> None:
        marked = self._sessions.marked
        if marked is None:
            self._sessions.marked = chosen
            self._hint = "Marked. Choose another one, then c compares the two; m on it takes the mark off."
        elif marked.id == chosen.id:
            self._sessions.marked = None
        else:
            self._hint = "Reading both…"

            def work() -> Callable[[], object]:
                both = whole(marked.id), whole(chosen.id)
                return lambda: self._take_both(chosen, *both)

            self.reading = off_loop(self, work, "compare")

    def _take_both(self, chosen: Digest, one: Story | Unread, other: Story | Unread) -> None:
        if not self._still(chosen):
            return
        self._hint = ""
        if isinstance(one, Unread) or isinstance(other, Unread):
            self._hint = "One of the two cannot be read."
            self.draw()
            return
        past, utf8 = self._standing.past, self._signs.utf8
        self._sessions.marked = None
        self._tell(lambda columns: compare.lines(one, other, past, columns, utf8=utf8))

    def _export(self, chosen: Digest) -> None:
        from controller.faces.home.export_screen import ExportScreen  # noqa: PLC0415  where it is wanted

        told = self._whole.get(chosen.id)
        if isinstance(told, Story):
            self.app.push_screen(ExportScreen(told, self._signs))
        else:
            self._hint = "It is still being read."

    def _replay(self, chosen: Digest) -> None:
        from controller.faces.home.replaying import replayed  # noqa: PLC0415  loads the core

        self._found = None
        self._replaying, self._hint = chosen.id, "Replaying… Esc leaves it."

        def work() -> Callable[[], object]:
            told = replayed(chosen.id)
            return lambda: self._take_replay(chosen, told)

        self.reading = off_loop(self, work, "replay")

    def _take_replay(self, chosen: Digest, told: Sequence[str]) -> None:
        if self._replaying == chosen.id:
            self._replaying = self._hint = ""
            self._tell(lambda columns: wrapped(told, columns))
