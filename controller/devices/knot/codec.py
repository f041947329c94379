"""Messages of the Knot device profile, version 1, to payload bytes and back. Pure.

`encode` and `decode` raise WireError, and nothing else, for what the profile does not allow.
Setpoints and readings are as on the wire: strokes a minute, hundredths of a degree Celsius.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import attrgetter
from struct import Struct
from struct import error as StructError  # noqa: N812 - it is an error, and lower case in struct alone
from typing import TYPE_CHECKING, ClassVar, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

PROFILE = 1
MAX_PAYLOAD = 250
NO_READING = 0xFFFF
"""`actual` of a channel that has no valid reading."""
NO_BATTERY = 255

PERCUSSION, HEAT = 1, 2
"""Channel kinds that a role can be bound to."""
DRIVABLE, MEASURED = 0b01, 0b10
"""Bits of a channel's flags."""
IDLE, RUNNING, STOPPED, FAULT = range(4)
"""States of STATUS."""
LEASE_EXPIRED = 8
"""The fault of STATUS that is for information alone."""
OK, STALE_SESSION, BUSY, OUT_OF_RANGE, NO_SUCH_CHANNEL = range(5)
FAULT_LATCHED, MALFORMED, UNKNOWN_TYPE, WAS_STOPPED = range(5, 9)
"""Codes of ACK."""


class WireError(Exception):
    """A payload that is no message of the profile, or a message that fits no payload."""


@dataclass(frozen=True, slots=True)
class Hello:
    """Asks for a session; `owner` is random, one per controller run."""

    type: ClassVar[int] = 0x01
    seq: int
    session: int = 0
    profile: int = PROFILE
    owner: int = 0


@dataclass(frozen=True, slots=True)
class Drive:
    """Drives a channel to `setpoint` (0: rest) for as long as `lease_ms`."""

    type: ClassVar[int] = 0x02
    seq: int
    session: int
    channel: int
    setpoint: int
    lease_ms: int


@dataclass(frozen=True, slots=True)
class Renew:
    """Every channel that is now driven keeps its setpoint for `lease_ms` from now."""

    type: ClassVar[int] = 0x03
    seq: int
    session: int
    lease_ms: int


@dataclass(frozen=True, slots=True)
class Stop:
    """Everything rests, and stays so until the next HELLO. Obeyed from anyone."""

    type: ClassVar[int] = 0x04
    seq: int
    session: int = 0


@dataclass(frozen=True, slots=True)
class Clear:
    """Clears a latched fault whose cause is gone."""

    type: ClassVar[int] = 0x05
    seq: int
    session: int


@dataclass(frozen=True, slots=True)
class Report:
    """Asks for STATUS every `period_ms` while running (0: on change alone)."""

    type: ClassVar[int] = 0x06
    seq: int
    session: int
    period_ms: int


@dataclass(frozen=True, slots=True)
class InfoChannel:
    """One channel as INFO describes it; `low`, `high` and `step` are in the kind's wire unit."""

    kind: int
    flags: int
    low: int
    high: int
    step: int


@dataclass(frozen=True, slots=True)
class Info:
    """Who the device is and what it can do; `session` is the one it has just begun."""

    type: ClassVar[int] = 0x81
    seq: int
    session: int
    profile: int
    boot: int
    max_lease_ms: int
    name: str
    serial: str
    firmware: str
    channels: tuple[InfoChannel, ...]


class Status(NamedTuple):
    """How the device is. `values` are setpoint and actual of each channel in turn.

    A named tuple, since these are decoded ten times a second for each device.
    """

    seq: int
    session: int
    uptime_ms: int
    state: int
    fault: int
    battery: int
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ack:
    """The answer to a request of type `request`."""

    type: ClassVar[int] = 0x83
    seq: int
    session: int
    request: int
    code: int


Request = Hello | Drive | Renew | Stop | Clear | Report
Message = Request | Info | Status | Ack

