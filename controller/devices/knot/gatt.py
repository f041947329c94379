"""Where Knot's messages are on Bluetooth (wire-profile, "Over BLE"). Data, beside the codec."""

from __future__ import annotations

from typing import Final

from controller.links import Gatt

GATT: Final = Gatt(
    service="daee0001-fce3-4bab-96ba-bce836e09d0b",
    info="daee0002-fce3-4bab-96ba-bce836e09d0b",
    command="daee0003-fce3-4bab-96ba-bce836e09d0b",
    status="daee0004-fce3-4bab-96ba-bce836e09d0b",
)
