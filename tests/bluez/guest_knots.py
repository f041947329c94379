"""The simulator's own devices in the guest's air, with the reference firmware; all that matters is told.

`NAME heard`, `NAME drives` and `NAME lost` come with the time of the machine's one clock.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.bench import STANDARD
from simulator.ble import BleFacts
from simulator.device import DeviceFacts, SimDevice
from simulator.faults import begin, end
from simulator.radio.peripheral import Peripheral
from tests.bluez.guest_device import Plain
from tests.bluez.guest_names import GUN, PAD, SECOND
from tests.bluez.guest_told import obey, tell

if TYPE_CHECKING:
    from simulator.ble import Pairing
    from simulator.faults import What
    from tests.bluez.guest_radio import Radio

REQUESTS = {1: "hello", 2: "drive", 3: "renew", 4: "stop", 5: "clear", 6: "report"}


def _facts(kind: str, name: str, serial: str, pairing: Pairing) -> DeviceFacts:
    return replace(STANDARD[kind], name=name, serial=serial, link="ble", ble=BleFacts(pairing=pairing))


DEVICES = (
    _facts("percussion", GUN.name, GUN.serial, "just works"),
    _facts("heat", PAD.name, PAD.serial, "numeric"),
    _facts("percussion", SECOND.name, SECOND.serial, "passkey"),
)


class Telling(SimDevice):
    """A device that tells what it hears and drives."""

    def tell(self, what: str, *values: object) -> None:
        tell(f"{self.facts.name} {what}", [time.monotonic(), *values])

    def hear(self, data: bytes) -> None:
        self.tell("heard", REQUESTS.get(data[0] if data else 0, "?"))
        super().hear(data)

    def link_lost(self) -> None:
        self.tell("lost")
        super().link_lost()

    def set_motor(self, strokes_per_min: int) -> None:
        before = self.motor
        super().set_motor(strokes_per_min)
        if self.motor != before:
            self.tell("drives", self.motor)

    def set_heater(self, duty: float) -> None:
        was_on = self.duty > 0
        super().set_heater(duty)
        if was_on != (self.duty > 0):
            self.tell("drives", self.duty)


class Knots:
    """All of them, by name."""

    def __init__(self, radio: Radio) -> None:
        self._devices = {facts.name: Telling(facts) for facts in DEVICES}
        self._radio = {name: Peripheral(radio.air, device) for name, device in self._devices.items()}

    def start(self) -> None:
        for name, device in self._devices.items():
            device.start(asyncio.get_running_loop())
            self._radio[name].start()

    def do_begin(self, name: str, what: What) -> None:
        """Let a fault happen, until `end`."""
        begin(what, self._devices[name])

    def do_end(self, name: str, what: What) -> None:
        end(what, self._devices[name])

    def do_close_window(self, name: str) -> None:
        """As when two minutes have gone by since its button was pressed."""
        self._radio[name].bonding._open_until = 0.0

    def do_look(self, name: str) -> dict[str, object]:
        """How it is now."""
        device, radio = self._devices[name], self._radio[name]
        return {
            "address": radio.address,
            "connected": radio.connected,
            "at rest": device.at_rest,
            "drives": device.motor or device.duty,
            "shown": radio.bonding.shown,
        }


async def serve(radio: Radio) -> None:
    """Beside a plain device, which is not heard until it is told to advertise."""
    knots, plain = Knots(radio), Plain(radio)
    knots.start()
    await plain.power_on()
    await obey(knots, plain)
