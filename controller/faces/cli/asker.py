"""The person who pairs a device, at a terminal or through flags."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from controller.pairing import Known

DIGITS = 6


class Asker:
    """Asks at the terminal; with `yes`, whoever started the program has said so before."""

    def __init__(self, *, yes: bool, talks: bool) -> None:
        self.yes = yes
        self.talks = talks

    def say(self, text: str) -> None:
        """A line for a person."""
        if self.talks:
            click.echo(text)

    async def confirm(self, number: int) -> bool:
        """Whether the device shows the same number."""
        return await self._is_so(f"Does the device show {number:06}?")

    async def passkey(self) -> int | None:
        """The number that the device shows."""
        if not self.talks:
            return None
        typed = await asyncio.to_thread(click.prompt, "The six digits that the device shows", default="")
        return int(typed) if typed.isdecimal() and len(typed) == DIGITS else None

    async def display(self, number: int) -> None:
        """A number to be typed at the device."""
        click.echo(f"Type {number:06} at the device.", err=not self.talks)

    async def holds(self, device: Known) -> bool:
        """Whether it may show itself."""
        self.say(f"Take {device} in your hand, off the body. It runs at its lowest for two seconds.")
        return self.yes or await self._is_so("Now?")

    async def saw(self, device: Known) -> bool:
        """Whether it did."""
        warms = "heat" in device.lowest
        return self.yes or await self._is_so("Did its light come on?" if warms else "Did it move?")

    async def name(self, proposed: str) -> str:
        """What it is to be called."""
        if not self.talks:
            return proposed
        name: str = await asyncio.to_thread(click.prompt, "Its name here", default=proposed)
        return name

    async def _is_so(self, text: str) -> bool:
        if not self.talks:
            return False
        click.echo(f"{text} [y/n] ", nl=False)
        while (key := (await asyncio.to_thread(click.getchar)).lower()) not in {"y", "n"}:
            pass
        click.echo(key)
        return key == "y"
