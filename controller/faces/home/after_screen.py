"""After a run: how it went, what is at rest, what was had, and what comes next. One key goes Home."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from textual.message import Message
from textual.widgets import Static

from controller.core import words
from controller.faces.home.advice import LONG, advice
from controller.faces.home.facts import again, areas_of
from controller.faces.home.list_page import ListPage, keyed
from controller.faces.home.off_loop import off_loop
from controller.faces.home.recent import Recent
from controller.faces.home.record import Unread, ids, since, whole, whose
from controller.faces.home.words import wrapped
from controller.faces.told.had import given_in, had_lines
from controller.faces.told.words import change, clock
from controller.faces.tui.signs import fit
from controller.faces.tui.words import end_lines, outcome_text
from controller.journal import Story
from controller.safety.standing import PLAIN

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from textual.binding import BindingType

    from controller.api import Setup
    from controller.faces.home.facts import Facts
    from controller.faces.tui.signs import Signs
    from controller.journal import Digest
    from controller.settings import Way
    from controller.snapshot import Ended, Snapshot

ACTIONS: Final = (("home", "Home", "Enter"), ("history", "History", "y"), ("again", "Run again", "r"))

NOT_BEGUN: Final = "It had not begun: nothing was driven, and nothing counts."


class AfterScreen(ListPage):
    """The outcome stands at once; what the record and the ledger tell comes as it is read."""

    ACTIONS = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = keyed(ACTIONS, enter="home")

    class Asked(Message):
        """Another page, or the same again: `recent`."""

        def __init__(self, what: str, recent: Recent) -> None:
            super().__init__()
            self.what, self.recent = what, recent

    def __init__(self, snapshot: Snapshot | None, ended: Ended, setup: Setup, signs: Signs) -> None:
        super().__init__("unknot: after", signs)
        self._snapshot, self._ended, self._setup = snapshot, ended, setup
        self._loud, self._quiet = end_lines(snapshot, ended)
        self._story: Story | None = None
        self._earlier: Sequence[Digest] = ()
        self._why = ""
        self._facts: Facts | None = None
        self.reading: threading.Thread | None = None

    def _outcome(self) -> str:
        took = "" if self._snapshot is None else f", {clock(self._snapshot.t)}"
        return fit(f"{outcome_text(self._ended.outcome, self._signs)}{took}", self._signs)

    def on_mount(self) -> None:
        """The outcome and what is not known, above all else; then begin to read."""
        mood = "-alarm" if self._loud else "" if self._ended.outcome == "completed" else "-ended"
        loud = "\n".join(f"{self._signs.alarm} {line}" for line in self._loud)
        told = Static(fit(loud, self._signs), id="after-loud", markup=False)
        told.display = bool(self._loud)
        outcome = Static(self._outcome(), id="after-outcome", classes=mood, markup=False)
        self.mount(outcome, told, after=".page-head")
        super().on_mount()
        self.reading = off_loop(self, self._look, "after")

    def _look(self) -> Callable[[], object]:
        told = None if self._snapshot is None else whole(self._snapshot.session)
        if not isinstance(told, Story):
            began = self._snapshot is not None and _is_kept(self._snapshot.session)
            why = told.why if isinstance(told, Unread) and began else NOT_BEGUN
            return lambda: self._cannot(why)
        earlier = [each for each in since(told.began - LONG - timedelta(days=1)) if each.id != told.id]
        people = whose()
        return lambda: self._take(told, earlier, people)

    def _cannot(self, why: str) -> None:
        self._why = why
        self.draw()

    def _take(self, told: Story, earlier: Sequence[Digest], people: Mapping[str, str]) -> None:
        me = people.get(told.id)
        self._story = told
        self._earlier = [each for each in earlier if not each.simulated and people.get(each.id) == me]
        self.draw()

    def know(self, facts: Facts) -> None:
        """What is known now that the session is over."""
        self._facts = facts
        self.draw()

    # What is shown

    def headlines(self) -> tuple[str, ...]:
        """There is no list."""
        return ()

    def who(self) -> str:
        """Of what."""
        return "" if self._snapshot is None else self._snapshot.title

    def told(self, columns: int) -> str:
        """Everything below the outcome."""
        return "\n".join(wrapped(self._lines(), columns))

    def _lines(self) -> Iterator[str]:
        yield from self._quiet
        told = self._story
        if told is not None:
            utf8 = self._signs.utf8
            rated = (f"{words.where(each)}: {change(values, utf8=utf8)}" for each, values in told.ratings)
            yield from _part("Tenderness", rated)
            past = None if self._facts is None or self._facts.standing is None else self._facts.standing.past
            yield from _part("What each place had", had_lines(given_in(told, past)))
            if not told.simulated:
                yield from _part("Again", self._again(told))
            yield from _part("Now", advice(told, self._earlier))
        elif self._why:
            yield ""
            yield self._why

    def _again(self, told: Story) -> Iterator[str]:
        if self._facts is None:
            yield "being read…"
            return
        waits = [*again(self._facts.standing or PLAIN, areas_of(told.plan.segments))]
        yield from waits or ["all of it may be had now, within the limits of a day"]

    # What the person does

    def act(self, deed: str) -> None:
        """Home, or on from there."""
        if deed != "home":
            self.app.post_message(self.Asked(deed, self._recent()))
        self.dismiss()

    def _recent(self) -> Recent:
        setup = self._setup
        way: Way = "hand" if setup.by_hand else "sim" if setup.only_simulated else "own"
        return Recent(setup.plan, setup.source or "", way)


def _is_kept(session: str) -> bool:
    found = ids()
    return isinstance(found, Unread) or session in found


def _part(title: str, lines: Iterable[str]) -> Iterator[str]:
    shown = list(lines)
    if shown:
        yield ""
        yield title
        yield from (f"  {each}" for each in shown)
