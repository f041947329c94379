"""A picture of the screen as SVG, for documents: no terminal and no session needed."""

from __future__ import annotations

import asyncio
import math
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from controller.api import Session, Setup
from controller.core.events import Said
from controller.faces.cli.checking import checked
from controller.faces.tui.app import RunApp
from controller.faces.tui.mailbox import Mailbox
from controller.faces.tui.signs import UTF8
from controller.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from controller.core.events import Answer, Command
    from controller.snapshot import Ended, Snapshot


NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""What the clock shows in a picture that is to be the same each time."""


class StillSession:
    """A session that only shows pictures."""

    def __init__(self) -> None:
        self.snapshot: Snapshot | None = None

    def send(self, word: Command | Answer) -> None:
        """Nobody listens."""

    def subscribe(self, listener: Callable[[Snapshot | Said], None], *, pictures: bool = True) -> None:
        """Nothing more comes."""

    def start(self) -> None:
        """It stands still."""

    def interrupt(self, why: str) -> None:
        """Nothing runs."""

    def no_more_answers(self) -> None:
        """Nothing is asked."""

    def wait(self, timeout: float | None = None) -> Ended | None:
        """It never ends."""
        return None

    def run_here(self) -> Ended:
        """It is for a screen, which has `start`."""
        raise NotImplementedError


def save_picture(
    snapshots: Sequence[Snapshot], path: Path, *, size: tuple[int, int] = (100, 30), demo: bool = False
) -> None:
    """Draw the last of `snapshots`, with the others as its history, to `path` as SVG."""
    path.write_text(asyncio.run(_picture(snapshots, size, demo=demo)), encoding="utf-8")


async def _picture(snapshots: Sequence[Snapshot], size: tuple[int, int], *, demo: bool) -> str:
    mailbox = Mailbox()
    # In the theme that everybody begins with, whatever whoever draws it has set.
    app = RunApp(StillSession(), mailbox, demo=demo, signs=UTF8, settings=Settings(), wall=lambda: NOON)
    async with app.run_test(size=size) as pilot:
        for snapshot in snapshots:
            mailbox.put(snapshot)
            app.run_screen.frame()
        await pilot.pause()
        return app.export_screenshot(title="unknot")


def demo_snapshots() -> list[Snapshot]:
    """The shipped demo, on simulated devices as fast as it goes, up to the middle of its first press."""
    plan = checked("demo", {}).compiled.plan
    if plan is None:
        raise RuntimeError("the shipped protocol demo does not compile")
    session = Session(Setup(plan=plan, sim=True, speed=math.inf, demo=True))
    seen: list[Snapshot] = []
    session.subscribe(lambda word: None if isinstance(word, Said) else seen.append(replace(word, speed=1.0)))
    session.run_here()
    return seen[: next(n for n, each in enumerate(seen, 1) if _pressing(each))]


def _pressing(snapshot: Snapshot) -> bool:
    driven = any(c.kind == "percussion" and c.setpoint > 0 for c in snapshot.channels)
    return driven and snapshot.countdown is not None and snapshot.countdown <= 8


if __name__ == "__main__":
    save_picture(demo_snapshots(), Path(sys.argv[1]))
