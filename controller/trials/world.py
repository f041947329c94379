"""One session in virtual time on simulated devices, with a simulated person, and all that is seen of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Literal, Protocol, cast

from controller.api import simulator
from controller.binding import Bench, Refusal, bind, close_all, open_all
from controller.core import Answer, Command, Interrupted, Said, Session
from controller.devices import DeviceError
from controller.runner import Runner
from protocols.plan import Heat, Press, Rest, Stretch

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from controller.core.events import Do
    from controller.safety.channel import Channel
    from controller.snapshot import Ended, Snapshot
    from protocols.plan import Plan

When = Literal["begun", "warming", "amid"]
What = Literal["link lost", "sensor open", "sensor short", "sensor frozen", "restart", "silence"]

THINKS_S = 2.0
"""How long an attentive person takes to answer, in session time."""
AFTER_S = 3.2
"""How long devices are looked at after the end: the longest lease and a second."""
GIVEN_UP_S = 4_500.0
"""Virtual seconds after which a session that does not end is given up: the hour of SE1, and a quarter."""


WARMING_S = 60.0
"""In which a pad surely still warms; a moment of it is drawn."""


class Device(Protocol):
    """What can be seen of a simulated device, from its hardware."""

    @property
    def at_rest(self) -> bool:
        """Whether every actuator is off."""
        ...

    @property
    def hottest(self) -> float | None:
        """°C of the hottest point on the skin now."""
        ...

    @property
    def hottest_seen(self) -> float | None:
        """The most that it has been."""
        ...

    @property
    def trace(self) -> Collection[tuple[int, int, float]]:
        """Every change: ms since its start, strokes a minute, duty of the heater."""
        ...


class TrialBench(Bench, Protocol):
    """What a trial needs of simulated devices."""

    def device(self, name: str) -> Device:
        """The device of that name. Raises KeyError."""
        ...

    def befall(self, name: str, what: What) -> None:
        """Let a fault happen to the device now; it lasts until `relieve`."""
        ...

    def relieve(self, name: str, what: What) -> None:
        """Let that fault be over."""
        ...


@dataclass(slots=True)
class Person:
    """Who answers: `answers` by segment, after `think` seconds, or as long as `draw` says.

    `present` False: nobody is there. `slow` holds by segment how long its answer takes, None for never.
    """

    answers: Mapping[int, str]
    think: float = THINKS_S
    draw: Random | None = None
    present: bool = True
    slow: dict[int, float | None] = field(default_factory=dict)

    def delay(self) -> float:
        """Seconds until a question is answered."""
        return self.think if self.draw is None else round(self.draw.uniform(0.3, 25.0), 1)


@dataclass(frozen=True, slots=True)
class Sight:
    """A fact at its time, in ms since the devices were switched on."""

    at_ms: int
    event: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Struck:
    """A fault: of which role, from when, and until when (None: it lasts)."""

    what: What
    role: str
    at_ms: int
    until_ms: int | None = None


class World:
    """Made before its loop runs; `step` goes on until a segment has begun, or is well on its way."""

    def __init__(self, plan: Plan, person: Person, *, seed: int, by_hand: bool = False) -> None:
        self.plan = plan
        self.person = person
        self.by_hand = by_hand
        self.loop = cast("asyncio.AbstractEventLoop", simulator("loop")(None))
        self.bench: TrialBench | None = None
        self.devices: dict[str, str] = {}
        self.channels: Mapping[str, Channel] = {}
        self.sights: list[Sight] = []
        self.struck: list[Struck] = []
        self.words: list[tuple[int, Do]] = []
        self.heat: list[tuple[int, float]] = []
        self.running: set[int] = set()
        self.begun: set[int] = set()
        self.ended: Ended | None = None
        self.broken: str | None = None
        self.runner: Runner | None = None
        self._seed = seed
        self._fresh: list[tuple[int, When]] = []
        self._moments: dict[int, asyncio.Task[None]] = {}
        self._stepping = False
        self._task = self.loop.create_task(self._live())

    # Time

    def now_ms(self) -> int:
        """ms since the devices were switched on."""
        return round(self.loop.time() * 1000)

    @property
    def over(self) -> bool:
        """Whether the session has ended, and what follows has been looked at."""
        return self._task.done()

    def step(self) -> list[tuple[int, When]]:
        """Go on until segments have begun or are at their moment, and say which; none: it is over."""
        self._stepping = True
        while not self._fresh and not self.over:
            self._task.add_done_callback(self._halt)
            self.loop.run_forever()
            self._task.remove_done_callback(self._halt)
        fresh, self._fresh = self._fresh, []
        self._stepping = False
        return fresh

    def finish(self) -> None:
        """Go on to the end."""
        if not self.over:
            self.loop.run_until_complete(self._task)

    def close(self) -> None:
        """Give everything back."""
        if not self.over:
            self._task.cancel()
            self.loop.run_until_complete(asyncio.gather(self._task, return_exceptions=True))
        self.loop.close()

    def _halt(self, _task: asyncio.Task[None]) -> None:
        self.loop.stop()

    # What happens to it

    def say(self, do: Do) -> None:
        """A word of the person."""
        if self.runner is not None and self.person.present:
            self.words.append((self.now_ms(), do))
            self.runner.say(Command(do))

    def befall(self, role: str, what: What) -> None:
        """A fault happens to what fills `role`, and lasts."""
        self.struck.append(Struck(what, role, self.now_ms()))
        if self.bench is not None:
            self.bench.befall(self.devices[role], what)

    def relieve(self) -> None:
        """The fault that happened last is over."""
        struck = self.struck[-1]
        self.struck[-1] = Struck(struck.what, struck.role, struck.at_ms, self.now_ms())
        if self.bench is not None:
            self.bench.relieve(self.devices[struck.role], struck.what)

    def device(self, role: str) -> Device | None:
        """The hardware that fills `role`; None by hand."""
        if self.bench is None or role not in self.devices:
            return None
        return self.bench.device(self.devices[role])

    @property
    def paused(self) -> bool:
        """Whether the session pauses."""
        return self.runner is not None and self.runner.session.paused_ms is not None

    @property
    def session_over(self) -> bool:
        """Whether the session itself has ended."""
        return self.ended is not None or self.over

    # Its course

    async def _live(self) -> None:
        try:
            async with asyncio.timeout(GIVEN_UP_S):
                await self._session()
        except Refusal as refusal:
            self.broken = f"it was refused: {refusal}"
        except DeviceError as error:
            self.broken = f"a device could not be used: {error}"
        except TimeoutError:
            self.broken = f"it had not ended after {GIVEN_UP_S / 60:g} min"

    async def _session(self) -> None:
        drivers = bind({}, self.plan, self._switched_on(), by_hand=self.by_hand)
        await open_all(drivers, self.plan)
        self.channels = {role: driver.channel for role, driver in drivers.items()}
        core = Session(self.plan, self.channels, "trial")
        self.runner = Runner(core, drivers, None)
        self.runner.listen(self._hear, pictures=False)
        feeling = self.loop.create_task(self._feel())
        try:
            self.ended = await self.runner.run()
            await asyncio.sleep(AFTER_S)
        finally:
            feeling.cancel()
            for task in self._moments.values():
                task.cancel()
            await close_all(drivers)

    def _switched_on(self) -> TrialBench | None:
        if self.by_hand:
            return None
        kinds = tuple(self.plan.roles.values())
        bench = cast("TrialBench", simulator("bench")(None, kinds=kinds, seed=self._seed))
        bench.start()
        counted: dict[str, int] = {}
        for role, kind in self.plan.roles.items():
            self.devices[role] = bench.find(kind, counted.get(kind, 0))
            counted[kind] = counted.get(kind, 0) + 1
        self.bench = bench
        return bench

    async def _feel(self) -> None:
        pads = [d for r in self.devices if (d := self.device(r)) is not None and d.hottest is not None]
        while pads:
            self.heat.append((self.now_ms(), max(pad.hottest or 0.0 for pad in pads)))
            await asyncio.sleep(1.0)

    def _hear(self, fact: Snapshot | Said) -> None:
        if not isinstance(fact, Said) or fact.event == "reading":
            return
        number = cast("int", fact.data.get("segment", 0))
        if fact.event == "question":
            number = self._asked(fact)
        self.sights.append(Sight(self.now_ms(), fact.event, {**fact.data, "segment": number}))
        if fact.event == "segment-started":
            self.running.add(number)
            self.begun.add(number)
            self._reach(number, "begun")
            self._moments[number] = self.loop.create_task(self._moment(number))
        elif fact.event == "segment-ended":
            self.running.discard(number)
            if number in self._moments:
                self._moments.pop(number).cancel()
                self._reach(number, "amid")

    def _reach(self, number: int, when: When) -> None:
        self._fresh.append((number, when))
        if self._stepping:
            self.loop.stop()

    async def _moment(self, number: int) -> None:
        """Wait for a moment inside the segment, drawn from the seed; where it drives, while it does."""
        segment = self.plan.segment(number)
        share = Random(f"{self._seed}/{number}").uniform(0.1, 0.8)  # noqa: S311  the same again, no secret
        role = segment.role if isinstance(segment, Heat | Press) else None
        device = self.device(role) if role is not None else None
        while device is not None and device.at_rest:  # noqa: ASYNC110  the hardware tells nobody
            await asyncio.sleep(0.1)
        match segment:
            case Heat():
                await asyncio.sleep(share * WARMING_S)
                self._reach(number, "warming")
                await asyncio.sleep(share * (segment.hold_ms / 1000 + 30.0))
            case Press() | Rest() | Stretch():
                await asyncio.sleep(share * segment.hold_ms / 1000)
            case _:
                await asyncio.sleep(share)
        del self._moments[number]
        self._reach(number, "amid")

    def _asked(self, fact: Said) -> int:
        question = str(fact.data["question"])
        opened = self.runner.session.questions.open.get(question) if self.runner is not None else None
        number = opened.running.segment.number if opened is not None and opened.running is not None else 0
        self.loop.call_later(self.person.delay(), self._answer, question, number, str(fact.data["kind"]))
        return number

    def _answer(self, question: str, number: int, kind: str) -> None:
        # What the person does is looked up when it is done: a trial may change it after the question.
        if number in self.person.slow:
            later = self.person.slow.pop(number)
            if later is not None:
                self.loop.call_later(later, self._answer, question, number, kind)
        elif self.runner is not None and self.person.present:
            value = self.person.answers.get(number, "yes") if kind in {"rate", "ask"} else "yes"
            self.runner.say(Answer(question, value))

    def interrupt(self) -> None:
        """The trial has seen enough and nobody is there to say stop."""
        if self.runner is not None:
            self.runner.take(Interrupted("the trial has seen enough"))
