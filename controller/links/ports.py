"""The serial ports of this machine, looked at without opening any: opening resets many boards."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROCESSES = Path("/proc")
TERMINALS = ("/dev/pts/", "/dev/tty")


@dataclass(frozen=True, slots=True)
class Port:
    """A serial port; `users` are the processes that have it open, as far as this user may see."""

    path: str
    description: str
    allowed: bool
    users: tuple[str, ...] = ()


def ports() -> tuple[Port, ...]:
    """Every serial port with hardware behind it, by path."""
    from serial.tools import list_ports  # noqa: PLC0415  slow, and only for who looks for ports

    found = sorted(
        (each for each in list_ports.comports() if each.hwid != "n/a"), key=lambda each: each.device
    )
    return tuple(
        Port(
            each.device,
            each.description if each.description != "n/a" else "",
            os.access(each.device, os.R_OK | os.W_OK),
            users(each.device),
        )
        for each in found
    )


def users(path: str) -> tuple[str, ...]:
    """The processes that have `path` open: `name (id)`; those of other users stay unseen."""
    real = Path(path).resolve()
    found = set()
    for link in PROCESSES.glob("[0-9]*/fd/*"):
        if _leads_to(link, real):
            process = link.parent.parent
            with suppress(OSError):  # it ends meanwhile
                found.add(f"{(process / 'comm').read_text().strip()} ({process.name})")
    return tuple(sorted(found))


def somebodys_terminal(path: str) -> bool:
    """Whether a program reads there what a person types. Opening it would take their keys and its modes.

    As far as this user may see, and only where the system tells (Linux).
    """
    real = Path(path).resolve()
    return str(real).startswith(TERMINALS) and any(
        _leads_to(process / "fd" / "0", real) for process in PROCESSES.glob("[0-9]*")
    )


def _leads_to(link: Path, real: Path) -> bool:
    try:
        return link.readlink() == real
    except OSError:  # it is gone, or another user's
        return False
