"""Asks the person at the terminal who fills a role: a key each, and Enter for the first device they know."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from controller.links.ports import ports

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from controller.faces.cli.roles import Roles
    from controller.known import Device
    from controller.links.ports import Port
    from protocols.plan import Kind

ENTER = ("\r", "\n")


@dataclass(frozen=True, slots=True)
class Choice:
    """What may fill a role: its key, what it says, what `use` has of it, and the device that is known."""

    key: str
    says: str
    use: str
    device: Device | None = None


def ask_for(missing: Mapping[str, Kind], roles: Roles, known: Sequence[Device] = ()) -> Roles:
    """Ask for each missing role; devices of `known` that fit come first."""
    found = ports()
    use, own = dict(roles.use), dict(roles.known)
    for role, kind in missing.items():
        mine = [each for each in known if kind in each.kinds and each not in own.values()]
        together = ", ".join(missing) if len(missing) > 1 and role == next(iter(missing)) else ""
        click.echo(f"What is the {role} ({kind})?")
        chosen = _one_of([*choices(mine, found, together)])
        if chosen.key == "a":
            return replace(roles, by_hand=True)
        use[role] = chosen.use
        if chosen.device is not None:
            own[role] = chosen.device
    return replace(roles, use=use, known=own, sim=roles.sim or "sim" in use.values())


def choices(mine: Sequence[Device], found: Sequence[Port], together: str) -> Iterator[Choice]:
    """What may fill a role: `mine` first, then by hand, `together` by hand, simulated, and ports `found`."""
    for number, device in enumerate(mine, 1):
        yield Choice(str(number), f"{device.name}  {told_of(device)}", device.link, device)
    yield Choice("h", "my own, worked by hand: the program says what to do", "hand")
    if together:
        yield Choice("a", f"all of {together} by hand", "hand")
    yield Choice("s", "simulated: no device is driven", "sim")
    listed = {os.path.realpath(each.link.removeprefix("serial:")) for each in mine}
    others = [port for port in found if os.path.realpath(port.path) not in listed]
    for number, port in enumerate(others, len(mine) + 1):
        yield Choice(str(number), f"{port.path}  {port.description}".rstrip(), f"serial:{port.path}")


def told_of(device: Device) -> str:
    """What helps to know a device again: how it is reached, what it is, its levels."""
    parts = ["by hand" if device.by_hand else device.link]
    parts += [each for each in (device.model, device.serial) if each]
    parts += [f"{device.levels} level{'s' if device.levels != 1 else ''}"] if device.levels else []
    parts += [f"{device.slowest} to {device.fastest} /min"] if device.scale else []
    parts += ["simulated"] if device.simulated else []
    return ", ".join(parts)


def _one_of(choices: Sequence[Choice]) -> Choice:
    """A key, or Enter for a known device that stands first; a line where a number has two digits."""
    by_key = {each.key: each for each in choices}
    for each in choices:
        click.echo(f"  {each.key}  {each.says}")
    first = choices[0] if choices[0].device is not None else None
    asked = f"Your choice (Enter: {first.says.split('  ')[0]})" if first else "Your choice"
    if any(len(key) > 1 for key in by_key):
        default = None if first is None else first.key
        told = click.prompt(
            asked, default, show_default=False, type=click.Choice([*by_key]), show_choices=False
        )
        return by_key[str(told)]
    click.echo(f"{asked}: ", nl=False)
    while True:
        key = click.getchar().lower()
        chosen = first if key in ENTER else by_key.get(key)
        if chosen is not None:
            click.echo(chosen.key)
            return chosen
