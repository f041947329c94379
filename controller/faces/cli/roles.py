"""Who fills which role, as far as the command line can tell before anything is opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from controller.safety import Channel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from controller.known import Device
    from protocols.plan import Kind, Plan

LINKS = ("serial:", "ble:")
NO_NAMES = ("hand", "sim")
"""What `--use` takes beside links and the names of known devices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """As `run` was told: `use` by role, then who fills the rest. `known`: the devices that were named, by
    role; `use` has their links."""

    use: Mapping[str, str]
    known: Mapping[str, Device] = field(default_factory=dict)
    by_hand: bool = False
    sim: bool = False
    bench: Path | None = None

    @property
    def rest_is_filled(self) -> bool:
        """Whether a role that `use` does not name is filled all the same."""
        return self.by_hand or self.sim or self.bench is not None

    @property
    def simulated(self) -> bool:
        """Whether nothing but simulated devices is meant."""
        fills = self.sim or self.bench is not None
        return fills and not self.by_hand and all(device == "sim" for device in self.use.values())

    def missing(self, plan: Plan) -> dict[str, Kind]:
        """The roles of `plan` that nothing fills."""
        if self.rest_is_filled:
            return {}
        return {role: kind for role, kind in plan.roles.items() if role not in self.use}

    def by_hand_channels(self, plan: Plan, *, rest: bool | None = None) -> dict[str, Channel]:
        """What is known of each role of `plan` that the person works; `rest`: also those that nothing
        names (unless told: with `by_hand`)."""
        every = self.by_hand if rest is None else rest
        found = {}
        for role, kind in plan.roles.items():
            own = self.known.get(role)
            if own is not None and own.by_hand:
                found[role] = own.channel(role)
            elif self.use.get(role, "hand" if every else "") == "hand":
                found[role] = Channel.worked_by_hand(role, kind)
        return found


def names(use: Mapping[str, str]) -> dict[str, str]:
    """Those of `use` that are neither a link, nor by hand, nor simulated: names of devices, by role."""
    return {role: told for role, told in use.items() if told not in NO_NAMES and not told.startswith(LINKS)}


def advice(missing: Mapping[str, Kind], known: Iterable[Device] = ()) -> str:
    """What to add to the command line."""
    named = ", ".join(f"{role} ({kind})" for role, kind in missing.items())
    first, kind = next(iter(missing.items()))
    own = next((each.name for each in known if kind in each.kinds), None)
    use = f"--use {first}=serial:PATH" if own is None else f"--use '{first}={own}'"
    return f"nothing fills {named}: add {use}, --by-hand or --sim"
