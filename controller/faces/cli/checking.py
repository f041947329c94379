"""A file read, compiled and held to the limits: what `check`, `plan`, `run` and `demo` begin with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from controller.faces.cli.common import DONE, FILE_ERRORS, REFUSED
from controller.safety import remedy, verify
from controller.safety.standing import PLAIN
from controller.safety.waits import warnings
from protocols.bounds import bounds
from protocols.diagnostics import Diagnostic, first_ones
from protocols.language import LoadError, OptionError, ReaderMissingError, compile_source, load, sound_part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from controller.safety import Standing, Violation
    from protocols.diagnostics import Severity, Span
    from protocols.language import Compiled
    from protocols.plan import Plan

_NEVER_LESS = frozenset({
    "HT1", "HT4", "HT5", "HT9", "HT18", "PC3", "PC5", "PC11", "PC13", "SP1", "SP3",
    "SE1", "SE2", "SE3", "ZN1",
})  # fmt: skip
"""Rows that no further step could make a plan keep; others ask for what lies between steps."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A file with everything that is wrong with it, limits among them: those of whoever is `standing`."""

    compiled: Compiled
    diagnostics: tuple[Diagnostic, ...]
    standing: Standing = field(default=PLAIN)

    @property
    def file(self) -> str:
        """Its name."""
        return self.compiled.file

    @property
    def ok(self) -> bool:
        """Whether it may be run."""
        return self.exit == DONE

    @property
    def exit(self) -> int:
        """0; 3 for errors; 4 where limits are all that is wrong."""
        codes = {each.code for each in self.diagnostics if each.severity == "error"}
        if not codes:
            return DONE
        return REFUSED if codes == {"limit"} else FILE_ERRORS

    @property
    def text(self) -> list[str]:
        """Each diagnostic with its source line and a caret."""
        return [self.compiled.text(each) for each in self.diagnostics]


def checked(
    path_or_name: str, chosen: Mapping[str, str], *, every: bool = True, standing: Standing = PLAIN
) -> Checked:
    """Read, compile and check one file, with every combination of options that `chosen` leaves open.

    With `every` False the chosen combination alone is held to the limits. Raises click.UsageError for a
    file that is not there and for a choice that it does not offer.
    """
    try:
        compiled = compile_source(load(path_or_name), chosen)
    except (LoadError, OptionError) as error:
        raise click.UsageError(str(error)) from error
    except ReaderMissingError as error:
        raise click.ClickException(str(error)) from error
    if compiled.plan is None:
        return Checked(compiled, first_ones((*compiled.diagnostics, *_beside(compiled))))
    plans = _distinct(compiled, chosen) if every else iter((compiled.plan,))
    found = _violations(compiled, compiled.plan, plans, standing)
    return Checked(compiled, (*compiled.diagnostics, *found), standing)


def _beside(compiled: Compiled) -> list[Diagnostic]:
    """The limits that a wrong file breaks as well, by its steps that are sound."""
    part = sound_part(compiled)
    return [] if part is None else [
        _diagnostic(compiled.file, _span(compiled, part, each), each)
        for each in verify(part)
        if each.limit in _NEVER_LESS
    ]  # fmt: skip


def _distinct(compiled: Compiled, chosen: Mapping[str, str]) -> Iterator[Plan]:
    """The chosen plan first; combinations that came to the same share their segments."""
    seen: set[int] = set()
    for plan in (compiled.plan, *compiled.combinations):
        if plan is None or any(plan.options[name] != value for name, value in chosen.items()):
            continue
        if id(plan.segments) not in seen:
            seen.add(id(plan.segments))
            yield plan


def _violations(
    compiled: Compiled, usual: Plan, plans: Iterator[Plan], standing: Standing
) -> list[Diagnostic]:
    """One for each limit and place in the file, from the first plan that breaks it, and the warnings."""
    found: dict[tuple[str, Span, str | None], Diagnostic] = {}
    for plan in plans:
        judged: list[tuple[Severity, Violation]] = [("error", v) for v in verify(plan, None, standing)]
        judged += [("warning", v) for v in warnings(plan, standing)]
        for severity, violation in judged:
            span = _span(compiled, plan, violation)
            key = (violation.limit, span, None if plan is usual else violation.message)
            if (violation.limit, span, None) not in found and key not in found:
                choice = _choice(plan, usual)
                found[key] = _diagnostic(compiled.file, span, violation, choice, severity)
    return sorted(found.values(), key=lambda each: (each.line, each.column))


def _span(compiled: Compiled, plan: Plan, violation: Violation) -> Span:
    if violation.segment is None:
        return compiled.locate_path(violation.key)
    return compiled.locate(plan.segment(violation.segment), violation.key)


def _choice(plan: Plan, usual: Plan) -> str:
    other = [f"{name}={value}" for name, value in plan.options.items() if usual.options[name] != value]
    return f", with {' and '.join(other)}" if other else ""


def _diagnostic(
    file: str, span: Span, violation: Violation, choice: str = "", severity: Severity = "error"
) -> Diagnostic:
    named = f"({violation.limit})"
    return Diagnostic(
        severity=severity, code="limit", file=file,
        line=span.line, column=span.column, end_line=span.end_line, end_column=span.end_column,
        message=f"{violation.message}{choice}" + ("" if named in violation.message else f" {named}"),
        help=remedy(violation),
        limit=violation.limit, asked=violation.asked, allowed=violation.allowed,
    )  # fmt: skip


def seconds(plan: Plan) -> dict[str, float]:
    """Its shortest and longest length, waiting for the person left out."""
    both = bounds(plan)
    return {"shortest": both.shortest_ms / 1000, "longest": both.longest_ms / 1000}
