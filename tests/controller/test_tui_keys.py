"""What keys mean, without a screen: each kind of question, each state, and the first moment of each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from screen_fake import (
    ASK,
    AWAKE,
    OVER,
    PAUSED,
    PRESENT,
    RATE,
    READY,
    SCREENING,
    SINCE,
    asked,
    by_hand,
    shot,
)  # fmt: skip

from controller.core.events import Answer, Command
from controller.faces.tui.attention import BY_ITSELF, SETTLE, Attention
from controller.faces.tui.keys import Deed, Moment, choice_keys, foremost, meaning

if TYPE_CHECKING:
    from controller.snapshot import Snapshot


def moment(snapshot: Snapshot | None, **known: bool) -> Moment:
    return Moment(snapshot=snapshot, question=foremost(snapshot.questions) if snapshot else None, **known)


@pytest.mark.parametrize(
    ("snapshot", "key", "deed"),
    [
        (None, "space", Command("pause")),
        (shot(), "space", Command("pause")),
        (shot(), "s", Command("skip")),
        (shot(), "f", Command("faded")),
        *((shot(), key, Command("softer")) for key in ("minus", "underscore")),
        *((shot(), key, Command("stronger")) for key in ("plus", "equals_sign")),
        (PAUSED, "minus", Command("softer")),
        (READY, "minus", Command("softer")),
        (RATE, "plus", Command("stronger")),
        (PRESENT, "minus", Answer("p1", "yes")),
        (OVER, "minus", "close"),
        (shot(), "b", "bell"),
        (shot(), "question_mark", "help"),
        (shot(), "q", None),
        (shot(), "enter", None),
        (PAUSED, "space", Command("resume")),
        (PAUSED, "p", Command("resume")),
        (PAUSED, "f", Command("faded")),
        (READY, "space", Answer("q1", "yes")),
        (READY, "enter", Answer("q1", "yes")),
        (READY, "r", Answer("q1", "yes")),
        (READY, "p", Command("pause")),
        (READY, "s", Command("skip")),
        (READY, "q", None),
        (RATE, "0", Answer("q1", 0.0)),
        (RATE, "7", Answer("q1", 7.0)),
        (RATE, "t", Answer("q1", 10.0)),
        (RATE, "space", None),
        (RATE, "right", "right"),
        (ASK, "1", Answer("q1", "yes")),
        (ASK, "y", Answer("q1", "yes")),
        (ASK, "n", Answer("q1", "no")),
        (ASK, "3", None),
        (PRESENT, "space", Answer("p1", "yes")),
        (PRESENT, "q", Answer("p1", "yes")),
        (PRESENT, "s", Answer("p1", "yes")),
        (AWAKE, "y", Answer("C18", "yes")),
        (AWAKE, "n", Answer("C18", "no")),
        (AWAKE, "u", Answer("C18", "unsure")),
        (AWAKE, "enter", None),
        (AWAKE, "space", None),
        (SINCE, "n", Answer("S12", "no")),
        (OVER, "q", "close"),
    ],
)
def test_each_key_where_it_has_been_seen(snapshot: Snapshot | None, key: str, deed: Deed | None) -> None:
    assert meaning(key, moment(snapshot)) == deed


@pytest.mark.parametrize("key", ["space", "enter", "r", "p", "s", "f", "1", "y", "n"])
@pytest.mark.parametrize("snapshot", [READY, PAUSED, RATE, ASK, PRESENT, AWAKE])
def test_no_key_starts_or_answers_anything_in_the_first_moment(snapshot: Snapshot, key: str) -> None:
    allowed = {None} if snapshot is PAUSED else {None, Command("pause")}
    if snapshot is PAUSED:
        allowed |= {Command("skip"), Command("faded")}
    assert meaning(key, moment(snapshot, settled=False)) in allowed


@pytest.mark.parametrize("snapshot", [READY, RATE, ASK, PRESENT])
def test_softer_is_heard_even_in_the_first_moment_of_a_question(snapshot: Snapshot) -> None:
    assert meaning("minus", moment(snapshot, settled=False)) == Command("softer")
    assert meaning("plus", moment(snapshot, settled=False)) is None


def test_a_key_in_the_moment_of_the_end_does_not_close_it() -> None:
    assert meaning("space", moment(OVER, settled=False)) is None
    assert meaning("space", moment(shot(), over=True)) == "close"


def test_with_help_open_space_still_pauses_and_any_other_key_closes_it() -> None:
    assert meaning("space", moment(shot(), help_open=True)) == Command("pause")
    assert meaning("q", moment(shot(), help_open=True)) == "help"


def test_while_a_ready_counts_down_ready_keys_say_ready_and_all_others_hold() -> None:
    counting = moment(by_hand(2), counting=True)
    assert meaning("enter", counting) == Answer("q2", "yes")
    assert meaning("q", counting) == "hold"
    assert meaning("s", counting) == "hold"


def test_the_presence_question_comes_before_all_others() -> None:
    first, second = asked("ready", "Ready?"), asked("present", "There?", id="p")
    assert foremost((first, second)) is second
    assert foremost(()) is None


def test_letters_are_keys_only_where_they_are_unique_and_not_taken() -> None:
    keys = choice_keys(asked("ask", "How strong?", ("gentle", "great", "strong", "medium")))
    assert keys == {"1": "gentle", "2": "great", "3": "strong", "4": "medium", "m": "medium"}


def test_a_scale_is_answered_by_its_own_numbers() -> None:
    keys = choice_keys(asked("ask", "How sore?", tuple(str(n) for n in range(11))))
    assert keys["0"] == "0"
    assert keys["t"] == "10"


def test_attention_settles_anew_with_every_question_but_the_rows_of_the_page() -> None:
    attention = Attention()
    attention.see(READY, 10.0)
    assert not attention.settled(10.0 + SETTLE - 0.01)
    assert attention.settled(10.0 + SETTLE + 0.01)
    attention.see(replace(RATE, questions=(asked("rate", "?", ("0",), id="q9"),)), 20.0)
    assert not attention.settled(20.1)
    attention.see(SCREENING, 30.0)
    attention.see(_without_first(SCREENING), 31.0)
    assert attention.settled(31.0)
    attention.see(AWAKE, 32.0)
    assert not attention.settled(32.1), "a second n would say that nobody can reach stop"


def test_by_hand_the_first_place_waits_and_the_next_count_down() -> None:
    attention = Attention()
    attention.see(by_hand(1), 0.0)
    assert attention.counting(100.0) is None
    attention.answered("q1")
    attention.see(shot(), 101.0)
    attention.see(by_hand(2), 110.0)
    assert attention.counting(110.0) == BY_ITSELF
    assert attention.counting(113.0) == BY_ITSELF - 3.0
    assert attention.counting(200.0) == 0.0
    attention.hold()
    assert attention.counting(113.0) is None
    attention.see(by_hand(3), 120.0)
    assert attention.counting(121.0) == BY_ITSELF - 1.0


@pytest.mark.parametrize("snapshot", [READY, by_hand(2, state="paused"), RATE, PRESENT])
def test_nothing_counts_down_for_driven_devices_in_a_pause_or_for_other_questions(snapshot: Snapshot) -> None:
    attention = Attention()
    attention.see(by_hand(1), 0.0)
    attention.answered("q1")
    attention.see(snapshot, 10.0)
    assert attention.counting(11.0) is None


def test_a_ready_without_a_place_never_answers_itself() -> None:
    attention = Attention()
    attention.see(by_hand(1), 0.0)
    attention.answered("q1")
    off = by_hand(2)
    question = asked("ready", "Is everything switched off and off the skin?", id="q3")
    attention.see(replace(off, questions=(question,)), 10.0)
    assert attention.counting(11.0) is None


def test_one_device_that_is_driven_stops_all_counting() -> None:
    attention = Attention()
    attention.see(by_hand(1), 0.0)
    attention.answered("q1")
    mixed = by_hand(2)
    channels = (*mixed.channels, *READY.channels)
    attention.see(replace(mixed, channels=channels), 10.0)
    assert attention.counting(11.0) is None


def _without_first(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, questions=snapshot.questions[1:])
