"""The profile's numbers, and what a device says of itself."""

from .heater import Pad

PERCUSSION = 1
HEAT = 2
CURRENT = 5
BUTTON = 7
DRIVEN = 1
MEASURED = 2

OK = 0
STALE = 1
BUSY = 2
OUT_OF_RANGE = 3
NO_CHANNEL = 4
FAULT_LATCHED = 5
MALFORMED = 6
UNKNOWN_TYPE = 7
IS_STOPPED = 8

IDLE = 0
RUNNING = 1
STOPPED = 2
FAULT = 3

OVER_TEMPERATURE = 1
SENSOR_OPEN = 2
SENSOR_SHORT = 3
RUNAWAY = 4
STALL = 5
OVER_CURRENT = 6
BATTERY_LOW = 7
LEASE_EXPIRED = 8
INTERNAL = 9

NO_READING = 0xFFFF
CUT_OUT = 45.0  # °C at the skin, W9
SHORT_ABOVE = 9000  # hundredths of °C at the sensor, W9
BATTERY_LEAST = 5  # percent
STALL_MS = 1500  # a head that runs at under half its slowest rate for so long is stuck
LONG_PRESS_MS = 1000
IDLE_MS = 1000
CONTROL_MS = 200
LEAST_PERIOD_MS = 50
MOST_PERIOD_MS = 5000


class Channel:
    """One thing the device does or measures. Numbers are in the unit of its kind."""

    def __init__(self, kind: int, flags: int, low: int, high: int, step: int) -> None:
        self.facts = (kind, flags, low, high, step)
        self.kind = kind
        self.flags = flags
        self.low = low
        self.high = high
        self.step = step
        self.setpoint = 0
        self.until = 0  # when its lease runs out, where the setpoint is not 0

    def takes(self, setpoint: int) -> bool:
        """Whether it may be driven there."""
        if setpoint == 0:
            return True
        return self.low <= setpoint <= self.high and (setpoint - self.low) % self.step == 0


class Config:
    """What a device says of itself, and its calibration."""

    def __init__(
        self,
        name: str,
        serial: str,
        channels: list[tuple[int, int, int, int, int]],
        max_lease_ms: int = 2000,
        version: str = "1.0.0",
        pad: Pad | None = None,
        most_current: int = 8000,
        framed: bool = True,
    ) -> None:
        self.texts = (name, serial, version)
        self.channels = channels
        self.max_lease_ms = max_lease_ms
        self.pad = pad
        self.most_current = most_current  # mA
        self.framed = framed  # whether the link needs frames: a serial port does, BLE keeps payloads apart
