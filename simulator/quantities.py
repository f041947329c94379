"""Numbers with units, as bench files write them."""

from __future__ import annotations

import re

UNITS = {
    "time": {"ms": 1.0, "s": 1000.0, "min": 60_000.0},
    "temperature": {"°C": 1.0},
    "rate": {"/min": 1.0},
    "power": {"W": 1.0},
    "capacity": {"J/K": 1.0},
    "conductance": {"W/K": 1.0},
    "share": {"%": 0.01},
    "signal": {"dBm": 1.0},
    "frequency": {"/s": 1.0},
}
_FORM = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?) ?(\S+)")


def quantity(value: object, dimension: str) -> float:
    """`value` in the first unit of its dimension. Raises ValueError, saying which units there are."""
    units = UNITS[dimension]
    match = _FORM.fullmatch(value) if isinstance(value, str) else None
    if match is None or match[2] not in units:
        raise ValueError(f"{value!r} is not a {dimension}: write a number and one of {', '.join(units)}")
    return float(match[1]) * units[match[2]]


def milliseconds(value: object) -> int:
    """A time, not negative."""
    time_ms = round(quantity(value, "time"))
    if time_ms < 0:
        raise ValueError(f"{value!r} is negative")
    return time_ms
