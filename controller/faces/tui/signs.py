"""Signs that go beside a word, for terminals that show them and for those that do not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """One sign for each state and action; never the only bearer of a meaning."""

    utf8: bool
    run: str
    pause: str
    stop: str
    alarm: str
    ask: str
    done: str
    skip: str
    here: str
    dot: str
    arrow: str
    times: str
    bell: str
    degree: str
    dash: str
    both: str


UTF8 = Signs(
    utf8=True, run="▶", pause="‖", stop="■", alarm="!", ask="?", done="✓", skip="»", here="▶",
    dot="·", arrow="→", times="×", bell="♪", degree="°C", dash="—", both="←→",
)  # fmt: skip
ASCII = Signs(
    utf8=False, run=">", pause="||", stop="#", alarm="!", ask="?", done="+", skip=">>", here=">",
    dot="|", arrow="->", times="x", bell="*", degree="C", dash="-", both="<->",
)  # fmt: skip

_FALLBACK = str.maketrans({
    "°": "", "·": "|", "—": "-", "–": "-", "→": "->", "×": "x", "…": "...", "‖": "||", "▶": ">",
    "■": "#", "✓": "+", "≤": "<=", "≥": ">=", "’": "'", "“": '"', "”": '"', "½": "1/2",
})  # fmt: skip


def signs_for(encoding: str | None) -> Signs:
    """The signs that a terminal with that encoding can show."""
    return UTF8 if "utf" in (encoding or "").lower() else ASCII


def fit(text: str, signs: Signs) -> str:
    """`text` as the terminal can show it."""
    if signs.utf8:
        return text
    return text.translate(_FALLBACK).encode("ascii", "replace").decode()
