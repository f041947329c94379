"""A thread with a loop of its own for whatever reaches a device: the screen never waits for a radio."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    Job = Callable[[], Coroutine[Any, Any, None]]
    Over = Callable[[BaseException | None], None]

END_WITHIN = 10.0
"""Seconds in which a job that was ended brings its device to rest and lets it go; after them, and as long
again, it is told once more, and then left to the device's lease."""
LET_GO_WITHIN = 7.0
"""Seconds for connections that are still given back when all jobs are over: each is bounded to five."""


class Hands:
    """One job at a time. The next one waits until the last has let its device go; `cancel` and `close` end
    what runs, which brings its device to rest first."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        # From here on in the thread's loop alone.
        self._wake: asyncio.Event | None = None
        self._next: tuple[Job, Over] | None = None
        self._task: asyncio.Task[None] | None = None
        self._told = False
        self._closing = False

    def begin(self, job: Job, over: Over) -> None:
        """End what runs, then do `job`. `over` is called in the thread when it is: with what it raised."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="devices", daemon=True)
            self._thread.start()
            self._ready.wait()
        self.soon(self._want, job, over)

    def cancel(self) -> None:
        """End what runs. Safe to repeat, and from a signal handler."""
        self.soon(self._end)

    def close(self) -> None:
        """End what runs, and wait until every device is let go. Safe to repeat."""
        self.soon(self._close)
        if self._thread is not None:
            self._thread.join(END_WITHIN)
            if self._thread.is_alive():
                self.soon(self._end_again)
                self._thread.join(END_WITHIN)
            self._thread = None

    def soon(self, call: Callable[..., object], *args: object) -> None:
        """Have it called in the thread."""
        loop = self._loop
        if loop is None:
            return
        try:
            loop.call_soon_threadsafe(call, *args)
        except RuntimeError:  # closed meanwhile: nothing runs
            return

    def _run(self) -> None:
        asyncio.run(self._work())

    async def _work(self) -> None:
        self._loop, self._wake, self._closing = asyncio.get_running_loop(), asyncio.Event(), False
        self._ready.set()
        while not (self._closing and self._next is None):
            if self._next is None:
                await self._wake.wait()
                self._wake.clear()
            else:
                await self._do(*self._next)
        self._loop = None
        self._ready.clear()
        # What was cut short while it connected gives its connection back beside it.
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if others:
            await asyncio.wait(others, timeout=LET_GO_WITHIN)

    async def _do(self, job: Job, over: Over) -> None:
        self._next, self._told = None, False
        self._task = task = asyncio.ensure_future(job())
        await asyncio.wait([task])
        self._task = None
        over(asyncio.CancelledError() if task.cancelled() else task.exception())

    def _want(self, job: Job, over: Over) -> None:
        self._end()
        self._next = (job, over)

    def _end(self) -> None:
        dropped, self._next = self._next, None
        if dropped is not None:
            dropped[1](asyncio.CancelledError())
        # Once: what brings a device to rest must not be cut short by the next key.
        if self._task is not None and not self._told:
            self._told = True
            self._task.cancel()
        if self._wake is not None:
            self._wake.set()

    def _end_again(self) -> None:
        # A job that took its end for something else would keep a closed program for ever.
        self._told = False
        self._end()

    def _close(self) -> None:
        self._closing = True
        self._end()
