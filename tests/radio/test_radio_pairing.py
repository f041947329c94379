"""Bonds: how they are made, refused and lost."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from bleak.exc import BleakError
from radio_kit import STOP, Person, bench_of, paired, running, virtual

if TYPE_CHECKING:
    from simulator.bench import Bench
    from simulator.radio.peripheral import Peripheral


class Reader:
    """An agent who looks at the device's display."""

    def __init__(self, device: Peripheral, wrong: bool = False) -> None:
        self.device, self.wrong = device, wrong
        self.asked: list[int] = []

    async def confirm(self, number: int) -> bool:
        self.asked.append(number)
        await asyncio.sleep(0)
        return (self.device.bonding.shown == number) is not self.wrong

    async def passkey(self) -> int | None:
        while (shown := self.device.bonding.shown) is None:  # noqa: ASYNC110 - a display tells nobody
            await asyncio.sleep(0)
        self.asked.append(shown)
        return (shown + self.wrong) % 1_000_000

    async def display(self, number: int) -> None:
        raise AssertionError(number)


def gun(bench: Bench) -> Peripheral:
    return bench.on_air.peripherals["gun"]


async def connected(bench: Bench) -> Person:
    person = Person(bench.radio, bench.address("gun") or "")
    await person.client.connect()
    return person


@pytest.mark.parametrize("pairing", ["numeric", "passkey"])
def test_a_device_with_a_display_bonds_with_who_looks_at_it(pairing: str) -> None:
    async def main() -> None:
        async with running(bench_of("percussion", pairing=pairing)) as bench:
            bench.radio.agent = reader = Reader(gun(bench))
            person = await paired(bench)
            await person.write(STOP)
            assert len(reader.asked) == 1

    virtual(main())


@pytest.mark.parametrize("pairing", ["numeric", "passkey"])
def test_a_wrong_answer_makes_no_bond(pairing: str) -> None:
    async def main() -> None:
        async with running(bench_of("percussion", pairing=pairing)) as bench:
            person = await connected(bench)
            bench.radio.agent = Reader(gun(bench), wrong=True)
            with pytest.raises(BleakError, match="authentication failed"):
                await person.client.pair()
            assert gun(bench).bonding.keys.all_keys == {}
            assert not await bench.radio.central.bonded(person.client.address)

    virtual(main())


@pytest.mark.parametrize("pairing", ["numeric", "passkey"])
def test_a_device_with_a_display_does_not_bond_where_nobody_looks(pairing: str) -> None:
    async def main() -> None:
        async with running(bench_of("percussion", pairing=pairing)) as bench:
            person = await connected(bench)
            with pytest.raises(BleakError, match="authentication requirements"):
                await person.client.pair()

    virtual(main())


def test_the_persons_no_on_the_device_makes_no_bond() -> None:
    async def main() -> None:
        async with running(bench_of("percussion", pairing="numeric")) as bench:
            bench.radio.agent = Reader(gun(bench))
            gun(bench).bonding.agrees = False
            person = await connected(bench)
            with pytest.raises(BleakError, match="authentication failed"):
                await person.client.pair()

    virtual(main())


def test_bonds_are_made_in_the_two_minutes_after_start_or_the_button() -> None:
    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            await asyncio.sleep(121)
            person = await connected(bench)
            with pytest.raises(BleakError, match="pairing not supported"):
                await person.client.pair()
            bench.befall("gun", "pairing button")
            await asyncio.sleep(119)
            await person.client.pair()
            await asyncio.sleep(10)
            await person.write(STOP)

    virtual(main())


def test_an_open_device_needs_no_bond() -> None:
    async def main() -> None:
        async with running(bench_of("percussion", pairing="none")) as bench:
            person = await connected(bench)
            await person.subscribe()
            await person.write(STOP)
            assert person.told

    virtual(main())


def test_a_device_that_forgot_the_bond_is_not_connected_until_it_is_removed_here_too() -> None:
    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            person = await paired(bench)
            await person.client.disconnect()
            bench.befall("gun", "bond forgotten")
            with pytest.raises(BleakError, match="authentication failure"):
                await person.client.connect()
            assert not person.client.is_connected
            assert person.lost == 1
            await person.client.unpair()
            await person.client.connect()
            await person.client.pair()
            await person.write(STOP)

    virtual(main())


def test_a_computer_that_forgot_the_bond_makes_another_only_while_the_device_lets_it() -> None:
    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            person = await paired(bench)
            await person.client.unpair()
            assert person.lost == 1
            await asyncio.sleep(200)
            await person.client.connect()
            with pytest.raises(BleakError, match="pairing not supported"):
                await person.client.pair()
            with pytest.raises(BleakError, match="Insufficient"):
                await person.write(STOP)
            bench.befall("gun", "pairing button")
            await person.client.pair()
            await person.write(STOP)

    virtual(main())


def test_connecting_with_pair_bonds() -> None:
    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            person = Person(bench.radio, bench.address("gun") or "", pair=True)
            await person.client.connect()
            await person.write(STOP)

    virtual(main())


def test_bonds_outlive_a_restart_of_the_device() -> None:
    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            person = await paired(bench)
            await person.client.disconnect()
            bench.befall("gun", "restart")
            await asyncio.sleep(1)
            await person.client.connect()
            await person.write(STOP)

    virtual(main())
