"""Roles worked by the person, seen by another maker's program: told what to do, asked whether it is off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from foreign_client import Client, press, warm
from test_foreign_client import assert_of_the_contract

if TYPE_CHECKING:
    from pathlib import Path

    from foreign_client import Event


def instructions(events: list[Event]) -> list[float]:
    return [event["setpoint"] for event in events if event["event"] == "instruct"]


def test_a_press_by_hand_is_told_timed_and_asked_whether_it_is_off(tmp_path: Path) -> None:
    with Client(tmp_path, press(tmp_path, lasting="1 s"), "--by-hand") as run:
        assert run.outcome() == ("completed", 0)
    assert_of_the_contract(run.events)
    names = [event["event"] for event in run.events]
    assert "drive" not in names
    assert "reading" not in names
    told = run.named("instruct")
    assert told[0]["setpoint"] > 0
    assert told[-1]["setpoint"] == 0
    assert all(event["text"] for event in told)
    last = run.named("answer")[-1]
    assert last["kind"] == "ready"
    assert "off" in last["text"].lower()
    assert run.events.index(last) > run.events.index(told[-1])
    [ended] = run.named("segment-ended")
    assert ended["t"] - told[0]["t"] == pytest.approx(1.0, abs=0.15)


def test_a_pad_by_hand_is_the_lowest_setting_and_its_end_asks_whether_it_is_off(tmp_path: Path) -> None:
    with Client(tmp_path, warm(tmp_path, to="39 °C", lasting="1 s"), "--by-hand") as run:
        assert run.outcome() == ("completed", 0)
    assert_of_the_contract(run.events)
    told = run.named("instruct")
    assert "lowest" in told[0]["text"].lower()
    assert "off" in run.named("answer")[-1]["text"].lower()


def test_a_pad_by_hand_for_longer_than_ht22_allows_is_refused(tmp_path: Path) -> None:
    with Client(tmp_path, warm(tmp_path, to="39 °C", lasting="11 min"), "--by-hand") as run:
        assert run.outcome() == ("refused", 4)
    assert not run.named("instruct")
    assert "HT22" in str(run.events) + run.errors()


def test_by_hand_a_stop_is_told_at_once_and_off_is_still_asked(tmp_path: Path) -> None:
    with Client(tmp_path, warm(tmp_path, lasting="5 min"), "--by-hand") as run:
        run.wait("instruct", lambda event: event["setpoint"] > 0)
        run.tell(do="stop")
        assert run.outcome() == ("stopped", 6)
    assert instructions(run.events)[-1] == 0
    assert "off" in run.named("question")[-1]["text"].lower()
