"""A cable in memory: two ends, bytes in order, one delivery a turn of the loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class MemoryEnd:
    """One end. What arrives while nobody listens is lost, as on a wire."""

    pseudo = True

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._far: MemoryEnd | None = None
        self._on_bytes: Callable[[bytes], None] | None = None
        self._on_lost: Callable[[str], None] | None = None
        self._queued: list[bytes] = []

    def listen(self, on_bytes: Callable[[bytes], None], on_lost: Callable[[str], None]) -> None:
        """Deliver what arrives; `on_lost(why)` once, when the cable is cut."""
        self._on_bytes, self._on_lost = on_bytes, on_lost

    def write(self, data: bytes) -> None:
        """Queue `data`. A cable that is gone swallows it."""
        if self._far is None:
            return
        if not self._queued:
            self._loop.call_soon(self._flush)
        self._queued.append(data)

    def write_now(self, data: bytes) -> None:
        """Drop what has not left yet and send `data`."""
        if self._queued:
            self._queued[:] = [data]
        else:
            self.write(data)

    def close(self) -> None:
        """Give the cable back. Safe to repeat; the far end is not told, as on a wire."""
        self._on_bytes = self._on_lost = None
        self._far = None

    def _flush(self) -> None:
        data, self._queued = b"".join(self._queued), []
        if self._far is not None and self._far._on_bytes is not None:  # noqa: SLF001 - the same cable
            self._far._on_bytes(data)  # noqa: SLF001

    def _lose(self, why: str) -> None:
        if self._on_lost is not None:
            self._loop.call_soon(self._on_lost, why)
        self.close()


class MemoryCable:
    """`host` is the controller's end, `device` the other."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.host = MemoryEnd(loop)
        self.device = MemoryEnd(loop)
        self.host._far, self.device._far = self.device, self.host  # noqa: SLF001 - ends are made in pairs

    def cut(self, why: str) -> None:
        """Both ends lose it for good, with what was on its way."""
        self.host._lose(why)  # noqa: SLF001
        self.device._lose(why)  # noqa: SLF001


__all__ = ["MemoryCable", "MemoryEnd"]
