"""The event loop whose clock jumps from one deadline to the next, or runs at a multiple of real time."""

from __future__ import annotations

import asyncio
import selectors
import time
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
NS = 1_000_000_000


class _Selector(selectors.DefaultSelector):
    """Asks the loop's clock how to wait; file descriptors are always looked at."""

    clock: _Clock | None = None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if self.clock is None or (timeout is not None and timeout <= 0):
            return super().select(timeout)
        if self.clock.held or timeout is None:
            return super().select(None)
        wait = self.clock.real_wait(timeout)
        ready = super().select(wait)
        if not ready and wait == 0:
            self.clock.jump(timeout)
        return ready


class _Clock:
    """A clock that a hold stops."""

    held = 0

    def time(self) -> float:
        """Seconds since the loop was made."""
        raise NotImplementedError

    def real_wait(self, timeout: float) -> float | None:
        """How long to wait for descriptors, in real seconds, where the loop would wait `timeout`."""
        raise NotImplementedError

    def jump(self, timeout: float) -> None:
        """Nothing came in a wait of 0."""

    def hold(self) -> None:
        """Stop. Counted."""
        self.held += 1

    def release(self) -> None:
        """Undo one hold."""
        if not self.held:
            raise RuntimeError("release() without hold()")
        self.held -= 1


class _Jumping(_Clock):
    """Whole nanoseconds, so that a deadline in milliseconds is met to the last bit."""

    def __init__(self) -> None:
        self._ns = 0
        self._seconds = 0.0
        self.working = 0

    def time(self) -> float:
        return self._seconds

    def real_wait(self, timeout: float) -> float | None:
        return None if self.working else 0

    def jump(self, timeout: float) -> None:
        self._ns += max(1, round(timeout * NS))
        self._seconds = self._ns / NS


class _Scaled(_Clock):
    """Real time, `speed` times as fast."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._before = 0.0
        self._since = time.monotonic()

    def time(self) -> float:
        if self.held:
            return self._before
        return self._before + (time.monotonic() - self._since) * self._speed

    def real_wait(self, timeout: float) -> float | None:
        return timeout / self._speed

    def hold(self) -> None:
        self._before = self.time()
        super().hold()

    def release(self) -> None:
        super().release()
        self._since = time.monotonic()


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop with a clock of its own, which starts at 0.

    A jumping clock stands while an executor's job runs: what a thread does takes no virtual time.
    """

    def __init__(self, speed: float | None = None) -> None:
        self._clock: _Clock = _Jumping() if speed is None else _Scaled(speed)
        self.time = self._clock.time  # type: ignore[method-assign]  # one call less, in the hottest path
        selector = _Selector()
        super().__init__(selector)
        selector.clock = self._clock

    @property
    def held(self) -> bool:
        """Whether the clock stands."""
        return bool(self._clock.held)

    def hold(self) -> None:
        """Let the clock stand until as many `release` calls: only descriptors and threads wake the loop."""
        self._clock.hold()

    def release(self) -> None:
        """Undo one hold. Raises RuntimeError without one."""
        self._clock.release()

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """As asyncio's; the clock waits for the job."""
        future = super().run_in_executor(executor, func, *args)
        clock = self._clock
        if isinstance(clock, _Jumping):
            clock.working += 1
            future.add_done_callback(lambda _done: self._worked(clock))
        return future

    @staticmethod
    def _worked(clock: _Jumping) -> None:
        clock.working -= 1


def virtual_loop(speed: float | None) -> VirtualLoop:
    """A loop `speed` times as fast as real time, or as fast as it can for None.

    Raises ValueError for a speed that is not positive.
    """
    if speed is not None and not 0 < speed < float("inf"):
        raise ValueError(f"speed {speed} is not a positive number")
    return VirtualLoop(speed)


__all__ = ["VirtualLoop", "virtual_loop"]
