"""What every app on a terminal stands on: themes, stop keys, signals, and that a session comes to rest."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType

from controller.faces.tui.themes import PALETTES, Colourless, no_color
from controller.keynames import pressed, says_stop
from controller.settings import SettingsError, keep, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import FrameType

    from textual.driver import Driver
    from textual.filter import LineFilter
    from textual.screen import Screen

    from controller.faces.tui.commands import Word
    from controller.faces.tui.mailbox import Mailbox
    from controller.faces.tui.run_screen import RunScreen
    from controller.faces.tui.signs import Signs
    from controller.settings import Settings
    from controller.sharing import SessionPort
    from controller.snapshot import Ended

T = TypeVar("T")
FRAMES = 4.0
"""Pictures a second; one over SSH, where each costs bytes (ux.md, flicker)."""
MEDIUM = 72
"""Columns under which a terminal is narrow."""
WIDTHS = [(0, "-narrow"), (MEDIUM, "-medium"), (100, "-wide")]
HEIGHTS = [(0, "-low"), (16, "-short"), (24, "-tall"), (30, "-high")]
DEVICES_FIRST = 0.02
"""Seconds from a stop to its picture: by then the devices have been told, and no eye sees the difference."""
SIGNALS = {
    "SIGHUP": "the terminal was closed",
    "SIGTERM": "told to end (SIGTERM)",
    "SIGINT": "interrupted (SIGINT)",
}


class Leaving(Protocol):
    """What a signal can close."""

    def leave_at_once(self, why: str) -> None:
        """Interrupt what runs, and close."""
        ...


def frames(most: float = FRAMES) -> float:
    """Pictures a second on this terminal, at the most as many as the user wants."""
    return 1.0 if "SSH_CONNECTION" in os.environ else min(most, FRAMES)


class GroundApp(App[None]):
    """An app in the user's theme. While a session runs, its stop keys come before everything."""

    ENABLE_COMMAND_PALETTE = False  # `action_commands` opens ours
    AUTO_FOCUS = ""  # the first that can have it may be a button that is not shown
    ALLOW_SELECT = False
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "leave", show=False, priority=True),
        Binding("ctrl+q", "leave", show=False, priority=True),
        Binding("ctrl+p", "commands", show=False, priority=True),
    ]

    def __init__(self, signs: Signs, settings: Settings | None = None) -> None:
        super().__init__()
        self.signs = signs
        self.settings = load().settings if settings is None else settings
        self.keeping: threading.Thread | None = None
        self.reading: threading.Thread | None = None
        self.told_to_leave = False
        self._own_loop: asyncio.AbstractEventLoop | None = None
        self._file = threading.Lock()
        self._dress()

    def on_mount(self) -> None:
        """From here on a signal can close it."""
        self._own_loop = asyncio.get_running_loop()
        if self.told_to_leave:
            self.exit()

    @property
    def session_screen(self) -> RunScreen | None:
        """The screen of the session that runs from here, if one does."""
        return None

    def words(self) -> Iterable[Word]:
        """What the list of commands offers, besides the themes."""
        return ()

    def late_words(self) -> Callable[[], Iterable[Word]] | None:
        """What else it offers, where that takes a moment to be known."""
        return None

    def get_driver_class(self) -> type[Driver]:
        """The platform's, with an output that a closed terminal cannot break."""
        from controller.faces.tui.terminal import outliving  # noqa: PLC0415  its module needs no app

        return outliving(super().get_driver_class())

    # Stop

    async def on_event(self, event: events.Event) -> None:
        """A stop key stops, whatever is open and whatever has the focus: a text field would take a letter."""
        if isinstance(event, events.Key) and not event.is_forwarded and self._stops(event):
            return
        await super().on_event(event)

    def _stops(self, event: events.Key) -> bool:
        screen = self.session_screen
        if screen is None or screen.over:
            return False
        if not says_stop(pressed(event.key, event.character), self.settings.keys):
            return False
        screen.stop()
        while self.screen is not screen and len(self.screen_stack) > 1:
            self.pop_screen()
        return True

    # The end

    def leave_at_once(self, why: str) -> None:
        """Interrupt the session, where one runs, then close. For signal handlers.

        The loop may be waiting for a terminal that nobody reads, which must not keep a device on. The
        session comes first: what a screen does to close would be in the way of it.
        """
        self.told_to_leave = True
        screen, loop = self.session_screen, self._own_loop
        close: Callable[[], None] = self.exit
        try:
            if screen is not None:
                screen.session.interrupt(why)
        finally:
            # A loop that closes by itself meanwhile needs no word.
            with suppress(RuntimeError):
                if loop is not None and loop.is_running():
                    loop.call_soon_threadsafe(loop.call_later, DEVICES_FIRST, close)

    # Settings

    def change(self, settings: Settings, said: Callable[[str], None] | None = None) -> None:
        """These hold from now on, and are kept; `said` hears why they are not."""
        before, self.settings = self.settings, settings
        if settings.theme != before.theme:
            self._wear()
        self.keeping = threading.Thread(target=self._keep, args=(said,), name="settings", daemon=True)
        self.keeping.start()

    def _keep(self, said: Callable[[str], None] | None) -> None:
        try:
            with self._file:
                keep(self.settings)
        except SettingsError as error:
            if said is not None:
                with suppress(RuntimeError):  # the application closes meanwhile
                    self.call_later(said, f"{error}: {error.remedy}")

    # What takes its time

    def away(self, work: Callable[[], T], then: Callable[[T], object]) -> None:
        """Do `work` in a thread, since a disk may be slow; what comes of it goes to `then`, in the loop."""

        self.reading = beside(self, work, then, "away")

    # Looks

    def _dress(self) -> None:
        self.set_class(not self.signs.utf8, "-ascii")
        for each in PALETTES.values():
            self.register_theme(each)
        # Without its watcher, which would read the style sheet a second time at the start.
        self.set_reactive(App.theme, self._palette)
        self.stylesheet.set_variables(self.get_css_variables())
        self.add_class("-dark-mode" if self.current_theme.dark else "-light-mode")
        self.set_class(self.monochrome, "-monochrome")

    def _wear(self) -> None:
        self.set_class(self.monochrome, "-monochrome")
        self.theme = self._palette
        for each in self.screen_stack:
            each.refresh(layout=True)

    @property
    def monochrome(self) -> bool:
        """Whether no colour reaches the terminal."""
        return no_color() or self.settings.theme == "monochrome"

    @property
    def _palette(self) -> str:
        return PALETTES["monochrome" if self.monochrome else self.settings.theme].name

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What every line goes through on its way to the terminal."""
        return BARE if self.monochrome else super().get_line_filters()

    # Commands

    def action_commands(self) -> None:
        """The list of commands."""
        from controller.faces.tui.commands import Commands, theme_words  # noqa: PLC0415  few open it

        if not isinstance(self.screen, Commands):
            words = (*self.words(), *theme_words(self))
            stops = self.session_screen is not None
            self.push_screen(Commands(words, stops=stops, late=self.late_words()))


def ground(screen: Screen[None]) -> GroundApp:
    """The app that `screen` stands on."""
    app = screen.app
    if not isinstance(app, GroundApp):
        raise TypeError(f"{app} is no app of ours")
    return app


def beside(app: App[None], work: Callable[[], T], then: Callable[[T], object], name: str) -> threading.Thread:
    """Do `work`, which raises nothing, in a thread; what comes of it goes to `then`, in the loop of `app`."""

    def done() -> None:
        found = work()
        with suppress(RuntimeError):  # the application closes meanwhile
            app.call_later(then, found)

    # No worker of the loop's: the end waits for those, and a disk may be slow.
    thread = threading.Thread(target=done, name=name, daemon=True)
    thread.start()
    return thread


BARE: Sequence[LineFilter] = (Colourless(),)


def bring_to_rest(session: SessionPort, mailbox: Mailbox) -> Ended:
    """How `session` ended; it is interrupted first where it still runs."""
    mailbox.wake_by(None)
    ended = session.wait(0)
    if ended is None:
        session.interrupt("the screen was closed")
        ended = session.wait()
    if ended is None:
        raise RuntimeError("the session did not say how it ended: see that every device is off")
    return ended


@contextmanager
def signals(app: Leaving) -> Iterator[None]:
    """Until everything is at rest, a signal interrupts the session and closes the screen."""

    def told_to_end(number: int, _frame: FrameType | None) -> None:
        app.leave_at_once(SIGNALS[signal.Signals(number).name])

    numbers = [getattr(signal, name) for name in SIGNALS if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        numbers = []
    before = {number: signal.signal(number, told_to_end) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
