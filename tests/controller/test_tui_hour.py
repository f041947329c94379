"""A session in virtual time with the Run screen attached, every picture shown: nothing piles up or stays."""

from __future__ import annotations

import asyncio
import gc
import math
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from piloted import piloted

from controller.answers import Answers
from controller.api import Session, Setup
from controller.core import Command, Said
from controller.faces.tui.app import RunApp
from controller.faces.tui.mailbox import Mailbox
from controller.faces.tui.signs import UTF8
from protocols.language import compile_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from controller.snapshot import Ended, Snapshot

HEAD = """\
unknot: 1
title: Attached
needs: {pad: heat, gun: percussion}
"""
SHORT = f"""{HEAD}
steps:
  - {{heat: upper back, to: low, for: 1 min, within: 3 min}}
  - {{press: hamstrings, side: both, at: gentle, for: 15 s, move: along, between: 30 s}}
"""
HOUR = f"""{HEAD}
steps:
  - together:
      - - {{heat: upper back, to: low, for: 26 min, within: 3 min}}
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
WORDS = (Command("pause"), Command("resume"))
PAUSES_S = ((500.0, 1080.0), (1500.0, 2080.0), (2500.0, 3080.0))
"""A pause may last ten minutes; with these a plan of half an hour takes as long as a session may."""
ANSWERS = {"ready": ["yes"], "present": ["yes"]}
EVERY_S = 300.0
WARM = 3
"""Looks at the memory after which it has all that it needs: caches are full, the plot has its samples."""
MOST_OBJECTS = 4000
"""Twelve hundred samples of the plot, a plan, and what the session and the screen are made of."""
PAGE_KB = 4


@dataclass(frozen=True)
class Memory:
    rss_kb: int
    ours: int
    """Objects of our own classes."""

    @classmethod
    def now(cls) -> Memory:
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        ours = sum(str(type(each).__module__).startswith("controller.") for each in gc.get_objects())
        return cls(pages * PAGE_KB, ours)


class Attached:
    """A session in its thread, and the screen here; the session waits for the screen at each picture."""

    def __init__(self, text: str, pauses: Sequence[tuple[float, float]] = ()) -> None:
        plan = compile_text(text).plan
        assert plan is not None
        self.session = Session(Setup(plan=plan, sim=True, speed=math.inf, answers=Answers(ANSWERS)))
        self.mailbox = Mailbox()
        self.app = RunApp(self.session, self.mailbox, signs=UTF8)
        self.memory: list[Memory] = []
        self.pictures = 0
        self.t = 0.0
        self._words = [each for pair in pauses for each in zip(pair, WORDS, strict=True)]

    async def run(self) -> Ended:
        loop = asyncio.get_running_loop()

        def hear(fact: Snapshot | Said) -> None:
            self.mailbox.put(fact)
            if not isinstance(fact, Said):
                asyncio.run_coroutine_threadsafe(self._show(fact), loop).result()

        self.session.subscribe(hear)
        async with piloted(self.app, (120, 40)) as pilot:
            self.session.start()
            ended = None
            while ended is None:
                await asyncio.sleep(0)
                ended = self.session.wait(0)
            self.app.run_screen.frame()
            await pilot.pause()
            self.memory.append(Memory.now())
        return ended

    async def _show(self, snapshot: Snapshot) -> None:
        self.pictures, self.t = self.pictures + 1, snapshot.t
        self.app.run_screen.frame()
        await asyncio.sleep(0)  # what the frame asked for is laid out
        if snapshot.t >= EVERY_S * (len(self.memory) + 1):
            self.memory.append(Memory.now())
        while self._words and snapshot.t >= self._words[0][0]:
            self.session.send(self._words.pop(0)[1])


def run(attached: Attached) -> set[str]:
    """What is left when the screen is closed, but for what was there before."""
    threads = {*threading.enumerate()}

    async def main() -> set[str]:
        ended = await attached.run()
        assert (ended.outcome, ended.exit) == ("completed", 0), ended
        return {str(task) for task in asyncio.all_tasks() - {asyncio.current_task()}}

    tasks = asyncio.run(main())
    return tasks | {thread.name for thread in {*threading.enumerate()} - threads}


def test_a_session_leaves_no_task_and_no_thread() -> None:
    attached = Attached(SHORT)
    assert run(attached) == set()
    assert attached.pictures > 4 * 60


@pytest.mark.soak
def test_in_an_hour_the_memory_is_flat_and_nothing_is_left() -> None:
    attached, before = Attached(HOUR, PAUSES_S), Memory.now()
    assert run(attached) == set()
    assert attached.t > 58 * 60, "the longest session that there may be"
    assert attached.pictures > 3 * attached.t
    warm, later = attached.memory[WARM - 1], attached.memory[WARM:]
    assert len(later) >= 8
    for each in later:
        assert each.rss_kb < warm.rss_kb * 1.06, attached.memory
    # While it runs, what waits for the record's writer comes and goes; at the end nothing waits.
    assert later[-1].ours - before.ours < MOST_OBJECTS, (before, attached.memory)
