"""Which known devices may fill which roles of a plan. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.known.device import Device, KnownError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from protocols.plan import Kind


def refuse_misfits(
    named: Mapping[str, Device], roles: Mapping[str, Kind], known: Iterable[Device] = ()
) -> None:
    """Hold each device to the kind of its role, and to one role of that kind. Raises KnownError.

    `named` is by role, as `roles` is. `known`: all that there are, to say which would do.
    """
    filled: dict[tuple[str, Kind], str] = {}
    for role, device in named.items():
        kind = roles[role]
        if kind not in device.kinds:
            raise KnownError(
                f"{device.name} is for {' and '.join(device.kinds)}: the {role} needs one for {kind}",
                _instead(role, kind, known),
            )
        other = filled.setdefault((device.name, kind), role)
        if other != role:
            raise KnownError(
                f"{device.name} is named for {other} and for {role}", "give each role a device of its own"
            )


def _instead(role: str, kind: Kind, known: Iterable[Device]) -> str:
    fit = [f"--use '{role}={each.name}'" for each in known if kind in each.kinds]
    return f"write {' or '.join(fit)}" if fit else f"no device for {kind} is known; see unknot devices"
