"""Frames on a serial line: COBS(payload, crc) and a 0x00. Pure.

The crc is CRC-16/CCITT-FALSE of the payload, low byte first.
"""

from __future__ import annotations

from binascii import crc_hqx

from cobs.cobs import DecodeError  # type: ignore[import-untyped] # ships no types
from cobs.cobs import decode as cobs_decode
from cobs.cobs import encode as cobs_encode

DELIMITER = b"\0"
MIN_BODY = 6
"""Bytes of a header and a crc."""
MAX_BODY = 252
"""Bytes of the longest payload and a crc."""
MAX_FRAME = MAX_BODY + 1
"""COBS adds one byte to fewer than 255."""


def frame(payload: bytes) -> bytes:
    """`payload` as it goes over the line, with its delimiter."""
    crc = crc_hqx(payload, 0xFFFF)
    encoded: bytes = cobs_encode(payload + bytes((crc & 0xFF, crc >> 8)))
    return encoded + DELIMITER


class Deframer:
    """Bytes in, whole checked payloads out. Never raises, and keeps less than one frame.

    `dropped` counts what did not decode.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self._begun = b""
        self._skipping = False

    def feed(self, data: bytes) -> list[bytes]:
        """The payloads that `data` completes, in order."""
        frames = (self._begun + data).split(DELIMITER)
        self._begun = frames.pop()
        if self._skipping or len(self._begun) > MAX_FRAME:
            self._skip(frames)
        payloads = []
        for each in frames:
            try:
                body = cobs_decode(each)
            except DecodeError:
                self.dropped += 1
                continue
            payload = body[:-2]
            if MIN_BODY <= len(body) <= MAX_BODY and crc_hqx(payload, 0xFFFF) == body[-2] | body[-1] << 8:
                payloads.append(payload)
            elif each:
                self.dropped += 1
        return payloads

    def _skip(self, frames: list[bytes]) -> None:
        # What is too long to be a frame is not kept; the next delimiter ends it.
        if self._skipping and frames:
            del frames[0]
            self._skipping = False
        if len(self._begun) > MAX_FRAME:
            self.dropped += not self._skipping
            self._skipping = True
        if self._skipping:
            self._begun = b""
