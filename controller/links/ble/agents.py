"""What a person is asked while two devices bond."""

from __future__ import annotations

from typing import Protocol


class Agent(Protocol):
    """Answers for the person; each call may take as long as they do."""

    async def confirm(self, number: int) -> bool:
        """Whether the device shows the same six digits."""
        ...

    async def passkey(self) -> int | None:
        """The six digits that the device shows; None to give up."""
        ...

    async def display(self, number: int) -> None:
        """Show six digits, to be typed at the device."""
        ...


class Nobody:
    """An agent where nobody is asked: what can be compared or typed is refused."""

    async def confirm(self, number: int) -> bool:
        """No."""
        del number
        return False

    async def passkey(self) -> int | None:
        """None."""
        return None

    async def display(self, number: int) -> None:
        """Nobody looks."""


class Heard:
    """An agent that passes on, and knows whether the person was asked, and said no: BlueZ tells no more than
    a failure."""

    def __init__(self, agent: Agent) -> None:
        self.asked = False
        self.declined = False
        self._agent = agent

    async def confirm(self, number: int) -> bool:
        """As the person says."""
        self.asked = True
        said = await self._agent.confirm(number)
        self.declined = not said
        return said

    async def passkey(self) -> int | None:
        """As the person says."""
        self.asked = True
        typed = await self._agent.passkey()
        self.declined = typed is None
        return typed

    async def display(self, number: int) -> None:
        """For the person."""
        self.asked = True
        await self._agent.display(number)
