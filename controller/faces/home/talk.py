"""Questions that a page asks, one at a time, from whichever loop needs the answer. It knows no widget."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.known import KnownError
    from controller.pairing import Known

DIGITS = 6
YES_NO = (("y", "Yes"), ("n", "No"))


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: `choices` as (key, what it says), or something `typed`, which is `proposed` unless
    something else is typed. `taken`: what the key Enter says then."""

    text: str
    choices: tuple[tuple[str, str], ...] = ()
    typed: Literal["", "text", "number"] = ""
    proposed: str = ""
    taken: str = "Take it"


@dataclass(slots=True)
class Talk:
    """A conversation: `lines` that were said, and the `question` that is open. `changed` is called in the
    loop that asks; `answer` may be called from any thread."""

    changed: Callable[[], None]
    lines: list[str] = field(default_factory=list)
    question: Question | None = None
    driving: bool = False
    met: Known | None = None
    _answer: asyncio.Future[str | None] | None = None

    def say(self, text: str) -> None:
        """A line for the person."""
        self.lines.append(text)
        self.changed()

    async def ask(self, question: Question) -> str | None:
        """The key of a choice, or what was typed; None: they give up."""
        self._answer = asyncio.get_running_loop().create_future()
        self.question = question
        self.changed()
        try:
            return await self._answer
        finally:
            self.question, self._answer = None, None
            self.changed()

    def answer(self, value: str | None) -> None:
        """What the person says to the question that is open."""
        waiting = self._answer
        if waiting is None:
            return

        def take() -> None:
            if not waiting.done():
                waiting.set_result(value)

        waiting.get_loop().call_soon_threadsafe(take)

    # As `controller.pairing.Asker`

    async def confirm(self, number: int) -> bool:
        """Whether the device shows the same number."""
        return await self.is_so(f"Does the device show {number:0{DIGITS}}?")

    async def passkey(self) -> int | None:
        """The number that the device shows."""
        text = "The six digits that the device shows:"
        while typed := await self.ask(Question(text, typed="number")):
            digits = "".join(typed.split())
            if len(digits) == DIGITS and digits.isascii() and digits.isdecimal():
                return int(digits)
            self.say("That is not six digits.")
        return None

    async def display(self, number: int) -> None:
        """A number to be typed at the device."""
        self.say(f"Type {number:0{DIGITS}} at the device.")

    async def holds(self, device: Known) -> bool:
        """Whether it may show itself."""
        self.met = device
        self.driving = await self.may_show()
        if self.driving:
            self.say("It runs for two seconds at its lowest. x stops it at once.")
        return self.driving

    async def may_show(self) -> bool:
        """Whether somebody has it in their hand."""
        self.say("Take it in your hand, off the body: it runs for two seconds at its lowest.")
        return await self.is_so("Now?")

    async def saw(self, device: Known) -> bool:
        """Whether it did."""
        self.driving = False
        return await self.is_so("Did its light come on?" if "heat" in device.lowest else "Did it move?")

    async def name(self, proposed: str, refused: KnownError | None) -> str | None:
        """What it is to be called."""
        if refused is not None:
            self.say(f"{refused}: {refused.remedy}.")
        return await self.ask(Question("Its name here:", typed="text", proposed=proposed))

    async def is_so(self, text: str) -> bool:
        """Yes or no."""
        return await self.ask(Question(text, YES_NO)) == "y"
