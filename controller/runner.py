"""The shell round a session: clock, devices, gate, record and faces, in one event loop.

The control loop itself renews every lease, at each tick: when it stalls, devices rest. Whatever
happens in here, the stop path runs before anything else is said.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from controller.books import Books
from controller.core import (
    Answer,
    Command,
    Failed,
    Hold,
    Interrupted,
    LinkFound,
    LinkLost,
    Reading,
    Refused,
    Reopen,
    Said,
    Slept,
    Tick,
    Withheld,
    words,
)
from controller.core.picture import Picture
from controller.devices import DeviceError, stop_all
from controller.journal import JournalError
from controller.ledger import LedgerError
from controller.safety import HAND, Account, Driven, Refusal, Request, Sample, View, admit, skip_refused
from controller.safety.limits import HZ13_MS, sites
from controller.safety.standing import PLAIN
from controller.sleep import slept_s
from controller.snapshot import Ended

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from controller.core import Effect, Input, Session
    from controller.devices import Driver
    from controller.journal import Journal
    from controller.ledger import LedgerWriter
    from controller.safety.limits import Site
    from controller.safety.standing import Standing
    from controller.snapshot import Snapshot

TICK_MS = 100
"""The control loop's period: six renewals fit in the shortest lease that is renewed at a third."""
FIRST_WORD_S = 2.5
"""How long a device may take to its first STATUS: it sends one every second at rest (W10)."""
SHOW_MS = 250
"""How often faces get a new picture when nothing changes."""


