"""What a connected device offers, held against what its family needs. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.links.ble.words import misfit

if TYPE_CHECKING:
    from bleak.backends.service import BleakGATTServiceCollection

    from controller.links import Gatt


def refuse_misfit(services: BleakGATTServiceCollection, gatt: Gatt) -> None:
    """Raises BleError where a characteristic is missing, there twice, or not made for what it is used for."""
    for name, uuid, use in (
        ("Info", gatt.info, "read"), ("Command", gatt.command, "write"), ("Status", gatt.status, "notify"),
    ):  # fmt: skip
        found = [each for each in services.characteristics.values() if each.uuid == uuid]
        if len(found) != 1:
            raise misfit(f"{name} is there {len(found)} times" if found else f"{name} is missing")
        if use not in found[0].properties or found[0].service_uuid != gatt.service:
            raise misfit(f"{name} is not there to {use}")
