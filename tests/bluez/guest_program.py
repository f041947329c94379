"""A program of somebody's on plain bleak: `hold` the device until killed, or `join` what another left.

It begins when a line comes.
"""

from __future__ import annotations

import asyncio
import sys

from bleak import BleakAdapter, BleakClient, BleakScanner

from tests.bluez.guest_names import COMMAND, NAME, SERVICE, STATUS


async def hold() -> None:
    device = await BleakScanner.find_device_by_name(NAME)
    assert device
    client = BleakClient(device)
    await client.connect()
    await client.start_notify(STATUS, lambda _, value: print("heard", value.hex(), flush=True))
    await client.write_gatt_char(COMMAND, b"\x01", response=True)
    print("holding", flush=True)
    await asyncio.Event().wait()


async def join() -> None:
    adapter = await BleakAdapter.get()
    devices = await adapter.get_connected_devices([SERVICE])
    for each in devices:
        async with BleakClient(each) as client:
            await client.write_gatt_char(COMMAND, b"\x04", response=True)
    print("joined", len(devices), flush=True)


if __name__ == "__main__":
    sys.stdin.readline()
    asyncio.run({"hold": hold, "join": join}[sys.argv[1]]())
