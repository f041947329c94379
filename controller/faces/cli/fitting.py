"""`--fit` on the command line: a plan lowered to the limits, and what of it was lowered."""

from __future__ import annotations

from dataclasses import replace

from controller.faces.cli.checking import Checked
from controller.faces.cli.common import REFUSED, table
from controller.safety import remedy, verify
from controller.safety.fit import Fitted, Unfit, fit

HINT = "--fit lowers what is over and runs that; the file stays as it is"


def within_limits(result: Checked) -> tuple[Checked, list[str]]:
    """`result` with its plan lowered where limits are all that is wrong, and what to say of it."""
    found = _fit(result) if result.exit == REFUSED else None
    if found is None:
        return result, []
    if isinstance(found, Unfit):
        return result, no_help(found)
    kept = tuple(each for each in result.diagnostics if each.severity != "error")
    return Checked(replace(result.compiled, plan=found.plan), kept, result.standing), changes(found)


def hint(result: Checked) -> str:
    """Says that there is --fit, where it would help; else nothing."""
    helps = result.exit == REFUSED and isinstance(_fit(result), Fitted)
    return HINT if helps else ""


def _fit(result: Checked) -> Fitted | Unfit | None:
    plan = result.compiled.plan
    return None if plan is None else fit(plan, None, lambda p, known: verify(p, known, result.standing))


def changes(found: Fitted) -> list[str]:
    """What was lowered, a line for each value of the file; nothing where it fits as it is."""
    if not found.changes:
        return []
    rows = [
        (f"  line {each.line}", each.what, each.key, f"{each.before} to {each.after}", ", ".join(each.limits))
        for each in found.changes
    ]
    return ["Lowered to keep within the limits; the file stays as it is:", *table(rows)]


def no_help(found: Unfit) -> list[str]:
    """What keeps the plan from being run whatever is lowered, with what to do instead."""
    each = [f"  {v.limit}: {v.message}; {remedy(v)}" for v in found.violations]
    return ["--fit does not help here, as no lower value is within these limits:", *each]
