"""What a Knot device says of itself before anybody drives it: its INFO, in plain words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from controller.devices.driver import DeviceError
from controller.devices.knot import codec
from controller.devices.knot.codec import Info, WireError
from controller.devices.knot.offer import KINDS, NONSENSE, SCALES, offer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from protocols.plan import Kind


@dataclass(frozen=True, slots=True)
class Description:
    """`lowest` has each kind that can be driven, with its least setpoint in the channel's unit."""

    name: str
    serial: str
    firmware: str
    lowest: Mapping[Kind, float]


def describe(info: bytes) -> Description:
    """What an INFO payload says. Raises DeviceError for what is none, or promises what may not be."""
    try:
        told = codec.decode(info)
    except WireError as error:
        raise DeviceError(f"the device does not say what it is ({error})", NONSENSE) from error
    if not isinstance(told, Info):
        raise DeviceError("the device does not say what it is", NONSENSE)
    driven = {each.kind for each in told.channels if each.flags & codec.DRIVABLE}
    kinds = [kind for kind, number in KINDS.items() if number in driven]
    if not kinds:
        raise DeviceError("the device has nothing that can be driven", "choose another one")
    lowest = {}
    for kind in kinds:
        found = offer(told, kind, kind, pseudo=False)  # refuses nonsense in words
        lowest[kind] = found.wire.low / SCALES[kind]
    return Description(told.name, told.serial, told.firmware, lowest)
