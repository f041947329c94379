"""What each role is to be held at, on its way up a ramp, anew after every rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.core.events import Hold
from controller.core.ramps import (
    Ramp,
    heat_climbed,
    heat_ramp,
    heat_setpoint,
    strength_climbed,
    strength_setpoint,
)
from controller.core.softening import Softening
from protocols.plan import Heat, Press

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from controller.safety.channel import Channel

Driven = tuple[str, Heat | Press]


class Setpoints:
    """The present setpoint of every role; `heated` and `by_hand` are the roles ever used so.

    `softening`: how far under the plan the person wants each.
    """

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self.present = dict.fromkeys(channels, 0.0)
        self.heated: set[str] = set()
        self.by_hand: set[str] = set()
        self.softening = Softening(channels)
        self._channels = channels
        self._order = tuple(channels)
        self._ramps: dict[str, tuple[int, Ramp]] = {}

    def since_ms(self, role: str) -> int | None:
        """Since when `role` is driven by its present segment, without a rest; by hand no word moves it."""
        ramp = self._ramps.get(role)
        return ramp[1].since_ms if ramp is not None else None

    def softer(self, role: str, segment: Heat | Press) -> bool:
        """A step down from what drives now, at once; False: it is at its least."""
        return self.softening.softer(role, segment, self.present[role])

    def stronger(self, now_ms: int, role: str, segment: Heat | Press) -> bool:
        """A step up, along the ramp; False: it is at the plan's level."""
        before = self.softening.level(role, segment)
        changed = self.softening.stronger(role, segment)
        kept = self._ramps.get(role)
        if changed and kept is not None and not self._channels[role].by_hand:
            # The ramp went on meanwhile: from where it was kept down it goes up anew, not at once.
            start = self._climb(kept[1], role, before, now_ms)
            self._ramps[role] = (kept[0], Ramp(now_ms, start))
        return changed

    def _climb(self, ramp: Ramp, role: str, kept_at: float, now_ms: int) -> float:
        channel = self._channels[role]
        if channel.kind == "heat":
            return min(heat_climbed(ramp, now_ms), kept_at)
        low, high = channel.low or 0.0, channel.high or 1.0
        return min(strength_climbed(ramp, now_ms), (kept_at - low) / (high - low))

    def refresh(
        self, now_ms: int, driven: list[Driven], actual: Mapping[str, float | None]
    ) -> Iterator[Hold]:
        """Whatever changes, given who is driven by which segment and what is measured."""
        wanted = {role: self._setpoint(now_ms, role, segment, actual.get(role)) for role, segment in driven}
        for role in [r for r in self._order if r in wanted or r in self._ramps]:
            value = wanted.get(role, 0.0)
            if value == 0.0:
                self._ramps.pop(role, None)
            if value != self.present[role]:
                self.present[role] = value
                yield Hold(role, value)

    def _setpoint(self, now_ms: int, role: str, segment: Heat | Press, actual: float | None) -> float:
        channel = self._channels[role]
        if isinstance(segment, Press) and segment.at is None:
            return 0.0
        level = self.softening.level(role, segment)
        ramp = self._ramp(now_ms, role, segment, actual)
        if channel.by_hand:
            self.by_hand.add(role)
            return level
        if isinstance(segment, Heat):
            self.heated.add(role)
            return heat_setpoint(ramp, level, channel, now_ms)
        return strength_setpoint(ramp, level, channel, now_ms)

    def _ramp(self, now_ms: int, role: str, segment: Heat | Press, actual: float | None) -> Ramp:
        kept = self._ramps.get(role)
        if kept is not None and kept[0] == segment.number:
            return kept[1]
        fresh = heat_ramp(now_ms, actual) if isinstance(segment, Heat) else Ramp(now_ms, 0.0)
        self._ramps[role] = (segment.number, fresh)
        return fresh
