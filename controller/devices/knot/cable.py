"""Knot messages over a cable: frames on a ByteLink."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.devices.knot.framing import DELIMITER, Deframer, frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.links import ByteLink


class Cable:
    """A MessageLink over `link`."""

    patience = 0.15  # wire-profile, "Over a serial port"
    held_over = False
    queues = False

    def __init__(self, link: ByteLink) -> None:
        self._link = link
        self._deframer = Deframer()

    @property
    def pseudo(self) -> bool:
        """As the cable says."""
        return self._link.pseudo

    def listen(self, on_message: Callable[[bytes], None], on_lost: Callable[[str], None]) -> None:
        """Deliver what decodes; `on_lost(why)` once."""

        def on_bytes(data: bytes) -> None:
            for each in self._deframer.feed(data):
                on_message(each)

        self._link.listen(on_bytes, on_lost)

    def write(self, message: bytes) -> None:
        """Queue a frame."""
        self._link.write(frame(message))

    def write_now(self, message: bytes) -> None:
        """The delimiter first, so that half a frame cannot swallow the stop."""
        self._link.write_now(DELIMITER + frame(message))

    def close(self) -> None:
        """Give the cable back."""
        self._link.close()

    async def wait_closed(self) -> None:
        """A cable is given back at once."""
