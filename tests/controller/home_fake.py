"""Home over sessions that a test plays by hand, with facts that no clock changes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from piloted import piloted
from screen_fake import FakeSession

from controller.faces.home.app import HomeApp
from controller.faces.home.facts import Facts
from controller.faces.tui.signs import UTF8, Signs
from controller.known import Device
from controller.people import Clinician, Person
from controller.safety.screening import Answer
from controller.safety.standing import PLAIN
from docs.pictures import NOON

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.pilot import Pilot

    from controller.api import Setup
    from controller.safety.screening.answers import Value
    from controller.snapshot import Snapshot

MY_PAD = Device(name="my pad", kinds=("heat",), link="serial:/dev/pad", added="2027-01-31", serial="P1")
MY_GUN = Device(name="my gun", kinds=("percussion",), link="hand", added="2027-01-31", levels=5)
NOBODY = Facts(standing=PLAIN)
ANA = Facts(
    who="Ana",
    lately=("30 Jan 18:05  neck  completed  12:07  tender 6 → 2", "29 Jan 07:40  thighs  stopped  3:10"),
    again=("neck: heat again in 3 h 20 min", "everywhere: massager again in 50 min"),
    devices=(MY_PAD, MY_GUN),
    standing=PLAIN,
)
THEN = datetime(2027, 1, 31, 12, tzinfo=UTC)
"""The moment for which people are shown."""
_ROWS: tuple[tuple[str, Value, str | None], ...] = (
    ("R10", "yes", "71"), ("C3", "yes", None), ("R7", "no", None),
)  # fmt: skip
_TOLD = tuple(
    Answer(row=row, value=value, at_s=THEN.timestamp() - 86_400, by="Ana", version="0", detail=detail)
    for row, value, detail in _ROWS
)
ANA_HERSELF = Person(
    name="Ana", created=THEN, owner=True, answers=_TOLD, sessions=12,
    clinician=Clinician(name="Dr. Okafor", since=date(2027, 1, 1), until=date(2027, 3, 31)),
)  # fmt: skip
BEN_HIMSELF = Person(name="Ben", created=THEN)
TWO = replace(ANA, people=(ANA_HERSELF, BEN_HIMSELF))
BROKEN = """unknot: 1
title: Broken
needs: {pad: heat}
steps:
  - heat: neck
    with: pad
    to: 39 °C
    for: 60
    within: 4 min
"""
TOO_MUCH = (
    BROKEN.replace("for: 60\n", "for: 40 min\n").replace("39 °C", "41 °C").replace("Broken", "Too much")
)


class Visit:
    """Home, with what was started from it, and what was opened beside it."""

    def __init__(
        self, facts: Facts | Callable[[str | None], Facts] = NOBODY, *, signs: Signs = UTF8, **seat: Any
    ) -> None:
        self.time = 100.0
        self.setups: list[Setup] = []
        self.sessions: list[FakeSession] = []
        self.beside: list[list[str]] = []
        self.writes: str | None = None
        found = facts if callable(facts) else lambda _: facts
        self.app = HomeApp(
            signs=signs, facts=found, session_for=self._session, beside=self._open,
            now=lambda: self.time, wall=lambda: NOON, **seat,
        )  # fmt: skip
        self.pilot: Pilot[None]

    async def looked(self) -> None:
        """Wait until it has looked for what runs elsewhere, and followed what it found."""
        self.app.look_around()
        for thread in (self.app.around.looking, self.app.around.connecting):
            if thread is not None:
                await asyncio.to_thread(thread.join)
            await self.pilot.pause()

    def _session(self, setup: Setup) -> FakeSession:
        self.setups.append(setup)
        self.sessions.append(FakeSession())
        return self.sessions[-1]

    def _open(self, command: list[str]) -> None:
        self.beside.append(command)
        if self.writes is not None:
            Path(command[-1]).write_text(self.writes, encoding="utf-8")

    async def press(self, *keys: str) -> None:
        """Press keys, each when what the last one did is drawn."""
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause()

    async def until(self, true: Callable[[], bool], within: float = 20.0) -> None:
        """Wait for what another thread brings."""
        loop = asyncio.get_running_loop()
        end = loop.time() + within
        while not true():
            assert loop.time() < end, self.text()
            await self.pilot.pause(0.01)
        await self.pilot.pause()

    async def sees(self, *wanted: str) -> None:
        """Wait until all of that is shown."""
        await self.until(lambda: all(each in self.text() for each in wanted))

    async def click(self, selector: str, **where: Any) -> None:
        """The mouse, on that."""
        await self.pilot.click(selector, **where)
        await self.pilot.pause()

    async def show(self, snapshot: Snapshot) -> None:
        """The session's picture, long enough for keys to count."""
        self.sessions[-1].tell(snapshot)
        await self.frame(2.0)

    async def frame(self, seconds: float = 0.0) -> None:
        """Move the clock and draw."""
        assert self.app.run_screen is not None
        self.app.run_screen.frame()
        self.time += seconds
        if self.app.run_screen is not None:
            self.app.run_screen.frame()
        await self.pilot.pause()

    async def known(self) -> None:
        """Wait until the facts are read and shown."""
        assert self.app.reading is not None
        await asyncio.to_thread(self.app.reading.join)
        await self.pilot.pause()

    @property
    def page(self) -> str:
        """Which screen is on top."""
        return type(self.app.screen).__name__

    def text(self) -> str:
        """What the screen shows, as plain lines."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips) + "\n"


def visit(
    scene: Callable[[Visit], Awaitable[None]],
    facts: Facts | Callable[[str | None], Facts] = NOBODY,
    *,
    size: tuple[int, int] = (80, 24),
    signs: Signs = UTF8,
    **seat: Any,
) -> Visit:
    """Run `scene` with Home up and its facts read."""

    async def run() -> Visit:
        found = Visit(facts, signs=signs, **seat)
        try:
            async with piloted(found.app, size) as pilot:
                found.pilot = pilot
                await found.known()
                await scene(found)
        finally:
            found.app.hands.close()
        return found

    return asyncio.run(run())
