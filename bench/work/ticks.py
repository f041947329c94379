"""Deadlines every 100 ms in real time, and when the event loop came to them: seconds of the system's clock.

`unknot SECONDS`: the ticks of the control loop, in a session with two simulated devices.
`unrecorded SECONDS`: the same, with nothing of it written down.
`floor SECONDS`: bare asyncio.sleep. All print their first deadline on a line of its own; the floor
reads the other's first, and keeps half a period away from it.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

PERIOD = 0.1

Ticks = list[tuple[float, float]]
"""Deadline and arrival."""


async def _floor(seconds: float) -> Ticks:
    loop = asyncio.get_running_loop()
    theirs = float(sys.stdin.readline())
    ahead = int((loop.time() - theirs) / PERIOD) + 2
    first = theirs + (ahead + 0.5) * PERIOD
    ticks = []
    for count in range(round(seconds / PERIOD)):
        deadline = first + count * PERIOD
        await asyncio.sleep(deadline - loop.time())
        ticks.append((deadline, loop.time()))
    return ticks


async def _unknot(seconds: float) -> Ticks:
    from bench.work.watched import watched_session  # noqa: PLC0415  the floor imports nothing of ours

    return await watched_session(seconds)


async def _unrecorded(seconds: float) -> Ticks:
    from bench.work.watched import watched_session  # noqa: PLC0415  as above

    return await watched_session(seconds, recorded=False)


def main() -> None:
    """Measure what the first argument names."""
    if abs(time.monotonic() - asyncio.SelectorEventLoop().time()) > 1:
        raise RuntimeError("the event loop's clock is not the system's")
    run = {"floor": _floor, "unknot": _unknot, "unrecorded": _unrecorded}[sys.argv[1]]
    print(json.dumps({"ticks": asyncio.run(run(float(sys.argv[2])))}))


if __name__ == "__main__":
    main()
