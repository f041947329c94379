"""How long this computer has slept since it was switched on: its monotonic clock stands still meanwhile."""

from __future__ import annotations

import time

_WITH_SLEEP = getattr(time, "CLOCK_BOOTTIME", None)
_UPTIME = getattr(time, "CLOCK_UPTIME_RAW", None)  # macOS, where CLOCK_MONOTONIC goes on in sleep


def slept_s() -> float:
    """Seconds; only differences say something. Always 0 where no clock tells: the loop's gap does then."""
    if _WITH_SLEEP is not None:
        return time.clock_gettime(_WITH_SLEEP) - time.clock_gettime(time.CLOCK_MONOTONIC)
    if _UPTIME is not None:
        return time.clock_gettime(time.CLOCK_MONOTONIC) - time.clock_gettime(_UPTIME)
    return 0.0
