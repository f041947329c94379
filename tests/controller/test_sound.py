"""What is rung and what is spoken, and the speaker command under it."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from screen_fake import OVER, PAUSED, READY, asked, by_hand, gun, shot

from controller.core.events import Said
from controller.faces.sound import Sound, Speaker, bells, spoken

if TYPE_CHECKING:
    from pathlib import Path

    from controller.snapshot import Snapshot

MINE = (gun(by_hand=True, setpoint=0.35),)
MINE_OFF = (gun(by_hand=True),)


@pytest.mark.parametrize(
    ("event", "data", "strokes"),
    [
        ("segment-started", {}, 1),
        ("question", {}, 1),
        ("paused", {}, 1),
        ("limit", {"limit": "HT2"}, 3),
        ("device-lost", {}, 3),
        ("session-ended", {"outcome": "completed"}, 1),
        ("session-ended", {"outcome": "stopped"}, 3),
        ("session-ended", {"outcome": "limit"}, 3),
        ("reading", {}, 0),
        ("drive", {}, 0),
    ],
)
def test_the_bell_counts(event: str, data: dict[str, object], strokes: int) -> None:
    assert bells(Said(event, data)) == strokes


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (None, shot(), ("Massage the left upper trapezius, in small circles",)),
        (shot(4, line="Rest"), shot(), ("Massage the left upper trapezius, in small circles",)),
        (shot(), shot(countdown=11.0), ()),
        (shot(2, line="Warming to 39 °C, 36.1 now"), shot(2, line="Warming to 39 °C, 36.2 now"), ()),
        (shot(2, line="Warming"), shot(2, line="Warmth on"), ("Warmth on",)),
        (shot(countdown=10.2), shot(countdown=9.9), ("10 seconds.",)),
        (shot(countdown=9.9), shot(countdown=9.6), ()),
        (shot(countdown=60.0), shot(countdown=2.0), ()),
        (shot(countdown=None), shot(countdown=9.0), ()),
        (shot(4, countdown=None), READY, ("Bring the massager to the left upper trapezius. Ready?",)),
        (READY, READY, ()),
        (shot(), PAUSED, ("Paused. Knot percussion: no answer for 1 s",)),
        (PAUSED, PAUSED, ()),
        (shot(), OVER, ("Done.",)),
        (OVER, OVER, ()),
        (shot(), replace(OVER, outcome="limit", why="hot"), ("Stopped by a safety limit. hot",)),
        (shot(), replace(OVER, outcome="stopped", why=None), ("Stopped.",)),
    ],
)  # fmt: skip
def test_what_is_spoken_when_one_picture_follows_another(
    before: Snapshot | None, after: Snapshot, lines: tuple[str, ...]
) -> None:
    assert spoken(before, after) == lines


def test_resuming_says_again_what_to_do() -> None:
    assert spoken(PAUSED, shot()) == ("Massage the left upper trapezius, in small circles",)


@pytest.mark.parametrize(
    "after", [shot(4, line="Rest", channels=MINE_OFF), replace(PAUSED, channels=MINE_OFF)]
)
def test_what_is_worked_by_hand_is_to_be_taken_off(after: Snapshot) -> None:
    assert "Take it off: gun." in spoken(shot(channels=MINE), after)


def test_taking_off_is_not_said_twice_nor_for_a_driven_device() -> None:
    said = spoken(shot(channels=MINE), shot(4, line="Take it off and rest", channels=MINE_OFF))
    assert said == ("Take it off and rest",)
    assert "Take it off: gun." not in spoken(shot(), shot(4, line="Rest", channels=(gun(),)))


def test_a_long_text_is_to_be_read_and_a_ready_question_always_says_ready() -> None:
    long = replace(READY, questions=(asked("ready", "so " * 200, id="q7"),))
    assert spoken(shot(), long) == ("Please read the screen. Ready?",)
    assert spoken(shot(), by_hand(1)) == ("Bring it to place 1. Ready?",)


class Parrot:
    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, line: str) -> None:
        self.said.append(line)

    def close(self) -> None:
        self.said.append("(silent)")


def test_sound_rings_only_while_the_bell_is_on_and_speaks_in_one_breath() -> None:
    parrot = Parrot()
    rung: list[int] = []
    sound = Sound(bell=True, say=True, voice=parrot)
    sound.ring = rung.append
    sound.hear(Said("limit", {}))
    sound.bell = False
    sound.hear(Said("limit", {}))
    sound.hear(shot(channels=MINE))
    sound.hear(shot(4, line="Rest", channels=MINE_OFF))
    sound.close()
    assert rung == [3]
    assert parrot.said[1:] == ["Take it off: gun. Rest", "(silent)"]


def speaker(tmp_path: Path, seconds: float) -> Speaker:
    """A speaker command that writes down what it was to say, then goes on for so long."""
    script = tmp_path / "speak.py"
    script.write_text(
        "import sys, time, pathlib\n"
        f"pathlib.Path({str(tmp_path)!r}, 'said').open('a').write(sys.argv[1] + chr(10))\n"
        f"time.sleep({seconds})\n"
    )
    return Speaker(((sys.executable, str(script)),), which=lambda name: name)


def lines_said(tmp_path: Path, count: int) -> list[str]:
    path, until = tmp_path / "said", time.monotonic() + 10
    while time.monotonic() < until:
        said = path.read_text().splitlines() if path.exists() else []
        if len(said) >= count:
            return said
        time.sleep(0.01)
    raise AssertionError("the speaker command did not run")


def test_the_newest_line_wins_and_no_process_is_left(tmp_path: Path) -> None:
    mouth = speaker(tmp_path, 60)
    mouth.say("first")
    assert lines_said(tmp_path, 1) == ["first"]
    first = mouth._speaking
    begun = time.monotonic()
    mouth.say("second; rm -rf $HOME")
    assert lines_said(tmp_path, 2) == ["first", "second; rm -rf $HOME"]
    mouth.close()
    assert first is not None
    assert first.poll() is not None
    assert time.monotonic() - begun < 10


def test_a_line_that_looks_like_an_option_is_only_text(tmp_path: Path) -> None:
    mouth = speaker(tmp_path, 0)
    mouth.say("--voice\n of  doom")
    assert lines_said(tmp_path, 1) == ["voice of doom"]
    mouth.close()


def test_the_first_command_that_is_installed_is_taken() -> None:
    found = Speaker(which=lambda name: f"/bin/{name}" if name.startswith("espeak") else None)
    assert found._command == ("/bin/espeak-ng",)
    assert found.trouble is None


def test_without_a_speaker_command_there_is_one_clear_message_and_no_crash() -> None:
    mute = Speaker(which=lambda _name: None)
    assert mute.trouble == "nothing can speak here: install one of spd-say, say, espeak-ng, espeak"
    mute.say("hello")
    mute.close()


def test_a_speaker_command_that_cannot_start_is_said_once() -> None:
    gone = Speaker((("/nowhere/speak",),), which=lambda name: name)
    gone.say("hello")
    gone.say("again")
    assert gone.trouble is not None
    assert "/nowhere/speak cannot speak" in gone.trouble
    gone.close()
