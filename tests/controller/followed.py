"""A session with a face on it, here or over its socket: `follow` makes either, `Heard` what it was told."""

from __future__ import annotations

import contextlib
import math
import threading
from typing import TYPE_CHECKING, Any, TypeVar

from controller.api import Attached, Session, Setup
from controller.core import Answer, Said
from controller.lock import Running, running
from controller.sharing import socket_beside
from protocols.language import compile_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from controller.api import SessionPort
    from controller.snapshot import Ended, Snapshot

F = TypeVar("F")
WAIT_S = 20.0
ASKED = """unknot: 1
title: Asked
needs: {gun: percussion}
steps:
  - {ask: All well?, of: [good, bad]}
  - {press: hamstrings, side: left, at: gentle, for: 5 s}
  - {rate: hamstrings, side: left}
  - {press: hamstrings, side: right, at: gentle, for: 5 s}
  - {ask: And now?, of: [good, bad]}
"""
BY_HAND = """unknot: 1
title: By hand
steps:
  - {press: suboccipitals, side: left, with: hand, for: 1 s}
  - {ask: All well?, of: [good, bad]}
"""
VALUES: dict[str, str | float] = {"ready": "yes", "present": "yes", "rate": 3, "ask": "good"}


def setup(text: str = ASKED, **known: Any) -> Setup:
    """As fast as it goes: time stands while a question is open."""
    plan = compile_text(text).plan
    assert plan is not None
    return Setup(plan=plan, **({"sim": True, "speed": math.inf} | known))


class Heard:
    """A listener that a test can wait for."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.facts: list[Snapshot | Said] = []

    def __call__(self, fact: Snapshot | Said) -> None:
        with self._changed:
            self.facts.append(fact)
            self._changed.notify_all()

    @property
    def events(self) -> list[dict[str, Any]]:
        """Every event but readings, which a slow listener may have fewer of."""
        with self._changed:
            said = [each for each in self.facts if isinstance(each, Said)]
        return [{"event": each.event, **each.data} for each in said if each.event != "reading"]

    @property
    def pictures(self) -> list[Snapshot]:
        with self._changed:
            return [each for each in self.facts if not isinstance(each, Said)]

    def event(self, name: str, after: int = 0) -> dict[str, Any]:
        """Wait for an event of that name, and `after` others of that name before it."""
        return self._until(lambda: [each for each in self.events if each["event"] == name][after:])

    def picture(self, met: Callable[[Snapshot], bool]) -> Snapshot:
        """Wait until the newest picture is like that."""
        return self._until(lambda: [each for each in self.pictures[-1:] if met(each)])

    def _until(self, look: Callable[[], list[F]]) -> F:
        with self._changed:
            assert self._changed.wait_for(lambda: bool(look()), WAIT_S), self.facts[-3:]
        return look()[0]


class Follow:
    """`port` is what a face has; `owner` the session itself."""

    def __init__(self, owner: Session, port: SessionPort) -> None:
        self.owner, self.port = owner, port
        self.heard = Heard()
        port.subscribe(self.heard)

    def answer(self, by: SessionPort | None = None) -> None:
        """Answer the question that is asked next, or was asked last, from here unless told."""
        asked = self.heard.picture(lambda picture: bool(picture.questions)).questions[0]
        (by or self.port).send(Answer(asked.id, VALUES[asked.kind]))
        self.heard.picture(lambda picture: asked.id not in {each.id for each in picture.questions})

    def ended(self) -> Ended:
        ended = self.port.wait(WAIT_S)
        assert ended is not None
        return ended


def until(met: Callable[[], F]) -> F:
    """Look again and again."""
    over = threading.Event()
    for _ in range(round(WAIT_S / 0.01)):
        if found := met():
            return found
        over.wait(0.01)
    raise AssertionError("it never came to that")


def found(owner: Session) -> Running:
    """The lock of a session that has just been started, with its socket."""

    def look() -> list[Running]:
        return [each for each in running() if each.session == owner.id and socket_beside(each.path).exists()]

    return until(look)[0]


@contextlib.contextmanager
def started(told: Setup) -> Iterator[tuple[Session, Running]]:
    """A session in this process that others can attach to, at its first question; ended with the test."""
    owner, heard = Session(told), Heard()
    owner.subscribe(heard, pictures=False)
    owner.start()
    try:
        heard.event("question")
        yield owner, found(owner)
    finally:
        owner.interrupt("the test is over")
        assert owner.wait(WAIT_S) is not None


@contextlib.contextmanager
def followed(where: str, told: Setup) -> Iterator[Follow]:
    """One face on one session: `here`, or `attached`."""
    if where == "here":
        owner = Session(told)
        follow = Follow(owner, owner)
        owner.start()
        try:
            yield follow
        finally:
            owner.interrupt("the test is over")
            follow.ended()
        return
    with started(told) as (owner, lock):
        attached = Attached(lock)
        follow = Follow(owner, attached)
        attached.start()
        try:
            yield follow
        finally:
            attached.detach()
            follow.ended()
