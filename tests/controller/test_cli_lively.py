"""Keys and lines from a terminal, lines that are drawn in place, and a command that is told to end."""

from __future__ import annotations

import asyncio
import os
import pty
import select
import signal
import sys
import termios
from typing import TYPE_CHECKING

import pytest

from controller.faces.cli import ending
from controller.faces.cli.lively import SHOW, Lively, cut, fitted, key_within, keys, line

if TYPE_CHECKING:
    from collections.abc import Iterator


class Terminal:
    """A pseudo-terminal as stdin; `type` is what a person types."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.far, self.near = pty.openpty()
        self.stdin = os.fdopen(self.near)
        monkeypatch.setattr(sys, "stdin", self.stdin)

    def type(self, text: str) -> None:
        os.write(self.far, text.encode())

    @property
    def local(self) -> int:
        """Its modes: whether it edits lines, whether it echoes."""
        return int(termios.tcgetattr(self.near)[3]) & (termios.ICANON | termios.ECHO)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    made = Terminal(monkeypatch)
    yield made
    made.stdin.close()
    os.close(made.far)


def test_keys_come_one_by_one_and_unseen_and_the_terminal_is_given_back(terminal: Terminal) -> None:
    before = terminal.local

    async def main() -> list[str | None]:
        with keys() as pressed:
            assert terminal.local == 0
            terminal.type("aB")
            return [await key_within(pressed, 5), await key_within(pressed, 5), await key_within(pressed, 0)]

    assert asyncio.run(main()) == ["a", "b", None]
    assert terminal.local == before != 0


def test_an_arrow_is_no_letter(terminal: Terminal) -> None:
    async def main() -> str | None:
        with keys() as pressed:
            terminal.type("\x1b[A")
            return await key_within(pressed, 5)

    assert asyncio.run(main()) == "\x1b[a"


def test_what_was_typed_before_the_question_is_no_answer(terminal: Terminal) -> None:
    async def main() -> str | None:
        terminal.type("y\n")
        assert select.select([terminal.near], [], [], 5)[0], "it has come"
        with keys() as pressed:
            terminal.type("n")
            return await key_within(pressed, 5)

    assert asyncio.run(main()) == "n"


def test_the_end_of_the_input_is_an_empty_key(monkeypatch: pytest.MonkeyPatch, terminal: Terminal) -> None:
    monkeypatch.setattr(os, "read", lambda *_: b"")

    async def main() -> str | None:
        with keys() as pressed:
            terminal.type("x")
            return await key_within(pressed, 5)

    assert asyncio.run(main()) == ""


def test_a_line_is_edited_by_the_terminal(terminal: Terminal) -> None:
    async def main() -> list[str | None]:
        terminal.type("my gum\x7fn\n")
        first = await line()
        terminal.type("\n")
        return [first, await line()]

    assert asyncio.run(main()) == ["my gun", ""]


def test_the_end_of_the_input_is_no_line(terminal: Terminal) -> None:
    async def main() -> str | None:
        terminal.type("\x04")
        return await line()

    assert asyncio.run(main()) is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_what_waits_for_a_key_and_puts_everything_right_first(
    number: signal.Signals, terminal: Terminal
) -> None:
    before, rested = terminal.local, []

    async def main() -> None:
        try:
            with keys() as pressed:
                asyncio.get_running_loop().call_soon(os.kill, os.getpid(), number)
                await pressed.get()
        finally:
            await asyncio.sleep(0)
            rested.append(True)

    with pytest.raises(KeyboardInterrupt):
        ending.run(main())
    assert rested == [True]
    assert terminal.local == before


def test_a_line_that_is_waited_for_is_given_up_at_once(terminal: Terminal) -> None:
    del terminal

    async def main() -> None:
        asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGINT)
        await line()

    with pytest.raises(KeyboardInterrupt):
        ending.run(main())


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        (4, ["1", "2", "3", "4"]),
        (3, ["1", "2", "… and 2 more"]),
        (1, ["… and 4 more"]),
        (-5, ["… and 4 more"]),
    ],
)
def test_rows_that_do_not_fit_are_counted(room: int, shown: list[str]) -> None:
    assert fitted(["1", "2", "3", "4"], room) == shown


@pytest.mark.parametrize("term", ["dumb", "xterm"])
def test_nothing_is_drawn_where_there_is_no_terminal(
    term: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", term)
    with Lively() as view:
        assert not view.shown
        view.draw(["a row"])
    assert capsys.readouterr() == ("", "")


def test_a_row_is_cut_by_the_columns_that_it_takes() -> None:
    assert cut("abcdef", 6) == "abcdef"
    assert cut("abcdefg", 6) == "abcde…"
    assert cut("漢字漢字", 6) == "漢字…"
    assert cut("e\u0301" * 7, 6) == "e\u0301" * 5 + "…"


def test_what_is_drawn_is_drawn_over_and_gone_at_the_end(
    monkeypatch: pytest.MonkeyPatch, terminal: Terminal
) -> None:
    """Read as a terminal reads it: up, over, and nothing below."""
    shown = os.fdopen(os.dup(terminal.near), "w")
    monkeypatch.setattr(sys, "stdout", shown)
    monkeypatch.setenv("TERM", "xterm")
    termios.tcsetwinsize(terminal.near, (5, 20))
    with Lively() as view:
        view.draw(["one", "two"], foot=["foot"])
        view.draw(["1", "2", "3", "4", "5"], foot=["a foot that is longer than this"])
    shown.close()
    told = ""
    while not told.endswith(SHOW):
        told += os.read(terminal.far, 4096).decode()
    told = told.replace("\r\n", "\n")
    hide, *frames = told.split("\r")
    assert hide == "\x1b[?25l"
    assert frames[0] == "\x1b[?7lone\x1b[K\ntwo\x1b[K\nfoot\x1b[K\x1b[?7h\x1b[J"
    assert frames[1].startswith(
        "\x1b[2A\x1b[?7l1\x1b[K\n2\x1b[K\n… and 3 more\x1b[K\na foot that is lon…\x1b[K"
    )
    assert frames[2] == "\x1b[3A\x1b[J\x1b[?25h"
