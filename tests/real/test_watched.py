"""One session, many faces: a run in one process, watched and worked from others through real terminals."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from programs import Run, environment
from window import Window

from controller.lock import running
from controller.sharing import socket_beside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.timeout(120)
PLAN = """unknot: 1
title: Watched
needs: {gun: percussion}
steps:
  - {press: hamstrings, side: left, at: gentle, move: circles, for: 60 s}
  - {ask: All well?, of: [good, bad]}
"""
REST_WITHIN_S = 0.25
"""The timing budget of safety section 5: stop button to zero command."""
CLIENTS = 20
FULL_BYTES = 600_000
"""Twice what the system and the session keep for one client."""
SETTLED_S = 1.5
"""After a change, the screen takes a key for one that was meant for what stood there before."""


@pytest.fixture
def plan(tmp_path: Path) -> str:
    path = tmp_path / "watched.yaml"
    path.write_text(PLAN)
    return str(path)


@pytest.fixture
def run(tmp_path: Path, plan: str) -> Iterator[Run]:
    """Its gun is driven."""
    with Run(tmp_path, plan, "--sim") as found:
        driven(found)
        yield found


def driven(run: Run) -> None:
    run.until(lambda event: event["event"] == "drive" and event["setpoint"] > 0)


def goes_on(run: Run) -> None:
    """Nothing but readings for a second of its own."""
    before = len(run.events)
    last = run.events[-1]["t"]
    run.until(lambda event: event["t"] > last + 1)
    assert {each["event"] for each in run.events[before:]} <= {"reading", "drive"}
    assert run.process.poll() is None


def unknot(folder: Path, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "controller", *words], env=environment(folder), input=stdin, text=True,
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip


class Client:
    """A program of somebody else's on the socket."""

    def __init__(self, folder: Path, *, hello: bool = True) -> None:
        (found,) = running(folder / "runtime")
        self.socket = socket.socket(socket.AF_UNIX)
        where = os.open(found.path.parent, os.O_PATH)
        self.socket.connect(f"/proc/self/fd/{where}/{socket_beside(found.path).name}")
        os.close(where)
        self.lines = self.socket.makefile("rb")
        if hello:
            self.say({"hello": 1, "pictures": True})

    def say(self, word: object) -> None:
        self.socket.sendall(json.dumps(word).encode() + b"\n")

    def until(self, event: str) -> dict[str, Any]:
        for line in self.lines:
            told: dict[str, Any] = json.loads(line)
            if told.get("event") == event:
                return told
        raise AssertionError(f"{event} never came")

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.lines.close()
        self.socket.close()


def test_a_run_is_seen_paused_resumed_and_stopped_from_another_window(run: Run, tmp_path: Path) -> None:
    with Window(tmp_path, "watch") as window:
        window.sees("Watched")
        window.sees("q leaves, and it goes on")
        window.sees("Massage the left hamstrings")
        window.press(b" ")
        paused = run.until(lambda event: event["event"] == "paused")
        window.sees("PAUSED")
        assert "person" in paused["why"]
        run.until(lambda event: event["t"] > paused["t"] + SETTLED_S)
        window.press(b" ")
        run.until(lambda event: event["event"] == "resumed")
        driven(run)
        window.press(b"x")
        last = run.to_the_end()
        assert (last["outcome"], last["exit"]) == ("stopped", 6)
        window.sees("Stopped")
        assert window.ends(key=b"q") == 6


def test_a_run_is_answered_from_another_terminal(tmp_path: Path) -> None:
    quick = tmp_path / "quick.yaml"
    quick.write_text(PLAN.replace("60 s", "1 s"))
    with Run(tmp_path, str(quick), "--sim") as run:
        asked = run.until(lambda event: event.get("kind") == "ask")
        answer = json.dumps({"do": "answer", "question": asked["question"], "value": "good"})
        watch = unknot(tmp_path, "watch", "--json", stdin=f"{answer}\n")
        told = [json.loads(line) for line in watch.stdout.splitlines()]
        last = run.to_the_end()
    assert (last["outcome"], watch.returncode) == ("completed", 0)
    assert [each["event"] for each in told if each["event"] != "reading"] == [
        "session-started", "segment-started", "question", "answer", "segment-ended", "session-ended",
    ]  # fmt: skip
    assert told[-1] == last


