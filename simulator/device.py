"""A simulated device: the reference firmware over invented hardware, on the loop's clock."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from simulator.ble import BleFacts, Link, RadioSide
from simulator.firmware.cover import Flows
from simulator.firmware.facts import DRIVEN, HEAT, MEASURED, PERCUSSION, Config
from simulator.firmware.firmware import Firmware
from simulator.firmware.hardware import Hardware
from simulator.firmware.heater import Pad as PadCalibration
from simulator.firmware.quota import Quota
from simulator.physics import Head, HeadFacts, HeatPad, PadFacts, Tissue
from simulator.physics.pad import LOOSE_SHARE
from simulator.stranger import Stranger, wrong_echo

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal["percussion", "heat"]
Sensor = Literal["sound", "open", "short", "frozen", "loose"]
Heater = Literal["sound", "stuck on", "weak", "dead"]

RESET_MS = 300
SHORTED = 12_000  # hundredths of °C, the rail of the converter
TRACE_LENGTH = 50_000
WEAK = 1 / 3  # of the power that a weak heater still has
STALLED = 6000  # mA of a motor that is told to turn and cannot
FLAT = 4  # percent


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFacts:
    """What a device is. `low`, `high` and `step` are in strokes per minute or °C."""

    name: str
    kind: Kind
    serial: str
    low: float
    high: float
    step: float
    max_lease_ms: int = 2000
    battery: int | None = None
    start: float | None = None
    pad: PadFacts = field(default_factory=PadFacts)
    head: HeadFacts = field(default_factory=HeadFacts)
    path: str | None = None
    link: Link = "serial"
    ble: BleFacts = field(default_factory=BleFacts)


class Port(Protocol):
    """Where a device is plugged in."""

    def send(self, data: bytes) -> None:
        """Bytes from the device; never blocks."""
        ...

    def unplug(self, why: str) -> None:
        """The device's plug is out."""
        ...

    def replug(self) -> None:
        """It is in again."""
        ...


def calibration(pad: PadFacts) -> PadCalibration:
    """What a maker's calibration of such a pad would find."""
    return PadCalibration(
        pad.rest,
        pad.hot_spot,
        pad.held_by_full_power,
        pad.rise_at_full_power,
        pad.sensor_lag_ms + pad.dead_time_ms,
        Flows(
            pad.power,
            pad.pad_capacity,
            pad.skin_capacity,
            pad.pad_to_skin,
            pad.pad_to_air,
            pad.skin_to_body,
            pad.sensor_lag_ms,
            pad.dead_time_ms,
        ),
    )


def config_of(facts: DeviceFacts) -> Config:
    """The firmware's configuration."""
    kind, scale = (PERCUSSION, 1) if facts.kind == "percussion" else (HEAT, 100)
    low, high, step = (round(value * scale) for value in (facts.low, facts.high, facts.step))
    pad = calibration(facts.pad) if facts.kind == "heat" else None
    if pad is not None:
        high = min(high, low + max(0, int((pad.highest() * scale - low) / step)) * step)
    return Config(
        f"Knot {facts.kind}",
        facts.serial,
        [(kind, DRIVEN | MEASURED, low, high, step)],
        max_lease_ms=facts.max_lease_ms,
        pad=pad,
        framed=facts.link == "serial",
    )


