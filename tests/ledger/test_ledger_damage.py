"""What cannot be believed is kept aside and said in words; what is of the disk's making is refused."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest
from ledger_cases import DAY, HOUR, Crash, Disk, FakeClocks, given, heat, noticed, put, write_session

from controller.ledger import Ledger, LedgerError, aside, chain, files, read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OTHER = 12345


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_session(tmp_path / "one", FakeClocks(), Disk(), segments=1)
    return tmp_path / "one"


def remove(path: Path) -> None:
    path.unlink()


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def make_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def make_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def garbage(path: Path) -> None:
    path.write_bytes(os.urandom(500))


@pytest.mark.parametrize("name", [chain.LEDGER, chain.ANCHOR])
@pytest.mark.parametrize("spoil", [remove, make_folder, make_link, make_pipe, empty, garbage])
def test_what_is_no_ledger_leaves_nothing_for_24_hours(
    folder: Path, name: str, spoil: Callable[[Path], None]
) -> None:
    spoil(folder / name)
    clocks = FakeClocks()
    assert not read(folder, clocks).past.readable
    with Ledger.open(folder, clocks) as ledger:
        assert not ledger.past().readable
        assert ledger.said is not None
        assert "kept untouched" in ledger.said
    clocks.wait(11 * HOUR)
    with Ledger.open(folder, clocks) as ledger:
        assert not ledger.past().readable
        assert ledger.said == "the ledger was damaged: everything counts as spent for another 13.0 h"
    clocks.wait(13 * HOUR)
    with Ledger.open(folder, clocks) as ledger:
        assert ledger.past().readable
        assert ledger.said is None


def test_a_file_of_another_user_is_not_believed(folder: Path) -> None:
    if os.getuid():
        pytest.skip("only root gives files away")
    os.chown(folder / chain.LEDGER, OTHER, OTHER)
    assert noticed(folder, FakeClocks())


def test_a_folder_of_another_user_is_refused(folder: Path) -> None:
    if os.getuid():
        pytest.skip("only root gives files away")
    os.chown(folder, OTHER, OTHER)
    with pytest.raises(LedgerError, match="belongs to another user") as refused:
        Ledger.open(folder)
    assert "UNKNOT_STATE_DIR" in refused.value.remedy


def test_a_folder_that_others_may_write_to_is_refused(folder: Path) -> None:
    folder.chmod(0o777)
    with pytest.raises(LedgerError, match="other users may write") as refused:
        Ledger.open(folder)
    assert "chmod 700" in refused.value.remedy


def test_both_files_are_for_this_user_alone(folder: Path) -> None:
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("step", ["write", "sync", "open_to_append", "lock", "sync_folder", "rename"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
def test_a_disk_that_is_full_or_cannot_be_written_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, code: int
) -> None:
    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(files, step, fail)
    with pytest.raises(LedgerError, match=os.strerror(code)) as refused:
        Ledger.open(tmp_path / "one")
    assert "room" in refused.value.remedy


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match="cannot be kept"):
        Ledger.open(tmp_path / "file" / "one")


def test_after_a_write_that_failed_nothing_more_is_taken(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(descriptor: int, data: bytes) -> None:
        os.write(descriptor, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    with Ledger.open(folder, FakeClocks()) as ledger:
        with monkeypatch.context() as patch:
            patch.setattr(files, "write", half)
            with pytest.raises(LedgerError, match="No space left"):
                ledger.add(given("s2", 1000), 1)
        with pytest.raises(LedgerError, match="not open"):
            ledger.add(given("s2", 1000), 1)
    assert heat(read(folder, FakeClocks()).past) == 20_000
    with Ledger.open(folder, FakeClocks()) as ledger:
        assert ledger.said is None
        ledger.add(given("s3", 1000), 1)
    assert heat(read(folder, FakeClocks()).past) == 21_000


def test_a_short_write_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "write", lambda *_: 3)
    with pytest.raises(LedgerError, match="No space left"):
        Ledger.open(tmp_path / "one")


def test_too_many_open_files_is_not_the_ledgers_fault(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(os, "open", fail)
    with pytest.raises(LedgerError, match="Too many open files"):
        read(folder)


def test_a_ledger_of_a_later_version_is_left_as_it_is(folder: Path) -> None:
    told = chain.shown(chain.Anchor()).replace(b'"form":1', b'"form":2')
    (folder / chain.ANCHOR).write_bytes(told)
    with pytest.raises(LedgerError, match="later version"):
        Ledger.open(folder)
    assert (folder / chain.ANCHOR).read_bytes() == told


@pytest.mark.parametrize("name", [chain.LEDGER, chain.ANCHOR])
def test_a_crash_while_it_is_set_aside_leaves_it_damaged_or_spent(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (folder / name).unlink()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    disk = Disk()
    with monkeypatch.context() as patch:
        disk.record(patch)
        aside.begin_spent(folder, FakeClocks().moment(), DAY)
    crash = Crash(dict(before), dict(before))
    for _, what, path, data in disk.steps:
        crash.do(what, path, data)
        for held in (crash.seen, crash.safe):
            put(tmp_path / "two", held)
            assert not read(tmp_path / "two", FakeClocks()).past.readable


def test_what_is_kept_aside_never_replaces_what_was_kept_before(folder: Path) -> None:
    for _ in range(3):
        garbage(folder / chain.LEDGER)
        Ledger.open(folder, FakeClocks()).close()
    assert len(list(folder.glob(f"{chain.LEDGER}.damaged-*"))) == 3


def test_reading_changes_nothing_and_makes_nothing(folder: Path, tmp_path: Path) -> None:
    garbage(folder / chain.LEDGER)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    known = read(folder, FakeClocks())
    assert known.said is not None
    assert "damaged" in known.said
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert read(tmp_path / "nobody", FakeClocks()).past.readable
    assert not (tmp_path / "nobody").exists()
