"""Row 13: from the start of the program to its first screen, beside the least that Textual can draw."""

from __future__ import annotations

import tempfile
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

from bench.goals import Goal, Result
from bench.report import Row
from bench.rounds import PYTHON, ROOT, interleave
from bench.terminal import Terminal, places

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HOME = Goal("unknot / a trivial app of Textual", "<=", 1.3)
TRIVIAL = ROOT / "bench" / "work" / "trivial_screen.py"
LAST = "drawn"


_UNKNOT = PYTHON.with_name("unknot")
OURS: dict[str, tuple[Sequence[str | Path], str]] = {
    "unknot": ((_UNKNOT,), "Quit"),
    "unknot run": ((_UNKNOT, "run", "neck", "--by-hand"), "STOP"),
}
"""What is started, and what stands in the last line of its first screen."""


def measure() -> Row:
    """Until the last line of the first screen is drawn, for somebody who is there for the first time."""
    commands = {"trivial": ((PYTHON, TRIVIAL, LAST), LAST), **OURS}
    rounds = interleave({name: partial(_seconds, *each) for name, each in commands.items()})
    results = (Result(HOME, rounds.ratios("unknot", "trivial")),)
    note = ", ".join(f"{name} {rounds.middle(name) * 1000:.0f} ms" for name in commands)
    told = f"{note}; `run` reads, compiles and checks its file before it draws, and has no goal here"
    return Row(13, "start to first screen", results, (f"textual {version('textual')}",), (told,))


def _seconds(argv: Sequence[str | Path], last: str) -> float:
    with tempfile.TemporaryDirectory() as folder, Terminal(argv, places(folder)) as terminal:
        return terminal.shows(last) - terminal.began
