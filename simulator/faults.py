"""Fault scripts: what goes wrong with a device, when, and for how long."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from simulator.ble import RadioFault
from simulator.device import RESET_MS
from simulator.quantities import milliseconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.device import Heater, Sensor, SimDevice

What = Literal[
    "link lost",
    "sensor open",
    "sensor short",
    "sensor frozen",
    "sensor loose",
    "sensor lagging",
    "restart",
    "silence",
    "heater stuck on",
    "heater weak",
    "heater dead",
    "pad covered",
    "motor stall",
    "battery low",
    "taken over",
    "echo wrong",
    RadioFault,
]

_WHEN = re.compile(r"(driven \+ )?(.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`what` befalls `device` at `at_ms`, counted from the bench's start, or from the moment the device
    is first driven. It ends after `for_ms`; None is never (a restart: after the usual reset time)."""

    device: str
    what: What
    at_ms: int
    after_driven: bool = False
    for_ms: int | None = None


def read_fault(raw: object) -> Fault:
    """A fault from its mapping: `device`, `at` ("90 s" or "driven + 10 s"), `do`, and maybe `for`.

    Raises ValueError, naming the key.
    """
    if not isinstance(raw, dict):
        raise ValueError("a fault is a mapping with device, at and do")  # noqa: TRY004 - of the file
    if unknown := sorted(map(str, raw.keys() - {"device", "at", "do", "for"})):
        raise ValueError(f"unknown key {unknown[0]!r}; a fault has device, at, do and for")
    if missing := sorted({"device", "at", "do"} - raw.keys()):
        raise ValueError(f"a fault without {missing[0]!r}")
    if raw["do"] not in get_args(What):
        raise ValueError(f"do: {raw['do']!r} is none of {', '.join(get_args(What))}")
    match = _WHEN.fullmatch(str(raw["at"]))
    return Fault(
        device=str(raw["device"]),
        what=raw["do"],
        at_ms=milliseconds(match[2] if match else raw["at"]),
        after_driven=bool(match and match[1]),
        for_ms=milliseconds(raw["for"]) if "for" in raw else None,
    )


def begin(what: What, device: SimDevice, for_ms: int | None = None) -> None:
    """Let it happen now; a restart is over after `for_ms`, the others need `end`."""
    if what == "restart":
        device.restart(RESET_MS if for_ms is None else for_ms)
    else:
        _TURNS[what](device, True)


def end(what: What, device: SimDevice) -> None:
    """Let it be over."""
    if what != "restart":
        _TURNS[what](device, False)


Turn: TypeAlias = "Callable[[SimDevice, bool], None]"


def _flag(name: str) -> Turn:
    return lambda device, on: setattr(device, name, on)


def _sensor(state: Sensor) -> Turn:
    def turn(device: SimDevice, on: bool) -> None:
        device.sensor = state if on else "sound"

    return turn


def _radio(what: RadioFault) -> Turn:
    def turn(device: SimDevice, on: bool) -> None:
        if device.radio is not None:
            device.radio.befall(what, on)

    return turn


def _heater(state: Heater) -> Turn:
    return lambda device, on: device.spoil_heater(state if on else "sound")


_TURNS: dict[What, Turn] = {
    "link lost": lambda device, on: device.unplug("the link was lost") if on else device.replug(),
    "sensor open": _sensor("open"),
    "sensor short": _sensor("short"),
    "sensor frozen": _sensor("frozen"),
    "sensor loose": _sensor("loose"),
    "sensor lagging": lambda device, on: device.wear_pad(slow_sensor=on),
    "silence": _flag("silent"),
    "heater stuck on": _heater("stuck on"),
    "heater weak": _heater("weak"),
    "heater dead": _heater("dead"),
    "pad covered": lambda device, on: device.wear_pad(covered=on),
    "motor stall": _flag("stalled"),
    "battery low": _flag("flat"),
    "taken over": lambda device, on: device.stranger.take() if on else device.stranger.leave(),
    "echo wrong": _flag("echo_wrong"),
    **{what: _radio(what) for what in get_args(RadioFault)},
}


async def play(fault: Fault, device: SimDevice) -> None:
    """Wait for its moment, let it happen, and be over."""
    wait_ms = fault.at_ms
    if fault.after_driven:
        await device.driven.wait()
        wait_ms += device.now_ms()
    await asyncio.sleep(max(0, wait_ms - device.now_ms()) / 1000)
    begin(fault.what, device, fault.for_ms)
    if fault.for_ms is not None:
        await asyncio.sleep(fault.for_ms / 1000)
        end(fault.what, device)
