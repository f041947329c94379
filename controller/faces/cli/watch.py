"""`unknot watch`: the session that another process of this user runs, from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from controller.api import Attached, AttachError
from controller.faces.cli.common import FAILED, USAGE, complain
from controller.faces.cli.face import face_for, follow
from controller.lock import running

if TYPE_CHECKING:
    from controller.lock import Running

NOTHING = "Nothing is running. `unknot run` starts a session, `unknot demo` a simulated one."


@click.command("watch")
@click.argument("session", metavar="[ID]", required=False)
@click.option("--plain", is_flag=True, help="Lines that are only ever added; no cursor movement.")
@click.option("--json", "as_json", is_flag=True, help="Events as JSON Lines on stdout, commands on stdin.")
@click.option("--say", is_flag=True, help="Speak.")
@click.pass_context
def command(ctx: click.Context, *, session: str | None, plain: bool, as_json: bool, say: bool) -> None:
    """Attach to the session that runs: see it, answer, pause, stop.

    ID is a session's id or the beginning or end of it; without one, it is the newest. x and Esc stop
    the session. q and Ctrl-C leave it, and it goes on. When it ends, this ends with its exit code.
    """
    chosen = _chosen(running(), session)
    if chosen is None:
        complain(NOTHING)
        ctx.exit(USAGE)
    try:
        attached = Attached(chosen)
    except AttachError as error:
        complain(str(error), error.remedy)
        ctx.exit(FAILED)
    face = face_for(as_json=as_json, plain=plain, speed=None)
    ctx.exit(follow(attached, face, say=say, detach=attached.detach, kept=chosen.kept))


def _chosen(found: tuple[Running, ...], asked: str | None) -> Running | None:
    """The session with that id, or the newest; None where there is none. Raises UsageError."""
    if asked is None:
        for each in found[:-1]:
            complain(f"Runs too: {each.title} ({each.session})")
        return found[-1] if found else None
    meant = [each for each in found if asked and _named(each, asked)]
    if len(meant) == 1:
        return meant[0]
    what = f"more than one id begins or ends with {asked!r}" if meant else f"no session {asked!r} runs"
    ids = ", ".join(each.session for each in found) or "none"
    raise click.UsageError(f"{what}; what runs: {ids}")


def _named(session: Running, asked: str) -> bool:
    return session.session.startswith(asked) or session.session.endswith(asked)
