"""The line faces: JSON Lines and plain lines, what they write and what they take."""

from __future__ import annotations

import io
import json
import os
from typing import TYPE_CHECKING

import pytest

from controller.core.events import Answer, Command, Said
from controller.faces.cli import typed
from controller.faces.cli.json_lines import JsonLines, refused
from controller.faces.cli.plain import Plain
from controller.sharing import WordError, parse
from controller.snapshot import QuestionView, SegmentView, Snapshot

if TYPE_CHECKING:
    from pathlib import Path


class Closed(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError


def picture(countdown: float | None = None, state: str = "running", *questions: QuestionView) -> Snapshot:
    segment = SegmentView(number=2, text="Massage the left rhomboids", seconds=60, state="now")
    return Snapshot(
        session="s", title="Neck", state=state, simulated=True, by_hand=False, speed=1.0, t=1.0,  # type: ignore[arg-type]
        line="", next=None, countdown=countdown, left=60.0, segments=(segment,), channels=(), ahead=(),
        questions=questions, reasons=(),
    )  # fmt: skip


def question(identity: str, *choices: str) -> Said:
    return Said(
        "question",
        {"t": 1, "question": identity, "text": "How is it?", "kind": "ask", "choices": list(choices)},
    )


def test_json_lines_have_t_then_event_then_the_rest_and_are_flushed_each() -> None:
    flushed: list[str] = []

    class Out(io.StringIO):
        def flush(self) -> None:
            flushed.append(self.getvalue())

    out = Out()
    face = JsonLines(out, lambda: None)
    face.hear(Said("drive", {"device": "Pad", "t": 1.5, "channel": "heat", "setpoint": 39.0, "unit": "°C"}))
    face.hear(picture())
    assert out.getvalue() == (
        '{"t": 1.5, "event": "drive", "device": "Pad", "channel": "heat", "setpoint": 39.0, "unit": "°C"}\n'
    )
    assert flushed == [out.getvalue()]


def test_a_reader_that_went_away_is_told_once_and_nothing_more_is_written() -> None:
    broken: list[bool] = []
    for face in (
        JsonLines(Closed(), lambda: broken.append(True)),
        Plain(Closed(), lambda: broken.append(True)),
    ):
        broken.clear()
        face.hear(Said("resumed", {"t": 0}))
        face.hear(Said("resumed", {"t": 0}))
        assert broken == [True]


def test_a_run_that_never_began_says_so_in_one_line() -> None:
    out = io.StringIO()
    face = JsonLines(out, lambda: None)
    face.write(refused(4))
    face.write(refused(5))
    assert [json.loads(line) for line in out.getvalue().splitlines()] == [
        {"t": 0, "event": "session-ended", "outcome": "refused", "exit": 4},
        {"t": 0, "event": "session-ended", "outcome": "lost", "exit": 5},
    ]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ('{"do": "pause"}', Command("pause")),
        ('"resume"', Command("resume")),
        (' {"do":"skip"} \r', Command("skip")),
        ('"faded"', Command("faded")),
        ('{"do": "stop", "more": 1}', Command("stop")),
        ('{"do": "answer", "question": "q1", "value": "yes"}', Answer("q1", "yes")),
        ('{"do": "answer", "question": "q1", "value": 3}', Answer("q1", 3)),
        ('{"do": "answer", "question": "screening", "value": "none"}', Answer("screening", "none")),
    ],
)
def test_commands_on_stdin(line: str, word: Command | Answer) -> None:
    assert parse(line) == word


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("pause", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "a command is an object"),
        ("3", "a command is an object"),
        ('"puase"', '"do" is one of pause, resume, skip, faded, softer, stronger, stop, answer, not "puase"'),
        ('{"do": ["stop"]}', "is one of"),
        ("{}", "not null"),
        ('{"do": "answer", "value": 3}', "names its question"),
        ('"answer"', "names its question"),
        ('{"do": "answer", "question": "q1"}', "not null"),
        ('{"do": "answer", "question": "q1", "value": true}', "not true"),
        ('{"do": "answer", "question": "q1", "value": [1]}', "a text or a number"),
    ],
)
def test_a_malformed_line_says_what_it_should_be(line: str, says: str) -> None:
    with pytest.raises(WordError) as error:
        parse(line)
    assert says in str(error.value)


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def plain(out: io.StringIO) -> Plain:
    return Plain(out, lambda: None)


