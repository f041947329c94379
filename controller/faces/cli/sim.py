"""`unknot sim`: the simulator's own command, found by name when it is called."""

from __future__ import annotations

import click

from controller.api import Refusal, simulator
from controller.faces.cli.common import complain


def _load() -> click.Command:
    try:
        found: object = simulator("sim")
    except Refusal as refusal:
        return _missing(refusal)
    if not isinstance(found, click.Command):
        raise TypeError("the simulator's entry point sim is no command")
    return found


def _missing(refusal: Refusal) -> click.Command:
    @click.command("sim", help="Run simulated devices (not in this install).", add_help_option=True)
    @click.pass_context
    def missing(ctx: click.Context) -> None:
        complain(str(refusal), *refusal.lines)
        ctx.exit(refusal.exit)

    return missing


command = _load()
