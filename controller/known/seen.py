"""When a device was last heard, and its battery then: a file of its own beside the devices.

It may be lost without harm, so what cannot be read counts as never seen, and what cannot be written is left.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from controller.config import write_whole
from controller.known import file
from controller.known.device import KnownError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

FILE = "seen.json"
MOST = 1000
"""Devices that are told of; nobody has as many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A device as it was heard `at` a moment; `battery` in per cent, None where it says nothing of one."""

    at: datetime
    battery: int | None = None
    firmware: str = ""


def last_seen() -> dict[str, Seen]:
    """By serial number."""
    try:
        return _read(file.devices_dir(make=False) / FILE)
    except KnownError:
        return {}


def saw(serial: str, battery: int | None, firmware: str = "", now: datetime | None = None) -> None:
    """A device was heard just now; where it tells no firmware, that of before stands."""
    at = (now or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)

    def with_it(known: dict[str, Seen]) -> dict[str, Seen]:
        before = known.pop(serial, None)
        told = firmware or (before.firmware if before else "")
        return {**known, serial: Seen(at=at, battery=battery, firmware=told)}

    _change(with_it)


def unsee(serial: str) -> None:
    """Nothing is kept of it any more."""
    _change(lambda known: {key: seen for key, seen in known.items() if key != serial})


def _change(change: Callable[[dict[str, Seen]], dict[str, Seen]]) -> None:
    try:
        with file.alone() as folder:
            known = _read(folder / FILE)
            kept = list(change(known).items())[-MOST:]
            write_whole(folder / FILE, json.dumps({key: _told(seen) for key, seen in kept}, indent=1) + "\n")
    except (KnownError, OSError):
        return


def _told(seen: Seen) -> dict[str, object]:
    return {"at": seen.at.isoformat(), "battery": seen.battery, "firmware": seen.firmware}


def _read(path: Path) -> dict[str, Seen]:
    try:
        told = json.loads(path.read_bytes()[: file.BIGGEST])
        return {str(serial): _seen(each) for serial, each in told.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _seen(told: Mapping[str, object]) -> Seen:
    at = datetime.fromisoformat(str(told["at"]))
    battery, firmware = told["battery"], str(told["firmware"])
    if at.tzinfo is None or not firmware.isprintable():
        raise ValueError("it was not written by this program")
    # By the very type: JSON's true is an int to Python.
    level = battery if type(battery) is int and 0 <= battery <= 100 else None
    return Seen(at=at, battery=level, firmware=firmware)
