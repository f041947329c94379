"""Keys by name: as people write them, as the terminal calls them, and which are spoken for. Pure."""

from __future__ import annotations

import string
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

STOP_KEYS: Final = ("x", "X", "escape")
"""Esc reaches a program 100 ms late, so that `x` is the one that is shown."""
_NAMES: Final = {
    "pageup": "PageUp", "pagedown": "PageDown", "home": "Home", "end": "End", "insert": "Insert",
    "delete": "Delete", "backspace": "Backspace", "up": "Up", "down": "Down", "left": "Left",
    "right": "Right", "space": "Space", "enter": "Enter", "tab": "Tab", "escape": "Esc",
    **{f"f{n}": f"F{n}" for n in range(1, 25)},
}  # fmt: skip
_ALIASES: Final = {
    "pgup": "pageup", "pgdn": "pagedown", "pgdown": "pagedown", "esc": "escape", "return": "enter",
    "del": "delete", "ins": "insert", "period": "full_stop", "dot": "full_stop",
}  # fmt: skip
_SIGNS: Final = {
    "solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at", "hyphen_minus": "minus",
    "plus_sign": "plus", "low_line": "underscore",
}  # fmt: skip
_MODIFIERS: Final = ("ctrl", "alt", "shift")
_ALWAYS: Final = "always stops, and says nothing else"
_TAKEN: Final = {
    "x": _ALWAYS,
    "escape": _ALWAYS,
    "ctrl+c": "always ends",
    "ctrl+q": "always ends",
    "ctrl+p": "opens the list of commands",
    "q": "leaves a session that runs in another window",
    "space": "says ready, and pauses",
    "enter": "says ready, and presses a button",
    "tab": "goes from button to button",
    "shift+tab": "goes from button to button",
}
_ANSWERS: Final = "0123456789ynut"


def key_named(written: str) -> str | None:
    """The terminal's name of a key that a person writes; None: there is no such key."""
    if len(written) == 1:
        return _sign(written)
    *modifiers, name = written.strip().lower().replace(" ", "").split("+")
    if any(each not in _MODIFIERS for each in modifiers):
        return None
    name = _ALIASES.get(name, name)
    if len(name) == 1 and modifiers:
        return "+".join((*modifiers, name)) if name.isalnum() else None
    if name not in _NAMES and not _is_sign(name):
        return None
    return "+".join((*modifiers, name))


def shown(key: str) -> str:
    """How a key is written for a person."""
    *modifiers, name = key.split("+")
    return "+".join((*modifiers, _NAMES.get(name) or _character(name) or name))


def may_be_mapped(key: str) -> str:
    """Why that key cannot be given another meaning; empty: it can."""
    if key in _ANSWERS:
        return "answers questions"
    return _TAKEN.get(key, "")


def pressed(key: str, character: str | None) -> str:
    """The name under which a key is looked up, in small letters."""
    return (character if character and character.isalnum() else key).lower()


def says_stop(key: str, mapped: Mapping[str, str]) -> bool:
    """Whether that key, as `pressed` names it, means stop."""
    return key in STOP_KEYS or mapped.get(key) == "stop"


def _sign(character: str) -> str | None:
    if character.isspace():
        return "space" if character == " " else None
    if character.isalnum():
        return character.lower()
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return (_SIGNS.get(name, name) or None) if character.isprintable() else None


def _character(name: str) -> str:
    try:
        return _ASCII.get(name) or unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return ""


def _is_sign(name: str) -> bool:
    return bool(_character(name)) and len(name) > 1


_ASCII: Final = {_sign(each): each for each in string.punctuation}
