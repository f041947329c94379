"""A world in which months pass: people with tissue, one gun and one pad, clocks, crashes, and a ledger.

Sessions run through `api.Session` in virtual time on simulated devices that pass for real ones, so that
everything is asked, held to and written down as with a body.
"""

from __future__ import annotations

import asyncio
import math
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from months_referee import Had, Referee

import controller.core.session
import controller.whose
from controller import api, people
from controller.config import state_dir
from controller.core import Answer, Command, Said
from controller.ledger import clocks, ledger_folder
from protocols.language import compile_text
from simulator.bench import STANDARD, Bench, Plan
from simulator.faults import Fault
from simulator.loop import virtual_loop
from simulator.physics.tissue import Tissue

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from controller.snapshot import Ended
    from simulator.device import SimDevice
    from simulator.faults import What

BEGAN = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
AFTER_S = 120.0  # how long the tissue is still looked at: what is warm goes on
PAD_COOLS_S = 300.0

HEAT = """unknot: 1
title: Warm
needs: {{pad: heat}}
steps:
  - heat: {name}
    side: {side}
    to: {to} °C
    for: {seconds} s
    within: 8 min
"""
PRESS = """unknot: 1
title: Press
needs: {{gun: percussion}}
steps:
  - press: {name}
    side: {side}
    at: {strength}
    for: {seconds} s
    move: circles
"""
BOTH = """unknot: 1
title: Press twice
needs: {{gun: percussion}}
steps:
  - press: {name}
    side: {side}
    at: gentle
    for: {seconds} s
    move: circles
  - rest: {seconds} s
  - press: {name}
    side: {side}
    at: gentle
    for: {seconds} s
    move: along
"""


@dataclass(frozen=True)
class Deed:
    """One run: of whom, what, and what befalls it how many seconds after the device is first driven."""

    who: str | None
    text: str
    area: str
    side: str
    fault: What | None = None
    at_s: float = 0.0
    crash: bool = False
    fit: bool = False


