"""The radio of the guest, in a process of its own: the computer's controller, and devices in its air.

`python -m tests.bluez.guest_radio MODULE` opens it and awaits `MODULE.serve(radio)`, which sets up
whatever devices it likes in `radio.air`.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import sys
from typing import Protocol, cast

from bumble.host import Host
from bumble.transport import open_transport
from bumble.transport.common import AsyncPipeSink

from simulator.radio.air import Air
from simulator.radio.chip import Chip
from simulator.radio.conditions import Conditions

COMPUTER = "00:11:22:33:44:55"


class Radio:
    """The simulator's air, with the kernel's controller in it."""

    def __init__(self) -> None:
        self.air = Air()

    async def open(self) -> None:
        """Give the kernel its controller, which goes with this process."""
        kernel = await open_transport("vhci")
        kernel.source.set_packet_sink(Chip(self.air, "computer", kernel.sink, COMPUTER))

    def host(self, name: str) -> Host:
        """What a plain Bumble `Device` is made on, with a chip of its own in this air."""
        chip = Chip(self.air, name, conditions=Conditions())
        return Host(chip, AsyncPipeSink(chip))


class Station(Protocol):
    """A module that has devices."""

    async def serve(self, radio: Radio) -> None:
        """Set them up, and return when the radio may go."""
        ...


async def main(name: str) -> None:
    """Open the radio, and serve until the station is done."""
    station = cast("Station", importlib.import_module(name))
    radio = Radio()
    await radio.open()
    await station.serve(radio)
    os._exit(0)  # as an adapter that is pulled out: nobody says goodbye


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
