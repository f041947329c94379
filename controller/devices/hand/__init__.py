"""The family whose link is the person: the same plan and limits, and words instead of bytes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from controller.safety.channel import Channel

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.core import LinkFound, LinkLost, Reading
    from protocols.plan import Kind


class HandDriver:
    """A device that the person works. It holds nothing: the person is its leash."""

    def __init__(self, role: str, kind: Kind, *, levels: int | None = None) -> None:
        self.channel = Channel(
            role=role,
            kind=kind,
            device=f"{role} (by hand)",
            leash="person",
            low=None,
            high=None,
            measured=False,
            levels=levels,
        )

    def listen(self, tell: Callable[[Reading | LinkLost | LinkFound], None]) -> None:
        """A person's device reports nothing; the person answers questions."""

    async def open(self) -> None:
        """There is nothing to find."""

    def hold(self, setpoint: float) -> None:
        """There is nothing to send: the runner says `words` instead."""

    async def reopen(self) -> None:
        """It cannot be lost."""

    async def stop(self) -> bool:
        """The session asks the person whether it is off; there is nothing to send."""
        return True

    async def close(self) -> None:
        """There is nothing to give back."""


def instruction(channel: Channel, setpoint: float) -> str:
    """What the person is told to do with the device (0: take it off)."""
    if setpoint == 0.0:
        return f"Take the {channel.role} off the skin and switch it off"
    if channel.kind == "heat":
        return f"Switch the {channel.role} to its lowest setting, with a cloth between"
    return f"Switch the {channel.role} on at {_level(channel, setpoint)}"


def _level(channel: Channel, percent: float) -> str:
    if channel.levels is not None:
        return f"level {max(1, math.floor(percent / 100 * channel.levels))}"
    # With an unknown scale the lowest third is gentle (LE4).
    return "its lowest level" if percent < 100 / 3 else "a level just above its lowest third"


__all__ = ["HandDriver", "instruction"]
