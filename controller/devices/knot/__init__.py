"""The family of devices that speak the Knot device profile."""

from __future__ import annotations

from controller.devices.knot.cable import Cable
from controller.devices.knot.codec import WireError
from controller.devices.knot.describe import Description, describe
from controller.devices.knot.driver import KnotDriver

__all__ = ["Cable", "Description", "KnotDriver", "WireError", "describe"]
