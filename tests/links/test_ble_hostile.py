"""Hostile devices on the air break neither the list, nor what drives others, nor the loop."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import struct
from contextlib import suppress
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Any

import pytest
from hostile_air import LAYOUTS, address, blurts, odd, said, shouting
from radio_kit import bench_of, paired, running, virtual

from controller.core.events import LinkFound, LinkLost, Reading
from controller.devices import DeviceError
from controller.devices.families import LONGEST_NAME
from controller.devices.knot import KnotDriver
from controller.devices.knot.gatt import GATT
from controller.faces.cli import scan
from controller.links import LinkError, ble
from controller.links.ble.air import MOST_SEEN
from controller.links.ble.link import FLOODS, MOST, BleLink
from controller.pairing import candidates, pair
from simulator.bench import STANDARD, Bench, Plan
from simulator.ble import BleFacts, Wild
from simulator.radio.peripheral import Peripheral

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator

    from bumble import gatt
    from bumble.device import Device

    from controller.pairing import Candidate, Known

NAMES = [
    b"\x1b[2J\x1b]0;owned\x07\x1b[31m",
    "\u202egnp.exe\u2066 \u200f\u061c".encode(),
    b"one\ntwo\r\nthree\x0b\x0c\x85",
    b"\0" * 20,
    b"\xff\xfe\xc0\x80\xed\xa0\x80",
    "😀".encode() * 50,
    ("Z" + "\u0335\u0336\u0489" * 30).encode(),
    "漢字".encode() * 30,
    b"x" * 200,
    b"",
]


class Yes:
    """A person who agrees to everything."""

    async def confirm(self, number: int) -> bool:
        del number
        return True

    async def passkey(self) -> int | None:
        return 0

    async def display(self, number: int) -> None:
        """Seen."""

    async def holds(self, device: Known) -> bool:
        del device
        return True

    async def saw(self, device: Known) -> bool:
        del device
        return True


# the list


async def listed(
    bench: Bench, rounds: Iterator[Iterable[tuple[str, bytes, int]]], seconds: float = 2.0
) -> list[Candidate]:
    async with shouting(bench.on_air.air, rounds), ble.Scan([bench.radio]) as heard:
        await asyncio.sleep(seconds)
        return candidates(heard.seen)


def test_any_name_is_one_line_of_the_list_that_any_terminal_can_show() -> None:
    everyone = [(address(nth), said(name), -60) for nth, name in enumerate(NAMES)]

    async def main() -> list[Candidate]:
        async with running(bench_of("percussion")) as bench:
            return await listed(bench, itertools.repeat(everyone))

    found = virtual(main())
    assert len(found) == len(NAMES) + 1
    rows = scan.lines(found)
    assert len(rows) == len(found)
    assert all(row.isprintable() for row in rows)
    assert all(len(each.kind.name) <= LONGEST_NAME for each in found)
    assert json.dumps([scan.entry(each) for each in found], ensure_ascii=False).encode()


def test_an_advertisement_of_any_bytes_is_heard_or_not_and_harms_nothing() -> None:
    draw = random.Random(1)
    rounds = ([(address(draw.randrange(40)), draw.randbytes(draw.randrange(200)), -60)] for _ in range(400))

    async def main() -> list[Candidate]:
        async with running(bench_of("percussion")) as bench:
            return await listed(bench, rounds)

    assert any(each.kind.name == "Knot-GUN1" for each in virtual(main()))


def test_hundreds_of_devices_are_kept_to_a_number_and_the_near_one_is_among_them() -> None:
    crowd = [(address(nth), said(b"Knot-GUN1"), -90 + nth % 20) for nth in range(700)]

    async def main() -> list[Candidate]:
        async with running(bench_of("percussion")) as bench:
            return await listed(bench, itertools.repeat(crowd), 0.5)

    found = virtual(main())
    assert MOST_SEEN / 2 < len(found) <= MOST_SEEN
    assert not found[0].sighting.address.startswith("C0:00"), "the strongest is first"


def test_a_device_that_changes_its_name_all_the_time_is_one_device() -> None:
    rounds = ([(address(1), said(f"name {nth}".encode()), -60)] for nth in itertools.count())

    async def main() -> list[Candidate]:
        async with running(bench_of("percussion")) as bench:
            return await listed(bench, rounds)

    assert len(virtual(main())) == 2


# what pretends to be a Knot device


async def refused_in_words(attempt: Awaitable[object]) -> str:
    with pytest.raises((LinkError, DeviceError)) as refused:
        await attempt
    error = refused.value
    assert isinstance(error, LinkError | DeviceError)
    assert error.remedy
    assert str(error).isprintable()
    return str(error)


async def paired_by_hand(bench: Bench, name: str) -> Known:
    return await pair(await ble.find(bench.address(name) or "", [bench.radio]), Yes())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_service_without_what_belongs_to_it_is_refused_in_words(
    layout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.radio.on_air.Peripheral", odd(*LAYOUTS[layout]))

    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            for attempt in (paired_by_hand(bench, "gun"), driver_of(bench, "gun", []).open()):
                assert "it has the service" in await refused_in_words(attempt)
            await asyncio.sleep(1)
            assert not bench.on_air.peripherals["gun"].connected

    virtual(main())


def test_characteristics_in_any_order_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Backwards(Peripheral):
        def _knot_service(self, host: Device) -> gatt.Service:
            service = super()._knot_service(host)
            service.characteristics.reverse()
            return service

    monkeypatch.setattr("simulator.radio.on_air.Peripheral", Backwards)

    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            assert (await paired_by_hand(bench, "gun")).serial == "SIM-GUN1"
            driver = driver_of(bench, "gun", [])
            await driver.open()
            driver.hold(2000)
            await asyncio.sleep(1)
            assert not bench.device("gun").at_rest
            assert await driver.stop()
            await driver.close()

    virtual(main())


def test_a_device_that_never_answers_is_given_up_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(_: Peripheral) -> Any:
        return asyncio.sleep(3600, b"")

    monkeypatch.setattr(Peripheral, "_info", silent)

    async def main() -> None:
        async with running(bench_of("percussion")) as bench:
            began = asyncio.get_running_loop().time()
            await refused_in_words(paired_by_hand(bench, "gun"))
            await refused_in_words(driver_of(bench, "gun", []).open())
            assert asyncio.get_running_loop().time() - began < 300
            await asyncio.sleep(1)
            assert not bench.on_air.peripherals["gun"].connected

    virtual(main())


def info(
    *channels: tuple[int, int, int, int, int], lease: int = 2000, name: bytes = b"Gun",
    serial: bytes = b"KN-1", profile: int = 1, count: int | None = None,
) -> bytes:  # fmt: skip
    texts = b"".join(bytes((len(each),)) + each for each in (name, serial, b"1.0"))
    told = b"".join(struct.pack("<BBHHH", *each) for each in channels)
    head = struct.pack("<BBHBIH", 0x81, 0, 0, profile, 7, lease)
    return head + texts + bytes((len(channels) if count is None else count,)) + told


GUN = (1, 3, 1200, 3200, 50)
LIES = {
    "empty": b"",
    "one byte": b"\x81",
    "cut": info(GUN)[:-1],
    "another message": b"\x83\x00\x00\x00\x01\x00",
    "noise": bytes(range(200)),
    "profile 9": info(GUN, profile=9),
    "255 channels": info(GUN, count=255),
    "no channels": info(),
    "lease 0": info(GUN, lease=0),
    "lease 65535": info(GUN, lease=65535),
    "lowest over highest": info((1, 3, 3200, 1200, 50)),
    "no step": info((1, 3, 1200, 3200, 0)),
    "highest 0": info((1, 3, 0, 0, 1)),
    "heat to 655 degrees": info((2, 3, 3000, 65535, 10)),
    "no serial": info(GUN, serial=b""),
    "a serial of controls": info(GUN, serial=b"\x1b[2J"),
    "a serial of spaces": info(GUN, serial=b"  "),
    "a serial in no encoding": info(GUN, serial=b"\xff\xfe"),
    "a name in no encoding": info(GUN, name=b"\xff\xfe"),
    "a name of 33 bytes": info(GUN, name=b"x" * 33),
    "longer than any message": info(GUN) + b"\0" * 300,
}


def hostile_bench(wild: Wild, *kinds: str) -> Bench:
    """A device that is as `wild` says, and others that are as they should be."""
    liar = replace(
        STANDARD["percussion"], name="liar", serial="SIM-LIAR", link="ble", ble=BleFacts(wild=wild)
    )
    others = [replace(STANDARD[kind], link="ble") for kind in kinds]
    return Bench(Plan(devices=(liar, *others)))


@pytest.mark.parametrize("lie", LIES)
def test_an_info_that_lies_is_refused_in_words_that_can_be_shown(lie: str) -> None:
    async def main() -> None:
        async with running(hostile_bench(Wild(info=LIES[lie]))) as bench:
            for attempt in (paired_by_hand(bench, "liar"), driver_of(bench, "liar", []).open()):
                await refused_in_words(attempt)
            await asyncio.sleep(1)
            assert bench.device("liar").at_rest

    virtual(main())


# what says anything at any time


def driver_of(
    bench: Bench,
    name: str,
    told: list[Reading | LinkLost | LinkFound],
    links: list[ble.BleLink] | None = None,
) -> KnotDriver:
    where = bench.address(name) or ""

    async def link() -> BleLink:
        made = await ble.open_ble(where, GATT, [bench.radio])
        if links is not None:
            links.append(made)
        return made

    driver = KnotDriver(name, "percussion", link, owner=7)
    driver.listen(told.append)
    return driver


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
