"""The help overlay's text."""

from __future__ import annotations

_STOP = ("x  or Esc", "stop: everything to rest, at once")
_LEAVE = ("Ctrl+C", "stop, then leave")
_DETACH = ("q  or Ctrl+C", "leave; the session goes on")
_KEYS = (
    ("Space", "pause, and go on again"),
    ("Space  Enter  r", "ready, while the screen asks whether you are"),
    ("p", "pause, while a question is open"),
    ("s", "skip this step"),
    ("f", "the point has faded: on to the next"),
    ("-  and  +", "softer, at once; stronger, up to the plan's level"),
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


def help_text(*, watching: bool = False) -> str:
    """Keys with their meanings, then what is good to know. `watching`: it runs elsewhere."""
    listed = (_STOP, _DETACH if watching else _LEAVE, *_KEYS)
    keys = "\n".join(f"{key:<16}  {meaning}" for key, meaning in listed)
    return f"Keys\n\n{keys}\n\n{chr(10).join(_NOTES)}\nAny key closes this page."
