"""`run`, `demo`, `stop` and `doctor`: what is handed to a session, and how the program ends."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from controller.core.events import Answer, Command, Said
from controller.faces.cli import asking, cli, doctor, run
from controller.faces.cli.face import face_for
from controller.links.ports import Port, users
from controller.snapshot import Ended

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result

    from controller.api import Setup
    from controller.snapshot import Snapshot

HAND = """unknot: 1
title: Neck by hand
steps:
  - say: Sit down.
  - press: suboccipitals
    side: left
    with: hand
    for: 1 s
  - ask: All well?
    of: [good, bad]
"""
HOT = """unknot: 1
title: Hot
needs: {pad: heat}
steps:
  - {heat: upper back, to: 42 °C, for: 5 min}
"""


class FakeSession:
    """Takes what `show` gives it and ends at once."""

    made: FakeSession
    ended = Ended("completed", 0)
    events: tuple[Said, ...] = ()

    def __init__(self, setup: Setup) -> None:
        FakeSession.made = self
        self.setup = setup
        self.listeners: list[Callable[[Snapshot | Said], None]] = []
        self.words: list[Command | Answer] = []
        self.interrupts: list[str] = []
        self.nobody = False

    def subscribe(self, listener: Callable[[Snapshot | Said], None], *, pictures: bool = True) -> None:
        self.listeners.append(listener)

    def send(self, word: Command | Answer) -> None:
        self.words.append(word)

    def interrupt(self, why: str) -> None:
        self.interrupts.append(why)

    def no_more_answers(self) -> None:
        self.nobody = True

    def run_here(self) -> Ended:
        for event in self.events:
            for listener in self.listeners:
                listener(event)
        deadline = time.monotonic() + 10
        while not self.nobody:  # the end of stdin
            assert time.monotonic() < deadline
        return self.ended


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STATE", "RUNTIME", "CONFIG"):
        monkeypatch.setenv(f"UNKNOT_{name}_DIR", str(tmp_path / name.lower()))


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> type[FakeSession]:
    class Fresh(FakeSession):
        pass

    monkeypatch.setattr("controller.faces.cli.face.Session", Fresh)
    return Fresh


@pytest.fixture
def hand(tmp_path: Path) -> Path:
    path = tmp_path / "hand.yaml"
    path.write_text(HAND)
    return path


def unknot(*arguments: object, stdin: str = "") -> Result:
    return CliRunner().invoke(cli, [str(each) for each in arguments], input=stdin)


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


# What a session is given


def test_a_role_that_nothing_fills_is_2_with_what_to_add(fake: type[FakeSession]) -> None:
    done = unknot("run", "upper-back")
    assert done.exit_code == 2
    assert (
        "nothing fills pad (heat), gun (percussion): add --use pad=serial:PATH, --by-hand or --sim"
        in done.stderr
    )
    assert not hasattr(fake, "setup")


def test_the_setup_is_what_was_said(fake: type[FakeSession], tmp_path: Path) -> None:
    bench, answers = tmp_path / "bench.yaml", tmp_path / "answers.yaml"
    bench.write_text("seed: 1\n")
    answers.write_text("ready: yes\n")
    done = unknot("run", "upper-back", "--bench", bench, "--speed", "max", "--answers", answers)
    assert done.exit_code == 0, done.output
    setup = FakeSession.made.setup
    assert (setup.plan.title, setup.bench, setup.speed) == (
        "Upper back after a day at a desk",
        bench,
        math.inf,
    )
    assert setup.answers is not None
    assert setup.answers.answer("ready", "q1", "?") == "yes"
    assert not (setup.by_hand)
    assert not (setup.sim)
    assert not (setup.demo)
    assert not (setup.use)


def test_roles_are_filled_as_named(fake: type[FakeSession]) -> None:
    assert unknot("run", "demo", "--use", "pad=hand", "--use", "gun=serial:/dev/ttyUSB9").exit_code == 0
    assert FakeSession.made.setup.use == {"pad": "hand", "gun": "serial:/dev/ttyUSB9"}
    assert unknot("run", "demo", "--use", "pad=ble:00:11:22:33:44:55", "--use", "gun=hand").exit_code == 0
    assert FakeSession.made.setup.use["pad"] == "ble:00:11:22:33:44:55"
    assert unknot("run", "demo", "--by-hand", "--use", "gun=serial:/dev/x").exit_code == 0
    assert FakeSession.made.setup.by_hand


@pytest.mark.parametrize(
    ("use", "code", "says"),
    [
        ("tens=hand", 2, "no role 'tens'; its roles: pad, gun"),
        ("pad=nobody's", 5, "no device is known as"),
    ],
)
def test_what_cannot_fill_a_role_is_refused(fake: type[FakeSession], use: str, code: int, says: str) -> None:
    done = unknot("run", "demo", "--sim", "--use", use)
    assert done.exit_code == code
    assert says in done.stderr


def test_a_file_with_errors_is_3_and_over_a_limit_4_before_anything(
    fake: type[FakeSession], tmp_path: Path
) -> None:
    broken, hot = tmp_path / "broken.yaml", tmp_path / "hot.yaml"
    broken.write_text("unknot: 1\n")
    hot.write_text(HOT)
    for file, code, says in ((broken, 3, "missing-key"), (hot, 4, "(HT1)")):
        done = unknot("run", file, "--sim", "--json")
        assert done.exit_code == code
        assert says in done.stderr
        assert events(done.stdout) == [{"t": 0, "event": "session-ended", "outcome": "refused", "exit": code}]


def test_a_json_run_that_lacks_a_device_says_so_on_both_ways_out(fake: type[FakeSession]) -> None:
    done = unknot("run", "demo", "--json", "--use", "pad=nobody's", "--use", "gun=hand")
    assert events(done.stdout) == [{"t": 0, "event": "session-ended", "outcome": "lost", "exit": 5}]
    assert "no device is known as" in done.stderr


def test_an_answers_file_that_means_nothing_is_2(fake: type[FakeSession], tmp_path: Path) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text("raet: 3\n")
    done = unknot("run", "demo", "--sim", "--answers", answers)
    assert done.exit_code == 2
    assert "line 1: no question is of kind 'raet'" in done.stderr


def test_an_answers_file_that_would_stand_in_for_somebody_is_told_so(
    fake: type[FakeSession], tmp_path: Path
) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text("ready: yes\nrate: 2\n")
    assert "only somebody who is there" in unknot("run", "demo", "--by-hand", "--answers", answers).stderr
    assert unknot("run", "demo", "--sim", "--answers", answers).stderr == ""


def test_a_terminal_is_asked_who_fills_a_role(
    fake: type[FakeSession], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "on_terminal", lambda: True)
    monkeypatch.setattr(asking, "ports", lambda: (Port("/dev/ttyACM0", "Knot gun", True),))
    done = unknot("run", "demo", "--plain", stdin="h\n1\n")
    assert done.exit_code == 0, done.output
    assert "1  /dev/ttyACM0  Knot gun" in done.stdout
    assert FakeSession.made.setup.use == {"pad": "hand", "gun": "serial:/dev/ttyACM0"}
    assert not FakeSession.made.setup.sim


def test_simulated_is_an_answer_too(fake: type[FakeSession], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "on_terminal", lambda: True)
    monkeypatch.setattr(asking, "ports", lambda: ())
    assert unknot("run", "demo", "--plain", stdin="2\ns\nh\n").exit_code == 0
    assert FakeSession.made.setup.use == {"pad": "sim", "gun": "hand"}
    assert FakeSession.made.setup.sim


def test_where_several_roles_are_asked_for_one_key_is_all_by_hand(
    fake: type[FakeSession], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "on_terminal", lambda: True)
    monkeypatch.setattr(asking, "ports", lambda: ())
    done = unknot("run", "demo", "--plain", stdin="a")
    assert (done.exit_code, "a  all of pad, gun by hand" in done.stdout) == (0, True)
    assert (FakeSession.made.setup.use, FakeSession.made.setup.by_hand) == ({}, True)
    assert "all of" not in unknot("run", "neck", "--plain", stdin="h").stdout


def test_the_demo_is_simulated_answered_and_fast(fake: type[FakeSession]) -> None:
    assert unknot("demo").exit_code == 0
    setup = FakeSession.made.setup
    assert (setup.sim, setup.demo, setup.speed, setup.use) == (True, True, 4.0, {})
    assert unknot("demo", "--speed", "12.5").exit_code == 0
    assert FakeSession.made.setup.speed == 12.5


# Faces


@pytest.mark.parametrize(
    ("as_json", "plain", "speed", "term", "terminal", "face"),
    [
        (False, False, None, "xterm", True, "screen"),
        (False, False, 4.0, "xterm", True, "screen"),
        (True, False, None, "xterm", True, "json"),
        (False, True, None, "xterm", True, "plain"),
        (False, False, math.inf, "xterm", True, "plain"),
        (False, False, None, "dumb", True, "plain"),
        (False, False, None, "xterm", False, "plain"),
    ],
)
def test_the_face_fits_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
    as_json: bool,
    plain: bool,
    speed: float | None,
    term: str,
    terminal: bool,
    face: str,
) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr("controller.faces.cli.face.on_terminal", lambda: terminal)
    assert face_for(as_json=as_json, plain=plain, speed=speed) == face


def test_json_has_nothing_but_events_on_stdout_and_takes_words(fake: type[FakeSession], hand: Path) -> None:
    fake.events = (
        Said("resumed", {"t": 1.0}),
        Said("session-ended", {"t": 2.0, "outcome": "failed", "exit": 1}),
    )
    fake.ended = Ended("failed", 1, "the pad did not warm", ("Pad: not known: switch it off by hand",))
    done = unknot("run", hand, "--json", stdin='{"do":"pause"}\nnonsense\n"stop"\n')
    assert done.exit_code == 1
    assert [each["event"] for each in events(done.stdout)] == ["resumed", "session-ended"]
    assert FakeSession.made.words == [Command("pause"), Command("stop")]
    assert FakeSession.made.nobody
    assert "not understood: nonsense" in done.stderr
    assert "the pad did not warm" in done.stderr
    assert "switch it off by hand" in done.stderr


def test_plain_takes_words_too(fake: type[FakeSession], hand: Path) -> None:
    fake.events = (Said("question", {"question": "q1", "text": "Well?", "choices": ["yes"]}),)
    done = unknot("run", hand, "--plain", stdin="yes\nx\n")
    assert done.exit_code == 0
    assert Command("stop") in FakeSession.made.words


# Real processes


@pytest.fixture
def spawn() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    spawned: list[subprocess.Popen[str]] = []

    def start(*arguments: object) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        command = [sys.executable, "-m", "controller", *(str(each) for each in arguments)]
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, encoding="utf-8")
        spawned.append(process)
        return process

    yield start
    for process in spawned:
        process.kill()
        process.communicate()


def until(process: subprocess.Popen[str], event: str) -> dict[str, Any]:
    assert process.stdout is not None
    for line in process.stdout:
        told: dict[str, Any] = json.loads(line)
        if told["event"] == event:
            return told
    raise AssertionError(f"{event} never came")


def say(process: subprocess.Popen[str], word: object) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(word) + "\n")
    process.stdin.flush()


def test_a_session_by_hand_from_first_question_to_last_line(
    spawn: Callable[..., subprocess.Popen[str]], hand: Path
) -> None:
    process = spawn("run", hand, "--json")
    asked = until(process, "question")
    assert (asked["kind"], asked["choices"]) == ("screening", ["yes", "no", "unsure"])
    say(process, {"do": "answer", "question": "screening", "value": "none"})
    while (asked := until(process, "question"))["question"] != "C18":
        assert asked["kind"] == "screening"
    say(process, {"do": "answer", "question": "C18", "value": "yes"})
    for value in ("yes", "yes", "good"):
        asked = until(process, "question")
        say(process, {"do": "answer", "question": asked["question"], "value": value})
    ended = until(process, "session-ended")
    assert (ended["outcome"], ended["exit"]) == ("completed", 0)
    out, errors = process.communicate(timeout=10)
    assert (process.returncode, out, errors) == (0, "", "")


def test_the_end_of_stdin_is_no_command(spawn: Callable[..., subprocess.Popen[str]], hand: Path) -> None:
    process = spawn("run", hand, "--json")
    until(process, "question")
    assert process.stdin is not None
    process.stdin.close()
    process.stdin = None
    process.send_signal(signal.SIGINT)
    ended = until(process, "session-ended")
    assert (ended["outcome"], ended["exit"]) == ("stopped", 130)
    assert process.wait(10) == 130


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_with_130(
    spawn: Callable[..., subprocess.Popen[str]], hand: Path, number: signal.Signals
) -> None:
    process = spawn("run", hand, "--json")
    until(process, "question")
    process.send_signal(number)
    assert until(process, "session-ended")["exit"] == 130
    assert process.wait(10) == 130


def test_a_reader_that_goes_away_ends_the_session(
    spawn: Callable[..., subprocess.Popen[str]], hand: Path
) -> None:
    process = spawn("run", hand, "--json")
    asked = until(process, "question")
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    say(process, {"do": "answer", "question": asked["question"], "value": "yes"})
    assert process.wait(10) == 130
    assert process.stderr is not None
    assert "Traceback" not in process.stderr.read()


def test_stop_ends_a_session_of_another_terminal_and_says_which(
    spawn: Callable[..., subprocess.Popen[str]], hand: Path
) -> None:
    process = spawn("run", hand, "--json")
    until(process, "question")
    began = time.monotonic()
    done = unknot("stop")
    assert time.monotonic() - began < 2.0
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"Stopped: Neck by hand (process {process.pid}, since ")
    assert until(process, "session-ended")["outcome"] == "stopped"
    assert process.wait(10) == 130


def test_stop_with_nothing_running_is_0() -> None:
    done = unknot("stop")
    assert (done.exit_code, done.stdout) == (0, "Nothing was running.\n")
    assert json.loads(unknot("stop", "--json").stdout) == {"stopped": [], "silent": []}


def test_stop_says_loudly_what_did_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deaf = (
        "import signal, sys\nfrom controller.lock import SessionLock\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nSessionLock.take('Deaf')\nprint('up', flush=True)\n"
        "sys.stdin.read()"
    )
    monkeypatch.setattr("controller.faces.cli.stop.WAIT_SECONDS", 0.2)
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", deaf], stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        process.stdout.readline()
        done = unknot("stop", "--json")
        process.kill()
    assert done.exit_code == 1
    assert json.loads(done.stdout)["silent"][0]["pid"] == process.pid
    assert json.loads(done.stdout)["stopped"] == []
    assert "not known whether its devices are off: switch them off by hand" in done.stderr


# doctor


def test_doctor_finds_what_a_session_by_hand_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ports", lambda: ())
    done = unknot("doctor", "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["ok"]) == (0, True)
    assert {"protocol files", "record", "clock", "terminal", "speech", "serial ports", "simulator"} <= {
        each["name"] for each in told["checks"]
    }
    assert all(each["remedy"] for each in told["checks"] if not each["ok"])


def test_a_record_that_cannot_be_written_is_1_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("UNKNOT_STATE_DIR", str(tmp_path / "file"))
    done = unknot("doctor")
    assert done.exit_code == 1
    assert "NO   record:" in done.stdout
    assert "UNKNOT_STATE_DIR" in done.stdout


def test_ports_that_cannot_be_used_say_why(monkeypatch: pytest.MonkeyPatch) -> None:
    found = (
        Port("/dev/ttyS1", "free one", True),
        Port("/dev/ttyS2", "", False),
        Port("/dev/ttyS3", "", True, ("other (17)",)),
    )
    monkeypatch.setattr(doctor, "ports", lambda: found)
    done = unknot("doctor")
    assert done.exit_code == 0  # by hand needs none
    assert "ok   serial port /dev/ttyS1: free one" in done.stdout
    assert "NO   serial port /dev/ttyS2: you may not open it" in done.stdout
    assert "NO   serial port /dev/ttyS3: in use by other (17)" in done.stdout
    assert "dialout" in done.stdout


def test_who_has_a_port_open_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "port"
    with path.open("w"):
        assert any(f"({os.getpid()})" in each for each in users(str(path)))
    assert users(str(path)) == ()
