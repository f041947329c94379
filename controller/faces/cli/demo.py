"""`unknot demo`: a short session at once, with no configuration and no hardware."""

from __future__ import annotations

import click

from controller.api import Setup
from controller.faces.cli.checking import checked
from controller.faces.cli.common import speed_option
from controller.faces.cli.face import face_for, show

SPEED = 4.0
"""The shipped protocol `demo` ends within two minutes at this speed."""


@click.command("demo")
@speed_option(f"How much faster than real time: a number, or max; {SPEED:g} unless told.")
@click.option("--plain", is_flag=True, help="Lines that are only ever added; no cursor movement.")
@click.option("--say", is_flag=True, help="Speak.")
@click.pass_context
def command(ctx: click.Context, *, speed: float | None, plain: bool, say: bool) -> None:
    """Show a short session on simulated devices, with a simulated person who answers."""
    pace = SPEED if speed is None else speed
    plan = checked("demo", {}).compiled.plan
    if plan is None:
        raise click.ClickException("the shipped protocol demo is broken: install the program again")
    setup = Setup(plan=plan, sim=True, speed=pace, demo=True)
    ctx.exit(show(setup, face_for(as_json=False, plain=plain, speed=pace), say=say))
