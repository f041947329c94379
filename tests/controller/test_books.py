"""What a session does with the ledger of the body that it is for: nothing is driven that is not written."""

from __future__ import annotations

import asyncio
import math
from concurrent.futures import Future
from typing import TYPE_CHECKING, cast

import pytest

from controller.api import Session, Setup
from controller.core import Answer, Said
from controller.core import Session as Core
from controller.devices.hand import HandDriver
from controller.ledger import LedgerError, LedgerWriter, ledger_folder, read
from controller.runner import Runner
from controller.safety.standing import Past
from protocols.language import compile_text
from simulator.loop import virtual_loop

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.safety.standing import Given
    from controller.snapshot import Ended, Snapshot
    from protocols.plan import Plan

GUN = """\
unknot: 1
title: One leg
needs: {gun: percussion}
steps:
  - press: hamstrings
    side: left
    at: gentle
    for: 10 s
    move: along
"""
PAD = """\
unknot: 1
title: Warmth
needs: {pad: heat}
steps:
  - heat: upper back
    to: low
    for: 5 min
"""
LEFT = ("thighs", "left")


def plan_of(text: str) -> Plan:
    plan = compile_text(text).plan
    assert plan is not None
    return plan


def run(text: str, heard: Callable[[Said], None] = lambda _: None, *, by_hand: bool = True) -> Ended:
    session = Session(Setup(plan=plan_of(text), by_hand=by_hand, sim=not by_hand, speed=math.inf))

    def hear(news: Said | Snapshot) -> None:
        if isinstance(news, Said):
            heard(news)
            if news.event == "question":
                asked = str(news.data["question"])
                fit = asked == "C18" or news.data["kind"] != "screening"
                session.send(Answer(asked, "yes" if fit else "no"))

    session.subscribe(hear, pictures=False)
    return session.run_here()


def test_what_a_guest_was_given_by_hand_is_in_the_ledger() -> None:
    assert run(GUN).exit == 0
    (given,) = read(ledger_folder(None)).past.given
    assert given.settled
    assert given.completed
    assert 8_000 <= given.sites[LEFT].percussion_ms <= 10_100
    assert ("thighs", "right") not in given.sites


def test_sessions_right_after_one_another_are_one_bout() -> None:
    outcomes = [run(GUN).outcome for _ in range(4)]
    assert outcomes == ["completed", "completed", "completed", "refused"]
    had = sum(given.sites[LEFT].percussion_ms for given in read(ledger_folder(None)).past.given)
    assert 27_000 <= had <= 30_000, "half of a bout, for a guest"


def test_holds_by_hand_are_counted_in_the_ledger_one_by_one() -> None:
    hold = "  - {press: hamstrings, side: left, with: hand, for: 20 s}\n"
    text = "unknot: 1\ntitle: Holds\nneeds: {}\nsteps:\n" + hold + 2 * ("  - {rest: 30 s}\n" + hold)
    assert run(text).exit == 0
    (given,) = read(ledger_folder(None)).past.given
    assert given.held is not None
    assert given.held["hamstrings", "left"] == 3
    again = run(text)
    assert again.exit == 4
    assert "SP2" in str(again.why)


def test_heat_that_nobody_measures_counts_a_whole_dose_and_is_refused_soon_after() -> None:
    assert run(PAD).exit == 0
    (given,) = read(ledger_folder(None)).past.given
    assert given.sites["upper back", "left"].dose == 1.0
    again = run(PAD)
    assert (again.outcome, again.exit) == ("refused", 4)


def test_a_guest_is_held_to_the_row_of_first_use() -> None:
    strong = GUN.replace("gentle", "medium").replace("hamstrings", "infraspinatus")
    ended = run(strong)
    assert (ended.outcome, ended.exit) == ("refused", 4)
    assert "PF11" in str(ended.why)


def test_simulated_devices_touch_nobody_and_leave_no_ledger() -> None:
    assert run(GUN, by_hand=False).exit == 0
    assert not ledger_folder(None).exists()