class World:
    """`now_s` is true time since it began; `referee` judges what tissue had."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now_s = 0.0
        self.wall_s = 0.0  # by how much the wall clock is off
        self.boot, self.booted_s = 1, 0.0
        self.tissue: dict[tuple[str, str, str], Tissue] = {}
        self.referee = Referee()
        self.completed: dict[str, int] = {}
        self.refused: dict[str, int] = {}
        self.pad = STANDARD["heat"].pad.rest  # °C of its sensor
        self._pad_at_s = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._loop_zero = 0.0
        self._bench: Bench | None = None
        self.worn = STANDARD["heat"].pad
        self._dose_before = 0.0
        self.each_second: Callable[[World], None] = lambda _: None
        world = self

        class Calendar(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Any:
                return (BEGAN + timedelta(seconds=world.true_s() + world.wall_s)).astimezone(tz)

        patch.setattr(clocks.SystemClocks, "moment", lambda _self: world.moment())
        self.calendar = Calendar
        patch.setattr(controller.whose, "datetime", Calendar)
        # What is simulated passes for real: it is confirmed, and a body's ledger is kept.
        patch.setattr(api, "is_simulated", lambda *_a, **_k: False)
        patch.setattr(controller.core.session, "is_simulated", lambda *_a, **_k: False)
        loops: dict[str, Any] = {"bench": lambda *_a, **_k: world._bench, "loop": virtual_loop}
        patch.setattr(api, "simulator", loops.__getitem__)

    def true_s(self) -> float:
        """True time, within a session too."""
        return self.now_s + (0.0 if self._loop is None else self._loop.time() - self._loop_zero)

    def moment(self) -> clocks.Moment:
        """What the clocks of the machine show."""
        now = self.true_s()
        return clocks.Moment(BEGAN.timestamp() + now + self.wall_s, f"boot-{self.boot}", now - self.booted_s)

    def add(self, who: str, *, sessions: int = 0) -> None:
        """Somebody of this machine, with so many sessions behind them."""
        people.add(who, self.calendar.now(UTC), owner=False)
        for _ in range(sessions):
            people.session_completed(who)

    def wait(self, seconds: float) -> None:
        """Time passes; the pad cools."""
        self.now_s += seconds

    def step_clock(self, seconds: float) -> None:
        """Somebody sets the wall clock."""
        self.wall_s += seconds

    def reboot(self) -> None:
        """The machine starts again."""
        self.boot += 1
        self.booted_s = self.now_s

    def ledger(self, who: str | None) -> Path:
        """Where a body's ledger is."""
        return ledger_folder(who)

    def run(self, deed: Deed) -> Ended | None:
        """One session to its end, or to its crash (None). The referee is told what the tissue had."""
        plan = compile_text(deed.text).plan
        assert plan is not None, deed.text
        kind = "heat" if "pad" in plan.roles else "percussion"
        key = (deed.who or "guest", deed.area, deed.side)
        tissue = self.tissue.setdefault(key, Tissue())
        tissue.advance(max(tissue.at_ms, round(self.now_s * 1000)))
        cooled = math.exp((self._pad_at_s - self.now_s) / PAD_COOLS_S)
        rest = STANDARD["heat"].pad.rest
        start = rest + (self.pad - rest) * cooled
        facts = replace(STANDARD[kind], start=start, pad=self.worn) if kind == "heat" else STANDARD[kind]
        faults = () if deed.fault is None else (
            Fault(device=facts.name, what=deed.fault, at_ms=round(deed.at_s * 1000), after_driven=True),
        )  # fmt: skip
        self._bench = Bench(Plan(devices=(facts,), faults=faults), {facts.name: tissue})
        self._dose_before = tissue.dose
        began, dose, tissue.hottest_seen = self.now_s, tissue.dose, tissue.hottest
        ended = self._session(deed, plan)
        device = self._bench.device(facts.name)
        driven, percussion = _driven(device.trace, kind)
        self.referee.felt(deed.fault or "", tissue.hottest_seen, tissue.dose - dose)
        if device.pad is not None:
            self.pad, self._pad_at_s = device.pad.sensor(device.now_ms()), self.now_s
        warm = self._warm_s
        self.referee.give(
            key, Had(began, self.now_s - AFTER_S, tissue.dose - dose, driven, warm, percussion)
        )  # fmt: skip
        name = deed.who or "guest"
        if ended is not None and ended.exit == 0:
            self.completed[name] = self.completed.get(name, 0) + (driven + percussion > 5)
        if ended is not None and ended.exit == 4:
            self.refused[name] = self.refused.get(name, 0) + 1
        return ended

    def _session(self, deed: Deed, plan: Any) -> Ended | None:
        session = api.Session(
            api.Setup(plan=plan, sim=True, speed=math.inf, person=deed.who, fit=deed.fit)
        )  # fmt: skip
        session.subscribe(lambda fact: self._hear(session, fact), pictures=False)
        with asyncio.Runner(loop_factory=lambda: virtual_loop(None)) as runner:
            ended = runner.run(self._live(session, deed))
        assert self._loop is not None
        self.now_s += self._loop.time() - self._loop_zero
        self._loop = None
        if not _at_the_crash().exists():
            return ended
        shutil.rmtree(state_dir())
        shutil.move(_at_the_crash(), state_dir())
        return None

    def _hear(self, session: api.Session, fact: object) -> None:
        """The person: nothing to screen, all is ready, and after a pause on again."""
        if not isinstance(fact, Said):
            return
        if fact.event == "question":
            asked, kind = str(fact.data["question"]), str(fact.data["kind"])
            yes = asked == "C18" or kind not in {"screening", "rate"}
            session.send(Answer(asked, "yes" if yes else "3" if kind == "rate" else "no"))
        elif fact.event == "paused" and self._loop is not None:
            self._loop.call_later(20.0, session.send, Command("resume"))

    async def _live(self, session: api.Session, deed: Deed) -> Ended:
        self._loop = asyncio.get_running_loop()
        self._loop_zero, self._warm_s = self._loop.time(), 0.0
        others = [asyncio.ensure_future(self._feel())]
        if deed.crash:
            others.append(asyncio.ensure_future(self._die(session, deed.at_s)))
        ended = await session._main(signals=False)
        await asyncio.sleep(AFTER_S)
        for other in others:
            other.cancel()
        return ended

    async def _feel(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            self.each_second(self)
            hottest = self._device.tissue_hottest  # asked of the device: its pad warms after the session too
            self._warm_s += hottest is not None and hottest >= 39.0

    async def _die(self, session: api.Session, at_s: float) -> None:
        await self._device.driven.wait()
        await asyncio.sleep(at_s)
        shutil.copytree(state_dir(), _at_the_crash(), symlinks=True)  # what the disk holds just then
        session.interrupt("the power went")

    @property
    def dose_now(self) -> float:
        """CEM43 minutes that the tissue of this run has had in it."""
        tissue = self._device.tissue
        return 0.0 if tissue is None else tissue.dose - self._dose_before

    @property
    def worked_ms_now(self) -> int:
        """ms of percussion in this run, by the device's own trace."""
        device = self._device
        return (
            0
            if device.head is None
            else round(_driven(device.trace, "percussion", device.now_ms())[1] * 1000)
        )

    @property
    def _device(self) -> SimDevice:
        assert self._bench is not None
        return self._bench.device(self._bench.names[0])


def _at_the_crash() -> Path:
    return state_dir().with_name("as-at-the-crash")


def _driven(trace: Any, kind: str, until_ms: int = 0) -> tuple[float, float]:
    """Seconds of heat (any duty, and what lies between) and of percussion, by the device's own trace."""
    heat = percussion = 0.0
    before_ms, motor, duty = 0, 0, 0.0
    for at_ms, new_motor, new_duty in trace:
        span = (at_ms - before_ms) / 1000
        heat += span * (duty > 0)
        percussion += span * (motor > 0)
        before_ms, motor, duty = at_ms, new_motor, new_duty
    percussion += max(0, until_ms - before_ms) / 1000 * (motor > 0)
    return (heat, 0.0) if kind == "heat" else (0.0, percussion)
