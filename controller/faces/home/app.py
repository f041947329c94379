"""The application that opens on `unknot` alone: Home, the protocols, a run, and Home again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from controller.faces.home.home_screen import ATTACH, HomeScreen
from controller.faces.home.pages import PAGES
from controller.faces.home.running import RunningHome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from controller.faces.home.after_screen import AfterScreen
    from controller.faces.home.facts import Facts
    from controller.faces.home.filling import Filling
    from controller.faces.home.people_screen import PeopleScreen
    from controller.faces.home.person_form import PersonForm
    from controller.faces.home.protocols_screen import ProtocolsScreen
    from controller.faces.home.recent import Recent
    from controller.faces.home.roles_screen import RolesScreen
    from controller.faces.home.shelf import Entry
    from controller.faces.home.wanted import Wanted
    from controller.faces.tui.commands import Word
    from controller.settings import Way


class HomeApp(RunningHome):
    """The pages on top of Home, and what is started from them."""

    # Home

    def on_home_screen_asked(self, event: HomeScreen.Asked) -> None:
        """An area, or a deed."""
        ways: dict[str, Way] = {"hand": "hand", "sim": "sim"}
        if event.what == "quit":
            self.exit()
        elif event.what == ATTACH:
            self._see_newest()
        elif event.what == "demo":
            self._demo()
        elif event.what == "help":
            self.action_help()
        elif event.what in ways:
            self._way = "own" if self._way == ways[event.what] else ways[event.what]
            self.home.go(self._way)
        elif event.what.isdigit():
            self._when_known(lambda facts: self._numbered(int(event.what), facts))
        else:
            self._when_known(lambda _: self._open(event.what))

    def _open(self, what: str) -> None:
        from controller.faces.home.protocols_screen import ProtocolsScreen  # noqa: PLC0415

        if self._facts is None or self.screen is not self.home:
            return
        if what in PAGES:
            self.push_screen(PAGES[what](self._facts, self.signs), lambda _: self._refresh())
        else:
            page = ProtocolsScreen(
                what, self._facts, self._way, self.signs, reads_only=self._reads_only
            )  # fmt: skip
            self.push_screen(page)

    def _numbered(self, number: int, facts: Facts) -> None:
        if number <= len(facts.recent):
            self._recent(facts.recent[number - 1], facts)

    def _recent(self, recent: Recent, facts: Facts) -> None:
        """One that was run lately, to be looked at and started; what changed since is said."""
        from controller.faces.home.recent import find  # noqa: PLC0415
        from controller.safety.standing import PLAIN  # noqa: PLC0415

        if self.screen is not self.home:
            return
        found = find(recent, facts.standing or PLAIN)
        if found.entry is None:
            self.home.after(found.changed)
            return
        self._open_entry(found.entry, recent.way)
        if found.changed:
            self._page().say("Changed since you ran it: look at it before you start.")

    def on_wanted(self, event: Wanted) -> None:
        """A page has found what is to be run."""
        self._open_entry(event.entry, event.way)

    def _open_entry(self, entry: Entry, way: Way) -> None:
        from controller.faces.home.facts import areas_of  # noqa: PLC0415
        from controller.faces.home.protocols_screen import ProtocolsScreen  # noqa: PLC0415

        if self._facts is None:
            return
        areas = areas_of(() if entry.plan is None else entry.plan.segments) or ("your own",)
        self.push_screen(ProtocolsScreen(areas[0], self._facts, way, self.signs, stand=entry))

    def action_help(self) -> None:
        """Help, over whatever page is open."""
        from controller.faces.home.help_screen import HelpScreen  # noqa: PLC0415

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.signs))

    # People

    def be(self, person: str | None) -> None:
        """From now on that person sits here, `guest`, or None: the one whose machine it is."""
        self.person, self._facts = person, None
        self.home.know(None)
        self._refresh()

    def on_people_screen_now(self, event: PeopleScreen.Now) -> None:
        """Home again, for them."""
        self._go_home()
        self.be(event.person)

    def on_people_screen_changed(self, event: PeopleScreen.Changed) -> None:
        """Read all anew; who is forgotten no longer sits here."""
        if event.forgotten is not None and event.forgotten == self.person:
            self.person = None
        self._refresh()

    def on_people_screen_ask(self, event: PeopleScreen.Ask) -> None:
        """The form."""
        from controller.faces.home.person_form import PersonForm  # noqa: PLC0415

        self.push_screen(PersonForm(event.person, self.signs, self._now))

    def on_person_form_told(self, event: PersonForm.Told) -> None:
        """Back to the people."""
        from controller.faces.home.people_screen import PeopleScreen  # noqa: PLC0415

        self.pop_screen()
        if isinstance(self.screen, PeopleScreen):
            self.screen.added(event.person, event.news)

    # The list of commands

    def action_commands(self) -> None:
        """Not for one who only looks: each of them changes something."""
        if not self._reads_only:
            super().action_commands()

    def words(self) -> Iterator[Word]:
        """What is on Home, and who may sit there; while a session runs, what can be said to it."""
        from controller.faces.home.commands import home_words  # noqa: PLC0415  few open the list
        from controller.faces.tui.commands import session_words  # noqa: PLC0415

        if self.run_screen is not None:
            return session_words(self.run_screen)
        return home_words(self, () if self._facts is None else self._facts.people)

    def late_words(self) -> Callable[[], Iterator[Word]] | None:
        """Every protocol by its title."""
        from controller.faces.home.commands import protocol_words  # noqa: PLC0415

        facts = self._facts
        if self.run_screen is not None or facts is None:
            return None
        return lambda: protocol_words(self, facts)

    def ask_home(self, what: str) -> None:
        """As if it were chosen on Home."""
        self._go_home()
        self.home.post_message(HomeScreen.Asked(what))

    def open_protocol(self, area: str, name: str) -> None:
        """The protocols for that area, standing on that one."""
        from controller.faces.home.protocols_screen import ProtocolsScreen  # noqa: PLC0415

        self._go_home()
        self._open(area)
        if isinstance(self.screen, ProtocolsScreen):
            self.screen.stand_on(name)

    def _demo(self) -> None:
        from controller.api import Setup  # noqa: PLC0415
        from controller.faces.cli.checking import checked  # noqa: PLC0415
        from controller.faces.cli.demo import SPEED  # noqa: PLC0415

        plan = checked("demo", {}).compiled.plan
        if plan is not None:
            self._run(Setup(plan=plan, sim=True, speed=SPEED, demo=True, source="demo"))

    # Protocols

    def on_protocols_screen_edit(self, event: ProtocolsScreen.Edit) -> None:
        """Open it in the editor, a shipped one as a copy of one's own."""
        from controller.faces.home.shelf import ConfigError, own_copy  # noqa: PLC0415

        page = self._page()
        try:
            own = own_copy(event.entry)
        except (ConfigError, OSError) as error:
            page.say(f"It cannot be copied: {error}")
            return
        self._edit(own, page)

    def _edit(self, own: Entry, page: ProtocolsScreen) -> None:
        from controller.faces.home.editor import editor  # noqa: PLC0415

        path = own.path
        if self.is_web:
            page.edited(own)
            page.say(f"A page has no editor. Open {path} in yours; e reads it again.")
            return
        done = path is not None and self._aside([*editor(), str(path)])
        page.edited(own)
        page.say(_folder(path) if done else f"No editor could be opened. The file: {path}")

    def on_protocols_screen_start(self, event: ProtocolsScreen.Start) -> None:
        """Run it, or ask for the roles that nothing fills."""
        if event.filling.asks is None:
            self._begin(event.filling, fit=event.fit)
            return
        from controller.faces.home.roles_screen import RolesScreen  # noqa: PLC0415
        from controller.links.ports import ports  # noqa: PLC0415

        self.push_screen(RolesScreen(event.filling, ports(), self.signs, fit=event.fit))

    def on_roles_screen_filled(self, event: RolesScreen.Filled) -> None:
        """Run it."""
        self.pop_screen()
        self._begin(event.filling, fit=event.fit)

    def _begin(self, filling: Filling, *, fit: bool) -> None:
        from controller.known import KnownError, refuse_misfits  # noqa: PLC0415

        try:
            refuse_misfits(filling.roles.known, filling.plan.roles, filling.devices)
        except KnownError as error:
            self._page().say(f"{error}: {error.remedy}")
            return
        self._run(filling.setup(fit=fit))

    def _page(self) -> ProtocolsScreen:
        from controller.faces.home.protocols_screen import ProtocolsScreen  # noqa: PLC0415

        return next(each for each in reversed(self.screen_stack) if isinstance(each, ProtocolsScreen))

    def on_after_screen_asked(self, event: AfterScreen.Asked) -> None:
        """From there to another page, or the same again."""
        if event.what == "history":
            self._when_known(lambda _: self._open("history"))
        else:
            self._when_known(lambda facts: self._recent(event.recent, facts))

    def _aside(self, command: list[str]) -> bool:
        """Give the terminal to another program, and take it back; whether that was possible."""
        from controller.faces.home.editor import ran  # noqa: PLC0415

        if self._beside is not None:
            self._beside(command)
            return True
        try:
            with self.suspend():
                return ran(command)
        except SuspendNotSupported:
            return False


def _folder(path: Path | None) -> str:
    return "" if path is None else f"Kept as {path}"
