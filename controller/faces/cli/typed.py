"""Lines that a person or a program types while a session runs."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGEST = 64 * 1024
"""Bytes of a line; what is longer is cut into several."""


def lines_of(stream: TextIO | None) -> Iterator[str]:
    """Each line as it comes, until the end."""
    if stream is None:
        return
    try:
        descriptor = stream.fileno()
    except OSError:
        yield from stream
        return
    # Past the stream's own buffer: its lock, held by a waiting thread, would break the exit.
    kept = b""
    while chunk := _read(descriptor):
        *whole, kept = (kept + chunk).split(b"\n")
        if len(kept) > LONGEST:
            whole, kept = [*whole, kept], b""
        for line in whole:
            yield line.decode(errors="replace")
    if kept:
        yield kept.decode(errors="replace")


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:  # a terminal that was closed reads as an error
        return b""


def listen(each: Callable[[str], None], end: Callable[[], None]) -> threading.Thread:
    """Call `each` with every line of stdin, and `end` after the last, from a thread of its own."""

    def read() -> None:
        for line in lines_of(sys.stdin):
            if line.strip():
                each(line)
        end()

    thread = threading.Thread(target=read, name="stdin", daemon=True)
    thread.start()
    return thread
