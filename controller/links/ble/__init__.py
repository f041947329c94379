"""Bluetooth as message links. The one place for bleak, used as any program would use it.

Everything here is on the loop's clock, and nothing but what is exported is meant for others.
"""

from __future__ import annotations

from controller.links.ble.air import Radio, Scan, Sighting, air, find
from controller.links.ble.connecting import bond, open_ble, unbond
from controller.links.ble.link import BleLink
from controller.links.ble.words import BleError

__all__ = ["BleError", "BleLink", "Radio", "Scan", "Sighting", "air", "bond", "find", "open_ble", "unbond"]