def test_plain_says_the_time_left_at_its_marks_only(plain: Plain, out: io.StringIO) -> None:
    plain.hear(Said("segment-started", {"segment": 2, "verb": "press", "seconds": 62.0}))
    out.truncate(0)
    out.seek(0)
    for tenths in range(620, -1, -1):
        plain.hear(picture(tenths / 10))
    said = [int(line.removesuffix(" s")) for line in out.getvalue().splitlines()]
    assert said == [60, 30, 10, 5, 4, 3, 2, 1]


def test_plain_does_not_repeat_the_length_that_a_step_begins_with(plain: Plain, out: io.StringIO) -> None:
    plain.hear(picture(60.0))
    plain.hear(picture(59.9))
    assert out.getvalue() == ""


def test_plain_says_only_the_last_of_marks_that_fast_time_jumps_over(plain: Plain, out: io.StringIO) -> None:
    for left in (40.0, 8.0, 2.5):
        plain.hear(picture(left))
    assert out.getvalue().splitlines() == ["10 s", "3 s"]


@pytest.mark.parametrize("state", ["paused", "asking", "ended"])
def test_plain_counts_nothing_while_the_clock_stands(plain: Plain, out: io.StringIO, state: str) -> None:
    plain.hear(picture(31.0))
    plain.hear(picture(29.0, state))
    assert out.getvalue() == ""


def test_plain_names_the_step_in_the_words_of_the_step_list(plain: Plain, out: io.StringIO) -> None:
    plain.hear(picture())
    plain.hear(
        Said("segment-started", {"segment": 2, "verb": "press", "place": "rhomboids", "seconds": 60.0})
    )
    assert out.getvalue() == "Step 2: Massage the left rhomboids, 1 min\n"


def test_plain_tells_a_drive_when_it_begins_and_ends_not_each_step_of_a_ramp(
    plain: Plain, out: io.StringIO
) -> None:
    for setpoint in (1200, 1300, 1400, 0, 0, 1200):
        plain.hear(
            Said("drive", {"device": "Gun", "channel": "percussion", "setpoint": setpoint, "unit": "/min"})
        )
    assert out.getvalue().splitlines() == [
        "Gun is on (percussion).", "Gun is off (percussion).", "Gun is on (percussion).",
    ]  # fmt: skip


def test_plain_names_the_answers_that_a_question_takes(plain: Plain, out: io.StringIO) -> None:
    plain.hear(question("q1", "good", "bad"))
    plain.hear(question("q2", *(str(number) for number in range(11))))
    assert out.getvalue().splitlines() == [
        "How is it? Answer: good or bad.", "How is it? Answer: a number from 0 to 10.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed_line", "word"),
    [
        ("p", Command("pause")), ("Pause", Command("pause")), ("r", Command("resume")),
        ("s", Command("skip")), ("f", Command("faded")), ("x", Command("stop")), (" STOP ", Command("stop")),
        ("yes", Answer("q1", "yes")), ("y", Answer("q1", "yes")), ("NO", Answer("q1", "no")),
        ("-", Command("softer")), ("softer", Command("softer")), ("+", Command("stronger")),
        ("Stronger", Command("stronger")), ("", None), ("perhaps", None),
    ],
)  # fmt: skip
def test_plain_words(plain: Plain, typed_line: str, word: object) -> None:
    plain.hear(question("q1", "yes", "no"))
    assert plain.parse(typed_line) == (() if word is None else (word,))


def test_plain_takes_a_rating_whole_and_never_by_its_first_digit(plain: Plain) -> None:
    plain.hear(question("q1", *(str(number) for number in range(11))))
    assert plain.parse("1") == (Answer("q1", "1"),)
    assert plain.parse("10") == (Answer("q1", "10"),)
    assert plain.parse("11") == ()


