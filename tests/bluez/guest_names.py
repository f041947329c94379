"""What the device and the programs call things; apart from both, since each takes seconds to import."""

from __future__ import annotations

from typing import NamedTuple

from simulator.ble import address_of

ADDRESS = "F0:F0:F0:F0:F0:02"
NAME = "Knot-0001"
SERVICE, INFO, COMMAND, STATUS = (f"daee000{n}-fce3-4bab-96ba-bce836e09d0b" for n in (1, 2, 3, 4))


class Knot(NamedTuple):
    """One of the simulator's devices."""

    name: str
    serial: str

    @property
    def address(self) -> str:
        return address_of(self.serial)


GUN, PAD, SECOND = Knot("gun", "SIM-GUN1"), Knot("pad", "SIM-PAD1"), Knot("second gun", "SIM-GUN2")
