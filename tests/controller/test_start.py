"""What `unknot` alone does: Home on a terminal, help everywhere else."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from controller.faces import start
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
