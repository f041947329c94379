"""The one door for faces: set a session up, run it here or in a thread of its own, talk to it."""

from __future__ import annotations

import asyncio
import math
import secrets
import signal
import threading
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from controller.answers import Answers
from controller.apart import OneQuestion, alike, tell_apart
from controller.binding import Refusal, bind, close_all, open_all
from controller.config import ConfigError, record_path
from controller.core import Answer, Command, Interrupted, Said, Unwatched, is_simulated, words
from controller.core import Session as Core
from controller.devices import DeviceError
from controller.entrance import Entrance, blank
from controller.journal import Journal, JournalError
from controller.known import saw
from controller.ledger import LedgerError
from controller.lock import SessionLock
from controller.people import PersonError
from controller.runner import Runner
from controller.safety.standing import PLAIN, presence_ms
from controller.sharing import Attached, AttachError, Server, SessionPort
from controller.snapshot import Ended, Snapshot
from controller.whose import before_asking, body_for
from controller.within import within

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from controller.binding import Bench
    from controller.devices import Driver
    from controller.entrance import Page
    from controller.known import Device
    from controller.ledger import LedgerWriter
    from controller.safety.channel import Channel
    from controller.safety.fit import Fitted
    from controller.safety.screening import Question
    from controller.safety.standing import Standing
    from controller.whose import Body
    from protocols import Plan

    Listener = Callable[[Snapshot | Said], None]

