"""A bench's Bluetooth devices on one air, and a computer's radio beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bumble.keys import MemoryKeyStore
from bumble.transport.common import AsyncPipeSink

from simulator.radio.air import Air
from simulator.radio.backend import Radio
from simulator.radio.central import Central
from simulator.radio.chip import Chip
from simulator.radio.host import SteadyHost
from simulator.radio.peripheral import Peripheral

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.device import SimDevice

COMPUTER = "02:00:00:00:00:01"


class LocalChip:
    """A chip in this process."""

    def __init__(self, air: Air, address: str) -> None:
        self._air = air
        self._address = address
        self._chip: Chip | None = None

    async def open(self) -> SteadyHost:
        """A host with its chip, on the air."""
        self._chip = chip = Chip(self._air, f"computer {self._address}", public_address=self._address)
        return SteadyHost(chip, AsyncPipeSink(chip))

    async def close(self) -> None:
        """Off the air."""
        self.switch_off()

    def switch_off(self) -> None:
        """At once."""
        if self._chip is not None:
            self._chip.switch_off()


class OnAir:
    """Begins on the running loop; `stop` takes everything off the air."""

    def __init__(self, devices: Iterable[SimDevice], seed: int) -> None:
        self.air = Air()
        self.peripherals = {device.facts.name: Peripheral(self.air, device, seed) for device in devices}
        self._radios: dict[str, tuple[Radio, LocalChip]] = {}
        for peripheral in self.peripherals.values():
            peripheral.start()

    def radio(self, address: str = COMPUTER) -> Radio:
        """The radio of a computer, by its chip's public address."""
        if address not in self._radios:
            chip, keys = LocalChip(self.air, address), MemoryKeyStore()
            self._radios[address] = Radio("sim", Central(chip, lambda _computer: keys)), chip
        return self._radios[address][0]

    def stop(self) -> None:
        """Off the air, all of it, at once, also after the loop has ended."""
        self.air.silence()
        for peripheral in self.peripherals.values():
            peripheral.stop()
        for radio, chip in self._radios.values():
            chip.switch_off()
            radio.central.lose()


__all__ = ["OnAir"]
