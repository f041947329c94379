"""A scripted Knot device, from the profile and with its own codec, and a driver on it, in virtual time."""

from __future__ import annotations

import asyncio
import selectors
import struct
from binascii import crc_hqx
from typing import TYPE_CHECKING

from cobs import cobs  # type: ignore[import-untyped] # ships no types

from controller.core.events import LinkFound, LinkLost, Reading
from controller.devices.knot import KnotDriver
from controller.devices.knot.cable import Cable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from controller.links import LinkError, MessageLink
    from protocols.plan import Kind

HELLO, DRIVE, RENEW, STOP = 1, 2, 3, 4
OWNER = 0xDEADBEEF
PERCUSSION = (1, 3, 1200, 3200, 50)
HEAT = (2, 3, 3000, 4300, 10)
FORCE = (3, 2, 0, 800, 1)


class Jump(selectors.SelectSelector):
    """Adds the timeout to a clock instead of waiting."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everybody waits for ever"
        self.now += max(timeout, 0)
        return super().select(0)


class JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.jump = Jump()
        super().__init__(self.jump)

    def time(self) -> float:
        return self.jump.now


def play(scene: Callable[[], Awaitable[None]]) -> None:
    async def all_of_it() -> None:
        await scene()

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(all_of_it())


def now() -> float:
    return asyncio.get_running_loop().time()


class Device:
    """What the profile says of a device, as far as a driver sees it; each attribute is a way to misbehave."""

    def __init__(self, *channels: tuple[int, int, int, int, int], serial: str = "KN-0001") -> None:
        self.channels = channels or (PERCUSSION,)
        self.serial = serial
        self.name = "Percussion One"
        self.profile, self.max_lease, self.boot = 1, 600, 77
        self.link: MemoryLink | None = None
        self.seen: list[tuple[float, bytes]] = []
        self.session, self.last_session = 0, 4000
        self.state, self.fault, self.battery = 0, 0, 88
        self.setpoints = [0] * len(self.channels)
        self.actual: int | None = None
        self.leases: list[float] = [0.0] * len(self.channels)
        self.booted_at = 0.0
        self.deaf: set[int] = set()  # types that it does not hear
        self.mute: set[int] = set()  # types that it obeys without a reply
        self.codes: dict[int, int] = {}  # codes that it answers whatever is asked
        self.silent = False  # sends no STATUS
        self.last_hello: tuple[bytes, bytes] | None = None
        self._buffer = b""

    def plug(self, link: MemoryLink) -> None:
        self.link = link
        self._buffer = b""

    def requests(self, kind: int) -> list[tuple[float, bytes]]:
        return [(t, p) for t, p in self.seen if p[0] == kind]

    def receive(self, data: bytes) -> None:
        *frames, self._buffer = (self._buffer + data).split(b"\0")
        for each in filter(None, frames):
            try:
                body = cobs.decode(each)
            except cobs.DecodeError:
                continue
            if len(body) >= 6 and struct.pack("<H", crc_hqx(body[:-2], 0xFFFF)) == body[-2:]:
                self._obey(body[:-2])

    def _obey(self, payload: bytes) -> None:
        self.seen.append((now(), payload))
        self.expire()
        kind = payload[0]
        if kind in self.deaf:
            return
        answer = {HELLO: self._hello, STOP: self._stop}.get(kind, self._lease)(payload)
        if kind not in self.mute:
            self.send(answer)

    def _ack(self, payload: bytes, code: int) -> bytes:
        return struct.pack("<BBHBB", 0x83, payload[1], self.session, payload[0], code)

    def _hello(self, payload: bytes) -> bytes:
        if HELLO in self.codes:
            return self._ack(payload, self.codes[HELLO])
        if self.last_hello is not None and self.last_hello[0] == payload:
            return self.last_hello[1]
        self.last_session += 1
        self.session = self.last_session
        self.setpoints = [0] * len(self.channels)
        self.state = self.state if self.state == 3 else 0
        texts = b"".join(bytes((len(t.encode()),)) + t.encode() for t in (self.name, self.serial, "1.0"))
        info = struct.pack("<BBHBIH", 0x81, payload[1], self.session, self.profile, self.boot, self.max_lease)
        info += texts + bytes((len(self.channels),))
        info += b"".join(struct.pack("<BBHHH", *c) for c in self.channels)
        self.last_hello = payload, info
        return info

    def _stop(self, payload: bytes) -> bytes:
        self.setpoints = [0] * len(self.channels)
        self.state = 2
        self.last_hello = None
        return self._ack(payload, 0)

    def _lease(self, payload: bytes) -> bytes:
        self.last_hello = None
        kind, _, session = struct.unpack_from("<BBH", payload)
        code = self.codes.get(kind)
        if code is None:
            code = 1 if session != self.session else {3: 5, 2: 8}.get(self.state, 0)
        if code:
            return self._ack(payload, code)
        if kind == DRIVE:
            index, setpoint, lease = struct.unpack_from("<BHH", payload, 4)
            _, _, low, high, step = self.channels[index]
            if setpoint and (not low <= setpoint <= high or (setpoint - low) % step):
                return self._ack(payload, 3)
            self.setpoints[index], self.fault = setpoint, 0
            self.leases[index] = now() + lease / 1000
        else:
            until = now() + struct.unpack_from("<H", payload, 4)[0] / 1000
            self.leases = [until if s else 0.0 for s in self.setpoints]
        self.state = 1 if any(self.setpoints) else 0
        return self._ack(payload, 0)

    def expire(self) -> None:
        for index, until in enumerate(self.leases):
            if self.setpoints[index] and now() > until:
                self.setpoints[index], self.fault = 0, 8
        if self.state == 1 and not any(self.setpoints):
            self.state = 0

    def status(self) -> bytes:
        self.expire()
        uptime = round((now() - self.booted_at) * 1000)
        head = struct.pack("<BBHIBBB", 0x82, 0, self.session, uptime, self.state, self.fault, self.battery)
        actuals = [s if self.actual is None else self.actual for s in self.setpoints]
        pairs = zip(self.setpoints, actuals, strict=True)
        return head + b"".join(struct.pack("<HH", *pair) for pair in pairs)

    def send(self, payload: bytes) -> None:
        if self.link is not None:
            body = payload + struct.pack("<H", crc_hqx(payload, 0xFFFF))
            self.link.deliver(cobs.encode(body) + b"\0")

    def beat(self) -> None:
        if not self.silent:
            self.send(self.status())

    def restart(self) -> None:
        self.booted_at, self.session, self.state, self.fault = now(), 0, 0, 0
        self.setpoints = [0] * len(self.channels)
        self.last_hello = None


class MemoryLink:
    """A ByteLink in memory, with the device at its other end."""

    pseudo = True

    def __init__(self, device: Device) -> None:
        self.device = device
        self.blocked = False  # takes nothing: what is written waits
        self.queue: list[bytes] = []
        self.log: list[tuple[float, str, bytes]] = []
        self.closed = False
        self._on_bytes: Callable[[bytes], None] = lambda _: None
        self._on_lost: Callable[[str], None] = lambda _: None
        device.plug(self)

    def listen(self, on_bytes: Callable[[bytes], None], on_lost: Callable[[str], None]) -> None:
        self._on_bytes, self._on_lost = on_bytes, on_lost

    def write(self, data: bytes) -> None:
        self.log.append((now(), "write", data))
        if self.blocked:
            self.queue.append(data)
        elif not self.closed:
            asyncio.get_running_loop().call_soon(self.device.receive, data)

    def write_now(self, data: bytes) -> None:
        self.log.append((now(), "now", data))
        self.queue.clear()
        if not self.closed:
            asyncio.get_running_loop().call_soon(self.device.receive, data)

    def deliver(self, data: bytes) -> None:
        if not self.closed:
            self._on_bytes(data)

    def lose(self, why: str) -> None:
        self._on_lost(why)

    def close(self) -> None:
        self.closed = True


class Bench:
    """A driver, its device and what it told."""

    def __init__(self, device: Device, kind: Kind = "percussion") -> None:
        self.device = device
        self.links: list[MemoryLink] = []
        self.told: list[Reading | LinkLost | LinkFound] = []
        self.pseudo = True
        self.refusal: LinkError | None = None
        self.driver = KnotDriver("head", kind, self.connect, OWNER)
        self.driver.listen(self.told.append)
        self._beats: asyncio.Task[None] | None = None

    async def connect(self) -> MessageLink:
        if self.refusal:
            raise self.refusal
        link = MemoryLink(self.device)
        link.pseudo = self.pseudo
        self.links.append(link)
        return Cable(link)

    async def __aenter__(self) -> Bench:
        async def beat() -> None:
            while True:
                await asyncio.sleep(0.2)
                self.device.beat()

        self._beats = asyncio.ensure_future(beat())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._beats is not None
        self._beats.cancel()
        await self.driver.close()

    async def open(self) -> Bench:
        await self.driver.open()
        return self

    async def hold(self, setpoint: float, seconds: float) -> None:
        """What the control loop does: a hold at every tick of 100 ms."""
        for _ in range(round(seconds * 10)):
            self.driver.hold(setpoint)
            await asyncio.sleep(0.1)

    def lost(self) -> list[str]:
        return [f.why for f in self.told if isinstance(f, LinkLost)]

    def reading(self) -> Reading:
        return [f for f in self.told if isinstance(f, Reading)][-1]


def drives(device: Device) -> list[int]:
    return [struct.unpack_from("<H", p, 5)[0] for _, p in device.requests(DRIVE)]


def spoil(device: Device, **changes: Any) -> Device:
    for name, value in changes.items():
        setattr(device, name, value)
    return device
