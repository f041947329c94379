"""What is said of one protocol: its length, its steps, what it needs, what is wrong with it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.faces.cli.common import DONE, REFUSED
from controller.faces.cli.fitting import changes, no_help
from controller.faces.cli.plan import step_words
from controller.faces.home.filling import filling
from controller.faces.home.timeline import lengths, loads, timeline
from controller.safety.fit import Fitted, Unfit
from protocols.diagnostics import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from controller.faces.home.shelf import Entry
    from controller.known import Device
    from controller.settings import Way
    from protocols.plan import Plan


def headline(entry: Entry) -> str:
    """One line of the list."""
    whose = "shipped" if entry.path is None else f"yours, {entry.name}"
    if entry.plan is None:
        errors = sum(each.severity == "error" for each in entry.result.diagnostics)
        return f"! {printable(entry.name)}: {errors} error{'s' if errors != 1 else ''} in the file"
    over = "! over a limit: " if entry.result.exit == REFUSED else ""
    return f"{over}{printable(entry.title)} ({printable(whose)})"


def lines(
    entry: Entry, devices: Sequence[Device], way: Way, *, columns: int, utf8: bool, fit: bool
) -> Iterator[str]:
    """All of it, most wanted first."""
    plan = entry.plan
    if plan is None:
        yield "This file has errors. e opens it in your editor; it is checked again after that."
        yield ""
        for each in entry.result.text:
            yield from each.replace(str(entry.path), entry.name).split("\n")
        return
    if fit or entry.result.exit != DONE:
        found = entry.fitted() if fit else None
        yield from _limits(entry, found)
        yield ""
        plan = found.plan if isinstance(found, Fitted) else plan
    yield lengths(plan)
    yield from timeline(plan, columns, utf8=utf8)
    yield ""
    yield from _needs(plan, devices, way)
    for name, values in entry.values.items():
        now = plan.options[name]
        others = ", ".join(printable(each) for each in values if each != now)
        yield f"{name}: {printable(now)}   (o: {others})"
    yield ""
    yield "At the longest, of what stands for you:"
    yield from (f"  {each}" for each in loads(plan, entry.standing))
    yield ""
    yield from (f"{n:>2} {each}" for n, each in enumerate(step_words(plan), 1))
    yield from _warnings(entry)


def _limits(entry: Entry, found: Fitted | Unfit | None) -> Iterator[str]:
    if found is None:
        yield "Over what stands for you now. f lowers it, where that helps; the file stays as it is."
        for each in entry.result.diagnostics:
            if each.severity == "error":
                yield f"  line {each.line}: {printable(each.message)}"
    elif isinstance(found, Unfit):
        yield from no_help(found)
    else:
        told = changes(found)
        yield from told or ["Nothing is lowered: it is within the limits as it is."]


def _needs(plan: Plan, devices: Sequence[Device], way: Way) -> Iterator[str]:
    if not plan.roles:
        yield "needs no device"
    found = filling(plan, devices, way)
    for role, kind in plan.roles.items():
        own = found.roles.known.get(role)
        count = len(found.fitting(kind))
        if own is not None:
            met = f"+ {own.name}"
        elif found.roles.by_hand:
            met = "+ you, by hand"
        elif found.roles.sim:
            met = "+ simulated"
        else:
            met = f"? one of {count} known devices" if count else "? no device known: b by hand, s simulated"
        yield f"needs a {role} ({kind})  {met}"


def _warnings(entry: Entry) -> Iterator[str]:
    warned = [each for each in entry.result.diagnostics if each.severity == "warning"]
    if warned:
        yield ""
        yield "Good to know:"
        yield from (f"  line {each.line}: {printable(each.message)}" for each in warned)
