"""This machine's Bluetooth adapter, looked at from outside: what is wrong with it before anybody tries."""

from __future__ import annotations

import sys
from pathlib import Path

from controller.links.ble.words import BleError

ADAPTERS = Path("/sys/class/bluetooth")


def adapter_trouble(adapters: Path = ADAPTERS) -> BleError | None:
    """Why the adapter cannot work, as far as Linux tells; None on other systems, or where it can."""
    if sys.platform != "linux":
        return None
    found = sorted(each for each in adapters.glob("hci*") if ":" not in each.name)
    if not found:
        return BleError("adapter-missing")
    blocks = [_block(each) for each in found]
    return None if None in blocks else blocks[0]


def system_trouble(told: BleError) -> BleError:
    """What `told` by Bluetooth's layers comes to, beside what is seen of the adapter: where its service has
    ended, they say that there is no adapter."""
    known = adapter_trouble()
    if known is not None:
        return known
    if sys.platform == "linux" and told.cause == "adapter-missing":
        return BleError("service-missing")
    return told


def _block(adapter: Path) -> BleError | None:
    """What keeps one adapter's radio silent."""
    for switch in adapter.glob("rfkill*"):
        if _is_set(switch / "hard"):
            text = "Bluetooth is switched off by a switch or a key of this machine"
            return BleError("adapter-off", text, "switch it on there (often a key with an aeroplane)")
        if _is_set(switch / "soft"):
            return BleError("adapter-off", "Bluetooth is blocked", "run: rfkill unblock bluetooth")
    return None


def _is_set(file: Path) -> bool:
    try:
        return file.read_text().strip() == "1"
    except OSError:
        return False
