"""Row 12: the CPU of a screen with a plot at four pictures a second, and what it writes to the terminal.

All screens run at once in each round, so that a busy moment meets them all; each counts its own CPU.
"""

from __future__ import annotations

import json
import os
import select
import tempfile
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import monotonic
from typing import TYPE_CHECKING

from bench.environments import PeerError, peer
from bench.goals import LEAST_ROUNDS, Goal, Result
from bench.report import Row
from bench.rounds import PATIENCE, PYTHON, Rounds, work
from bench.terminal import Terminal, places

if TYPE_CHECKING:
    from collections.abc import Mapping

SIZE = (120, 40)
WARM, SECONDS = 3.0, 10.0
SSH = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}
PEER = Goal("CPU / CPU of the same data in textual-plotext", "<=", 0.3)
SPARKS = Goal("CPU / CPU of a Sparkline of Textual", "<=", 2.0)

Screen = tuple[Path, str, "Mapping[str, str]"]
"""An interpreter, the screen's name in `bench.work.screens`, and what its environment has more."""
Figures = dict[str, float]


class Shown:
    """A screen on a terminal, and what it tells."""

    def __init__(self, screen: Screen, temperatures: Path, folder: str) -> None:
        python, name, more = screen
        self._told, writer = os.pipe()
        os.set_inheritable(writer, True)
        argv = (python, "-m", "bench.work.screens", name, str(writer), temperatures, str(WARM), str(SECONDS))
        self.terminal = Terminal(argv, {**places(folder), **more}, size=SIZE)
        os.close(writer)
        self._text = b""
        self._before = 0

    @property
    def fds(self) -> tuple[int, int]:
        """What to wait for."""
        return self.terminal.master, self._told

    def take(self, fd: int) -> Figures | None:
        """Read what is there; its figures, once it tells them. Raises RuntimeError where it ended before."""
        if fd == self.terminal.master:
            self.terminal.read(0)
            self.terminal.forget()
            return None
        data = os.read(self._told, 4096)
        if not data:
            raise RuntimeError("a screen ended before it told anything")
        self._text += data
        lines = self._text.splitlines()
        if lines == [b"begin"]:
            self._before = self.terminal.bytes
        if len(lines) < 2 or not self._text.endswith(b"\n"):
            return None
        found: Figures = json.loads(lines[1])
        return {**found, "bytes": (self.terminal.bytes - self._before) / found["seconds"]}

    def close(self) -> None:
        """End it."""
        os.close(self._told)
        self.terminal.__exit__()


def measure() -> Row:
    """CPU of each process over ten seconds, the session's apart."""
    screens: dict[str, Screen] = {
        "Sparkline": (PYTHON, "sparkline", {}),
        "unknot": (PYTHON, "unknot", {}),
        "unknot over SSH": (PYTHON, "unknot", SSH),
    }
    versions, why = [f"textual {version('textual')}"], ""
    try:
        plotext = peer("plotext")
    except PeerError as error:
        why = str(error)
    else:
        screens["plotext"] = (plotext.python, "plotext", {})
        versions.append(plotext.version("textual-plotext"))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "temperatures.json"
        measured = work("run_screen", env=places(folder))
        file.write_text(json.dumps(measured["temperatures"]), encoding="utf-8")
        told = [together(screens, file) for _ in range(LEAST_ROUNDS)]
    rounds = Rounds({name: tuple(float(each[name]["share"]) for each in told) for name in screens})
    results = (
        Result(PEER, skipped=why) if why else Result(PEER, rounds.ratios("unknot", "plotext")),
        Result(SPARKS, rounds.ratios("unknot", "Sparkline")),
    )
    notes = ", ".join(
        f"{name} {rounds.middle(name):.1%} and {median(each[name]['bytes'] for each in told) / 1000:.1f} KB/s"
        for name in screens
    )
    return Row(12, "the Run screen, 4 pictures a second", results, tuple(versions), (notes,))


def together(screens: Mapping[str, Screen], temperatures: Path) -> dict[str, Figures]:
    """What each screen tells of itself, all shown at once. Raises RuntimeError where one does not."""
    with ExitStack() as stack:
        shown: dict[str, Shown] = {}
        for name, screen in screens.items():
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            shown[name] = Shown(screen, temperatures, folder)
            stack.callback(shown[name].close)
        return _figures(shown)


def _figures(shown: Mapping[str, Shown]) -> dict[str, Figures]:
    found: dict[str, Figures] = {}
    until = monotonic() + PATIENCE
    while len(found) < len(shown):
        if monotonic() > until:
            raise RuntimeError(f"only {[*found]} of {[*shown]} told anything")
        waiting = {fd: name for name, each in shown.items() if name not in found for fd in each.fds}
        for fd in select.select([*waiting], [], [], 1.0)[0]:
            name = waiting[fd]
            if (figures := shown[name].take(fd)) is not None:
                found[name] = figures
    return found
