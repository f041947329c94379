"""The application that opens on `unknot` alone: Home, the protocols, a run, and Home again."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from controller.faces.home.around import LOOK_S, Around, whatever_runs
from controller.faces.home.hands import Hands
from controller.faces.home.home_screen import ATTACH, HomeScreen
from controller.faces.home.look import CSS
from controller.faces.home.pages import PAGES
from controller.faces.tui.ground import GroundApp, bring_to_rest, close_after
from controller.faces.tui.signs import Signs, signs_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from controller.api import SessionPort, Setup
    from controller.faces.home.after_screen import AfterScreen
    from controller.faces.home.facts import Facts
    from controller.faces.home.filling import Filling
    from controller.faces.home.hosted import HostedRun
    from controller.faces.home.people_screen import PeopleScreen
    from controller.faces.home.person_form import PersonForm
    from controller.faces.home.protocols_screen import ProtocolsScreen
    from controller.faces.home.recent import Recent
    from controller.faces.home.roles_screen import RolesScreen
    from controller.faces.home.shelf import Entry
    from controller.faces.home.wanted import Wanted
    from controller.faces.sound import Sound
    from controller.faces.tui.commands import Word
    from controller.lock import Running
    from controller.settings import Settings, Way
    from controller.sharing import Attached, AttachError
    from controller.snapshot import Ended


def _read_facts(person: str | None) -> Facts:
    """All that is kept; then what the next screens need is loaded, while the person looks."""
    from controller.faces.home import protocols_screen  # noqa: F401, PLC0415
    from controller.faces.home.facts import read_facts  # noqa: PLC0415

    return read_facts(person)


def _session(setup: Setup) -> SessionPort:
    from controller.api import Session  # noqa: PLC0415  the first picture does without

    return Session(setup)


class HomeApp(GroundApp):
    """Screens on top of Home. `session_for`, `facts`, `around` and `beside` are for tests to replace.

    `at_once`: what runs elsewhere is opened as soon as it is seen; `reads_only`: it may be looked at alone.
    """

    CSS = CSS

    def __init__(
        self,
        *,
        signs: Signs | None = None,
        facts: Callable[[str | None], Facts] = _read_facts,
        session_for: Callable[[Setup], SessionPort] = _session,
        around: Callable[[], tuple[Running, ...]] = whatever_runs,
        beside: Callable[[list[str]], None] | None = None,
        settings: Settings | None = None,
        at_once: bool = False,
        reads_only: bool = False,
        now: Callable[[], float] = time.monotonic,
        wall: Callable[[], datetime] | None = None,
    ) -> None:
        super().__init__(signs or signs_for(sys.stdout.encoding), settings)
        self._signs = self.signs
        self._read, self._session_for, self._now = facts, session_for, now
        self._beside, self._wall = beside, wall
        self.around = Around(around, self.call_later, reads_only=reads_only)
        self._at_once, self._reads_only = at_once, reads_only
        self._runs: tuple[Running, ...] = ()
        self._seen: set[str] = set()
        self._facts: Facts | None = None
        self._wanted: Callable[[Facts], None] | None = None
        self._way: Way = self.settings.way
        self.person: str | None = None
        self._setup: Setup | None = None
        self._after: AfterScreen | None = None
        self._leaving = False
        self._own_loop: asyncio.AbstractEventLoop | None = None
        self.run_screen: HostedRun | None = None
        self.told_to_leave = False
        self.ended: Ended | None = None
        self.home = HomeScreen(self._signs, self._way, reads_only=reads_only)
        self.hands = Hands()

    def get_default_screen(self) -> HomeScreen:
        """Home."""
        return self.home

    def on_mount(self) -> None:
        """From here on a signal can close it."""
        self._own_loop = asyncio.get_running_loop()
        if self.told_to_leave:
            self.exit()

    def on_ready(self) -> None:
        """The first picture is drawn: now read what is kept."""
        gc.enable()
        self._refresh()
        self.look_around()
        self.set_interval(LOOK_S, self.look_around)

    def _refresh(self) -> None:
        person = self.person
        self.away(lambda: self._read(person), lambda facts: self._know(person, facts))

    def _know(self, person: str | None, facts: Facts) -> None:
        from controller.faces.home.list_page import ListPage  # noqa: PLC0415

        if person != self.person:
            return  # somebody else sits here meanwhile, and is being read
        self._facts = facts
        self.home.know(facts)
        for each in self.screen_stack:
            if isinstance(each, ListPage):
                each.know(facts)
        wanted, self._wanted = self._wanted, None
        if self._after is not None and self._after.is_attached:
            self._after.know(facts)
        if wanted is not None:
            wanted(facts)

    # What runs elsewhere

    def look_around(self) -> None:
        """See whether other processes run a session."""
        if self.run_screen is None:
            self.around.look(self._know_running)

    def _know_running(self, found: tuple[Running, ...]) -> None:
        self._runs = found if self.run_screen is None else ()
        self.home.runs(self._runs)
        if self._at_once and self._runs and self._runs[-1].session not in self._seen:
            self._see_newest()

    def _see_newest(self) -> None:
        if self._runs and self.screen is self.home:
            self._seen.add(self._runs[-1].session)
            self.around.connect(self._runs[-1], self._see)

    def _see(self, found: Attached | AttachError) -> None:
        from controller.sharing import AttachError  # noqa: PLC0415

        if isinstance(found, AttachError):
            self.home.after((f"! {found}: {found.remedy}",))
        elif self.run_screen is None and self.screen is self.home:
            self._show(found, detach=found.detach, kept=found.running.kept)
        else:
            found.close()

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
            self.push_screen(PAGES[what](self._facts, self._signs), lambda _: self._refresh())
        else:
            page = ProtocolsScreen(
                what, self._facts, self._way, self._signs, reads_only=self._reads_only
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
        self.push_screen(ProtocolsScreen(areas[0], self._facts, way, self._signs, stand=entry))

    def action_help(self) -> None:
        """Help, over whatever page is open."""
        from controller.faces.home.help_screen import HelpScreen  # noqa: PLC0415

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self._signs))

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

        self.push_screen(PersonForm(event.person, self._signs, self._now))

    def on_person_form_told(self, event: PersonForm.Told) -> None:
        """Back to the people."""
        from controller.faces.home.people_screen import PeopleScreen  # noqa: PLC0415

        self.pop_screen()
        if isinstance(self.screen, PeopleScreen):
            self.screen.added(event.person, event.news)

    def _go_home(self) -> None:
        while self.screen is not self.home:
            self.pop_screen()

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

        self.push_screen(RolesScreen(event.filling, ports(), self._signs, fit=event.fit))

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

    # A run

    def _run(self, setup: Setup) -> None:
        from controller.keeping import Kept  # noqa: PLC0415

        if self.run_screen is not None or self._reads_only:
            return
        if not setup.only_simulated:
            setup = replace(setup, person=self.person)
        self._setup = setup
        session = self._session_for(setup)
        detach = session.detach if isinstance(session, Kept) else None
        self._show(session, detach=detach, kept=detach is not None, demo=setup.demo)

    def _show(
        self, session: SessionPort, *, detach: Callable[[], None] | None, kept: bool, demo: bool = False
    ) -> None:
        from controller.faces.home.hosted import HostedRun  # noqa: PLC0415
        from controller.faces.tui.mailbox import Mailbox  # noqa: PLC0415
        from controller.faces.tui.run_screen import time_of_day  # noqa: PLC0415

        mailbox = Mailbox()
        session.subscribe(mailbox.put)
        session.start()
        self.run_screen = HostedRun(
            session, mailbox, signs=self._signs, demo=demo, sound=self._sound(), now=self._now,
            wall=self._wall or time_of_day, detach=detach, kept=kept, reads_only=self._reads_only,
        )  # fmt: skip
        self.push_screen(self.run_screen)

    def _sound(self) -> Sound | None:
        from controller.faces.sound import Sound  # noqa: PLC0415

        return None if self.is_web else Sound(bell=self.settings.bell, say=False)

    def on_hosted_run_over(self) -> None:
        """Home again, and how it went; or the end, where that was asked for."""
        screen = self.run_screen
        if screen is None:
            return
        if self._leaving or (screen.session.wait(0) is None and not screen.watching):
            self.exit()
            return
        ended = self.rest()
        snapshot = screen.session.snapshot
        if snapshot is not None:
            self._seen.add(snapshot.session)  # it was left: it is not opened again unasked
        self._go_home()
        # What was kept is another by now: what is asked for waits until it is read.
        self._facts = None
        self._refresh()
        self._know_running(())  # what was known is from before
        self.look_around()
        if ended is not None:
            self.home.after(_after(screen, ended))
            self._tell_after(screen, ended)

    def _tell_after(self, screen: HostedRun, ended: Ended) -> None:
        setup, self._setup = self._setup, None
        if setup is None or setup.demo or ended.outcome == "detached":
            return
        from controller.faces.home.after_screen import AfterScreen  # noqa: PLC0415

        self._after = AfterScreen(screen.session.snapshot, ended, setup, self._signs)
        self.push_screen(self._after)

    def on_after_screen_asked(self, event: AfterScreen.Asked) -> None:
        """From there to another page, or the same again."""
        if event.what == "history":
            self._when_known(lambda _: self._open("history"))
        else:
            self._when_known(lambda facts: self._recent(event.recent, facts))

    def _when_known(self, then: Callable[[Facts], None]) -> None:
        if self._facts is None:
            self._wanted = then
        else:
            then(self._facts)

    def rest(self) -> Ended | None:
        """How the session ended that runs; it is brought to rest first. None: none runs."""
        screen, self.run_screen = self.run_screen, None
        if screen is None:
            return None
        self.ended = bring_to_rest(screen.session, screen.mailbox)
        screen.quiet()
        return self.ended

    @property
    def session_screen(self) -> HostedRun | None:
        """The screen of the session that runs from here."""
        return self.run_screen

    # The end

    def action_leave(self) -> None:
        """Stop what runs, then close."""
        self.hands.cancel()
        if self.run_screen is None:
            self.exit()
            return
        self._leaving = True
        self.run_screen.leave("Ctrl+C")

    def leave_at_once(self, why: str) -> None:
        """Interrupt what runs, then close. For signal handlers."""
        self.told_to_leave = True
        self.hands.cancel()
        screen = self.run_screen
        interrupt = None if screen is None else lambda: screen.session.interrupt(why)
        close_after(interrupt, self._own_loop, self.exit)

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


def _after(screen: HostedRun, ended: Ended) -> tuple[str, ...]:
    from controller.faces.tui.words import end_lines  # noqa: PLC0415

    snapshot = screen.session.snapshot
    loud, quiet = end_lines(snapshot, ended)
    title = "" if snapshot is None else f"{snapshot.title}: "
    outcome = "left" if ended.outcome == "detached" else ended.outcome
    return (f"{title}{outcome}", *(f"! {line}" for line in loud), *quiet)
