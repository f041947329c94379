"""Themes: what the terminal asks for comes first, and the accents are told apart by every eye."""

from __future__ import annotations

from itertools import combinations

import pytest
from screen_fake import Stage, play, shot
from textual.color import Color

from controller.faces.tui.themes import COLOUR_BLIND, PALETTES
from controller.settings import THEMES, Settings, Theme

# Machado, Oliveira and Fernandes 2009, severity 1.0, for linear RGB.
SEEN_BY = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900),
    ),
}  # fmt: skip
APART = 20.0
"""Distance in CIELAB from which two colours beside each other are plainly two; 2.3 is just noticeable."""


def lab(colour: str, eye: str) -> tuple[float, float, float]:
    """`colour` as that eye sees it, in CIELAB."""
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in _shares(colour)
    ]
    seen = [min(max(sum(a * b for a, b in zip(row, linear, strict=True)), 0.0), 1.0) for row in SEEN_BY[eye]]
    rows = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    white = (0.9505, 1.0, 1.089)
    xyz = [sum(a * b for a, b in zip(row, seen, strict=True)) / w for row, w in zip(rows, white, strict=True)]
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _shares(colour: str) -> tuple[float, ...]:
    red, green, blue = Color.parse(colour).rgb
    return red / 255, green / 255, blue / 255


@pytest.mark.parametrize("eye", SEEN_BY)
def test_what_is_said_by_colour_is_told_apart_by_every_eye(eye: str) -> None:
    accents = {
        "primary": COLOUR_BLIND.primary,
        "warning": COLOUR_BLIND.warning,
        "error": COLOUR_BLIND.error,
        "foreground": COLOUR_BLIND.foreground,
    }
    for (one, first), (other, second) in combinations(accents.items(), 2):
        far = (
            sum((a - b) ** 2 for a, b in zip(lab(str(first), eye), lab(str(second), eye), strict=True)) ** 0.5
        )
        assert far >= APART, f"{one} and {other}: {far:.1f}"


def test_every_theme_has_colours() -> None:
    assert {*PALETTES} == {*THEMES}


@pytest.mark.parametrize("theme", THEMES)
def test_a_run_wears_the_theme_that_is_set(theme: Theme) -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(shot())
        assert stage.app.current_theme is PALETTES[theme]
        assert stage.app.has_class("-monochrome") == (theme == "monochrome")
        assert stage.app.has_class("-light-mode") == (theme == "light")

    play(scene, settings=Settings(theme=theme))


@pytest.mark.parametrize(("asked", "worn"), [("1", "monochrome"), ("", "light")])
def test_no_color_comes_before_the_settings(monkeypatch: pytest.MonkeyPatch, asked: str, worn: Theme) -> None:
    monkeypatch.setenv("NO_COLOR", asked)

    async def scene(stage: Stage) -> None:
        assert stage.app.current_theme is PALETTES[worn]

    play(scene, settings=Settings(theme="light"))
