"""Ten real minutes of `unknot run` on a terminal, its devices in another process: `make ten-minutes`."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from programs import simulator

from bench.rounds import PYTHON
from bench.terminal import Terminal, places

if TYPE_CHECKING:
    from collections.abc import Iterator

PLAN = """\
unknot: 1
title: Ten minutes
needs: {pad: heat, gun: percussion}
steps:
  - together:
      - - {heat: upper back, to: low, for: 25 min, within: 3 min}
      - - repeat: 8
          steps:
            - press: [hamstrings, gluteus maximus]
              side: both
              at: gentle
              for: 15 s
              move: along
              between: 30 s
            - rest: 75 s
"""
LENGTH_S = 600.0
WARM_S = 120.0
"""Until caches are full, and the plot has what it draws."""
EVERY_S = 15.0
PRESS_S = 2.0
READY = b"r"
"""It answers that one is ready, or there; where nothing is asked, it means nothing."""
MOST_CPU = 0.10
"""Of a core: a session with two devices, its record and its screen."""
GROWS = 1.06
"""As in `test_tui_hour`, which goes on for so long that what fills up slowly is full."""
TROUBLE = re.compile(r"NO WORD|NO LINK|PAUSED|Traceback")
START = """
import logging, runpy, sys, threading, warnings
file = open(sys.argv.pop(1), "a", buffering=1)
warnings.simplefilter("always")
warnings.showwarning = lambda message, kind, *_, **__: print(kind.__name__, message, file=file)
sys.unraisablehook = threading.excepthook = lambda broken: print(broken, file=file)
logging.basicConfig(stream=file, level=logging.WARNING)
sys.argv[0] = "unknot"
runpy.run_module("controller", run_name="__main__", alter_sys=True)
"""
"""While its screen is drawn, Textual keeps what else goes to stderr: it goes to a file."""


class Used:
    """What a process has had of the machine."""

    def __init__(self, pid: int) -> None:
        self._proc = Path(f"/proc/{pid}")

    @property
    def cpu_s(self) -> float:
        fields = (self._proc / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def rss_kb(self) -> int:
        return int((self._proc / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def attend(terminal: Terminal, seconds: float) -> Iterator[float]:
    """Answer whatever is asked, for so long; the time at each look."""
    began = look = press = monotonic()
    while (now := monotonic()) - began < seconds:
        if now >= press:
            press = now + PRESS_S
            terminal.press(READY)
        if now >= look:
            look = now + EVERY_S
            yield now
        terminal.read(0.2)


def assert_no_trouble(terminal: Terminal) -> None:
    found = TROUBLE.search(terminal.text)
    assert found is None, " ".join(terminal.text[max(0, found.start() - 500) : found.end() + 1500].split())


@pytest.mark.long
@pytest.mark.timeout(LENGTH_S + 120)
def test_for_ten_minutes_the_memory_is_flat_and_nothing_is_complained_of(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN)
    with simulator(tmp_path) as links:
        use = ("--use", f"pad={links['heat']}", "--use", f"gun={links['percussion']}")
        argv = (PYTHON, "-c", START, tmp_path / "complaints", "run", plan, *use)
        with Terminal(argv, places(str(tmp_path)), size=(120, 40)) as terminal:
            used = Used(terminal.pid)
            for _ in attend(terminal, WARM_S):
                assert_no_trouble(terminal)
            warm, cpu, began = used.rss_kb, used.cpu_s, monotonic()
            seen = [warm]
            for _ in attend(terminal, LENGTH_S - WARM_S):
                assert_no_trouble(terminal)
                assert "at most" in terminal.text, "the session goes on, and is drawn"
                terminal.forget()
                seen.append(used.rss_kb)
            share = (used.cpu_s - cpu) / (monotonic() - began)
            looks = " ".join(f"{kb / 1024:.1f}" for kb in seen)
            print(f"CPU {share:.1%} of a core; RSS in MB, every {EVERY_S:g} s: {looks}")
            assert max(seen) < warm * GROWS
            assert share < MOST_CPU
            terminal.press(b"x")
            terminal.shows("Stopped")
            terminal.end(signal.SIGTERM)
    assert (tmp_path / "complaints").read_text() == ""
