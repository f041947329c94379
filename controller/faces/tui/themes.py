"""The themes. State is never told by colour alone, so that each of them, and none, will do."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from rich.segment import Segment
from textual.filter import LineFilter
from textual.theme import Theme as Palette

if TYPE_CHECKING:
    from rich.style import Style
    from textual.color import Color

    from controller.settings import Theme

CLEAR: Final = {"input-cursor-text-style": "reverse", "block-cursor-blurred-text-style": "bold"}
"""What Textual's own field and list show by colour alone."""

DARK: Final = Palette(
    name="unknot-dark",
    primary="#6ea8d8",
    secondary="#8fb9c9",
    accent="#e8a33d",
    warning="#f0a44b",
    error="#ff6b57",
    success="#7fb8a4",
    foreground="#dfe6ea",
    background="#12181d",
    surface="#182028",
    panel="#202b34",
    variables=CLEAR,
)
LIGHT: Final = Palette(
    name="unknot-light",
    primary="#1d5c96",
    secondary="#2f6478",
    accent="#7d4a00",
    warning="#8a4500",
    error="#b3261e",
    success="#1c6650",
    foreground="#1a2228",
    background="#f7f8f8",
    surface="#edf0f2",
    panel="#e1e7eb",
    dark=False,
    variables={**CLEAR, "foreground-muted": "#5a6268"},
)
# Blue and orange differ for every eye; what is worse is lighter, so that orange and gold do too.
COLOUR_BLIND: Final = Palette(
    name="unknot-colour-blind",
    primary="#5aa9f5",
    secondary="#8cc4f8",
    accent="#ffb000",
    warning="#ff8c1a",
    error="#ffe08a",
    success="#a9d4ff",
    foreground="#f2f5f7",
    background="#0d1117",
    surface="#141b23",
    panel="#1f2933",
    variables=CLEAR,
)
MONOCHROME: Final = Palette(
    name="unknot-monochrome",
    primary="#ffffff",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    warning="#ffffff",
    error="#ffffff",
    success="#ffffff",
    accent="#ffffff",
    variables=CLEAR,
)
PALETTES: Final[dict[Theme, Palette]] = {
    "dark": DARK,
    "light": LIGHT,
    "colour-blind": COLOUR_BLIND,
    "monochrome": MONOCHROME,
}


def no_color() -> bool:
    """Whether the terminal's owner asks every program for no colour (no-color.org)."""
    return bool(os.environ.get("NO_COLOR"))


@lru_cache(1024)
def _colourless(style: Style) -> Style:
    return style.without_color


class Colourless(LineFilter):
    """No colour at all reaches the terminal; bold, dim, underline and reverse do.

    Textual's own for `NO_COLOR` turns colours to greys, and sends those.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same text without colours."""
        del background
        return [
            Segment(text, None if style is None else _colourless(style), control)
            for text, style, control in segments
        ]
