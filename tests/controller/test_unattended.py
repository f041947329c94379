"""A session that has no terminal: what becomes of it while nobody watches, in a time that the test moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from followed import WAIT_S, Follow, Heard, found, setup, until
from hypothesis import given
from hypothesis import strategies as st

from controller.api import Attached, Session
from controller.core import Command
from controller.sharing import unattended
from controller.sharing.unattended import ENDS_S, GRACE_S, NOBODY_CAME, Unattended

if TYPE_CHECKING:
    from collections.abc import Iterator

    from controller.sharing.unattended import Deed


def due(machine: Unattended) -> float | None:
    return machine.due


def test_a_page_that_is_back_within_the_grace_is_not_noticed() -> None:
    machine = Unattended(0.0)
    assert machine.faces(1, 1.0) is None
    assert due(machine) is None
    assert machine.faces(0, 100.0) is None
    assert machine.due == 100.0 + GRACE_S
    assert machine.look(100.0 + GRACE_S - 0.01) is None
    assert machine.faces(1, 100.0 + GRACE_S - 0.01) is None
    assert machine.due is None


def test_it_pauses_once_and_is_seen_again_once() -> None:
    machine = Unattended(0.0)
    assert machine.look(GRACE_S) == "pause"
    assert machine.look(GRACE_S + 1) is None
    assert machine.due == ENDS_S
    assert machine.faces(1, 60.0) == "seen"
    assert machine.faces(2, 61.0) is None
    assert machine.faces(1, 62.0) is None, "one of two has gone"


def test_ten_minutes_without_a_face_end_it_and_nothing_follows() -> None:
    machine = Unattended(0.0)
    machine.faces(1, 0.0)
    machine.faces(0, 10.0)
    assert machine.look(10.0 + GRACE_S) == "pause"
    assert machine.look(10.0 + ENDS_S - 0.1) is None
    assert machine.look(10.0 + ENDS_S) == "end"
    assert machine.due is None
    assert machine.faces(1, 10.0 + ENDS_S) is None


def test_a_face_that_comes_begins_the_ten_minutes_anew() -> None:
    machine = Unattended(0.0)
    assert machine.look(ENDS_S - 1) == "pause"
    assert machine.faces(1, ENDS_S - 1) == "seen"
    assert machine.faces(0, ENDS_S) is None
    assert machine.look(ENDS_S + GRACE_S) == "pause"
    assert machine.look(2 * ENDS_S - 0.1) is None
    assert machine.look(2 * ENDS_S) == "end"


@given(st.lists(st.tuples(st.floats(0, 400), st.integers(0, 2)), max_size=30))
def test_whoever_looks_when_it_is_due_never_leaves_it_running_unseen(steps: list[tuple[float, int]]) -> None:
    machine, now, faces, deeds = Unattended(0.0), 0.0, 0, list[tuple[float, "Deed"]]()
    alone_since: float | None = 0.0
    for passed, number in steps:
        until_s = now + passed
        while (due := machine.due) is not None and due <= until_s:
            if (deed := machine.look(due)) is not None:
                deeds.append((due, deed))
        now = until_s
        if (deed := machine.faces(number, now)) is not None:
            deeds.append((now, deed))
        faces = number
        alone_since = None if faces else now if alone_since is None else alone_since
        state = deeds[-1][1] if deeds else "seen"
        if state == "end":
            return
        assert (state == "pause") == (alone_since is not None and now >= alone_since + GRACE_S)
        assert alone_since is None or now < alone_since + ENDS_S


# With a real session in this process


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setattr(unattended, "GRACE_S", 0.2)
    owner = Session(setup(), kept=True)
    owner.start()
    yield owner
    owner.interrupt("the test is over")
    assert owner.wait(WAIT_S) is not None


def follow(owner: Session, *, reads_only: bool = False) -> Follow:
    port = Attached(found(owner), reads_only=reads_only)
    made = Follow(owner, port)
    port.start()
    return made


def test_the_last_face_that_can_act_counts_and_a_person_resumes(kept: Session) -> None:
    first, second = follow(kept), follow(kept)
    reader = follow(kept, reads_only=True)
    first.heard.picture(lambda picture: picture.state == "asking")
    first.port.interrupt("closed")
    assert first.ended().lines == (unattended.PAUSES_UNSEEN,)
    second.answer()
    second.port.interrupt("closed")
    reader.heard.event("paused")
    reader.port.send(Command("resume"))
    back = follow(kept)
    seen = back.heard.picture(lambda picture: picture.state == "paused" and bool(picture.reasons))
    assert seen.reasons[0].startswith("nobody watches")
    assert not [each for each in reader.heard.events if each["event"] == "resumed"]
    back.port.send(Command("resume"))
    back.heard.event("resumed")
    for each in (back, reader):
        each.port.interrupt("the test is over")
        each.ended()


def test_ten_minutes_of_nobody_end_it_as_a_closed_terminal_does(
    kept: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unattended, "ENDS_S", 0.4)
    ended = kept.wait(WAIT_S)
    assert ended is not None
    assert (ended.outcome, ended.exit, ended.why) == ("stopped", 130, NOBODY_CAME)


def test_where_nobody_can_come_it_does_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("controller.sharing.server.listening", broken)
    owner = Session(setup(), kept=True)
    owner.start()
    ended = owner.wait(WAIT_S)
    assert ended is not None
    assert (ended.outcome, ended.exit) == ("stopped", 130)
    assert "no other terminal could watch it" in str(ended.why)


def test_a_session_with_a_terminal_of_its_own_runs_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unattended, "GRACE_S", 0.0)
    owner, heard = Session(setup()), Heard()
    owner.subscribe(heard)
    owner.start()
    lock = found(owner)
    assert not lock.kept
    heard.picture(lambda picture: picture.state == "asking")
    gone = follow(owner)
    gone.answer()
    gone.port.interrupt("closed")
    gone.ended()
    heard.picture(lambda picture: picture.state == "asking")
    owner.send(Command("stop"))
    until(lambda: owner.wait(0) is not None)
    assert not [each for each in heard.events if each["event"] == "paused"]
