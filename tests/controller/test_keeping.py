"""What goes to the process that keeps a session, and the line by which each end sees the other go."""

from __future__ import annotations

import json
import math
import threading
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from followed import BY_HAND, WAIT_S, setup
from home_fake import MY_GUN, MY_PAD

from controller.answers import Answers
from controller.api import Setup
from controller.core import Command
from controller.keeping import Kept, Life, Lives, OrderError, order, ordered
from controller.snapshot import Ended


@pytest.mark.parametrize(
    "known",
    [
        {},
        {"speed": None},
        {"speed": 4.0, "demo": True},
        {"use": {"gun": "hand"}, "known": {"gun": MY_GUN, "pad": MY_PAD}, "sim": False, "speed": None},
        {"bench": Path("/tmp/bench.yaml"), "person": "Ana", "fit": True, "source": "neck"},  # noqa: S108  it is not opened
        {"by_hand": True, "sim": False, "speed": None},
    ],
)
@pytest.mark.parametrize("text", [None, BY_HAND])
def test_a_setup_arrives_as_it_was_sent(known: dict[str, Any], text: str | None) -> None:
    sent = setup(**known) if text is None else setup(text, **known)
    line = order(sent)
    assert "\n" not in line
    assert ordered(line) == sent


def test_all_that_a_setup_has_is_in_the_line_but_what_stays_here() -> None:
    told = {field.name for field in fields(Setup)} - {"answers", "lowered"}
    assert set(json.loads(order(setup()))) == told


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", '{"plan": 3}', order(setup()).replace('"Plan', '"Place'),
     order(setup()).replace('"max"', "-1"), order(setup()).replace('"use": {}', '"use": 3')],
)  # fmt: skip
def test_what_is_no_order_is_refused(text: str) -> None:
    with pytest.raises(OrderError):
        ordered(text)


def test_what_cannot_go_along_is_refused() -> None:
    with pytest.raises(OrderError):
        order(setup(answers=Answers({"ready": ["yes"]})))
    assert math.isinf(ordered(order(setup())).speed or 0)


def test_each_end_sees_the_other_go_and_the_last_words_come() -> None:
    life, gone = Life(), threading.Event()
    theirs = Lives(life.descriptor)
    life._theirs.detach()  # as in another process: that end is the other one's alone
    theirs.watch(gone.set)
    ended = Ended("stopped", 130, "told to end", ("switch it off by hand: gun",))
    theirs.tell("By hand", ended)
    assert life.heard(WAIT_S) == [("By hand", ended)]
    assert life.heard(0) == []
    assert not gone.is_set()
    life.end()
    assert gone.wait(WAIT_S)
    with pytest.raises(TimeoutError):
        list(life.farewell(0.05))
    theirs.close()
    assert list(life.farewell(WAIT_S)) == []
    life.close()
    theirs.tell("By hand", ended)


def test_a_signal_in_the_middle_of_a_word_waits_for_nothing() -> None:
    """Its handler runs in the thread that it came into, whatever that has in hand."""
    life = Life()
    theirs = Lives(life.descriptor)
    life._theirs.detach()
    kept, came = Kept(setup(), theirs), []

    class Waiting(list[Any]):
        def append(self, deed: Any) -> None:
            came.append(deed)
            if len(came) == 1:
                kept.interrupt("told to end (SIGTERM)")
            super().append(deed)

    kept._waiting = Waiting()
    kept.send(Command("softer"))
    assert len(kept._waiting) == 2
    theirs.close()
    life.close()
