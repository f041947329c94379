"""Who fills the roles of a plan, with as few questions as can be. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from controller.api import Setup
from controller.faces.cli.roles import Roles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from controller.faces.cli.asking import Choice
    from controller.known import Device
    from controller.settings import Way
    from protocols.plan import Kind, Plan


@dataclass(frozen=True, slots=True)
class Filling:
    """Roles as far as they are filled, and the next one that a person is asked for. `source`: what the
    plan is of."""

    plan: Plan
    roles: Roles
    devices: Sequence[Device]
    source: str | None = None

    @property
    def asks(self) -> tuple[str, Kind] | None:
        """The role that nothing fills yet, and its kind."""
        return next(iter(self.roles.missing(self.plan).items()), None)

    def fitting(self, kind: Kind) -> list[Device]:
        """Known devices of that kind that no role has yet."""
        taken = list(self.roles.known.values())
        return [each for each in self.devices if kind in each.kinds and each not in taken]

    def fill(self, choice: Choice) -> Filling:
        """With `choice` for the role that is asked for; `a` is by hand for every other one."""
        asked = self.asks
        if asked is None:
            return self
        if choice.key == "a":
            return replace(self, roles=replace(self.roles, by_hand=True))
        use, known = {**self.roles.use, asked[0]: choice.use}, dict(self.roles.known)
        if choice.device is not None:
            known[asked[0]] = choice.device
        return replace(self, roles=Roles(use=use, known=known))

    def setup(self, *, fit: bool) -> Setup:
        """What to run."""
        roles = self.roles
        sim = roles.sim or "sim" in roles.use.values()
        return Setup(
            plan=self.plan, use=roles.use, known=roles.known, by_hand=roles.by_hand, sim=sim, fit=fit,
            source=self.source,
        )  # fmt: skip


def filling(plan: Plan, devices: Sequence[Device], way: Way) -> Filling:
    """All by hand, all simulated, or each role by the one known device of its kind."""
    if way != "own":
        return Filling(plan, Roles(use={}, by_hand=way == "hand", sim=way == "sim"), devices)
    found = Filling(plan, Roles(use={}), devices)
    for role, kind in plan.roles.items():
        mine = found.fitting(kind)
        rivals = sum(each == kind for each in plan.roles.values())
        if len(mine) == 1 and rivals == 1:
            use = {**found.roles.use, role: mine[0].link}
            found = replace(found, roles=Roles(use=use, known={**found.roles.known, role: mine[0]}))
    return found


def unfilled(plan: Plan, devices: Sequence[Device]) -> Filling:
    """With every role still to be asked for."""
    return Filling(plan, Roles(use={}), devices)
