"""A percussion head: its speed follows the motor's setting with a first-order lag."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadFacts:
    """What a head is like. `spin_up_ms` is its time constant; currents in mA."""

    spin_up_ms: int = 300
    idle_current: float = 80.0
    current_per_stroke: float = 0.4


class Head:
    """A head at `now_ms`; exact however far apart the calls are."""

    def __init__(self, facts: HeadFacts, now_ms: int) -> None:
        self.facts = facts
        self._setting = 0.0
        self._speed = 0.0
        self._at_ms = now_ms

    def set_speed(self, strokes_per_min: float, now_ms: int) -> None:
        """What the motor is told from now on."""
        self._advance(now_ms)
        self._setting = strokes_per_min

    def speed(self, now_ms: int) -> float:
        """Strokes per minute."""
        self._advance(now_ms)
        return self._speed

    def current(self, now_ms: int) -> float:
        """Milliamperes."""
        return self.facts.idle_current + self.facts.current_per_stroke * self.speed(now_ms)

    def _advance(self, now_ms: int) -> None:
        if now_ms > self._at_ms and self._speed != self._setting:
            fade = math.exp((self._at_ms - now_ms) / self.facts.spin_up_ms)
            self._speed = self._setting + (self._speed - self._setting) * fade
            if abs(self._speed - self._setting) < 0.01:
                self._speed = self._setting
        self._at_ms = max(self._at_ms, now_ms)
