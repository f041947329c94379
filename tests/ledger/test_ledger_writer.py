"""The writer of a session: nothing blocks the loop, nothing is covered before it is durable."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from ledger_cases import FakeClocks, given, heat

from controller.ledger import LedgerError, LedgerWriter, files, forget, ledger_folder, read, writer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOON = 10.0


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A disk that syncs only once the event is set."""
    lets = threading.Event()
    lets.set()
    sync = files.sync

    def slow(descriptor: int) -> None:
        assert lets.wait(SOON)
        sync(descriptor)

    monkeypatch.setattr(files, "sync", slow)
    yield lets
    lets.set()


def test_a_segment_is_covered_once_its_worst_case_is_durable_and_no_sooner(
    tmp_path: Path, disk: threading.Event
) -> None:
    with LedgerWriter.open(tmp_path / "one", FakeClocks()) as book:
        disk.clear()
        assert not book.covers(1, lambda: given("s", 60_000))
        asked = book.ahead(2, given("s", 90_000))
        assert not book.covers(1, lambda: pytest.fail("it was asked for"))
        disk.set()
        asked.result(SOON)
        assert book.covers(1, lambda: pytest.fail("it was asked for"))
        assert heat(read(tmp_path / "one", FakeClocks()).past) == 90_000


def test_an_ahead_is_never_settled_whatever_it_says(tmp_path: Path) -> None:
    with LedgerWriter.open(tmp_path / "one", FakeClocks()) as book:
        book.ahead(1, given("s", 1, settled=True)).result(SOON)
        assert not read(tmp_path / "one", FakeClocks()).past.given[0].settled


def test_what_is_settled_is_covered_no_more(tmp_path: Path) -> None:
    with LedgerWriter.open(tmp_path / "one", FakeClocks()) as book:
        for segment in (1, 2, 3):
            book.ahead(segment, given("s", 60_000)).result(SOON)
        book.settle(1, given("s", 50_000)).result(SOON)
        covered = [book.covers(n, lambda: given("s", 60_000)) for n in (1, 2, 3)]
        assert covered == [False, True, True]
        book.settle(2, given("s", 20_000, settled=True)).result(SOON)
        assert not book.covers(3, lambda: given("s", 60_000))
    assert heat(read(tmp_path / "one", FakeClocks()).past) == 60_000


def test_a_write_that_fails_is_told_and_nothing_is_covered_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LedgerWriter.open(tmp_path / "one", FakeClocks()) as book:
        book.ahead(1, given("s", 1)).result(SOON)
        assert book.covers(1, lambda: given("s", 1))

        write = files.write

        def full(descriptor: int, data: bytes) -> None:
            if b'"session"' in data:  # not the anchor of the entry before
                raise OSError(28, "No space left on device")
            write(descriptor, data)

        with monkeypatch.context() as patch:
            patch.setattr(files, "write", full)
            with pytest.raises(LedgerError, match="No space"):
                book.ahead(2, given("s", 2)).result(SOON)
        assert book.failure is not None
        assert "No space" in book.failure
        assert not book.covers(1, lambda: given("s", 1))
        assert not book.covers(2, lambda: given("s", 1))
        with pytest.raises(LedgerError):
            book.settle(1, given("s", 1)).result(SOON)


def test_an_anchor_that_cannot_be_placed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with LedgerWriter.open(tmp_path / "one", FakeClocks()) as book:
        monkeypatch.setattr(files, "rename", fail)
        book.ahead(1, given("s", 1)).result(SOON)
        book.close()
        assert book.failure is not None
        assert "Input/output error" in book.failure
    monkeypatch.undo()
    assert heat(read(tmp_path / "one", FakeClocks()).past) == 1


