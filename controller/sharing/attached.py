"""A session that another process of this user runs, followed over its socket."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from controller.core.events import Said
from controller.sharing.address import connected
from controller.sharing.lines import Hello, LineError, WordError, encoded, hello_line, told, word_line
from controller.sharing.unattended import PAUSES_UNSEEN
from controller.snapshot import Ended, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.core.events import Answer, Command
    from controller.lock import Running

    Listener = Callable[[Snapshot | Said], None]

LONGEST = 4 * 1024 * 1024
"""Bytes of a line: a picture of the longest plan has a tenth."""
ANSWERS_S = 3.0
"""How long a session may take to greet; its loop does that itself, so that one that hangs is known."""
GONE_S = 1.0
"""How long after its socket a process that dies may still hold its lock."""
_LOOK_S = 0.02
_FLUSH_S = 0.5
GONE = "the program that ran it is gone"
BY_HAND = "it is not known whether its devices rest: switch them off by hand if they run"
GOES_ON = "It goes on without this window: `unknot watch` shows it again, `unknot stop` stops it."


class Attached:
    """The same for a face as `api.Session`. To `interrupt` it is to let go of it: it goes on.

    With `reads_only` it has no words to give, and does not count as somebody who watches.
    """

    def __init__(self, running: Running, *, reads_only: bool = False) -> None:
        """Raises AttachError."""
        self.running = running
        self._reads_only = reads_only
        self._goes_on = (PAUSES_UNSEEN if running.kept else GOES_ON,)
        self.snapshot: Snapshot | None = None
        self._socket = connected(running)
        self._listeners: list[tuple[Listener, bool]] = []
        self._loop = asyncio.SelectorEventLoop()
        self._left: asyncio.Future[Ended] = self._loop.create_future()
        self._writer: asyncio.StreamWriter | None = None
        self._waiting: list[Said] = []
        self._unsent: list[bytes] = []
        self._greeted = False
        self._t: object = 0
        self._error: str | None = None
        self._over: Ended | None = None
        self._thread: threading.Thread | None = None
        self._ended: Ended | None = None

    def subscribe(self, listener: Listener, *, pictures: bool = True) -> None:
        """Tell `listener` everything; without `pictures`, the events alone. Before it is followed."""
        self._listeners.append((listener, pictures))

    def send(self, word: Command | Answer) -> None:
        """Give a word of the person; never blocks."""
        if self._reads_only:
            return
        line = encoded(word_line(word))
        self._call(lambda: self._send(line))

    def interrupt(self, why: str) -> None:
        """Let go of it: 130."""
        self._leave(Ended("detached", 130, why, self._goes_on))

    def detach(self) -> None:
        """Let go of it, as the person wants: 0."""
        self._leave(Ended("detached", 0, None, self._goes_on))

    def no_more_answers(self) -> None:
        """Nobody answers here any more; others may, and the session asks them too."""

    def close(self) -> None:
        """Let go of it before it is followed."""
        self._socket.close()
        self._loop.close()

    def start(self) -> None:
        """Follow it in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name="attached", daemon=True)
        self._thread.start()

    def wait(self, timeout: float | None = None) -> Ended | None:
        """Join the thread for at most `timeout` seconds; None while it still runs."""
        if self._thread is not None:
            self._thread.join(timeout)
        return self._ended

    def run_here(self) -> Ended:
        """Follow it in this thread; a signal lets go of it."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            why = f"told to end ({signal.Signals(number).name})"
            self._loop.add_signal_handler(number, self.interrupt, why)
        return self._run()

    # In its own thread

    def _run(self) -> Ended:
        try:
            self._ended = self._loop.run_until_complete(self._follow())
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()
        return self._ended

    async def _follow(self) -> Ended:
        reader, self._writer = await asyncio.open_unix_connection(sock=self._socket, limit=LONGEST)
        pictures = any(wanted for _, wanted in self._listeners)
        self._send(encoded(hello_line(pictures=pictures, reads_only=self._reads_only)))
        for line in self._unsent:
            self._send(line)
        reading = asyncio.ensure_future(self._read(reader, pictures=pictures))
        await asyncio.wait({reading, self._left}, return_when=asyncio.FIRST_COMPLETED)
        if reading.done():
            ended = reading.result()
        else:
            reading.cancel()
            ended = self._left.result()
        await self._close(self._writer)
        return ended

    async def _close(self, writer: asyncio.StreamWriter) -> None:
        """A word that was just given still goes out."""
        writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            await asyncio.wait_for(writer.wait_closed(), _FLUSH_S)
        writer.transport.abort()

    async def _read(self, reader: asyncio.StreamReader, *, pictures: bool) -> Ended:
        try:
            async with asyncio.timeout(ANSWERS_S) as waiting:
                while line := await reader.readline():
                    self._take(line, pictures=pictures)
                    if self._greeted:
                        waiting.reschedule(None)
        except TimeoutError:
            return Ended("detached", 1, "the program that runs it does not answer", (BY_HAND,))
        except (LineError, ValueError) as error:  # a line over the limit is a ValueError
            return Ended("detached", 1, f"another version runs it: {error}", self._goes_on)
        except OSError:
            pass
        self._hear_waiting()
        return self._over or await self._cut_off()

    def _take(self, line: bytes, *, pictures: bool) -> None:
        match told(line):
            case Hello(known):
                if not known:
                    raise LineError("its program speaks another version")
                self._greeted = True
            case Said() as said:
                self._t = said.data.get("t", self._t)
                if pictures and self.snapshot is None:
                    self._waiting.append(said)
                else:
                    self._hear(said)
            case Snapshot() as picture:
                self._look(picture)
            case Ended() as ended:
                self._over = ended
            case WordError() as error:
                self._error = str(error)

    def _look(self, picture: Snapshot) -> None:
        if self.snapshot is None:
            # The scene, so that a face has words for what stands; then what stands; then what is asked.
            self._tell(replace(picture, questions=()))
            self._hear_waiting()
        self.snapshot = picture
        self._tell(picture)

    def _hear_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for said in waiting:
            self._hear(said)

    def _hear(self, said: Said) -> None:
        if said.event == "session-ended" and self._over is None:
            self._over = _ended(said)
        self._tell(said)

    def _tell(self, fact: Snapshot | Said) -> None:
        for listener, pictures in self._listeners:
            if pictures or isinstance(fact, Said):
                try:
                    listener(fact)
                except Exception as error:  # noqa: BLE001  a broken face is let go, and the session goes on
                    self._leave(
                        Ended("detached", 1, f"what showed the session broke: {error!r}", self._goes_on)
                    )

    async def _cut_off(self) -> Ended:
        """No word of an end: the process died, or cut this face off."""
        until = self._loop.time() + GONE_S
        while self.running.held:
            if self._loop.time() >= until:
                why = self._error or "this window did not keep up and was cut off"
                return Ended("detached", 1, why, self._goes_on)
            await asyncio.sleep(_LOOK_S)
        told = {"t": self._t, "outcome": "failed", "exit": 1, "why": GONE, "unknown": [BY_HAND]}
        last = Said("session-ended", told)
        self._hear(last)
        if self.snapshot is not None:
            self._look(
                replace(self.snapshot, state="ended", questions=(), outcome="failed", exit=1, why=GONE)
            )
        return _ended(last)

    def _send(self, line: bytes) -> None:
        if self._writer is None:
            self._unsent.append(line)
        else:
            self._writer.write(line)

    def _leave(self, ended: Ended) -> None:
        self._call(lambda: None if self._left.done() else self._left.set_result(ended))

    def _call(self, call: Callable[[], object]) -> None:
        with contextlib.suppress(RuntimeError):  # it is over, and the loop closed
            self._loop.call_soon_threadsafe(call)


def _ended(said: Said) -> Ended:
    """What the event tells of the end; the last line of a session tells more."""
    why, unknown, code = said.data.get("why"), said.data.get("unknown"), said.data.get("exit")
    return Ended(
        str(said.data.get("outcome")),
        code if isinstance(code, int) else 1,
        None if why is None else str(why),
        tuple(map(str, unknown)) if isinstance(unknown, list | tuple) else (),
    )
