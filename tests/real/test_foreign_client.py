"""`unknot run --json` seen by a program of another maker: the events, their keys and order, the commands."""

from __future__ import annotations

import math
import signal
from typing import TYPE_CHECKING

from foreign_client import ANSWERS, Client, press
from foreign_device import Device

if TYPE_CHECKING:
    from pathlib import Path

    from foreign_client import Event

SEGMENT = {"segment", "verb", "place", "side", "seconds"}
SETPOINT = {"device", "channel", "setpoint", "unit"}
QUESTION = {"question", "text", "kind", "choices"}
KEYS: dict[str, set[str]] = {
    "session-started": {"session", "plan", "title", "simulated", "devices"},
    "segment-started": SEGMENT,
    "segment-ended": SEGMENT | {"why"},
    "drive": SETPOINT,
    "instruct": SETPOINT | {"text"},
    "reading": {"device", "channel", "actual", "unit"},
    "question": QUESTION,
    "answer": QUESTION | {"value"},
    "paused": {"why"},
    "resumed": {"why"},
    "limit": {"limit", "measured", "allowed"},
    "level": {"do", "changed", "text"},
    "device-lost": {"device", "why"},
    "device-found": {"device", "why"},
    "session-ended": {"outcome", "exit"},
}
MORE = {
    "session-ended": {"why", "unknown"},
    "level": {"device", "channel", "level", "plan", "unit"},
}
"""Keys that the page does not name and that do no harm."""
REST = "  - rest: 20 s\n"
ASKS = """\
  - rate: hamstrings
    side: left
  - {ask: How was it?, of: [good, bad]}
  - {ask: How was it?, of: [good, bad]}
"""


def assert_of_the_contract(events: list[Event]) -> None:
    """Keys as the page lists them, time that never goes back, an answer to every question at most."""
    t = 0.0
    for event in events:
        keys = set(event) - {"t", "event"} - MORE.get(event["event"], set())
        assert keys == KEYS[event["event"]], event
        assert event["t"] >= t
        t = event["t"]
    asked = [event["question"] for event in events if event["event"] == "question"]
    answered = [event["question"] for event in events if event["event"] == "answer"]
    assert len(set(asked)) == len(asked)
    assert len(set(answered)) == len(answered)
    assert set(answered) <= set(asked)


def fast(place: Path, file: str, answers: str, *words: str) -> Client:
    given = place / "answers.yaml"
    given.write_text(answers, encoding="utf-8")
    return Client(place, file, "--sim", "--speed", "max", "--answers", str(given), *words, answers={})


def test_every_event_has_the_keys_of_the_contract_in_order_and_two_runs_are_one(tmp_path: Path) -> None:
    answers = "ready: yes\nrate: [6, 3]\nHow was it?: [good, bad]\n"
    shown = []
    for _ in range(2):
        with fast(tmp_path, press(tmp_path, steps=ASKS + "  - rest: 2 s\n"), answers) as run:
            assert run.outcome() == ("completed", 0)
            shown.append(run.events)
    assert_of_the_contract(shown[0])
    for events in shown:
        [started] = [event for event in events if event["event"] == "session-started"]
        started["session"] = ""
    assert shown[0] == shown[1]
    began = [event["segment"] for event in shown[0] if event["event"] == "segment-started"]
    ended = [event["segment"] for event in shown[0] if event["event"] == "segment-ended"]
    assert began == ended == sorted(began)
    values = [event["value"] for event in shown[0] if event["event"] == "answer"]
    assert values == ["yes", 6, "good", "bad"]


def test_answers_by_id_beat_text_and_text_beats_kind(tmp_path: Path) -> None:
    with fast(
        tmp_path, press(tmp_path, steps=ASKS), "ready: yes\nrate: 1\nask: good\nHow was it?: bad\n"
    ) as run:
        assert run.outcome() == ("completed", 0)
        asked = [event["question"] for event in run.named("question")]
        assert [event["value"] for event in run.named("answer")][-2:] == ["bad", "bad"]
    told = f"ready: yes\nrate: 1\nHow was it?: bad\n{asked[-1]}: good\n"
    with fast(tmp_path, press(tmp_path, steps=ASKS), told) as run:
        assert run.outcome() == ("completed", 0)
        assert [event["value"] for event in run.named("answer")][-2:] == ["bad", "good"]


