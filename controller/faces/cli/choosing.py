"""The list of what is heard, from which a person chooses a device by a key."""

from __future__ import annotations

import asyncio
import string
from typing import TYPE_CHECKING

import click

from controller.faces.cli.lively import EVERY, Lively, key_within, keys
from controller.faces.cli.scan import lines, said
from controller.links import ble
from controller.pairing import GONE_AFTER, LISTEN, candidates

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from controller.pairing import Candidate

LETTERS = string.ascii_lowercase.replace("q", "")
HEAD = ("Hold the device's button until it shows that it pairs.", "Then choose it by its letter:", "")
WITHOUT = "For one without a letter: unknot pair ADDRESS"
UNKNOWN = "something else"


class NothingChosenError(Exception):
    """The person has ended the choice, or let its time pass; `ended`: which."""

    def __init__(self, *, ended: bool) -> None:
        super().__init__("nothing was paired" if ended else "nothing was chosen in two minutes")
        self.ended = ended


class Choice:
    """What is heard, each device that can be used with a letter of its own for as long as this lasts, and in
    the order of the letters: a line that moves is chosen by mistake."""

    def __init__(self) -> None:
        self.letters: dict[str, str] = {}
        self.note = ""
        self.found: list[Candidate] = []
        self.others = 0

    def hear(self, found: Iterable[Candidate]) -> list[Candidate]:
        """Take what is on the air now; those that are new in the list."""
        heard = list(found)
        known = {each.sighting.address for each in self.found} | self.letters.keys()
        shown = [each for each in heard if each.kind.usable or each.kind.what != UNKNOWN]
        free = (each for each in LETTERS if each not in self.letters.values())
        for each in shown:
            if each.kind.usable and each.sighting.address not in self.letters:
                self.letters[each.sighting.address] = next(free, " ")
        self.found = sorted(shown, key=self._place)
        self.others = len(heard) - len(shown)
        return [each for each in self.found if each.sighting.address not in known]

    def _place(self, found: Candidate) -> tuple[int, str]:
        letter = self.letters.get(found.sighting.address, "")
        return LETTERS.find(letter) if letter.strip() else len(LETTERS), found.sighting.address

    def chosen(self, key: str) -> Candidate | None:
        """The device with that letter; where there is none, `note` says so."""
        for each in self.found:
            if key.strip() and self.letters.get(each.sighting.address) == key:
                return each
        self.note = f"{key} is the letter of none" if key.isprintable() and key.strip() else ""
        return None

    def rows(self, found: Sequence[Candidate] | None = None) -> list[str]:
        """A line a device."""
        shown = self.found if found is None else found
        return lines(shown, self.letters) if shown else []

    def near(self, room: int) -> list[str]:
        """As many lines as there is room for: the nearest devices, in the order of their letters."""
        if len(self.found) <= room:
            return self.rows()
        nearest = sorted(self.found, key=lambda each: each.order)[: max(0, room - 1)]
        shown = self.rows(sorted(nearest, key=self._place))
        return [*shown, f"… and {len(self.found) - len(nearest)} more, farther away"]

    def foot(self, left: float, unusable: Sequence[str]) -> list[str]:
        """What is below the list, with the seconds that are left."""
        others = f"{self.others} other{'s' if self.others > 1 else ''}, no massager or pad that is known here"
        heard = [] if self.found else ["nothing is heard yet that can be paired: is it switched on?"]
        more = [others] if self.others else []
        more += [WITHOUT] if " " in self.letters.values() else []
        ends = f"q ends. Listening for {left:.0f} s more."
        return [*heard, *more, *(f"({each})" for each in unusable), "", f"{ends} {self.note}".rstrip()]


async def chosen(radios: Sequence[ble.Radio]) -> Candidate:
    """Show what is heard until the person chooses. Raises NothingChosenError, LinkError."""
    loop = asyncio.get_running_loop()
    choice, until = Choice(), loop.time() + LISTEN
    async with ble.Scan(radios) as scan:
        unusable = [said(each) for each in scan.unusable]
        with Lively() as view, keys() as pressed:
            if not view.shown:
                click.echo("\n".join((*HEAD, *(f"({each})" for each in unusable), "q ends.")))
            while (left := until - loop.time()) > 0:
                fresh = choice.hear(candidates(scan.seen, loop.time() - GONE_AFTER))
                if view.shown:
                    foot = choice.foot(left, unusable)
                    view.draw(choice.near(view.room(HEAD, foot)), HEAD, foot)
                elif fresh:
                    click.echo("\n".join(choice.rows(fresh)))
                key = await key_within(pressed, EVERY)
                if key in {"q", ""}:
                    raise NothingChosenError(ended=True)
                if key is not None and (found := choice.chosen(key)) is not None:
                    return found
    raise NothingChosenError(ended=False)
