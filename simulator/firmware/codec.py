"""The device's side of the Knot wire: what it reads and writes, and how bytes become payloads."""

import struct

HELLO = 0x01
DRIVE = 0x02
RENEW = 0x03
STOP = 0x04
CLEAR = 0x05
REPORT = 0x06
INFO = 0x81
STATUS = 0x82
ACK = 0x83

MAX_PAYLOAD = 250
HEADER = 4
# payload and crc hold no block of 254 bytes, so COBS adds one byte to the longest
MAX_ENCODED = MAX_PAYLOAD + 2 + 1

FORMATS = {
    HELLO: "<BBHBI",
    DRIVE: "<BBHBHH",
    RENEW: "<BBHH",
    CLEAR: "<BBH",
    REPORT: "<BBHH",
}


def _crc_table() -> list[int]:
    table = []
    for byte in range(256):
        crc = byte << 8
        for _ in range(8):
            crc = (crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1
        table.append(crc & 0xFFFF)
    return table


_CRC_TABLE = _crc_table()


def crc16(data: bytes) -> int:
    """CRC-16/CCITT-FALSE."""
    crc = 0xFFFF
    for byte in data:
        crc = ((crc << 8) & 0xFFFF) ^ _CRC_TABLE[(crc >> 8) ^ byte]
    return crc


def frame(payload: bytes) -> bytes:
    """The payload as it goes over a serial port, its delimiter included."""
    body = payload + struct.pack("<H", crc16(payload))
    blocks = [bytes((len(block) + 1,)) + block for block in body.split(b"\0")]
    return b"".join(blocks) + b"\0"


def _uncobs(encoded: bytes) -> bytes | None:
    """The bytes behind `encoded` (which has no zero in it), or None when a code points past the end."""
    out = b""
    at = 0
    end = len(encoded)
    while at < end:
        code = encoded[at]
        following = at + code
        if following > end:
            return None
        out += encoded[at + 1 : following]
        if code < 255 and following < end:
            out += b"\0"
        at = following
    return out


def unframe(encoded: bytes) -> bytes | None:
    """The payload in a frame without its delimiter, or None when it does not decode."""
    body = _uncobs(encoded)
    if body is None or not HEADER + 2 <= len(body) <= MAX_PAYLOAD + 2:
        return None
    payload = body[:-2]
    if crc16(payload) != body[-2] | body[-1] << 8:
        return None
    return payload


class Framer:
    """Bytes in, payloads out. Holds one frame at most; what is too long is skipped to its delimiter."""

    def __init__(self) -> None:
        self._held = b""
        self._skip = False

    def feed(self, data: bytes) -> list[bytes]:
        """The payloads that `data` completes."""
        parts = data.split(b"\0")
        payloads = []
        for part in parts[:-1]:
            self._hold(part)
            payload = None if self._skip or not self._held else unframe(self._held)
            self._held = b""
            self._skip = False
            if payload is not None:
                payloads.append(payload)
        self._hold(parts[-1])
        return payloads

    def _hold(self, part: bytes) -> None:
        if len(self._held) + len(part) > MAX_ENCODED:
            self._held = b""
            self._skip = True
        elif not self._skip:
            self._held += part


def request(payload: bytes) -> tuple[int, ...] | None:
    """A request's fields, type and seq and session first, or None when its length is wrong for its type.

    STOP is its header, whatever follows.
    """
    if payload[0] == STOP:
        return struct.unpack("<BBH", payload[:HEADER]) if len(payload) >= HEADER else None
    form = FORMATS[payload[0]]
    if len(payload) != struct.calcsize(form):
        return None
    return struct.unpack(form, payload)


def ack(seq: int, session: int, kind: int, code: int) -> bytes:
    """An ACK payload."""
    return struct.pack("<BBHBB", ACK, seq, session, kind, code)


def _short_text(text: str) -> bytes:
    raw = text.encode()
    return bytes((len(raw),)) + raw


def info(
    seq: int,
    session: int,
    boot: int,
    max_lease_ms: int,
    texts: tuple[str, str, str],
    channels: list[tuple[int, int, int, int, int]],
) -> bytes:
    """An INFO payload. `texts` are name, serial and firmware; channels are (kind, flags, min, max, step)."""
    out = struct.pack("<BBHBIH", INFO, seq, session, 1, boot, max_lease_ms)
    for text in texts:
        out += _short_text(text)
    out += bytes((len(channels),))
    for channel in channels:
        out += struct.pack("<BBHHH", *channel)
    return out


def status(
    seq: int, session: int, uptime_ms: int, state: int, fault: int, battery: int, values: list[int]
) -> bytes:
    """A STATUS payload. `values` are setpoint and actual of each channel, in one row."""
    head = struct.pack("<BBHIBBB", STATUS, seq, session, uptime_ms, state, fault, battery)
    return head + struct.pack("<" + "H" * len(values), *values)
