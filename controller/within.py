"""The plan as it may be run: within the limits that stand, lowered to them where that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.binding import Refusal
from controller.safety import remedy, verify
from controller.safety.fit import Fitted, Unfit, fit
from controller.safety.screening import BY_ID, instead

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from controller.safety import Channel, Standing, Violation
    from protocols import Plan


def within(
    plan: Plan, channels: Mapping[str, Channel], standing: Standing, *, lower: bool, said: str = ""
) -> Fitted:
    """`plan` within every limit. Raises Refusal, by the name of each that it is not within.

    `lower`: lower what is over. `said`: what there is to say of the ledger, which may be why.
    """
    if lower:
        found = fit(plan, channels, lambda p, known: verify(p, known, standing))
        if isinstance(found, Unfit):
            raise _refusal(plan, found.violations, ["No lower value is within.", *_remedies(found), said])
        return found
    broken = verify(plan, channels, standing)
    if broken:
        raise _refusal(plan, broken, [said])
    return Fitted(plan)


def _remedies(found: Unfit) -> Iterable[str]:
    return dict.fromkeys(f"{each.limit}: {remedy(each)}" for each in found.violations)


def _refusal(plan: Plan, broken: tuple[Violation, ...], told: list[str]) -> Refusal:
    if any(each.limit in BY_ID for each in broken):
        told = [*told, "What helps without a device:", *instead(plan)]
    text = "\n".join(f"{each.limit}: {each.message}" for each in broken)
    return Refusal("refused", 4, text, "\n".join(filter(None, told)), broken)
