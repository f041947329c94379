"""A worn heating pad: pad, one layer of skin beneath it, and the sensor in its fabric.

Linear, and reckoned from the state in which pad and skin settle without power, so that a step of any
length is exact: between changes of the duty the solution is a sum of three exponentials. The sensor
sees the pad through a first-order lag after a dead time; the dead time is a second copy of the pad that
gets every duty later. Where the fabric touches best, it is hotter than on the whole by a fixed share of
the rise (the hot spot).
"""

from __future__ import annotations

import math
from collections import deque
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.physics.tissue import Tissue

COVERED_SPOT = 8 / 3  # a hot spot 3 °C over the sensor is 8 °C over it under a cover
COVERED_LOSS = 0.2  # of what the pad gives to the air
SLOW_SENSOR = 4
LOOSE_SHARE = 0.1  # of the pad's rise that a sensor off the pad still sees


@dataclass(frozen=True, slots=True, kw_only=True)
class PadFacts:
    """What a pad and the skin beneath it are like: W, J/K, W/K, °C, ms. Plausible small-pad values:
    20 to 50 W, 200 to 600 J/K, a sensor's lag of 10 to 30 s, a dead time of 2 to 5 s, a time constant
    of 3 to 8 minutes, a hot spot 2 to 6 °C above the sensor when hot."""

    power: float = 18.5
    pad_capacity: float = 280.0
    skin_capacity: float = 140.0
    pad_to_skin: float = 4.0
    pad_to_air: float = 0.4
    skin_to_body: float = 1.1
    rest: float = 33.0
    hot_spot: float = 0.4
    sensor_lag_ms: int = 15_000
    dead_time_ms: int = 3_000
    covered: bool = False

    @property
    def held_by_full_power(self) -> float:
        """°C above rest that full power holds at the hottest point."""
        return (1 + self.hot_spot) * self.power * _Modes(self).held_per_watt

    @property
    def rise_at_full_power(self) -> float:
        """°C/s at the hottest point when pad and skin warm together from rest."""
        return (1 + self.hot_spot) * self.power / (self.pad_capacity + self.skin_capacity)


def _worn(facts: PadFacts, covered: bool, slow: bool) -> PadFacts:
    """The pad as it lies: under a cover it loses less, and its hot spot gets hotter."""
    if covered:
        facts = replace(
            facts, hot_spot=facts.hot_spot * COVERED_SPOT, pad_to_air=facts.pad_to_air * COVERED_LOSS
        )
    return replace(facts, sensor_lag_ms=facts.sensor_lag_ms * SLOW_SENSOR) if slow else facts


class _Modes:
    """The three exponentials of a pad: two of pad and skin, one of the sensor."""

    def __init__(self, facts: PadFacts) -> None:
        pad, skin = facts.pad_capacity, facts.skin_capacity
        across, air, body = facts.pad_to_skin, facts.pad_to_air, facts.skin_to_body
        a11, self.a12 = -(air + across) / pad, across / pad
        a21, a22 = across / skin, -(across + body) / skin
        middle, spread = (a11 + a22) / 2, math.sqrt((a11 - a22) ** 2 / 4 + self.a12 * a21)
        self.rates = (middle + spread, middle - spread)
        self.skin_shares = (self.rates[0] - a11, self.rates[1] - a11)
        lag = facts.sensor_lag_ms / 1000
        if any(abs(1 + rate * lag) < 1e-6 for rate in self.rates):
            lag *= 1.00001  # a sensor exactly as slow as the pad would divide by zero below
        self.lag = lag
        self.held_per_watt = 1 / (air + across * body / (across + body))
        self.skin_per_pad = across / (across + body)


