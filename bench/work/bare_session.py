"""The least that a session of 30 minutes can be: 2 devices at 10 Hz through a queue, a tick every second.

The argument names the event loop; looptime's environment has nothing of ours.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from time import perf_counter

SECONDS = 1800
RATE = 10
DEVICES = 2


async def _device(queue: asyncio.Queue[tuple[int, int]], number: int) -> None:
    for count in range(SECONDS * RATE):
        await asyncio.sleep(1 / RATE)
        queue.put_nowait((number, count))


async def _tick() -> None:
    for _ in range(SECONDS):
        await asyncio.sleep(1)


async def _session() -> int:
    queue: asyncio.Queue[tuple[int, int]] = asyncio.Queue()
    tasks = [asyncio.create_task(_device(queue, number)) for number in range(DEVICES)]
    tasks.append(asyncio.create_task(_tick()))
    messages = DEVICES * SECONDS * RATE
    for _ in range(messages):
        await queue.get()
    await asyncio.gather(*tasks)
    return messages


def _loop(name: str) -> asyncio.AbstractEventLoop:
    if name == "unknot":
        loop: asyncio.AbstractEventLoop = importlib.import_module("simulator.loop").virtual_loop(None)
    else:
        loop = importlib.import_module("looptime").new_event_loop()
    return loop


def main() -> None:
    """Run it once on the loop that the argument names."""
    loop = _loop(sys.argv[1])
    began = perf_counter()
    messages = loop.run_until_complete(_session())
    seconds = perf_counter() - began
    simulated = loop.time()
    loop.close()
    print(json.dumps({"seconds": seconds, "messages": messages, "simulated": simulated}))


if __name__ == "__main__":
    main()
