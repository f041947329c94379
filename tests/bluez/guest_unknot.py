"""Runs of the program, as processes: what they print, what they are told, and how they end."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import signal
import socket
import sys
import time
from contextlib import suppress
from typing import Any, Self

from tests.bluez.guest_bus import PATIENCE, STARTED_WITHIN

Event = dict[str, Any]
AGAIN = 0.5
STDERR = 2
HOME = "/run/unknot"
PLACES = {f"UNKNOT_{each}_DIR": f"{HOME}/{each.lower()}" for each in ("STATE", "RUNTIME", "CONFIG")}
ENVIRONMENT = os.environ | PLACES | {"TERM": "xterm", "NO_COLOR": "1"}
ANSWERS = {"ready": "yes", "present": "yes", "rate": 4, "screening": "no", "C18": "yes"}


class Loaded:
    """A process that has loaded the program, and forks its runs."""

    def __init__(self, process: asyncio.subprocess.Process, orders: socket.socket) -> None:
        self._process = process
        self._orders = orders

    @classmethod
    async def start(cls) -> Self:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            words = [sys.executable, "-m", "tests.bluez.guest_loaded", str(theirs.fileno())]
            process = await asyncio.create_subprocess_exec(
                *words, pass_fds=[theirs.fileno()], env=ENVIRONMENT, stdin=asyncio.subprocess.DEVNULL
            )
        return cls(process, ours)

    async def end(self) -> None:
        self._orders.close()
        await self._process.wait()

    async def fork(self, words: tuple[str, ...], standard: Standard) -> tuple[int, Ended]:
        """The process's id, and what waits for its end."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        with theirs:
            socket.send_fds(self._orders, [json.dumps(words).encode()], [theirs.fileno(), *standard])
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(STARTED_WITHIN):
            process = json.loads(await loop.sock_recv(ours, 64))

        async def ended() -> int:
            with ours:
                return int(json.loads(await loop.sock_recv(ours, 64)))

        return process, asyncio.ensure_future(ended())


Ended = asyncio.Future[int]
Standard = tuple[int, int, int]


def _pipes() -> tuple[Standard, int, int]:
    """What a process gets as stdin, stdout and stderr; our ends of the first two."""
    (stdin, write), (read, stdout) = os.pipe(), os.pipe()
    return (stdin, stdout, STDERR), write, read


def _terminal() -> tuple[Standard, int, int]:
    """The same, all of it one terminal."""
    ours, theirs = pty.openpty()
    return (theirs, theirs, theirs), ours, os.dup(ours)


async def _new_python(words: tuple[str, ...], standard: Standard) -> tuple[int, Ended]:
    stdin, stdout, stderr = standard
    program = (sys.executable, "-m", "controller", *words)
    process = await asyncio.create_subprocess_exec(
        *program, stdin=stdin, stdout=stdout, stderr=stderr, env=ENVIRONMENT
    )
    return process.pid, asyncio.ensure_future(process.wait())


class Unknot:
    """One run of the program. A `run --json` is heard all the time, and its questions are answered."""

    process: int
    _in: int
    _ended: Ended
    _hearing: asyncio.Future[None]

    def __init__(self, words: tuple[str, ...]) -> None:
        self.words = words
        self.began = time.monotonic()
        self.text = ""
        self._events: list[Event] = []
        self._past = 0
        self._over = False
        self._news = asyncio.Condition()
        self._lines = asyncio.StreamReader()

    @classmethod
    async def start(cls, *words: str, loaded: Loaded | None = None, terminal: bool = False) -> Self:
        """A fork of what is `loaded`, or a Python of its own."""
        self = cls(words)
        child, self._in, out = _terminal() if terminal else _pipes()
        try:
            self.process, self._ended = (
                await loaded.fork(words, child) if loaded else await _new_python(words, child)
            )
        finally:
            for each in set(child) - {STDERR}:
                os.close(each)
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(self._lines), os.fdopen(out, "rb"))
        if words[0] == "run":
            self._hearing = asyncio.ensure_future(self._hear())
        return self

    async def end(self) -> int:
        """The exit code."""
        async with asyncio.timeout(PATIENCE):
            return await asyncio.shield(self._ended)

    async def told(self) -> Event:
        """The one JSON object that it prints, and its exit code as `exit`."""
        async with asyncio.timeout(PATIENCE):
            printed = await self._lines.read()
        os.close(self._in)
        found: Event = json.loads(printed)
        return {**found, "exit": await self.end()}

    def kill(self) -> float:
        """With -9; when."""
        os.kill(self.process, signal.SIGKILL)
        return time.monotonic()

    def interrupt(self) -> None:
        """As Ctrl-C does, on a terminal that this process is the session leader of."""
        os.kill(self.process, signal.SIGINT)

    def tell(self, **command: object) -> None:
        """One command for a `run --json`."""
        os.write(self._in, json.dumps(command).encode() + b"\n")

    def press(self, keys: str) -> None:
        os.write(self._in, keys.encode())

    async def _hear(self) -> None:
        """Every event of a `run --json`, each question answered at once."""
        async for line in self._lines:
            each: Event = json.loads(line)
            if each["event"] == "question":
                value = ANSWERS.get(each["question"], ANSWERS[each["kind"]])
                self.tell(do="answer", question=each["question"], value=value)
            await self._note(each)
        self._over = True
        await self._note()

    async def _note(self, *events: Event) -> None:
        async with self._news:
            self._events += events
            self._news.notify_all()

    async def until(self, event: str) -> Event:
        """The next such event, past those that were waited for before."""

        def heard() -> int | None:
            at = range(self._past, len(self._events))
            return next((nth for nth in at if self._events[nth]["event"] == event), None)

        try:
            async with asyncio.timeout(PATIENCE), self._news:
                await self._news.wait_for(lambda: self._over or heard() is not None)
        except TimeoutError:
            pass
        nth = heard()
        said = [each for each in self._events[self._past :] if each["event"] != "reading"]
        assert nth is not None, f"{self.words}: no {event}, but {said[-8:]}"
        self._past = nth + 1
        return self._events[nth]

    async def last(self) -> Event:
        """`session-ended`, and the process with it."""
        found = await self.until("session-ended")
        os.close(self._in)
        assert await self.end() == found["exit"], found
        return found

    async def shows(self, text: str, key: str = "") -> str:
        """Read the terminal until that is on it; all that was before it. A `key` is pressed now and then
        until it is: what is pressed before the program waits for it is lost."""
        try:
            async with asyncio.timeout(PATIENCE):
                while text not in self.text:
                    self.press(key)
                    with suppress(TimeoutError):
                        async with asyncio.timeout(AGAIN):
                            self.text += (await self._lines.read(1024)).decode()
        except TimeoutError:
            raise AssertionError(f"{self.words}: {text!r} is not in {self.text!r}") from None
        before, _, self.text = self.text.partition(text)
        return before
