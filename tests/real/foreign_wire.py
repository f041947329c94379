"""The Knot profile as its page says it, written anew: framing, requests and replies as plain bytes."""

from __future__ import annotations

import struct
from dataclasses import dataclass

HELLO, DRIVE, RENEW, STOP, CLEAR, REPORT = 1, 2, 3, 4, 5, 6
INFO, STATUS, ACK = 0x81, 0x82, 0x83
OK, STALE, BUSY, RANGE, NO_CHANNEL, FAULTED, MALFORMED, UNKNOWN, STOPPED = range(9)
IDLE, RUNNING, HALTED, FAULT = range(4)
PERCUSSION, HEAT, FORCE, TEMPERATURE, CURRENT, VIBRATION, BUTTON = range(1, 8)
LENGTHS = {HELLO: 5, DRIVE: 5, RENEW: 2, STOP: 0, CLEAR: 0, REPORT: 2}


def crc(data: bytes) -> int:
    """CRC-16/CCITT-FALSE, bit by bit."""
    value = 0xFFFF
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1) ^ (0x1021 if value & 0x8000 else 0)
            value &= 0xFFFF
    return value


def stuff(data: bytes) -> bytes:
    """COBS: no zero byte is left."""
    out = bytearray()
    rest = data + b"\0"
    while rest:
        run = rest[: rest.index(0)][:254]
        out.append(len(run) + 1)
        out += run
        rest = rest[len(run) + (len(run) < 254) :]
    return bytes(out)


def unstuff(data: bytes) -> bytes | None:
    """The bytes that were stuffed; None where it is no COBS."""
    out, at = bytearray(), 0
    while at < len(data):
        code = data[at]
        if code == 0 or at + code > len(data):
            return None
        out += data[at + 1 : at + code]
        at += code
        if code < 255 and at < len(data):
            out.append(0)
    return bytes(out)


def frame(payload: bytes) -> bytes:
    return stuff(payload + struct.pack("<H", crc(payload))) + b"\0"


def unframe(stuffed: bytes) -> bytes | None:
    """The payload of what stood before a zero; None for an empty or a broken frame."""
    whole = unstuff(stuffed)
    if whole is None or not 2 < len(whole) <= 252:
        return None
    payload = whole[:-2]
    return payload if struct.pack("<H", crc(payload)) == whole[-2:] else None


class Frames:
    """Bytes as they come, cut at zeros."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The payloads that are whole by now."""
        self._held += data
        *done, rest = bytes(self._held).split(b"\0")
        self._held = bytearray(rest)
        return [payload for stuffed in done if (payload := unframe(stuffed)) is not None]


@dataclass(frozen=True, slots=True)
class Message:
    """A payload by its header, at the moment it was heard (seconds of `time.monotonic`)."""

    at: float
    type: int
    seq: int
    session: int
    body: bytes
    payload: bytes

    @property
    def setpoint(self) -> int:
        """Of a DRIVE."""
        return int.from_bytes(self.body[1:3], "little")

    @property
    def channel(self) -> int:
        """Of a DRIVE."""
        return self.body[0]

    @property
    def lease(self) -> int:
        """Of a DRIVE or RENEW, in ms."""
        return int.from_bytes(self.body[-2:], "little")

    @property
    def code(self) -> int:
        """Of an ACK."""
        return self.body[1]


def message(payload: bytes, at: float) -> Message:
    kind, seq, session = struct.unpack_from("<BBH", payload)
    return Message(at, kind, seq, session, payload[4:], payload)


def request(kind: int, seq: int, session: int, body: bytes = b"") -> bytes:
    return struct.pack("<BBH", kind, seq, session) + body


def drive(channel: int, setpoint: int, lease: int) -> bytes:
    return struct.pack("<BHH", channel, setpoint, lease)


@dataclass(frozen=True, slots=True)
class Status:
    """A STATUS, read."""

    uptime: int
    state: int
    fault: int
    battery: int
    channels: tuple[tuple[int, int], ...]


def status(body: bytes) -> Status:
    uptime, state, fault, battery = struct.unpack_from("<IBBB", body)
    return Status(uptime, state, fault, battery, tuple(struct.iter_unpack("<HH", body[7:])))


@dataclass(frozen=True, slots=True)
class Channel:
    """What INFO says of a channel."""

    kind: int
    flags: int
    low: int
    high: int
    step: int


@dataclass(frozen=True, slots=True)
class Info:
    """An INFO, read; what follows the last channel is left out."""

    boot: int
    max_lease: int
    name: str
    serial: str
    channels: tuple[Channel, ...]


def info(body: bytes) -> Info:
    _, boot, max_lease = struct.unpack_from("<BIH", body)
    texts, at = [], 7
    for _ in range(3):
        length = body[at]
        texts.append(body[at + 1 : at + 1 + length].decode())
        at += 1 + length
    count, at = body[at], at + 1
    channels = tuple(Channel(*struct.unpack_from("<BBHHH", body, at + 8 * n)) for n in range(count))
    return Info(boot, max_lease, texts[0], texts[1], channels)