def test_stop_stops_even_where_a_question_offers_that_word(plain: Plain) -> None:
    plain.hear(question("q1", "stop", "pause"))
    assert plain.parse("stop") == (Command("stop"),)
    assert plain.parse("pause") == (Answer("q1", "pause"),)


def test_plain_answers_the_newest_question_that_takes_the_word(plain: Plain) -> None:
    plain.hear(question("q1", "yes"))
    plain.hear(question("q2", "better", "worse"))
    assert plain.parse("better") == (Answer("q2", "better"),)
    assert plain.parse("yes") == (Answer("q1", "yes"),)


def test_plain_forgets_a_question_that_is_no_longer_open(plain: Plain, out: io.StringIO) -> None:
    plain.hear(question("q1", "yes"))
    plain.hear(picture())
    assert plain.parse("yes") == ()
    assert "You can type: p (pause)" in out.getvalue()


def test_plain_knows_a_question_from_the_picture_alone(plain: Plain) -> None:
    view = QuestionView(id="q9", text="?", kind="ask", choices=("yes",))
    plain.hear(picture(None, "asking", view))
    assert plain.parse("yes") == (Answer("q9", "yes"),)


def test_plain_moves_no_cursor_and_draws_nothing(plain: Plain, out: io.StringIO) -> None:
    events: list[tuple[str, dict[str, object]]] = [
        ("session-started", {"title": "Neck", "simulated": True}),
        ("segment-ended", {"segment": 1, "why": "faded"}),
        ("instruct", {"text": "Put the pad on."}),
        ("paused", {"why": "asked for"}),
        ("resumed", {}),
        ("limit", {"limit": "HT3", "measured": 43.25, "allowed": 42.0}),
        ("limit", {"limit": "SE1", "measured": None, "allowed": None}),
        ("level", {"do": "softer", "text": "pad: softer, 39.5 °C (the plan has 40.0 °C)"}),
        ("device-lost", {"device": "Gun", "why": "unplugged"}),
        ("device-found", {"device": "Gun", "why": "answers again"}),
        ("answer", {"question": "q1", "value": 3.0}),
        ("reading", {"device": "Pad", "actual": 38.0}),
        ("session-ended", {"outcome": "limit", "exit": 7}),
    ]
    for event, data in events:
        plain.hear(Said(event, data))
    assert out.getvalue().splitlines() == [
        "Neck (simulated: no device is driven)",
        "Step 1: the point has faded.",
        "Put the pad on.",
        "Paused: asked for. Everything is at rest. Type r to go on.",
        "Going on.",
        "Limit HT3: measured 43.25, allowed 42.",
        "Limit SE1.",
        "pad: softer, 39.5 °C (the plan has 40.0 °C).",
        "Lost Gun: unplugged.",
        "Found Gun again: answers again.",
        "Answered: 3.",
        "Stopped by a safety limit.",
    ]


def lines_through_a_pipe(data: bytes) -> list[str]:
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb", buffering=0) as out, os.fdopen(reading) as stream:
        out.write(data)
        out.close()
        return list(typed.lines_of(stream))


def test_lines_come_whole_in_whatever_pieces_they_arrive() -> None:
    assert lines_through_a_pipe("ä\nb\r\n\nlast".encode()) == ["ä", "b\r", "", "last"]
    assert lines_through_a_pipe(b"\xff\n") == ["\ufffd"]
    assert lines_through_a_pipe(b"") == []


def test_no_stdin_is_the_end_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    ended: list[bool] = []
    typed.listen(lambda line: None, lambda: ended.append(True)).join(10)
    assert ended == [True]


def test_every_line_is_heard_and_then_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").write_text("a\n\n  \nb")
    heard: list[str] = []
    with (tmp_path / "in").open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        typed.listen(heard.append, lambda: heard.append("end")).join(10)
    assert heard == ["a", "b", "end"]
