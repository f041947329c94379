"""What a face needs of a session, wherever it runs: `api.Session` here, `api.Attached` there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.core.events import Answer, Command, Said
    from controller.snapshot import Ended, Snapshot


class SessionPort(Protocol):
    """A session, to be followed once: by `run_here`, or by `start` and `wait`.

    Listeners are told in the session's own thread and must not block. `subscribe` comes first; every
    other member may be used from any thread, at any time.
    """

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest picture; None before the first."""
        ...

    def subscribe(self, listener: Callable[[Snapshot | Said], None], *, pictures: bool = True) -> None:
        """Tell `listener` everything; without `pictures`, the events alone."""
        ...

    def send(self, word: Command | Answer) -> None:
        """Give a word of the person; never blocks."""
        ...

    def interrupt(self, why: str) -> None:
        """A signal, a closed terminal, a face that broke. Safe to repeat, and from a signal handler.

        The process that runs the session brings everything to rest and ends it; one that is attached
        lets go of it, and it goes on.
        """
        ...

    def no_more_answers(self) -> None:
        """Nobody will answer from here any more."""
        ...

    def start(self) -> None:
        """Follow the session in a thread of its own."""
        ...

    def wait(self, timeout: float | None = None) -> Ended | None:
        """Join the thread for at most `timeout` seconds; None while it still runs."""
        ...

    def run_here(self) -> Ended:
        """Follow the session in this thread to its end; SIGINT, SIGTERM and SIGHUP interrupt it."""
        ...
