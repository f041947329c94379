"""The family whose link is the person: the same plan and limits, and words instead of bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.safety.channel import Channel

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.core import LinkFound, LinkLost, Reading
    from protocols.plan import Kind


class HandDriver:
    """A device that the person works. It holds nothing: the person is its leash.

    `channel` tells of its levels and its scale, where they are known.
    """

    def __init__(self, role: str, kind: Kind, channel: Channel | None = None) -> None:
        self.channel = Channel.worked_by_hand(role, kind) if channel is None else channel

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


__all__ = ["HandDriver"]
