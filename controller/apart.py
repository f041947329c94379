"""Devices that show themselves: two seconds at the lowest level, in somebody's hand, off the body.

Two known devices of one kind in one session are told apart by it, beside their serial numbers.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from controller.binding import Refusal
from controller.devices import DeviceError
from controller.safety.screening import AnswerError, Question

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from controller.devices import Driver
    from controller.known import Device
    from controller.safety.screening import Answer
    from protocols.plan import Kind

PULSE = 2.0
"""Seconds that a device shows itself for."""
TURN = 0.1
"""Seconds between renewals of its lease."""
PULSE_MOST: Mapping[Kind, float] = {"percussion": 2400.0, "heat": 36.0}
"""The most that a device may be told to show itself with: strokes a minute of the fastest guns, and °C of
skin. One that says that it goes no lower stays at rest."""


class OneQuestion:
    """A question for the entrance, beside the screening's pages."""

    def __init__(self, question: Question) -> None:
        self.open: tuple[Question, ...] = (question,)
        self.answers: tuple[Answer, ...] = ()
        self.value = ""

    @property
    def done(self) -> bool:
        """Whether it is answered."""
        return not self.open

    def take(self, question: str, value: str) -> None:
        """An answer. Raises AnswerError for what is none."""
        (asked,) = self.open
        if question != asked.id or value not in asked.choices:
            raise AnswerError(f"answer {' or '.join(asked.choices)}")
        self.value, self.open = value, ()


def alike(known: Mapping[str, Device], roles: Mapping[str, Kind]) -> dict[str, Device]:
    """The known devices with a link, by role, of which there is more than one of a kind."""
    linked = {role: device for role, device in known.items() if not device.by_hand}
    kinds = [roles[role] for role in linked]
    return {role: device for role, device in linked.items() if kinds.count(roles[role]) > 1}


async def tell_apart(
    drivers: Mapping[str, Driver], devices: Mapping[str, Device], ask: Callable[[Question], Awaitable[str]]
) -> None:
    """Let each of `devices` show itself, and hear whether it is the one that is meant. Raises Refusal,
    DeviceError."""
    for role, device in devices.items():
        text = (
            f"Take {device.name} in your hand, off the body: at ready it runs at its lowest for two seconds."
        )
        await ask(Question(f"{role}-shows", text, ("yes",), "ready"))
        await show(drivers[role])
        meant = await ask(Question(f"{role}-was", f"Was that the one for {role}?", ("yes", "no"), "ask"))
        if meant == "no":
            raise Refusal(
                "refused", 4, f"{device.name} is not the device that you meant for {role}",
                "give each role its own with --use ROLE=NAME; `unknot devices` lists them",
            )  # fmt: skip


async def show(driver: Driver) -> None:
    """Run an open device at its lowest for two seconds, then rest. Raises DeviceError."""
    channel = driver.channel
    lowest = channel.step if channel.low == 0 else channel.low  # 0 is rest
    if lowest is None or not lowest <= PULSE_MOST[channel.kind]:
        text = f"{channel.device} has no setpoint that is low enough to show itself with"
        raise DeviceError(text, "know it by its serial number")
    loop = asyncio.get_running_loop()
    until = loop.time() + PULSE
    try:
        while loop.time() < until:
            driver.hold(lowest)
            await asyncio.sleep(TURN)
    finally:
        driver.hold(0.0)
