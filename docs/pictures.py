"""The pictures of the documents, each drawn by the program from what really ran: `make pictures`."""

from __future__ import annotations

import asyncio
import math
import os
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from unittest import mock

from controller import api
from controller.answers import Answers
from controller.api import Session, Setup
from controller.core.events import Said
from controller.faces.cli.checking import checked
from controller.faces.home.app import HomeApp
from controller.faces.tui.app import RunApp
from controller.faces.tui.mailbox import Mailbox
from controller.faces.tui.signs import UTF8
from controller.known import Device, add
from controller.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from threading import Thread

    from textual.pilot import Pilot

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


PAST = (("upper-back", 6, 7, 4), ("neck", 4, 6, 3), ("upper-back", 3, 5, 3), ("lower-back", 1, 4, 2))
"""Protocol, days ago, and how tender it was before and after."""
DEVICES = (
    Device(name="warm pad", kinds=("heat",), link="hand", added="2026-01-01"),
    Device(name="gun", kinds=("percussion",), link="hand", added="2026-01-01", levels=5),
)
PAGES = {"home": (), "protocol": ("u",), "history": ("y", "down", "down")}
"""Keys from Home to what is drawn."""


def run_the_past() -> None:
    """Real sessions on simulated devices, as if on earlier days."""
    for name, ago, before, after in PAST:
        plan = checked(name, {}).compiled.plan
        if plan is None:
            raise RuntimeError(f"the shipped protocol {name} does not compile")
        given = Answers(
            {"ready": ["yes"], "present": ["yes"], "ask": ["no"], "rate": [str(before), str(after)]}
        )
        day = mock.Mock(wraps=datetime)
        day.now.return_value = NOON - timedelta(days=ago)
        with mock.patch.object(api, "datetime", day):
            Session(Setup(plan=plan, sim=True, speed=math.inf, answers=given, source=name)).run_here()


async def draw_home(folder: Path) -> None:
    """Home and its pages, for somebody who has been here before."""
    for name, keys in PAGES.items():
        app = HomeApp(signs=UTF8, settings=Settings(), wall=lambda: NOON)
        async with app.run_test(size=(100, 30)) as pilot:
            await settled(app, pilot)
            for key in keys:
                await pilot.press(key)
                await settled(app, pilot)
            picture = app.export_screenshot(title="unknot")
        (folder / f"{name}.svg").write_text(picture, encoding="utf-8")


async def settled(app: HomeApp, pilot: Pilot[None]) -> None:
    """Wait until all that was read is shown, by the page on top too."""
    seen: set[object] = set()
    while (still := await _still_reads(app, pilot)) and not still <= seen:
        seen |= still
        for each in still:
            await asyncio.to_thread(each.join)
    await pilot.pause()


async def _still_reads(app: HomeApp, pilot: Pilot[None]) -> set[Thread]:
    await pilot.pause()
    while getattr(app.screen, "rests", None) is not None:
        await pilot.pause(0.01)
    found = (app.reading, getattr(app.screen, "reading", None))
    return {each for each in found if each is not None}


@contextmanager
def own_places() -> Iterator[None]:
    """Places in which nothing was ever kept."""
    with TemporaryDirectory() as own:
        names = ("STATE", "CONFIG", "RUNTIME")
        with mock.patch.dict(os.environ, {f"UNKNOT_{each}_DIR": f"{own}/{each.lower()}" for each in names}):
            yield


def main(folder: Path = Path(__file__).parent) -> None:
    """Draw all of them into `folder`, with nothing of whoever draws them."""
    with own_places():
        save_picture(demo_snapshots(), folder / "run-screen.svg")
    with own_places():
        run_the_past()
        for device in DEVICES:
            add(device)
        asyncio.run(draw_home(folder))


if __name__ == "__main__":
    main()
