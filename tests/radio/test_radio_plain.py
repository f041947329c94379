"""What a program that knows nothing but bleak can do with a simulated device."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from bleak import BleakScanner
from bleak.exc import BleakError, BleakGATTProtocolError
from radio_kit import (
    COMMAND,
    INFO,
    SERVICE,
    STATUS,
    STOP,
    Person,
    bench_of,
    find,
    paired,
    real,
    running,
    virtual,
)

if TYPE_CHECKING:
    from bleak.backends.scanner import AdvertisementData

    from simulator.bench import Bench


async def whole_session(bench: Bench) -> None:
    """Scan, connect, read, be refused, pair, subscribe, write, leave."""
    device = await find(bench.radio, "Knot-PAD1")
    assert device is not None
    assert device.address == bench.address("pad")
    person = Person(bench.radio, device)
    await person.client.connect()
    info = bytes(await person.client.read_gatt_char(INFO))
    assert info[:4] == b"\x81\0\0\0"
    assert b"SIM-PAD1" in info
    with pytest.raises(BleakGATTProtocolError) as refused:
        await person.write(STOP)
    assert refused.value.code == 0x0F
    with pytest.raises(BleakGATTProtocolError):
        await person.subscribe()
    await person.client.pair()
    await person.subscribe()
    await person.write(STOP)
    assert b"\x83\x01\0\0\x04\0" in person.told
    await person.client.disconnect()
    assert person.lost == 1
    assert not person.client.is_connected
    with pytest.raises(BleakError, match="Service Discovery"):
        await person.write(STOP)


def test_a_whole_session_on_the_clock_of_the_world() -> None:
    async def main() -> None:
        async with running(bench_of("heat")) as bench:
            await whole_session(bench)

    real(main())


def test_a_whole_session_takes_no_virtual_time() -> None:
    async def main() -> None:
        async with running(bench_of("heat")) as bench:
            await whole_session(bench)
            assert asyncio.get_running_loop().time() == 0

    virtual(main())


def test_the_next_connection_is_encrypted_by_the_bond() -> None:
    async def main() -> None:
        async with running(bench_of("heat")) as bench:
            person = await paired(bench)
            await person.client.disconnect()
            await person.client.connect()
            await person.write(STOP)

    virtual(main())


def test_an_advertisement_has_the_service_the_name_and_a_signal() -> None:
    async def main() -> AdvertisementData:
        async with running(bench_of("percussion", signal=-71)) as bench:
            found = await BleakScanner.discover(
                timeout=1, return_adv=True, service_uuids=[SERVICE], backend=bench.radio.scanner
            )
            return next(iter(found.values()))[1]

    seen = virtual(main())
    assert seen.local_name == "Knot-GUN1"
    assert seen.service_uuids == [SERVICE]
    assert -74 <= seen.rssi <= -68


def test_services_are_those_that_bluez_shows() -> None:
    async def main() -> None:
        async with running(bench_of("heat")) as bench:
            person = await paired(bench)
            services = person.client.services
            assert services.get_service("1800") is None
            for uuid in ("180f", "180a"):
                assert services.get_service(uuid) is not None
            characteristic = services.get_characteristic(COMMAND)
            assert characteristic is not None
            assert characteristic.properties == ["write"]
            assert characteristic.max_write_without_response_size == 244
            told = services.get_characteristic(STATUS)
            assert told is not None
            assert told.properties == ["notify"]
            assert bytes(await person.client.read_gatt_char("2a25")) == b"SIM-PAD1"
            assert bytes(await person.client.read_gatt_char("2a19")) == b"\x64"

    virtual(main())
