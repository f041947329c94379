"""What a face needs of a session, wherever it runs: `api.Session` here, `api.Attached` there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.core.events import Answer, Command, Said
    from controller.snapshot import Ended, Snapshot


class SessionPort(Protocol):
    """A session that runs in a thread of its own. Every member may be used from any thread."""

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest picture; None before the first."""
        ...

    def send(self, word: Command | Answer) -> None:
        """Give a word of the person; never blocks."""
        ...

    def subscribe(self, listener: Callable[[Snapshot | Said], None]) -> None:
        """Call `listener` with all that follows, in the session's thread; it must not block."""
        ...

    def start(self) -> None:
        """Run the session in a thread of its own."""
        ...

    def interrupt(self, why: str) -> None:
        """A signal, a closed terminal: everything comes to rest, then the session ends. Safe to repeat."""
        ...

    def wait(self, timeout: float | None = None) -> Ended | None:
        """Join the thread for at most `timeout` seconds; None while it still runs."""
        ...