def test_a_damaged_ledger_counts_as_spent_and_says_so() -> None:
    assert run(GUN).exit == 0
    for file in ledger_folder(None).glob("*.jsonl"):
        file.write_bytes(file.read_bytes().replace(b"percussion", b"percussioN", 1))
    ended = run(PAD)
    assert (ended.outcome, ended.exit) == ("refused", 4)
    assert "24 hours" in str(ended.why)
    assert "24" in " ".join(ended.lines), "what became of the file is told too"


class SlowWriter:
    """A ledger on a disk that answers when it is told to."""

    def __init__(self) -> None:
        self.past, self.said, self.failure = Past(), None, None
        self.asked: list[int] = []
        self.settled: list[Given] = []
        self.durable = False
        self.done: Future[None] = Future()

    def now_s(self) -> float:
        return 0.0

    def ahead(self, segment: int, given: Given) -> Future[None]:
        assert not given.settled
        self.asked.append(segment)
        self.done = Future()
        return self.done

    def covers(self, segment: int, worst: Callable[[], Given]) -> bool:
        assert segment in self.asked
        assert not worst().settled
        return self.durable

    def settle(self, segment: int, given: Given) -> Future[None]:
        del segment
        self.settled.append(given)
        done: Future[None] = Future()
        done.set_result(None)
        return done


class Bed:
    """A session by hand on a slow ledger, in virtual time."""

    def __init__(self, text: str = GUN) -> None:
        self.writer = SlowWriter()
        self.told: list[Said] = []
        self._plan = plan_of(text)

    def run(self, act: Callable[[Runner, Bed], None]) -> Ended:
        loop = virtual_loop(None)
        try:
            return loop.run_until_complete(self._run(act))
        finally:
            loop.close()

    async def _run(self, act: Callable[[Runner, Bed], None]) -> Ended:
        drivers = {role: HandDriver(role, kind) for role, kind in self._plan.roles.items()}
        for driver in drivers.values():
            await driver.open()
        core = Core(self._plan, {role: driver.channel for role, driver in drivers.items()}, "s1")
        runner = Runner(core, drivers, None, ledger=cast("LedgerWriter", self.writer))
        loop = asyncio.get_running_loop()

        def hear(news: Said | Snapshot) -> None:
            if isinstance(news, Said):
                self.told.append(news)
                if news.event == "question":
                    loop.call_soon(runner.take, Answer(str(news.data["question"]), "yes"))

        runner.listen(hear, pictures=False)
        loop.call_later(5, act, runner, self)
        return await runner.run()

    @property
    def instructed(self) -> list[float]:
        return [float(str(said.data["t"])) for said in self.told if said.event == "instruct"]


def test_nothing_is_driven_before_its_worst_case_is_durable() -> None:
    bed = Bed()

    def let(_runner: Runner, bed: Bed) -> None:
        assert bed.writer.asked == [1]
        assert bed.instructed == []
        bed.writer.durable = True
        bed.writer.done.set_result(None)

    assert bed.run(let).exit == 0
    on, off = bed.instructed
    assert on == pytest.approx(5.0, abs=0.01), "at once, not with the next tick"
    assert off >= 10.0
    last = bed.writer.settled[-1]
    assert last.settled
    assert last.sites[LEFT].percussion_ms == pytest.approx(5_000, abs=300)


def test_a_ledger_that_fails_ends_the_session_at_rest() -> None:
    bed = Bed()
    bed.writer.durable = True

    def fail(_runner: Runner, bed: Bed) -> None:
        bed.writer.failure = "the disk is full"  # type: ignore[assignment]

    ended = bed.run(fail)
    assert (ended.outcome, ended.exit) == ("failed", 1)
    assert "the disk is full" in str(ended.why)
    assert len(bed.instructed) == 2, "on, and off"


def test_a_ledger_that_cannot_be_opened_refuses_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> LedgerWriter:
        raise LedgerError("the ledger cannot be kept", "make room")

    monkeypatch.setattr(LedgerWriter, "open", refuse)
    ended = run(GUN)
    assert (ended.outcome, ended.exit, ended.lines) == ("refused", 4, ("make room",))
