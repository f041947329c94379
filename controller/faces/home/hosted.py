"""The Run screen inside Home: the same screen, which goes back to Home instead of leaving the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from controller.faces.tui.keys import DETACH_KEYS
from controller.faces.tui.look import CSS
from controller.faces.tui.run_drawing import time_of_day
from controller.faces.tui.run_screen import RunScreen

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from controller.faces.sound import Sound
    from controller.faces.tui.mailbox import Mailbox
    from controller.faces.tui.signs import Signs
    from controller.sharing import SessionPort


class HostedRun(RunScreen):
    """Tells with `Over` that it has shown all."""

    CSS = CSS
    SCOPED_CSS = False

    class Over(Message):
        """It has shown what it had to show."""

    def __init__(
        self, session: SessionPort, mailbox: Mailbox, *, signs: Signs, demo: bool, sound: Sound | None,
        now: Callable[[], float], wall: Callable[[], datetime] = time_of_day,
        detach: Callable[[], None] | None = None, kept: bool = False, reads_only: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(
            session, mailbox, signs=signs, demo=demo, sound=sound, now=now, wall=wall, detach=detach,
            kept=kept, reads_only=reads_only,
        )  # fmt: skip
        self.watching = detach is not None
        if self.watching:
            for key in DETACH_KEYS:
                self._bindings.bind(key, "detach_now", show=False, priority=True)
        self._told = False

    def action_detach_now(self) -> None:
        """Back to Home, and leave the session to the process that runs it."""
        self.detach()

    def quiet(self) -> None:
        """Let the speaker go."""
        if self._sound is not None:
            self._sound.close()

    def finish(self) -> None:
        """Back to where it was started."""
        if not self._told:
            self._told = True
            self.mailbox.wake_by(None)
            self.post_message(self.Over())
