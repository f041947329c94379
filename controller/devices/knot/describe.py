"""What a Knot device says of itself before anybody drives it: its INFO, in plain words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from controller.devices.driver import DeviceError
from controller.devices.knot import codec
from controller.devices.knot.codec import Info, WireError
from controller.devices.knot.offer import KINDS, NONSENSE, offer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from controller.safety.channel import Channel
    from protocols.plan import Kind


@dataclass(frozen=True, slots=True)
class Description:
    """`offers` has a channel for each kind that can be driven."""

    name: str
    serial: str
    firmware: str
    offers: Mapping[Kind, Channel]

    @property
    def lowest(self) -> dict[Kind, float]:
        """The least setpoint of each kind, in the channel's unit."""
        return {kind: each.low or 0.0 for kind, each in self.offers.items()}


def describe(info: bytes) -> Description:
    """What an INFO payload says. Raises DeviceError for what is none, or promises what may not be."""
    try:
        told = codec.decode(info)
    except WireError as error:
        raise DeviceError(f"the device does not say what it is ({error})", NONSENSE) from error
    if not isinstance(told, Info):
        raise DeviceError("the device does not say what it is", NONSENSE)
    return described(told)


def described(told: Info) -> Description:
    """What an INFO says. Raises DeviceError for what promises what may not be."""
    driven = {each.kind for each in told.channels if each.flags & codec.DRIVABLE}
    kinds = [kind for kind, number in KINDS.items() if number in driven]
    if not kinds:
        raise DeviceError("the device has nothing that can be driven", "choose another one")
    # `offer` refuses nonsense in words.
    offers = {kind: offer(told, kind, kind, pseudo=False).channel for kind in kinds}
    return Description(told.name, told.serial, told.firmware, offers)
