"""Links that are lost, and what the program and the device make of it."""

from __future__ import annotations

import asyncio
import struct
from typing import TYPE_CHECKING

import pytest
from bleak import BleakAdapter
from bleak.exc import BleakDeviceNotFoundError, BleakError
from radio_kit import INFO, STATUS, STOP, Person, bench_of, find, paired, running, until, virtual

from simulator.device import RESET_MS
from simulator.radio.air import SUPERVISION
from simulator.radio.conditions import LATE

if TYPE_CHECKING:
    from simulator.bench import Bench

GUN = 1200


def now() -> float:
    return asyncio.get_running_loop().time()


def test_a_lost_link_rests_the_device_at_once_and_it_is_not_heard_until_it_is_over() -> None:
    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            person, device = await paired(bench), bench.device("gun")
            await person.drive(GUN)
            assert not device.at_rest
            bench.befall("gun", "link lost")
            await until(lambda: device.at_rest and person.lost == 1)
            assert now() < 0.001
            assert await find(bench.radio, "Knot-GUN1", 3) is None
            bench.relieve("gun", "link lost")
            await person.client.connect()
            await person.subscribe()
            await person.drive(GUN)
            assert person.lost == 1

    virtual(main())


def test_out_of_range_the_connection_dies_after_the_supervision_time() -> None:
    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            person, device = await paired(bench), bench.device("gun")
            await person.drive(GUN)
            gone = now()
            bench.befall("gun", "out of range")
            with pytest.raises(BleakError, match="disconnected"):
                await person.write(STOP)
            assert now() - gone == pytest.approx(SUPERVISION)
            assert person.lost == 1
            assert device.at_rest
            with pytest.raises(BleakDeviceNotFoundError):
                await Person(bench.radio, bench.address("gun") or "", timeout=2).client.connect()

    virtual(main())


def test_back_in_range_in_time_what_waited_arrives() -> None:
    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            person = await paired(bench)
            bench.befall("gun", "out of range")
            writing = asyncio.ensure_future(person.write(STOP))
            await asyncio.sleep(1)
            assert not writing.done()
            bench.relieve("gun", "out of range")
            await writing
            await asyncio.sleep(2 * SUPERVISION)
            assert person.lost == 0

    virtual(main())


def test_a_link_that_drops_in_a_write_is_an_error_and_no_cancellation() -> None:
    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            person = await paired(bench)
            bench.befall("gun", "drop in a write")
            writing = asyncio.ensure_future(person.write(STOP))
            waiting = asyncio.ensure_future(person.write(STOP))
            for each in await asyncio.gather(writing, waiting, return_exceptions=True):
                assert isinstance(each, BleakError)
            assert person.lost == 1
            await person.client.connect()
            await person.write(STOP)

    virtual(main())


def test_a_write_that_is_cancelled_is_a_cancellation() -> None:
    async def main() -> None:
        async with running(bench_of("percussion", latency_ms=50)) as bench:
            person, begun = await paired(bench), now()
            writing = asyncio.ensure_future(person.write(STOP))
            await asyncio.sleep(0.01)
            writing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await writing
            await person.write(STOP)
            assert now() - begun == pytest.approx(0.2)  # its own answer, not that of the one given up

    virtual(main())


def test_a_device_that_restarts_says_goodbye_to_nobody() -> None:
    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            person, device = await paired(bench), bench.device("gun")
            await person.drive(GUN)
            bench.befall("gun", "restart")
            assert device.at_rest
            await asyncio.sleep(RESET_MS / 1000 + 1)
            assert person.lost == 0
            await until(lambda: person.lost == 1)
            assert now() == pytest.approx(SUPERVISION)
            await person.client.connect()
            await person.write(STOP)

    virtual(main())


def test_a_second_client_of_another_computer_finds_nothing() -> None:
    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            device = await find(bench.radio, "Knot-GUN1")
            assert device is not None
            person = await paired(bench)
            other = bench.on_air.radio("02:00:00:00:00:99")
            assert await find(other, "Knot-GUN1", 3) is None
            with pytest.raises(BleakDeviceNotFoundError):
                await Person(other, device.address, timeout=3).client.connect()
            with pytest.raises(BleakError, match="did not answer"):
                await Person(other, device, timeout=3).client.connect()
            await person.client.disconnect()
            late = Person(other, device)
            await late.client.connect()
            await late.client.disconnect()
            await other.close()

    virtual(main())


def test_held_by_another_it_lets_us_go_and_is_not_found() -> None:
    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            person = await paired(bench)
            bench.befall("gun", "held by another")
            await until(lambda: person.lost == 1)
            assert await find(bench.radio, "Knot-GUN1", 3) is None
            bench.relieve("gun", "held by another")
            assert await find(bench.radio, "Knot-GUN1", 3) is not None

    virtual(main())


def test_a_second_client_of_this_computer_joins_the_link() -> None:
    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            person = await paired(bench)
            adapter = await BleakAdapter.get(backend=bench.radio.adapter)
            [device] = await adapter.get_connected_devices(["180f"])
            second = Person(bench.radio, device)
            await second.client.connect()
            await second.subscribe()
            await second.write(STOP)
            assert person.told[-2:] == second.told[-2:]
            await second.client.disconnect()
            assert (person.lost, second.lost) == (1, 1)

    virtual(main())