THINKS_S = 2.0
"""How long a simulated person takes to answer, in session time."""
SIMULATED_PERSON = {"ready": ["yes"], "present": ["yes"], "rate": ["5", "3", "1"], "ask": ["no"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What to run, and on what. `use` maps roles to `hand`, `serial:PATH`, `ble:ADDRESS` or `sim`, `known`
    those among them to the device that is held to; `speed` is None in real time, `math.inf` as fast as it
    goes. `demo`: a simulated person answers. `person`: whose body it is; `fit`: lower what is over the limits
    that stand then, and tell `lowered` before it begins. `source`: the file or the shipped protocol that the
    plan is of, kept on record so that it can be run again."""

    plan: Plan
    use: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, Device] = field(default_factory=dict)
    by_hand: bool = False
    sim: bool = False
    bench: Path | None = None
    speed: float | None = None
    answers: Answers | None = None
    demo: bool = False
    person: str | None = None
    fit: bool = False
    lowered: Callable[[Fitted], None] | None = None
    source: str | None = None

    @property
    def only_simulated(self) -> bool:
        """Whether nothing real is named: devices tell for certain, once they are open."""
        return (self.sim or self.bench is not None) and {*self.use.values()} <= {"sim"}


class Session:
    """One session of this process. `send`, `subscribe`, `interrupt` and `no_more_answers` may be
    called from any thread, also before it runs. `kept`: this process has no face of its own."""

    def __init__(self, setup: Setup, *, kept: bool = False) -> None:
        self.setup = setup
        self.kept = kept
        self.id = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        self.bench: Bench | None = None
        self._answers = Answers(SIMULATED_PERSON) if setup.demo else setup.answers
        self._listeners: list[tuple[Listener, bool]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Ended] | None = None
        self._entrance: Entrance | None = None
        self._by_file: set[str] = set()
        self._runner: Runner | None = None
        self._server: Server | None = None
        self._before: Snapshot | None = None
        self._thread: threading.Thread | None = None
        self._ended: Ended | None = None
        self._interrupted: str | None = None
        self._nobody = False
        self._holding = False
        self._unwatched = False

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest picture; None before the first."""
        return self._runner.snapshot if self._runner is not None else self._before

    def subscribe(self, listener: Listener, *, pictures: bool = True) -> None:
        """Tell `listener` everything, in the session's thread (without `pictures`, the events alone);
        it must not block."""
        self._listeners.append((listener, pictures))

    def show_to(self, viewer: Listener) -> None:
        """`subscribe`, for one who comes while it runs: the present picture first."""
        self._call(lambda: self._show_to(viewer))

    def send(self, word: Command | Answer) -> None:
        """Give a word of the person; never blocks."""
        self._call(lambda: self._say(word))

    def interrupt(self, why: str) -> None:
        """A signal, a closed terminal: everything comes to rest, then the session ends."""
        self._interrupted = self._interrupted or why
        self._call(self._interrupt)

    def watched(self, *, by_somebody: bool) -> None:
        """Whether somebody who can act sees it. While nobody does everything rests; then a person resumes."""
        self._call(lambda: self._note_watched(unwatched=not by_somebody))

    def no_more_answers(self) -> None:
        """Nobody will answer any more: questions run out, and simulated time no longer waits."""
        self._nobody = True
        self._call(self._hold_time)

    def start(self) -> None:
        """Run the session in a thread of its own."""
        self._thread = threading.Thread(target=self._run_thread, name="session", daemon=True)
        self._thread.start()

    def wait(self, timeout: float | None = None) -> Ended | None:
        """Join the thread for at most `timeout` seconds; None while it still runs."""
        if self._thread is not None:
            self._thread.join(timeout)
        return self._ended

    def run_here(self) -> Ended:
        """Run in this thread, and end on SIGINT, SIGTERM and SIGHUP with everything at rest."""
        self._ended = self._run(signals=True)
        return self._ended

    # In the session's thread

    def _run_thread(self) -> None:
        self._ended = self._run(signals=False)

    def _run(self, *, signals: bool) -> Ended:
        with asyncio.Runner(loop_factory=self._loop_factory) as runner:
            return runner.run(self._main(signals=signals))

    def _loop_factory(self) -> asyncio.AbstractEventLoop:
        speed = self.setup.speed
        if speed is None:
            return asyncio.SelectorEventLoop()
        return cast("asyncio.AbstractEventLoop", simulator("loop")(None if math.isinf(speed) else speed))

    async def _main(self, *, signals: bool) -> Ended:
        loop = asyncio.get_running_loop()
        self._loop = loop
        self._task = asyncio.ensure_future(self._session())
        if signals:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(
                    number, self.interrupt, f"told to end ({signal.Signals(number).name})"
                )
        if self._interrupted is not None:
            self._task.cancel()
        ended, trouble = None, None
        try:
            ended = await self._end_of(self._task)
        finally:
            if self._server is not None:
                trouble = self._server.finish(ended)
        return replace(ended, lines=(*ended.lines, trouble)) if trouble else ended

    async def _end_of(self, task: asyncio.Task[Ended]) -> Ended:
        try:
            return await task
        except asyncio.CancelledError:
            return self._refused(Refusal("stopped", 130, self._interrupted or "told to end"))
        except Refusal as refusal:
            return self._refused(refusal)

    async def _session(self) -> Ended:
        setup, plan = self.setup, self.setup.plan
        self._refuse_early()
        if setup.sim or setup.bench is not None:
            self.bench = _open_bench(setup)
            self.bench.start()
        drivers = bind(setup.use, plan, self.bench, by_hand=setup.by_hand, known=setup.known)
        try:
            with _lock(plan.title, self.id, kept=self.kept) as lock:
                self._serve(lock)
                await open_all(drivers, None if setup.fit else plan, setup.known)
                await self._tell_apart(drivers)
                return await self._run_plan(drivers)
        finally:
            await close_all(drivers)
            self._keep_seen()
            if self.bench is not None:
                self.bench.stop()

    def _keep_seen(self) -> None:
        """When the known devices were last heard, for whoever looks at them next."""
        watches = {} if self._runner is None else self._runner.session.watches
        for role, device in self.setup.known.items():
            if device.serial and role in watches:
                saw(device.serial, watches[role].battery)

    async def _run_plan(self, drivers: Mapping[str, Driver]) -> Ended:
        channels = {role: driver.channel for role, driver in drivers.items()}
        simulated = is_simulated(channels, otherwise=self.bench is not None)
        if self._answers is not None and not simulated:
            self._answers = self._answers.for_real()
        try:
            body = body_for(self.setup.person, simulated=simulated)
            with _ledger(body) as ledger, Journal.open(record_path()) as journal:
                standing = PLAIN if body is None else await self._standing(body, ledger, channels)
                said = (ledger and ledger.said) or ""
                fitted = self._within(channels, standing, said)
                lowered = tuple(map(str, fitted.changes))
                if lowered and self.setup.lowered is not None:
                    self.setup.lowered(fitted)
                ended = await self._run_recorded(fitted.plan, drivers, journal, standing, ledger, lowered)
                if body is not None and ended.outcome == "completed":
                    body.completed()
        except (JournalError, LedgerError, ConfigError, PersonError) as error:
            raise Refusal("refused", 4, str(error), error.remedy) from error
        except DeviceError as error:
            raise Refusal("refused", 5, str(error), error.remedy) from error
        told = (*lowered, journal.said, said)
        return replace(ended, lines=(*ended.lines, *(line for line in told if line)))

    async def _standing(
        self, body: Body, ledger: LedgerWriter | None, channels: Mapping[str, Channel]
    ) -> Standing:
        """Ask what is asked before a session, and say what stands then. Raises Refusal."""
        screening = body.screening(self.setup.plan)
        try:
            await self._ask_page(screening, channels, simulated=not body.kept)
        finally:
            body.keep(screening)
        result = screening.result
        if result.emergency is not None:
            raise Refusal("refused", 4, result.emergency)
        return body.standing(body.past(ledger), result)

    async def _tell_apart(self, drivers: Mapping[str, Driver]) -> None:
        """Have the person see which of two devices of a kind is which. Raises Refusal."""
        devices = alike(self.setup.known, self.setup.plan.roles)
        channels = {role: drivers[role].channel for role in devices}
        simulated = is_simulated(channels, otherwise=False)

        async def ask(question: Question) -> str:
            page = OneQuestion(question)
            await self._ask_page(page, channels, simulated=simulated)
            return page.value

        try:
            await tell_apart(drivers, devices, ask)
        except DeviceError as error:
            raise Refusal("refused", 5, str(error), error.remedy) from error

    async def _ask_page(self, page: Page, channels: Mapping[str, Channel], *, simulated: bool) -> None:
        """Ask before there is a session. Raises Refusal."""
        by_hand = any(channel.by_hand for channel in channels.values())
        self._entrance = Entrance(page, self._tell, self._blank(simulated=simulated, by_hand=by_hand))
        try:
            await self._entrance.answered()
        finally:
            self._entrance = None
            self._hold_time()

    def _blank(self, *, simulated: bool, by_hand: bool) -> Snapshot:
        return blank(self.setup.plan, self.id, simulated=simulated, by_hand=by_hand, speed=self._speed())

    def _serve(self, lock: SessionLock) -> None:
        """From here on `watch` finds it, though no device has told yet what it is."""
        setup = self.setup
        by_hand = setup.by_hand or "hand" in setup.use.values()
        self._before = self._blank(simulated=setup.only_simulated, by_hand=by_hand)
        self._server = Server(self)
        self._server.serve(lock.path)
        self.subscribe(self._server.hear, pictures=False)

    def _refuse_early(self) -> None:
        """What cannot be run whoever answers and whatever, takes no device. Raises Refusal."""
        setup = self.setup
        try:
            standing = before_asking(setup.person, simulated=setup.only_simulated)
        except PersonError as error:
            raise Refusal("refused", 4, str(error), error.remedy) from error
        self._within({}, standing)

    def _within(self, channels: Mapping[str, Channel], standing: Standing, said: str = "") -> Fitted:
        """The plan as it is run, and what was lowered for that. Raises Refusal."""
        return within(self.setup.plan, channels, standing, lower=self.setup.fit, said=said)

    async def _run_recorded(
        self, plan: Plan, drivers: Mapping[str, Driver], journal: Journal, standing: Standing,
        ledger: LedgerWriter | None, lowered: tuple[str, ...],
    ) -> Ended:  # fmt: skip
        channels = {role: driver.channel for role, driver in drivers.items()}
        kept: dict[str, Any] = {
            "simulated": is_simulated(channels, otherwise=self.bench is not None),
            "begin": "\n".join((words.BEGIN, *lowered)),
            "presence_ms": presence_ms(standing),
        }
        core = Core(plan, channels, self.id, **kept)
        began = f"{datetime.now(UTC):%FT%TZ}"
        source = {} if self.setup.source is None else {"source": self.setup.source}
        journal.begin(self.id, {"plan": plan, "channels": channels, "began": began, **kept, **source})
        runner = Runner(
            core, drivers, journal, speed=self._speed(), standing=standing, ledger=ledger, lowered=lowered
        )
        self._runner = runner
        runner.listen(self._hear, pictures=False)
        for listener, pictures in self._listeners:
            runner.listen(listener, pictures=pictures)
        if self._unwatched:
            runner.take(Unwatched(unwatched=True))
        try:
            return await runner.run()
        except DeviceError:
            journal.finish("refused")
            raise

    def _speed(self) -> float:
        return 1.0 if self.setup.speed is None else self.setup.speed

    def _refused(self, refusal: Refusal) -> Ended:
        ended = Ended(refusal.outcome, refusal.exit, refusal.text, refusal.lines)
        data = {"t": 0, "outcome": ended.outcome, "exit": ended.exit, "why": ended.why}
        for listener, _pictures in self._listeners:
            listener(Said("session-ended", data))
        return ended

    def _call(self, call: Callable[[], object]) -> None:
        # Without a lock: a signal may come while this thread is in here already.
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # it is over, and the loop closed
                loop.call_soon_threadsafe(call)

    def _say(self, word: Command | Answer) -> None:
        if self._runner is not None:
            self._runner.say(word)
        elif self._entrance is not None:
            self._entrance.take(word)

    def _tell(self, fact: Snapshot | Said) -> None:
        """What the entrance says, which comes before there is a runner."""
        if not isinstance(fact, Said):
            self._before = fact
        for listener, pictures in self._listeners:
            if pictures or isinstance(fact, Said):
                listener(fact)
        self._hear(fact)

    def _show_to(self, viewer: Listener) -> None:
        if self._runner is not None:
            self._runner.join(viewer)
        elif self._before is not None:
            self.subscribe(viewer)
            viewer(self._before)

    def _note_watched(self, *, unwatched: bool) -> None:
        self._unwatched = unwatched
        if self._runner is not None:
            self._runner.take(Unwatched(unwatched))

    def _interrupt(self) -> None:
        why = self._interrupted or "told to end"
        if self._runner is not None:
            self._runner.take(Interrupted(why))
        elif self._task is not None:
            self._task.cancel()

    # Questions

    def _hear(self, fact: Snapshot | Said) -> None:
        if not isinstance(fact, Said):
            return
        if fact.event == "question":
            self._answer(str(fact.data["question"]), str(fact.data["kind"]), str(fact.data["text"]))
        if fact.event != "reading":
            self._hold_time()

    def _answer(self, question: str, kind: str, text: str) -> None:
        if self._answers is None or not self._answers.speaks_for(kind) or self._loop is None:
            return
        # What a yes is followed by has no answer of its kind: "no" to all rows must not answer it.
        asked = "detail" if kind == "screening" and question[-1:].isalpha() else kind
        value = self._answers.answer(asked, question, text)
        if self._entrance is not None:
            # Asked again is asked by somebody whom the file's answer told nothing.
            given = Answer(question, None if question in self._by_file else value)
            self._by_file.add(question)
            self._loop.call_soon(self._entrance.take, given)
            return
        runner = self._runner
        if runner is None:
            return
        opened = runner.session.questions.open.get(question)
        if opened is not None and value is not None and opened.accepts(value) is None:
            value = None
        later = THINKS_S if self.setup.demo else 0.0
        self._loop.call_later(later, runner.take, Answer(question, value))

    def _hold_time(self) -> None:
        """Simulated time stands while a question waits for somebody who is there."""
        hold = getattr(self._loop, "hold", None)
        release = getattr(self._loop, "release", None)
        if hold is None or release is None:
            return
        open_ = [] if self._runner is None else self._runner.session.questions.open.values()
        kinds: list[str] = [question.kind for question in open_]
        if self._entrance is not None:
            kinds += self._entrance.kinds
        speaks = self._answers.speaks_for if self._answers is not None else None
        waits = not self._nobody and any(speaks is None or not speaks(kind) for kind in kinds)
        if waits != self._holding:
            self._holding = waits
            (hold if waits else release)()


def simulator(name: str) -> Callable[..., object]:
    """A part of the simulator, found by name alone. Raises Refusal where it is not installed."""
    from importlib.metadata import entry_points  # noqa: PLC0415  only a simulated run needs it

    found = entry_points(group="unknot.simulator", name=name)
    if not found:
        raise Refusal("refused", 5, "the simulator is not installed", "install unknot again, whole")
    return cast("Callable[..., object]", next(iter(found)).load())


def _open_bench(setup: Setup) -> Bench:
    try:
        return cast("Bench", simulator("bench")(setup.bench, kinds=tuple(setup.plan.roles.values())))
    except Refusal:
        raise
    except Exception as error:
        raise Refusal("refused", 2, str(error), "correct the bench file") from error


def _lock(title: str, session: str, *, kept: bool) -> SessionLock:
    try:
        return SessionLock.take(title, session=session, kept=kept)
    except (ConfigError, OSError) as error:
        raise Refusal("refused", 1, f"no lock can be made: {error}", "make the folder writable") from error


def _ledger(body: Body | None) -> AbstractContextManager[LedgerWriter | None]:
    return nullcontext() if body is None else body.ledger()


__all__ = [
    "AttachError",
    "Attached",
    "Ended",
    "Refusal",
    "Session",
    "SessionPort",
    "Setup",
    "Snapshot",
    "simulator",
]