class _State:
    """Rises above rest of pad, skin and sensor, and the duty that holds, at `at_ms`."""

    __slots__ = ("_facts", "_modes", "at_ms", "duty", "pad", "sensor", "skin")

    def __init__(self, facts: PadFacts, rise: float, now_ms: int) -> None:
        self._facts = facts
        self._modes = _Modes(facts)
        self.pad = self.sensor = rise
        self.skin = rise * self._modes.skin_per_pad
        self.duty = 0.0
        self.at_ms = now_ms

    def become(self, facts: PadFacts) -> None:
        """From now on it is such a pad."""
        self._facts, self._modes = facts, _Modes(facts)

    def pad_at(self, at_ms: int) -> float:
        """What `pad` will be if the duty stays; changes nothing."""
        later = copy(self)
        later.advance(at_ms)
        return later.pad

    def advance(self, now_ms: int) -> None:
        """Let time pass under the present duty."""
        if now_ms <= self.at_ms:
            return
        modes, dt = self._modes, (now_ms - self.at_ms) / 1000
        self.at_ms = now_ms
        pad_held = self.duty * self._facts.power * modes.held_per_watt
        skin_held = pad_held * modes.skin_per_pad
        (fast, slow), (share_1, share_2) = modes.rates, modes.skin_shares
        off_pad, off_skin = (self.pad - pad_held) / modes.a12, self.skin - skin_held
        part_2 = (off_skin - share_1 * off_pad) / (share_2 - share_1)
        part_1 = off_pad - part_2
        seen_1 = part_1 * modes.a12 / (1 + fast * modes.lag)
        seen_2 = part_2 * modes.a12 / (1 + slow * modes.lag)
        own = self.sensor - pad_held - seen_1 - seen_2
        fade_1, fade_2 = math.exp(fast * dt), math.exp(slow * dt)
        self.pad = pad_held + modes.a12 * (part_1 * fade_1 + part_2 * fade_2)
        self.skin = skin_held + share_1 * part_1 * fade_1 + share_2 * part_2 * fade_2
        self.sensor = pad_held + seen_1 * fade_1 + seen_2 * fade_2 + own * math.exp(-dt / modes.lag)


class HeatPad:
    """A pad on a body. `start` is the pad's temperature in °C; the skin is as if it had lain there."""

    def __init__(self, facts: PadFacts, now_ms: int, start: float | None = None) -> None:
        rise = 0.0 if start is None else start - facts.rest
        self.facts = facts
        self._worn = worn = _worn(facts, facts.covered, slow=False)
        self._now = _State(worn, rise, now_ms)
        self._seen = _State(worn, rise, now_ms)
        self._coming: deque[tuple[int, float]] = deque()
        self._tissue: Tissue | None = None
        self._tissue_ahead_ms = 0
        self.most = self.hottest(now_ms)

    def lie_on(self, tissue: Tissue, now_ms: int) -> None:
        """Its hot spot touches that tissue from now on, whatever touched it before."""
        self._advance(now_ms)
        tissue.stir(anew=True)
        self._tissue, self._tissue_ahead_ms = tissue, tissue.at_ms - now_ms

    def lift(self, now_ms: int) -> None:
        """Nothing touches the tissue from now on."""
        self._advance(now_ms)
        if self._tissue is not None:
            self._tissue.stir(self._contact, anew=True)
            self._tissue = None

    def set_duty(self, duty: float, now_ms: int) -> None:
        """Power from now on, 0 to 1 of the heater's."""
        self._advance(now_ms)
        if duty != self._now.duty:
            self._stir()
            self._now.duty = duty
            self._coming.append((now_ms + self.facts.dead_time_ms, duty))

    def wear(self, now_ms: int, *, covered: bool, slow_sensor: bool) -> None:
        """How it lies from now on, beside what its facts say."""
        worn = _worn(self.facts, covered or self.facts.covered, slow_sensor)
        if worn != self._worn:
            self._advance(now_ms)
            self.sensor(now_ms)
            self._stir()
            self._worn = worn
            self._now.become(worn)
            self._seen.become(worn)

    def hottest(self, now_ms: int) -> float:
        """°C of the hottest point that touches the skin."""
        self._advance(now_ms)
        return self._spot(self._now.pad)

    def skin(self, now_ms: int) -> float:
        """°C of the layer of skin beneath, away from the hot spot."""
        self._advance(now_ms)
        return self.facts.rest + self._now.skin

    def sensor(self, now_ms: int) -> float:
        """°C as the sensor has them."""
        seen = self._seen
        while self._coming and self._coming[0][0] <= now_ms:
            at_ms, duty = self._coming.popleft()
            seen.advance(at_ms)
            seen.duty = duty
        seen.advance(now_ms)
        return self.facts.rest + seen.sensor

    def _spot(self, rise: float) -> float:
        return self.facts.rest + rise + max(0.0, rise) * self._worn.hot_spot

    def _contact(self, at_ms: int) -> float:
        """What the tissue is touched by, at a moment of its own clock."""
        return self._spot(self._now.pad_at(at_ms - self._tissue_ahead_ms))

    def _stir(self) -> None:
        if self._tissue is not None:
            self._tissue.stir(self._contact)

    def _advance(self, now_ms: int) -> None:
        if now_ms > self._now.at_ms:
            if self._tissue is not None:
                self._tissue.advance(now_ms + self._tissue_ahead_ms, self._contact)
            self._now.advance(now_ms)
            self.most = max(self.most, self._spot(self._now.pad))
