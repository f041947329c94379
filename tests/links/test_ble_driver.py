"""A Knot driver over the virtual radio, through Bumble's host and controller, on the clock that jumps."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from radio_kit import bench_of, paired, running, until, virtual

from controller.binding import on_air
from controller.core.events import LinkFound, LinkLost, Reading
from controller.devices import DeviceError
from controller.devices.knot import KnotDriver
from controller.links import LinkError
from simulator.faults import begin, end

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from simulator.bench import Bench
    from simulator.faults import What

LEASE_S = 2.0


class Rig:
    """A bonded gun on the radio, a driver on it, and what it told."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.gun = bench.device("gun")
        address = bench.address("gun")
        assert address is not None
        self.driver = KnotDriver("gun", "percussion", lambda: on_air(address, [bench.radio]), owner=7)
        self.told: list[Reading | LinkLost | LinkFound] = []
        self.driver.listen(self.told.append)

    async def hold(self, setpoint: float, seconds: float) -> None:
        for _ in range(round(seconds * 10)):
            self.driver.hold(setpoint)
            await asyncio.sleep(0.1)

    def lost(self) -> list[str]:
        return [each.why for each in self.told if isinstance(each, LinkLost)]

    def readings(self) -> list[Reading]:
        return [each for each in self.told if isinstance(each, Reading)]


def played(scene: Callable[[Rig], Awaitable[None]], **facts: object) -> None:
    async def main() -> None:
        async with running(bench_of("percussion", **facts)) as bench:
            person = await paired(bench)
            await person.client.disconnect()
            rig = Rig(bench)
            try:
                await scene(rig)
            finally:
                await rig.driver.close()
            assert rig.gun.at_rest

    virtual(main())


def test_it_is_opened_driven_renewed_and_stopped() -> None:
    async def scene(rig: Rig) -> None:
        await rig.driver.open()
        assert rig.driver.channel.simulated
        await rig.hold(2000, 10)
        assert rig.gun.motor == 2000
        assert not rig.lost()
        assert rig.readings()[-1].actual == pytest.approx(2000, abs=60)
        assert await rig.driver.stop()
        assert rig.gun.at_rest

    played(scene)


def test_a_loop_that_no_longer_holds_lets_it_rest_within_the_lease() -> None:
    async def scene(rig: Rig) -> None:
        await rig.driver.open()
        await rig.hold(2000, 3)
        await asyncio.sleep(LEASE_S + 0.05)
        assert rig.gun.at_rest

    played(scene)
