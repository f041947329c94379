"""A controller's side of the wire, small enough to be seen right, and a board of plain attributes."""

from __future__ import annotations

import binascii
import struct
from dataclasses import dataclass, field

from simulator.device import calibration
from simulator.firmware.codec import unframe
from simulator.firmware.facts import Config
from simulator.firmware.firmware import Firmware
from simulator.firmware.hardware import Hardware
from simulator.firmware.quota import Quota
from simulator.physics import PadFacts

HELLO, DRIVE, RENEW, STOP, CLEAR, REPORT = range(1, 7)
GUN = (1, 3, 1200, 3200, 50)
PAD = (2, 3, 3000, 4300, 10)
FORCE = (3, 2, 0, 800, 1)


def frame(payload: bytes) -> bytes:
    body = payload + struct.pack("<H", binascii.crc_hqx(payload, 0xFFFF))
    return b"".join(bytes([len(block) + 1]) + block for block in body.split(b"\0")) + b"\0"


def hello(seq: int = 1, owner: int = 7, profile: int = 1, session: int = 0) -> bytes:
    return struct.pack("<BBHBI", HELLO, seq, session, profile, owner)


def drive(session: int, setpoint: int, *, lease: int = 1000, channel: int = 0, seq: int = 2) -> bytes:
    return struct.pack("<BBHBHH", DRIVE, seq, session, channel, setpoint, lease)


def renew(session: int, lease: int = 1000, seq: int = 3) -> bytes:
    return struct.pack("<BBHH", RENEW, seq, session, lease)


def stop(seq: int = 4, session: int = 0) -> bytes:
    return struct.pack("<BBH", STOP, seq, session)


def clear(session: int, seq: int = 5) -> bytes:
    return struct.pack("<BBH", CLEAR, seq, session)


def report(session: int, period: int, seq: int = 6) -> bytes:
    return struct.pack("<BBHH", REPORT, seq, session, period)


@dataclass(frozen=True, slots=True)
class Status:
    session: int
    uptime_ms: int
    state: int
    fault: int
    battery: int
    values: tuple[int, ...]


def status_of(payload: bytes) -> Status:
    _, _, session, uptime, state, fault, battery = struct.unpack("<BBHIBBB", payload[:11])
    values = struct.unpack(f"<{(len(payload) - 11) // 2}H", payload[11:])
    return Status(session, uptime, state, fault, battery, values)


@dataclass
class Board(Hardware):
    """Readings are what the test sets; what the firmware does is kept."""

    raw: int | None = 3300
    level: int | None = None
    amperage: int | None = None
    strokes: int | None = None
    down: bool = False
    motor: int = 0
    duty: float = 0.0
    said: list[bytes] = field(default_factory=list)

    def write(self, data: bytes) -> None:
        self.said.append(data)

    def set_motor(self, strokes_per_min: int) -> None:
        self.motor = strokes_per_min

    def set_heater(self, duty: float) -> None:
        self.duty = duty

    def read_temperature(self) -> int | None:
        return self.raw

    def motor_speed(self) -> int | None:
        return self.motor if self.strokes is None else self.strokes

    def motor_current(self) -> int | None:
        return self.amperage

    def battery(self) -> int | None:
        return self.level

    def button(self) -> bool:
        return self.down


class Rig:
    """A firmware on a board, with a clock that a test moves."""

    def __init__(self, *channels: tuple[int, int, int, int, int], now_ms: int = 0, boot: int = 1) -> None:
        self.board = Board()
        self.now_ms = now_ms
        self.quota = Quota()
        config = Config("Rig", "SIM-RIG1", list(channels or (GUN,)), pad=calibration(PadFacts()))
        self.config = config
        self.firmware = Firmware(self.board, config, now_ms, boot, self.quota)
        self.firmware.step(now_ms)
        self.board.said.clear()
        self.session = 0

    @property
    def at_rest(self) -> bool:
        return self.board.motor == 0 and self.board.duty == 0

    def heard(self) -> list[bytes]:
        """Payloads since the last look."""
        said = [unframe(data[:-1]) for data in self.board.said]
        self.board.said.clear()
        assert None not in said
        return [payload for payload in said if payload is not None]

    def ask(self, payload: bytes) -> int | None:
        """The code of the ACK; None where the answer is INFO."""
        self.heard()
        self.firmware.receive(frame(payload), self.now_ms)
        answer = self.board.said.pop(0)
        body = unframe(answer[:-1])
        assert body is not None
        assert body[1] == payload[1]
        if body[0] == 0x81:
            self.session = body[2] | body[3] << 8
            return None
        assert body[0] == 0x83
        assert body[4] == payload[0]
        assert body[2] | body[3] << 8 == self.firmware.session
        return body[5]

    def pass_ms(self, span_ms: int) -> None:
        """Let time pass, stepping exactly when the firmware asks for it."""
        end = self.now_ms + span_ms
        while (due := self.firmware.due_ms(self.now_ms)) <= end:
            self.now_ms = due
            self.firmware.step(due)
            assert self.firmware.due_ms(due) > due
        self.now_ms = end

    def hold_ms(self, span_ms: int, every: int = 500) -> None:
        """Let time pass while somebody renews."""
        for _ in range(span_ms // every):
            self.ask(renew(self.session))
            self.pass_ms(every)

    def statuses(self) -> list[Status]:
        return [status_of(payload) for payload in self.heard() if payload[0] == 0x82]

    def status(self) -> Status:
        """The state at this moment, as a change would be told."""
        firmware = self.firmware
        values = tuple(channel.setpoint for channel in firmware.channels)
        return Status(firmware.session, 0, firmware.state, firmware.fault, 255, values)
