"""The help overlay's text."""

from __future__ import annotations

_KEYS = (
    ("x  or Esc", "stop: everything to rest, at once"),
    ("Ctrl+C", "stop, then leave"),
    ("Space", "pause, and go on again"),
    ("Space  Enter  r", "ready, while the screen asks whether you are"),
    ("p", "pause, while a question is open"),
    ("s", "skip this step"),
    ("f", "the point has faded: on to the next"),
    ("0 to 9, t", "how tender it is; t is ten"),
    ("arrows, Enter", "choose an answer, or scroll a long text"),
    ("Tab, Enter", "reach every button; the mouse works too"),
    ("b", "bell on or off"),
    ("?", "this page"),
)
_NOTES = (
    "The stop keys work here and everywhere. A key pressed in the very moment that",
    "the screen changes never says ready and never resumes.",
)


def help_text() -> str:
    """Keys with their meanings, then what is good to know."""
    keys = "\n".join(f"{key:<16}  {meaning}" for key, meaning in _KEYS)
    return f"Keys\n\n{keys}\n\n{chr(10).join(_NOTES)}\n\nAny key closes this page."
