"""Devices that say anything, and far too much of it, break neither what drives others nor the loop."""

from __future__ import annotations

import asyncio
import itertools
import random
from contextlib import suppress
from statistics import median
from typing import TYPE_CHECKING

import pytest
from hostile_air import blurts, driver_of, hostile_bench
from radio_kit import paired, running, virtual

from controller.core.events import LinkFound, LinkLost, Reading
from controller.devices import DeviceError
from controller.links.ble.link import FLOODS, MOST
from simulator.ble import Wild

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.devices.knot import KnotDriver
    from controller.links.ble.link import BleLink
    from simulator.bench import Bench


def lost(told: list[Reading | LinkLost | LinkFound]) -> list[str]:
    return [each.why for each in told if isinstance(each, LinkLost)]


async def bonded(bench: Bench, *names: str) -> None:
    for each in names:
        person = await paired(bench, each)
        await person.client.disconnect()


def noise(draw: random.Random) -> Callable[[], bytes]:
    def one() -> bytes:
        kind = draw.choice((0x81, 0x82, 0x83, draw.randrange(256)))
        return bytes((kind,)) + draw.randbytes(draw.randrange(244))

    return one


@pytest.mark.parametrize("seed", range(5))
def test_noise_among_what_is_told_breaks_nothing_and_the_device_rests_at_the_end(seed: int) -> None:
    one = noise(random.Random(seed))

    async def main() -> None:
        async with running(hostile_bench(Wild())) as bench:
            await bonded(bench, "liar")
            told: list[Reading | LinkLost | LinkFound] = []
            driver = driver_of(bench, "liar", told)
            await driver.open()
            blurt = blurts(bench.on_air.peripherals["liar"])
            for _ in range(100):
                driver.hold(2000)
                for _ in range(5):
                    blurt(one())
                await asyncio.sleep(0.1)
            await driver.stop()
            await driver.close()
            await asyncio.sleep(3)
            assert bench.device("liar").at_rest
            for each in told:
                assert isinstance(each, LinkLost) or (isinstance(each, Reading) and each.setpoint >= 0)

    virtual(main())


async def held(driver: KnotDriver, seconds: float) -> None:
    for _ in range(round(seconds * 10)):
        driver.hold(2000)
        await asyncio.sleep(0.1)


@pytest.mark.parametrize("a_second", [1000, 10_000])
def test_a_flood_loses_its_device_stops_it_and_leaves_the_other_driven(a_second: int) -> None:
    async def main() -> None:
        async with running(hostile_bench(Wild(), "percussion")) as bench:
            await bonded(bench, "liar", "gun")
            links: list[BleLink] = []
            mad: list[Reading | LinkLost | LinkFound] = []
            sane: list[Reading | LinkLost | LinkFound] = []
            liar, gun = driver_of(bench, "liar", mad, links), driver_of(bench, "gun", sane)
            await liar.open()
            await gun.open()
            liar.hold(2000)
            await held(gun, 1)
            assert not bench.device("liar").at_rest
            flood = asyncio.ensure_future(flooding(bench, "liar", a_second))
            try:
                await held(gun, 5)
            finally:
                flood.cancel()
            assert lost(mad) == [FLOODS]
            assert bench.device("liar").at_rest
            assert len(mad) <= MOST + 20
            assert len(links[0]._queue) + len(links[0]._early) == 0
            assert not lost(sane)
            assert bench.device("gun").motor == 2000
            assert len([each for each in sane if isinstance(each, Reading)]) >= 25, "five a second"
            assert await gun.stop()
            assert bench.device("gun").at_rest
            await liar.close()
            await gun.close()

    virtual(main())


async def flooding(bench: Bench, name: str, a_second: int) -> None:
    """As many STATUS a second, each of another moment, from the firmware's own."""
    peripheral = bench.on_air.peripherals[name]
    blurt = blurts(peripheral)
    for nth in itertools.count():
        last = peripheral._last_status
        blurt(last[:1] + bytes((nth & 0xFF,)) + last[2:])
        await asyncio.sleep(1 / a_second)


def test_a_flood_before_anybody_listens_is_told_and_kept_to_a_number() -> None:
    async def main() -> None:
        async with running(hostile_bench(Wild(notifications=10_000))) as bench:
            told: list[Reading | LinkLost | LinkFound] = []
            await bonded(bench, "liar")
            driver = driver_of(bench, "liar", told)
            with suppress(DeviceError):
                await driver.open()
            await asyncio.sleep(3)
            assert driver._link is None
            assert not bench.on_air.peripherals["liar"].connected

    virtual(main())


def test_what_was_told_before_says_nothing_of_now() -> None:
    async def main() -> None:
        async with running(hostile_bench(Wild())) as bench:
            await bonded(bench, "liar")
            told: list[Reading | LinkLost | LinkFound] = []
            driver = driver_of(bench, "liar", told)
            await driver.open()
            peripheral, recorded = bench.on_air.peripherals["liar"], list[bytes]()
            for _ in range(20):
                await held(driver, 0.1)
                recorded.append(peripheral._last_status)
            bench.device("liar").silent = True
            await asyncio.sleep(0.01)  # for what is on its way
            told.clear()
            for nth in range(40):
                blurts(peripheral)(recorded[nth % len(recorded)])
                blurts(peripheral)(recorded[-1])
                await held(driver, 0.1)
            assert not [each for each in told if isinstance(each, Reading)]
            assert lost(told) == ["does not answer"]
            await driver.stop()
            await driver.close()

    virtual(main())


# in real time


async def lateness(driver: KnotDriver, seconds: float) -> list[float]:
    """How late each turn of a 10 Hz loop was, while it drove."""
    loop = asyncio.get_running_loop()
    began, late = loop.time(), []
    for nth in range(round(seconds * 10)):
        await asyncio.sleep(began + nth / 10 - loop.time())
        late.append(loop.time() - began - nth / 10)
        driver.hold(2000)
    return sorted(late)


async def bursting(bench: Bench, name: str) -> None:
    """Ten thousand a second, by a hundred."""
    peripheral = bench.on_air.peripherals[name]
    while True:
        for _ in range(100):
            peripheral._notify(peripheral._last_status)
        await asyncio.sleep(0.01)


@pytest.mark.slow
def test_a_flood_leaves_the_turns_of_the_loop_in_time() -> None:
    async def main() -> None:
        async with running(hostile_bench(Wild(), "percussion")) as bench:
            await bonded(bench, "liar", "gun")
            told: list[Reading | LinkLost | LinkFound] = []
            liar, gun = driver_of(bench, "liar", told), driver_of(bench, "gun", [])
            await liar.open()
            await gun.open()
            quiet = await lateness(gun, 3)
            flood = asyncio.ensure_future(bursting(bench, "liar"))
            flooded = await lateness(gun, 3)
            flood.cancel()
            assert lost(told) == [FLOODS]
            assert median(flooded) <= 3 * median(quiet)
            assert flooded[-3] < 0.1, "one turn in ten may meet the flood itself, none is left out"
            assert await gun.stop()
            await liar.close()
            await gun.close()

    asyncio.run(main())
