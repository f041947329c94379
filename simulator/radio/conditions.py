"""How well a device is heard, and what becomes of what is sent to it and from it."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

RESEND = 0.03  # s: a packet that is lost is sent again at the next connection event
LATE = 0.5  # s that late notifications are late
JITTER = 3.0  # dB either way, from one advertisement to the next


@dataclass(slots=True, kw_only=True)
class Conditions:
    """Of one radio. Signal in dBm, latency in seconds one way, loss a share."""

    signal: float = -60.0
    latency: float = 0.0
    loss: float = 0.0
    quiet: bool = False  # it does not advertise and takes no connection
    away: bool = False  # it is out of range: nothing of it arrives, nor anything at it
    doubled: bool = False
    late: bool = False
    draw: random.Random = field(default_factory=random.Random)

    def lost(self) -> bool:
        """Whether a packet is lost, this time."""
        return self.loss > 0 and self.draw.random() < self.loss

    def seen_signal(self) -> int:
        """dBm of one advertisement, in the range that a radio reports."""
        return max(-127, min(20, round(self.signal + self.draw.uniform(-JITTER, JITTER))))

    def delay(self) -> float:
        """Seconds until a packet that is sent until it is acknowledged arrives."""
        wait = self.latency
        while self.lost():
            wait += RESEND
        return wait


class Lane:
    """One direction of one connection: what goes in comes out in order, at its time or later.

    A lane without delay hands on at the next turn of the loop.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._queue: deque[tuple[float, Callable[[], None]]] = deque()
        self._last = 0.0
        self._timer: asyncio.Handle | None = None
        self._held = False

    def put(self, delay: float, deliver: Callable[[], None]) -> None:
        """Deliver after `delay` seconds, and not before what was put in earlier."""
        self._last = max(self._last, self._loop.time() + delay)
        self._queue.append((self._last, deliver))
        self._arm()

    def hold(self, held: bool) -> None:
        """Keep everything until it is told otherwise."""
        self._held = held
        if not held:
            self._arm()

    def clear(self) -> None:
        """Forget what has not arrived."""
        self._queue.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self) -> None:
        if self._timer is not None or self._held or not self._queue:
            return
        due = self._queue[0][0]
        if due <= self._loop.time():
            self._timer = self._loop.call_soon(self._go)
        else:
            self._timer = self._loop.call_at(due, self._go)

    def _go(self) -> None:
        self._timer = None
        if self._held:
            return
        if self._queue:
            self._queue.popleft()[1]()
        self._arm()


__all__ = ["LATE", "Conditions", "Lane"]
