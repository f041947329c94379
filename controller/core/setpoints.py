"""What each role is to be held at, on its way up a ramp, anew after every rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.core.events import Hold
from controller.core.ramps import Ramp, by_hand_setpoint, heat_ramp, heat_setpoint, strength_setpoint
from controller.safety import limits as at
from protocols.plan import Heat, Press

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from controller.safety.channel import Channel

Driven = tuple[str, Heat | Press]


class Setpoints:
    """The present setpoint of every role; `heated` and `by_hand` are the roles ever used so."""

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self.present = dict.fromkeys(channels, 0.0)
        self.heated: set[str] = set()
        self.by_hand: set[str] = set()
        self._channels = channels
        self._order = tuple(channels)
        self._ramps: dict[str, tuple[int, Ramp]] = {}

    def since_ms(self, role: str) -> int | None:
        """Since when `role` is driven by its present segment, without a rest."""
        ramp = self._ramps.get(role)
        return ramp[1].since_ms if ramp is not None else None

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
        if isinstance(segment, Heat):
            ramp = self._ramp(now_ms, role, segment, actual)
            if channel.by_hand:
                self.by_hand.add(role)
                return at.LOWEST_SETTING
            self.heated.add(role)
            return heat_setpoint(ramp, segment.to, channel, now_ms)
        if segment.at is None:
            return 0.0
        ramp = self._ramp(now_ms, role, segment, actual)
        if channel.by_hand:
            self.by_hand.add(role)
            return by_hand_setpoint(segment.at, channel)
        return strength_setpoint(ramp, segment.at, channel, now_ms)

    def _ramp(self, now_ms: int, role: str, segment: Heat | Press, actual: float | None) -> Ramp:
        kept = self._ramps.get(role)
        if kept is not None and kept[0] == segment.number:
            return kept[1]
        fresh = heat_ramp(now_ms, actual) if isinstance(segment, Heat) else Ramp(now_ms, 0.0)
        self._ramps[role] = (segment.number, fresh)
        return fresh
