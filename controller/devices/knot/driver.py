"""The driver for Knot devices, over a cable or over the air. It reports facts and decides nothing."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from controller.core.events import LinkFound, LinkLost, Reading
from controller.devices.driver import DeviceError
from controller.devices.knot import codec
from controller.devices.knot.arrivals import Arrivals
from controller.devices.knot.codec import Ack, Drive, Hello, Info, Renew, Status, Stop, WireError
from controller.devices.knot.describe import described
from controller.devices.knot.exchange import TRIES, Exchange
from controller.devices.knot.offer import Offer, offer
from controller.links import LinkError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from controller.devices.knot.codec import Request
    from controller.devices.knot.describe import Description
    from controller.links import MessageLink
    from controller.safety.channel import Channel
    from protocols.plan import Kind

STOP_FOR = 1.0
"""Seconds that `stop` goes on trying (the interface of drivers)."""
FIRST_STATUS = 1.5
"""Seconds for one STATUS, which comes every second from a device at rest (wire-profile W10)."""

HALF_A_TURN = 0.05
"""Seconds: half of the control loop's period, so that the turn nearest to a third of a lease renews it."""

REFUSALS = {
    codec.BUSY: "busy",
    codec.OUT_OF_RANGE: "out of range",
    codec.NO_SUCH_CHANNEL: "no such channel",
    codec.MALFORMED: "malformed",
    codec.UNKNOWN_TYPE: "unknown type",
}
RESTARTED = "restarted"
TAKEN = "another program drives it now"
SAME_AGAIN = "connect the device that the session began with"
SEEK = "check its cable, or bring it nearer, then try again"
POWER_CYCLE = "find the cause, then switch it off and on"


