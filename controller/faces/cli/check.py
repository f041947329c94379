"""`unknot check`: is this file sound, and within the limits?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from controller.faces.cli.checking import Checked, checked, seconds
from controller.faces.cli.common import DONE, FILE_ERRORS, REFUSED, chosen_options, complain, show_json
from controller.faces.cli.whose import held_to
from controller.version import version
from protocols.diagnostics import printable
from protocols.formats import github, sarif
from protocols.units import write_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from protocols.diagnostics import Diagnostic
    from protocols.plan import Kind


FORMATS = ("text", "json", "github", "sarif")


@click.command("check")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text",
    help="For people, for programs, as GitHub's annotations, or as SARIF 2.1.0.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@chosen_options
@click.option("--person", metavar="NAME", help="Hold the files to the limits of this person.")
@click.pass_context
def command(
    ctx: click.Context, *, files: tuple[str, ...], form: str, as_json: bool, chosen: dict[str, str],
    person: str | None,
) -> None:  # fmt: skip
    """Read, compile and check each FILE, with every way to choose its options.

    FILE is a path, or the name of a shipped protocol. Ends with 3 where a file has errors, with 4 where
    limits are all that is wrong.
    """
    standing = held_to(person)
    results = [checked(file, chosen, standing=standing) for file in files]
    _SHOW["json" if as_json else form](results)
    ctx.exit(worst(each.exit for each in results))


def _show_text(results: list[Checked]) -> None:
    for each in results:
        complain(*each.text)
        if each.ok:
            click.echo(summary(each))
    complain(*closing(results))


def _show_json(results: list[Checked]) -> None:
    show_json({"ok": all(each.ok for each in results), "files": [to_json(each) for each in results]})


def _show_github(results: list[Checked]) -> None:
    for each in _diagnostics(results):
        click.echo(github(each))


def _show_sarif(results: list[Checked]) -> None:
    show_json(sarif(_diagnostics(results), version()))


_SHOW: dict[str, Callable[[list[Checked]], None]] = {
    "text": _show_text, "json": _show_json, "github": _show_github, "sarif": _show_sarif,
}  # fmt: skip


def _diagnostics(results: list[Checked]) -> list[Diagnostic]:
    return [each for result in results for each in result.diagnostics]


def closing(results: list[Checked]) -> list[str]:
    """What is said once at the end: how many files are fine, and where more is told."""
    lines = [_count(results)] if len(results) > 1 else []
    codes = [each.limit or each.code for each in _diagnostics(results)]
    if codes:
        lines.append(f"unknot explain CODE tells more, as: unknot explain {codes[0]}")
    return lines


def _count(results: list[Checked]) -> str:
    by_exit = Counter(each.exit for each in results)
    parts = [
        f"{by_exit[code]} {word}"
        for code, word in ((DONE, "ok"), (FILE_ERRORS, "with errors"), (REFUSED, "over a limit"))
        if by_exit[code]
    ]
    return f"{len(results)} files: {', '.join(parts)}"


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
