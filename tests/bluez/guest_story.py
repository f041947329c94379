"""What the checks of the program share: it, the devices, and a body."""

from __future__ import annotations

import itertools
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bluez.guest_names import GUN, Knot
from tests.bluez.guest_unknot import HOME, Loaded, Unknot

if TYPE_CHECKING:
    from tests.bluez.guest_bus import Bluez, Station
    from tests.bluez.guest_unknot import Event

PROTOCOL = """unknot: 1
title: A muscle
needs: {{gun: percussion}}
steps:
  - press: {muscle}
    side: {side}
    at: gentle
    for: 20 s
    move: along
  - rest: 5 s
"""
BOTH = """unknot: 1
title: Both devices
needs: {gun: percussion, pad: heat}
steps:
  - heat: neck
    to: low
    for: 4 min
    within: 4 min
  - cool: pad
    below: 38 °C
    within: 3 min
  - rest: 3 min
  - press: hamstrings
    side: left
    at: gentle
    for: 5 s
    move: along
"""
MUSCLES = ("rectus femoris", "gluteus maximus", "erector spinae")


class Story:
    """The devices, the program, and a body, which is spared by the program's own limits."""

    running: Unknot

    def __init__(self, bluez: Bluez, station: Station, loaded: Loaded) -> None:
        self.bluez = bluez
        self.station = station
        self.loaded = loaded
        self._places = itertools.product(MUSCLES, ("left", "right"))
        Path(HOME).mkdir(exist_ok=True)
        self._never = self.words()

    def words(self, gun: str = "my gun") -> tuple[str, ...]:
        """A run for a place that has had nothing yet."""
        muscle, side = next(self._places)
        path = Path(HOME) / f"{muscle} {side}.yaml"
        path.write_text(PROTOCOL.format(muscle=muscle, side=side))
        return ("run", str(path), "--use", f"gun={gun}", "--json")

    def words_for_both(self) -> tuple[str, ...]:
        """A run that begins with the pad, and has the gun beside it."""
        path = Path(HOME) / "both.yaml"
        path.write_text(BOTH)
        return ("run", str(path), "--use", "gun=my gun", "--use", "pad=my pad", "--json")

    async def driving(self, run: Unknot) -> float:
        """When the motor turned, after a word of the run's."""
        await run.until("drive")
        return await self.drives(True)

    async def refused(self) -> Event:
        """The end of a run that must not begin."""
        last = await (await self.program(*self._never)).last()
        assert (last["outcome"], last["exit"]) == ("refused", 5), last
        return last

    async def program(self, *words: str, terminal: bool = False) -> Unknot:
        return await Unknot.start(*words, loaded=self.loaded, terminal=terminal)

    async def told(self, *words: str) -> Event:
        return await (await self.program(*words, "--json")).told()

    async def heard(self, what: str, knot: Knot = GUN) -> float:
        """When it next heard that request."""
        while True:
            when, request = await self.station.event(f"{knot.name} heard")
            if request == what:
                return float(when)

    async def drives(self, on: bool, knot: Knot = GUN) -> float:
        """When its motor next turned or its heater was on, or when it rested."""
        while True:
            when, what = await self.station.event(f"{knot.name} drives")
            if (what > 0) == on:
                return float(when)

    async def look(self, knot: Knot = GUN) -> dict[str, Any]:
        found: dict[str, Any] = await self.station.order("look", knot.name)
        return found

    async def befalls(self, what: str) -> float:
        when = time.monotonic()
        await self.station.order("begin", GUN.name, what)
        return when

    async def is_over(self, what: str) -> None:
        await self.station.order("end", GUN.name, what)

    async def bonded(self, knot: Knot = GUN) -> bool:
        return bool(await self.bluez.device(knot.address, "Paired"))


def since(began: float, ended: float) -> str:
    return f"{ended - began:.2f} s"
