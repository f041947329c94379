"""A program that uses a sim's radio with plain bleak; run with a folder, an address and what to do."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from radio_kit import STOP, Person

from simulator.radio import radios


async def main(folder: str, address: str, task: str) -> None:
    [radio] = radios(Path(folder))
    person = Person(radio, address, timeout=10)
    await person.client.connect()
    if task == "drive":
        await person.client.pair()
        await person.subscribe()
        await person.drive(1200)
        print("driving", flush=True)
        await asyncio.Event().wait()
    await person.write(STOP)
    print("stopped", flush=True)
    await radio.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