@pytest.mark.parametrize(("key", "code"), [(b"q", 0), (b"\x03", 130)])
def test_a_window_is_left_and_the_run_goes_on(run: Run, tmp_path: Path, key: bytes, code: int) -> None:
    with Window(tmp_path, "watch") as window:
        window.sees("Massage the left hamstrings")
        window.press(key)
        assert window.ends() == code
        assert "It goes on without this window" in window.text
    goes_on(run)


@pytest.mark.parametrize("how", ["closed", "killed", "told to end"])
def test_a_watcher_that_dies_takes_nothing_with_it(run: Run, tmp_path: Path, how: str) -> None:
    with Window(tmp_path, "watch") as window:
        window.sees("Massage the left hamstrings")
        if how == "closed":
            window.close()
            assert window.process.wait(10) == 130
        elif how == "killed":
            window.kill()
        else:
            window.process.send_signal(signal.SIGTERM)
            assert window.ends() == 130
    goes_on(run)


@pytest.mark.parametrize("face", [[], ["--plain"]])
def test_a_run_that_is_killed_is_said_to_be_gone_and_what_to_do(
    run: Run, tmp_path: Path, face: list[str]
) -> None:
    with Window(tmp_path, "watch", *face) as window:
        window.sees("Massage the left hamstrings")
        run.process.kill()
        run.process.wait(10)
        window.sees("the program that ran it is gone")
        assert window.ends(key=b"q") == 1
        assert "switch them off by hand if they run" in " ".join(window.text.split())
    after = unknot(tmp_path, "watch")
    assert (after.returncode, after.stderr.split(".")[0]) == (2, "Nothing is running")
    assert list((tmp_path / "runtime").iterdir()) == [], "what it left behind is known as stale"


def test_a_run_whose_own_window_is_closed_ends_and_so_does_who_watches(tmp_path: Path, plan: str) -> None:
    with Window(tmp_path, "run", plan, "--sim") as owner:
        owner.sees("Ready?")
        with Window(tmp_path, "watch", "--json") as watcher:
            watcher.sees("question")
            owner.close()
            assert owner.process.wait(10) == 130
            assert watcher.ends() == 130
            assert '"outcome": "stopped", "exit": 130' in watcher.text


def test_unknot_stop_ends_a_watched_run_and_its_watchers(run: Run, tmp_path: Path) -> None:
    with Window(tmp_path, "watch", "--plain") as watcher, Client(tmp_path) as client:
        watcher.sees("Massage the left hamstrings")
        assert unknot(tmp_path, "stop").returncode == 0
        assert run.to_the_end()["exit"] == 130
        assert client.until("session-ended")["exit"] == 130
        assert watcher.ends() == 130


def test_twenty_clients_are_told_the_same(run: Run, tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(Client(tmp_path, hello=bool(n % 2))) for n in range(CLIENTS)]
        for client in clients:
            assert client.until("session-started")["title"] == "Watched"
        clients[0].say("pause")
        for client in clients:
            client.until("paused")
        clients[-1].say("resume")
        for client in clients:
            client.until("resumed")
        clients[7].say({"do": "stop"})
        ends = [client.until("session-ended") for client in clients]
        last = run.to_the_end()
    assert ends == [last] * CLIENTS
    assert last["exit"] == 6


def test_clients_that_do_not_read_delay_no_stop(tmp_path: Path) -> None:
    """A plan of many steps: its pictures fill what the system keeps for a client in a few seconds."""
    long = tmp_path / "long.yaml"
    long.write_text(PLAN + "  - {rest: 1 s}\n" * 400)
    with Run(tmp_path, str(long), "--sim") as run, contextlib.ExitStack() as stack:
        driven(run)
        for _ in range(CLIENTS):
            stack.enter_context(Client(tmp_path))
        halted = stack.enter_context(Window(tmp_path, "watch"))
        halted.sees("Massage the left hamstrings")
        halted.process.send_signal(signal.SIGSTOP)
        client = stack.enter_context(Client(tmp_path))
        told = 0
        while told < FULL_BYTES:
            told += len(client.lines.readline())
        began = time.monotonic()
        client.say("stop")
        run.until(lambda event: event["event"] == "drive" and event["setpoint"] == 0)
        latency = time.monotonic() - began
        run.to_the_end()
        ended = time.monotonic() - began
        print(f"stop to drive 0: {latency * 1000:.1f} ms; to the end of the process: {ended * 1000:.0f} ms")
    assert latency < REST_WITHIN_S
    assert ended < 1.0
