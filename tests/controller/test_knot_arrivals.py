"""What of STATUS is news over a link that may queue, repeat and reorder."""

from __future__ import annotations

import asyncio

from knot_device import play

from controller.devices.knot.arrivals import LATE, Arrivals
from controller.devices.knot.codec import Status

FIRST = Status(seq=250, session=7, uptime_ms=60_000, state=1, fault=0, battery=90, values=(2000, 1990))


async def _after(arrivals: Arrivals, seconds: float, seq: int, uptime_ms: int) -> bool:
    await asyncio.sleep(seconds)
    return arrivals.take(FIRST._replace(seq=seq & 0xFF, uptime_ms=uptime_ms))


def test_numbers_wrap_and_gaps_are_counted() -> None:
    async def scene() -> None:
        arrivals = Arrivals()
        assert arrivals.take(FIRST)
        for n in range(1, 10):
            assert await _after(arrivals, 0.2, 250 + n, 60_000 + 200 * n)
        assert (arrivals.missed, arrivals.dropped) == (0, 0)
        assert await _after(arrivals, 0.8, 263, 62_600)
        assert arrivals.missed == 3

    play(scene)


def test_what_comes_twice_or_behind_a_newer_one_is_dropped() -> None:
    async def scene() -> None:
        arrivals = Arrivals()
        assert arrivals.take(FIRST)
        assert not arrivals.take(FIRST)
        assert await _after(arrivals, 0.2, 251, 60_200)
        assert not arrivals.take(FIRST)
        assert arrivals.take(FIRST._replace(seq=252, uptime_ms=60_200)), "two changes in one millisecond"
        assert arrivals.dropped == 2

    play(scene)


def test_a_far_older_one_is_a_restart_and_is_told() -> None:
    async def scene() -> None:
        arrivals = Arrivals()
        assert arrivals.take(FIRST)
        assert arrivals.take(FIRST._replace(seq=1, uptime_ms=100))

    play(scene)


def test_a_burst_that_was_held_back_is_dropped_but_for_what_is_recent() -> None:
    async def scene() -> None:
        arrivals = Arrivals()
        assert arrivals.take(FIRST)
        await asyncio.sleep(4.0)
        late = [
            arrivals.take(FIRST._replace(seq=250 + n & 0xFF, uptime_ms=60_000 + 500 * n)) for n in range(1, 9)
        ]
        assert late == [500 * n >= 4000 - 1000 * LATE - 80 for n in range(1, 9)]

    play(scene)


def test_a_clock_that_is_slow_by_a_hundredth_is_no_delay() -> None:
    async def scene() -> None:
        arrivals = Arrivals()
        assert arrivals.take(FIRST)
        for n in range(1, 3600):
            assert await _after(arrivals, 1.0, 250 + n, 60_000 + 990 * n)

    play(scene)