_STATUS = 0x82
_STATUS_HEAD = 11  # bytes before the first channel
_INFO_HEAD = Struct("<xBHBIH")
_INFO_CHANNEL = Struct("<BBHHH")
_STATUS_OF_LENGTH = {
    _STATUS_HEAD + 4 * n: Struct(f"<xBHIBBB{2 * n}H") for n in range((MAX_PAYLOAD - _STATUS_HEAD) // 4 + 1)
}
_BODIES: dict[type[Request | Ack], Struct] = {
    Hello: Struct("<BBHBI"),
    Drive: Struct("<BBHBHH"),
    Renew: Struct("<BBHH"),
    Stop: Struct("<BBH"),
    Clear: Struct("<BBH"),
    Report: Struct("<BBHH"),
    Ack: Struct("<BBHBB"),
}
_new_tuple = tuple.__new__
_VALUES = {cls: attrgetter(*(f.name for f in fields(cls))) for cls in _BODIES}
_OF_TYPE = {cls.type: cls for cls in _BODIES}


def encode(message: Message) -> bytes:
    """The payload of `message`; WireError where a value does not fit its field."""
    try:
        if isinstance(message, Status):
            payload = _status_bytes(message)
        elif isinstance(message, Info):
            payload = _info_bytes(message)
        else:
            payload = _BODIES[type(message)].pack(message.type, *_VALUES[type(message)](message))
    except (StructError, UnicodeEncodeError) as why:
        raise WireError(f"{message} does not fit its fields: {why}") from why
    if len(payload) > MAX_PAYLOAD:
        raise WireError(f"a payload of {len(payload)} bytes, {MAX_PAYLOAD} at most")
    return payload


def decode(payload: bytes) -> Message:
    """The message in `payload`; WireError for anything malformed."""
    layout = _STATUS_OF_LENGTH.get(len(payload))
    if layout is not None and payload[0] == _STATUS:
        v = layout.unpack(payload)
        # Spelt out, this takes half the time of Status(*v[:6], v[6:]).
        return _new_tuple(Status, (v[0], v[1], v[2], v[3], v[4], v[5], v[6:]))
    if not payload or len(payload) > MAX_PAYLOAD:
        raise WireError(f"a payload of {len(payload)} bytes")
    kind = payload[0]
    if kind in _OF_TYPE:
        return _decode_fixed(_OF_TYPE[kind], payload)
    if kind == Info.type:
        return _decode_info(payload)
    if kind == _STATUS:
        raise WireError(f"STATUS of {len(payload)} bytes")
    raise WireError(f"unknown type {kind:#04x}")


def _decode_fixed(cls: type[Request | Ack], payload: bytes) -> Message:
    layout = _BODIES[cls]
    long = len(payload) > layout.size and cls is not Stop  # a STOP counts whatever follows its header
    if len(payload) < layout.size or long:
        raise WireError(f"{cls.__name__.upper()} of {len(payload)} bytes, not {layout.size}")
    build: Callable[..., Message] = cls
    return build(*layout.unpack_from(payload)[1:])


def _decode_info(payload: bytes) -> Info:
    try:
        seq, session, profile, boot, max_lease_ms = _INFO_HEAD.unpack_from(payload)
        at, name = _text(payload, _INFO_HEAD.size, 32, "utf-8")
        at, serial = _text(payload, at, 24, "ascii")
        at, firmware = _text(payload, at, 16, "ascii")
        starts = range(at + 1, at + 1 + payload[at] * _INFO_CHANNEL.size, _INFO_CHANNEL.size)
        channels = tuple(InfoChannel(*_INFO_CHANNEL.unpack_from(payload, start)) for start in starts)
    except (StructError, IndexError, UnicodeDecodeError) as why:
        raise WireError(f"INFO of {len(payload)} bytes: {why}") from why
    return Info(seq, session, profile, boot, max_lease_ms, name, serial, firmware, channels)


def _text(payload: bytes, at: int, longest: int, encoding: str) -> tuple[int, str]:
    start, end = at + 1, at + 1 + payload[at]
    if end - start > longest or end > len(payload):
        raise WireError(f"INFO with a text of {end - start} bytes at {at}")
    return end, payload[start:end].decode(encoding)


def _status_bytes(message: Status) -> bytes:
    layout = _STATUS_OF_LENGTH.get(_STATUS_HEAD + 2 * len(message.values))
    if layout is None:
        raise WireError(f"{len(message.values)} values are no setpoint and actual for each channel")
    packed = layout.pack(*message[:6], *message.values)
    return bytes((_STATUS,)) + packed[1:]


def _info_bytes(message: Info) -> bytes:
    head = _INFO_HEAD.pack(message.seq, message.session, message.profile, message.boot, message.max_lease_ms)
    texts = (
        (message.name.encode(), 32),
        (message.serial.encode("ascii"), 24),
        (message.firmware.encode("ascii"), 16),
    )
    for text, longest in texts:
        if len(text) > longest:
            raise WireError(f"a text of {len(text)} bytes, {longest} at most")
    return b"".join(
        (
            bytes((Info.type,)),
            head[1:],
            *(bytes((len(text),)) + text for text, _ in texts),
            bytes((len(message.channels),)),
            *(_INFO_CHANNEL.pack(c.kind, c.flags, c.low, c.high, c.step) for c in message.channels),
        )
    )