def test_a_subscription_that_is_dead_hears_nothing_while_writes_are_answered() -> None:
    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            person = await paired(bench)
            bench.befall("gun", "subscription dead")
            person.told.clear()
            await person.write(STOP)
            await asyncio.sleep(5)
            assert person.told == []
            bench.relieve("gun", "subscription dead")
            await person.write(STOP)
            assert person.told

    virtual(main())


def test_doubled_and_late_notifications() -> None:
    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            person = await paired(bench)
            bench.befall("gun", "notifications doubled")
            person.told.clear()
            await person.write(b"\x04\x05\0\0")
            await until(lambda: len(person.told) >= 2)
            assert person.told[0] == person.told[1]
            bench.relieve("gun", "notifications doubled")
            bench.befall("gun", "notifications late")
            person.told.clear()
            sent = now()
            await person.write(b"\x04\x06\0\0")
            assert now() == sent
            await until(lambda: any(told[:2] == b"\x83\x06" for told in person.told))
            assert now() - sent == pytest.approx(LATE)

    virtual(main())


def test_loss_takes_notifications_away_and_delays_the_rest_the_same_way_each_run() -> None:
    async def main() -> tuple[int, float]:
        async with running(bench_of("percussion", loss=0.3, latency_ms=10)) as bench:
            person = await paired(bench)
            person.told.clear()
            for _ in range(50):
                await person.write(STOP)
            return len(person.told), now()

    first = virtual(main())
    assert 10 < first[0] < 50
    assert first[1] > 1
    assert first == virtual(main())


def test_latency_is_a_way_each() -> None:
    async def main() -> None:
        async with running(bench_of("percussion", latency_ms=20)) as bench:
            person = await paired(bench)
            before = now()
            await person.write(STOP)
            assert now() - before == pytest.approx(0.04)

    virtual(main())


def test_an_mtu_that_is_small_cuts_what_is_told() -> None:
    async def main() -> None:
        async with running(bench_of("percussion", mtu=30)) as bench:
            person = await paired(bench)
            characteristic = person.client.services.get_characteristic(STATUS)
            assert characteristic is not None
            assert characteristic.max_write_without_response_size == 27
            await person.write(struct.pack("<BBHBI", 1, 1, 0, 1, 77))
            [info] = [told for told in person.told if told[0] == 0x81]
            assert len(info) == 27
            assert len(await person.client.read_gatt_char(INFO)) > 27

    virtual(main())


def test_a_bench_that_stops_takes_its_radio_with_it() -> None:
    async def main() -> None:
        bench = bench_of("percussion")
        bench.start()
        person = await paired(bench)
        bench.stop()
        await until(lambda: person.lost == 1)
        with pytest.raises(BleakError):
            await find(bench.radio, "Knot-GUN1")
        await bench.radio.close()

    virtual(main())


def test_a_bench_may_be_stopped_when_its_loop_has_ended() -> None:
    async def main() -> tuple[Bench, Person]:
        bench = bench_of("percussion", latency_ms=10)
        bench.start()
        person = await paired(bench)
        await person.drive(GUN)
        bench.befall("gun", "out of range")
        return bench, person

    bench, person = virtual(main())
    bench.stop()
    assert bench.device("gun").at_rest
    assert person.lost == 1


def test_a_closed_radio_lets_its_links_go() -> None:
    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            person, device = await paired(bench), bench.device("gun")
            await person.drive(GUN)
            await bench.radio.close()
            assert person.lost == 1
            await until(lambda: device.at_rest)
            assert now() == 0

    virtual(main())


def test_a_connection_that_is_given_up_is_not_made_later() -> None:
    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            device = await find(bench.radio, "Knot-GUN1")
            assert device is not None
            bench.befall("gun", "link lost")
            person = Person(bench.radio, device)
            connecting = asyncio.ensure_future(person.client.connect())
            await asyncio.sleep(1)
            connecting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await connecting
            bench.relieve("gun", "link lost")
            await asyncio.sleep(1)
            assert bench.radio.central.links == {}
            await person.client.connect()

    virtual(main())


def test_a_device_that_is_away_keeps_nobody_from_the_others() -> None:
    async def main() -> None:
        async with running(bench_of("percussion", "heat")) as bench:
            found = await find(bench.radio, "Knot-GUN1")
            assert found is not None
            bench.befall("gun", "out of range")
            waiting = asyncio.ensure_future(Person(bench.radio, found).client.connect())
            await asyncio.sleep(1)
            await paired(bench, "pad")
            assert now() == 1
            bench.relieve("gun", "out of range")
            await waiting
            assert now() == 1

    virtual(main())


def test_of_two_computers_that_want_it_one_gets_it() -> None:
    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            radios = [bench.radio, bench.on_air.radio("02:00:00:00:00:02")]
            address = bench.address("gun") or ""
            people = [Person(radio, address, timeout=1) for radio in radios]
            tries = [person.client.connect() for person in people]
            failed = [error for error in await asyncio.gather(*tries, return_exceptions=True) if error]
            assert len(failed) == 1
            assert isinstance(failed[0], BleakError)
            assert [person.client.is_connected for person in people].count(True) == 1
            await radios[1].close()

    virtual(main())


def test_a_sim_that_stops_in_a_connect_is_an_error() -> None:
    async def main() -> None:
        bench = bench_of("percussion", latency_ms=20)
        bench.start()
        person = Person(bench.radio, bench.address("gun") or "")
        connecting = asyncio.ensure_future(person.client.connect())
        await asyncio.sleep(0.1)
        assert not connecting.done()
        bench.stop()
        with pytest.raises(BleakError):
            await connecting
        assert not person.client.is_connected

    virtual(main())
