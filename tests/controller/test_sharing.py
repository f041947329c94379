"""The socket of a session: what a stranger sees on it, and that nothing on it harms the session."""

from __future__ import annotations

import contextlib
import json
import math
import os
import socket
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from followed import WAIT_S, Heard, found, setup, started, until
from hypothesis import given
from hypothesis import strategies as st
from screen_fake import PRESENT, RATE, warming

from controller.api import Attached, AttachError, Session
from controller.core import Answer, Command, Said
from controller.lock import Running, SessionLock, running
from controller.sharing import GONE, socket_beside
from controller.sharing.client import LONGEST, MOST_LINES
from controller.sharing.lines import (
    LineError,
    WordError,
    encoded,
    ended_line,
    event_line,
    parse_asked,
    picture_line,
    told,
    word_line,
)
from controller.sharing.present import Present
from controller.sharing.server import MOST_CLIENTS
from controller.snapshot import Ended

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from controller.snapshot import Snapshot

HELLO = b'{"hello": 1, "pictures": true}\n'


class Stranger:
    """A program that knows nothing of ours: it connects, writes bytes, and reads lines."""

    def __init__(self, lock: Running) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(WAIT_S)
        folder = os.open(lock.path.parent, os.O_PATH)
        self.socket.connect(f"/proc/self/fd/{folder}/{socket_beside(lock.path).name}")
        os.close(folder)
        self.lines = self.socket.makefile("rb")

    def __enter__(self) -> Stranger:
        return self

    def __exit__(self, *_: object) -> None:
        self.lines.close()
        self.socket.close()

    def write(self, data: bytes) -> None:
        self.socket.sendall(data)

    def until(self, key: str, value: object = None) -> dict[str, Any]:
        """The next line that has that key, or that value there."""
        for line in self.lines:
            line_: dict[str, Any] = json.loads(line)
            if key in line_ and (value is None or line_[key] == value):
                return line_
        raise AssertionError(f"it was cut off before {key} came")

    def rest(self) -> list[bytes]:
        """Every line to the end of the connection."""
        with contextlib.suppress(ConnectionResetError):
            return list(self.lines)
        return []


@pytest.fixture
def served() -> Iterator[tuple[Session, Running]]:
    """A session at its first question."""
    with started(setup()) as (owner, lock), Stranger(lock) as first:
        first.until("event", "question")
        yield owner, lock


def goes_on(owner: Session, lock: Running) -> None:
    """It still asks what it asked, and hears a stop."""
    assert owner.wait(0) is None
    with Stranger(lock) as other:
        assert other.until("event", "question")["question"] == "q1"
        other.write(b'"stop"\n')
        assert other.until("event", "session-ended")["exit"] == 6
    assert owner.wait(WAIT_S) is not None


# What is on it


def test_without_a_hello_it_is_what_run_json_writes_and_takes(served: tuple[Session, Running]) -> None:
    owner, lock = served
    with Stranger(lock) as stranger:
        assert stranger.until("event")["event"] == "session-started"
        stranger.write(b'{"do": "pause"}\n"resume"\n{"do": "answer", "question": "q1", "value": "good"}\n')
        stranger.until("event", "paused")
        stranger.until("event", "resumed")
        assert stranger.until("event", "answer")["value"] == "good"
        stranger.write(b'"stop"\n')
        assert list(stranger.until("event", "session-ended"))[:2] == ["t", "event"]
        assert stranger.rest() == [], "nothing follows"
    assert owner.wait(WAIT_S) is not None


def test_a_hello_is_answered_with_the_id_the_picture_and_in_the_end_how_it_ended(
    served: tuple[Session, Running],
) -> None:
    owner, lock = served
    with Stranger(lock) as stranger:
        stranger.write(HELLO)
        assert stranger.until("hello") == {"hello": 1, "session": owner.id}
        assert stranger.until("picture")["picture"]["questions"][0]["id"] == "q1"
        stranger.write(b'"stop"\n')
        assert stranger.until("ended")["ended"]["exit"] == 6
        assert stranger.rest() == []


