"""`watch`: which session it shows, how it is left, and the code with which it ends."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from followed import setup, started, until

from controller.core import Command
from controller.faces.cli import cli

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.testing import Result

    from controller.api import Session
    from controller.lock import Running


def watch(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(cli, ["watch", *arguments], input=stdin)


@pytest.fixture
def session() -> Iterator[tuple[Session, Running]]:
    with started(setup()) as found:
        yield found


def test_with_nothing_running_it_says_so_and_has_no_sessions_exit_code() -> None:
    done = watch()
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("Nothing is running. `unknot run`")
    done = watch("--json")
    assert (done.exit_code, done.stdout) == (2, "")


def test_in_json_it_is_what_the_session_tells_and_ends_with_its_code(
    session: tuple[Session, Running],
) -> None:
    done = watch("--json", stdin='nonsense\n"pause"\n"stop"\n')
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[0]["event"] == "session-started"
    assert (events[-1]["event"], events[-1]["exit"]) == ("session-ended", 6)
    assert done.exit_code == 6
    assert "not understood: nonsense" in done.stderr
    assert "the person said stop" in done.stderr


def test_in_lines_what_stands_is_told_with_its_words(session: tuple[Session, Running]) -> None:
    done = watch("--plain", stdin="x\n")
    assert done.exit_code == 6
    lines = done.stdout.splitlines()
    assert lines[0].endswith("q leaves: the session goes on.")
    assert lines[1:4] == [
        "Asked (simulated: no device is driven)",
        "Step 1: All well?",
        "All well? Answer: good or bad.",
    ]
    assert lines[-1] == "Stopped."


@pytest.mark.parametrize("word", ["q", "Quit"])
def test_a_person_leaves_with_q_and_the_session_goes_on(session: tuple[Session, Running], word: str) -> None:
    done = watch("--plain", stdin=f"{word}\n")
    assert done.exit_code == 0
    assert "It goes on without this window" in done.stderr
    assert session[0].wait(0) is None


def test_the_end_of_stdin_is_no_word(session: tuple[Session, Running]) -> None:
    owner, _ = session

    def stop() -> None:
        until(lambda: owner._server is not None and owner._server._clients)
        owner.send(Command("stop"))

    stopping = threading.Thread(target=stop)
    stopping.start()
    assert watch("--plain", stdin="").exit_code == 6
    stopping.join()


def test_of_several_it_is_the_newest_or_the_one_that_is_named(session: tuple[Session, Running]) -> None:
    older, _ = session
    with started(setup()) as (newer, _):
        both = {older.id, newer.id}
        shown = watch("--json", stdin='"stop"\n')
        told = json.loads(shown.stdout.splitlines()[0])["session"]
        assert told in both
        assert f"Runs too: Asked ({(both - {told}).pop()})" in shown.stderr
        rest = older if told == newer.id else newer
        assert rest.wait(0) is None
        unknown = watch("nosuch")
        assert unknown.exit_code == 2
        assert f"no session 'nosuch' runs; what runs: {rest.id}" in unknown.stderr
        assert watch(rest.id[-4:], "--json", stdin='"stop"\n').exit_code == 6


def test_an_id_that_means_two_is_none(session: tuple[Session, Running]) -> None:
    with started(setup()):
        done = watch(session[0].id[:6])
        assert done.exit_code == 2
        assert "more than one id begins or ends with" in done.stderr


def test_a_session_without_a_socket_is_said_to_have_none(
    session: tuple[Session, Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("controller.sharing.address.CONNECT_S", 0.0)
    monkeypatch.setattr("controller.sharing.address.socket_beside", lambda lock: lock.with_suffix(".none"))
    done = watch()
    assert done.exit_code == 1
    assert "cannot be watched" in done.stderr
    assert "`unknot stop` stops it all the same" in done.stderr
