"""The run screen: what to do now, how long still, where it is, what the devices do, pause and stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.containers import VerticalScroll
from textual.widgets import Static

from controller.core.events import Answer, Command, Said
from controller.faces.tui.ground import DEVICES_FIRST, frames, ground
from controller.faces.tui.help import help_text
from controller.faces.tui.keys import Moment, foremost, meaning, translated
from controller.faces.tui.panel import DeedButton, Panel
from controller.faces.tui.run_drawing import RunDrawing
from controller.faces.tui.screening import NONE, ScreeningPage
from controller.faces.tui.signs import fit
from controller.keynames import pressed

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events

    from controller.faces.tui.keys import Deed
    from controller.snapshot import Snapshot

DEMO_STAYS = 4.0
"""Seconds that a demo shows its end before it closes."""
LEAVES: Final = frozenset({"pageup", "pagedown", "up", "down"})
"""Keys that turn the page of screening and the help."""
LEAVE_AFTER = 3.0
"""Seconds after Ctrl+C before the screen goes whatever the session says; `run_app` still waits for it."""
READS = {"help", "close", "up", "down", "left", "right", "leave"}
"""What can be done in a window that only reads."""


class RunScreen(RunDrawing):
    """Turns keys and buttons into words for the session, and draws what comes of it."""

    def on_mount(self) -> None:
        """Draw at the frame's rate, and at once when a word of the session is not to wait."""
        self.query_one(Panel).display = False
        self.query_one(ScreeningPage).display = False
        self._drawable = True
        self.frame()
        self.set_interval(1 / frames(ground(self).settings.frames), self.frame)
        self.mailbox.wake_by(self._wake)

    def _wake(self) -> None:
        # In the session's thread: a screen that is closing must not disturb it.
        try:
            self.app.call_later(self.frame)
        except RuntimeError:
            self.mailbox.wake_by(None)

    # What comes from the session

    def frame(self) -> None:
        """Take what came, let it be heard, draw the newest, do what is due."""
        if not self._can_draw():
            return
        words = self.mailbox.take()
        self._hear(words)
        if self.mailbox.newest is not None and self.mailbox.newest is not self._snapshot:
            self._snapshot, self._heard_at = self.mailbox.newest, self._now()
            self._history.add(self._snapshot)
            self._attention.see(self._snapshot, self._now())
        if self._ended is None:
            self._ended = self.session.wait(0)
        self._due()
        self.draw()

    def _hear(self, words: list[Snapshot | Said]) -> None:
        if self._sound is None:
            return
        said = [w for w in words if isinstance(w, Said)]
        pictures = [w for w in words if not isinstance(w, Said)]
        for event in said:
            self._sound.hear(event)
        if pictures:
            self._sound.hear(pictures[-1])
        strokes, self._strokes = self._strokes, 0
        for n in range(strokes):
            self.set_timer(0.001 + 0.25 * n, self.app.bell)

    def _due(self) -> None:
        now = self._now()
        question = foremost(self._snapshot.questions) if self._snapshot else None
        if question is not None and self._attention.counting(now) == 0:
            self._attention.hold()
            self.session.send(Answer(question.id, "yes"))
        if self._ended is not None and self._ended_at is None:
            self._ended_at = now
        over = self._ended_at is not None
        if self._leaving_at is not None and (over or now - self._leaving_at >= LEAVE_AFTER):
            self.finish()
        if self._demo and self._ended_at is not None and now - self._ended_at >= DEMO_STAYS:
            self.finish()

    # What comes from the person

    def on_key(self, event: events.Key) -> None:
        """A key that is no stop key."""
        if event.key in {"tab", "shift+tab"} or (event.key == "enter" and self.focused is not None):
            return
        raw, mapped = pressed(event.key, event.character), self._mapped
        key = translated(raw, mapped)
        if self._help is not None and key in LEAVES:
            event.stop()
            self._turn_help(key)
            return
        page = self.query_one(ScreeningPage)
        # A pedal must never answer the page, and may well leaf through it.
        asked = page.display and self._help is None
        taken = asked and page.key(raw if raw == key or raw in LEAVES else key)
        deed = None if taken else meaning(key, self._moment())
        if taken or deed is not None:
            event.stop()
            event.prevent_default()
        if deed is not None:
            self.do(deed)

    def on_deed_button_pressed(self, event: DeedButton.Pressed) -> None:
        """A button, by mouse or by Tab and Enter."""
        self.do(event.deed)

    def on_screening_page_given(self, event: ScreeningPage.Given) -> None:
        """What the page comes to."""
        for word in event.words:
            self.do(word)

    def _moment(self) -> Moment:
        now = self._now()
        settled = self._attention.settled(now)
        if self._ended is not None and self._ended_at is not None:
            settled = now - self._ended_at >= 1.0
        return Moment(
            snapshot=self._snapshot,
            question=foremost(self._snapshot.questions) if self._snapshot else None,
            settled=settled,
            counting=self._attention.counting(now) is not None,
            help_open=self._help is not None,
            over=self._ended is not None,
        )

    def press(self, key: str) -> None:
        """As if that key were pressed: for what is chosen by name."""
        deed = meaning(key, self._moment())
        if deed is not None:
            self.do(deed)

    @property
    def over(self) -> bool:
        """Whether the session has ended."""
        return self._ended is not None

    def do(self, deed: Deed | str) -> None:
        """Do it at once; what it changes is drawn without waiting for a frame."""
        if self._reads_only and not (isinstance(deed, str) and deed in READS):
            self._tell_read_only()
            return
        if isinstance(deed, Answer):
            self._attention.answered(deed.question)
        if isinstance(deed, Command | Answer):
            self.session.send(deed)
            return
        if deed == "stop":
            self.stop()
            return
        deeds: dict[str, Callable[[], None]] = {
            "close": self.close,
            "hold": self._attention.hold,
            "bell": self._toggle_bell,
            "help": self._toggle_help,
            "leave": self.detach,
            "left": self.focus_previous_choice,
            "right": self.focus_next_choice,
            "up": lambda: self.query_one(Panel).scroll_text(-1),
            "down": lambda: self.query_one(Panel).scroll_text(1),
            NONE: lambda: self.query_one(ScreeningPage).hand_in(),
        }
        deeds[deed]()
        self.draw()

    def stop(self) -> None:
        """One press, at once, whatever is shown. When all is over it closes, as any key does."""
        if self._ended is not None:
            if self._moment().settled:
                self.close()
            return
        if self._reads_only:
            self._tell_read_only()
            return
        self._stopping = True
        self.session.send(Command("stop"))
        self._close_help()
        self._draw_soon()

    def detach(self) -> None:
        """Close, and leave the session to the process that runs it."""
        if self._ended is not None:
            self.stop()
        elif self._let_go is not None:
            self._leaving_at = self._now()
            self._let_go()
            self.frame()

    def _tell_read_only(self) -> None:
        self._told_at = self._now()
        self.draw()

    def leave(self, why: str) -> None:
        """Stop, then close as soon as the session has ended; one that another window runs is left alone."""
        own = self._kept and self.app.is_web and not self._reads_only
        self._stopping = own or self._let_go is None
        self._leaving_at = self._now()
        if own:
            self.session.send(Command("stop"))
        else:
            self.session.interrupt(why)
        self._draw_soon()

    def _draw_soon(self) -> None:
        # A picture takes as long as the whole way of a stop to the device, and would be in its way.
        self.set_timer(DEVICES_FIRST, self.frame)

    def finish(self) -> None:
        """Give the room back: here the terminal's."""
        self.app.exit()

    def close(self) -> None:
        """Close, where the session has ended."""
        if self._ended is not None:
            self.finish()

    def focus_next_choice(self) -> None:
        """The choice on the right."""
        self.focus_next("#choices DeedButton")

    def focus_previous_choice(self) -> None:
        """The choice on the left."""
        self.focus_previous("#choices DeedButton")

    def _toggle_bell(self) -> None:
        if self._sound is not None:
            self._sound.bell = not self._sound.bell

    def _toggle_help(self) -> None:
        if self._close_help():
            return
        told = help_text(
            watching=self._let_go is not None, kept=self._kept and self.app.is_web,
            reads_only=self._reads_only, mapped=self._mapped,
        )  # fmt: skip
        text = Static(fit(told, self.signs), markup=False)
        self._help = VerticalScroll(text, id="help", can_focus=False)
        self.mount(self._help)

    def _turn_help(self, key: str) -> None:
        if self._help is not None:
            lines = self._help.size.height - 1 if key.startswith("page") else 1
            self._help.scroll_relative(y=-lines if key in {"up", "pageup"} else lines, animate=False)