def test_one_that_only_reads_is_refused_by_the_session_itself(served: tuple[Session, Running]) -> None:
    owner, lock = served
    with Stranger(lock) as stranger:
        stranger.write(b'{"hello": 1, "pictures": true, "reads_only": true}\n"stop"\n')
        assert "only reads" in stranger.until("error")["error"]
        stranger.write(b'{"do": "answer", "question": "q1", "value": "good"}\n')
        assert "only reads" in stranger.until("error")["error"]
    goes_on(owner, lock)


def test_a_hello_that_wants_no_pictures_gets_none(served: tuple[Session, Running]) -> None:
    _, lock = served
    with Stranger(lock) as stranger:
        stranger.write(b'{"hello": 1}\n"stop"\n')
        kinds = {key for line in stranger.rest() for key in json.loads(line)}
        assert "ended" in kinds
        assert "picture" not in kinds


@pytest.mark.parametrize("first", [b"", HELLO])
@pytest.mark.parametrize("word", [b'"stop"\n', b'"stop"'])
def test_the_last_word_of_one_who_goes_is_heard(
    served: tuple[Session, Running], word: bytes, first: bytes
) -> None:
    owner, lock = served
    with Stranger(lock) as stranger:
        if first:
            stranger.write(first)
            stranger.until("picture")
        stranger.write(word)
    ended = owner.wait(WAIT_S)
    assert ended is not None
    assert ended.exit == 6


def test_socket_and_folder_are_for_the_user_alone_and_gone_with_the_session(
    served: tuple[Session, Running],
) -> None:
    owner, lock = served
    assert socket_beside(lock.path).stat().st_mode & 0o777 == 0o600
    assert lock.path.parent.stat().st_mode & 0o077 == 0
    owner.send(Command("stop"))
    assert owner.wait(WAIT_S) is not None
    assert list(lock.path.parent.iterdir()) == []


