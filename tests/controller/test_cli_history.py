"""`history`: what was done, newest first, and whatever can be wrong with the record said kindly."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from kept_sessions import HAND_PAD, PAD, Kept, plan_of, unknot, whole

from controller.config import record_path, runtime_dir, state_dir
from controller.core.events import Tick
from controller.faces.cli.history import short_id
from controller.journal import Journal
from controller.lock import SessionLock

if TYPE_CHECKING:
    from pathlib import Path

HEAT = """unknot: 1
title: Only warm
needs: {pad: heat}
steps:
  - {heat: lower back, to: low, for: 1 min}
"""


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")


def listed(*arguments: object) -> list[dict[str, Any]]:
    done = unknot("history", "--json", *arguments)
    assert done.exit_code == 0, done.output
    found: list[dict[str, Any]] = json.loads(done.stdout)["sessions"]
    return found


def by_hand(tmp_path: Path, session: str, began: str, outcome: str | None = "completed") -> None:
    kept = Kept(plan_of(tmp_path, HEAT), (HAND_PAD,), session, began)
    kept.feed(Tick())
    kept.close(outcome)


def executed(statement: str, *values: str) -> None:
    with closing(sqlite3.connect(record_path())) as connection:
        connection.execute(statement, values)
        connection.commit()


def test_no_record_is_a_kind_line_and_an_empty_list() -> None:
    done = unknot("history")
    assert (done.exit_code, done.stdout) == (0, "No session is on record yet. Try `unknot demo`.\n")
    assert listed() == []
    assert not record_path().exists()


def test_an_empty_file_is_no_record_either() -> None:
    state_dir().mkdir(parents=True)
    record_path().touch()
    assert "No session is on record yet" in unknot("history").stdout


def test_a_line_tells_when_which_what_how_long_how_it_ended_on_what_and_tenderness(tmp_path: Path) -> None:
    whole(tmp_path)
    assert unknot("history").stdout == "2026-03-01 08:30  aaaa  Warm and press  3:57  completed  devices  4\n"


def test_json_has_its_keys_and_the_time_when_it_had_been_confirmed(tmp_path: Path) -> None:
    plan = whole(tmp_path)
    assert listed() == [
        {
            "session": "20260301-083000-aaaa",
            "began": "2026-03-01T08:30:20Z",
            "title": "Warm and press",
            "plan": plan.sha256,
            "seconds": 237.0,
            "outcome": "completed",
            "running": False,
            "simulated": False,
            "on": "devices",
            "tenderness": [{"place": "gluteus maximus", "side": "left", "ratings": [4.0]}],
        }
    ]


def test_the_newest_comes_first_and_last_and_since_cut_the_rest_off(tmp_path: Path) -> None:
    for day in (1, 2, 3):
        by_hand(tmp_path, f"2026030{day}-100000-000{day}", f"2026-03-0{day}T10:00:00Z")
    assert [each["session"][7] for each in listed()] == ["3", "2", "1"]
    assert [each["session"][7] for each in listed("--last", 2)] == ["3", "2"]
    assert [each["session"][7] for each in listed("--since", "2026-03-02")] == ["3", "2"]
    done = unknot("history", "--last", 2)
    assert done.stdout.splitlines()[-1] == "and 1 before: --last 3 lists them too"
    assert len(done.stdout.splitlines()) == 3
    assert unknot("history", "--since", "2027-01-01").stdout == "No session since then.\n"


def test_a_session_by_hand_is_said_to_be(tmp_path: Path) -> None:
    by_hand(tmp_path, "20260301-083000-aaaa", "2026-03-01T08:30:00Z")
    assert listed()[0]["on"] == "by hand"
    assert "Only warm  -  completed  by hand" in unknot("history").stdout


def test_a_session_without_an_end_was_cut_off(tmp_path: Path) -> None:
    by_hand(tmp_path, "20260301-083000-aaaa", "2026-03-01T08:30:00Z", outcome=None)
    assert (listed()[0]["outcome"], listed()[0]["running"]) == (None, False)
    assert "cut off" in unknot("history").stdout


def test_a_session_whose_process_lives_is_running_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SessionLock.take("Only warm"):
        lock = next(runtime_dir().glob("session-*"))
        began = json.loads(lock.read_text())["started"].replace("+00:00", "Z")
        by_hand(tmp_path, "20260301-083000-aaaa", "2026-03-01T08:30:00Z", outcome=None)
        by_hand(tmp_path, "20260302-083000-bbbb", began, outcome=None)
        assert [each["running"] for each in listed()] == [True, False]
        assert "running now" in unknot("history").stdout
    assert [each["running"] for each in listed()] == [False, False]


def test_titles_give_way_so_that_a_line_fits_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = HEAT.replace("Only warm", "A very long title that goes on and on, for eighty characters in all")
    Kept(plan_of(tmp_path, text), (PAD,)).close("completed")
    monkeypatch.setenv("COLUMNS", "60")
    (line,) = unknot("history").stdout.splitlines()
    assert 58 <= len(line) <= 60
    assert "A very long…" in line


def test_what_a_terminal_would_obey_is_not_printed(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, HEAT)
    object.__setattr__(plan, "title", "\x1b[31mred\nalert")
    Kept(plan, (PAD,)).close("completed")
    assert "\x1b" not in unknot("history").stdout
    assert len(unknot("history").stdout.splitlines()) == 1


def test_short_ids_are_ends_that_nothing_else_shares() -> None:
    ids = ["20260301-083000-aaaa", "20260302-083000-aaaa", "20260302-083000-bbbb"]
    short = [short_id(each, ids) for each in ids]
    assert short[2] == "bbbb"
    for end, whole_id in zip(short, ids, strict=True):
        assert [each for each in ids if each.endswith(end) or each.startswith(end)] == [whole_id]


# A record that is broken


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("PRAGMA user_version = 9", "bring the program up to date"),
        ("PRAGMA application_id = 9", "it is a database of something else"),
        ("DROP TABLE session", "no such table"),
        ("UPDATE entry SET effects = x'ff00' WHERE number = 1", "cannot read"),
    ],
)
def test_a_record_of_something_else_is_said_and_left_alone(tmp_path: Path, statement: str, says: str) -> None:
    whole(tmp_path)
    executed(statement)
    before = record_path().read_bytes()
    done = [
        unknot(*each) for each in (("history",), ("show", "last"), ("export", "last"), ("replay", "last"))
    ]
    for each in done[1:]:
        assert each.exit_code == 1
        assert isinstance(each.exception, SystemExit)
        assert says in each.stderr
    assert says in done[0].stderr or done[0].exit_code == 0
    assert record_path().read_bytes() == before


@pytest.mark.parametrize("junk", [b"x" * 5000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_said_and_left_alone(junk: bytes) -> None:
    state_dir().mkdir(parents=True)
    record_path().write_bytes(junk)
    done = unknot("history")
    assert done.exit_code == 1
    assert "cannot be read" in done.stderr
    assert "it is broken" in done.stderr
    assert record_path().read_bytes() == junk


def test_a_record_cut_short_is_said_and_left_alone(tmp_path: Path) -> None:
    whole(tmp_path)
    cut = record_path().read_bytes()[:20_000]
    for part in state_dir().iterdir():
        part.unlink()
    record_path().write_bytes(cut)
    for command in ("show", "replay", "export"):
        done = unknot(command, "last")
        assert done.exit_code == 1
        assert isinstance(done.exception, SystemExit)
        assert "Error: " in done.stderr
    assert record_path().read_bytes() == cut


def test_a_locked_record_names_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("controller.journal.reading.WAIT_SECONDS", 0.01)
    by_hand(tmp_path, "20260301-083000-aaaa", "2026-03-01T08:30:00Z")
    with closing(sqlite3.connect(record_path(), isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        done = unknot("history")
    assert done.exit_code == 1
    assert "database is locked; another program holds it" in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads anything")
def test_a_record_that_may_not_be_read_names_its_remedy(tmp_path: Path) -> None:
    by_hand(tmp_path, "20260301-083000-aaaa", "2026-03-01T08:30:00Z")
    record_path().chmod(0)
    assert "yours to read" in unknot("history").stderr


def test_a_folder_in_the_place_of_the_record_is_said() -> None:
    record_path().mkdir(parents=True)
    done = unknot("history")
    assert done.exit_code == 1
    assert "cannot be read" in done.stderr


@pytest.mark.parametrize(
    ("meta", "says"),
    [
        ("{}", "kept without its plan"),
        ("[]", "is no mapping"),
        ('{"!":"Zap"}', "read it with the version that wrote it"),
        ("not json", "cannot read"),
    ],
)
def test_one_session_that_cannot_be_read_does_not_hide_the_others(
    tmp_path: Path, meta: str, says: str
) -> None:
    by_hand(tmp_path, "20260301-083000-aaaa", "2026-03-01T08:30:00Z")
    by_hand(tmp_path, "20260302-083000-bbbb", "2026-03-02T08:30:00Z")
    executed("UPDATE session SET meta = ? WHERE number = 2", meta)
    done = unknot("history")
    assert done.exit_code == 0
    assert [line.split()[2] for line in done.stdout.splitlines()] == ["aaaa"]
    assert "left out: 20260302-083000-bbbb" in done.stderr
    assert says in done.stderr
    shown = unknot("show", "last")
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert says in shown.stderr


def test_a_record_can_be_read_while_a_session_is_kept(tmp_path: Path) -> None:
    whole(tmp_path)
    with Journal.open(record_path()) as journal:
        journal.begin("20260302-083000-bbbb", {})
        assert [each["session"] for each in listed()] == ["20260301-083000-aaaa"]


def test_reading_changes_no_byte_of_the_record(tmp_path: Path) -> None:
    whole(tmp_path)
    before = record_path().read_bytes()
    for command in (("history",), ("show", "last"), ("export", "last"), ("replay", "last")):
        assert unknot(*command).exit_code == 0
    assert record_path().read_bytes() == before


def test_a_copy_of_the_record_elsewhere_reads_the_same(tmp_path: Path) -> None:
    whole(tmp_path)
    elsewhere = tmp_path / "copy"
    shutil.copytree(state_dir(), elsewhere)
    there = unknot("history", env={"UNKNOT_STATE_DIR": str(elsewhere)})
    assert there.stdout == unknot("history").stdout
