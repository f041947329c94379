"""Pictures of the screens: as text at three sizes, and with their styles in every theme.

A picture of styles is a legend of letters, then every row as letters with how far each goes. It is taken of
any scene by `styles_of`, so that a scene that is added is looked at in every theme. `UNKNOT_UPDATE=1` writes
the files anew.
"""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass, replace
from pathlib import Path
from string import ascii_letters
from typing import TYPE_CHECKING, Any

from controller.settings import THEMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.style import Style
    from textual.pilot import Pilot

    from controller.faces.tui.ground import GroundApp
    from controller.settings import Theme

GOLDEN = Path(__file__).parents[1] / "golden"
SIZES = {"60x20": (60, 20), "80x24": (80, 24), "120x40": (120, 40)}
THEMED = "80x24"
"""The size that is looked at in every theme: what differs between sizes is no style."""
_DECORATION = frozenset("█▁▂▃▄▅▆▇▌▐▊▎▔▍▋▉▏░▒▓╱·│└─┴▲ ")
READABLE = 4.5
SEEN = 3.0
"""Contrast of text, and of what is no text, against what is behind it (WCAG 2.2, 1.4.3 and 1.4.11)."""


@dataclass(frozen=True, slots=True)
class Run:
    """Some text in one style. `behind`: another screen lies over it, and has dimmed it."""

    text: str
    style: str
    colours: tuple[Any, Any]
    behind: bool = False


def same(path: Path, drawn: str) -> None:
    """Hold `drawn` to the file, or write it."""
    if os.environ.get("UNKNOT_UPDATE"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(drawn, encoding="utf-8")
    kept = path.read_text(encoding="utf-8")
    told = difflib.unified_diff(
        kept.splitlines(), drawn.splitlines(), str(path), "what is drawn", lineterm=""
    )
    assert drawn == kept, "\n".join(told)


async def styles_of(app: GroundApp, pilot: Pilot[Any]) -> dict[Theme, list[list[Run]]]:
    """What is shown now, row by row, in every theme."""
    found, settings = {}, app.settings
    for theme in THEMES:
        app.settings = replace(settings, theme=theme)
        app._wear()
        app.refresh_css(animate=False)  # it is on its way, and how soon it comes depends on the machine
        await pilot.pause()
        found[theme] = _rows(app)
    app.settings = settings
    app._wear()
    await pilot.pause()
    return found


def same_styles(name: str, pictures: Mapping[Theme, list[list[Run]]]) -> None:
    """Hold the styles of a scene to its file, and every text to what eyes can read."""
    same(GOLDEN / "themes" / f"{name}.txt", "\n".join(_shown(each, pictures[each]) for each in pictures))
    for theme, rows in pictures.items():
        for run in (run for row in rows for run in row):
            _readable(theme, run)


def _readable(theme: Theme, run: Run) -> None:
    front, behind = run.colours
    if theme == "monochrome":
        assert (front, behind) == (None, None), run
    if theme == "monochrome" or run.behind:
        return
    wanted = SEEN if set(run.text) <= _DECORATION else READABLE
    if run.text.strip() and front is not None and behind is not None and not _only_bars(run.text):
        found = contrast(front, behind)
        assert found >= wanted - 0.005, f"{theme}: {found:.2f} of {wanted}: {run}"


def _only_bars(text: str) -> bool:
    return set(text) <= frozenset("▁▂▃▄▅▆▇▔█▌▊▎ ")


def contrast(one: Any, other: Any) -> float:
    """The contrast ratio of two colours (WCAG 2.2, "contrast ratio")."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Any) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(each) for each in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rows(app: GroundApp) -> list[list[Run]]:
    rows: list[list[Run]] = []
    over = _over(app)
    for y, strip in enumerate(app.screen._compositor.render_strips()):
        row: list[Run] = []
        for text, style, _ in (each for each in strip if each.text):
            run = Run(text, *_told(style), behind=y not in over)
            if row and row[-1].style == run.style:
                row[-1] = Run(row[-1].text + text, run.style, run.colours, run.behind)
            else:
                row.append(run)
        rows.append(row)
    return rows


def _over(app: GroundApp) -> range:
    """The rows that the screen on top has for itself."""
    if not app.screen.is_modal:
        return range(app.size.height)
    shown = [each.region for each in app.screen.query("*") if each.visible and each.display]
    return range(min(each.y for each in shown), max(each.bottom for each in shown))


def _told(style: Style | None) -> tuple[str, tuple[Any, Any]]:
    if style is None:
        return "plain", (None, None)
    front, behind = (None if c is None else c.triplet for c in (style.color, style.bgcolor))
    names = ("bold", "dim", "italic", "underline", "reverse")
    parts = [name for name in names if getattr(style, name)]
    if front is not None:
        parts.append(front.hex)
    if behind is not None:
        parts.append(f"on {behind.hex}")
    colours = (behind, front) if style.reverse else (front, behind)
    return " ".join(parts) or "plain", colours


def _shown(theme: str, rows: list[list[Run]]) -> str:
    letters: dict[str, str] = {}
    for run in (run for row in rows for run in row):
        letters.setdefault(run.style, ascii_letters[len(letters)])
    legend = "\n".join(f"  {letter}  {style}" for style, letter in letters.items())
    drawn = "\n".join("  " + " ".join(f"{letters[r.style]}{len(r.text)}" for r in row) for row in rows)
    return f"{theme}\n{legend}\n\n{drawn}\n"