def test_a_disk_that_never_answers_is_a_failure(
    tmp_path: Path, disk: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LedgerWriter.open(tmp_path / "one", FakeClocks()) as book:
        disk.clear()
        book.ahead(1, given("s", 1))
        at_once = book.failure
        assert at_once is None
        with monkeypatch.context() as patch:
            patch.setattr(writer, "ANSWER_SECONDS", -1.0)
            assert book.failure == "the disk does not answer"
        disk.set()


def test_what_is_still_asked_for_is_written_before_it_is_closed(tmp_path: Path) -> None:
    book = LedgerWriter.open(tmp_path / "one", FakeClocks())
    for number in range(1, 20):
        book.ahead(number, given("s", number))
    book.settle(19, given("s", 99, settled=True))
    book.close()
    book.close()
    assert heat(read(tmp_path / "one", FakeClocks()).past) == 99
    assert not any(thread.name == "ledger" for thread in threading.enumerate())


def test_what_is_asked_after_the_end_fails_instead_of_waiting(tmp_path: Path) -> None:
    book = LedgerWriter.open(tmp_path / "one", FakeClocks())
    book.close()
    with pytest.raises(LedgerError, match="not open"):
        book.ahead(1, given("s", 1)).result(SOON)
    assert not book.covers(1, lambda: given("s", 1))


def test_past_and_words_are_those_of_the_opening(tmp_path: Path) -> None:
    clocks = FakeClocks()
    with LedgerWriter.open(tmp_path / "one", clocks) as book:
        book.settle(1, given("s", 5, settled=True)).result(SOON)
    clocks.wait(3)
    with LedgerWriter.open(tmp_path / "one", clocks) as book:
        assert (heat(book.past), book.said, book.now_s()) == (5, None, 3.0)
    (tmp_path / "one" / "ledger.jsonl").unlink()
    with LedgerWriter.open(tmp_path / "one", clocks) as book:
        assert not book.past.readable
        assert book.said is not None


def test_two_sessions_of_one_person_cannot_run_at_once_but_anybody_may_read(tmp_path: Path) -> None:
    clocks = FakeClocks()
    with LedgerWriter.open(tmp_path / "one", clocks) as book:
        book.ahead(1, given("s", 7)).result(SOON)
        with pytest.raises(LedgerError, match="another session") as refused:
            LedgerWriter.open(tmp_path / "one", clocks)
        assert "unknot stop" in refused.value.remedy
        assert heat(read(tmp_path / "one", clocks).past) == 7
    LedgerWriter.open(tmp_path / "one", clocks).close()


def test_each_person_and_the_guest_have_a_ledger_of_their_own() -> None:
    names = [None, "guest", "Ann", "ann", "..", "a/b", "a%2Fb", "", "é" * 100, "é" * 101]
    folders = [ledger_folder(name) for name in names]
    assert len(set(folders)) == len(names)
    assert {folder.parent for folder in folders} == {ledger_folder(None).parent}
    assert all(len(folder.name) < 200 and folder.name not in (".", "..") for folder in folders)
    assert ledger_folder("Zoe\u0308") == ledger_folder("Zo\u00eb")


def test_forgetting_removes_one_person_whole_and_nobody_else() -> None:
    for name in (None, "guest", "Ann"):
        LedgerWriter.open(ledger_folder(name)).close()
    (ledger_folder("guest") / "anchor.json").unlink()
    LedgerWriter.open(ledger_folder("guest")).close()
    assert forget("guest")
    assert sorted(path.name for path in ledger_folder(None).parent.iterdir()) == ["guest", "person-Ann"]
    assert not forget("guest")
    assert forget(None)
    with LedgerWriter.open(ledger_folder("guest")) as book:
        assert book.past.readable


def test_nobody_is_forgotten_while_their_session_runs() -> None:
    with LedgerWriter.open(ledger_folder("Ann")) as book:
        book.settle(1, replace(given("s", 7), settled=True)).result(SOON)
        with pytest.raises(LedgerError, match="is running"):
            forget("Ann")
    assert heat(read(ledger_folder("Ann")).past) == 7