class KnotDriver:
    """One role on one Knot device. `owner` is a random 32 bit number, one per run of the program.

    Setpoints are leases: `hold` alone renews them, and one that has lapsed is revived by nothing
    but a rest and a new setpoint.
    """

    def __init__(
        self, role: str, kind: Kind, link_factory: Callable[[], Awaitable[MessageLink]], owner: int
    ) -> None:
        self._role = role
        self._kind = kind
        self._link_factory = link_factory
        self._owner = owner
        self._tell: Callable[[Reading | LinkLost | LinkFound], None] = lambda _: None
        self._link: MessageLink | None = None
        self._given_back: MessageLink | None = None
        self._seq = 0
        self._serial = ""
        self._info: Info | None = None
        self._offer: Offer | None = None
        self._driven = False
        self._stopping = False
        self._reset(None)

    def _reset(self, link: MessageLink | None) -> None:
        # What is true of one session on one link.
        self._link = link
        patience = 0.0 if link is None else link.patience
        self._exchange = Exchange(self._write, self._unanswered, patience)
        self._arrivals = Arrivals() if link is not None and link.queues else None
        self._session: int | None = None
        self._boot = 0
        self._uptime_ms = 0
        self._newest: Reading | None = None
        self._taking: asyncio.Future[None] | None = None
        self._live = False
        self._stop = Stop(self._next_seq())
        self._stopped = asyncio.Event()
        self._commanded = 0
        self._leased_at = 0.0
        self._lapsed = False

    @property
    def channel(self) -> Channel:
        """What the device said it can do; known once `open` has returned."""
        if self._offer is None:
            raise RuntimeError("the device has not been opened")
        return self._offer.channel

    @property
    def description(self) -> Description:
        """All that the device says of itself; known once `open` has returned."""
        if self._info is None:
            raise RuntimeError("the device has not been opened")
        return described(self._info)

    @property
    def serial(self) -> str:
        """The device's own serial number; empty until `open` has returned."""
        return self._serial

    def listen(self, tell: Callable[[Reading | LinkLost | LinkFound], None]) -> None:
        """Where facts go from now on."""
        self._tell = tell

    async def open(self) -> None:
        """Find the device at rest and take it. Raises DeviceError, and holds no link then."""
        self._stopping = False
        self._begin(await self._take())

    def hold(self, setpoint: float) -> None:
        """Drive there, or renew the lease when a third of it is gone; 0 is rest."""
        if not self._live or self._stopping or self._offer is None:
            return
        if self._newest is not None and self._newest.state in {"stopped", "fault"}:
            return
        wanted = self._offer.to_wire(setpoint)
        gone = asyncio.get_running_loop().time() - self._leased_at
        lease = self._offer.channel.lease_ms / 1000
        self._lapsed = wanted != 0 and (self._lapsed or (self._commanded != 0 and gone >= lease))
        if wanted != self._commanded and not self._lapsed:
            self._drive(wanted)
        elif self._commanded != 0 and gone >= lease / 3 - HALF_A_TURN:
            self._renew()

    async def reopen(self) -> None:
        """Open again, on a person's word: LinkFound for the same device at rest, otherwise LinkLost."""
        self._stopping = False
        known, serial = self._offer, self._serial
        self._drop()
        try:
            first = await self._take()
            self._refuse_another(known, serial)
        except DeviceError as why:
            self._drop()
            self._offer, self._serial = known, serial
            self._tell(LinkLost(self._role, str(why)))
        else:
            self._tell(LinkFound(self._role))
            self._begin(first)

    def _refuse_another(self, known: Offer | None, serial: str) -> None:
        if self._serial != serial:
            raise DeviceError(f"another device: serial {self._serial} instead of {serial}", SAME_AGAIN)
        if self._offer != known:
            raise DeviceError("it offers something else than before", SAME_AGAIN)

    def stop(self) -> Coroutine[Any, Any, bool]:
        """STOP before this returns; awaited, again until acknowledged, for at most a second. False: not
        known."""
        self._exchange.cancel()
        return self._stop_on(self._link)

    def _stop_on(self, link: MessageLink | None) -> Coroutine[Any, Any, bool]:
        self._stopping = True
        self._stopped.clear()
        if link is not None:
            link.write_now(codec.encode(self._stop))
        return self._until_stopped(link)

    async def _until_stopped(self, link: MessageLink | None) -> bool:
        if link is None:
            return not self._driven
        until = asyncio.get_running_loop().time() + STOP_FOR
        while await self._unheard(link, until):
            link.write_now(codec.encode(self._stop))
        self._driven &= not self._stopped.is_set()
        return self._stopped.is_set()

    async def _unheard(self, link: MessageLink, until: float) -> bool:
        # Whether STOP is to be sent again, after the time that this link takes for an answer.
        loop = asyncio.get_running_loop()
        with suppress(TimeoutError):
            async with asyncio.timeout(min(link.patience, until - loop.time())):
                await self._stopped.wait()
        return self._link is link and not self._stopped.is_set() and loop.time() < until

    async def close(self) -> None:
        """Give the link back. The device has been stopped before."""
        self._drop()
        await self._wait_given_back()

    async def _take(self) -> Reading:
        # HELLO, then the first STATUS of the session. No fact is told before the caller knows who it is.
        await self._wait_given_back()
        try:
            link = await self._link_factory()
        except LinkError as why:
            raise DeviceError(str(why), why.remedy, why.trouble) from why
        self._reset(link)
        self._taking = taking = asyncio.get_running_loop().create_future()
        try:
            link.listen(self._on_message, self._lose)
            if link.held_over:
                await self._stop_what_was_left(link)
            self._exchange.ask(Hello(self._next_seq(), owner=self._owner))
            async with asyncio.timeout(link.patience * TRIES + FIRST_STATUS):
                await taking
            return self._at_rest()
        except TimeoutError as why:
            self._drop()
            raise DeviceError(
                f"the device for `{self._role}` says nothing of its state", POWER_CYCLE
            ) from why
        except BaseException:
            self._drop()
            raise

    async def _stop_what_was_left(self, link: MessageLink) -> None:
        # What a process drove that died: it must rest before anything is asked of it.
        known = await self._stop_on(link)
        self._stopping = False
        if not known:
            text = f"not known whether the device for `{self._role}` rests"
            raise DeviceError(text, "switch it off by hand, then on again")

    def _at_rest(self) -> Reading:
        first = self._newest
        if first is None or self._offer is None:
            raise DeviceError(f"the device for `{self._role}` says nothing of its state", POWER_CYCLE)
        device = self._offer.channel.device
        if first.state == "fault":
            raise DeviceError(f"{device} reports a fault: {first.fault}", POWER_CYCLE)
        if first.state != "idle" or first.setpoint != 0:
            self._last_word()
            raise DeviceError(f"{device} is not at rest", POWER_CYCLE)
        return first

    def _begin(self, first: Reading) -> None:
        self._live = True
        self._tell(first)

    def _drive(self, wanted: int) -> None:
        # The newest setpoint waits for the reply to the last; rest waits for nothing.
        if wanted != 0 and self._exchange.waiting(Drive.type) is not None:
            return
        self._commanded = wanted
        self._driven |= wanted != 0
        self._lease(lambda seq, session, index, ms: Drive(seq, session, index, wanted, ms))

    def _renew(self) -> None:
        if self._exchange.waiting(Renew.type) is None and self._exchange.waiting(Drive.type) is None:
            self._lease(lambda seq, session, _, ms: Renew(seq, session, ms))

    def _lease(self, build: Callable[[int, int, int, int], Request]) -> None:
        if self._session is None or self._offer is None:
            return
        self._leased_at = asyncio.get_running_loop().time()
        channel = self._offer.channel
        self._exchange.ask(build(self._next_seq(), self._session, self._offer.index, channel.lease_ms))

    def _on_message(self, payload: bytes) -> None:
        try:
            message = codec.decode(payload)
        except WireError:
            return  # as if it had not come: what is missed then, ages
        if isinstance(message, Status):
            self._on_status(message)
        elif isinstance(message, Ack):
            self._on_ack(message)
        elif isinstance(message, Info):
            self._on_info(message)

    def _on_info(self, info: Info) -> None:
        if self._session is not None and info.session == 0:
            # A look at the Info characteristic, which tells of no session.
            if info.serial == self._serial and info.boot != self._boot:
                self._lose(RESTARTED)
            return
        if not self._exchange.settle(Hello.type, info.seq):
            return
        if self._link is None or info.session == 0:
            self._fail(DeviceError(f"the device for `{self._role}` gives no session", POWER_CYCLE))
            return
        try:
            self._offer = offer(info, self._role, self._kind, pseudo=self._link.pseudo)
        except DeviceError as why:
            self._fail(why)
        else:
            self._info = info
            self._serial, self._session, self._boot = info.serial, info.session, info.boot

    def _on_status(self, status: Status) -> None:
        if self._session is None or self._offer is None:
            return  # from before our HELLO
        if self._arrivals and status.session == self._session and not self._arrivals.take(status):
            return
        if status.state == codec.STOPPED and self._stopping:
            self._stopped.set()
        elif not self._stopping and not self._same_session(status):
            # A device that has run on, in a session that is not ours, listens to somebody else.
            taken = status.session != self._session and status.uptime_ms >= self._uptime_ms
            self._lose(TAKEN if taken and status.session else RESTARTED, taken=taken and status.session != 0)
            return
        self._uptime_ms = status.uptime_ms
        reading = self._offer.reading(status)
        if reading is None:
            return
        self._lapsed |= status.fault == codec.LEASE_EXPIRED and self._commanded != 0
        self._newest = reading
        if self._live:
            self._tell(reading)
        elif self._taking is not None and not self._taking.done():
            self._taking.set_result(None)

    def _same_session(self, status: Status) -> bool:
        return status.session == self._session and status.uptime_ms >= self._uptime_ms

    def _on_ack(self, ack: Ack) -> None:
        if ack.request == Stop.type:
            if self._stopping and ack.seq == self._stop.seq and ack.code == codec.OK:
                self._stopped.set()
        elif not self._exchange.settle(ack.request, ack.seq) or ack.code == codec.OK:
            return
        elif ack.request == Hello.type:
            self._fail(self._hello_refused(ack.code))
        elif ack.code == codec.FAULT_LATCHED:
            self._say_fault()
        elif ack.code == codec.WAS_STOPPED:
            if self._newest is None or self._newest.state != "stopped":
                self._lose("was stopped at the device")
        elif ack.code == codec.STALE_SESSION:
            self._lose(RESTARTED)
        else:
            self._lose(f"refused a setpoint: {REFUSALS.get(ack.code, f'code {ack.code}')}")

    def _hello_refused(self, code: int) -> DeviceError:
        if code == codec.BUSY:
            text = f"the device for `{self._role}` is in use by another program"
            return DeviceError(text, "stop the other program", "taken")
        why = REFUSALS.get(code, f"code {code}")
        return DeviceError(
            f"the device for `{self._role}` refused to be opened: {why}", "update its firmware"
        )

    def _say_fault(self) -> None:
        # STATUS names the fault; the answer to a DRIVE says only that there is one.
        if self._live and self._newest is not None and self._newest.state != "fault":
            self._newest = replace(self._newest, state="fault", fault=self._newest.fault or "latched")
            self._tell(self._newest)

    def _unanswered(self, request: Request) -> None:
        if isinstance(request, Hello):
            self._fail(
                DeviceError(
                    f"the device for `{self._role}` does not answer",
                    "switch it on, check its cable, and close other programs that use it",
                    "missing",
                )
            )
        else:
            self._lose("does not answer")

    def _lose(self, why: str, *, taken: bool = False) -> None:
        if self._link is None:
            return
        live = self._live
        self._last_word()
        self._drop()
        if live:
            self._tell(LinkLost(self._role, why, taken))
        else:
            self._fail(DeviceError(f"the device for `{self._role}` was lost: {why}", SEEK))

    def _fail(self, why: DeviceError) -> None:
        if self._taking is not None and not self._taking.done():
            self._taking.set_exception(why)

    def _drop(self) -> None:
        link, self._link = self._link, None
        self._live = False
        self._exchange.cancel()
        if link is not None:
            link.close()
            self._given_back = link

    async def _wait_given_back(self) -> None:
        # A radio takes a while to let go, and a device that is held cannot be found.
        link, self._given_back = self._given_back, None
        if link is not None:
            await link.wait_closed()

    def _write(self, data: bytes) -> None:
        if self._link is not None:
            self._link.write(data)

    def _last_word(self) -> None:
        # To a device that is given up; its lease ends what this does not.
        if self._link is not None:
            self._link.write_now(codec.encode(self._stop))

    def _next_seq(self) -> int:
        self._seq = (self._seq + 1) & 0xFF
        return self._seq
