"""A Knot driver over the virtual radio, through Bumble's host and controller, on the clock that jumps."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from bumble.snoop import Snooper
from radio_kit import bench_of, paired, running, until, virtual

from controller.binding import on_air
from controller.core.events import LinkFound, LinkLost, Reading
from controller.devices import DeviceError
from controller.devices.knot import KnotDriver, codec
from controller.links import LinkError
from controller.links.ble.claims import Claim
from simulator.faults import begin, end

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from simulator.bench import Bench
    from simulator.device import SimDevice
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


def played(scene: Callable[[Rig], Awaitable[None]], **facts: Any) -> None:
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


@pytest.mark.parametrize("fault", ["link lost", "out of range", "drop in a write"])
def test_a_link_that_is_gone_lets_it_rest_and_is_told_once(fault: What) -> None:
    async def scene(rig: Rig) -> None:
        await rig.driver.open()
        await rig.hold(2000, 2)
        began_ms = rig.gun.now_ms()
        begin(fault, rig.gun)
        for _ in range(80):
            rig.driver.hold(2000)
            await asyncio.sleep(0.1)
        assert rig.gun.at_rest
        assert len(rig.lost()) == 1
        last = max(t for t, motor, _ in rig.gun.trace if motor)
        rested = next(t for t, motor, _ in rig.gun.trace if t > last and not motor)
        at_once = fault == "link lost"
        assert rested - began_ms <= (50 if at_once else 1000 * LEASE_S + 700), (
            "W11, or the lease that was renewed last"
        )
        end(fault, rig.gun)
        assert await rig.driver.stop() is (not rig.lost())
        await rig.hold(2000, 3)
        assert rig.gun.at_rest, "nothing is replayed, and nothing resumes itself"

    played(scene)


def test_it_is_opened_again_on_a_word_a_hundred_times_in_a_row() -> None:
    async def scene(rig: Rig) -> None:
        await rig.driver.open()
        for nth in range(100):
            await rig.hold(2000, 0.3)
            assert rig.gun.motor == 2000, nth
            begin("link lost", rig.gun)
            await until(lambda: len(rig.lost()) == nth + 1)  # noqa: B023  awaited at once
            assert rig.gun.at_rest
            end("link lost", rig.gun)
            await rig.driver.reopen()
            assert isinstance([e for e in rig.told if not isinstance(e, Reading)][-1], LinkFound)
            assert rig.gun.at_rest

    played(scene)


def test_a_subscription_that_died_silently_is_renewed() -> None:
    async def scene(rig: Rig) -> None:
        await rig.driver.open()
        await rig.hold(2000, 1)
        begin("subscription dead", rig.gun)
        await rig.hold(2000, 1)
        told = len(rig.readings())
        end("subscription dead", rig.gun)
        await rig.hold(2000, 3)
        assert len(rig.readings()) > told
        assert not rig.lost()

    played(scene)


def test_notifications_that_come_twice_are_told_once() -> None:
    async def scene(rig: Rig) -> None:
        await rig.driver.open()
        begin("notifications doubled", rig.gun)
        await rig.hold(2000, 5)
        assert rig.gun.motor == 2000
        assert not rig.lost()
        assert 25 <= len(rig.readings()) <= 35, "five a second"

    played(scene)


def test_notifications_that_come_late_are_no_news() -> None:
    async def scene(rig: Rig) -> None:
        await rig.driver.open()
        await rig.hold(2000, 2)
        begin("notifications late", rig.gun)
        await rig.hold(2000, 1)
        told = len(rig.readings())
        await rig.hold(2000, 5)
        assert len(rig.readings()) <= told + 5 or not rig.lost()

    played(scene)


def test_a_second_program_is_refused_in_words() -> None:
    async def scene(rig: Rig) -> None:
        await rig.driver.open()
        address = rig.bench.address("gun")
        assert address is not None
        with pytest.raises(LinkError, match="in use by another unknot"):
            await on_air(address, [rig.bench.radio])

    played(scene)


def test_a_device_that_others_hold_is_not_heard_and_says_so() -> None:
    async def scene(rig: Rig) -> None:
        begin("held by another", rig.gun)
        await asyncio.sleep(1)
        with pytest.raises(DeviceError, match="connected to another phone or computer"):
            await rig.driver.open()
        end("held by another", rig.gun)
        await rig.driver.open()

    played(scene)


def test_a_link_that_is_too_narrow_for_info_is_not_usable() -> None:
    async def scene(rig: Rig) -> None:
        with pytest.raises(DeviceError, match="do not fit"):
            await rig.driver.open()

    played(scene, mtu=23)


def test_a_device_without_a_bond_says_pair() -> None:
    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            rig = Rig(bench)
            with pytest.raises(DeviceError, match="not paired") as refused:
                await rig.driver.open()
            assert "unknot pair" in refused.value.remedy

    virtual(main())


class Tap(Snooper):
    """Sees every HCI packet of the computer; at the `at`-th the gun's link is lost for half a second."""

    def __init__(self, rig: Rig) -> None:
        self.seen = 0
        self.at: int | None = None
        self._rig = rig
        rig.bench.radio.central.snooper = self

    def snoop(self, hci_packet: bytes, direction: Snooper.Direction) -> None:
        del hci_packet, direction
        self.seen += 1
        if self.seen == self.at:
            loop = asyncio.get_running_loop()
            loop.call_soon(begin, "link lost", self._rig.gun)
            loop.call_later(0.5, end, "link lost", self._rig.gun)


