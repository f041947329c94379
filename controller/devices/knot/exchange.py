"""Requests in flight: one of a type, the same frame again where no reply comes, at most twice."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from controller.devices.knot.codec import encode

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.devices.knot.codec import Request

TRIES = 3
"""The same frame goes out again at most twice (wire-profile, "Over a serial port")."""


class Exchange:
    """Sends over `write`; calls `unanswered(request)` once when the last try has had its `patience` (s)."""

    def __init__(
        self, write: Callable[[bytes], None], unanswered: Callable[[Request], None], patience: float
    ) -> None:
        self._write = write
        self._patience = patience
        self._unanswered = unanswered
        self._pending: dict[int, tuple[Request, asyncio.TimerHandle]] = {}

    def ask(self, request: Request) -> None:
        """Send `request`; it takes the place of one of its type that is still in flight."""
        self._forget(request.type)
        self._try(request, encode(request), TRIES)

    def waiting(self, kind: int) -> Request | None:
        """The request of that type that is in flight."""
        found = self._pending.get(kind)
        return found[0] if found else None

    def settle(self, kind: int, seq: int) -> bool:
        """Whether a reply with `seq` answers the request of that type in flight; it no longer is, then."""
        request = self.waiting(kind)
        if request is None or request.seq != seq:
            return False
        self._forget(kind)
        return True

    def cancel(self) -> None:
        """Nothing is in flight any more, and nobody is told."""
        for kind in tuple(self._pending):
            self._forget(kind)

    def _try(self, request: Request, data: bytes, tries: int) -> None:
        if tries == 0:
            del self._pending[request.type]
            self._unanswered(request)
            return
        later = asyncio.get_running_loop().call_later(self._patience, self._try, request, data, tries - 1)
        self._pending[request.type] = request, later
        self._write(data)

    def _forget(self, kind: int) -> None:
        found = self._pending.pop(kind, None)
        if found is not None:
            found[1].cancel()
