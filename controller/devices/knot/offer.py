"""What a device's INFO and STATUS come to for one role, or why it cannot be used. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from controller.core.events import Reading
from controller.devices.driver import DeviceError
from controller.devices.knot import codec
from controller.safety.channel import Channel

if TYPE_CHECKING:
    from controller.core.events import DeviceState
    from controller.devices.knot.codec import Info, InfoChannel, Status
    from protocols.plan import Kind

MAX_LEASE_MS = 2000
"""The longest lease that a device may offer (wire-profile W6)."""
HEAT_CEILING = 4500
"""Hundredths of a °C at which every heater cuts out by itself (wire-profile W9)."""

KINDS: dict[Kind, int] = {"percussion": codec.PERCUSSION, "heat": codec.HEAT}
SCALES: dict[Kind, int] = {"percussion": 1, "heat": 100}
"""Wire units in one unit of the channel."""
STATES: dict[int, DeviceState] = {
    codec.IDLE: "idle",
    codec.RUNNING: "running",
    codec.STOPPED: "stopped",
    codec.FAULT: "fault",
}
FAULTS = {
    1: "over-temperature",
    2: "sensor open",
    3: "sensor short",
    4: "thermal runaway",
    5: "motor stall",
    6: "over-current",
    7: "battery low",
    8: "lease expired",
    9: "internal",
}
NONSENSE = "update its firmware, or use another device"


@dataclass(frozen=True, slots=True)
class Offer:
    """A role's channel, and where it is on the wire: `index` in INFO and STATUS."""

    index: int
    wire: InfoChannel
    channel: Channel

    def to_wire(self, setpoint: float) -> int:
        """`setpoint` rounded down to the device's step, at most its highest; rest for what is too low."""
        low, step = self.wire.low, self.wire.step
        if not setpoint > 0:  # NaN rests
            return 0
        exact = min(setpoint * SCALES[self.channel.kind], self.wire.high)
        whole = math.floor(exact + 1e-6)  # 41.3 °C is 4129.999… hundredths
        return low + (whole - low) // step * step if whole >= low else 0

    def reading(self, status: Status) -> Reading | None:
        """What `status` says of the channel; None where it says nothing."""
        values = status.values[2 * self.index : 2 * self.index + 2]
        if len(values) < 2:
            return None
        scale = SCALES[self.channel.kind]
        # An echo of the setpoint will do for strokes; it is no temperature.
        known = values[1] != codec.NO_READING and (self.channel.measured or self.channel.kind != "heat")
        state = STATES.get(status.state)
        fault = FAULTS.get(status.fault, f"fault {status.fault}") if status.fault else None
        return Reading(
            role=self.channel.role,
            setpoint=values[0] / scale,
            actual=values[1] / scale if known else None,
            state=state or "fault",
            fault=fault if state else f"unknown state {status.state}",
            battery=status.battery if status.battery <= 100 else None,
        )


def offer(info: Info, role: str, kind: Kind, *, pseudo: bool) -> Offer:
    """The first channel of `kind` that can be driven. Raises DeviceError.

    `pseudo`: no hardware can be behind the link, so that a serial of `SIM-` is to be believed.
    """
    device = f"{_printable(info.name) or 'Knot'} ({_printable(info.serial)})"
    if info.profile != codec.PROFILE:
        raise DeviceError(
            f"{device} speaks profile {info.profile}, this program {codec.PROFILE}",
            "update the older of the two",
        )
    found = next(
        (
            (index, each)
            for index, each in enumerate(info.channels)
            if each.kind == KINDS[kind] and each.flags & codec.DRIVABLE
        ),
        None,
    )
    if found is None:
        raise DeviceError(f"{device} has no {kind} that can be driven", f"give `{role}` a device for {kind}")
    _refuse_nonsense(info, found[1], device, kind)
    scale = SCALES[kind]
    channel = Channel(
        role=role,
        kind=kind,
        device=device,
        leash="lease",
        low=found[1].low / scale,
        high=found[1].high / scale,
        step=found[1].step / scale,
        lease_ms=info.max_lease_ms,
        measured=bool(found[1].flags & codec.MEASURED),
        simulated=pseudo and info.serial.startswith("SIM-"),
    )
    return Offer(*found, channel)


def _refuse_nonsense(info: Info, wire: InfoChannel, device: str, kind: Kind) -> None:
    if not 1 <= info.max_lease_ms <= MAX_LEASE_MS:
        raise DeviceError(
            f"{device} offers a lease of {info.max_lease_ms} ms, 1 to {MAX_LEASE_MS} are allowed", NONSENSE
        )
    if not info.serial:
        raise DeviceError(f"{device} has no serial number to know it again by", NONSENSE)
    if not info.serial.isprintable() or info.serial != info.serial.strip():
        raise DeviceError(f"{device} has a serial number that nobody can read", NONSENSE)
    if wire.step == 0 or wire.high == 0 or wire.low > wire.high:
        raise DeviceError(
            f"{device} offers {kind} from {wire.low} to {wire.high} in steps of {wire.step}", NONSENSE
        )
    if kind == "heat" and wire.high > HEAT_CEILING:
        raise DeviceError(
            f"{device} offers heat up to {wire.high / 100} °C, {HEAT_CEILING / 100} °C is the highest",
            NONSENSE,
        )


def _printable(text: str) -> str:
    return "".join(each for each in text if each.isprintable())
