"""Who fills which role, as far as the command line can tell before anything is opened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from controller.links.ports import ports

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from protocols.plan import Kind, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """As `run` was told: `use` by role, then who fills the rest."""

    use: Mapping[str, str]
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


def advice(missing: Mapping[str, Kind]) -> str:
    """What to add to the command line."""
    named = ", ".join(f"{role} ({kind})" for role, kind in missing.items())
    first = next(iter(missing))
    return f"nothing fills {named}: add --use {first}=serial:PATH, --by-hand or --sim"


def ask_for(missing: Mapping[str, Kind], roles: Roles) -> Roles:
    """Ask the person at the terminal for each missing role."""
    found = ports()
    use = dict(roles.use)
    for role, kind in missing.items():
        click.echo(f"What is the {role} ({kind})?")
        click.echo("  h  my own, worked by hand: the program says what to do")
        all_mine = ["a"] if len(missing) > 1 and role == next(iter(missing)) else []
        if all_mine:
            click.echo(f"  a  all of {', '.join(missing)} by hand")
        click.echo("  s  simulated: no device is driven")
        for number, port in enumerate(found, 1):
            click.echo(f"  {number}  {port.path}  {port.description}")
        choices = ["h", "s", *all_mine, *(str(number) for number in range(1, len(found) + 1))]
        chosen = _one_of(choices)
        if chosen == "a":
            return replace(roles, by_hand=True)
        use[role] = {"h": "hand", "s": "sim"}.get(chosen) or f"serial:{found[int(chosen) - 1].path}"
    return replace(roles, use=use, sim=roles.sim or "sim" in use.values())


def _one_of(choices: Sequence[str]) -> str:
    """A key; a line where a number has more than one digit."""
    if any(len(choice) > 1 for choice in choices):
        return str(click.prompt("Your choice", type=click.Choice(choices), show_choices=False))
    click.echo("Your choice: ", nl=False)
    while (key := click.getchar().lower()) not in choices:
        pass
    click.echo(key)
    return key
