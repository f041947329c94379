"""The record: durable, never in the way of a session, and honest about what it could not keep."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
import time
from contextlib import closing
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from controller.core.events import Hold, Reading, Said, Tick
from controller.journal import Journal, JournalError, entries, kept_session, replay, sessions
from controller.journal import journal as journal_module
from controller.safety.channel import Channel
from protocols.plan import Plan, Rest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from controller.core.events import Effect, Input

PLAN = Plan(
    title="Rest", roles={"pad": "heat"}, segments=(Rest(number=1, path="s", line=1, hold_ms=5),), track=(1,)
)
PAD = Channel(role="pad", kind="heat", device="Pad", leash="lease", low=30.0, high=42.0)
META: dict[str, object] = {"plan": PLAN, "channels": {"pad": PAD}, "simulated": True}


class Doubling:
    """A core that holds twice what it reads."""

    def __init__(self, plan: Plan, channels: Mapping[str, Channel], session: str) -> None:
        self.given = (plan, dict(channels), session)

    def feed(self, input_: Input, now_ms: int, /) -> tuple[Effect, ...]:
        if isinstance(input_, Reading):
            return (Hold(input_.role, input_.setpoint * 2), Said("reading", {"t": now_ms / 1000}))
        return ()


def kept(path: Path, session: str = "one", count: int = 5, outcome: str | None = "completed") -> None:
    core = Doubling(PLAN, {"pad": PAD}, session)
    with Journal.open(path) as journal:
        journal.begin(session, META)
        for n in range(count):
            input_ = Reading(role="pad", setpoint=float(n), actual=36.1) if n % 2 else Tick()
            journal.keep(n * 100, input_, core.feed(input_, n * 100))
        if outcome is not None:
            journal.finish(outcome)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "record.sqlite"


def test_everything_kept_is_there_in_order_with_its_plan_and_outcome(path: Path) -> None:
    kept(path)
    session = kept_session(path, "one")
    assert session.outcome == "completed"
    assert session.meta == META
    read = entries(path, "one")
    assert [each.now_ms for each in read] == [0, 100, 200, 300, 400]
    assert read[1].effects == (Hold("pad", 2.0), Said("reading", {"t": 0.1}))


def test_only_the_user_can_read_the_record_and_its_folder(path: Path) -> None:
    old = os.umask(0)
    try:
        with Journal.open(path) as journal:
            journal.begin("one", META)
            modes = {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}
    finally:
        os.umask(old)
    assert modes == dict.fromkeys(("record.sqlite", "record.sqlite-wal", "record.sqlite-shm"), 0o600)
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_session_that_never_ended_is_in_the_record_without_an_outcome(path: Path) -> None:
    kept(path, outcome=None)
    assert kept_session(path, "one").outcome is None
    assert len(entries(path, "one")) == 5


def test_begin_is_in_the_file_when_it_returns(path: Path) -> None:
    with Journal.open(path) as journal:
        journal.begin("one", META)
        assert [each.id for each in sessions(path)] == ["one"]


def test_steps_reach_the_file_about_once_a_second_without_being_asked(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "BATCH_SECONDS", 0.01)
    with Journal.open(path) as journal:
        journal.begin("one", META)
        journal.keep(0, Tick(), ())
        deadline = time.monotonic() + 10
        while not entries(path, "one"):
            assert time.monotonic() < deadline


def test_keep_never_waits_for_the_disk(path: Path) -> None:
    kept(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other, Journal.open(path) as journal:
        journal.begin("two", META)
        other.execute("BEGIN IMMEDIATE")
        began = time.perf_counter()
        for n in range(1000):
            journal.keep(n, Tick(), ())
        assert time.perf_counter() - began < 1.0  # the lock is held for as long as we like
        other.execute("ROLLBACK")
        journal.finish("completed")
    assert len(entries(path, "two")) == 1000


def test_two_sessions_at_once_share_the_record(path: Path) -> None:
    threads = [threading.Thread(target=kept, args=(path, name, 200)) for name in ("one", "two")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert {each.id for each in sessions(path)} == {"one", "two"}
    assert len(entries(path, "one")) == len(entries(path, "two")) == 200


def test_a_failed_write_is_told_and_finish_does_not_pretend(path: Path) -> None:
    kept(path)
    with Journal.open(path) as journal:
        journal.begin("two", META)
        with closing(sqlite3.connect(path)) as other:
            other.execute("DROP TABLE entry")
        journal.keep(0, Tick(), ())
        with pytest.raises(JournalError, match="no such table"):
            journal.finish("completed")
        assert journal.failure is not None
        assert "entry" in journal.failure
        journal.keep(1, Tick(), ())
    assert kept_session(path, "two").outcome is None


def test_a_failed_batch_sets_failure_without_being_asked(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "BATCH_SECONDS", 0.01)
    with Journal.open(path) as journal:
        journal.begin("one", META)
        with closing(sqlite3.connect(path)) as other:
            other.execute("DROP TABLE entry")
        journal.keep(0, Tick(), ())
        deadline = time.monotonic() + 10
        while journal.failure is None:
            assert time.monotonic() < deadline


def test_what_has_no_form_is_a_failure_and_no_crash(path: Path) -> None:
    with Journal.open(path) as journal:
        journal.begin("one", META)
        journal.keep(0, Tick(), (Said("x", {"of": object()}),))
        with pytest.raises(JournalError, match="no place in the record"):
            journal.finish("completed")


def test_the_same_session_twice_is_refused(path: Path) -> None:
    kept(path)
    with Journal.open(path) as journal, pytest.raises(JournalError, match="UNIQUE"):
        journal.begin("one", META)


def test_a_disk_with_less_than_50_mb_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=50 * 2**20 - 1))
    with pytest.raises(JournalError, match="only 49 MB") as refused:
        Journal.open(path)
    assert "free some space" in refused.value.remedy
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=50 * 2**20))
    Journal.open(path).close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes anywhere")
def test_a_folder_that_cannot_be_written_is_refused(path: Path) -> None:
    path.parent.mkdir(mode=0o500)
    with pytest.raises(JournalError, match="cannot be written"):
        Journal.open(path)


def test_a_path_that_cannot_be_a_file_is_refused(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(JournalError, match="cannot be written") as refused:
        Journal.open(path)
    assert "UNKNOT_STATE_DIR" in refused.value.remedy


def test_a_folder_that_others_may_write_to_is_refused(path: Path) -> None:
    path.parent.mkdir()
    path.parent.chmod(0o777)
    with pytest.raises(JournalError, match="other users may write") as refused:
        Journal.open(path)
    assert "chmod 700" in refused.value.remedy


def test_a_database_of_something_else_is_kept_aside_untouched(path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE recipe (name)")
    before = path.read_bytes()
    with Journal.open(path) as journal:
        assert "something else" in (journal.said or "")
    assert path.with_name("record.sqlite.broken-1").read_bytes() == before


@pytest.mark.parametrize("cut", [17, 100, 1000, 4096, 5000])
def test_a_cut_or_overwritten_file_is_kept_aside_untouched_and_said(path: Path, cut: int) -> None:
    kept(path, count=200)
    broken = b"x" * cut + path.read_bytes()[cut:]
    path.write_bytes(broken)
    with Journal.open(path) as journal:
        journal.begin("two", META)
        journal.finish("completed")
        assert "broken-1" in (journal.said or "")
    assert path.with_name("record.sqlite.broken-1").read_bytes() == broken
    assert [each.id for each in sessions(path)] == ["two"]


def test_a_second_broken_file_does_not_replace_the_first(path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    for text in ("first", "second"):
        path.write_text(text * 100)
        Journal.open(path).close()
    kept_aside = [path.with_name(f"record.sqlite.broken-{n}").read_text()[:6] for n in (1, 2)]
    assert kept_aside == ["firstf", "second"]


def test_a_record_of_a_later_version_is_left_alone(path: Path) -> None:
    kept(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA user_version = 9")
    with pytest.raises(JournalError, match="later version"):
        Journal.open(path)
    assert not path.with_name("record.sqlite.broken-1").exists()


def test_replay_finds_the_same_decisions(path: Path) -> None:
    kept(path, count=50)
    replayed = replay(path, "one", Doubling)
    assert replayed.same
    assert (replayed.steps, replayed.outcome) == (50, "completed")


def test_replay_shows_the_first_decision_that_came_out_otherwise(path: Path) -> None:
    class Tripling(Doubling):
        def feed(self, input_: Input, now_ms: int, /) -> tuple[Effect, ...]:
            if isinstance(input_, Reading) and now_ms >= 300:
                return (Hold(input_.role, input_.setpoint * 3),)
            return super().feed(input_, now_ms)

    kept(path, count=10)
    replayed = replay(path, "one", Tripling)
    assert not replayed.same
    assert replayed.difference is not None
    assert (replayed.difference.step, replayed.difference.now_ms) == (4, 300)
    assert '"setpoint":6.0' in replayed.difference.kept
    assert '"setpoint":9.0' in replayed.difference.replayed


def test_replay_gives_the_core_the_recorded_plan_and_channels(path: Path) -> None:
    made: list[Doubling] = []

    def make(plan: Plan, channels: Mapping[str, Channel], session: str) -> Doubling:
        made.append(Doubling(plan, channels, session))
        return made[0]

    kept(path)
    replay(path, "one", make)
    assert made[0].given == (PLAN, {"pad": PAD}, "one")


def test_an_unknown_session_or_file_is_an_error_with_a_remedy(path: Path) -> None:
    with pytest.raises(JournalError, match="cannot be read"):
        sessions(path)
    kept(path)
    with pytest.raises(JournalError, match="no session two"):
        replay(path, "two", Doubling)
    kept_meta_alone = path.with_name("other.sqlite")
    with Journal.open(kept_meta_alone) as journal:
        journal.begin("bare", {})
        journal.finish("completed")
    with pytest.raises(JournalError, match="kept without its 'plan'"):
        replay(kept_meta_alone, "bare", Doubling)