async def packets_of_opening() -> int:
    """How many HCI packets it takes to open the gun, bonded before."""
    async with running(bench_of("percussion")) as bench:
        rig = Rig(bench)
        tap = Tap(rig)
        person = await paired(bench)
        await person.client.disconnect()
        before = tap.seen
        await rig.driver.open()
        packets = tap.seen - before
        await rig.driver.close()
        return packets


async def lost_while_opening(nth: int) -> bool:
    """Lose the link at that packet; whether it was opened all the same."""
    async with running(bench_of("percussion")) as bench:
        rig = Rig(bench)
        tap = Tap(rig)
        person = await paired(bench)
        await person.client.disconnect()
        tap.at = tap.seen + nth
        refused: DeviceError | None = None
        try:
            await rig.driver.open()
        except DeviceError as error:
            refused = error
        assert refused is None or (str(refused) and refused.remedy)
        assert rig.gun.at_rest
        await asyncio.sleep(1)
        if refused or rig.lost():
            await rig.driver.close()
            await rig.driver.open()
        await rig.hold(2000, 1)
        assert rig.gun.motor == 2000, nth
        assert await rig.driver.stop()
        await rig.driver.close()
        assert rig.gun.at_rest
        return refused is None


@pytest.mark.parametrize("part", range(4))
def test_a_link_lost_at_any_packet_of_connecting_ends_at_rest_and_in_words(part: int) -> None:
    total = virtual(packets_of_opening())
    assert total > 30
    outcomes = {virtual(lost_while_opening(nth)) for nth in range(1 + part, total, 12)}
    assert outcomes <= {True, False}
    assert True in outcomes


@pytest.mark.soak
def test_a_link_lost_at_every_packet_of_connecting_ends_at_rest_and_in_words() -> None:
    for nth in range(1, virtual(packets_of_opening())):
        virtual(lost_while_opening(nth))


def test_what_a_dead_process_left_connected_is_stopped_before_anything_is_asked() -> None:
    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            rig = Rig(bench)
            left = await paired(bench)
            await left.drive(2000)
            assert rig.gun.motor == 2000
            claim = Claim.take(bench.address("gun") or "")
            claim.connected()
            claim.release(left_behind=True)
            written: list[int] = []
            rig.gun.hear = heard_by(rig.gun, written)  # type: ignore[method-assign, assignment]
            await rig.driver.open()
            assert written[0] == codec.Stop.type
            assert rig.gun.at_rest
            await rig.hold(1500, 1)
            assert rig.gun.motor == 1500
            await rig.driver.stop()
            await rig.driver.close()

    virtual(main())


def test_what_could_not_be_joined_is_left_to_the_next_try() -> None:
    async def main() -> None:
        async with running(bench_of("percussion", mtu=23)) as bench:
            rig = Rig(bench)
            await paired(bench)
            address = bench.address("gun") or ""
            claim = Claim.take(address)
            claim.connected()
            claim.release(left_behind=True)
            with pytest.raises(DeviceError, match="do not fit"):
                await rig.driver.open()
            after = Claim.take(address)
            assert after.left_behind
            after.release()

    virtual(main())


def heard_by(gun: SimDevice, written: list[int]) -> Callable[[bytes], None]:
    hear = gun.hear

    def listening(data: bytes) -> None:
        written.append(data[0])
        hear(data)

    return listening


def test_a_connection_of_another_program_is_not_touched() -> None:
    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            rig = Rig(bench)
            other = await paired(bench)
            await other.drive(2000)
            with pytest.raises(DeviceError, match="another program on this computer"):
                await rig.driver.open()
            assert rig.gun.motor == 2000

    virtual(main())
