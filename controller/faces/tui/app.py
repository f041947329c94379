"""The application around the run screen, and `run_app`, which outlives every way for it to end."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from controller.faces.tui.ground import GroundApp, bring_to_rest, signals
from controller.faces.tui.keys import DETACH_KEYS
from controller.faces.tui.look import CSS
from controller.faces.tui.mailbox import Mailbox
from controller.faces.tui.run_drawing import time_of_day
from controller.faces.tui.run_screen import RunScreen
from controller.faces.tui.signs import Signs, signs_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from controller.faces.sound import Sound
    from controller.faces.tui.commands import Word
    from controller.settings import Settings
    from controller.sharing import SessionPort
    from controller.snapshot import Ended


class ScreenError(RuntimeError):
    """The screen broke. The session was ended, or left, before this was raised; `ended` says how."""

    def __init__(self, ended: Ended, *, watching: bool = False) -> None:
        super().__init__(
            "the screen broke; `watch --plain` needs none"
            if watching
            else "the screen broke, so the session was ended; `run --plain` needs no screen"
        )
        self.ended = ended


class RunApp(GroundApp):
    """One screen."""

    CSS = CSS

    def __init__(
        self,
        session: SessionPort,
        mailbox: Mailbox,
        *,
        demo: bool = False,
        sound: Sound | None = None,
        signs: Signs | None = None,
        detach: Callable[[], None] | None = None,
        settings: Settings | None = None,
        kept: bool = False,
        now: Callable[[], float] = time.monotonic,
        wall: Callable[[], datetime] = time_of_day,
    ) -> None:
        super().__init__(signs or signs_for(sys.stdout.encoding), settings)
        self.mailbox = mailbox
        self.run_screen = RunScreen(
            session,
            mailbox,
            signs=self.signs,
            demo=demo,
            sound=sound,
            detach=detach,
            kept=kept,
            now=now,
            wall=wall,
        )
        if detach is not None:
            for key in DETACH_KEYS:
                self._bindings.bind(key, "detach", show=False, priority=True)

    @property
    def session_screen(self) -> RunScreen:
        """The only screen."""
        return self.run_screen

    def words(self) -> Iterable[Word]:
        """What can be said to the session."""
        from controller.faces.tui.commands import session_words  # noqa: PLC0415  few open the list

        return session_words(self.run_screen)

    def get_default_screen(self) -> RunScreen:
        """The run screen; there is no other."""
        return self.run_screen

    def action_detach(self) -> None:
        """Close, and let the session go on."""
        self.run_screen.detach()

    def action_leave(self) -> None:
        """Stop, then close; where the session runs elsewhere, let it go on."""
        self.run_screen.leave("Ctrl+C")


def run_app(
    session: SessionPort, *, demo: bool = False, sound: Sound | None = None,
    detach: Callable[[], None] | None = None, kept: bool = False,
) -> Ended:  # fmt: skip
    """Start `session`, show it, and return how it ended: never before everything is at rest.

    `detach`, where it runs elsewhere, is how to leave it to that; `kept`: it pauses unseen.
    Whatever ends the screen (a key, a crash, a signal, a closed terminal) interrupts the session.
    Raises ScreenError after that where the screen broke.
    """
    mailbox = Mailbox()
    session.subscribe(mailbox.put)
    session.start()
    broken = True
    try:
        app = RunApp(session, mailbox, demo=demo, sound=sound, detach=detach, kept=kept)
        with signals(app):
            try:
                app.run()
                broken = bool(app.return_code)
            finally:
                ended = bring_to_rest(session, mailbox)
    finally:
        if sound is not None:
            sound.close()
    if broken and not app.told_to_leave:
        raise ScreenError(ended, watching=detach is not None)
    return ended
