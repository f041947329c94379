"""Others on a device's line: a second controller, and a STATUS that says what nobody commanded."""

from __future__ import annotations

import asyncio
import struct
from typing import TYPE_CHECKING

from simulator.firmware import codec

if TYPE_CHECKING:
    from simulator.device import SimDevice

OWNER = 0x57A6E4
EVERY_S = 0.25
LEASE_MS = 1000
STATUS, SETPOINTS_AT = 0x82, 11


def wrong_echo(data: bytes, framed: bool = True) -> bytes:
    """What was sent as it was, but a STATUS with every setpoint that is not 0 a tenth higher."""
    payload = codec.unframe(data[:-1]) if framed else data
    if payload is None or payload[0] != STATUS:
        return data
    changed = bytearray(payload)
    for at in range(SETPOINTS_AT, len(payload), 4):
        (setpoint,) = struct.unpack_from("<H", payload, at)
        struct.pack_into("<H", changed, at, min(0xFFFE, setpoint * 11 // 10))
    return codec.frame(bytes(changed)) if framed else bytes(changed)


class Stranger:
    """A second controller that stops the device, greets it, and drives its first channel gently."""

    def __init__(self, device: SimDevice) -> None:
        self._device = device
        self._timer: asyncio.TimerHandle | None = None
        self._session: int | None = None
        self._seq = 0

    def take(self) -> None:
        """Take the device over and hold it until `leave`."""
        self.leave()
        self._session = None
        self._ask("<BBH", codec.STOP, 0)
        self._hold()

    def leave(self) -> None:
        """Say nothing more; the lease ends by itself."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _hold(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(EVERY_S, self._hold)
        firmware = self._device.firmware
        if firmware is None:
            self._session = None
        elif self._session is None or firmware.session != self._session:
            self._greet()
        else:
            self._ask("<BBHH", codec.RENEW, self._session, LEASE_MS)

    def _greet(self) -> None:
        """HELLO is refused while somebody else's lease runs; it is said again at the next turn."""
        firmware = self._device.firmware
        before = firmware.session if firmware is not None else 0
        self._ask("<BBHBI", codec.HELLO, 0, 1, OWNER)
        if firmware is not None and firmware.session != before:
            self._session = firmware.session
            gentle = firmware.channels[0].low
            self._ask("<BBHBHH", codec.DRIVE, self._session, 0, gentle, LEASE_MS)

    def _ask(self, layout: str, kind: int, *fields: int) -> None:
        self._seq = (self._seq + 1) & 0xFF
        payload = struct.pack(layout, kind, self._seq, *fields)
        self._device.hear(codec.frame(payload) if self._device.framed else payload)