class Runner:
    """Runs one session to its end. All members belong to the event loop's thread."""

    def __init__(
        self,
        session: Session,
        drivers: Mapping[str, Driver],
        journal: Journal | None,
        *,
        speed: float = 1.0,
        standing: Standing = PLAIN,
        ledger: LedgerWriter | None = None,
        lowered: tuple[str, ...] = (),
    ) -> None:
        self.session = session
        self.snapshot: Snapshot | None = None
        self._drivers = drivers
        self._journal = journal
        self._speed = speed
        self._listeners: list[Callable[[Snapshot | Said], None]] = []
        self._viewers: list[Callable[[Snapshot | Said], None]] = []
        self._loop = asyncio.get_running_loop()
        self._done: asyncio.Future[None] = self._loop.create_future()
        self._timer: asyncio.TimerHandle | None = None
        self._tick_ms = 0
        self._zero = self._loop.time()
        self._account = Account(session.plan, session.channels, standing)
        self._picture = Picture(session, self._account, lowered)
        durable = self._look_again if speed == 1.0 else None
        self._books = None if ledger is None else Books(ledger, session.id, self._account, durable)
        self._samples: dict[str, Sample] = {}
        self._told = dict.fromkeys(drivers, 0.0)
        self._withheld: set[str] = set()
        self._slept_s = slept_s()
        self._stopping: asyncio.Task[list[str]] | None = None
        self._broken: Interrupted | Failed | None = None
        self._reopening: set[asyncio.Task[None]] = set()
        self._last_words: list[Said] = []
        self._due_ms: int | None = None
        self._shown_ms = -SHOW_MS

    def listen(self, listener: Callable[[Snapshot | Said], None], *, pictures: bool = True) -> None:
        """Tell `listener` all that follows; without `pictures`, the events alone."""
        self._listeners.append(listener)
        if pictures:
            self._viewers.append(listener)

    def join(self, viewer: Callable[[Snapshot | Said], None]) -> None:
        """`listen`, for one who comes late: the present picture first."""
        self.listen(viewer)
        self._show(self._now_ms())

    async def run(self) -> Ended:
        """From the first confirmation to every device at rest; `session-ended` is said last."""
        try:
            for first in await self._first_readings():
                self.take(first)
            self._tick_ms = self._now_ms()
            self._tick()
            await self._done
        except DeviceError:
            raise
        except asyncio.CancelledError:
            self._break_off(Interrupted("told to end"))
            raise
        except Exception as error:  # noqa: BLE001  every device rests first, then it is said
            self._break_off(Failed(f"a fault of the program: {error!r}"))
        finally:
            # Shielded from a second cancellation: a stop is never given up half way.
            unknown = await asyncio.shield(self._stop())
            for task in self._reopening:
                task.cancel()
        return self._farewell(unknown)

    def take(self, event: Input) -> None:
        """Feed one input and do what the session decides. A fault in here ends it, at rest."""
        if self._over:
            return
        try:
            self._take(event)
        except Exception as error:  # noqa: BLE001  any fault of ours must end at rest, not in a log
            self._break_off(Failed(f"a fault of the program: {error!r}"))

    def say(self, word: Command | Answer) -> None:
        """A word of the person, with what places have had where it matters."""
        front = self.session.steps.front
        if isinstance(word, Command) and word.do == "skip" and front is not None:
            refused = skip_refused(self.session.plan, front.segment.number, self._account, self._now_ms())
            word = Command("skip", refused)
        self.take(word)

    # The control loop

    async def _first_readings(self) -> list[Reading]:
        """Hear every device once: nothing begins on one that says nothing. Raises DeviceError."""
        heard: dict[str, Reading | LinkLost | LinkFound] = {}
        wanted = [role for role, channel in self.session.channels.items() if not channel.by_hand]
        all_heard = asyncio.Event()

        def hear(fact: Reading | LinkLost | LinkFound) -> None:
            heard[fact.role] = fact
            if all(role in heard for role in wanted):
                all_heard.set()

        for driver in self._drivers.values():
            driver.listen(hear)
        with contextlib.suppress(TimeoutError):
            if wanted:
                await asyncio.wait_for(all_heard.wait(), FIRST_WORD_S)
        for driver in self._drivers.values():
            driver.listen(self.take)
        return [self._usable(role, heard.get(role)) for role in wanted]

    def _usable(self, role: str, fact: Reading | LinkLost | LinkFound | None) -> Reading:
        if isinstance(fact, Reading) and fact.state != "fault":
            return fact
        if isinstance(fact, Reading):
            why = f"reports {fact.fault or 'a fault'}"
        else:
            why = "says nothing" if fact is None else fact.why
        device = self.session.channels[role].device
        raise DeviceError(f"{device}: {why}", "switch it off and on, and try again")

    def _tick(self) -> None:
        """The control loop: a tick every `TICK_MS`, and one whenever a step ends by itself."""
        try:
            now_ms = self._now_ms()
            if now_ms >= self._tick_ms:
                # Absolute, so that lateness does not add up; after a stall, from where the clock is.
                self._tick_ms = max(self._tick_ms + TICK_MS, now_ms)
                self._check_record()
                self._check_sleep()
            self.take(Tick())
            self._arm()
        except Exception as error:  # noqa: BLE001  without its next tick a session would never end
            self._break_off(Failed(f"a fault of the program: {error!r}"))

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._over:
            self._end_control()
            return
        due = self._due_ms = self.session.due_ms
        when = self._tick_ms if due is None else min(self._tick_ms, due)
        self._timer = self._loop.call_at(self._zero + when / 1000, self._tick)

    def _end_control(self) -> None:
        if not self._done.done():
            self._done.set_result(None)

    @property
    def _over(self) -> bool:
        return self._broken is not None or self.session.over

    def _check_record(self) -> None:
        if self._journal is not None and self._journal.failure is not None:
            self.take(Failed(f"the record cannot be written: {self._journal.failure}"))

    def _check_sleep(self) -> None:
        slept = slept_s() - self._slept_s
        if slept * 1000 > HZ13_MS:
            self.take(Slept(round(slept, 1)))

    def _now_ms(self) -> int:
        # Up to the whole millisecond that has begun; a deadline that the loop met is met here too.
        return int((self._loop.time() - self._zero) * 1000 + 1e-3)

    # One input

    def _take(self, event: Input) -> None:
        now_ms = self._now_ms()
        if isinstance(event, Reading):
            self._samples[event.role] = Sample(event.actual, now_ms)
        paused = self.session.paused_ms is not None
        self._account.advance(now_ms, self._driven(), self._samples, paused=paused)
        effects = self.session.feed(event, now_ms)
        if self._journal is not None:
            self._journal.keep(now_ms, event, effects)
        self._do(effects)
        if self._books is not None:
            self._keep_books(self._books)
        if isinstance(event, Tick):
            self._renew(now_ms)
        else:
            self._rearm()

    def _keep_books(self, books: Books) -> None:
        """The ledger: what is driven or held by hand is covered, what is over is settled."""
        held = self.session.held_by_hand
        if held is not None:
            books.covers(held)
        books.settle((*self.session.driving.values(), *([] if held is None else [held])), self._samples)
        if books.failure is not None and not self._over:
            self.take(Failed(f"the ledger cannot be written: {books.failure}"))

    def _rearm(self) -> None:
        if self._over or self.session.due_ms != self._due_ms:
            self._arm()

    def _driven(self) -> dict[str, Driven]:
        driving = self.session.driving
        if not driving and self.session.held_by_hand is None:
            return {}
        driven = {
            role: Driven(driving[role], told)
            for role, told in self._told.items()
            if told != 0.0 and role in driving
        }
        held = self.session.held_by_hand
        if held is not None:
            driven[HAND] = Driven(held, 0.0)
        return driven

    def _do(self, effects: tuple[Effect, ...]) -> None:
        if self.session.outcome not in (None, "completed"):
            self._begin_stop()
        for effect in effects:
            match effect:
                case Hold():
                    self._hold(effect.role, effect.setpoint)
                case Reopen():
                    task = self._loop.create_task(self._drivers[effect.role].reopen())
                    self._reopening.add(task)
                    task.add_done_callback(self._reopened)
                case Said():
                    self._publish(effect)
        if self.session.stage == "ended":
            self._begin_stop()

    def _reopened(self, task: asyncio.Task[None]) -> None:
        self._reopening.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.take(Failed(f"a fault of the program: {error!r}"))

    def _renew(self, now_ms: int) -> None:
        for role, setpoint in self.session.setpoints.present.items():
            if setpoint != 0.0:
                self._hold(role, setpoint)
        if now_ms - self._shown_ms >= SHOW_MS:
            self._show(now_ms)

    def _hold(self, role: str, setpoint: float) -> None:
        """The one way a setpoint takes to a device, and through the gate."""
        driver = self._drivers[role]
        withheld = setpoint != 0.0 and not self._covered(role)
        if withheld:
            setpoint = 0.0  # until the ledger has it: the next tick asks again
        refusal = self._refusal(role, setpoint) if setpoint != 0.0 else None
        driver.hold(0.0 if refusal is not None else setpoint)
        given = 0.0 if refusal is not None else setpoint
        if given != self._told[role]:
            self._told[role] = given
            self._tell(role, given)
        if withheld != (role in self._withheld):
            (self._withheld.add if withheld else self._withheld.discard)(role)
            self.take(Withheld(role, withheld))
        if refusal is not None:
            self.take(Refused(role, refusal.limit, refusal.measured, refusal.allowed))

    def _look_again(self) -> None:
        """From the ledger's thread: what was withheld may be driven now, before its ramp has gone on."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: nothing is driven any more
            self._loop.call_soon_threadsafe(self.take, Tick())

    def _covered(self, role: str) -> bool:
        return self._books is None or self._books.covers(self.session.driving.get(role, 0))

    def _refusal(self, role: str, setpoint: float) -> Refusal | None:
        session = self.session
        driving = session.driving
        others = {r: Driven(n, self._told[r]) for r, n in driving.items() if r != role and self._told[r]}
        view = View(
            plan=session.plan,
            channels=session.channels,
            samples=self._samples,
            account=self._account,
            now_ms=self._now_ms(),
            started_ms=session.started_ms,
            present_ms=session.present_ms,
            paused_ms=session.longest_pause_ms,
            worst_rating=max(session.steps.ratings.values(), default=None),
            driven=others,
            standing=self._account.standing,
        )
        return admit(Request(role, setpoint, driving.get(role, 0)), view)

    def _tell(self, role: str, setpoint: float) -> None:
        channel = self.session.channels[role]
        data: dict[str, object] = {
            "t": self.session.t,
            "device": channel.device,
            "channel": channel.kind,
            "setpoint": setpoint,
            "unit": channel.unit,
        }
        if channel.by_hand:
            data["text"] = words.instruction(channel, setpoint)
        self._publish(Said("instruct" if channel.by_hand else "drive", data))

    # What faces see

    def _publish(self, said: Said) -> None:
        if said.event == "session-ended":
            self._last_words.append(said)
            return
        self._send(said, self._listeners)
        if said.event != "reading":
            self._show(self._now_ms())

    def _show(self, now_ms: int) -> None:
        self._shown_ms = now_ms
        if self._viewers:
            self.snapshot = self._picture.now(self._speed)
            self._send(self.snapshot, self._viewers)

    def _send(self, fact: Snapshot | Said, listeners: list[Callable[[Snapshot | Said], None]]) -> None:
        for listener in tuple(listeners):
            try:
                listener(fact)
            except Exception as error:  # noqa: BLE001  a broken face must not keep a device driven
                for each in (self._listeners, self._viewers):
                    if listener in each:
                        each.remove(listener)
                self.take(Interrupted(f"what showed the session broke: {error!r}"))

    # The end

    def _break_off(self, event: Interrupted | Failed) -> None:
        """End without trusting the session any further: it may be what is broken."""
        self._broken = event
        self._begin_stop()
        with contextlib.suppress(Exception):
            effects = self.session.feed(event, self._now_ms())
            if self._journal is not None:
                self._journal.keep(self._now_ms(), event, effects)
            self._do(effects)
        self._end_control()

    def _begin_stop(self) -> None:
        if self._stopping is None:
            # Sent in here, before anything is told: what listens takes its time.
            self._stopping = self._loop.create_task(self._stopped(stop_all(self._drivers)))

    async def _stop(self) -> list[str]:
        self._begin_stop()
        return await self._stopping if self._stopping is not None else []

    async def _stopped(self, told: Mapping[str, asyncio.Future[bool]]) -> list[str]:
        known = await asyncio.gather(*told.values(), return_exceptions=True)
        rest = {role for role, rests in zip(told, known, strict=True) if rests is True}
        return [
            f"not known whether {self.session.channels[role].device} rests: switch it off by hand"
            for role in self._drivers
            if role not in rest
        ]

    def _finish_record(self) -> None:
        session = self.session
        for finish in (self._finish_books, self._finish_journal):
            try:
                finish()
            except (JournalError, LedgerError, TimeoutError) as error:
                if session.exit == 0:
                    session.outcome, session.exit = "failed", 1
                session.why = f"{session.why or 'all was done'}; {error}"

    def _finish_journal(self) -> None:
        if self._journal is not None:
            self._journal.finish(self.session.outcome or "failed")

    def _finish_books(self) -> None:
        session = self.session
        if self._books is not None and session.started_ms is not None:
            worst: dict[Site, float] = {}
            for number, rating in session.steps.ratings.items():
                place = words.place_of(session.plan.segment(number))
                for site in () if place is None else sites(place):
                    worst[site] = max(rating, worst.get(site, 0.0))
            self._books.finish(self._samples, worst, completed=session.outcome == "completed")

    def _farewell(self, unknown: list[str]) -> Ended:
        session = self.session
        if not session.over and self._broken is not None:
            session.outcome, session.exit, session.why = "failed", 1, self._broken.why
        self._finish_record()
        if not session.known_off:
            unknown += [f"switch it off by hand: {role}" for role in sorted(session.setpoints.by_hand)]
        unknown += [
            f"not known whether {session.channels[role].device} rests, whatever it says: unplug it"
            for role in sorted(session.vigil.runaway)
        ]
        outcome, code = session.outcome or "failed", 1 if session.exit is None else session.exit
        said = self._last_words[0].data if self._last_words else {"t": session.t}
        data = {**said, "outcome": outcome, "exit": code, "why": session.why}
        if unknown:
            data["unknown"] = unknown
        self._show(self._now_ms())
        self._send(Said("session-ended", data), self._listeners)
        return Ended(outcome, code, session.why, tuple(unknown))


__all__ = ["SHOW_MS", "TICK_MS", "Runner"]
