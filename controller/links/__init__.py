"""Links: ways to a device. The one place for pyserial and for bleak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


Trouble = Literal["taken", "missing", "other"]
"""What keeps a device from being used: somebody else has it, it is not there, or it is something else."""


class LinkError(Exception):
    """A link that cannot be opened, with `remedy`, what a person can do about it."""

    def __init__(self, message: str, remedy: str, trouble: Trouble = "other") -> None:
        super().__init__(message)
        self.remedy = remedy
        self.trouble: Trouble = trouble


@dataclass(frozen=True, slots=True)
class Gatt:
    """The characteristics of a family: `command` is written, `status` notifies, `info` is read."""

    service: str
    command: str
    status: str
    info: str


class ByteLink(Protocol):
    """A cable: bytes in order, or nothing. All calls come from the event loop's thread."""

    @property
    def pseudo(self) -> bool:
        """True where no hardware can be behind it: memory, or a pseudo-terminal."""
        ...

    def listen(self, on_bytes: Callable[[bytes], None], on_lost: Callable[[str], None]) -> None:
        """Deliver what arrives; `on_lost(why)` once, when the link is gone for good."""
        ...

    def write(self, data: bytes) -> None:
        """Queue `data`; never blocks and never raises. A link that is gone swallows it."""
        ...

    def write_now(self, data: bytes) -> None:
        """Drop all that has not left, and send `data` at once (the stop path).

        A frame may be cut in its middle: `data` begins with what gets the device over that.
        """
        ...

    def close(self) -> None:
        """Give the cable back. Safe to repeat."""
        ...


class MessageLink(Protocol):
    """Whole messages in order, or nothing; over a cable or over the air. All calls come from the event
    loop's thread."""

    @property
    def pseudo(self) -> bool:
        """True where no hardware can be behind it: memory, a pseudo-terminal, or the virtual radio."""
        ...

    @property
    def patience(self) -> float:
        """Seconds that a reply may take before the same is asked again."""
        ...

    @property
    def held_over(self) -> bool:
        """Whether a process that died left this connection, and what it drove is still to be stopped."""
        ...

    @property
    def queues(self) -> bool:
        """Whether others keep messages on their way, so that one may come late or twice."""
        ...

    def listen(self, on_message: Callable[[bytes], None], on_lost: Callable[[str], None]) -> None:
        """Deliver what arrives; `on_lost(why)` once, when the link is gone for good."""
        ...

    def write(self, message: bytes) -> None:
        """Queue `message`; never blocks and never raises. A link that is gone swallows it."""
        ...

    def write_now(self, message: bytes) -> None:
        """Drop all that has not left, and send `message` at once (the stop path)."""
        ...

    def close(self) -> None:
        """Give the link back, once what `write_now` was last given has left. Safe to repeat."""
        ...

    async def wait_closed(self) -> None:
        """Until it is given back; never raises."""
        ...


__all__ = ["ByteLink", "Gatt", "LinkError", "MessageLink", "Trouble"]
