"""What was done: the sessions on record, one whole, how tender places were, and what a week had.

What can be done with one of them stands in `history_screen`.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from textual.binding import Binding, BindingType

from controller.faces.home import trends, weeks
from controller.faces.home.history_words import (
    ALL_HIDDEN,
    EMPTY,
    NEVER_RATED,
    READING,
    details,
)
from controller.faces.home.list_page import ListPage
from controller.faces.home.off_loop import off_loop
from controller.faces.home.pick import Pick
from controller.faces.home.record import Unread, ids, in_short, whole, whose
from controller.faces.home.sessions import Sessions
from controller.faces.home.words import wrapped
from controller.lock import running
from controller.safety.standing import PLAIN

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from textual.timer import Timer

    from controller.faces.home.facts import Facts
    from controller.faces.tui.signs import Signs
    from controller.journal import Digest, Story
    from controller.lock import Running

BATCH: Final = 50
"""Sessions that are read at a time: a fifth of a second."""
AHEAD: Final = 25
"""So near to the last one that is read, the next are read too."""
WINDOW: Final = 24
"""Lines of the list at a time: each is a widget. At its end it moves on by half."""
RESTS: Final = 0.15
"""Seconds that one has to be stood on before it is read whole: that costs a tenth of a second, and who goes
through the list waits for none of them."""
KEPT_WHOLE: Final = 4
View = Literal["sessions", "tender", "week"]


class HistoryList(ListPage):
    """Sessions newest first, read bit by bit; a page says what is done with the one chosen (`do_with`)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("home", "to(0)", show=False),
        Binding("end", "to(-1)", show=False),
    ]

    def __init__(self, facts: Facts, signs: Signs) -> None:
        super().__init__("unknot: history", signs)
        self._facts = facts
        self._standing = PLAIN if facts.standing is None else facts.standing
        self._sessions = Sessions(facts.who)
        self._trouble = ""
        self._view: View = "sessions"
        self._first = 0
        self._whole: dict[str, Story | Unread] = {}
        self._busy = False
        self._said: Callable[[int], Iterable[str]] | None = None
        self._in_batch = self._all = False
        self.rests: Timer | None = None
        self._replaying = ""
        self._text: tuple[object, str] = (None, "")
        self.reading: threading.Thread | None = None

    # What is read, in a thread

    def on_mount(self) -> None:
        """Begin to read."""
        super().on_mount()
        self.reading = off_loop(self, self._look, "history")

    def _look(self) -> Callable[[], object]:
        found = ids()
        people, living = whose(), running()
        return lambda: self._know(found, people, living)

    def _know(
        self, found: tuple[str, ...] | Unread, people: Mapping[str, str], living: Sequence[Running]
    ) -> None:
        self._sessions.whose, self._sessions.living = people, living
        if isinstance(found, Unread):
            self._sessions.ids, self._trouble = (), found.why
            self.draw()
            return
        self._sessions.ids = found
        self.draw()
        self._more()

    def _more(self) -> None:
        """The next of them, where they are wanted by now and none are being read."""
        wanted = self._sessions.next(BATCH)
        near = self._first + self._at + AHEAD >= len(self._sessions.shown)
        if self._in_batch or not wanted or not (near or self._all or self._view == "tender"):
            return
        self._in_batch = True

        def work() -> Callable[[], object]:
            read = list(in_short(wanted))
            return lambda: self._take(read)

        self.reading = off_loop(self, work, "history")

    def _take(self, read: list[Digest | Unread]) -> None:
        before, at = len(self.headlines()), self._at
        self._in_batch = False
        self._sessions.items += read
        if len(self.headlines()) != before:
            self.relist()
        self._at = at
        self.draw()
        if self._all and self._sessions.whole:
            self.action_to(-1)
        self._want_whole()
        self._more()

    def _rested(self) -> None:
        self.rests = None
        self._want_whole()

    def _want_whole(self) -> None:
        """Read the one that is chosen whole, one at a time."""
        chosen = self.chosen
        if self._view != "sessions" or chosen is None or isinstance(chosen, Unread):
            return
        if self._busy or self.rests is not None or chosen.id in self._whole:
            return
        self._busy = True

        def work() -> Callable[[], object]:
            read = whole(chosen.id)
            return lambda: self._take_whole(chosen.id, read)

        self.reading = off_loop(self, work, "session")

    def _take_whole(self, session: str, read: Story | Unread) -> None:
        self._busy = False
        self._whole[session] = read
        for old in list(self._whole)[:-KEPT_WHOLE]:
            del self._whole[old]
        self.draw()
        self._want_whole()

    # What is chosen

    @property
    def chosen(self) -> Digest | Unread | None:
        """The session that is stood on."""
        shown, at = self._sessions.shown, self._first + self._at
        return shown[at] if at < len(shown) else None

    def _trends(self) -> tuple[trends.Trend, ...]:
        return trends.trends(self._sessions.felt)

    @property
    def _window(self) -> Sequence[Digest | Unread]:
        return self._sessions.shown[self._first : self._first + WINDOW]

    # What is shown

    def headlines(self) -> list[str]:
        """Sessions, places, or weeks."""
        if self._view == "tender":
            return [trends.headline(each) for each in self._trends()]
        if self._view == "week":
            past = self._standing.past
            return [weeks.headline(name, n, past) for n, name in enumerate(weeks.names(past))]
        return [self._sessions.line(each) for each in self._window]

    def who(self) -> str:
        """How many there are, and whose."""
        sessions = self._sessions
        whose = f"for {self._facts.who}" if sessions.mine or not sessions.several else "for all"
        of = len(sessions.shown)
        if self._view != "sessions" or not of:
            return whose
        return f"{self._first + self._at + 1} of {sessions.counted}  {whose}"

    def told(self, columns: int) -> str:
        """What the list's line stands for."""
        chosen = self.chosen
        session = "" if chosen is None else chosen.id
        known = self._sessions
        read = (known.ids is None, self._trouble, session in self._whole, len(known.items))
        key = (columns, self._view, self._at, session, read, self._said)
        if key != self._text[0]:
            self._text = (key, "\n".join(self._lines(columns)))
        return self._text[1]

    def _lines(self, columns: int) -> Iterable[str]:
        if self._trouble:
            return wrapped(self._trouble.split("; "), columns)
        if self._view == "week":
            return wrapped(weeks.lines(self._standing, self._at, utf8=self._signs.utf8), columns)
        if self._sessions.ids is None or (self._sessions.ids and not self._sessions.items):
            return [READING]
        if not self._sessions.ids:
            return wrapped(EMPTY.split("\n"), columns)
        if self._view == "tender":
            return self._place(columns)
        return self._session(columns)

    def _place(self, columns: int) -> Iterable[str]:
        found = self._trends()
        if not found:
            return wrapped(NEVER_RATED.split("\n"), columns)
        return trends.lines(found[min(self._at, len(found) - 1)], columns, utf8=self._signs.utf8)

    def _session(self, columns: int) -> Iterable[str]:
        if self._said is not None:
            return self._said(columns)
        chosen = self.chosen
        if chosen is None:
            return wrapped([ALL_HIDDEN], columns)
        read = chosen if isinstance(chosen, Unread) else self._whole.get(chosen.id)
        if read is None:
            return [READING]
        if isinstance(read, Unread):
            return wrapped(read.why.split("; "), columns)
        return details(read, self._standing.past, columns, utf8=self._signs.utf8)

    def draw(self) -> None:
        """Bring every part up to date, the words of the actions too."""
        super().draw()
        if not self.is_mounted:
            return
        known = self._sessions
        says = {
            "sim": ("Show sim" if known.hide_simulated else "Hide sim", "s"),
            "whose": ("All" if known.mine else "Mine", "p"),
            "mark": ("Mark", "m") if known.marked is None else ("Compare", "c"),
            "tender": ("Sessions" if self._view == "tender" else "Tender", "t"),
            "week": ("Sessions" if self._view == "week" else "Week", "w"),
        }
        for deed, (text, key) in says.items():
            self.query_one(f"#do-{deed}", Pick).say(text, key)

    # What the person does

    def moved(self) -> None:
        """Move the window on at its ends, and read what is chosen now."""
        self._said, self._replaying = None, ""
        if self._view == "sessions":
            half, more = WINDOW // 2, self._first + WINDOW < len(self._sessions.shown)
            by = half if self._at == WINDOW - 1 and more else -half if self._at == 0 and self._first else 0
            self._first, self._at = self._first + by, self._at - by
            self._all = False
            self._more()
            if self.rests is not None:
                self.rests.stop()
            self.rests = self.set_timer(RESTS, self._rested)

    def action_to(self, end: int) -> None:
        """The newest, or the oldest, when all are read."""
        self._all = bool(end) and not self._sessions.whole
        if self._all:
            self._hint = "Reading on to the oldest…"
            self.draw()
            self._more()
        elif self._view == "sessions" and self._sessions.shown:
            self._hint = ""
            self._first = max(0, len(self._sessions.shown) - WINDOW) if end else 0
            self._at = min(len(self._sessions.shown), WINDOW) - 1 if end else 0
            self._said = None
            self._want_whole()
            self.top()
            self.draw()

    def action_do(self, deed: str) -> None:
        """One of the actions; from what lies over the sessions, back leads to them first."""
        if deed == "back" and self._replaying:
            self._replaying, self._hint = "", "Left: nothing was changed."
            self.draw()
        elif deed == "back" and (self._said is not None or self._view != "sessions"):
            self._hint = ""
            at = self._at if self._view == "sessions" else 0
            self._look_at("sessions", at)
        else:
            super().action_do(deed)

    def act(self, deed: str) -> None:
        """One of the actions."""
        if deed in {"tender", "week"}:
            view: View = "tender" if deed == "tender" else "week"
            self._look_at("sessions" if self._view == view else view)
        elif deed == "sim":
            self._sessions.hide_simulated = not self._sessions.hide_simulated
            self._afresh()
        elif deed == "whose":
            self._turn_whose()
        else:
            self._of_one(deed)

    def _look_at(self, view: View, at: int = 0) -> None:
        self._view, self._at, self._said = view, at, None
        self.relist()
        self._want_whole()
        self._more()

    def _turn_whose(self) -> None:
        if not self._sessions.several:
            self._hint = "Nobody else is on record here."
            return
        self._sessions.mine = not self._sessions.mine
        self._afresh()

    def _afresh(self) -> None:
        self._first = self._at = 0
        self._said = None
        self.relist()
        self._want_whole()
        self._more()

    def _of_one(self, deed: str) -> None:
        chosen = self.chosen
        if self._view != "sessions" or chosen is None:
            self._hint = (
                "Choose a session for that." if self._sessions.shown else "There is no session for that yet."
            )
            return
        if isinstance(chosen, Unread):
            self._hint = "This session cannot be read."
            return
        self.do_with(deed, chosen)

    @abstractmethod
    def do_with(self, deed: str, chosen: Digest) -> None:
        """Do one of the actions that are about one session."""

    def _tell(self, said: Callable[[int], Iterable[str]]) -> None:
        """Let that stand in the place of the session until another one is chosen."""
        self._said = said
        self.top()
        self.draw()
