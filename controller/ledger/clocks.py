"""Ledger time: seconds since a ledger began, which no step of a clock turns back or forth."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
STEP_S = 1.0
"""A difference of wall and boot clock over this is a step that is written down, not a slew."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One look at the clocks: wall time (UTC since 1970), which boot of the machine ("": not known),
    and the seconds since that boot, sleep included. All in seconds."""

    wall: float
    boot: str
    up: float


class Clocks(Protocol):
    """Where moments come from."""

    def moment(self) -> Moment:
        """What the clocks show."""


class SystemClocks:
    """The clocks of this machine. Where it has no boot clock, the wall clock is all there is."""

    def __init__(self) -> None:
        try:
            self._boot = BOOT_ID.read_text(encoding="ascii").strip()
        except OSError:
            self._boot = ""
        self._clock: int | None = getattr(time, "CLOCK_BOOTTIME", None)

    def moment(self) -> Moment:
        """What the clocks show."""
        if self._clock is None or not self._boot:
            return Moment(time.time(), "", 0.0)
        return Moment(time.time(), self._boot, time.clock_gettime(self._clock))


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment with its ledger time. `reckoned` is the furthest that the wall clock has been known to
    be: what it shows below that is no time that has passed."""

    at: float
    moment: Moment
    reckoned: float

    def next(self, now: Moment) -> Mark:
        """The mark of `now`: by the boot clock within one boot, else by how far the wall clock is on."""
        if now.boot and now.boot == self.moment.boot:
            elapsed = now.up - self.moment.up
        else:
            elapsed = now.wall - self.reckoned
        elapsed = _whole_ms(max(0.0, elapsed))
        return Mark(round(self.at + elapsed, 3), now, max(round(self.reckoned + elapsed, 3), now.wall))

    def stepped(self, now: Moment) -> bool:
        """Whether `now` is of another boot, or the wall clock was set since."""
        if now.boot != self.moment.boot:
            return True
        return bool(now.boot) and abs(now.wall - self.moment.wall - (now.up - self.moment.up)) > STEP_S


def first(now: Moment) -> Mark:
    """Where a ledger begins."""
    return Mark(0.0, now, now.wall)


def _whole_ms(seconds: float) -> float:
    return math.floor(seconds * 1000) / 1000
