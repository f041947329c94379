"""How much softer than the plan a person wants each role: their word, for the rest of the session.

The plan's level is the ceiling. What is kept is the way down from it, so that it holds in later
steps too; the words go down and up by the same steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.core.ramps import by_hand_level, by_hand_setpoint, strength_level
from controller.safety import limits as at
from protocols.plan import Heat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from controller.safety.channel import Channel
    from protocols.plan import Press

HEAT_STEP = 0.5
"""°C of a word: what a skin can tell from the one before (own)."""
STRENGTH_STEP = 0.1
"""The part of the way from slowest to fastest of a word (own)."""
LOWEST_UNKNOWN = 30.0
"""Per cent under which a device with a scale and levels that nobody knows is told its lowest (LE4)."""
GRAIN = 1e-6
"""Under this two levels are one: a level that was lowered is a sum of parts that are not whole."""


class Softening:
    """What each role is to be driven to at the most, in its channel's unit."""

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self._channels = channels
        self._by: dict[str, float] = {}

    def level(self, role: str, segment: Heat | Press) -> float:
        """Where `segment` leads: the plan's level, or what the person wants under it (0: it drives none)."""
        plan = self.plan_level(role, segment)
        by = self._by.get(role)
        if by is None or plan == 0.0:
            return plan
        return max(self._least(role, plan), round(plan - by, 6))

    def plan_level(self, role: str, segment: Heat | Press) -> float:
        """Where the plan leads it: never more is asked for."""
        channel = self._channels[role]
        if isinstance(segment, Heat):
            return at.LOWEST_SETTING if channel.by_hand else segment.to
        if segment.at is None:
            return 0.0
        return (
            by_hand_setpoint(segment.at, channel) if channel.by_hand else strength_level(segment.at, channel)
        )

    def softened(self, role: str, segment: Heat | Press) -> bool:
        """Whether it is under the plan's level."""
        return self.level(role, segment) < self.plan_level(role, segment) - GRAIN

    def softer(self, role: str, segment: Heat | Press, present: float) -> bool:
        """One step down from what drives now (`present`; 0: from its level). False: that is the least."""
        plan, now = self.plan_level(role, segment), present or self.level(role, segment)
        least, now = self._least(role, plan), self._told(role, now)
        if now <= least + GRAIN:
            return False
        self._by[role] = plan - max(least, now - self._step(role))
        return True

    def stronger(self, role: str, segment: Heat | Press) -> bool:
        """One step up from where it leads. False: that is the plan's level already."""
        plan, now = self.plan_level(role, segment), self._told(role, self.level(role, segment))
        if now >= self._told(role, plan) - GRAIN:
            return False
        by = plan - min(plan, now + self._step(role))
        if by > GRAIN:
            self._by[role] = by
        else:
            del self._by[role]
        return True

    def _step(self, role: str) -> float:
        channel = self._channels[role]
        if channel.kind == "heat":
            return max(HEAT_STEP, channel.step)
        if channel.low is None or channel.high is None:
            return 100.0 * STRENGTH_STEP if channel.levels is None else 100.0 / channel.levels
        if channel.by_hand and channel.levels is not None:
            return channel.step
        return max(STRENGTH_STEP * (channel.high - channel.low), channel.step)

    def _least(self, role: str, plan: float) -> float:
        """The least that the device can do; where the plan asks for less already, the plan's."""
        channel = self._channels[role]
        least = channel.low
        if channel.kind == "heat" and channel.by_hand:
            least = at.LOWEST_SETTING
        elif least is None:
            least = LOWEST_UNKNOWN if channel.levels is None else 100.0 / channel.levels
        return min(plan, least)

    def _told(self, role: str, level: float) -> float:
        """What the person is told of `level`: on a scale that nobody knows, the device's own level."""
        channel = self._channels[role]
        unknown = channel.by_hand and channel.kind == "percussion" and channel.low is None
        own = by_hand_level(level, channel) if unknown else None
        return level if own is None or channel.levels is None else own * 100.0 / channel.levels
