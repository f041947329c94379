"""`unknot check`: is this file sound, and within the limits?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from controller.faces.cli.checking import Checked, checked, seconds
from controller.faces.cli.common import DONE, FILE_ERRORS, chosen_options, complain, show_json
from protocols.diagnostics import printable
from protocols.units import write_duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from protocols.plan import Kind


@click.command("check")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to say it.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@chosen_options
@click.pass_context
def command(
    ctx: click.Context, *, files: tuple[str, ...], form: str, as_json: bool, chosen: dict[str, str]
) -> None:
    """Read, compile and check each FILE, with every way to choose its options.

    FILE is a path, or the name of a shipped protocol. Ends with 3 where a file has errors, with 4 where
    limits are all that is wrong.
    """
    results = [checked(file, chosen) for file in files]
    if as_json or form == "json":
        show_json({"ok": all(each.ok for each in results), "files": [to_json(each) for each in results]})
    else:
        for each in results:
            complain(*each.text)
            if each.ok:
                click.echo(summary(each))
    ctx.exit(worst(each.exit for each in results))


def worst(codes: Iterable[int]) -> int:
    """Errors of any file come before limits of another."""
    found = set(codes)
    return FILE_ERRORS if FILE_ERRORS in found else max(found, default=DONE)


def to_json(result: Checked) -> dict[str, object]:
    """The object of one file."""
    plan = result.compiled.plan if result.ok else None
    return {
        "file": result.file,
        "ok": result.ok,
        "plan": None if plan is None else {
            "sha256": plan.sha256,
            "seconds": seconds(plan),
            "segments": len(plan.segments),
            "needs": dict(result.compiled.needs),
        },
        "diagnostics": [each.to_json() for each in result.diagnostics],
    }  # fmt: skip


def summary(result: Checked) -> str:
    """One line for a file that is fine."""
    plan = result.compiled.plan
    if plan is None:
        return ""
    longest = write_duration(round(seconds(plan)["longest"] * 1000)) if plan.segments else "no time"
    title, roles = printable(plan.title), needs(result.compiled.needs)
    return f"{printable(result.file)}: ok: {title}; at most {longest}; {roles}"


def needs(roles: Mapping[str, Kind]) -> str:
    """What has to be at hand."""
    return (
        f"needs {', '.join(f'{role} ({kind})' for role, kind in roles.items())}"
        if roles
        else "needs no device"
    )
