"""The person who pairs a device, at a terminal or through flags."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from controller.faces.cli.common import complain
from controller.faces.cli.lively import keys, line

if TYPE_CHECKING:
    from controller.known import KnownError
    from controller.pairing import Known

DIGITS = 6
NO = {"n", "q", "\x1b", ""}
"""Keys that say no; the last is the end of the input."""


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
        return await self._is_so(f"Does the device show {number:0{DIGITS}}?")

    async def passkey(self) -> int | None:
        """The number that the device shows."""
        if not self.talks:
            return None
        while typed := await self._typed("The six digits that the device shows (Enter gives up): "):
            digits = "".join(typed.split())
            if len(digits) == DIGITS and digits.isascii() and digits.isdecimal():
                return int(digits)
            click.echo("That is not six digits.")
        return None

    async def display(self, number: int) -> None:
        """A number to be typed at the device."""
        click.echo(f"Type {number:0{DIGITS}} at the device.", err=not self.talks)

    async def holds(self, device: Known) -> bool:
        """Whether it may show itself."""
        self.say("Take it in your hand, off the body: it runs for two seconds at its lowest.")
        del device
        return self.yes or await self._is_so("Now?")

    async def saw(self, device: Known) -> bool:
        """Whether it did."""
        warms = "heat" in device.lowest
        return self.yes or await self._is_so("Did its light come on?" if warms else "Did it move?")

    async def name(self, proposed: str, refused: KnownError | None) -> str:
        """What it is to be called. Raises `refused` where nobody is there to be asked again."""
        if refused is not None and not self.talks:
            raise refused
        if refused is not None:
            complain(str(refused), refused.remedy)
        if not self.talks:
            return proposed
        return await self._typed(f"Its name here [{proposed}]: ") or proposed

    async def _typed(self, text: str) -> str | None:
        click.echo(text, nl=False)
        return await line()

    async def _is_so(self, text: str) -> bool:
        if not self.talks:
            return False
        click.echo(f"{text} [y/n] ", nl=False)
        with keys() as pressed:
            while (key := (await pressed.get()).lower()) not in {"y", *NO}:
                pass
        click.echo("y" if key == "y" else "n")
        return key == "y"
