"""A Knot device of another maker on a pseudo-terminal, in a thread: right, slow, chatty or wrong."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import struct
import threading
import time
import tty
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import foreign_wire as wire
from foreign_wire import Channel, Message

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DRIVEN_MEASURED = 3
GUN = Channel(wire.PERCUSSION, DRIVEN_MEASURED, 1200, 3200, 10)
PAD = Channel(wire.HEAT, DRIVEN_MEASURED, 3000, 4200, 10)
SPEED = {wire.PERCUSSION: 4000.0, wire.HEAT: 80.0}
"""How fast `actual` follows, in its unit a second: a motor at once, a pad at 0.8 °C/s."""
AMBIENT = {wire.HEAT: 3200.0}


@dataclass(slots=True)
class Ways:
    """How the device departs from the page; a test may change any of it while it runs."""

    delay_s: float = 0.0
    split: bool = False
    rubbish: bytes = b""
    doubled: bool = False
    flood: bool = False
    quiet: bool = False
    """Sends nothing at all."""
    no_status: bool = False
    swallow: dict[int, int] = field(default_factory=dict)
    """How many of the next requests of a type go unheard."""
    refuse: dict[int, int] = field(default_factory=dict)
    """The code that every request of a type gets."""
    deaf_to_stop: bool = False
    echo: int | None = None
    reading: int | None = None
    grown: bytes = b""
    profile: int = 1


@dataclass(frozen=True, slots=True)
class Change:
    """A setpoint that the device took, at its moment."""

    at: float
    channel: int
    setpoint: int


class Device:
    """One device; `path` is the link that a controller opens, and stays the same across `plug`."""

    def __init__(
        self,
        path: Path,
        *channels: Channel,
        serial: str = "FOREIGN-0001",
        name: str = "Foreign device",
        max_lease: int = 2000,
        battery: int = 80,
    ) -> None:
        self.path, self.channels = path, channels or (GUN,)
        self.serial, self.name, self.max_lease, self.battery = serial, name, max_lease, battery
        self.ways = Ways()
        self.heard: list[Message] = []
        self.sent: list[tuple[float, bytes]] = []
        self.changes: list[Change] = []
        self._began = time.monotonic()
        self._lock = threading.RLock()
        self._ended = False
        self._master = self._slave = -1
        self.boot = 0x1000
        self.session = 0
        self._status_seq = 0
        self.reboot()
        self.plug()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    # What a test does to it

    def __enter__(self) -> Device:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended = True
        self._thread.join()
        self.unplug()

    def plug(self) -> None:
        """On a port of its own, another one each time, behind the same path."""
        with self._lock:
            self._master, self._slave = pty.openpty()
            tty.setraw(self._slave)
            os.set_blocking(self._master, False)
            self._frames = wire.Frames()
            self.path.symlink_to(os.ttyname(self._slave))

    def unplug(self) -> None:
        """The cable is out; what was driven rests when its lease ends."""
        with self._lock:
            self.path.unlink(missing_ok=True)
            for descriptor in (self._master, self._slave):
                if descriptor >= 0:
                    os.close(descriptor)
            self._master = self._slave = -1

    def reboot(self) -> None:
        """A reset: W1."""
        with self._lock:
            self.boot += 1
            self._began = time.monotonic()
            self.session, self.state, self.fault, self.period = 0, wire.IDLE, 0, 0.2
            self._owner: int | None = None
            self._last_hello = b""
            self._nothing_since = False
            self.setpoints = [0] * len(self.channels)
            self._ends = [0.0] * len(self.channels)
            self.actual = [AMBIENT.get(channel.kind, 0.0) for channel in self.channels]
            self._status_due = self._moved = time.monotonic()

    def fail(self, fault: int) -> None:
        """W8."""
        with self._lock:
            self._rest()
            self.state, self.fault, self._status_due = wire.FAULT, fault, 0.0

    def press_stop(self) -> None:
        """Its own stop button."""
        with self._lock:
            self._rest()
            self.state, self._status_due = wire.HALTED, 0.0

    def lapse(self) -> None:
        """Every lease ends here and now."""
        with self._lock:
            self._ends = [0.0] * len(self.channels)

    def speak(self, payload: bytes) -> None:
        """Something that nobody asked for."""
        with self._lock:
            self._send(payload)

    # What a test asks of it

    def all(self, kind: int) -> list[Message]:
        return [message for message in list(self.heard) if message.type == kind]

    def wait(self, met: Callable[[Device], object], within: float = 10.0) -> float:
        """Until it is so; the moment. Looks at its own state every 2 ms."""
        limit = time.monotonic() + within
        ended = threading.Event()
        while not met(self):
            assert time.monotonic() < limit, (self.state, self.setpoints, self.heard[-5:])
            ended.wait(0.002)
        return time.monotonic()

    def assert_stopped(self) -> None:
        """Every channel rests, a STOP was the last thing asked, and was obeyed."""
        assert self.resting
        assert self.heard[-1].type == wire.STOP, self.heard[-3:]
        taken = self.all(wire.HELLO)[-1].at
        stopped = next(stop.at for stop in self.all(wire.STOP) if stop.at > taken)
        assert not [change for change in self.changes if change.at > stopped and change.setpoint]

    @property
    def resting(self) -> bool:
        return not any(self.setpoints)

    # The device itself

    def _run(self) -> None:
        while not self._ended:
            master = self._master
            ready: list[int] = []
            with contextlib.suppress(OSError, ValueError):
                ready = select.select([master] if master >= 0 else [], [], [], 0.002)[0]
            with self._lock:
                if ready and master == self._master:
                    self._read()
                self._turn(time.monotonic())

    def _read(self) -> None:
        try:
            data = os.read(self._master, 4096)
        except OSError:
            return
        for payload in self._frames.feed(data):
            if len(payload) >= 4:
                self._take(wire.message(payload, time.monotonic()))

    def _turn(self, now: float) -> None:
        for channel, ends in enumerate(self._ends):
            if self.setpoints[channel] and now >= ends:
                self._set(channel, 0)
                self.fault, self._status_due = 8, 0.0
                self.state = wire.IDLE if self.resting else wire.RUNNING
        self._move(now)
        if self.ways.no_status:
            return
        if self.ways.flood or now >= self._status_due:
            self._send(self._status())
            period = self.period if self.state == wire.RUNNING else 1.0
            self._status_due = now + (period or 1e9)

    def _move(self, now: float) -> None:
        passed, self._moved = now - self._moved, now
        for number, channel in enumerate(self.channels):
            aim = max(self.setpoints[number], AMBIENT.get(channel.kind, 0.0))
            step = SPEED.get(channel.kind, 0.0) * passed
            away = aim - self.actual[number]
            self.actual[number] += max(-step, min(step, away))

    def _take(self, asked: Message) -> None:
        self.heard.append(asked)
        if self.ways.swallow.get(asked.type, 0) > 0:
            self.ways.swallow[asked.type] -= 1
            return
        reply = self._answer(asked)
        if reply is None:
            return
        if self.ways.delay_s:
            time.sleep(self.ways.delay_s)
        self._send(reply)
        if self.ways.doubled:
            self._send(reply)

    def _answer(self, asked: Message) -> bytes | None:
        if asked.type == wire.STOP:
            if self.ways.deaf_to_stop:
                return None
            self.press_stop()
            return self._ack(asked, wire.OK)
        code = self.ways.refuse.get(asked.type, self._judge(asked))
        if asked.type == wire.HELLO and code == wire.OK:
            return self._welcome(asked)
        self._nothing_since = False
        if code == wire.OK:
            self._obey(asked)
        return self._ack(asked, code)

    def _judge(self, asked: Message) -> int:
        length = wire.LENGTHS.get(asked.type)
        if length is None:
            return wire.UNKNOWN
        if len(asked.body) != length:
            return wire.MALFORMED
        if asked.type == wire.HELLO:
            return self._judge_hello(asked)
        if asked.session != self.session or not self.session:
            return wire.STALE
        if asked.type in (wire.DRIVE, wire.RENEW):
            return self._judge_lease(asked)
        return wire.OK

    def _judge_hello(self, asked: Message) -> int:
        profile, owner = struct.unpack("<BI", asked.body)
        if profile != 1:
            return wire.RANGE
        return wire.BUSY if any(self.setpoints) and owner != self._owner else wire.OK

    def _judge_lease(self, asked: Message) -> int:
        if self.state == wire.FAULT:
            return wire.FAULTED
        if self.state == wire.HALTED:
            return wire.STOPPED
        if asked.type == wire.DRIVE:
            if asked.channel >= len(self.channels) or not self.channels[asked.channel].flags & 1:
                return wire.NO_CHANNEL
            channel, setpoint = self.channels[asked.channel], asked.setpoint
            on = channel.low <= setpoint <= channel.high and (setpoint - channel.low) % channel.step == 0
            if setpoint and not on:
                return wire.RANGE
        return wire.OK if 0 < asked.lease <= self.max_lease else wire.RANGE

    def _welcome(self, asked: Message) -> bytes:
        if not (self._nothing_since and asked.payload == self._last_hello):
            self.session = self.session % 0xFFFF + 1
            self._rest()
            self._owner = struct.unpack("<BI", asked.body)[1]
            if self.state != wire.FAULT:
                self.state, self.fault = wire.IDLE, 0
            self._last_hello, self._nothing_since = asked.payload, True
            self._status_due = time.monotonic() + 0.02
        texts = b"".join(
            bytes([len(text)]) + text for text in (self.name.encode(), self.serial.encode(), b"7.0")
        )
        body = struct.pack("<BIH", self.ways.profile, self.boot, self.max_lease) + texts
        body += bytes([len(self.channels)])
        for one in self.channels:
            body += struct.pack("<BBHHH", one.kind, one.flags, one.low, one.high, one.step)
        return wire.request(wire.INFO, asked.seq, self.session, body + self.ways.grown)

    def _obey(self, asked: Message) -> None:
        now = time.monotonic()
        if asked.type == wire.DRIVE:
            if asked.setpoint != self.setpoints[asked.channel]:
                self._set(asked.channel, asked.setpoint)
                self._status_due = 0.0
            self._ends[asked.channel] = now + asked.lease / 1000
            self.state, self.fault = (wire.IDLE if self.resting else wire.RUNNING), 0
        elif asked.type == wire.RENEW:
            self._ends = [now + asked.lease / 1000] * len(self.channels)
        elif asked.type == wire.REPORT:
            self.period = asked.lease / 1000

    def _set(self, channel: int, setpoint: int) -> None:
        if self.setpoints[channel] != setpoint:
            self.setpoints[channel] = setpoint
            self.changes.append(Change(time.monotonic(), channel, setpoint))

    def _rest(self) -> None:
        for channel in range(len(self.channels)):
            self._set(channel, 0)

    def _ack(self, asked: Message, code: int) -> bytes:
        return wire.request(wire.ACK, asked.seq, self.session, bytes([asked.type, code]))

    def _status(self) -> bytes:
        self._status_seq = (self._status_seq + 1) % 256
        uptime = int((time.monotonic() - self._began) * 1000) & 0xFFFFFFFF
        body = struct.pack("<IBBB", uptime, self.state, self.fault, self.battery)
        for number, setpoint in enumerate(self.setpoints):
            shown = setpoint if self.ways.echo is None or not setpoint else self.ways.echo
            actual = round(self.actual[number]) if self.ways.reading is None else self.ways.reading
            body += struct.pack("<HH", shown, actual)
        return wire.request(wire.STATUS, self._status_seq, self.session, body)

    def _send(self, payload: bytes) -> None:
        if self.ways.quiet or self._master < 0:
            return
        self.sent.append((time.monotonic(), payload))
        data = self.ways.rubbish + wire.frame(payload)
        pieces = [data[n : n + 1] for n in range(len(data))] if self.ways.split else [data]
        for piece in pieces:
            with contextlib.suppress(OSError):
                os.write(self._master, piece)


def with_range(channel: Channel, low: int, high: int, step: int) -> Channel:
    """The same channel with other bounds."""
    return replace(channel, low=low, high=high, step=step)
