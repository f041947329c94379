"""The CPU that a screen with a plot takes, four pictures a second, each of half an hour's session.

The argument names the screen. `unknot` is the Run screen, given in real time the pictures that a simulated
session told; `plotext` and `sparkline` are a clock and the temperatures of the same session, which the file
of the third argument holds, one a second. What a session costs is in none of them. Figures go to the pipe
that the second argument names, where a line says when it begins to count: the fourth is for how many
seconds it only shows, the fifth for how many it counts.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.widgets import Digits, Sparkline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.widget import Widget

RATE = 4.0
POINTS = 600
"""Seconds of the session that are drawn from the start, and so many temperatures."""


def cpu() -> float:
    """Seconds of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def tell(pipe: int, app: App[Any]) -> None:
    """Count once the screen has settled, tell, and leave."""
    warm, seconds = map(float, sys.argv[4:6])

    def begin() -> None:
        os.write(pipe, b"begin\n")
        before = cpu()

        def end() -> None:
            os.write(
                pipe, json.dumps({"share": (cpu() - before) / seconds, "seconds": seconds}).encode() + b"\n"
            )
            app.exit()

        app.set_timer(seconds, end)

    app.set_timer(warm, begin)


class Plain(App[None]):
    """A clock, and a plot."""

    CSS = "#plot { width: 60%; height: 18; }"  # as large as the Run screen's

    def __init__(self, plot: Widget, pipe: int, temperatures: Sequence[float]) -> None:
        super().__init__()
        self._plot, self._pipe = plot, pipe
        self._temperatures, self._frames = temperatures, 0

    def compose(self) -> ComposeResult:
        """Both."""
        yield Digits("10:00")
        self._plot.id = "plot"
        yield self._plot

    def on_mount(self) -> None:
        """Begin."""
        self.set_interval(1 / RATE, self._next)
        tell(self._pipe, self)

    def _next(self) -> None:
        self._frames += 1
        now = POINTS + self._frames // int(RATE)
        self.query_one(Digits).update(f"{now // 60}:{now % 60:02}")
        self.draw(self._temperatures[:now])

    def draw(self, values: Sequence[float]) -> None:
        """Show them."""
        raise NotImplementedError


class Sparks(Plain):
    """Textual's own."""

    def __init__(self, pipe: int, temperatures: Sequence[float]) -> None:
        super().__init__(Sparkline([]), pipe, temperatures)

    def draw(self, values: Sequence[float]) -> None:
        """Show them."""
        self.query_one(Sparkline).data = values


class Plotext(Plain):
    """textual-plotext's."""

    def __init__(self, pipe: int, temperatures: Sequence[float]) -> None:
        super().__init__(importlib.import_module("textual_plotext").PlotextPlot(), pipe, temperatures)

    def draw(self, values: Sequence[float]) -> None:
        """Show them."""
        widget: Any = self._plot
        widget.plt.clear_data()
        widget.plt.plot(values)
        widget.refresh()


def main() -> None:
    """Show the one that is named, and tell."""
    pipe = int(sys.argv[2])
    if sys.argv[1] == "unknot":
        from bench.work.run_screen import run  # noqa: PLC0415  the others' environment has none of it

        run(pipe)
    else:
        temperatures = json.loads(Path(sys.argv[3]).read_text(encoding="utf-8"))
        {"sparkline": Sparks, "plotext": Plotext}[sys.argv[1]](pipe, temperatures).run()


if __name__ == "__main__":
    main()
