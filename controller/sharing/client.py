"""One client of a session's socket: what it is told, and what of its lines is taken."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Protocol, cast

from controller.sharing.address import of_this_user
from controller.sharing.lines import Hello, WordError, encoded, error_line, parse_asked

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable

    from controller.core.events import Answer, Command

LONGEST = 16 * 1024
"""Bytes of a line: the longest command there is takes a quarter."""
READS_ONLY = "this window only reads: stop it where it runs, or with `unknot stop`"
MOST_LINES = 100
"""Lines in a second; no hand and no bridge has that much to say, and each is work for the session."""
MOST_WAITING = 256 * 1024
"""Bytes that wait for a client that does not read, beside what the system keeps; then it is dropped."""


class Host(Protocol):
    """What a client needs of its server."""

    session: str

    def admit(self, client: Client) -> None:
        """It has come; `greet` it when the present state is known, or `drop` it."""
        ...

    def forget(self, client: Client) -> None:
        """It has gone."""
        ...

    def greet_back(self) -> None:
        """It has said hello, and so whether it can act."""
        ...

    def take(self, word: Command | Answer) -> None:
        """A word of its person."""
        ...

    def newest(self) -> bytes | None:
        """The newest picture as a line."""
        ...


class Client(asyncio.Protocol):
    """Belongs to the server's loop. Nothing here waits: what cannot be written is kept up to a bound."""

    def __init__(self, host: Host, greeting: bytes) -> None:
        self._host = host
        self._greeting = greeting
        self._rest = b""
        self._second, self._lines = 0.0, 0
        self._hello: Hello | None = None
        self._behind = self._owed = False
        self.greeted = False
        self._transport: asyncio.Transport

    @property
    def acts(self) -> bool:
        """Whether a person can act there: one that never said hello may be any program."""
        return self._hello is not None and not self._hello.reads_only

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody has connected."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=0)  # to be told when anything waits at all
        if of_this_user(cast("socket.socket", transport.get_extra_info("socket"))):
            self._host.admit(self)
        else:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """It has gone, or was dropped."""
        if isinstance(exc, ConnectionError):
            self._take_last_words()
        self._host.forget(self)

    def eof_received(self) -> None:
        """It has gone. One that only has no more to say looks the same, until something is written."""
        self._take(self._rest)
        self._close()

    def pause_writing(self) -> None:
        """It does not keep up: of pictures, only the newest will count."""
        self._behind = True

    def resume_writing(self) -> None:
        """It has read everything."""
        self._behind = False
        if self._owed:
            self.show(self._host.newest())

    def data_received(self, data: bytes) -> None:
        """Some of a line, or many."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if self._transport.is_closing():
                return
            self._take(line)
        if len(self._rest) > LONGEST:
            self.drop(f"a line has at most {LONGEST} bytes")

    def _take_last_words(self) -> None:
        """A stop, and gone: what was written to it failed before that was read."""
        with contextlib.suppress(OSError), self._transport.get_extra_info("socket").dup() as left:
            for line in (self._rest + left.recv(LONGEST)).split(b"\n"):
                self._take(line)

    # What its server says

    def greet(self, lines: Iterable[bytes]) -> None:
        """The events that stand, and from now on what follows."""
        self.greeted = True
        for line in lines:
            self.write(line)
        if self._hello is not None:
            self._answer_hello()

    def write(self, line: bytes) -> None:
        """One line; a client that lets too much of them wait is dropped."""
        if self._transport.is_closing():
            return
        self._transport.write(line)
        if self._transport.get_write_buffer_size() > MOST_WAITING:
            self._transport.abort()

    def show(self, picture: bytes | None) -> None:
        """The newest picture, now or as soon as it has read what waits."""
        if self._hello is None or not self._hello.pictures or picture is None:
            return
        self._owed = self._behind
        if not self._behind:
            self.write(picture)

    def end(self, line: bytes | None) -> None:
        """The last line, for one that said hello; what waits is still written."""
        if line is not None and self._hello is not None:
            self.write(line)
        self._transport.close()

    def drop(self, why: str) -> None:
        """Tell it why, and no more."""
        self.write(encoded(error_line(why)))
        self._close()

    def _close(self) -> None:
        # What waits for one that does not read would be waited for without end.
        if self._behind:
            self._transport.abort()
        else:
            self._transport.close()

    def abort(self) -> None:
        """Its time to read is over."""
        self._transport.abort()

    # Its lines

    def _take(self, line: bytes) -> None:
        if len(line) > LONGEST:
            self.drop(f"a line has at most {LONGEST} bytes")
        elif self._too_many():
            self.drop(f"more than {MOST_LINES} lines in a second")
        elif line.strip():
            self._do(line.decode(errors="replace"))

    def _too_many(self) -> bool:
        now = asyncio.get_running_loop().time()
        if now - self._second >= 1:
            self._second, self._lines = now, 0
        self._lines += 1
        return self._lines > MOST_LINES

    def _do(self, line: str) -> None:
        try:
            asked = parse_asked(line)
        except WordError as error:
            self.write(encoded(error_line(f"not understood: {error}")))
            return
        if not isinstance(asked, Hello):
            self._give(asked)
            return
        self._hello = asked
        self._host.greet_back()
        if self.greeted:
            self._answer_hello()

    def _give(self, word: Command | Answer) -> None:
        if self._hello is not None and self._hello.reads_only:
            self.write(encoded(error_line(READS_ONLY)))
        else:
            self._host.take(word)

    def _answer_hello(self) -> None:
        self.write(self._greeting)
        self.show(self._host.newest())
