"""The list of commands (ctrl+p): all that can be done, found by a few letters of its name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.command import CommandInput, CommandPalette, DiscoveryHit, Hit, Provider

from controller.settings import THEMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from textual.command import Hits
    from textual.screen import Screen
    from textual.style import Style

    from controller.faces.tui.ground import GroundApp
    from controller.faces.tui.run_screen import RunScreen

ASKS: Final = "What do you want? Esc goes back."
STOPS: Final = "What do you want? x or Esc stops at once."


@dataclass(frozen=True, slots=True)
class Word:
    """A command: its name, what it does, and a line about it. While a session runs no name has an x in it,
    since that stops."""

    name: str
    do: Callable[[], object]
    told: str = ""


class Words(Provider):
    """Finds among words that are there at once."""

    def __init__(self, screen: Screen[object], words: Sequence[Word], match_style: Style | None) -> None:
        super().__init__(screen, match_style)
        self.all = words

    async def discover(self) -> Hits:
        """All of them."""
        for word in self.all:
            yield DiscoveryHit(_plain(word.name), word.do, text=word.name, help=_plain(word.told) or None)

    async def search(self, query: str) -> Hits:
        """Those that fit."""
        matcher = self.matcher(query)
        for word in self.all:
            if (score := matcher.match(word.name)) > 0:
                highlit = matcher.highlight(word.name)
                yield Hit(score, highlit, word.do, text=word.name, help=_plain(word.told) or None)


class LateWords(Words):
    """Finds among words that take a moment to be known."""

    def __init__(
        self, screen: Screen[object], late: Callable[[], Iterable[Word]], match_style: Style | None
    ) -> None:
        super().__init__(screen, (), match_style)
        self._late = late

    async def startup(self) -> None:
        """Get to know them, in a thread."""
        import asyncio  # noqa: PLC0415  only here

        self.all = await asyncio.to_thread(lambda: tuple(self._late()))


class Commands(CommandPalette):
    """Textual's palette with our words; its own signs and colours are for other themes."""

    CSS = """
    Commands SearchIcon { display: none; }
    Commands > .command-palette--help-text { color: $text; text-style: not bold; }
    Commands > Vertical { margin-top: 1; background: $panel; }
    Commands #--input { border: none; padding: 1 2 0 2; }
    Commands CommandInput, Commands CommandInput:focus { border: none; height: 1; padding: 0; }
    Commands CommandInput > .input--placeholder { color: $text-muted; }
    Commands CommandList { border: none; padding: 1 0; scrollbar-size: 1 1; }
    Commands CommandList > .option-list--option-highlighted {
        background: $primary; color: $background; text-style: bold underline; }
    """
    SCOPED_CSS = False

    def __init__(
        self,
        words: Sequence[Word],
        *,
        stops: bool,
        late: Callable[[], Iterable[Word]] | None = None,
    ) -> None:
        providers: list[Callable[[Screen[object], Style | None], Provider]] = [
            lambda on, style: Words(on, words, style)
        ]
        if late is not None:
            providers.append(lambda on, style: LateWords(on, late, style))
        self._ours = providers
        super().__init__(placeholder=STOPS if stops else ASKS)

    def on_mount(self) -> None:
        """A cursor that blinks is drawn anew for ever."""
        self.query_one(CommandInput).cursor_blink = False

    @property
    def _provider_classes(self) -> set[object]:  # type: ignore[override]
        return set(self._ours)


def theme_words(app: GroundApp) -> Iterator[Word]:
    """One for each theme."""
    for theme in THEMES:
        told = "how it looks now" if theme == app.settings.theme else ""
        yield Word(f"Theme: {theme}", partial(_wear, app, theme), told)


def _wear(app: GroundApp, theme: str) -> None:
    from controller.settings import with_value  # noqa: PLC0415  only where it is chosen

    app.change(with_value(app.settings, "theme", theme))


def session_words(screen: RunScreen) -> Iterator[Word]:
    """What can be said to a session, as if its key were pressed."""
    for name, key, told in _SESSION:
        yield Word(name, partial(screen.press, key), told)


_SESSION: Final = (
    ("Pause, or go on", "p", "the devices rest; it goes on gently"),
    ("Ready", "r", "where the screen asks whether you are"),
    ("Skip this step", "s", ""),
    ("The point has faded", "f", "on to what follows"),
    ("Softer", "minus", "less of all that drives now"),
    ("Stronger", "plus", "as much more again, up to the plan's level"),
    ("Bell on or off", "b", ""),
    ("Help: all keys", "question_mark", ""),
)


def _plain(text: str) -> str:
    return text.replace("[", "\\[")