class SimDevice(Hardware):
    """The board that the firmware runs on. Times are ms since `start`."""

    def __init__(self, facts: DeviceFacts, seed: int = 1, tissue: Tissue | None = None) -> None:
        """`tissue` is what a pad lies on, at rest unless it has lived before; others need none."""
        self.facts = facts
        self.framed = facts.link == "serial"
        self.port: Port | None = None
        self.radio: RadioSide | None = None
        self.on_power: Callable[[bool], None] | None = None  # called as it goes up or down
        self.sensor: Sensor = "sound"
        self.heater: Heater = "sound"
        self.silent = False
        self.echo_wrong = False
        self.stalled = False
        self.flat = False
        self.plugged = True
        self.button_down = False
        self.motor = 0
        self.duty = 0.0
        self.trace: deque[tuple[int, int, float]] = deque(maxlen=TRACE_LENGTH)
        self.driven = asyncio.Event()  # set when it first leaves rest
        self.firmware: Firmware | None = None
        self.pad = HeatPad(facts.pad, 0, facts.start) if facts.kind == "heat" else None
        self.tissue: Tissue | None = None
        if self.pad is not None:
            self.tissue = tissue or Tissue()
            self.pad.lie_on(self.tissue, 0)
        self.stranger = Stranger(self)
        self.head = Head(facts.head, 0) if facts.kind == "percussion" else None
        self._draw = random.Random(f"{seed}/{facts.serial}")  # noqa: S311 - the same run again, no secret
        self._quota = Quota()
        self._boot = 0
        self._config = config_of(facts)
        self._frozen_at: int | None = None
        self._asked = 0.0
        self._covered = self._slow = False
        self._supplied = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._began = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._due_ms = -1
        self._now_ms = 0

    # its life

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Power on, at rest."""
        self._loop, self._began = loop, loop.time()
        self._power_on()

    def stop(self) -> None:
        """Power off."""
        self._power_off()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def restart(self, down_ms: int = RESET_MS) -> None:
        """A reset: everything at rest, nothing heard, then a new boot."""
        if self._loop is None:
            return
        self._power_off()
        self._arm(self.now_ms() + down_ms)

    def now_ms(self) -> int:
        """ms since start."""
        if self._loop is not None:
            self._now_ms = round((self._loop.time() - self._began) * 1000)
        return self._now_ms

    def receive(self, data: bytes) -> None:
        """Bytes from its port."""
        if self.plugged:
            self.hear(data)

    def hear(self, data: bytes) -> None:
        """Bytes from whatever reaches it."""
        if self.firmware is not None:
            now_ms = self.now_ms()
            self.firmware.receive(data, now_ms)
            self._arm(self.firmware.due_ms(now_ms))

    def link_lost(self) -> None:
        """Its radio has lost the connection."""
        if self.firmware is not None:
            now_ms = self.now_ms()
            self.firmware.link_lost(now_ms)
            self._arm(self.firmware.due_ms(now_ms))

    def press(self, down: bool) -> None:
        """The button goes down or up; the board's interrupt has the firmware look at once."""
        self.button_down = down
        self._step()

    def unplug(self, why: str = "the cable is out") -> None:
        """The link is gone; the device itself runs on."""
        self.plugged = False
        if self.port is not None:
            self.port.unplug(why)

    def replug(self) -> None:
        """The link is back."""
        self.plugged = True
        if self.port is not None:
            self.port.replug()

    def spoil_heater(self, heater: Heater) -> None:
        """The heater is like that from now on."""
        self.now_ms()
        self.heater = heater
        self._power()

    def wear_pad(self, *, covered: bool | None = None, slow_sensor: bool | None = None) -> None:
        """How the pad lies and its sensor answers from now on; None leaves it."""
        self._covered = self._covered if covered is None else covered
        self._slow = self._slow if slow_sensor is None else slow_sensor
        if self.pad is not None:
            self.pad.wear(self.now_ms(), covered=self._covered, slow_sensor=self._slow)

    # what tests look at

    @property
    def at_rest(self) -> bool:
        """Whether every actuator is off."""
        return self.motor == 0 and self.duty == 0

    @property
    def hottest(self) -> float | None:
        """°C of the hottest point on the skin now; None for a device without heat."""
        return None if self.pad is None else self.pad.hottest(self.now_ms())

    @property
    def hottest_seen(self) -> float | None:
        """The most that `hottest` has been."""
        if self.pad is None:
            return None
        self.pad.hottest(self.now_ms())
        return self.pad.most

    @property
    def tissue_hottest(self) -> float | None:
        """°C of the hottest place in the skin under the pad now; None for a device without heat."""
        return None if (tissue := self._tissue_now()) is None else tissue.hottest

    @property
    def tissue_hottest_seen(self) -> float | None:
        """The most that it has ever been, with whatever pad."""
        return None if (tissue := self._tissue_now()) is None else tissue.hottest_seen

    @property
    def tissue_dose(self) -> float | None:
        """CEM43 in minutes that it has had, ever."""
        return None if (tissue := self._tissue_now()) is None else tissue.dose

    # what the firmware asks

    def write(self, data: bytes) -> None:
        """As on a board; a silent or unplugged device is not heard."""
        if self.port is not None and self.plugged and not self.silent:
            self.port.send(wrong_echo(data, self.framed) if self.echo_wrong else data)

    def set_motor(self, strokes_per_min: int) -> None:
        """The head follows with its lag."""
        if strokes_per_min != self.motor and self.head is not None:
            self.motor = strokes_per_min
            self.head.set_speed(strokes_per_min, self._now_ms)
            self._changed()

    def set_heater(self, duty: float) -> None:
        """The pad warms by its physics."""
        self._asked = duty
        self._power()

    def set_supply(self, closed: bool) -> None:
        """A switch of its own: it opens whatever the heater's does."""
        self._supplied = closed
        self._power()

    def read_temperature(self) -> int | None:
        """The sensor as it is: sound, or as a fault script has it."""
        if self.pad is None or self.sensor == "open":
            return None
        if self.sensor == "short":
            return SHORTED
        seen = self.pad.sensor(self._now_ms)
        if self.sensor == "loose":
            rest = self.facts.pad.rest
            seen = rest + (seen - rest) * LOOSE_SHARE
        value = round(seen * 100)
        if self.sensor != "frozen":
            self._frozen_at = None
        elif self._frozen_at is None:
            self._frozen_at = value
        else:
            value = self._frozen_at
        return value

    def motor_speed(self) -> int | None:
        """As the head turns."""
        if self.stalled and self.head is not None:
            return 0
        return None if self.head is None else round(self.head.speed(self._now_ms))

    def motor_current(self) -> int | None:
        """As the head draws."""
        if self.stalled and self.motor:
            return STALLED
        return None if self.head is None else round(self.head.current(self._now_ms))

    def battery(self) -> int | None:
        """As the bench file says, or nearly none."""
        return FLAT if self.flat else self.facts.battery

    def button(self) -> bool:
        """As `press` left it."""
        return self.button_down

    # inside

    def _power(self) -> None:
        """What reaches the pad, of what the firmware asks."""
        wanted = {"sound": self._asked, "stuck on": 1.0, "weak": self._asked * WEAK, "dead": 0.0}
        duty = wanted[self.heater] if self._supplied else 0.0
        if duty != self.duty and self.pad is not None:
            self.duty = duty
            self.pad.set_duty(duty, self._now_ms)
            self._changed()

    def _tissue_now(self) -> Tissue | None:
        if self.pad is not None:
            self.pad.hottest(self.now_ms())
        return self.tissue

    def _changed(self) -> None:
        if not self.at_rest:
            self.driven.set()
        self.trace.append((self._now_ms, self.motor, self.duty))

    def _power_on(self) -> None:
        before = self._boot
        while self._boot == before:
            self._boot = self._draw.getrandbits(32)
        now_ms = self.now_ms()
        self.firmware = Firmware(self, self._config, now_ms, self._boot, self._quota)
        if self.on_power is not None:
            self.on_power(True)
        self._step()

    def _power_off(self) -> None:
        self.now_ms()
        self.set_motor(0)
        self.set_heater(0.0)
        self.set_supply(False)
        self.firmware = None
        if self.on_power is not None:
            self.on_power(False)

    def _step(self) -> None:
        if self.firmware is not None:
            now_ms = self.now_ms()
            self.firmware.step(now_ms)
            self._arm(self.firmware.due_ms(now_ms))

    def _wake(self) -> None:
        self._timer = None
        if self.firmware is None:
            self._power_on()
        else:
            self._step()

    def _arm(self, due_ms: int) -> None:
        if self._loop is None or (self._timer is not None and due_ms == self._due_ms):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._due_ms = due_ms
        self._timer = self._loop.call_at(self._began + due_ms / 1000, self._wake)


__all__ = ["DeviceFacts", "Port", "SimDevice"]
