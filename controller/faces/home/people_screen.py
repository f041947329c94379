"""The people of this machine: who is here now, what stands for each, and who is added or forgotten."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual.message import Message

from controller.faces.home.facts import GUEST as A_GUEST
from controller.faces.home.list_page import ListPage, keyed
from controller.faces.home.person_words import GUEST_WORDS, asks_to_forget, one_person
from controller.faces.home.words import wrapped
from controller.faces.persons import FORGOTTEN, forget
from controller.faces.tui.ground import ground
from controller.ledger import LedgerError
from controller.people import GUEST, Person, PersonError
from protocols.diagnostics import printable

if TYPE_CHECKING:
    from textual.binding import BindingType

    from controller.faces.home.facts import Facts
    from controller.faces.tui.signs import Signs

ACTIONS: Final = (
    ("me", "I am", "Enter"),
    ("add", "Add", "a"),
    ("change", "Change", "c"),
    ("forget", "Forget", "f"),
    ("back", "Back", "esc"),
)


class PeopleScreen(ListPage):
    """Everybody, and last a guest; Enter is who sits here now."""

    ACTIONS = ACTIONS
    CHOSEN = "me"
    BINDINGS: ClassVar[list[BindingType]] = keyed(ACTIONS, enter="me")

    class Now(Message):
        """This one sits here: a name, `guest`, or None for whose machine it is."""

        def __init__(self, person: str | None) -> None:
            super().__init__()
            self.person = person

    class Ask(Message):
        """Ask somebody new, or that person anew."""

        def __init__(self, person: Person | None) -> None:
            super().__init__()
            self.person = person

    class Changed(Message):
        """What is kept of people is another."""

        def __init__(self, forgotten: str | None = None) -> None:
            super().__init__()
            self.forgotten = forgotten

    def __init__(self, facts: Facts, signs: Signs) -> None:
        super().__init__("unknot: people", signs)
        self._take(facts)
        self._stand_on = facts.who
        self._forgets: str | None = None
        self._news: tuple[str, ...] = ()

    def _take(self, facts: Facts) -> None:
        self._facts = facts
        self._all: tuple[Person | PersonError | None, ...] = (*facts.people, None, *facts.unread)

    def on_mount(self) -> None:
        """Stand on who is here."""
        self._stand()
        super().on_mount()

    def know(self, facts: Facts) -> None:
        """Show `facts`."""
        self._take(facts)
        self._stand()
        self.relist()

    def _stand(self) -> None:
        names = [self._named(each) for each in self._all]
        if self._stand_on in names:
            self._at = names.index(self._stand_on)
        self._stand_on = ""

    def _named(self, each: Person | PersonError | None) -> str:
        return A_GUEST if each is None else each.name if isinstance(each, Person) else ""

    # What is shown

    def who(self) -> str:
        """Who is here."""
        return f"for {self._facts.who}"

    def headlines(self) -> list[str]:
        """A line each."""
        return [self._headline(each) for each in self._all]

    def _headline(self, each: Person | PersonError | None) -> str:
        if isinstance(each, PersonError):
            return "! somebody who cannot be read"
        owns = ", whose machine it is" if each is not None and each.owner else ""
        here = f"  {self._signs.done} here now" if self._named(each) == self._facts.who else ""
        return f"{self._named(each)}{owns}{here}"

    def told(self, columns: int) -> str:
        """The one that is chosen."""
        return "\n".join(wrapped((*self._news, *self._told(self._all[self._at])), columns))

    def _told(self, each: Person | PersonError | None) -> tuple[str, ...]:
        if isinstance(each, PersonError):
            return (printable(str(each)), f"Do: {printable(each.remedy)}")
        if each is None:
            return GUEST_WORDS if self._facts.people else (NOBODY, "", *GUEST_WORDS)
        if self._forgets == each.name:
            return asks_to_forget(each)
        return tuple(one_person(each, now()))

    def moved(self) -> None:
        """Another one is looked at."""
        self._forgets, self._news = None, ()

    # What the person does

    def act(self, deed: str) -> None:
        """One of the actions."""
        forgets, self._forgets, self._news = self._forgets, None, ()
        chosen = self._all[self._at]
        if deed == "add":
            self.post_message(self.Ask(None))
        elif isinstance(chosen, PersonError):
            self._hint = "This one cannot be read. The text above says what to do."
        elif deed == "me":
            self._be(chosen)
        elif chosen is None:
            self._hint = "A guest is nobody in particular: nothing is kept to change or to forget."
        elif deed == "change":
            self.post_message(self.Ask(chosen))
        elif deed == "forget":
            self._forget(chosen, sure=forgets == chosen.name)

    def _be(self, chosen: Person | None) -> None:
        owned = any(each.owner for each in self._facts.people)
        if chosen is None:
            self.post_message(self.Now(GUEST if owned else None))
        else:
            # By name, so that a simulated run asks what a real one would, and keeps their limits.
            self.post_message(self.Now(chosen.name))

    def _forget(self, person: Person, *, sure: bool) -> None:
        if not sure:
            self._forgets = person.name
            self._hint = "f again forgets. Anything else keeps."
            self.top()
            return
        ground(self).away(lambda: _forgotten(person.name), lambda why: self._gone(person.name, why))

    def _gone(self, name: str, why: str) -> None:
        if why:
            self.say(why)
            return
        self.say(f"{name} is forgotten. {FORGOTTEN}")
        self.post_message(self.Changed(name))

    def added(self, person: Person, news: tuple[str, ...]) -> None:
        """Somebody answered: show them, with what it comes to."""
        self._stand_on, self._news = person.name, (*news, "")
        self.post_message(self.Changed())


NOBODY: Final = "Nobody is known here. Whoever starts a session is a guest: a adds somebody."


def now() -> datetime:
    """The moment for which people are shown."""
    return datetime.now(UTC)


def _forgotten(name: str) -> str:
    try:
        forget(name)
    except (PersonError, LedgerError) as error:
        return f"{error}: {error.remedy}"
    return ""
