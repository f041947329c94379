"""One interface for faces, whether the session runs here or in another process: every test holds for both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from followed import BY_HAND, Follow, followed, setup, started

from controller.api import Attached, Session, SessionPort
from controller.core import Answer, Command
from controller.snapshot import Ended

if TYPE_CHECKING:
    from collections.abc import Iterator

WHERE = ["here", "attached"]


@pytest.fixture(params=WHERE)
def follow(request: pytest.FixtureRequest) -> Iterator[Follow]:
    """At the first question."""
    with followed(request.param, setup()) as found:
        found.heard.picture(lambda picture: bool(picture.questions))
        yield found


def test_both_are_what_a_face_needs() -> None:
    def needs(port: type[SessionPort]) -> None:
        names = [name for name in vars(SessionPort) if not name.startswith("_")]
        assert all(hasattr(port, name) for name in names if name != "snapshot")

    needs(Session)
    needs(Attached)


def test_a_session_is_told_from_its_beginning_to_its_end(follow: Follow) -> None:
    for _ in range(5):
        follow.answer()
    assert follow.ended() == Ended("completed", 0)
    events = follow.heard.events
    assert events[0]["event"] == "session-started"
    assert events[-1] == {**events[-1], "event": "session-ended", "outcome": "completed", "exit": 0}
    assert follow.heard.pictures[-1].state == "ended"
    assert follow.port.snapshot == follow.heard.pictures[-1]


def test_what_is_told_is_the_same_in_both_places() -> None:
    told = {}
    for where in WHERE:
        with followed(where, setup()) as follow:
            follow.heard.picture(lambda picture: bool(picture.questions))
            follow.port.send(Command("pause"))
            follow.heard.event("paused")
            follow.port.send(Command("resume"))
            for _ in range(5):
                follow.answer()
            assert follow.ended().exit == 0
            told[where] = [
                {key: value for key, value in event.items() if key != "session"}
                for event in follow.heard.events
            ]
    assert told["attached"] == told["here"]


def test_a_pause_is_told_and_taken_back(follow: Follow) -> None:
    follow.port.send(Command("pause"))
    assert follow.heard.event("paused")["why"]
    paused = follow.heard.picture(lambda picture: picture.state == "paused")
    assert paused.reasons
    follow.port.send(Command("resume"))
    follow.heard.event("resumed")
    assert follow.heard.picture(lambda picture: picture.state == "asking").questions


def test_a_step_is_skipped(follow: Follow) -> None:
    follow.port.send(Command("skip"))
    assert follow.heard.event("segment-ended")["why"] == "skipped"


def test_a_word_that_means_nothing_now_changes_nothing(follow: Follow) -> None:
    follow.port.send(Command("faded"))
    follow.port.send(Answer("q99", "yes"))
    follow.port.send(Answer("q1", "perhaps"))
    follow.answer()
    assert [each["event"] for each in follow.heard.events].count("answer") == 1


@pytest.mark.parametrize("where", WHERE)
def test_softer_and_stronger_are_told_with_what_came_of_them(where: str) -> None:
    with followed(where, setup(speed=None)) as follow:
        follow.answer()
        follow.answer()
        follow.heard.picture(lambda picture: picture.countdown is not None)
        for do in ("softer", "stronger", "stronger"):
            follow.port.send(Command(do))
        told = [follow.heard.event("level", after=n) for n in range(3)]
        assert [each["do"] for each in told] == ["softer", "stronger", "stronger"]
        assert told[-1]["level"] <= told[-1]["plan"]
        # One that was drawn between two of the words tells of the one before.
        follow.heard.picture(lambda picture: picture.told == told[-1]["text"])


@pytest.mark.parametrize("where", WHERE)
def test_a_point_has_faded(where: str) -> None:
    with followed(where, setup(speed=None)) as follow:
        follow.answer()
        follow.answer()
        follow.heard.picture(lambda picture: picture.countdown is not None)
        follow.port.send(Command("faded"))
        ended = [follow.heard.event("segment-ended", after=n) for n in range(2)]
        assert ended[-1]["why"] == "faded"


def test_stop_ends_it_with_6(follow: Follow) -> None:
    follow.port.send(Command("stop"))
    ended = follow.ended()
    assert (ended.outcome, ended.exit) == ("stopped", 6)
    assert follow.owner.wait(0) is not None or follow.owner.wait(5) == ended
    assert follow.heard.events[-1]["event"] == "session-ended"


@pytest.mark.parametrize("where", WHERE)
def test_screening_is_answered(where: str) -> None:
    with followed(where, setup(BY_HAND, sim=False, speed=None)) as follow:
        asked = follow.heard.picture(lambda picture: bool(picture.questions))
        assert {each.kind for each in asked.questions} == {"screening"}
        assert asked.state == "preparing"
        follow.port.send(Answer("screening", "none"))
        follow.heard.picture(lambda picture: [each.id for each in picture.questions] == ["C18"])
        follow.port.send(Answer("C18", "perhaps"))
        follow.heard.event("question", after=len(asked.questions))
        follow.port.send(Answer("C18", "yes"))
        follow.heard.picture(lambda picture: {q.kind for q in picture.questions} == {"ready"})
        for _ in range(3):
            follow.answer()
        assert follow.ended().outcome == "completed"


@pytest.mark.parametrize("where", WHERE)
def test_stop_while_screening_is_asked(where: str) -> None:
    with followed(where, setup(BY_HAND, sim=False, speed=None)) as follow:
        follow.heard.picture(lambda picture: bool(picture.questions))
        follow.port.send(Command("stop"))
        assert follow.ended() == Ended("stopped", 6, "the person said stop")
        assert follow.heard.event("session-ended")["exit"] == 6


def test_a_word_after_the_end_is_no_error(follow: Follow) -> None:
    follow.port.send(Command("stop"))
    follow.ended()
    follow.port.send(Command("stop"))
    follow.port.interrupt("again")
    follow.port.no_more_answers()
    assert follow.ended().exit == 6


@pytest.mark.parametrize("where", WHERE)
def test_it_is_followed_in_this_thread_too(where: str) -> None:
    with started(setup()) as (owner, lock):
        port: SessionPort = Attached(lock) if where == "attached" else Session(setup())
        port.subscribe(lambda fact: port.send(Command("stop")))
        assert port.run_here().exit == 6
        assert where == "here" or owner.wait(5) is not None


# What differs, and on purpose


def test_a_face_that_is_told_to_end_takes_its_own_session_with_it_and_no_other() -> None:
    with followed("here", setup()) as follow:
        follow.heard.event("question")
        follow.port.interrupt("the terminal was closed")
        assert follow.ended() == Ended("stopped", 130, "the terminal was closed")
    with followed("attached", setup()) as follow:
        follow.heard.event("question")
        follow.port.interrupt("the terminal was closed")
        ended = follow.ended()
        assert (ended.outcome, ended.exit, ended.why) == ("detached", 130, "the terminal was closed")
        assert "goes on" in ended.lines[0]
        assert follow.owner.wait(0) is None


def test_a_person_detaches_with_0() -> None:
    with followed("attached", setup()) as follow:
        assert isinstance(follow.port, Attached)
        follow.heard.event("question")
        follow.port.detach()
        assert (follow.ended().outcome, follow.ended().exit) == ("detached", 0)
        assert follow.owner.wait(0) is None


def test_a_question_is_answered_by_either_side() -> None:
    with followed("attached", setup()) as follow:
        for number in range(5):
            follow.answer(by=follow.owner if number % 2 else follow.port)
            follow.heard.event("answer", after=number)
        assert follow.ended().exit == 0


def test_one_who_comes_late_hears_what_stands_and_nothing_that_is_over() -> None:
    with followed("attached", setup()) as first:
        first.answer()
        first.port.send(Command("pause"))
        first.heard.event("paused")
        first.heard.picture(lambda picture: picture.state == "paused")
        lock = first.port.running  # type: ignore[attr-defined]
        late = Follow(first.owner, Attached(lock))
        late.port.start()
        picture = late.heard.picture(lambda picture: bool(picture.questions))
        assert picture.state == "paused"
        names = [each["event"] for each in late.heard.events]
        assert names[0] == "session-started"
        assert sorted(names[1:]) == ["paused", "question", "segment-started"]
        assert [each["question"] for each in late.heard.events if each["event"] == "question"] == [
            each.id for each in picture.questions
        ]
        late.port.interrupt("seen enough")
        late.ended()


def test_a_face_that_breaks_lets_go_of_the_session_of_another() -> None:
    def broken(fact: object) -> None:
        raise ZeroDivisionError

    with started(setup()) as (owner, lock):
        attached = Attached(lock)
        attached.subscribe(broken)
        attached.start()
        ended = attached.wait(20)
        assert ended is not None
        assert "what showed the session broke" in str(ended.why)
        assert owner.wait(0) is None