def test_a_process_of_another_user_is_told_nothing(
    served: tuple[Session, Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, lock = served
    user = os.getuid()
    with monkeypatch.context() as patch:
        patch.setattr("controller.sharing.client.of_this_user", lambda connection: False)
        with Stranger(lock) as stranger:
            with contextlib.suppress(OSError):
                stranger.write(b'"stop"\n')
            assert stranger.rest() == []
    with monkeypatch.context() as patch:
        patch.setattr("controller.sharing.address.os.getuid", lambda: user + 1)
        with pytest.raises(AttachError, match="another user"):
            Attached(replace(lock, path=lock.path))
    goes_on(owner, lock)


# What cannot be served


def test_where_no_socket_can_be_made_the_session_runs_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path) -> socket.socket:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("controller.sharing.server.listening", full)
    owner, heard = Session(setup()), Heard()
    owner.subscribe(heard)
    owner.start()
    heard.event("question")
    (lock,) = running()
    with pytest.raises(AttachError, match="cannot be watched") as refused:
        Attached(lock)
    assert "unknot stop" in refused.value.remedy
    owner.send(Command("stop"))
    ended = owner.wait(WAIT_S)
    assert ended is not None
    assert (ended.outcome, ended.exit) == ("stopped", 6)
    assert "no other terminal could watch it" in ended.lines[-1]


def test_a_folder_with_a_long_name_is_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNKNOT_RUNTIME_DIR", str(tmp_path / ("long" * 30)))
    with started(setup()) as (owner, lock):
        goes_on(owner, lock)


def test_the_socket_of_a_dead_process_is_recognised_and_removed(tmp_path: Path) -> None:
    lock = SessionLock.take("Dead", tmp_path / "runtime")
    beside = socket_beside(lock.path)
    beside.touch()
    assert running(lock.path.parent)[0].path == lock.path
    assert beside.exists(), "its process lives"
    lock.release()
    assert running(lock.path.parent) == ()
    assert not beside.exists()


# What harms nothing


@pytest.mark.parametrize(
    "line",
    [
        b"pause", b"[]", b"{}", b"null", b"3", b'"puase"', b"\xff\xfe", b"\x00", b"[" * 10_000, b'{"do": {}}',
        b'{"do": "answer", "question": 1, "value": 2}', b'{"do": "answer", "question": "q1", "value": NaN}',
        b'{"do": "answer", "question": "q1", "value": 1e999}', b'{"do": "answer", "question": "q1"}',
        b'{"do": "answer", "question": "q1", "value": 1' + b"0" * 4000 + b"}",
        b'{"do": "answer", "question": "\\ud800", "value": "good"}', b'{"hello": 2}', b'{"hello": true}',
        b'{"hello": 1, "pictures": "yes"}', b'{"hello": ' + b"[" * 400 + b"]" * 400 + b"}",
        b'{"do": "answer", "question": "q1", "value": "' + b"x" * 5000 + b'"}',
    ],
    ids=range(21),
)  # fmt: skip
def test_a_line_that_means_nothing_is_answered_and_nothing_else_happens(
    served: tuple[Session, Running], line: bytes
) -> None:
    owner, lock = served
    with Stranger(lock) as stranger:
        stranger.until("event", "question")
        stranger.write(b"\n \r\n" + line + b"\n")
        assert stranger.until("error")["error"].startswith("not understood")
        stranger.write(b'"pause"\n"resume"\n')
        stranger.until("event", "paused")
        stranger.until("event", "resumed")
    goes_on(owner, lock)


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_a_line_without_end_costs_its_client_the_connection(
    served: tuple[Session, Running], end: bytes
) -> None:
    owner, lock = served
    with Stranger(lock) as stranger:
        with contextlib.suppress(OSError):
            stranger.write(b'"' + b"x" * (4 * LONGEST) + end)
        assert b"bytes" in b"".join(stranger.rest()[-1:])
    goes_on(owner, lock)


def test_one_who_talks_without_pause_is_dropped(served: tuple[Session, Running]) -> None:
    owner, lock = served
    with Stranger(lock) as stranger:
        with contextlib.suppress(OSError):
            stranger.write(b'"skip?"\n' * (3 * MOST_LINES))
        assert b"lines in a second" in b"".join(stranger.rest())
    goes_on(owner, lock)


def test_there_is_an_end_to_clients_and_room_again_when_one_goes(served: tuple[Session, Running]) -> None:
    owner, lock = served
    with contextlib.ExitStack() as all_of_them:
        crowd = [all_of_them.enter_context(Stranger(lock)) for _ in range(MOST_CLIENTS - 1)]
        for each in crowd:
            each.until("event", "question")
        with Stranger(lock) as one_more:
            assert "others watch it" in one_more.until("error")["error"]
    until(lambda: not owner._server or len(owner._server._clients) < MOST_CLIENTS)
    goes_on(owner, lock)


def test_a_client_that_never_reads_is_dropped_and_holds_nobody_up() -> None:
    with started(setup()) as (owner, lock), Stranger(lock) as deaf, Stranger(lock) as other:
        deaf.write(HELLO)
        other.until("event", "question")
        for _ in range(40):
            owner._server.hear(Said("limit", {"t": 0, "limit": "x" * 100_000}))  # type: ignore[union-attr]
            other.until("event", "limit")
        with contextlib.suppress(ConnectionResetError):
            got = b"".join(iter(lambda: deaf.socket.recv(1 << 20), b""))
            assert len(got) < 2_000_000, "cut off, long before the end"
        goes_on(owner, lock)


def test_a_client_that_falls_behind_misses_pictures_and_no_event() -> None:
    with started(setup()) as (owner, lock), Stranger(lock) as slow:
        slow.write(HELLO)
        slow.until("picture")
        server = owner._server
        assert server is not None
        picture = replace(warming()[-1], line="x" * 100_000)
        for number in range(60):
            server.see(replace(picture, t=float(number)))
            server.hear(Said("limit", {"t": number, "limit": "HT1"}))
            with Stranger(lock) as other:  # until the server has passed it on
                other.until("event", "session-started")
        server.hear(Said("limit", {"t": -1, "limit": "last"}))
        seen: list[dict[str, Any]] = []
        while not seen or seen[-1].get("limit") != "last":
            seen.append(json.loads(slow.lines.readline()))
        pictures = [each["picture"]["t"] for each in seen if "picture" in each]
        assert [each["t"] for each in seen if each.get("limit") == "HT1"] == list(range(60))
        assert len(pictures) < 40
        while pictures[-1] != 59.0:
            pictures.append(slow.until("picture")["picture"]["t"])
        assert pictures == sorted(pictures)


# The other end is not what it should be


class Impostor:
    """A lock of this process, and a socket beside it that a test plays by hand."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self.lock = SessionLock.take("Played", folder)
        self.listener = socket.socket(socket.AF_UNIX)
        where = os.open(folder, os.O_PATH)
        self.listener.bind(f"/proc/self/fd/{where}/{socket_beside(self.lock.path).name}")
        os.close(where)
        self.listener.listen()
        (self.running,) = running(folder)

    def plays(self, *lines: bytes, dies: bool = False) -> tuple[Ended, Heard]:
        """How a face takes those lines, and the end of the connection after them."""
        attached, heard = Attached(self.running), Heard()
        attached.subscribe(heard)
        attached.start()
        connection, _ = self.listener.accept()
        with connection:
            with contextlib.suppress(BrokenPipeError):
                connection.sendall(b"".join(lines))
            if dies:
                self.lock.release()
            if lines:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_WR)
            ended = attached.wait(WAIT_S)
        assert ended is not None
        return ended, heard

    def close(self) -> None:
        self.listener.close()
        self.lock.release()


@pytest.fixture
def impostor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Impostor]:
    monkeypatch.setattr("controller.sharing.attached.ANSWERS_S", 0.3)
    monkeypatch.setattr("controller.sharing.attached.GONE_S", 0.2)
    played = Impostor(tmp_path / "played")
    yield played
    played.close()


GREETING = b'{"hello": 1, "session": "s1"}\n'


def shown(picture: Snapshot) -> bytes:
    return encoded(picture_line(picture))


def test_a_program_that_died_is_an_end_that_nobody_knows_and_that_is_said(impostor: Impostor) -> None:
    ended, heard = impostor.plays(GREETING, shown(RATE), dies=True)
    assert (ended.outcome, ended.exit, ended.why) == ("failed", 1, GONE)
    assert "switch them off by hand" in ended.lines[0]
    last = heard.events[-1]
    assert (last["event"], last["outcome"], last["unknown"]) == ("session-ended", "failed", list(ended.lines))
    assert (heard.pictures[-1].state, heard.pictures[-1].questions) == ("ended", ())


def test_a_face_that_was_cut_off_says_that_it_goes_on(impostor: Impostor) -> None:
    ended, heard = impostor.plays(GREETING, shown(RATE), b'{"error": "you talk too much"}\n')
    assert (ended.outcome, ended.exit, ended.why) == ("detached", 1, "you talk too much")
    assert "goes on" in ended.lines[0]
    assert heard.events == []


def test_a_program_that_hangs_is_known_by_its_silence(impostor: Impostor) -> None:
    ended, _ = impostor.plays()
    assert "does not answer" in str(ended.why)
    assert "by hand" in ended.lines[0]


@pytest.mark.parametrize(
    "line",
    [
        b'{"hello": 2}\n', b"nonsense\n", b"[]\n", b"3\n", b'{"picture": {}}\n', b'{"picture": 3}\n', b"{}\n",
        b'{"ended": []}\n', b'{"ended": {"outcome": "completed"}}\n', b'{"event": "x"}' * 2 + b"\n",
        b'{"picture": "' + b"x" * (5 << 20) + b'"}\n',
    ],
    ids=range(11),
)  # fmt: skip
def test_what_is_not_understood_is_another_version_and_the_session_goes_on(
    impostor: Impostor, line: bytes
) -> None:
    ended, _ = impostor.plays(GREETING, line)
    assert (ended.outcome, ended.exit) == ("detached", 1)
    assert "another version" in str(ended.why)


def test_how_it_ended_is_taken_from_the_event_where_no_more_is_told(impostor: Impostor) -> None:
    ended, heard = impostor.plays(
        b'{"t": 2, "event": "session-ended", "outcome": "limit", "exit": 7, "why": "HT1",'
        b' "unknown": ["Pad"]}\n'
    )
    assert ended == Ended("limit", 7, "HT1", ("Pad",))
    assert [each["event"] for each in heard.events] == ["session-ended"]


# Lines


@pytest.mark.parametrize("picture", [RATE, PRESENT, warming()[50], replace(RATE, speed=math.inf)])
def test_a_picture_comes_back_as_it_was(picture: Snapshot) -> None:
    line = encoded(picture_line(picture))
    assert told(line) == picture
    json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def test_everything_else_comes_back_as_it_was() -> None:
    said = Said("question", {"t": 1.5, "question": "q1", "text": "Wärme \ud800?", "choices": ["yes", "no"]})
    ended = Ended("lost", 5, None, ("switch it off",))
    assert told(encoded(event_line(said))) == said
    assert told(encoded(ended_line(ended))) == ended
    for word in (Command("pause"), Answer("q1", 3.0), Answer("screening", "none")):
        assert parse_asked(word_line(word)) == word


def test_keys_of_a_later_version_are_left_out() -> None:
    line = json.loads(picture_line(RATE))
    line["picture"] |= {"colour": "blue"}
    line["picture"]["questions"][0] |= {"colour": "blue"}
    assert told(json.dumps(line).encode()) == RATE
    with pytest.raises(LineError):
        told(b'{"colour": "blue"}')
    assert isinstance(told(b'{"error": "no"}'), WordError)


# What stands


def test_what_was_taken_back_no_longer_stands() -> None:
    present = Present()

    def stands(event: str, **data: object) -> list[str]:
        present.hear(Said(event, data))
        return [each.event for each in present.facts]

    assert stands("session-started", session="s") == ["session-started"]
    assert stands("segment-started", segment=1)[1:] == ["segment-started"]
    assert stands("drive", device="pad", channel="heat", setpoint=36.0)[2:] == ["drive"]
    assert stands("drive", device="pad", channel="heat", setpoint=0)[2:] == []
    assert stands("device-lost", device="pad")[2:] == ["device-lost"]
    assert stands("paused", why="x")[2:] == ["device-lost", "paused"]
    assert stands("device-found", device="pad")[2:] == ["paused"]
    assert stands("resumed")[2:] == []
    assert stands("question", question="q1")[2:] == ["question"]
    assert stands("answer", question="q1", value="yes")[2:] == []
    assert stands("reading", device="pad")[2:] == []
    assert stands("limit", limit="HT1")[2:] == []
    assert stands("segment-ended", segment=1) == ["session-started"]


def test_what_ended_without_a_word_is_seen_in_the_picture() -> None:
    present = Present()
    for event, data in (
        ("question", {"question": "old"}),
        ("paused", {}),
        ("segment-started", {"segment": 5}),
    ):
        present.hear(Said(event, data))
    present.hear(Said("question", {"question": "new"}))
    present.look(warming()[0], 3)
    assert [each.data for each in present.facts] == [{"question": "new"}]


def test_a_session_that_ends_before_anybody_comes_leaves_no_thread(tmp_path: Path) -> None:
    before = {*threading.enumerate()}
    owner = Session(setup())
    owner.start()
    lock = found(owner)
    owner.interrupt("at once")
    assert owner.wait(WAIT_S) is not None
    assert "socket" not in {each.name for each in {*threading.enumerate()} - before}
    with pytest.raises(AttachError):
        Attached(lock)


KEYS = ("do", "hello", "pictures", "question", "value", "event", "picture", "ended", "error", "t")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["do", "hello", "pictures", "question", "value", "event", "picture", "ended", "t"]
            ),
            inner | st.sampled_from(["pause", "answer", "stop", 1, "max"]),
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(JSON.map(json.dumps) | st.text() | st.binary().map(lambda data: data.decode(errors="replace")))
def test_no_line_breaks_either_end(line: str) -> None:
    with contextlib.suppress(WordError):
        parse_asked(line)
    with contextlib.suppress(LineError):
        told(line.encode("utf-8", "surrogatepass"))
