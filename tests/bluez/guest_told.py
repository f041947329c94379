"""How what is in the guest's air is ordered about: a line of JSON each way, and `done` after each order."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any


def tell(event: str, value: Any = None) -> None:
    """One line for the scenario."""
    print(json.dumps([event, value]), flush=True)


async def obey(*owners: object) -> None:
    """Do what is ordered, by whichever of `owners` can (`do_NAME`), until stdin ends."""
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    tell("ready")
    async for line in lines:
        order, arguments = json.loads(line)
        [does] = [getattr(each, f"do_{order}") for each in owners if hasattr(each, f"do_{order}")]
        done = does(*arguments)
        tell(f"done {order}", await done if asyncio.iscoroutine(done) else done)
