"""What BlueZ does on the way to a connection, which the virtual radio does not, by a backend that does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pytest
from bleak import BleakClient
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from radio_kit import bench_of, paired, running, virtual

from controller.binding import on_air
from controller.devices.knot.gatt import GATT
from controller.links.ble import connecting
from controller.links.ble.air import Sighting, System
from controller.links.ble.words import BleError

if TYPE_CHECKING:
    from collections.abc import Callable

ADDRESS = "F0:F0:F0:F0:F0:01"


class Refused(BaseBleakClient):
    """Connects, loses the link for want of a key, and tries again by itself for as long as it may."""

    tried = 0

    def __init__(self, *arguments: Any, disconnected_callback: Callable[[], None], **options: Any) -> None:
        super().__init__(*arguments, disconnected_callback=disconnected_callback, timeout=0)
        del options
        self._dropped = disconnected_callback

    async def connect(self, pair: bool, **_options: Any) -> None:
        del pair
        while True:
            await asyncio.sleep(0.3)
            Refused.tried += 1
            self._dropped()


def heard(*, paired: bool) -> Sighting:
    Refused.tried = 0
    Refused.__abstractmethods__ = frozenset()  # connect is all that is called
    handle = BLEDevice(ADDRESS, "Knot-0001", {"path": ADDRESS, "props": {"Paired": paired}})
    return Sighting(ADDRESS, "Knot-0001", -60, frozenset(), System(client=Refused), handle)


def test_a_device_that_refuses_the_key_again_and_again_is_told_at_once() -> None:
    async def main() -> float:
        with pytest.raises(BleError) as refused:
            await connecting._linked(heard(paired=True), GATT, bonds=False)
        assert refused.value.cause == "bond-lost"
        return asyncio.get_running_loop().time()

    assert virtual(main()) < 2
    assert Refused.tried == connecting.REFUSALS


def test_a_device_without_a_bond_that_drops_is_given_its_time() -> None:
    async def main() -> float:
        with pytest.raises(TimeoutError):
            await connecting._linked(heard(paired=False), GATT, bonds=True)
        return asyncio.get_running_loop().time()

    assert virtual(main()) == pytest.approx(connecting.CONNECT_WITHIN)


def test_a_device_that_is_known_to_have_no_bond_is_not_connected_to() -> None:
    async def main() -> None:
        with pytest.raises(BleError) as refused:
            await connecting._linked(heard(paired=False), GATT, bonds=False)
        assert refused.value.cause == "not-paired"

    virtual(main())
    assert Refused.tried == 0


def test_the_room_of_a_bonded_link_is_asked_for_where_bleak_tells_of_an_earlier_one() -> None:
    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            await (await paired(bench)).client.disconnect()
            client = BleakClient(bench.address("gun") or "", backend=bench.radio.client)
            await client.connect()
            status = client.services.get_characteristic(GATT.status)
            assert status is not None
            assert status.max_write_without_response_size == 20
            assert await cast("Any", bench.radio).room(status) == 244
            await connecting._refuse_narrow(client, GATT, bench.radio, 51)
            with pytest.raises(BleError, match="do not fit the link's 244"):
                await connecting._refuse_narrow(client, GATT, bench.radio, 245)
            await client.disconnect()

    virtual(main())


def test_two_devices_are_looked_for_one_after_the_other() -> None:
    async def main() -> None:
        async with running(bench_of("percussion", "heat")) as bench:
            for name in bench.names:
                await (await paired(bench, name)).client.disconnect()
            links = await asyncio.gather(
                *(on_air(bench.address(name) or "", [bench.radio]) for name in bench.names)
            )
            for link in links:
                await link.wait_closed()

    virtual(main())
