"""`unknot replay`: the recorded inputs, fed to the same core, and its decisions compared with the record."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from controller.faces.cli.common import DONE, FAILED, as_json, show_json
from controller.faces.cli.records import kept, session_argument
from controller.faces.told.replaying import lines
from controller.journal import clock_of, replay

if TYPE_CHECKING:
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
