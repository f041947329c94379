"""`unknot history`: what was done, newest first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from controller.faces.cli.common import as_json, complain, show_json, table
from controller.faces.cli.records import record, shows_utf8, width
from controller.faces.told.document import ratings_to_json
from controller.faces.told.running import runs
from controller.faces.told.words import NO_RECORD, clock, fitted, local, on_what, outcome, tenderness
from controller.journal import JournalError, digest, kept_session, session_ids
from controller.lock import running
from protocols.diagnostics import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from controller.journal import Digest
    from controller.lock import Running

MOST = 20
"""Sessions that are listed unless told: what a person can take in at a glance."""
LEAST_ID = 4


@click.command("history")
@click.option(
    "--last", type=click.IntRange(1), metavar="N",
    help=f"The newest N sessions; {MOST} unless told, with --json all.",
)  # fmt: skip
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    help="Sessions that began on that day or later, by this machine's time zone.",
)  # fmt: skip
@as_json
def command(*, last: int | None, since: datetime | None, as_json: bool) -> None:
    """List the sessions on record: when, id, what, how long, how it ended, on what, tenderness.

    Tenderness is the first and the last rating of each place. The id is what `show`, `export` and
    `replay` take.

    \b
    --json, newest first:
      {"sessions": [{"session", "began" (ISO 8601, UTC), "title",
      "plan" (sha256), "seconds", "outcome" (null: it never ended),
      "running", "simulated", "on",
      "tenderness": [{"place", "side", "ratings"}]}]}
    """
    most = last if last is not None or as_json else MOST
    with record() as path:
        ids = () if path is None else session_ids(path)[::-1]
        # Without a day to go by, those that are not listed need not be read.
        found = [] if path is None else _digests(path, ids[:most] if since is None else ids)
    if since is not None:
        found = [each for each in found if each.began >= since.astimezone()]
    shown, living = found[:most], running()
    if as_json:
        show_json({"sessions": [to_json(each, running=runs(each, living)) for each in shown]})
    elif not ids:
        click.echo(NO_RECORD)
    elif not shown:
        click.echo("No session since then." if since else "None of the sessions on record can be read.")
    else:
        for line in lines(shown, living, ids):
            click.echo(line)
        more = (len(ids) if since is None else len(found)) - (most or 0)
        if most is not None and more > 0:
            click.echo(f"and {more} before: --last {most + more} lists them too")


def _digests(path: Path, ids: Iterable[str]) -> list[Digest]:
    """One session that cannot be read does not hide the others."""
    found: list[Digest] = []
    broken: dict[str, list[str]] = {}
    for each in ids:
        try:
            found.append(digest(path, kept_session(path, each)))
        except JournalError as error:
            broken.setdefault(printable(f"{error}; {error.remedy}"), []).append(each)
    for why, left_out in broken.items():
        complain(f"left out: {printable(', '.join(left_out))}: {why}")
    return found


def to_json(told: Digest, *, running: bool) -> dict[str, object]:
    """One session of `history --json`."""
    return {
        "session": told.id,
        "began": f"{told.began.astimezone(UTC):%FT%TZ}",
        "title": told.plan.title,
        "plan": told.plan.sha256,
        "seconds": told.seconds,
        "outcome": told.outcome,
        "running": running,
        "simulated": told.simulated,
        "on": on_what(told),
        "tenderness": ratings_to_json(told),
    }


def lines(shown: Sequence[Digest], living: Sequence[Running], ids: Sequence[str]) -> list[str]:
    """A line each, cut to the terminal in its title."""
    utf8 = shows_utf8()
    rows = [
        (
            local(each.began),
            short_id(each.id, ids),
            each.plan.title,
            clock(each.seconds) if each.seconds else "-",
            outcome(each, running=runs(each, living)),
            on_what(each),
            tenderness(each.ratings, utf8=utf8),
        )
        for each in shown
    ]
    others = sum(max(len(row[n]) for row in rows) + 2 for n in range(len(rows[0])) if n != 2)
    room = max(width() - others, 12)
    return table((*row[:2], fitted(row[2], room, utf8=utf8), *row[3:]) for row in rows)


def short_id(whole: str, ids: Iterable[str]) -> str:
    """The shortest end of an id that no other shares."""
    others = [each for each in ids if each != whole]
    for length in range(LEAST_ID, len(whole)):
        end = whole[-length:]
        if not any(each.startswith(end) or each.endswith(end) for each in others):
            return end
    return whole
