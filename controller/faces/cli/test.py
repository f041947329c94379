"""`unknot test`: is this protocol good, before a body is involved?"""

from __future__ import annotations

import os
import shlex
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from controller.faces.cli.checking import Checked, checked, seconds
from controller.faces.cli.common import (
    DONE,
    FAILED,
    FILE_ERRORS,
    REFUSED,
    as_json,
    chosen_options,
    complain,
    show_json,
    table,
)  # fmt: skip
from controller.faces.cli.whose import held_to
from controller.trials import (
    KINDS,
    FileTrials,
    Reported,
    Settings,
    TrialsError,
    Verdict,
    junit,
    to_json,
    try_file,
)  # fmt: skip
from protocols.diagnostics import printable
from protocols.units import write_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from controller.trials import PlanTrials

COLUMNS = {
    "limits": "limits", "ways": "ways", "by hand": "hand", "late": "late", "never": "never", "words": "words",
    "link lost": "link", "restart": "restart", "silence": "silent", "sensor open": "sensor",
    "sensor short": "sensor", "sensor frozen": "sensor", "person gone": "gone",
}  # fmt: skip
"""The column of the table that each kind of trial counts in."""
FAULTS = frozenset(KINDS[KINDS.index("link lost") : KINDS.index("person gone")])
"""The kinds of trial in which a device fails."""
MOST_SHOWN = 10
"""How many failures of a file are shown in full."""


