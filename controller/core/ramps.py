"""How a setpoint is approached: never at once, and anew after every rest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from controller.safety.limits import HT11_FREE, HT11_SOFT, PC10_SOFT

if TYPE_CHECKING:
    from controller.safety.channel import Channel
    from protocols.plan import Strength


@dataclass(frozen=True, slots=True)
class Ramp:
    """The way of one role's setpoint: from `start` (°C, or a fraction of the head's scale) at `since_ms`."""

    since_ms: int
    start: float


def heat_ramp(now_ms: int, measured: float | None) -> Ramp:
    """A warming that begins now: from 36 °C, or from what is measured where that is more."""
    return Ramp(now_ms, max(HT11_FREE, measured if measured is not None else HT11_FREE))


def heat_setpoint(ramp: Ramp, to: float, channel: Channel, now_ms: int) -> float:
    """°C to ask for now on the way to `to`, never above it, on the channel's step."""
    return _on_step(min(to, heat_climbed(ramp, now_ms)), channel)


def heat_climbed(ramp: Ramp, now_ms: int) -> float:
    """°C that the ramp has come to, whatever it leads to."""
    return ramp.start + HT11_SOFT * (now_ms - ramp.since_ms) / 60_000


def strength_setpoint(ramp: Ramp, to: float, channel: Channel, now_ms: int) -> float:
    """Strokes a minute to ask for now on the way to `to`, never above it, on the channel's step."""
    low, high = _scale(channel)
    return _on_step(min(to, low + strength_climbed(ramp, now_ms) * (high - low)), channel)


def strength_climbed(ramp: Ramp, now_ms: int) -> float:
    """The fraction of the scale that the ramp has come to, whatever it leads to."""
    return ramp.start + PC10_SOFT * (now_ms - ramp.since_ms) / 1000


def strength_level(at: Strength, channel: Channel) -> float:
    """Strokes a minute that `at` means on this channel."""
    low, high = _scale(channel)
    return low + at.fraction(low, high) * (high - low)


def by_hand_setpoint(at: Strength, channel: Channel) -> float:
    """What the person is told to set: strokes a minute, or per cent where the scale is unknown.

    A device with levels gets the rate of the highest level that is not over `at`.
    """
    if channel.low is None or channel.high is None:
        return at.fraction() * 100
    return _on_step(
        channel.low + at.fraction(channel.low, channel.high) * (channel.high - channel.low), channel
    )


def by_hand_level(setpoint: float, channel: Channel) -> int | None:
    """The device's own level (from 1) for what `by_hand_setpoint` told; None: it has none that is known.

    On an unknown scale it is the highest that is, of all levels, no greater part than `setpoint` is of
    100, and the first at the least: gentle stays in the lowest third of at least three (LE4).
    """
    if channel.levels is None:
        return None
    if channel.low is None:
        return max(1, math.floor(setpoint / 100 * channel.levels + 1e-6))
    # Set-points are rounded to a millionth, which may be much of a small step.
    return 1 + math.floor((setpoint - channel.low) / channel.step + 1e-3)


def _scale(channel: Channel) -> tuple[float, float]:
    if channel.low is None or channel.high is None:
        raise ValueError(f"{channel.device} has no scale")
    return channel.low, channel.high


def _on_step(value: float, channel: Channel) -> float:
    # Rounded down: what a person gets is never above what was asked for.
    low, high = _scale(channel)
    value = min(high, max(low, value))
    if not channel.step:
        return value
    steps = math.floor((value - low) / channel.step + 1e-6)
    return round(low + steps * channel.step, 6)
