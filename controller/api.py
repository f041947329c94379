"""The one door for faces: set a session up, run it here or in a thread of its own, talk to it."""

from __future__ import annotations

import asyncio
import math
import secrets
import signal
import threading
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from controller.answers import Answers
from controller.binding import Refusal, bind, close_all, open_all
from controller.config import ConfigError, record_path
from controller.core import Answer, Command, Interrupted, Said
from controller.core import Session as Core
from controller.devices import DeviceError
from controller.journal import Journal, JournalError
from controller.ledger import LedgerError, LedgerWriter, ledger_folder
from controller.lock import SessionLock
from controller.runner import Runner
from controller.safety import verify
from controller.safety.profiles import FIRST_USE
from controller.safety.standing import PLAIN, Standing
from controller.snapshot import Ended, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from controller.binding import Bench
    from controller.devices import Driver
    from controller.safety.channel import Channel
    from protocols import Plan

    Listener = Callable[[Snapshot | Said], None]

THINKS_S = 2.0
"""How long a simulated person takes to answer, in session time."""
SIMULATED_PERSON = {"ready": ["yes"], "present": ["yes"], "rate": ["5", "3", "1"], "ask": ["no"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What to run, and on what. `use` maps roles to `hand`, `serial:PATH` or `sim`; `speed` is None
    in real time, `math.inf` as fast as it goes. `person`: a simulated person answers."""

    plan: Plan
    use: Mapping[str, str] = field(default_factory=dict)
    by_hand: bool = False
    sim: bool = False
    bench: Path | None = None
    speed: float | None = None
    answers: Answers | None = None
    demo: bool = False


class Session:
    """One session of this process. `send`, `subscribe`, `interrupt` and `no_more_answers` may be
    called from any thread, also before it runs."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.id = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        self.bench: Bench | None = None
        self._answers = Answers(SIMULATED_PERSON) if setup.demo else setup.answers
        self._listeners: list[tuple[Listener, bool]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Ended] | None = None
        self._runner: Runner | None = None
        self._thread: threading.Thread | None = None
        self._ended: Ended | None = None
        self._interrupted: str | None = None
        self._nobody = False
        self._holding = False
        self._lock = threading.Lock()

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest picture; None before the first."""
        return self._runner.snapshot if self._runner is not None else None

    def subscribe(self, listener: Listener, *, pictures: bool = True) -> None:
        """Tell `listener` everything, in the session's thread (without `pictures`, the events alone);
        it must not block."""
        self._listeners.append((listener, pictures))

    def send(self, word: Command | Answer) -> None:
        """Give a word of the person; never blocks."""
        self._call(lambda: self._runner.say(word) if self._runner is not None else None)

    def interrupt(self, why: str) -> None:
        """A signal, a closed terminal: everything comes to rest, then the session ends."""
        self._interrupted = self._interrupted or why
        self._call(self._interrupt)

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
        with self._lock:
            self._loop = loop
        self._task = asyncio.ensure_future(self._session())
        if signals:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(
                    number, self.interrupt, f"told to end ({signal.Signals(number).name})"
                )
        if self._interrupted is not None:
            self._task.cancel()
        try:
            return await self._task
        except asyncio.CancelledError:
            return self._refused(Refusal("stopped", 130, self._interrupted or "told to end"))
        except Refusal as refusal:
            return self._refused(refusal)

    async def _session(self) -> Ended:
        setup, plan = self.setup, self.setup.plan
        _refuse_over_limits(plan, None)
        if setup.sim or setup.bench is not None:
            self.bench = _open_bench(setup)
            self.bench.start()
        drivers = bind(setup.use, plan, self.bench, by_hand=setup.by_hand)
        try:
            with _lock(plan.title):
                await open_all(drivers, plan)
                return await self._run_plan(drivers)
        finally:
            await close_all(drivers)
            if self.bench is not None:
                self.bench.stop()

    async def _run_plan(self, drivers: Mapping[str, Driver]) -> Ended:
        channels = {role: driver.channel for role, driver in drivers.items()}
        core = Core(self.setup.plan, channels, self.id, simulated=self.bench is not None)
        if self._answers is not None and not core.simulated:
            self._answers = self._answers.for_real()
        meta = {
            "plan": self.setup.plan,
            "channels": channels,
            "simulated": core.simulated,
            "began": f"{datetime.now(UTC):%FT%TZ}",
        }
        try:
            with _ledger(core) as ledger, Journal.open(record_path()) as journal:
                standing = PLAIN if ledger is None else Standing(tightenings=(FIRST_USE,), past=ledger.past)
                _refuse_over_limits(
                    self.setup.plan, channels, standing, said=(ledger and ledger.said) or ""
                )  # fmt: skip
                journal.begin(self.id, meta)
                runner = Runner(
                    core, drivers, journal, speed=self._speed(), standing=standing, ledger=ledger
                )  # fmt: skip
                try:
                    ended = await self._run_recorded(runner)
                except DeviceError:
                    journal.finish("refused")
                    raise
        except (JournalError, LedgerError, ConfigError) as error:
            raise Refusal("refused", 4, str(error), error.remedy) from error
        except DeviceError as error:
            raise Refusal("refused", 5, str(error), error.remedy) from error
        told = (journal.said, None if ledger is None else ledger.said)
        return replace(ended, lines=(*ended.lines, *(line for line in told if line)))

    async def _run_recorded(self, runner: Runner) -> Ended:
        self._runner = runner
        runner.listen(self._hear, pictures=False)
        for listener, pictures in self._listeners:
            runner.listen(listener, pictures=pictures)
        return await runner.run()

    def _speed(self) -> float:
        return 1.0 if self.setup.speed is None else self.setup.speed

    def _refused(self, refusal: Refusal) -> Ended:
        ended = Ended(refusal.outcome, refusal.exit, refusal.text, refusal.lines)
        data = {"t": 0, "outcome": ended.outcome, "exit": ended.exit, "why": ended.why}
        for listener, _pictures in self._listeners:
            listener(Said("session-ended", data))
        return ended

    def _call(self, call: Callable[[], object]) -> None:
        with self._lock:
            loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(call)

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
        value = self._answers.answer(kind, question, text)
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
        if hold is None or release is None or self._runner is None:
            return
        waits = any(
            self._answers is None or not self._answers.speaks_for(q.kind)
            for q in self._runner.session.questions.open.values()
        )
        waits = waits and not self._nobody
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


def _lock(title: str) -> SessionLock:
    try:
        return SessionLock.take(title)
    except (ConfigError, OSError) as error:
        raise Refusal("refused", 1, f"no lock can be made: {error}", "make the folder writable") from error


def _ledger(core: Core) -> AbstractContextManager[LedgerWriter | None]:
    """The guest's ledger; none for simulated devices, which touch nobody. Raises LedgerError."""
    return nullcontext() if core.simulated else LedgerWriter.open(ledger_folder(None))


def _refuse_over_limits(
    plan: Plan, channels: Mapping[str, Channel] | None, standing: Standing = PLAIN, *, said: str = ""
) -> None:  # fmt: skip
    """`said`: what there is to say of the ledger, which may be why."""
    broken = verify(plan, channels, standing)
    if broken:
        raise Refusal("refused", 4, "; ".join(f"{v.limit}: {v.message}" for v in broken), said, tuple(broken))


__all__ = ["Ended", "Refusal", "Session", "Setup", "Snapshot", "simulator"]
