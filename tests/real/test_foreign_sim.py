"""`unknot sim` driven over its pseudo-terminals by another maker: W1 to W13, as far as seconds go."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
import tty
from itertools import pairwise
from typing import TYPE_CHECKING

import foreign_wire as wire
import pytest
from foreign_client import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from foreign_wire import Info, Message, Status

OWNER, OTHER = b"\x01\x11\x22\x33\x44", b"\x01\x55\x66\x77\x08"


class Controller:
    """One port; requests go out at once, replies are told apart by type and seq."""

    def __init__(self, path: str) -> None:
        self.port = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(self.port)
        self.frames, self.seq, self.session = wire.Frames(), 0, 0
        self.heard: list[Message] = []

    def read(self, met: Callable[[Message], object], within: float = 1.0) -> Message | None:
        """The first message from now on that meets it; None when the time is up."""
        limit = time.monotonic() + within
        at = len(self.heard)
        while True:
            for message in self.heard[at:]:
                at += 1
                if met(message):
                    return message
            left = limit - time.monotonic()
            if left <= 0 or not select.select([self.port], [], [], left)[0]:
                return None
            now = time.monotonic()
            self.heard += [
                wire.message(payload, now) for payload in self.frames.feed(os.read(self.port, 4096))
            ]

    def raw(self, data: bytes) -> None:
        os.write(self.port, data)

    def ask(self, kind: int, body: bytes = b"", *, session: int | None = None) -> Message:
        """The reply to a request; it is an INFO or an ACK of the same seq."""
        self.seq = (self.seq + 1) % 256
        seq = self.seq
        payload = wire.request(kind, seq, self.session if session is None else session, body)
        self.raw(wire.frame(payload))
        reply = self.read(lambda said: said.type in (wire.INFO, wire.ACK) and said.seq == seq)
        assert reply is not None, payload.hex()
        if reply.type == wire.ACK:
            assert reply.body[0] == kind
        return reply

    def code(self, kind: int, body: bytes = b"", *, session: int | None = None) -> int:
        return self.ask(kind, body, session=session).code

    def drive(self, setpoint: int, lease: int = 500, *, channel: int = 0) -> int:
        return self.code(wire.DRIVE, wire.drive(channel, setpoint, lease))

    def hello(self, owner: bytes = OWNER) -> Info:
        reply = self.ask(wire.HELLO, owner, session=0)
        assert reply.type == wire.INFO, reply
        self.session = reply.session
        return wire.info(reply.body)

    def status(self, met: Callable[[Status], object], within: float = 1.5) -> Status:
        found = self.read(lambda it: it.type == wire.STATUS and met(wire.status(it.body)), within)
        assert found is not None
        return wire.status(found.body)


@pytest.fixture(scope="module")
def links(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    home = tmp_path_factory.mktemp("sim")
    program = [sys.executable, "-m", "controller", "sim"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=environment(home)) as process:
        assert process.stdout is not None
        devices = json.loads(process.stdout.readline())["devices"]
        assert all({"name", "kind", "link"} <= set(device) for device in devices)
        ports = [device for device in devices if device["link"].startswith("serial:")]
        yield {device["kind"]: device["link"].removeprefix("serial:") for device in ports}
        process.send_signal(signal.SIGTERM)
        process.wait(10)


@pytest.fixture(params=["percussion", "heat"])
def one(request: pytest.FixtureRequest, links: dict[str, str]) -> Iterator[Controller]:
    controller = Controller(links[request.param])
    controller.ask(wire.STOP, session=0)
    yield controller
    controller.ask(wire.STOP, session=0)
    os.close(controller.port)


def low(info: Info) -> int:
    return info.channels[0].low


def test_w1_w2_hello_starts_a_session_at_rest_and_the_same_hello_the_same_one(one: Controller) -> None:
    info = one.hello()
    first = one.session
    assert first != 0
    assert info.serial.startswith("SIM-")
    assert 1 <= info.max_lease <= 2000
    assert info.channels[0].flags & 1
    again = wire.frame(wire.request(wire.HELLO, one.seq, 0, OWNER))
    one.raw(again)
    reply = one.read(lambda it: it.type == wire.INFO)
    assert reply is not None
    assert reply.session == first
    assert one.hello() == info
    assert one.session not in (0, first)
    assert one.code(wire.HELLO, b"\x02" + OWNER[1:], session=0) == wire.RANGE
    assert one.code(wire.REPORT, b"\x31\x00") == wire.RANGE, "a refused HELLO ends no session"


def test_w3_another_owner_is_busy_while_a_lease_runs(one: Controller) -> None:
    info = one.hello()
    assert one.drive(low(info), 1000) == wire.OK
    assert one.code(wire.HELLO, OTHER, session=0) == wire.BUSY
    one.status(lambda it: it.channels[0][0] == low(info))
    before = one.session
    one.hello()
    assert one.session != before
    one.status(lambda it: it.channels[0][0] == 0)
    one.hello(OTHER)


def test_w4_another_session_changes_nothing(one: Controller) -> None:
    info = one.hello()
    stale = one.session % 0xFFFF + 1
    for kind, body in (
        (wire.DRIVE, wire.drive(0, low(info), 500)),
        (wire.RENEW, b"\xf4\x01"),
        (wire.CLEAR, b""),
        (wire.REPORT, b"\xc8\x00"),
    ):
        assert one.code(kind, body, session=stale) == wire.STALE
        assert one.code(kind, body, session=0) == wire.STALE
    assert one.status(lambda _: True).channels[0][0] == 0


def test_w5_what_is_out_of_range_is_refused_and_changes_nothing(one: Controller) -> None:
    info = one.hello()
    channel = info.channels[0]
    wrong = [channel.low - 1, channel.high + 1, 0xFFFF] + ([channel.low + 1] if channel.step > 1 else [])
    for setpoint in wrong:
        assert one.drive(setpoint) == wire.RANGE
    for lease in (0, info.max_lease + 1, 0xFFFF):
        assert one.drive(channel.low, lease) == wire.RANGE
        assert one.drive(0, lease) == wire.RANGE
        assert one.code(wire.RENEW, lease.to_bytes(2, "little")) == wire.RANGE
    assert one.drive(channel.low, channel=200) == wire.NO_CHANNEL
    for period in (1, 49, 5001):
        assert one.code(wire.REPORT, period.to_bytes(2, "little")) == wire.RANGE
    assert one.status(lambda _: True).channels[0][0] == 0


def test_w6_a_lease_that_runs_out_rests_within_50_ms_and_says_so(one: Controller) -> None:
    info = one.hello()
    assert one.drive(low(info), 300) == wire.OK
    at = time.monotonic()
    one.status(lambda it: it.state == wire.RUNNING and it.fault == 0)
    over = one.status(lambda it: it.fault == 8)
    assert 0.28 <= time.monotonic() - at <= 0.3 + 0.05 + 0.1
    assert (over.state, over.channels[0][0]) == (wire.IDLE, 0)
    assert one.code(wire.RENEW, b"\xf4\x01") == wire.OK
    assert one.status(lambda _: True).channels[0][0] == 0, "RENEW revives nothing"
    assert one.drive(low(info), 300) == wire.OK
    one.status(lambda it: it.fault == 0 and it.channels[0][0] == low(info))


def test_w7_stop_is_obeyed_from_anyone_whatever_follows_it(one: Controller) -> None:
    info = one.hello()
    for session, rest in ((0, b""), (0xBEEF, b""), (one.session, b"and more")):
        assert one.drive(low(info), 2000 if info.max_lease >= 2000 else info.max_lease) == wire.OK
        began = time.monotonic()
        assert one.code(wire.STOP, rest, session=session) == wire.OK
        assert time.monotonic() - began < 0.1
        assert one.status(lambda it: it.state == wire.HALTED).channels[0][0] == 0
        assert one.drive(low(info)) == wire.STOPPED
        assert one.drive(0) == wire.STOPPED
        assert one.code(wire.RENEW, b"\xf4\x01") == wire.STOPPED
        one.hello()


def test_w8_clear_without_a_fault_is_ok_and_leads_out_of_no_stop(one: Controller) -> None:
    info = one.hello()
    assert one.code(wire.CLEAR) == wire.OK
    one.ask(wire.STOP, session=0)
    assert one.code(wire.CLEAR) == wire.OK
    assert one.drive(low(info)) == wire.STOPPED


def test_w10_status_comes_every_second_at_rest_and_as_often_as_asked_when_running(one: Controller) -> None:
    info = one.hello()
    assert one.code(wire.REPORT, b"\x32\x00") == wire.OK
    assert one.drive(low(info), 800) == wire.OK
    one.read(lambda _: False, 0.5)
    running = [
        it for it in one.heard if it.type == wire.STATUS and wire.status(it.body).state == wire.RUNNING
    ]
    assert 8 <= len(running) <= 13
    assert [(b.seq - a.seq) % 256 for a, b in pairwise(running)] == [1] * (len(running) - 1)
    one.status(lambda it: it.state == wire.IDLE)
    assert one.read(lambda it: it.type == wire.STATUS, 1.2) is not None


def test_w12_a_repeated_drive_or_renew_is_harmless(one: Controller) -> None:
    info = one.hello()
    drive = wire.frame(wire.request(wire.DRIVE, 77, one.session, wire.drive(0, low(info), 400)))
    at = len(one.heard)
    one.raw(drive * 3)
    one.status(lambda it: it.state == wire.RUNNING)
    assert one.read(lambda _: False, 0.1) is None
    said = [it for it in one.heard[at:] if it.type == wire.ACK and it.seq == 77]
    assert [it.code for it in said] == [wire.OK] * 3
    one.status(lambda it: it.fault == 8)


def test_w13_rubbish_gets_no_reply_and_moves_nothing(one: Controller) -> None:
    info = one.hello()
    good = wire.frame(wire.request(wire.DRIVE, 9, one.session, wire.drive(0, low(info), 500)))
    at = len(one.heard)
    one.raw(b"\x00\x00\x00" + good[:-4] + b"\x00" + bytes(range(1, 256)) * 3 + b"\x00")
    one.raw(wire.frame(b"\x02" * 251) + wire.frame(b"\x01") + wire.frame(b""))
    one.raw(good[:5])  # half a frame, which the delimiter ends
    one.raw(b"\x00")
    assert one.read(lambda it: it.type != wire.STATUS, 0.3) is None
    assert all(wire.status(it.body).channels[0][0] == 0 for it in one.heard[at:] if it.type == wire.STATUS)
    assert one.code(0x55, b"x") == wire.UNKNOWN
    assert one.code(wire.INFO, b"x") == wire.UNKNOWN
    for kind, length in wire.LENGTHS.items():
        if kind != wire.STOP:
            assert one.code(kind, bytes(length + 1)) == wire.MALFORMED
    assert one.code(wire.DRIVE, b"", session=0) == wire.MALFORMED, "length before session"
