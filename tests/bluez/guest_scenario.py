"""Runs in the guest: the checks one after another, each a line `ok NAME SECONDS` or `FAILED NAME WHY`."""

from __future__ import annotations

import asyncio
import importlib
import sys
import time
import traceback
from typing import TYPE_CHECKING

from tests.bluez.guest_bus import Bluez, Station
from tests.bluez.guest_story import Story
from tests.bluez.guest_story_checks import STORY
from tests.bluez.guest_unknot import Loaded

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

PATIENCE = 60.0


async def check(name: str, attempt: Awaitable[str | None]) -> bool:
    started = time.monotonic()
    try:
        async with asyncio.timeout(PATIENCE):
            said = await attempt
    except (Exception, asyncio.CancelledError) as why:
        print(f"FAILED {name}: {type(why).__name__} {why}", flush=True)
        traceback.print_exc(file=sys.stdout)
        return False
    print(f"ok {name} {time.monotonic() - started:.2f} s{f' ({said})' if said else ''}", flush=True)
    return True


def title(attempt: Callable[..., object]) -> str:
    return attempt.__name__.replace("_", " ")


async def scenario(*, every: bool) -> None:
    """The program's story, then what plain bleak meets: the most telling of it, or `every` check."""
    loaded = await Loaded.start()
    bluez, station = await Bluez.connect(), await Station.start("tests.bluez.guest_knots")
    await bluez.power(True)
    # bleak takes seconds to load, which the story has to spare: most of it is waiting.
    plain_checks = asyncio.ensure_future(
        asyncio.to_thread(importlib.import_module, "tests.bluez.guest_checks")
    )
    story = Story(bluez, station, loaded)
    for each in STORY:
        if not await check(title(each), each(story)):
            return
    await loaded.end()
    plain = await plain_checks
    await station.order("advertise", True)
    guest = plain.Guest(bluez, station)
    for one in (*plain.TELLING, *(plain.REST if every else ())):
        await check(f"plain bleak: {title(one)}", one(guest))
    await station.end()
    for alone in plain.WITHOUT_A_RADIO:
        await check(f"plain bleak: {title(alone)}", alone())


if __name__ == "__main__":
    asyncio.run(scenario(every="--every" in sys.argv))
