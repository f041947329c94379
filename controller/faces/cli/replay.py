"""`unknot replay`: the recorded inputs, fed to the same core, and its decisions compared with the record."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, cast

import click

from controller.core import Hold, Reading, Reopen, Said
from controller.faces.cli.common import DONE, FAILED, as_json, show_json
from controller.faces.cli.records import kept, session_argument
from controller.journal import clock_of, decode, replay
from protocols.diagnostics import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from controller.core import Effect, Input
    from controller.journal import Clock, Replayed


@click.command("replay")
@session_argument
@as_json
@click.pass_context
def command(ctx: click.Context, *, session: str, as_json: bool) -> None:
    """Feed what a session was told to the core again, and compare what it decides with the record.

    ID is as for `unknot show`. Nothing is driven. Ends with 0 where every decision is as recorded, else
    with 1 and the first that is not.

    \b
    --json: {"session", "same", "steps" (as far as it was fed),
      "outcome" (null: it never ended),
      "difference": null or {"step", "t", "input", "kept", "replayed"}}
    """
    with kept(session) as (path, found):
        told = replay(path, found.id)
        clock = clock_of(path, found.id)
    if as_json:
        show_json(to_json(told, clock))
    else:
        for line in lines(told, clock):
            click.echo(line)
    ctx.exit(DONE if told.same else FAILED)


def to_json(told: Replayed, clock: Clock) -> dict[str, object]:
    """`replay --json`; effects are as the record keeps them."""
    found = told.difference
    return {
        "session": told.session,
        "same": told.same,
        "steps": told.steps,
        "outcome": told.outcome,
        "difference": None if found is None else {
            "step": found.step,
            "t": clock.t(found.now_ms),
            "input": {"input": type(found.input).__name__, **asdict(found.input)},
            "kept": json.loads(found.kept),
            "replayed": json.loads(found.replayed),
        },
    }  # fmt: skip


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
