"""The thread that reaches devices: one job at a time, ended once, and never left behind."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING

import pytest

from controller.faces.home.hands import Hands

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

LIMIT_S = 20.0


@pytest.fixture
def hands() -> Iterator[Hands]:
    found = Hands()
    yield found
    found.close()


class Work:
    """A job that waits to be ended, and what became of it."""

    def __init__(self, name: str = "", log: list[str] | None = None) -> None:
        self.name = name
        self.log: list[str] = [] if log is None else log
        self.begun, self.over = threading.Event(), threading.Event()
        self.error: BaseException | None = None
        self.resting, self.rested = threading.Event(), threading.Event()
        self.rested.set()

    async def work(self) -> None:
        self.log.append(f"{self.name} begins")
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.resting.set()
            while not self.rested.is_set():  # noqa: ASYNC110  set by another thread
                await asyncio.sleep(0.001)
            self.log.append(f"{self.name} rests")

    def done(self, error: BaseException | None) -> None:
        self.error = error
        self.over.set()


def begin(hands: Hands, work: Work) -> Work:
    hands.begin(work.work, work.done)
    return work


def job(raises: Exception | None) -> Callable[[], Coroutine[None, None, None]]:
    async def it() -> None:
        if raises is not None:
            raise raises

    return it


@pytest.mark.parametrize("raises", [None, ValueError("no")])
def test_what_a_job_raised_is_told(hands: Hands, raises: Exception | None) -> None:
    work = Work()
    hands.begin(job(raises), work.done)
    assert work.over.wait(LIMIT_S)
    assert work.error is raises


def test_the_next_job_begins_when_the_last_has_let_go(hands: Hands) -> None:
    log: list[str] = []
    first = begin(hands, Work("first", log))
    assert first.begun.wait(LIMIT_S)
    second = begin(hands, Work("second", log))
    assert second.begun.wait(LIMIT_S)
    assert log == ["first begins", "first rests", "second begins"]
    assert isinstance(first.error, asyncio.CancelledError)


def test_many_words_to_end_cut_nothing_short_that_brings_to_rest(hands: Hands) -> None:
    work = begin(hands, Work("it"))
    work.rested.clear()
    assert work.begun.wait(LIMIT_S)
    hands.cancel()
    assert work.resting.wait(LIMIT_S)
    for _ in range(50):
        hands.cancel()
    hands.soon(work.rested.set)
    assert work.over.wait(LIMIT_S)
    assert work.log == ["it begins", "it rests"]


def test_a_job_that_never_began_is_told_as_ended(hands: Hands) -> None:
    first, second, third = (Work(each) for each in ("first", "second", "third"))
    begin(hands, first)
    assert first.begun.wait(LIMIT_S)

    def both() -> None:
        for each in (second, third):
            hands._want(each.work, each.done)

    hands.soon(both)
    assert third.begun.wait(LIMIT_S)
    assert second.over.is_set()
    assert not second.begun.is_set()


def test_a_job_that_goes_on_when_it_is_ended_keeps_nobody_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("controller.faces.home.hands.END_WITHIN", 0.05)
    hands, begun = Hands(), threading.Event()

    async def deaf() -> None:
        begun.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()

    hands.begin(deaf, lambda _error: None)
    assert begun.wait(LIMIT_S)
    (thread,) = (each for each in threading.enumerate() if each.name == "devices")
    hands.close()
    thread.join(LIMIT_S)
    assert not thread.is_alive()


def test_closing_waits_for_rest_and_leaves_no_thread() -> None:
    hands = Hands()
    work = begin(hands, Work("it"))
    assert work.begun.wait(LIMIT_S)
    hands.close()
    assert work.log == ["it begins", "it rests"]
    assert all(each.name != "devices" for each in threading.enumerate())
    hands.close()
    again = begin(hands, Work("again"))
    assert again.begun.wait(LIMIT_S)
    hands.close()


def test_what_still_gives_its_connection_back_is_waited_for() -> None:
    hands, log = Hands(), []

    async def cut_short() -> None:
        async def give_back() -> None:
            for _ in range(100):
                await asyncio.sleep(0)
            log.append("given back")

        log.append(asyncio.ensure_future(give_back()).get_name())

    over = threading.Event()
    hands.begin(cut_short, lambda _error: over.set())
    assert over.wait(LIMIT_S)
    hands.close()
    assert log[1:] == ["given back"]


def test_to_end_where_nothing_ever_began_is_nothing() -> None:
    hands = Hands()
    hands.cancel()
    hands.close()
    assert threading.active_count() >= 1
