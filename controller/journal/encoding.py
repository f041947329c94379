"""Inputs, effects, plans and channels as JSON text and back, exactly.

A record is an object whose `!` names its class; arrays come back as tuples, since frozen values
hold no lists. The keys of a mapping never begin with `!`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, get_args

from controller.core import events
from controller.safety import Channel
from protocols import plan

if TYPE_CHECKING:
    from collections.abc import Callable

TAG = "!"

_CLASSES: tuple[type, ...] = (
    *get_args(events.Input),
    *get_args(events.Effect),
    *get_args(plan.Segment),
    plan.Plan,
    plan.Place,
    plan.Strength,
    plan.Condition,
    plan.Fork,
    plan.Until,
    Channel,
)
_BY_NAME: dict[str, type] = {each.__name__: each for each in _CLASSES}
_FIELDS: dict[type, tuple[str, ...]] = {
    each: tuple(field.name for field in fields(each)) for each in _CLASSES if is_dataclass(each)
}


def _shown(value: object) -> object:
    names = _FIELDS.get(type(value))
    if names is None:
        if isinstance(value, Mapping):
            return dict(value)
        raise TypeError(f"{type(value).__name__} has no place in the record")
    shown = {TAG: type(value).__name__}
    for name in names:
        part = getattr(value, name)
        if isinstance(part, Mapping) and any(str(key).startswith(TAG) for key in part):
            raise TypeError(f"a key of {name} begins with {TAG}")
        shown[name] = part
    return shown


# Built once: `json.dumps` with separators of its own makes an encoder for every call.
encode: Callable[[object], str] = json.JSONEncoder(separators=(",", ":"), default=_shown).encode
"""One value as compact ASCII JSON. Raises TypeError for what the record has no form for."""


def decode(text: str) -> object:
    """The value that `encode` made `text` from. Raises ValueError for anything else."""
    return _tuples(json.loads(text, object_hook=_made))


def _made(shown: dict[str, object]) -> object:
    if TAG not in shown:
        return shown
    name = shown.pop(TAG)
    made = _BY_NAME.get(str(name))
    if made is None:
        raise ValueError(f"{name} is no class of the record")
    try:
        return made(**{key: _tuples(part) for key, part in shown.items()})
    except TypeError as error:
        raise ValueError(f"{name} of another version: {error}") from error


def _tuples(value: object) -> object:
    if isinstance(value, list):
        return tuple(_tuples(each) for each in value)
    if isinstance(value, dict):
        return {key: _tuples(each) for key, each in value.items()}
    return value
