"""What to write instead where a plan breaks a limit: one line for a person, from the row and the key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from controller.safety.limits import SE4_GAP_MS, SECOND_MS
from protocols.units import write_duration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from controller.safety.ways import Violation

_BOUT: Final = "or put a rest before it of 30 s or more, and as long as what came before"
_BY_HAND: Final = "press it by hand (with: hand), or leave it out"
_LESS: Final = "write less in for, or leave a step out: all steps add up"
_WAIT: Final = "wait until the time is up, or leave it out"
_DAY: Final = "write less in for, or wait: what the last 24 hours had counts"
_COOL_FIRST: Final = "put cool: with the pad's role, below: 38 °C, and then rest: 60 s before it"

_BY_KEY: Final[Mapping[tuple[str, str], str]] = {
    ("PC1", "for"): "write less in for, or move: circles or along",
    ("HT9", "within"): "write less in within or in for: all steps add up",
    ("ZN1", "press"): _BY_HAND,
    ("ZN1", "heat"): "leave it out",
    ("ZN1", "move"): "write move: circles or move: along",
    ("SE5", "heat"): "put rest: 2 min before it: only a rest is time that is sure to pass",
    ("SP2", "between"): "write between: 30 s or more",
}
_BY_ROW: Final[Mapping[str, str]] = {
    "HT4": _LESS,
    "HT5": "write a lower to, or less in for or within: all steps add up",
    "HT6": _DAY,
    "HT7": _DAY,
    "HT8": _WAIT,
    "HT9": _LESS,
    "HT10": "leave a day out",
    "HT16": _WAIT,
    "HT17": "warm one place after the other",
    "HT22": _LESS,
    "PC3": _LESS,
    "PC4": _DAY,
    "PC5": _LESS,
    "PC7": _WAIT,
    "PC8": _DAY,
    "PC9": _WAIT,
    "PC12": _DAY,
    "SP2": "put rest: 30 s before it, or leave it out",
    "SP3": "leave a place out; each side counts as one",
    "SE1": "write less in rest, for or within, repeat less, or make two protocols of it",
    "SE2": "repeat less, or make two protocols of it",
    "SE3": "leave an area out, or make two protocols of it",
    "SE7": _WAIT,
    "SE9": "put the stretch after the press",
    "SE6": "do one after the other: cool and rest: 60 s after heat, rest: 2 min after percussion",
}
_BY_SETTER: Final[Mapping[tuple[str, str], str]] = {
    ("ledger", "for"): _DAY,
    ("ledger", "within"): _DAY,
    ("ledger", "heat"): _WAIT,
    ("ledger", "press"): _WAIT,
    ("profile", "for"): _LESS,
    ("screening", "for"): _LESS,
    ("screening", "heat"): "leave it out for now",
    ("screening", "press"): "leave it out for now",
}
_ELSE: Final = "a file may stay below a limit, never go over it"


def remedy(violation: Violation) -> str:
    """What to write instead."""
    row, key, allowed = violation.limit, violation.key, violation.allowed
    if key == "to" and violation.asked > allowed:
        return f"write to: {allowed:g} °C, or less"
    if key == "at":
        return f"write at: {allowed * 100:g} %, or less" if allowed else _BY_HAND
    if key == "force":
        return f"write at most {allowed:g} N"
    if row == "SE4":
        return _gap(violation)
    if row in {"PC2", "LE2", "LE3", "SP1", "HT18"} and key == "for":
        most = f"write for: {write_duration(round(allowed * 1000))}, or less"
        return f"{most}, {_BOUT}" if row in {"PC2", "LE2", "LE3"} else most
    by_setter = _BY_SETTER.get((violation.by, key))
    return by_setter or _BY_KEY.get((row, key)) or _BY_ROW.get(row, _ELSE)


def _gap(violation: Violation) -> str:
    if violation.allowed == SE4_GAP_MS / SECOND_MS:
        return "put rest: 60 s before it: only a rest is time that is sure to pass"
    return _COOL_FIRST