def test_a_kind_that_the_file_leaves_out_ends_as_unanswered_at_once(tmp_path: Path) -> None:
    with fast(tmp_path, press(tmp_path, steps=ASKS), "ready: yes\n") as run:
        assert run.outcome() == ("unanswered", 1)
    assert run.events[-1]["t"] < 3
    assert not [event for event in run.named("answer") if event["kind"] == "rate"]


def test_wrong_late_and_doubled_answers_are_not_taken(tmp_path: Path) -> None:
    with Client(tmp_path, press(tmp_path, lasting="1 s", steps=ASKS), "--sim", answers={}) as run:
        ready = run.wait("question")
        run.answer(ready, "no")
        run.tell(do="answer", question="no-such", value="yes")
        run.write("not json\n[1, 2]\n{}\n" + '{"do": "dance"}\n{"do": "answer"}\n\n')
        run.answer(ready, "yes")
        run.answer(ready, "yes")
        rate = run.wait("question", lambda event: event["kind"] == "rate")
        for wrong in (11, -1, "x", None, True, math.inf):
            run.answer(rate, wrong)
        run.answer(rate, 3)
        run.answer(rate, 9)
        first = run.wait("question", lambda event: event["kind"] == "ask")
        run.answer(first, "neither")
        run.answer(rate, 9)
        run.answer(first, "good")
        second = run.wait("question", lambda event: event["kind"] == "ask", number=2)
        run.answer(first, "bad")
        run.answer(second, "bad")
        assert run.outcome() == ("completed", 0)
    assert_of_the_contract(run.events)
    assert [event["value"] for event in run.named("answer")] == ["yes", 3, "good", "bad"]


def test_pause_resume_skip_faded_and_stop_do_what_they_say(tmp_path: Path) -> None:
    steps = "  - rest: 30 s\n" + REST
    with Client(tmp_path, press(tmp_path, lasting="30 s", steps=steps), "--sim") as run:
        run.wait("drive", lambda event: event["setpoint"] == 1200)
        run.tell(do="pause")
        run.tell(do="pause")
        run.wait("paused")
        run.wait("drive", lambda event: event["setpoint"] == 0)
        run.tell(do="resume")
        run.wait("resumed")
        run.wait("drive", lambda event: event["setpoint"] == 1200, number=2)
        run.tell(do="faded")
        ended = run.wait("segment-ended")
        assert (ended["why"], ended["verb"]) == ("faded", "press")
        run.wait("segment-started", number=2)
        run.tell(do="skip")
        assert run.wait("segment-ended", number=2)["why"] == "skipped"
        run.wait("segment-started", number=3)
        run.tell(do="stop")
        run.tell(do="stop")
        assert run.outcome() == ("stopped", 6)
    assert_of_the_contract(run.events)
    assert len(run.named("paused")) == len(run.named("resumed")) == 1


def test_the_end_of_stdin_is_no_command(tmp_path: Path) -> None:
    with Client(tmp_path, press(tmp_path, lasting="1 s"), "--sim") as run:
        run.wait("answer")
        assert run.process.stdin is not None
        run.process.stdin.close()
        assert run.outcome() == ("completed", 0)


def test_with_speed_the_clock_stands_while_a_question_waits_for_stdin(tmp_path: Path) -> None:
    ready = {**ANSWERS, "ask": "good"}
    with Client(tmp_path, press(tmp_path, steps=ASKS), "--sim", "--speed", "max", answers=ready) as run:
        assert run.outcome() == ("completed", 0)
    waits = {event["question"]: event["t"] for event in run.named("question")}
    for event in run.named("answer"):
        assert event["t"] - waits[event["question"]] <= 0.01


def test_on_a_real_device_no_file_says_what_only_the_person_can(tmp_path: Path) -> None:
    (tmp_path / "answers.yaml").write_text("ready: yes\npresent: yes\nscreening: no\n", encoding="utf-8")
    use = ("--use", f"gun=serial:{tmp_path / 'gun'}", "--answers", str(tmp_path / "answers.yaml"))
    with Device(tmp_path / "gun") as gun:
        with Client(tmp_path, press(tmp_path), *use, answers={}) as run:
            run.wait("question")
            said = len(gun.sent)
            gun.wait(lambda it: len(it.sent) >= said + 2)
            assert not run.named("answer", "session-started", "drive")
            run.process.send_signal(signal.SIGTERM)
            assert run.outcome() == ("stopped", 130)
        assert not gun.changes
