"""The Run screen for `bench.work.screens`: a session that only tells, from what a simulated one told.

Run by itself it prints the temperatures of that session, one a second.
"""

from __future__ import annotations

import json
import math
import threading
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

from bench.work.plan import answers, plan
from bench.work.screens import POINTS, tell
from controller.api import Session, Setup
from controller.core import Said
from controller.faces.tui.app import RunApp
from controller.faces.tui.history import plotted
from controller.faces.tui.mailbox import Mailbox
from docs.pictures import StillSession

if TYPE_CHECKING:
    from controller.snapshot import Snapshot


def snapshots() -> list[Snapshot]:
    """Every picture of the half hour, as in real time."""
    session = Session(Setup(plan=plan(), sim=True, speed=math.inf, answers=answers()))
    seen: list[Snapshot] = []
    session.subscribe(lambda fact: None if isinstance(fact, Said) else seen.append(replace(fact, speed=1.0)))
    session.run_here()
    return seen


def temperatures() -> list[float]:
    """What the pad measured, one a second."""
    found: list[float] = []
    for each in snapshots():
        pad = plotted(each)
        if pad is not None and pad.actual is not None and each.t >= len(found):
            found.append(pad.actual)
    return found


def run(pipe: int) -> None:
    """Show it: the first ten minutes at once, from there as time goes."""
    seen, mailbox = snapshots(), Mailbox()
    app = RunApp(StillSession(), mailbox)
    over = threading.Event()

    def live() -> None:
        rest = [each for each in seen if each.t >= POINTS]
        began = monotonic()
        for each in rest:
            if over.wait(max(0.0, began + each.t - rest[0].t - monotonic())):
                return
            mailbox.put(each)

    def begin() -> None:
        for each in seen:
            if each.t < POINTS:
                mailbox.put(each)
                app.run_screen.frame()
        threading.Thread(target=live, daemon=True).start()
        tell(pipe, app)

    app.call_later(begin)
    app.run()
    over.set()


if __name__ == "__main__":
    print(json.dumps({"temperatures": temperatures()}))
