"""The help overlay's text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.faces.tui.keys import NONE_MAPPED
from controller.keynames import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from controller.settings import Deed

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
    ("Ctrl+P", "all commands, by name"),
    ("?", "this page"),
)
_NOTES = (
    "The stop keys work here and everywhere. A key pressed in the very",
    "moment that the screen changes never says ready and never resumes.",
)


def help_text(*, watching: bool = False, mapped: Mapping[str, Deed] = NONE_MAPPED) -> str:
    """Keys with their meanings, then what is good to know. `watching`: it runs elsewhere."""
    own = tuple((shown(key), f"{deed}, as your settings say") for key, deed in mapped.items())
    listed = (_STOP, _DETACH if watching else _LEAVE, *own, *_usual(mapped))
    keys = "\n".join(f"{key:<16}  {meaning}" for key, meaning in listed)
    return f"Any key closes this page; arrows turn it.\n\n{keys}\n\n{chr(10).join(_NOTES)}"


def _usual(mapped: Mapping[str, Deed]) -> list[tuple[str, str]]:
    """The keys that still mean what they usually do."""
    taken = {shown(key) for key in mapped}
    found = []
    for key, meaning in _KEYS:
        left = "  ".join(each for each in key.split("  ") if each not in taken)
        if left:
            found.append((left, meaning))
    return found
