"""How the Run screen looks: its parts, and every one of them brought to the newest picture."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Digits, Static

from controller.core.events import Command
from controller.faces.tui.attention import Attention
from controller.faces.tui.ground import MEDIUM, ground
from controller.faces.tui.history import History, plotted, worth_plotting
from controller.faces.tui.keys import key_of
from controller.faces.tui.panel import Choice, DeedButton, Panel, PanelView, panel_for
from controller.faces.tui.plot import Plot
from controller.faces.tui.screening import ScreeningPage
from controller.faces.tui.signs import Signs, fit
from controller.faces.tui.words import (
    NOT_FROM_HERE,
    badges,
    channel_text,
    clock,
    near_lines,
    note,
    note_text,
    state_word,
    status_text,
    step_line,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.app import ComposeResult

    from controller.faces.sound import Sound
    from controller.faces.tui.mailbox import Mailbox
    from controller.settings import Deed as Mapped
    from controller.sharing import SessionPort
    from controller.snapshot import Ended, SegmentView, Snapshot

SILENT = 3.0
"""Seconds without a picture of a running session after which the screen says so; a reading's age in HT20."""
TOLD_FOR = 4.0
"""Seconds for which a window that only reads says so in the largest line."""


def time_of_day() -> datetime:
    """What the clock on the wall shows."""
    return datetime.now().astimezone()


