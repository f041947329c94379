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
_LEAVE_KEPT = ("q", "leave; it pauses when nobody watches")
_STOP_KEPT = ("Ctrl+C", "stop, then close this page")
_READS = (
    ("q  or Ctrl+C", "leave; the session goes on"),
    ("?", "this page"),
)
_ONLY_READS = """\
This window only reads. To stop the session: where it runs, or with `unknot stop` in
any terminal of yours. A page that can act has the token that `unknot web` printed."""
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


def help_text(
    *, watching: bool = False, kept: bool = False, reads_only: bool = False,
    mapped: Mapping[str, Deed] = NONE_MAPPED,
) -> str:  # fmt: skip
    """Keys with their meanings, then what is good to know. `watching`: it runs elsewhere."""
    if reads_only:
        return f"Any key closes this page.\n\n{_listed(_READS)}\n\n{_ONLY_READS}"
    ways = (_LEAVE_KEPT, _STOP_KEPT) if kept else (_DETACH if watching else _LEAVE,)
    own = tuple((shown(key), f"{deed}, as your settings say") for key, deed in mapped.items())
    listed = _listed((_STOP, *ways, *own, *_usual(mapped)))
    return f"Any key closes this page; arrows turn it.\n\n{listed}\n\n{chr(10).join(_NOTES)}"


def _usual(mapped: Mapping[str, Deed]) -> list[tuple[str, str]]:
    """The keys that still mean what they usually do."""
    taken = {shown(key) for key in mapped}
    found = []
    for key, meaning in _KEYS:
        left = "  ".join(each for each in key.split("  ") if each not in taken)
        if left:
            found.append((left, meaning))
    return found


def _listed(keys: tuple[tuple[str, str], ...]) -> str:
    return "\n".join(f"{key:<16}  {meaning}" for key, meaning in keys)
