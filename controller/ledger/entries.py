"""Entries as lines of JSON, each with its own hash and that of the line before."""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, dataclass, fields
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

from controller.ledger.clocks import Mark, Moment
from controller.ledger.errors import DamagedError
from controller.safety.standing import Given, Had

if TYPE_CHECKING:
    from collections.abc import Mapping

What = Literal["ahead", "settled", "clock", "spent"]
"""`ahead`: the session's worst case; `settled`: what it gave; `clock`: a clock was set, or the machine
booted; `spent`: nothing is left until ledger time `until`."""

GENESIS = "0" * 64
"""What stands for the hash of the line before the first."""
_HASH, _BEFORE = b',"hash":"', b',"before":"'
_HASH_LENGTH = len(_HASH) + 64 + len(b'"}')
_SESSION = re.compile(rb'\{"number":\d+,"session":("(?:[^"\\]|\\.)*")')
_PAIRS = ("sites", "holds", "held", "worst")
"""What a Given has by area or point and side: lists of [name, side, value]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line. A statement is cumulative for its session: the latest replaces the earlier ones."""

    number: int
    what: What
    mark: Mark
    session: str = ""
    segment: int = 0
    given: Given | None = None
    until: float | None = None


def encode(entry: Entry, before: str) -> bytes:
    """The line of `entry` behind the line with the hash `before`. Raises ValueError for NaN or infinity."""
    shown: dict[str, object] = {"number": entry.number, "session": entry.session, "segment": entry.segment}
    shown["what"] = entry.what
    if entry.given is not None:
        shown["given"] = _shown(entry.given)
    if entry.until is not None:
        shown["until"] = entry.until
    moment = entry.mark.moment
    shown |= {"at": entry.mark.at, "wall": moment.wall, "boot": moment.boot, "up": moment.up}
    shown |= {"reckoned": entry.mark.reckoned, "before": before}
    try:
        body = json.dumps(shown, separators=(",", ":"), allow_nan=False).encode()[:-1]
    except ValueError as error:
        raise ValueError("what a session gave is no number") from error
    return b'%b%b%b"}\n' % (body, _HASH, sha256(body).hexdigest().encode())


def decode(line: bytes) -> Entry:
    """The entry of a line that `follows` has accepted. Raises DamagedError."""
    try:
        told = json.loads(line)
        moment = Moment(told["wall"], told["boot"], told["up"])
        return Entry(
            number=told["number"],
            what=told["what"],
            mark=Mark(told["at"], moment, told["reckoned"]),
            session=told["session"],
            segment=told["segment"],
            given=_given(told["given"]) if "given" in told else None,
            until=told.get("until"),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamagedError("an entry makes no sense") from error


def follows(line: bytes, number: int, before: str) -> bool:
    """Whether `line` is whole, unchanged, and the one with that number behind the hash `before`."""
    body, end = line[:-_HASH_LENGTH], line[-_HASH_LENGTH:]
    return (
        body.startswith(b'{"number":%d,' % number)
        and body.endswith(b'%b%b"' % (_BEFORE, before.encode()))
        and end == b'%b%b"}' % (_HASH, sha256(body).hexdigest().encode())
    )


def hash_of(line: bytes) -> str:
    """The hash that a line ends with."""
    return line[-66:-2].decode("ascii", "replace")


def session_of(line: bytes) -> bytes:
    """What tells the line's session from others; b'""': it is of none."""
    found = _SESSION.match(line)
    return b"" if found is None else found[1]


def _shown(value: Given | Had) -> dict[str, object]:
    """Without what is as it is by default: entries are many."""
    shown: dict[str, object] = {}
    for field in fields(value):
        part = getattr(value, field.name)
        if field.default is not MISSING and part == field.default:
            continue
        shown[field.name] = _pairs(part) if field.name in _PAIRS and part is not None else part
    return shown


def _pairs(part: Mapping[tuple[str, str], Had | float]) -> list[list[object]]:
    return [[*key, _shown(each) if isinstance(each, Had) else each] for key, each in part.items()]


def _given(told: dict[str, Any]) -> Given:
    parts = {key: _tuple(part) for key, part in told.items() if key not in _PAIRS}
    for key in _PAIRS:
        if told.get(key) is not None:
            parts[key] = {(name, side): _had(part) for name, side, part in told[key]}
    return Given(**parts)


def _had(told: dict[str, Any] | float) -> Had | float:
    if not isinstance(told, dict):
        return told
    return Had(**{key: _tuple(part) for key, part in told.items()})


def _tuple(part: object) -> Any:  # noqa: ANN401  a value of a field whose type the dataclass knows
    return tuple(part) if isinstance(part, list) else part