@click.command("test")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@chosen_options
@click.option("--seed", type=int, default=1, show_default=True, help="Draws the moments of faults.")
@click.option(
    "--only", default="", metavar="TRIAL", help="A trial by its name, or all whose names hold this."
)
@click.option(
    "--jobs", type=click.IntRange(1, 64), help="Trials at a time; as many as processors unless told."
)
@click.option("--junit", "junit_file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write JUnit XML to FILE as well.")  # fmt: skip
@click.option("--person", metavar="NAME", help="Hold them to the limits of this person.")
@as_json
@click.pass_context
def command(
    ctx: click.Context, *, paths: tuple[str, ...], chosen: dict[str, str], seed: int, only: str,
    jobs: int | None, junit_file: Path | None, person: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Try protocols in virtual time, on simulated devices, with a simulated person.

    PATH is a file, a folder, or the name of a shipped protocol. Each is tried with every option, answers
    early, late and never, and every standard fault at every segment. Nothing is kept. Ends with 1 where a
    trial failed, with 3 where a file has errors, with 4 where limits are all that is wrong.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    standing = held_to(person)
    settings = Settings(
        seed=seed, only=only, chosen=chosen, jobs=jobs or os.cpu_count() or 1, standing=standing
    )  # fmt: skip
    files = _found(paths)
    results: list[Reported] = []
    broken: list[Checked] = []
    for file in files:
        check = checked(file, chosen, standing=standing)
        if check.compiled.plan is None:
            broken.append(check)
            complain(*check.text)
            continue
        results.append(_try(check, settings, quiet=as_json))
        if not as_json:
            click.echo("\n".join(lines(results[-1], check, settings)))
    if junit_file is not None:
        _write(junit_file, junit(results, [(each.file, "\n".join(each.text)) for each in broken]))
    code = exit_code([each.trials for each in results], broken=bool(broken))
    if as_json:
        show_json(_document(results, broken, seed, ok=code == DONE))
    elif len(files) > 1:
        click.echo(summary(results, len(broken)))
    ctx.exit(code)


def _found(paths: tuple[str, ...]) -> list[str]:
    files, left_out = found(paths)
    for file in left_out:
        complain(f"left out: {printable(file)} does not look like a protocol")
    if not files:
        raise click.UsageError(f"no protocol in {', '.join(paths)}")
    return files


def found(paths: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """The files below `paths`, and what a folder holds beside that looks like none.

    Raises click.UsageError for a path that is not there.
    """
    files: list[str] = []
    left_out: list[str] = []
    for path in paths:
        folder = Path(path)
        if not folder.is_dir():
            files.append(path)
            continue
        for file in sorted(f for f in folder.rglob("*") if f.suffix in {".yaml", ".yml"} and f.is_file()):
            (files if _looks_like_one(file) else left_out).append(str(file))
    return list(dict.fromkeys(files)), left_out


def _looks_like_one(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            start = opened.read(1 << 18)
    except OSError:
        return False
    return b"unknot" in start[:4096] or b"steps:" in start


def _try(check: Checked, settings: Settings, *, quiet: bool) -> Reported:
    live = not quiet and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    began = time.monotonic()
    shown = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal shown
        if live and (time.monotonic() - shown > 0.1 or done == total):
            shown = time.monotonic()
            _live(f"{printable(check.file)}: {done} of {total}")

    try:
        trials = try_file(check.compiled.combinations, settings, progress)
    except TrialsError as error:
        raise click.UsageError(str(error)) from error
    except KeyboardInterrupt:
        raise click.Abort from None
    finally:
        if live:
            _live("")
    plan = check.compiled.plan
    return Reported(
        file=check.file,
        title=plan.title if plan is not None else "",
        seconds=time.monotonic() - began,
        trials=trials,
        repeat=lambda verdict: repeat(check.file, verdict, settings.seed),
    )


def _live(text: str) -> None:
    sys.stderr.write(f"\r{text}\x1b[K")
    sys.stderr.flush()


def repeat(file: str, verdict: Verdict, seed: int) -> str:
    """One line that shows a trial again; what is judged over many, by all of them."""
    if verdict.kind == "limits":
        return f"unknot check {shlex.quote(file)}"
    line = f"unknot test {shlex.quote(file)} --seed {seed}"
    return line if verdict.outcome == "none" else f"{line} --only {shlex.quote(verdict.name)}"


def exit_code(trials: list[FileTrials], *, broken: bool) -> int:
    """Errors in a file come first, then a trial that failed, then limits."""
    failed = [each for each in trials if each.failed]
    if broken:
        return FILE_ERRORS
    if not failed:
        return DONE
    return REFUSED if all(each.only_limits for each in failed) else FAILED


def _document(results: list[Reported], broken: list[Checked], seed: int, *, ok: bool) -> dict[str, object]:
    errors = [
        {
            "file": each.file, "ok": False, "seconds": 0.0,
            "diagnostics": [d.to_json() for d in each.diagnostics], "plans": [], "trials": [],
        }
        for each in broken
    ]  # fmt: skip
    return {"ok": ok, "seed": seed, "files": [*map(to_json, results), *errors]}


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"{file} cannot be written: {error.strerror}") from error


# For people


def lines(result: Reported, check: Checked, settings: Settings) -> Iterator[str]:
    """What a file came to: what failed first, then the table and the figures."""
    failed = result.trials.failed
    for verdict in failed[:MOST_SHOWN]:
        yield from _failure(result, check, verdict)
    if len(failed) > MOST_SHOWN:
        yield f"... and {len(failed) - MOST_SHOWN} more; --json and --junit have all"
        yield ""
    alone = result.trials.verdicts if len(result.trials.verdicts) == 1 and not failed else []
    for verdict in alone:
        yield f"{printable(verdict.name)}: ended {verdict.outcome} (exit {verdict.exit}), and all held"
        yield from (f"  {printable(line)}" for line in verdict.course)
    count = len(result.trials.verdicts)
    took = f"{count} {'trial' if count == 1 else 'trials'} in {result.seconds:.1f} s"
    word = f"{len(failed)} of {took} FAILED" if failed else f"ok, {took}"
    yield click.style(f"{printable(result.file)}: {word} (seed {settings.seed})", bold=True)
    if alone:
        return
    yield from (f"  {line}" for line in _table(result.trials))
    yield from (f"  {line}" for line in _figures(result.trials))
    yield ""


def _failure(result: Reported, check: Checked, verdict: Verdict) -> Iterator[str]:
    plan = next(p for p in result.trials.plans if verdict in p.verdicts).plan
    line = f":{plan.segment(verdict.segment).line}" if verdict.segment else ""
    yield click.style(f"FAILED  {printable(check.file)}{line}  {printable(verdict.name)}", fg="red")
    for finding in verdict.findings:
        yield f"  {printable(finding.happened)}"
        yield f"  expected: {printable(finding.expected)}"
    shown = verdict.course if len(result.trials.verdicts) == 1 else verdict.course[-4:]
    yield from (f"    {printable(line)}" for line in shown)
    yield f"  again: {printable(result.repeat(verdict))}"
    yield ""


def _table(trials: FileTrials) -> list[str]:
    """A row for each way to choose the options, a column for each kind of trial: ok, or how many failed."""
    used = {COLUMNS[v.kind] for v in trials.verdicts}
    columns = [column for column in dict.fromkeys(COLUMNS[kind] for kind in KINDS) if column in used]
    rows = [("", *columns)]
    for plan in trials.plans:
        tried = Counter(COLUMNS[v.kind] for v in plan.verdicts)
        failed = Counter(COLUMNS[v.kind] for v in plan.verdicts if not v.ok)
        cells = (_cell(tried[column], failed[column]) for column in columns)
        rows.append((printable(plan.label) or "all", *cells))
    return table(rows)


def _cell(tried: int, failed: int) -> str:
    if failed:
        return f"{failed}/{tried} !"
    return str(tried) if tried else "-"


def _figures(trials: FileTrials) -> Iterator[str]:
    yield from _longest(trials)
    healthy = _most(
        v.figures.hottest for v in trials.verdicts if v.kind in {"ways", "late", "never", "words"}
    )
    if healthy is not None:
        yield f"hottest at the skin without a fault: {healthy:.1f} °C (under 43)"
    faulty = _most(v.figures.hottest for v in trials.verdicts if v.kind in FAULTS)
    if faulty is not None:
        yield f"hottest at the skin with a fault: {faulty:.1f} °C (under 45)"
    slowest = _most(v.figures.to_rest for v in trials.verdicts)
    if slowest:
        yield f"longest time to rest: {slowest:.1f} s"
    whole = sum(v.chosen for v in trials.verdicts)
    if whole:
        yield f"{whole} of them to the very end of a ten-minute wait or a session, as the seed chose"
    if len(trials.plans) > 1:
        yield "what happens at a step that drives nothing, and is the same in several rows, is in one of them"
    for plan in trials.plans:
        if plan.same:
            same = printable("; ".join(plan.same))
            yield f"{printable(plan.label)} stands for {same} too: the steps are the same"
    yield from (f"note: {printable(note)}" for note in dict.fromkeys(_notes(trials)))


def _notes(trials: FileTrials) -> Iterator[str]:
    for plan in trials.plans:
        yield from plan.notes


def _longest(trials: FileTrials) -> Iterator[str]:
    runs: list[tuple[float, PlanTrials]] = [
        (verdict.figures.length, plan)
        for plan in trials.plans
        for verdict in plan.verdicts
        if verdict.figures.length is not None
    ]
    if runs:
        most, plan = max(runs, key=lambda run: run[0])
        longest = seconds(plan.plan)["longest"]
        yield (
            f"longest run: {_duration(most)} without waiting for the person; "
            f"the plan's longest: {_duration(longest)}"
        )


def _duration(value: float) -> str:
    return write_duration(round(value) * 1000) if value >= 1 else "0 s"


def _most(values: Iterator[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def summary(results: list[Reported], broken: int) -> str:
    """One line for all files."""
    failed = sum(bool(each.trials.failed) for each in results)
    count = sum(len(each.trials.verdicts) for each in results)
    took = sum(each.seconds for each in results)
    parts = [f"{len(results) + broken} files, {count} trials in {took:.1f} s"]
    parts += [f"{failed} failed"] if failed else []
    parts += [f"{broken} with errors"] if broken else []
    return f"{': '.join(parts[:1])}: {', '.join(parts[1:]) or 'all ok'}"


__all__ = ["command", "exit_code", "found", "lines", "repeat", "summary"]
