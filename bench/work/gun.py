"""One gun of a fleet: it answers what it is told, and says how it is whenever it is asked to."""

from __future__ import annotations

import time

from simulator.firmware import codec

PERCUSSION, DRIVEN_AND_MEASURED = 1, 3
LOW, HIGH, STEP, LEASE_MS = 1200, 3200, 50, 2000
CHANNELS = [(PERCUSSION, DRIVEN_AND_MEASURED, LOW, HIGH, STEP)]
NO_BATTERY = 0xFF
IDLE, RUNNING = 0, 1
SESSION = 7


class Gun:
    """Payloads in and out; `say` is for whoever has its link."""

    def __init__(self, number: int) -> None:
        self.serial = f"SIM-FLEET{number:02}"
        self._session = self._setpoint = 0
        self._said = 0
        self._began = time.monotonic()

    def say(self, payload: bytes) -> None:
        raise NotImplementedError

    def info(self, seq: int, session: int) -> bytes:
        return codec.info(seq, session, 1, LEASE_MS, ("Fleet", self.serial, "1"), CHANNELS)

    def status(self) -> None:
        uptime = int((time.monotonic() - self._began) * 1000)
        state = RUNNING if self._setpoint else IDLE
        self._said = (self._said + 1) & 0xFF
        self.say(codec.status(self._said, self._session, uptime, state, 0, NO_BATTERY, self.values()))

    def values(self) -> list[int]:
        return [self._setpoint, self._setpoint]

    def hear(self, payload: bytes) -> None:
        told = codec.request(payload)
        if told is None:
            return
        kind, seq = told[0], told[1]
        if kind == codec.HELLO:
            self._session = SESSION
            self.say(self.info(seq, self._session))
            return
        if kind == codec.DRIVE:
            self._setpoint = told[4]
        elif kind == codec.STOP:
            self._setpoint = 0
        self.say(codec.ack(seq, self._session, kind, 0))
