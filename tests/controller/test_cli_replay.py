"""`replay`: the same inputs give the same decisions, or the first that differs is told."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from kept_sessions import unknot, whole

from controller.config import record_path
from controller.core.events import Hold, Interrupted, LinkLost, Reading, Refused, Reopen, Said, Tick
from controller.faces.told.replaying import effect_in_words, input_in_words

if TYPE_CHECKING:
    from pathlib import Path

    from controller.core import Effect, Input


def executed(statement: str, *values: object) -> None:
    with closing(sqlite3.connect(record_path())) as connection:
        assert connection.execute(statement, values).rowcount == 1
        connection.commit()


def test_a_record_as_it_was_kept_is_the_same(tmp_path: Path) -> None:
    whole(tmp_path)
    done = unknot("replay", "last")
    assert done.exit_code == 0
    assert done.stdout == "same: 1,547 steps, every decision as recorded\n"
    assert json.loads(unknot("replay", "aaaa", "--json").stdout) == {
        "session": "20260301-083000-aaaa",
        "same": True,
        "steps": 1547,
        "outcome": "completed",
        "difference": None,
    }


def test_a_session_cut_off_replays_as_far_as_it_goes(tmp_path: Path) -> None:
    whole(tmp_path)
    executed("UPDATE session SET outcome = NULL")
    done = unknot("replay", "last")
    assert done.exit_code == 0
    assert "every decision as recorded; the record has no end of it" in done.stdout


def test_the_first_difference_is_told_with_what_differs_alone(tmp_path: Path) -> None:
    whole(tmp_path)
    executed(
        "UPDATE entry SET effects = replace(effects, '36.0', '35.5') WHERE number ="
        " (SELECT min(number) FROM entry WHERE instr(effects, '\"setpoint\":36.0'))"
    )
    done = unknot("replay", "last")
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "different at step 141, after 3 s, when the input was",
        '  answer: question "q2", value "much"',
        "on record, and not decided now:",
        "  hold pad at 35.5",
        "decided now, and not on record:",
        "  hold pad at 36",
    ]
    told = json.loads(unknot("replay", "last", "--json").stdout)
    assert (told["same"], told["steps"]) == (False, 141)
    assert told["difference"]["t"] == 3.0
    assert told["difference"]["input"] == {"input": "Answer", "question": "q2", "value": "much"}
    kept, replayed = told["difference"]["kept"], told["difference"]["replayed"]
    assert [k for k, r in zip(kept, replayed, strict=True) if k != r] == [
        {"!": "Hold", "role": "pad", "setpoint": 35.5}
    ]


def test_decisions_in_another_order_are_no_riddle(tmp_path: Path) -> None:
    whole(tmp_path)
    with closing(sqlite3.connect(record_path())) as connection:
        number, text = connection.execute(
            "SELECT number, effects FROM entry WHERE instr(effects, 'segment-started') LIMIT 1"
        ).fetchone()
    executed("UPDATE entry SET effects = ? WHERE number = ?", json.dumps(json.loads(text)[::-1]), number)
    done = unknot("replay", "last")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[2:] == [
        "on record, and not decided now:",
        "  nothing",
        "decided now, and not on record:",
        "  nothing",
        "the decisions are the same in another order",
    ]


def test_an_input_that_the_core_cannot_take_is_said_without_a_traceback(tmp_path: Path) -> None:
    whole(tmp_path)
    executed(
        "UPDATE entry SET input = ? WHERE number ="
        ' (SELECT min(number) FROM entry WHERE instr(input, \'"!":"Answer"\'))',
        '{"!":"Answer","question":{},"value":1}',
    )
    done = unknot("replay", "last")
    assert done.exit_code == 1
    assert "the core cannot take step" in done.stderr


@pytest.mark.parametrize("text", ["{}", "5", "[", '[{"!":"Zap"}]'])
def test_effects_that_cannot_be_read_are_said_without_a_traceback(tmp_path: Path, text: str) -> None:
    whole(tmp_path)
    executed("UPDATE entry SET effects = ? WHERE number = 100", text)
    done = unknot("replay", "last")
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (Tick(), "tick"),
        (LinkLost("pad", "silent"), 'linklost: role "pad", why "silent", taken false'),
        (Interrupted("\x1b[2J"), 'interrupted: why "\\u001b[2J"'),
        (Refused("pad", "HT1", None, 41.0), 'refused: role "pad", limit "HT1", measured null, allowed 41.0'),
    ],
)
def test_every_input_has_words(told: Input, says: str) -> None:
    assert input_in_words(told) == says


def test_a_reading_has_words_too() -> None:
    told = input_in_words(Reading(role="pad", setpoint=0.0, actual=None))
    assert told.startswith('reading: role "pad", setpoint 0.0, actual null')


@pytest.mark.parametrize(
    ("effect", "others", "says"),
    [
        (Hold("pad", 36.5), (), "hold pad at 36.5"),
        (Reopen("pad"), (), "open the link of pad again"),
        (Said("paused", {"t": 1.0, "why": "x"}), (), 'paused: t 1.0, why "x"'),
        (
            Said("paused", {"t": 1.0, "why": "x"}),
            (Said("resumed", {}), Said("paused", {"t": 1.0, "why": "y"})),
            'paused: why "x"',
        ),
    ],
)
def test_every_effect_has_words(effect: Effect, others: tuple[Effect, ...], says: str) -> None:
    assert effect_in_words(effect, others) == says
