"""What `unknot` alone does: Home on a terminal, help everywhere else."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from screen_fake import FakeSession

from controller.faces import start
from controller.faces.home.app import HomeApp
from controller.faces.home.hosted import HostedRun
from controller.faces.home.visit import run_home
from controller.faces.tui.mailbox import Mailbox
from controller.faces.tui.signs import UTF8
from controller.snapshot import Ended

if TYPE_CHECKING:
    from collections.abc import Callable


def terminal(monkeypatch: pytest.MonkeyPatch, **ends: bool) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("stdin", "stdout", "stderr"):
        there = ends.get(name, True)
        stream = SimpleNamespace(isatty=lambda there=there: there)
        monkeypatch.setattr(sys, name, stream)


@pytest.mark.parametrize("gone", ["stdin", "stdout", "stderr"])
def test_it_takes_a_terminal_at_every_end(monkeypatch: pytest.MonkeyPatch, gone: str) -> None:
    terminal(monkeypatch)
    assert start.on_terminal()
    terminal(monkeypatch, **{gone: False})
    assert not start.on_terminal()


def test_a_dumb_terminal_gets_help(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal(monkeypatch)
    monkeypatch.setenv("TERM", "dumb")
    assert not start.on_terminal()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    def run(*words: str, there: bool = True) -> int:
        monkeypatch.setattr(sys, "argv", ["unknot", *words])
        monkeypatch.setattr(start, "on_terminal", lambda: there)
        with pytest.raises(SystemExit) as ended:
            start.main()
        return int(ended.value.code or 0)

    return run


def test_alone_it_is_home_and_what_went_wrong_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], started: Callable[..., int]
) -> None:
    ended = Ended("stopped", 6, "the person said stop", ("switch it off by hand",))
    monkeypatch.setattr("controller.faces.home.visit.run_home", lambda: (6, ended))
    assert started() == 6
    assert "switch it off by hand" in capsys.readouterr().err


@pytest.mark.parametrize(("words", "there"), [((), False), (("--help",), True)])
def test_elsewhere_and_when_asked_it_is_help(
    capsys: pytest.CaptureFixture[str], started: Callable[..., int], words: tuple[str, ...], there: bool
) -> None:
    assert started(*words, there=there) == 0
    assert "Commands" in capsys.readouterr().out


def test_the_first_picture_waits_for_nothing_that_it_does_not_show() -> None:
    program = "import sys, controller.faces.home.visit; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "textual" in loaded
    heavy = {"click", "yaml", "pydantic", "sqlite3", "serial", "bleak", "protocols", "controller.api"}
    assert not loaded & {*heavy, "controller.core", "controller.safety", "controller.faces.tui.run_screen"}


@pytest.mark.parametrize(
    ("told", "code", "exit_code"),
    [(False, 0, 0), (True, 0, 130), (False, 1, 1)],
    ids=["q", "signal", "broken"],
)
def test_a_visit_without_a_session_ends_with(
    monkeypatch: pytest.MonkeyPatch, told: bool, code: int, exit_code: int
) -> None:
    def run(app: HomeApp) -> None:
        app.told_to_leave = told
        app._return_code = code

    monkeypatch.setattr(HomeApp, "run", run)
    assert run_home() == (exit_code, None)


def test_a_screen_that_raises_brings_its_session_to_rest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    session = FakeSession()

    def run(app: HomeApp) -> None:
        app.run_screen = HostedRun(
            session, Mailbox(), signs=UTF8, demo=False, sound=None, now=lambda: 0.0
        )  # fmt: skip
        raise OSError("the terminal broke")

    monkeypatch.setattr(HomeApp, "run", run)
    with pytest.raises(OSError, match="broke"):
        run_home()
    assert session.interrupted == ["the screen was closed"]
    assert session.ended is not None


def test_a_session_that_runs_when_it_is_left_gives_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    session = FakeSession()

    def run(app: HomeApp) -> None:
        app.run_screen = HostedRun(
            session, Mailbox(), signs=UTF8, demo=False, sound=None, now=lambda: 0.0
        )  # fmt: skip

    monkeypatch.setattr(HomeApp, "run", run)
    code, ended = run_home()
    assert code == 130
    assert ended is session.ended
