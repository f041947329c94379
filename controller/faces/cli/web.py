"""`unknot web`: the terminal interface in a browser on this machine."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from controller.faces.cli.common import FAILED, complain
from controller.lock import running

if TYPE_CHECKING:
    from controller.snapshot import Ended

PORT = 8042
INTERRUPTED = 130
SILENT = "It is not known whether its devices are off: switch them off by hand now. Then end it: kill -9"


@click.command("web")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True,
    help="The port on this machine; 0 takes any that is free.",
)  # fmt: skip
@click.pass_context
def command(ctx: click.Context, *, port: int) -> None:
    """Serve the terminal interface to browsers on this machine, and to no other.

    It prints two addresses: one to look, one to do everything, stop included. Give the second away to nobody.
    Ctrl-C ends it, and with it every session that was started from a page, at rest.
    """
    from controller.faces.web.server import ServeError, bound, serve  # noqa: PLC0415  only here a web server
    from controller.faces.web.tickets import Tickets  # noqa: PLC0415

    try:
        made = bound(port)
    except ServeError as error:
        complain(str(error), error.remedy)
        ctx.exit(FAILED)
    tickets = Tickets()
    address = f"http://127.0.0.1:{made.getsockname()[1]}/"

    def ready() -> None:
        click.echo(f"To look:  {address}")
        click.echo(f"To act:   {address}#token={tickets.token}")
        click.echo("Both on this machine alone. Ctrl-C ends it, and every session that a page started.")

    if not asyncio.run(serve(made, tickets, ready, _tell)):
        for each in (each for each in running() if each.kept):
            complain(f"{each.title} (process {each.pid}) has not ended. {SILENT} {each.pid}")
        ctx.exit(FAILED)
    ctx.exit(INTERRUPTED)


def _tell(title: str, ended: Ended) -> None:
    why = f": {ended.why}" if ended.why else ""
    complain(f"{title}: {ended.outcome}{why}", *ended.lines)
