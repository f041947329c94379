"""Lines that are drawn again in place on a terminal, and keys and lines that are typed meanwhile.

Whatever waits here for a person can be cancelled: no thread is left reading.
"""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import contextmanager, suppress
from itertools import accumulate
from typing import TYPE_CHECKING

from protocols.diagnostics import width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

EVERY = 0.25
"""Seconds between drawings."""
NO_WRAP, WRAP, HIDE, SHOW = "\x1b[?7l", "\x1b[?7h", "\x1b[?25l", "\x1b[?25h"
ERASE_RIGHT, ERASE_BELOW = "\x1b[K", "\x1b[J"
LONGEST = 4096
"""Bytes of a line, as terminals have it."""


def is_lively() -> bool:
    """Whether stdout is a terminal that can draw in place."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


class Lively:
    """Draws what it is given; the lines are gone when it is left. `shown`: whether anything is drawn."""

    def __init__(self, *, shown: bool = True) -> None:
        self.shown = shown and is_lively()
        self._rows = 0

    def __enter__(self) -> Lively:
        if self.shown:
            _write(HIDE)
        return self

    def __exit__(self, *_: object) -> None:
        if self.shown:
            _write(f"{self._to_the_top()}{ERASE_BELOW}{SHOW}")

    def draw(self, rows: Sequence[str], head: Sequence[str] = (), foot: Sequence[str] = ()) -> None:
        """Show a row each however long they are, between a head and a foot that stay; what does not fit
        is counted."""
        if not self.shown:
            return
        columns, height = os.get_terminal_size(sys.stdout.fileno())
        shown = [cut(each, columns - 1) for each in (*head, *fitted(rows, _room(height, head, foot)), *foot)]
        text = "\n".join(f"{each}{ERASE_RIGHT}" for each in shown)
        # A terminal that finds a letter wider than we do must not begin another row.
        _write(f"{self._to_the_top()}{NO_WRAP}{text}{WRAP}{ERASE_BELOW}")
        self._rows = len(shown)

    def room(self, head: Sequence[str], foot: Sequence[str]) -> int:
        """How many rows there is room for between them."""
        return _room(os.get_terminal_size(sys.stdout.fileno()).lines, head, foot)

    def _to_the_top(self) -> str:
        return f"\r\x1b[{self._rows - 1}A" if self._rows > 1 else "\r"


def _room(height: int, head: Sequence[str], foot: Sequence[str]) -> int:
    return height - 1 - len(head) - len(foot)


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def cut(row: str, columns: int) -> str:
    """As much of `row` as fits."""
    if width(row) <= columns:
        return row
    used = accumulate(map(width, row))
    kept = sum(1 for each in used if each < columns)
    return f"{row[:kept]}…"


def fitted(rows: Sequence[str], room: int) -> list[str]:
    """As many of `rows` as there is room for, and how many more there are."""
    if len(rows) <= room:
        return list(rows)
    kept = max(0, room - 1)
    return [*rows[:kept], f"… and {len(rows) - kept} more"]


@contextmanager
def keys() -> Iterator[asyncio.Queue[str]]:
    """Keys as they are pressed, inside a running loop. What was typed before does not count, nothing of it
    is shown, and the terminal is given back as it was."""
    import termios  # noqa: PLC0415  other systems have none
    import tty  # noqa: PLC0415

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    tty.setcbreak(descriptor, termios.TCSAFLUSH)
    try:
        with _typed(descriptor, _keys_of) as pressed:
            yield pressed
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _keys_of(text: str) -> Iterable[str]:
    """An arrow or a function key comes as several characters, and is none of them."""
    return [text] if text.startswith("\x1b") else text


@contextmanager
def _typed(descriptor: int, split: Callable[[str], Iterable[str]]) -> Iterator[asyncio.Queue[str]]:
    """What comes, split up; the end of the input as an empty text."""
    typed: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def take() -> None:
        text = os.read(descriptor, LONGEST).decode(errors="ignore")
        for each in split(text) if text else [""]:
            typed.put_nowait(each)
        if not text:
            loop.remove_reader(descriptor)

    loop.add_reader(descriptor, take)
    try:
        yield typed
    finally:
        loop.remove_reader(descriptor)


async def key_within(pressed: asyncio.Queue[str], seconds: float) -> str | None:
    """The next key, as a small letter, or None where none is pressed in time."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            return (await pressed.get()).lower()
    return None


async def line() -> str | None:
    """A line, edited and shown by the terminal itself; None at the end of the input."""
    with _typed(sys.stdin.fileno(), lambda text: [text]) as typed:
        found = await typed.get()
    return found.rstrip("\r\n") if found else None


async def watch(
    view: Lively, rows: Callable[[], Sequence[str]], seconds: float, pressed: asyncio.Queue[str] | None
) -> None:
    """Draw for so long, or until q."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    ends = "q ends. " if pressed is not None else ""
    while (left := until - loop.time()) > 0:
        view.draw(rows(), foot=["", f"{ends}Listening for {left:.0f} s more."])
        if pressed is None:
            await asyncio.sleep(min(EVERY, left))
        elif await key_within(pressed, min(EVERY, left)) == "q":
            return
