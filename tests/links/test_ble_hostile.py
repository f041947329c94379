"""Hostile devices on the air break no list, and what is no Knot device is refused in words."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import struct
from typing import TYPE_CHECKING, Any

import pytest
from hostile_air import LAYOUTS, address, driver_of, hostile_bench, odd, said, shouting
from radio_kit import bench_of, running, virtual

from controller.devices import DeviceError
from controller.devices.families import LONGEST_NAME
from controller.faces.cli import scan
from controller.links import LinkError, ble
from controller.links.ble.air import MOST_SEEN
from controller.pairing import candidates, pair
from simulator.ble import Wild
from simulator.radio.peripheral import Peripheral

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable, Iterator

    from bumble import gatt
    from bumble.device import Device

    from controller.pairing import Candidate, Known
    from simulator.bench import Bench

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


@pytest.mark.parametrize("lie", LIES)
def test_an_info_that_lies_is_refused_in_words_that_can_be_shown(lie: str) -> None:
    async def main() -> None:
        async with running(hostile_bench(Wild(info=LIES[lie]))) as bench:
            for attempt in (paired_by_hand(bench, "liar"), driver_of(bench, "liar", []).open()):
                await refused_in_words(attempt)
            await asyncio.sleep(1)
            assert bench.device("liar").at_rest

    virtual(main())
