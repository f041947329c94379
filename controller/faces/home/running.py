"""What every page of Home stands on: what is known of whoever sits here, what runs, and how it ends."""

from __future__ import annotations

import gc
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from controller.faces.home.around import LOOK_S, Around, whatever_runs
from controller.faces.home.hands import Hands
from controller.faces.home.home_screen import HomeScreen
from controller.faces.home.look import CSS
from controller.faces.tui.ground import GroundApp, bring_to_rest
from controller.faces.tui.signs import Signs, signs_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from controller.api import SessionPort, Setup
    from controller.faces.home.facts import Facts
    from controller.faces.home.hosted import HostedRun
    from controller.faces.sound import Sound
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


class RunningHome(GroundApp):
    """Home itself, and a session on top of it. `session_for`, `facts` and `around` are for tests to replace.

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
        self._leaving = False
        self.run_screen: HostedRun | None = None
        self.ended: Ended | None = None
        self.home = HomeScreen(self.signs, self._way, reads_only=reads_only)
        self.hands = Hands()

    def get_default_screen(self) -> HomeScreen:
        """Home."""
        return self.home

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

    def _when_known(self, then: Callable[[Facts], None]) -> None:
        if self._facts is None:
            self._wanted = then
        else:
            then(self._facts)

    def _go_home(self) -> None:
        while self.screen is not self.home:
            self.pop_screen()

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
        from controller.faces.tui.run_drawing import time_of_day  # noqa: PLC0415

        mailbox = Mailbox()
        session.subscribe(mailbox.put)
        session.start()
        self.run_screen = HostedRun(
            session, mailbox, signs=self.signs, demo=demo, sound=self._sound(), now=self._now,
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

        self.push_screen(AfterScreen(screen.session.snapshot, ended, setup, self.signs))

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
        """End what a page does with a device, too."""
        self.hands.cancel()
        super().leave_at_once(why)


def _after(screen: HostedRun, ended: Ended) -> tuple[str, ...]:
    from controller.faces.tui.words import end_lines  # noqa: PLC0415

    snapshot = screen.session.snapshot
    loud, quiet = end_lines(snapshot, ended)
    title = "" if snapshot is None else f"{snapshot.title}: "
    outcome = "left" if ended.outcome == "detached" else ended.outcome
    return (f"{title}{outcome}", *(f"! {line}" for line in loud), *quiet)
