"""Devices: the driver interface, and a folder for each family."""

from __future__ import annotations

from controller.devices.driver import DeviceError, Driver, stop_all

__all__ = ["DeviceError", "Driver", "stop_all"]
