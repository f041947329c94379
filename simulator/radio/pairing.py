"""Pairing, on the device and on the computer."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Protocol

from bumble import smp
from bumble.pairing import PairingConfig, PairingDelegate

if TYPE_CHECKING:
    from bumble.device import Device
    from bumble.keys import MemoryKeyStore

    from simulator.ble import BleFacts

# Identity keys would let a central look for a device that changes its address; here none does.
KEYS = PairingDelegate.KeyDistribution.DISTRIBUTE_ENCRYPTION_KEY
SHOWS = {
    "just works": PairingDelegate.NO_OUTPUT_NO_INPUT,
    "none": PairingDelegate.NO_OUTPUT_NO_INPUT,
    "numeric": PairingDelegate.DISPLAY_OUTPUT_AND_YES_NO_INPUT,
    "passkey": PairingDelegate.DISPLAY_OUTPUT_ONLY,
}


class Agent(Protocol):
    """Who answers for the computer's person when a device asks for more than Just Works."""

    async def confirm(self, number: int) -> bool:
        """Whether the device shows the same six digits."""
        ...

    async def passkey(self) -> int | None:
        """The six digits that the device shows; None refuses."""
        ...

    async def display(self, number: int) -> None:
        """Show six digits that are to be typed on the device."""
        ...


class _Strict(smp.Session):
    """A device that can show something does not bond with a computer that nobody looks at."""

    async def on_smp_pairing_request_command_async(self, command: smp.SMP_Pairing_Request_Command) -> None:
        nobody = command.io_capability == smp.IoCapability.NO_INPUT_NO_OUTPUT
        if self.is_responder and self.pairing_config.mitm and nobody:
            self.send_pairing_failed(smp.ErrorCode.AUTHENTICATION_REQUIREMENTS)
            return
        await super().on_smp_pairing_request_command_async(command)


class Bonding(PairingDelegate):
    """The device's side. `shown` is the number on its display; `agrees` whether its person says yes."""

    keys: MemoryKeyStore

    def __init__(self, facts: BleFacts) -> None:
        super().__init__(SHOWS[facts.pairing], KEYS, KEYS)
        self.shown: int | None = None
        self.agrees = True
        self._mitm = facts.pairing in ("numeric", "passkey")
        self._window = facts.pairing_window_ms / 1000
        self._open_until = 0.0

    def serve(self, host: Device) -> None:
        """Pair like this on that host."""
        host.smp_manager.session_proxy = _Strict
        host.pairing_config_factory = lambda _connection: PairingConfig(
            sc=True, mitm=self._mitm, bonding=True, delegate=self
        )

    def open_window(self) -> None:
        """The pairing button: bonds are made for the next two minutes, or as the bench file says."""
        self._open_until = asyncio.get_running_loop().time() + self._window

    def forget(self) -> None:
        """Lose every bond; a connection that is there keeps its encryption."""
        self.keys.all_keys.clear()

    async def accept(self) -> bool:
        """Bonds are made while the window is open."""
        self.shown = None
        return asyncio.get_running_loop().time() < self._open_until

    async def compare_numbers(self, number: int, digits: int) -> bool:
        """The device's person looks at both displays."""
        self.shown = number
        return self.agrees

    async def generate_passkey(self) -> int:
        """A fresh one, on the display."""
        self.shown = secrets.randbelow(1_000_000)
        return self.shown


class ComputerSide(PairingDelegate):
    """The computer's side: what it is asked goes to the program's agent, where there is one."""

    def __init__(self, agent: Agent | None) -> None:
        able = (
            PairingDelegate.NO_OUTPUT_NO_INPUT
            if agent is None
            else PairingDelegate.DISPLAY_OUTPUT_AND_KEYBOARD_INPUT
        )
        super().__init__(able, KEYS, KEYS)
        self._agent = agent

    async def compare_numbers(self, number: int, digits: int) -> bool:
        """As the agent says."""
        return self._agent is not None and await self._agent.confirm(number)

    async def get_number(self) -> int | None:
        """As the agent says."""
        return None if self._agent is None else await self._agent.passkey()

    async def display_number(self, number: int, digits: int) -> None:
        """To the agent."""
        if self._agent is not None:
            await self._agent.display(number)


def computer_config(agent: Agent | None) -> PairingConfig:
    """How the computer pairs."""
    return PairingConfig(sc=True, mitm=agent is not None, bonding=True, delegate=ComputerSide(agent))


__all__ = ["Agent", "Bonding", "computer_config"]
