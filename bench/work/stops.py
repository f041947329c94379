"""From a key or a signal to the frame that puts a pad to rest: `unknot run` on a terminal, its plot drawn.

Each stop is a session of its own, of a program of its own; the pad is at another pseudo-terminal, and
simulated. `bare_key` is what Textual alone takes from a key to its handler.
"""

from __future__ import annotations

import os
import select
import signal
import tempfile
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from bench.rounds import PYTHON, ROOT
from bench.terminal import PATIENCE, Terminal, places
from bench.work.pad import PERIOD, Pad

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PROTOCOL = """\
unknot: 1
title: One pad
needs: {pad: heat}
steps:
  - heat: upper back
    to: low
    for: 10 min
    within: 3 min
"""
SIZE = (120, 40)
LAST = "drawn"
WARM = 1.0
"""Seconds of warming before a stop, so that there is a line to plot."""
APART = 0.05
"""Seconds from one key to the next where nothing is stopped."""


def cores() -> tuple[set[int], set[int]]:
    """The core of what is measured, and those of what measures it: others, where there are any."""
    ours = os.sched_getaffinity(0)
    theirs = {max(ours)}
    return theirs, ours - theirs or ours


def stop(how: Callable[[Terminal], float], later: float) -> float:
    """Seconds from `how`, which says when it stopped the session, `later` seconds into it, to the frame."""
    with tempfile.TemporaryDirectory() as folder, closing(Pad()) as pad:
        file = Path(folder) / "pad.yaml"
        file.write_text(PROTOCOL, encoding="utf-8")
        run = (PYTHON.with_name("unknot"), "run", file, "--use", f"pad={pad.link}")
        with Terminal(run, places(folder), size=SIZE, cores=cores()[0]) as terminal:
            _until(lambda: pad.warms, pad, terminal)
            _serve(pad, terminal, WARM + later)
            pressed = how(terminal)
            _until(lambda: pad.rested is not None, pad, terminal)
            if pad.rested is None or "! limit" not in terminal.text:
                raise RuntimeError(f"no plot was drawn: {terminal.text[-2000:]}")
            return pad.rested - pressed


def key(terminal: Terminal) -> float:
    """The stop key."""
    return terminal.press(b"x")


def terminate(terminal: Terminal) -> float:
    """SIGTERM."""
    told = monotonic()
    os.kill(terminal.pid, signal.SIGTERM)
    return told


def bare_keys(gaps: Sequence[float]) -> list[float]:
    """Seconds from a key to the handler of a trivial application of Textual, a key after each of `gaps`."""
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)
    argv = (PYTHON, ROOT / "bench" / "work" / "trivial_screen.py", LAST, str(writer))
    found: list[float] = []
    try:
        with Terminal(argv, size=SIZE, cores=cores()[0]) as terminal:
            terminal.shows(LAST)
            for gap in gaps:
                _drain(terminal, APART + gap)
                pressed = terminal.press(b"x")
                if not select.select([reader], [], [], PATIENCE)[0]:
                    raise RuntimeError("the trivial application took no key")
                os.read(reader, 1)
                found.append(monotonic() - pressed)
    finally:
        os.close(reader)
        os.close(writer)
    return found


def _drain(terminal: Terminal, seconds: float) -> None:
    until = monotonic() + seconds
    while (left := until - monotonic()) > 0:
        terminal.read(left)


def _serve(pad: Pad, terminal: Terminal, seconds: float) -> None:
    until = monotonic() + seconds
    _turn(pad, terminal, lambda: monotonic() >= until)


def _until(met: Callable[[], bool], pad: Pad, terminal: Terminal) -> None:
    until = monotonic() + PATIENCE
    _turn(pad, terminal, lambda: met() or monotonic() >= until)
    if not met():
        raise RuntimeError(f"it never came: {terminal.text[-2000:]}")


def _turn(pad: Pad, terminal: Terminal, met: Callable[[], bool]) -> None:
    """Be the pad, and read the terminal, until `met`."""
    due = monotonic()
    while not met():
        if monotonic() >= due:
            pad.beat()
            due = max(due + PERIOD, monotonic())
        left = max(0.0, min(due - monotonic(), 0.01))
        ready = select.select([pad.fd, terminal.master], [], [], left)[0]
        if pad.fd in ready:
            pad.hear_wire()
        if terminal.master in ready:
            terminal.read(0)
