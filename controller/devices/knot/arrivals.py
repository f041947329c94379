"""What of a device's STATUS is news: in order, once, and not from long ago. Pure but for the loop's clock."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from controller.devices.knot.codec import Status

REORDERED_MS = 10_000
"""A device that shows less uptime than before by at most this is told late; by more, it has restarted."""
LATE = 1.0
"""Seconds that a STATUS may be older than the quickest of the last minute."""
DRIFT = 0.02
"""Of time that a device's clock may be slow by, at the most: what comes later with time is no delay."""


class Arrivals:
    """The STATUS messages of one session over a link that queues them. `missed` counts gaps in their
    numbers, `dropped` what came twice, behind a newer one, or too late to say how things are."""

    def __init__(self) -> None:
        self.missed = 0
        self.dropped = 0
        self._newest: Status | None = None
        self._at = 0.0
        self._ahead = 0.0

    def take(self, status: Status) -> bool:
        """Whether it is news."""
        now = asyncio.get_running_loop().time()
        if self._newest is None or self._newest.uptime_ms - status.uptime_ms > REORDERED_MS:
            self._ahead = now - status.uptime_ms / 1000
        elif self._is_old(self._newest, status) or self._is_late(status, now):
            self.dropped += 1
            return False
        else:
            self.missed += max(0, ((status.seq - self._newest.seq) & 0xFF) - 1)
        self._newest, self._at = status, now
        return True

    @staticmethod
    def _is_old(newest: Status, status: Status) -> bool:
        return status == newest or 0 < newest.uptime_ms - status.uptime_ms <= REORDERED_MS

    def _is_late(self, status: Status, now: float) -> bool:
        ahead = now - status.uptime_ms / 1000
        self._ahead = min(ahead, self._ahead + DRIFT * (now - self._at))
        return ahead - self._ahead > LATE
