"""An air that hosts in other processes may join: HCI over a unix socket, a chip for each of them."""

from __future__ import annotations

import asyncio
import os
import socket
from typing import TYPE_CHECKING

from bumble import core
from bumble.transport.common import PacketParser, StreamPacketSink

from simulator.radio.chip import Chip
from simulator.radio.places import private, remove, short, socket_of

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.radio.air import Air

OWNER_ONLY = 0o177  # what the mask takes from a socket's mode
BACKLOG = 64


class _Guest(asyncio.Protocol):
    """A host in another process, from its first packet on. When it dies its chip falls silent at once."""

    def __init__(self, server: RadioServer) -> None:
        self._server = server
        self._transport: asyncio.Transport | None = None
        self._chip: Chip | None = None
        self._parser = PacketParser()
        self.address = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._transport is None:
            return
        if self._chip is None:
            self.address = self._server.seat(self)
            host = StreamPacketSink(self._transport)
            self._chip = Chip(self._server.air, f"computer {self.address}", host, self.address)
            self._parser.set_packet_sink(self._chip)
        try:
            self._parser.feed_data(data)
        except (core.BaseBumbleError, ValueError, IndexError):
            self._transport.abort()  # what it says is no HCI

    def connection_lost(self, _error: Exception | None) -> None:
        self._server.leave(self)
        if self._chip is not None:
            self._chip.switch_off()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


class RadioServer:
    """Listens from `open` to `close`, for programs of this user alone.

    A host that comes while another is there is another computer, with bonds of its own; one that comes
    after it is the same computer again.
    """

    def __init__(self, air: Air, folder: Path) -> None:
        self.air = air
        self._path = socket_of(folder, os.getpid())
        self._guests: list[_Guest] = []
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Raises PlaceError or OSError."""
        private(self._path.parent)
        remove(self._path)
        draft = self._path.with_name(f".{self._path.name}")
        draft.unlink(missing_ok=True)
        listening = socket.socket(socket.AF_UNIX)
        mask = os.umask(OWNER_ONLY)
        try:
            with short(draft) as name:
                listening.bind(name)
            listening.listen(BACKLOG)
            draft.rename(self._path)  # a name that nobody listens on yet would be removed as a dead one's
        except BaseException:
            listening.close()
            draft.unlink(missing_ok=True)
            raise
        finally:
            os.umask(mask)
        self._server = await asyncio.get_running_loop().create_unix_server(
            lambda: _Guest(self), sock=listening
        )

    async def close(self) -> None:
        """Nobody can come any more, and whoever is there is alone."""
        if self._server is not None:
            self._server.close()
            remove(self._path)
            for guest in tuple(self._guests):
                guest.close()
            await self._server.wait_closed()

    def seat(self, guest: _Guest) -> str:
        """The address of the first computer that nobody is."""
        taken = {other.address for other in self._guests}
        self._guests.append(guest)
        return next(free for at in range(1, 256) if (free := f"02:00:00:00:00:{at:02X}") not in taken)

    def leave(self, guest: _Guest) -> None:
        """Safe to repeat."""
        if guest in self._guests:
            self._guests.remove(guest)


__all__ = ["RadioServer"]
