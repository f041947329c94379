"""Locks: who runs a session, known from the outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from controller.config import ConfigError, config_dir, private_dir, record_path, runtime_dir, state_dir
from controller.lock import Running, SessionLock, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOLDER = """
import sys, pathlib
from controller.lock import SessionLock
with SessionLock.take(sys.argv[2], pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "runtime"


@pytest.fixture
def holder(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder), "Neck"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_a_session_is_found_while_its_process_lives(folder: Path, holder: subprocess.Popen[bytes]) -> None:
    (found,) = running(folder)
    assert (found.pid, found.title) == (holder.pid, "Neck")
    assert found.started.endswith("+00:00")
    assert found.held


def test_a_killed_process_leaves_no_session(folder: Path, holder: subprocess.Popen[bytes]) -> None:
    (found,) = running(folder)
    holder.kill()
    holder.wait()
    assert not found.held
    assert running(folder) == ()
    assert list(folder.iterdir()) == []


def test_a_signal_reaches_the_holder(folder: Path, holder: subprocess.Popen[bytes]) -> None:
    (found,) = running(folder)
    assert found.tell(signal.SIGTERM)
    assert holder.wait(10) == -signal.SIGTERM


def test_a_process_that_took_a_dead_sessions_id_is_never_signalled(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as innocent:
        path = folder / f"session-{innocent.pid}-00000000.lock"
        path.write_text(json.dumps({"pid": innocent.pid, "title": "gone", "started": "2026"}))
        stale = Running(path, innocent.pid, "gone", "2026")
        assert not stale.tell(signal.SIGKILL)
        assert innocent.poll() is None
        innocent.kill()


def test_a_signal_to_a_process_that_is_gone_says_so(folder: Path, holder: subprocess.Popen[bytes]) -> None:
    (found,) = running(folder)
    holder.kill()
    holder.wait()
    assert not found.tell()


def test_release_ends_it_and_may_be_repeated(folder: Path) -> None:
    lock = SessionLock.take("Neck", folder)
    assert [each.pid for each in running(folder)] == [os.getpid()]
    lock.release()
    lock.release()
    assert running(folder) == ()
    assert list(folder.iterdir()) == []


def test_two_sessions_of_one_process_are_two(folder: Path) -> None:
    with SessionLock.take("one", folder), SessionLock.take("two", folder):
        assert {each.title for each in running(folder)} == {"one", "two"}


def test_lock_and_folder_are_for_the_user_alone(folder: Path) -> None:
    with SessionLock.take("Neck", folder) as lock:
        assert lock.path.stat().st_mode & 0o777 == 0o600
        assert folder.stat().st_mode & 0o777 == 0o700


def test_no_folder_is_no_session(folder: Path) -> None:
    assert running(folder) == ()


def test_a_held_file_that_holds_nonsense_is_no_session(folder: Path) -> None:
    with SessionLock.take("Neck", folder) as lock:
        lock.path.write_text("{}")
        assert running(folder) == ()


def test_a_folder_that_others_write_to_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(ConfigError, match="other users may write") as refused:
        SessionLock.take("Neck", tmp_path)
    assert "chmod 700" in refused.value.remedy


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be made"):
        private_dir(tmp_path / "file")


def test_a_folder_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4242)
    with pytest.raises(ConfigError, match="another user"):
        private_dir(tmp_path)


def test_the_environment_moves_every_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STATE", "RUNTIME", "CONFIG"):
        monkeypatch.setenv(f"UNKNOT_{name}_DIR", str(tmp_path / name))
    assert (state_dir(), runtime_dir(), config_dir()) == tuple(
        tmp_path / name for name in ("STATE", "RUNTIME", "CONFIG")
    )
    assert record_path().parent == tmp_path / "STATE"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have their own place")
def test_locks_are_where_every_terminal_of_the_user_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UNKNOT_RUNTIME_DIR", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert runtime_dir() == tmp_path / "unknot"
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "gone"))
    before = runtime_dir()
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert runtime_dir() == before
    assert str(os.getuid()) in before.name


def test_a_link_that_another_user_laid_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    assert private_dir(tmp_path / "link") == tmp_path / "link"
    if os.getuid() == 0:
        os.chown(tmp_path / "link", 4242, 4242, follow_symlinks=False)
        with pytest.raises(ConfigError, match="another user"):
            private_dir(tmp_path / "link")


def test_without_it_the_systems_own_places_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNKNOT_STATE_DIR", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert "unknot" in state_dir().parts


def test_a_lock_tells_the_id_of_its_session(folder: Path) -> None:
    with SessionLock.take("Neck", folder, session="20260101-000000-abcd"):
        assert [each.session for each in running(folder)] == ["20260101-000000-abcd"]
