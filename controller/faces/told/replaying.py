"""What a replay came to, in words: that all is as recorded, or the first decision that is not. Pure."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, cast

from controller.core import Hold, Reading, Reopen, Said
from controller.journal import decode
from protocols.diagnostics import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from controller.core import Effect, Input
    from controller.journal import Clock, Replayed


def lines(told: Replayed, clock: Clock) -> Iterator[str]:
    """The result as text: where there is a difference, what differs alone."""
    if told.difference is None:
        cut = "" if told.outcome is not None else "; the record has no end of it"
        yield f"same: {told.steps:,} steps, every decision as recorded{cut}"
        return
    found = told.difference
    yield f"different at step {found.step:,}, after {clock.t(found.now_ms):g} s, when the input was"
    yield f"  {input_in_words(found.input)}"
    was, now = (cast("tuple[Effect, ...]", decode(text)) for text in (found.kept, found.replayed))
    yield "on record, and not decided now:"
    yield from _shown([each for each in was if each not in now], now)
    yield "decided now, and not on record:"
    yield from _shown([each for each in now if each not in was], was)
    if sorted(map(repr, was)) == sorted(map(repr, now)):
        yield "the decisions are the same in another order"


def _shown(effects: list[Effect], others: tuple[Effect, ...]) -> Iterator[str]:
    for each in effects:
        yield f"  {effect_in_words(each, others)}"
    if not effects:
        yield "  nothing"


def input_in_words(told: Input) -> str:
    """What went in: its kind, and what it held."""
    held = [(each.name, getattr(told, each.name)) for each in fields(told)]
    name = "reading" if isinstance(told, Reading) else type(told).__name__.lower()
    return _in_words(name, held)


def effect_in_words(effect: Effect, others: tuple[Effect, ...] = ()) -> str:
    """A decision; of an event that was said on the other side too, the keys alone that differ."""
    match effect:
        case Hold():
            return f"hold {printable(effect.role)} at {effect.setpoint:g}"
        case Reopen():
            return f"open the link of {printable(effect.role)} again"
        case Said():
            twin = next((o.data for o in others if isinstance(o, Said) and o.event == effect.event), None)
            keys = [k for k, v in effect.data.items() if twin is None or twin.get(k, ...) != v]
            return _in_words(effect.event, [(key, effect.data[key]) for key in keys])


def _in_words(name: str, held: list[tuple[str, object]]) -> str:
    told = ", ".join(f"{key} {json.dumps(value, ensure_ascii=False, default=str)}" for key, value in held)
    return printable(f"{name}: {told}" if told else name)
