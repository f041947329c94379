"""`unknot scan`: which devices are on the air, and what they are."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from controller.faces.cli import ending
from controller.faces.cli.common import LOST, as_json, complain, show_json, table
from controller.faces.cli.lively import Lively, keys, watch
from controller.links import LinkError, ble
from controller.pairing import Candidate, candidates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NOTHING = "nothing is heard: switch the device on, and hold its button until it shows that it pairs"


@click.command("scan")
@click.option("--for", "seconds", type=click.FloatRange(0.1, 600), default=8.0, show_default=True,
              metavar="SECONDS", help="How long to listen.")  # fmt: skip
@as_json
@click.pass_context
def command(ctx: click.Context, *, seconds: float, as_json: bool) -> None:
    """Listen for devices over Bluetooth, the nearest first; q ends it early.

    \b
    --json: {"ok", "devices": [{"name", "link" ("ble:ADDRESS"), "signal" (dBm),
      "what", "usable", "why_not", "simulated"}], "errors": [{"message", "hint"}]
      for each adapter that cannot listen}
    """
    try:
        found, unusable = ending.run(_listen(seconds, quiet=as_json))
    except LinkError as error:
        if as_json:
            show_json({"ok": False, "devices": [], "errors": [_told(error)]})
        complain(f"{error}", error.remedy)
        ctx.exit(LOST)
    if as_json:
        rows = [entry(each) for each in found]
        show_json({"ok": True, "devices": rows, "errors": [_told(each) for each in unusable]})
        return
    for line in lines(found):
        click.echo(line)
    for each in unusable:
        complain(f"({said(each)})")


async def _listen(seconds: float, *, quiet: bool) -> tuple[list[Candidate], list[LinkError]]:
    async with ble.air() as radios, ble.Scan(radios) as scan:
        with Lively(shown=not quiet) as view:
            typed = keys() if view.shown and sys.stdin.isatty() else nullcontext()
            with typed as pressed:
                await watch(view, lambda: lines(candidates(scan.seen), nothing=""), seconds, pressed)
        return candidates(scan.seen), scan.unusable


def said(error: LinkError) -> str:
    """What cannot be listened on and what to do, in a line."""
    return f"{error}: {error.remedy}"


def _told(error: LinkError) -> dict[str, str]:
    return {"message": str(error), "hint": error.remedy}


def entry(found: Candidate) -> dict[str, object]:
    """A device as `--json` has it; `signal` in dBm."""
    seen, kind = found.sighting, found.kind
    return {
        "name": kind.name, "link": f"ble:{seen.address}", "signal": seen.signal, "what": kind.what,
        "usable": kind.usable, "why_not": kind.why_not, "simulated": seen.radio.simulated,
    }  # fmt: skip


def lines(
    found: Iterable[Candidate], keys: Mapping[str, str] | None = None, nothing: str = NOTHING
) -> list[str]:
    """A line a device, or `nothing`; `keys` has the key that chooses it, by address."""
    rows = [_row(each, keys) for each in found]
    return table(rows) if rows else [nothing]


def _row(found: Candidate, keys: Mapping[str, str] | None) -> tuple[str, ...]:
    """What tells it from others comes first: a narrow terminal shows no more."""
    seen, kind = found.sighting, found.kind
    what = f"{kind.what}{', simulated' if seen.radio.simulated else ''}"
    row = (kind.name or "(no name)", what, f"{seen.signal} dBm", seen.address, kind.why_not)
    return row if keys is None else (keys.get(seen.address, " "), *row)
