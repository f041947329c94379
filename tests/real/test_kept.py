"""A session in a process of its own: two windows on it, none, one again, and the end of who started it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from programs import environment
from served import processes, until

from controller.api import Attached, Setup
from controller.core import Answer, Command
from controller.keeping import Kept, Life, Lives
from controller.lock import running
from protocols.language import compile_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from controller.api import SessionPort, Snapshot

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
PLAN = """unknot: 1
title: Kept
needs: {gun: percussion}
steps:
  - {press: hamstrings, side: left, at: gentle, move: circles, for: 25 s}
  - {ask: All well?, of: [good, bad]}
"""


@pytest.fixture
def life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Life]:
    for name, place in environment(tmp_path).items():
        monkeypatch.setenv(name, place)
    found = Life()
    yield found
    found.close()
    until(lambda: not processes(tmp_path), lambda: processes(tmp_path))


def setup() -> Setup:
    plan = compile_text(PLAN).plan
    assert plan is not None
    return Setup(plan=plan, sim=True)


def shown(port: SessionPort, state: str) -> Snapshot:
    def met() -> bool:
        return port.snapshot is not None and port.snapshot.state == state

    until(met, lambda: port.snapshot)
    assert port.snapshot is not None
    return port.snapshot


def begun(life: Life) -> Kept:
    """Its gun is driven."""
    lives = Lives(os.dup(life.descriptor))
    kept = Kept(setup(), lives)
    kept.subscribe(lambda _: None)
    kept.start()
    asked = shown(kept, "asking").questions[0]
    kept.send(Answer(asked.id, "yes"))
    shown(kept, "running")
    lives.close()  # its own end is the keeper's alone now
    return kept


def attached() -> Attached:
    (lock,) = running()
    assert lock.kept
    found = Attached(lock)
    found.subscribe(lambda _: None)
    found.start()
    return found


def test_it_outlives_its_windows_at_rest_and_waits_for_a_word(life: Life) -> None:
    first = begun(life)
    second = attached()
    shown(second, "running")
    first.detach()
    assert (last := first.wait(10)) is not None
    assert last.outcome == "detached"
    second.interrupt("closed")
    assert second.wait(10) is not None
    (lock,) = running()
    third = attached()
    shown(third, "running")
    third.interrupt("closed within the grace")
    assert third.wait(10) is not None

    watcher = Attached(lock, reads_only=True)
    watcher.subscribe(lambda _: None)
    watcher.start()
    paused = shown(watcher, "paused")
    assert paused.reasons[0].startswith("nobody watches")
    assert [channel.setpoint for channel in paused.channels] == [0.0]
    back = attached()
    shown(back, "paused")
    back.send(Command("resume"))
    shown(back, "running")
    back.send(Command("stop"))
    ended = back.wait(10)
    assert ended is not None
    assert (ended.outcome, ended.exit) == ("stopped", 6)
    assert watcher.wait(10) is not None
    assert life.heard(10) == [("Kept", ended)]


def test_it_ends_with_who_started_it_and_says_how(life: Life) -> None:
    kept = begun(life)
    life.end()
    told = None
    for title, ended in life.farewell(20):
        told = title, ended.outcome, ended.exit
    assert told == ("Kept", "stopped", 130)
    assert kept.wait(10) is not None


def test_there_is_one_at_a_time(life: Life) -> None:
    kept = begun(life)
    lives = Lives(os.dup(life.descriptor))
    other = Kept(setup(), lives)
    other.subscribe(lambda _: None)
    other.start()
    refused = other.wait(10)
    assert refused is not None
    assert refused.outcome == "refused"
    assert "Kept runs already" in str(refused.why)
    lives.close()
    kept.send(Command("stop"))
    assert kept.wait(10) is not None