class RunDrawing(Screen[None]):
    """What a session shows. What a person does to it is `RunScreen`'s."""

    def __init__(
        self,
        session: SessionPort,
        mailbox: Mailbox,
        *,
        signs: Signs,
        demo: bool,
        sound: Sound | None,
        detach: Callable[[], None] | None = None,
        kept: bool = False,
        reads_only: bool = False,
        now: Callable[[], float] = time.monotonic,
        wall: Callable[[], datetime] = time_of_day,
    ) -> None:
        super().__init__()
        self._wall = wall
        self.session, self.mailbox, self.signs = session, mailbox, signs
        self._demo, self._sound, self._now = demo, sound, now
        self._let_go, self._kept, self._reads_only = detach, kept, reads_only
        self._told_at: float | None = None
        self._attention = Attention(watching=detach is not None)
        self._history = History()
        self._snapshot: Snapshot | None = None
        self._ended: Ended | None = None
        self._ended_at: float | None = None
        self._stopping = False
        self._leaving_at: float | None = None
        self._focus_topic: str | None = None
        self._strokes = 0
        self._steps: tuple[SegmentView, ...] = ()
        self._heard_at = now()
        self._help: VerticalScroll | None = None
        self._state = ""
        self._room: dict[str, bool] = {}
        self._drawable = False
        if sound is not None:
            sound.ring = self._note_strokes

    def compose(self) -> ComposeResult:
        """Everything there can be; `draw` shows what there is."""
        with Horizontal(id="head"):
            yield Static(id="title", markup=False)
            yield Static(id="badges", markup=False)
        told = note(
            demo=self._demo, watching=self._let_go is not None, kept=self._kept, reads_only=self._reads_only
        )
        shown = Static(fit(told, self.signs), id="demo", markup=False)
        shown.display = bool(told)
        yield shown
        yield Static(id="line", markup=False)
        with Horizontal(id="middle"):
            yield Digits(id="countdown") if self.signs.utf8 else Static(id="countdown", markup=False)
            with Vertical(id="beside"):
                yield Static(id="next", markup=False)
                yield Static(id="channels", markup=False)
        yield Static(id="note", markup=False)
        with Horizontal(id="now"):
            with VerticalScroll(id="steps", can_focus=False):
                yield Static(id="step-list", markup=False)
            yield Plot(self.signs)
        yield Panel(self.signs)
        yield ScreeningPage(self.signs, self._now)
        yield Static(id="near", markup=False)
        with Container(id="deeds"):
            with Horizontal(id="actions"):
                yield DeedButton(self._pause_choice(None), kind="pause", name="pause")
                yield DeedButton(Choice(f"{self.signs.stop} STOP", "x", "stop"), kind="stop", name="stop")
                yield DeedButton(self._skip_choice, name="skip")
                yield DeedButton(self._faded_choice, name="faded")
                yield DeedButton(self._bell_choice(), name="bell")
                if self._let_go is not None:
                    yield DeedButton(Choice("Leave", "q", "leave"), name="leave")
                yield DeedButton(Choice("?", "?", "help"), name="help")
            with Horizontal(id="levels"):
                yield DeedButton(Choice("Softer", "-", Command("softer")), name="softer")
                yield DeedButton(Choice("Stronger", "+", Command("stronger")), name="stronger")
        yield Static(id="status", markup=False)

    def _note_strokes(self, strokes: int) -> None:
        self._strokes = max(self._strokes, strokes)

    def _can_draw(self) -> bool:
        # An app that shuts down takes its widgets away before its timers.
        return self._drawable and self.app.is_running

    @property
    def _tells_read_only(self) -> bool:
        return self._told_at is not None and self._now() - self._told_at < TOLD_FOR

    def _close_help(self) -> bool:
        overlay, self._help = self._help, None
        if overlay is not None:
            overlay.remove()
        return overlay is not None

    def draw(self) -> None:
        """Bring every part to the newest snapshot; a part that says the same is left alone."""
        if not self._can_draw():
            return
        snapshot = self._snapshot
        self._draw_line(snapshot)
        counting = self._attention.counting(self._now())
        asked = self._draw_screening(snapshot)
        view = None if asked else panel_for(snapshot, self._ended, counting, self.signs, self._mapped)
        if self._reads_only and view is not None and self._ended is None:
            view = replace(view, hint="It is answered where it runs.", choices=())
        self.query_one(Panel).show(view)
        self._draw_room(snapshot, view)
        self._draw_actions(snapshot)
        if snapshot is None:
            return
        self._text("#title", snapshot.title)
        self._draw_badges(badges(snapshot, self.signs))
        narrow = self.app.size.width < MEDIUM
        self._text("#status", status_text(snapshot, self.signs, self._wall(), narrow=narrow))
        self._text("#next", f"Next: {snapshot.next}" if snapshot.next else "")
        self._text("#channels", "\n".join(channel_text(c, self.signs) for c in snapshot.channels))
        self._draw_countdown(snapshot)
        self._draw_steps(snapshot)
        self._draw_lines("#note", note_text(snapshot))
        self._draw_lines("#near", "\n".join(near_lines(snapshot, self.signs)))
        heated = plotted(snapshot)
        limit = None if heated is None else heated.limit
        self.query_one(Plot).show(self._history.samples, snapshot.ahead, snapshot.t, limit)

    def _draw_screening(self, snapshot: Snapshot | None) -> bool:
        """Show the page where it is asked; whether it is."""
        page = self.query_one(ScreeningPage)
        before = snapshot is not None and snapshot.state == "preparing" and self._ended is None
        before = before and not self._reads_only
        page.display = before and snapshot is not None and page.wants(snapshot.questions)
        if page.display and snapshot is not None:
            page.ask(snapshot.questions)
        self.set_class(page.display, "-screening")
        return page.display

    def _draw_badges(self, text: str) -> None:
        self._text("#badges", text)
        # A first layout that another overtakes may leave them no room: they must be seen.
        widget = self.query_one("#badges")
        if text and not widget.size.width and self.query_one("#head").size.width:
            widget.refresh(layout=True)

    def _draw_lines(self, selector: str, text: str) -> None:
        """Lines that take room only where there is something to say."""
        self._text(selector, text)
        self.query_one(selector).set_class(not text, "-nothing")

    def _text(self, selector: str, text: str) -> bool:
        widget = self.query_one(selector, Static)
        shown = fit(text, self.signs)
        if widget.content == shown:
            return False
        widget.update(shown)
        return True

    def _draw_line(self, snapshot: Snapshot | None) -> None:
        over = self._ended is not None or (snapshot is not None and snapshot.state == "ended")
        if self._tells_read_only and not over:
            state, text = "stopping", f"{self.signs.alarm} {NOT_FROM_HERE}"
        elif self._stopping and not over and (snapshot is None or snapshot.state != "asking"):
            state, text = "stopping", f"{self.signs.stop} STOPPING: everything goes to rest"
        elif self._silent_for() > SILENT:
            state = "stopping"
            text = f"{self.signs.alarm} NO WORD from the session for {self._silent_for():.0f} s: take it off"
        elif snapshot is None:
            state, text = "preparing", state_word(None, self.signs)
        else:
            state, text = ("ended" if over else snapshot.state), self._line_text(snapshot)
        self._text("#line", text)
        if state != self._state:
            self._state = state
            self.query_one("#line").set_classes(f"-{state}")

    def _silent_for(self) -> float:
        """Seconds without a picture, while pictures are due: a session that runs sends four a second.

        Simulated time that is no real time stands while any question waits.
        """
        seen = self._snapshot
        due = self._ended is None and seen is not None and seen.state == "running"
        stands = seen is not None and seen.speed != 1.0 and bool(seen.questions)
        return self._now() - self._heard_at if due and not stands else 0.0

    def _line_text(self, snapshot: Snapshot) -> str:
        sign = state_word(snapshot, self.signs).split(" ", 1)[0]
        return f"{sign} {snapshot.line}" if snapshot.line else state_word(snapshot, self.signs)

    def _draw_countdown(self, snapshot: Snapshot) -> None:
        text = "" if snapshot.countdown is None else clock(snapshot.countdown)
        digits = self.query_one("#countdown")
        digits.display = bool(text)
        if isinstance(digits, Digits):
            if digits.value != text:
                digits.update(text)
        else:
            self._text("#countdown", text)

    def _draw_steps(self, snapshot: Snapshot) -> None:
        if snapshot.segments == self._steps:
            return
        self._steps = snapshot.segments
        lines = [fit(step_line(s, self.signs), self.signs) + "\n" for s in snapshot.segments]
        styles = ["bold $foreground" if s.state == "now" else "" for s in snapshot.segments]
        self.query_one("#step-list", Static).update(Content.assemble(*zip(lines, styles, strict=True)))
        here = next((n for n, s in enumerate(snapshot.segments) if s.state == "now"), None)
        if here is not None:
            self.query_one("#steps").scroll_to(y=max(0, here - 2), animate=False)

    def _draw_room(self, snapshot: Snapshot | None, view: PanelView | None) -> None:
        """Who has the room: a text to read takes most, a question the list's and the plot's."""
        plot = snapshot is not None and worth_plotting(self._history.samples, snapshot)
        said_twice = view is not None and snapshot is not None and snapshot.line in f"{view.head} {view.loud}"
        room = {
            "-reading": view is not None and view.mood == "reading" and not self._tells_read_only,
            "-panel": view is not None,
            "-asked": said_twice and not self._stopping and not self._tells_read_only,
            "-no-plot": not plot,
            "-over": view is not None and (self._ended is not None or view.mood == "ended"),
        }
        if room != self._room:
            self._room = room
            self.update_classes(room)

    def _draw_actions(self, snapshot: Snapshot | None) -> None:
        before = snapshot is not None and any(q.kind == "screening" for q in snapshot.questions)
        for button in self.query("#actions DeedButton").results(DeedButton):
            button.display = self._has_use(button.name, before=before)
            if button.name == "pause":
                button.become(self._pause_choice(snapshot))
            elif button.name == "bell":
                button.become(self._bell_choice())
                button.disabled = self._sound is None
            elif button.name in {"skip", "faded"}:
                button.become(self._skip_choice if button.name == "skip" else self._faded_choice)
                button.disabled = snapshot is None or snapshot.state not in {"running", "asking"}
        over = self._ended is not None
        levels = snapshot is not None and not over and snapshot.state in {"running", "asking", "paused"}
        for button in self.query("#levels DeedButton").results(DeedButton):
            button.disabled = not levels
        driven = levels and not self._reads_only and snapshot is not None and bool(snapshot.channels)
        self.query_one("#levels").set_class(not driven, "-nothing")
        self.query_one("#actions").display = not over
        topic = f"{snapshot.state} {[q.id for q in snapshot.questions]}" if snapshot else None
        if topic != self._focus_topic:
            self._focus_topic = topic
            self.set_focus(None)
            self._close_help()

    def _has_use(self, name: str | None, *, before: bool) -> bool:
        if self._reads_only:
            return name in {"leave", "help"}
        if name == "bell" and self.app.is_web:
            return False  # a page has none
        return not before or name not in {"pause", "skip", "faded"}

    def _pause_choice(self, snapshot: Snapshot | None) -> Choice:
        if snapshot is not None and snapshot.state == "paused":
            return Choice(f"{self.signs.run} Go on", "space", Command("resume"))
        asked = snapshot is not None and bool(snapshot.questions)
        return Choice(
            f"{self.signs.pause} Pause",
            key_of("pause", "p", self._mapped) if asked else "space",
            Command("pause"),
        )

    def _bell_choice(self) -> Choice:
        on = self._sound is not None and self._sound.bell
        key = key_of("bell", "b", self._mapped)
        return Choice(f"{self.signs.bell} {'on' if on else 'off'}", key, "bell")

    @property
    def _skip_choice(self) -> Choice:
        return Choice("Skip", key_of("skip", "s", self._mapped), Command("skip"))

    @property
    def _faded_choice(self) -> Choice:
        return Choice("Faded", key_of("faded", "f", self._mapped), Command("faded"))

    @property
    def _mapped(self) -> Mapping[str, Mapped]:
        """Keys of the user's own, as they are set now."""
        return ground(self).settings.keys
