"""`unknot stop`: everything that this user runs comes to rest."""

from __future__ import annotations

import time

import click

from controller.faces.cli.common import DONE, FAILED, as_json, complain, show_json
from controller.lock import Running, running

WAIT_SECONDS = 2.0
"""A session stops its devices again and again for up to a second, and then closes its record."""
LOOK_SECONDS = 0.01


@click.command("stop")
@as_json
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """Stop whatever this user's program is running, from any terminal."""
    told = [session for session in running() if session.tell()]
    left = _wait(told)
    stopped = [session for session in told if session not in left]
    if as_json:
        show_json({"stopped": [_shown(each) for each in stopped], "silent": [_shown(each) for each in left]})
    else:
        for each in stopped:
            click.echo(f"Stopped: {each.title} (process {each.pid}, since {each.started})")
        if not told:
            click.echo("Nothing was running.")
    for each in left:
        complain(
            f"{each.title} (process {each.pid}) did not answer. It is not known whether its devices are"
            f" off: switch them off by hand now. Then end it: kill -9 {each.pid}"
        )
    ctx.exit(FAILED if left else DONE)


def _wait(told: list[Running]) -> list[Running]:
    """Those that still run when the time is over."""
    end = time.monotonic() + WAIT_SECONDS
    while (left := [each for each in told if each.held]) and time.monotonic() < end:
        time.sleep(LOOK_SECONDS)
    return left


def _shown(session: Running) -> dict[str, object]:
    return {"pid": session.pid, "title": session.title, "started": session.started}
