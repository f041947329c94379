"""A pad at the other end of a pseudo-terminal: it warms as it is told, and notes when it is told to rest."""

from __future__ import annotations

import contextlib
import os
import tty
from time import monotonic

from bench.work.gun import DRIVEN_AND_MEASURED, LEASE_MS, Gun
from simulator.firmware import codec

HEAT = 2
LOW, HIGH, STEP = 3000, 4300, 10
"""Hundredths of a degree, as all of its numbers."""
ROOM = 3300
EACH = 4
"""What it gains or loses in a tenth of a second."""
PERIOD = 0.1
CHANNELS = [(HEAT, DRIVEN_AND_MEASURED, LOW, HIGH, STEP)]


class Pad(Gun):
    """`link` is what `--use` takes. `beat` is due ten times a second, `hear_wire` when something is there."""

    def __init__(self) -> None:
        super().__init__(1)
        self.serial = "SIM-PAD1"
        self.fd, slave = os.openpty()
        tty.setraw(slave)
        os.set_blocking(self.fd, False)
        self.link = f"serial:{os.ttyname(slave)}"
        self._slave = slave  # open, so that the terminal outlives each program that has it
        self._framer = codec.Framer()
        self._actual = ROOM
        self.warms = False
        self.rested: float | None = None

    def close(self) -> None:
        os.close(self.fd)
        os.close(self._slave)

    def say(self, payload: bytes) -> None:
        with contextlib.suppress(BlockingIOError):  # nobody reads
            os.write(self.fd, codec.frame(payload))

    def info(self, seq: int, session: int) -> bytes:
        return codec.info(seq, session, 1, LEASE_MS, ("Bench pad", self.serial, "1"), CHANNELS)

    def beat(self) -> None:
        goal = self._setpoint or ROOM
        self._actual += max(-EACH, min(EACH, goal - self._actual))
        self.status()

    def values(self) -> list[int]:
        return [self._setpoint, self._actual]

    def hear_wire(self) -> None:
        heard = monotonic()
        for payload in self._framer.feed(os.read(self.fd, 4096)):
            was = self._setpoint
            self.hear(payload)
            if was and not self._setpoint and self.rested is None:
                self.rested = heard
            self.warms = bool(self._setpoint)
