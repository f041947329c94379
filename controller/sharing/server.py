"""Serves one session on its socket, so that other processes of the user can be its faces too."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, Protocol

from controller.core.events import Said
from controller.sharing.address import listening, socket_beside
from controller.sharing.client import Client
from controller.sharing.lines import encoded, ended_line, event_line, greeting_line, picture_line
from controller.sharing.present import Present
from controller.sharing.unattended import NOBODY_CAME, Unattended

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

    from controller.core.events import Answer, Command
    from controller.snapshot import Ended, Snapshot

MOST_CLIENTS = 64
"""Each takes a descriptor, of which the session itself needs some."""
MOST_BEHIND = 256
"""Events that wait for this thread: nobody listens, or readings are left out."""
FAREWELL_S = 0.2
"""How long clients may take to read the last lines; everything is at rest by then."""


class Owner(Protocol):
    """The session that is served. All may be called from any thread."""

    id: str
    kept: bool
    """Whether it has no face of its own: then it pauses while nobody watches, and in the end ends."""

    def send(self, word: Command | Answer) -> None:
        """A word of a person."""
        ...

    def show_to(self, viewer: Callable[[Snapshot | Said], None]) -> None:
        """From now on tell `viewer` everything, the present picture at once."""
        ...

    def watched(self, *, by_somebody: bool) -> None:
        """Whether somebody who can act sees it."""
        ...

    def interrupt(self, why: str) -> None:
        """It is to end, everything at rest."""
        ...


class Server:
    """`hear`, `see` and `finish` are for the session's thread and never wait; all else happens in a
    thread of its own, so that no client can delay the session."""

    def __init__(self, owner: Owner) -> None:
        self.session = owner.id
        self._owner = owner
        self._over: Future[Ended | None] = Future()
        self._trouble: str | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._facts: deque[Said] = deque()
        self._count = 0
        self._seen: tuple[Snapshot, int] | None = None
        self._woken = False
        # Of the server's thread
        self._gone = asyncio.Event()
        self._present = Present()
        self._clients: set[Client] = set()
        self._shown: tuple[Snapshot, int] | None = None
        self._picture: tuple[Snapshot, bytes] | None = None
        self._asked = False
        self._unattended: Unattended | None = None
        self._look: asyncio.TimerHandle | None = None

    def serve(self, lock: Path) -> None:
        """Serve beside that lock file. Where it cannot be, `finish` says why, and nothing else changes."""
        path = socket_beside(lock)
        self._thread = threading.Thread(target=self._run, args=(path,), name="socket", daemon=True)
        try:
            self._thread.start()
        except RuntimeError as error:
            self._thread, self._trouble = None, _trouble(path, error)
            self._nobody_can()

    # In the session's thread

    def hear(self, said: Snapshot | Said) -> None:
        """Every event."""
        if not isinstance(said, Said):
            return
        if said.event == "reading" and (not self._clients or len(self._facts) > MOST_BEHIND):
            return
        self._count += 1
        self._facts.append(said)
        if self._clients or len(self._facts) > MOST_BEHIND:
            self._wake()

    def see(self, picture: Snapshot | Said) -> None:
        """Every picture; only the newest counts."""
        if not isinstance(picture, Said):
            self._seen = (picture, self._count)
            self._wake()

    def finish(self, ended: Ended | None) -> str | None:
        """It is over: tell the clients, and be gone. Waits for them no longer than `FAREWELL_S`.

        What kept it from being served, where anything did.
        """
        self._over.set_result(ended)
        if self._thread is not None:
            self._thread.join(10 * FAREWELL_S)
        return self._trouble

    def _wake(self) -> None:
        if self._woken or self._loop is None:
            return
        self._woken = True
        with contextlib.suppress(RuntimeError):  # it is closed: nobody is served any more
            self._loop.call_soon_threadsafe(self._drain)

    # In the server's thread

    def _run(self, path: Path) -> None:
        try:
            with listening(path) as listener, asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as loop:
                loop.run(self._serve(listener))
        except OSError as error:
            self._trouble = _trouble(path, error)
        finally:
            path.unlink(missing_ok=True)
            self._facts = deque(maxlen=0)  # what is still told is for nobody
            self._nobody_can()

    def _nobody_can(self) -> None:
        """A session that only others can see is not to run where they cannot."""
        if self._owner.kept and not self._over.done():
            self._owner.interrupt(self._trouble or "nobody can watch it any more")

    async def _serve(self, listener: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(_say_nothing)
        greeting = encoded(greeting_line(self.session))
        if self._owner.kept:
            self._unattended = Unattended(self._loop.time())
            self._count_faces()
        server = await self._loop.create_server(lambda: Client(self, greeting), sock=listener)
        ended = await asyncio.wrap_future(self._over)
        server.close()
        self._drain()
        await self._part(None if ended is None else encoded(ended_line(ended)))

    async def _part(self, last: bytes | None) -> None:
        for client in tuple(self._clients):
            self._greet(client)
            client.end(last)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL_S):
                while self._clients:
                    self._gone.clear()
                    await self._gone.wait()
        for client in tuple(self._clients):
            client.abort()
        await asyncio.sleep(0)  # `connection_lost` of those

    def _drain(self) -> None:
        """Pass on what came, in order; then the newest picture."""
        self._woken = False
        while self._facts:
            self._pass_on(self._facts.popleft())
        seen = self._seen
        if seen is None or seen is self._shown:
            return
        self._shown = seen
        self._present.look(*seen)
        for client in tuple(self._clients):
            if client.greeted:
                client.show(self.newest())
            else:
                self._greet(client)

    def _pass_on(self, said: Said) -> None:
        self._present.hear(said)
        greeted = [client for client in self._clients if client.greeted]
        if greeted:
            line = encoded(event_line(said))
            for client in greeted:
                client.write(line)

    def _greet(self, client: Client) -> None:
        if not client.greeted:
            client.greet(encoded(event_line(said)) for said in self._present.facts)

    # Whether somebody watches

    def _count_faces(self) -> None:
        if self._unattended is None or self._over.done():
            return
        now = asyncio.get_running_loop().time()
        deed = self._unattended.faces(sum(client.acts for client in self._clients), now)
        if deed == "end":
            self._owner.interrupt(NOBODY_CAME)
        elif deed is not None:
            self._owner.watched(by_somebody=deed == "seen")
        self._look_again()

    def _look_again(self) -> None:
        if self._look is not None:
            self._look.cancel()
        due = None if self._unattended is None else self._unattended.due
        loop = asyncio.get_running_loop()
        self._look = None if due is None else loop.call_at(due, self._count_faces)

    # What clients ask for

    def admit(self, client: Client) -> None:
        """Somebody has come; greeted as soon as there is a picture to hold the events to."""
        if len(self._clients) >= MOST_CLIENTS:
            client.drop(f"{MOST_CLIENTS} others watch it already")
            return
        self._clients.add(client)
        self._drain()
        if self._shown is not None:
            self._greet(client)
        elif not self._asked:
            self._asked = True
            self._owner.show_to(self.see)

    def forget(self, client: Client) -> None:
        """Somebody has gone."""
        self._clients.discard(client)
        self._gone.set()
        self._count_faces()

    def greet_back(self) -> None:
        """Somebody has said whether they can act."""
        self._count_faces()

    def take(self, word: Command | Answer) -> None:
        """A word of a person, wherever they sit."""
        self._owner.send(word)

    def newest(self) -> bytes | None:
        """The newest picture as a line, made when somebody wants it."""
        if self._shown is None:
            return None
        snapshot = self._shown[0]
        if self._picture is None or self._picture[0] is not snapshot:
            self._picture = (snapshot, encoded(picture_line(snapshot)))
        return self._picture[1]


def _trouble(path: Path, error: OSError | RuntimeError) -> str:
    why = getattr(error, "strerror", None) or error
    return f"no other terminal could watch it: {path}: {why}"


def _say_nothing(loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    """What goes wrong with a client is no line on the terminal of whoever runs the session."""
    del loop, context
