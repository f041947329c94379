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
