"""The driver interface: what the runner asks of every device, worked over a link or by a person."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from controller.core.events import LinkFound, LinkLost, Reading
    from controller.links import Trouble
    from controller.safety.channel import Channel

Fact = "Reading | LinkFound | LinkLost"


class DeviceError(Exception):
    """A device that cannot be used: missing, in use, of the wrong kind, or answering nonsense.

    `remedy` says what a person can do about it.
    """

    def __init__(self, message: str, remedy: str, trouble: Trouble = "other") -> None:
        super().__init__(message)
        self.remedy = remedy
        self.trouble: Trouble = trouble


class Driver(Protocol):
    """One role's device. Calls move it to a state and are safe to repeat; none of them blocks.

    A driver reports facts and decides nothing: that something is a fault is for `safety.watch`.
    """

    @property
    def channel(self) -> Channel:
        """What the device said it can do; known once `open` has returned."""
        ...

    def listen(self, tell: Callable[[Reading | LinkLost | LinkFound], None]) -> None:
        """Where facts go from now on."""
        ...

    async def open(self) -> None:
        """Find the device at rest and take it (HELLO). Raises DeviceError."""
        ...

    def hold(self, setpoint: float) -> None:
        """Drive the channel there, or renew its lease when a third of it is gone. 0 is rest.

        The control loop calls this at every tick; when it stops calling, leases run out.
        """
        ...

    async def reopen(self) -> None:
        """After a loss, and on a person's word: open again. It is the same device only if its serial
        is; tells LinkFound when it is, LinkLost with the reason when not."""
        ...

    def stop(self) -> Awaitable[bool]:
        """The stop path: STOP before this returns, past whatever is queued; to be awaited is that it is
        acknowledged, or sent again for at most a second. False: not known, the device is to be switched
        off by hand."""
        ...

    async def close(self) -> None:
        """Give the link back. The device has been stopped before."""
        ...


def stop_all(drivers: Mapping[str, Driver]) -> dict[str, asyncio.Future[bool]]:
    """`stop` of every device, by role: all are told before this returns, and one that fails is left out."""
    told: dict[str, asyncio.Future[bool]] = {}
    for role, driver in drivers.items():
        with contextlib.suppress(Exception):
            told[role] = asyncio.ensure_future(driver.stop())
    return told
