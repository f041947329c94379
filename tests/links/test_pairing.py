"""Getting to know a device: bonds of every kind, made, refused and lost, and what it shows of itself."""

from __future__ import annotations

import asyncio
import struct
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from radio_kit import bench_of, running, virtual

from controller.devices import DeviceError
from controller.links import ble
from controller.links.ble.words import BleError
from controller.pairing import Known, pair, pulse, shows_itself
from controller.safety.channel import Channel

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from controller.links.ble.words import Cause
    from simulator.bench import Bench
    from simulator.device import SimDevice
    from simulator.radio.peripheral import Peripheral

LOWEST = {"gun": 1200, "pad": 3000}
DRIVE = 2


class Hand:
    """A person with one device in the hand: `held`, who looks at its display and at what it does."""

    def __init__(self, bench: Bench, held: str, *, wrong: bool = False, ready: bool = True) -> None:
        self.bench, self.held, self.wrong, self.ready = bench, held, wrong, ready
        self.asked: list[str] = []
        self.driven: list[int] = []
        listening(bench.device(held), self.driven)

    async def display(self, number: int) -> None:
        raise AssertionError(number)

    def _peripheral(self) -> Peripheral:
        return self.bench.on_air.peripherals[self.held]

    async def confirm(self, number: int) -> bool:
        self.asked.append("confirm")
        await asyncio.sleep(1)
        return (self._peripheral().bonding.shown == number) is not self.wrong

    async def passkey(self) -> int | None:
        self.asked.append("passkey")
        await asyncio.sleep(1)
        shown = self._peripheral().bonding.shown
        return None if shown is None else (shown + self.wrong) % 1_000_000

    async def holds(self, device: Known) -> bool:
        self.asked.append(f"holds {device.serial}")
        return self.ready

    async def saw(self, device: Known) -> bool:
        self.asked.append(f"saw {device.serial}")
        assert self.bench.device(self.held).at_rest, "it is asked once it rests"
        return any(self.driven)


def listening(device: SimDevice, driven: list[int]) -> None:
    """Keep the setpoints that a device is driven to."""
    hear = device.hear

    def heard(data: bytes) -> None:
        if data[0] == DRIVE:
            driven.append(struct.unpack_from("<H", data, 5)[0])
        hear(data)

    device.hear = heard  # type: ignore[method-assign]


def played(scene: Callable[[Bench], Awaitable[None]], *kinds: str, **facts: Any) -> None:
    async def main() -> None:
        async with running(bench_of(*(kinds or ("percussion",)), **facts)) as bench:
            await scene(bench)

    virtual(main())


async def heard(bench: Bench, name: str = "gun") -> ble.Sighting:
    return await ble.find(bench.address(name) or "", [bench.radio])


async def refused(attempt: Awaitable[object]) -> Cause:
    with pytest.raises(BleError) as why:
        await attempt
    assert why.value.remedy
    return why.value.cause


async def bonded(bench: Bench, name: str = "gun") -> bool:
    here = await bench.radio.central.bonded(bench.address(name) or "")
    there = bool(bench.on_air.peripherals[name].bonding.keys.all_keys)
    assert here == there
    return here


# bonds


def test_a_device_is_bonded_read_and_given_back() -> None:
    async def scene(bench: Bench) -> None:
        hand = Hand(bench, "gun")
        found = await pair(await heard(bench), hand)
        assert found == Known(
            address=bench.address("gun") or "", model="Knot percussion", serial="SIM-GUN1",
            firmware=found.firmware, simulated=True, radio="sim", lowest={"percussion": 1200.0},
        )  # fmt: skip
        assert str(found) == "Knot percussion (SIM-GUN1)"
        assert hand.asked == []
        assert await bonded(bench)
        await asyncio.sleep(0.1)
        assert not bench.on_air.peripherals["gun"].connected
        assert await pair(await heard(bench), hand) == found, "again is harmless"

    played(scene)


@pytest.mark.parametrize(("pairing", "asked"), [("numeric", "confirm"), ("passkey", "passkey")])
def test_a_device_with_a_display_asks_the_person(pairing: str, asked: str) -> None:
    async def scene(bench: Bench) -> None:
        hand = Hand(bench, "gun")
        await pair(await heard(bench), hand)
        assert hand.asked == [asked]
        assert await bonded(bench)

    played(scene, pairing=pairing)


@pytest.mark.parametrize("pairing", ["numeric", "passkey"])
def test_digits_that_differ_make_no_bond_and_are_said_to_differ(pairing: str) -> None:
    async def scene(bench: Bench) -> None:
        hand = Hand(bench, "gun", wrong=True)
        assert await refused(pair(await heard(bench), hand)) == "pairing-declined"
        assert not await bonded(bench)
        assert bench.radio.agent is None
        hand.wrong = False
        await pair(await heard(bench), hand)
        assert await bonded(bench)

    played(scene, pairing=pairing)


def test_a_no_at_the_device_is_told_as_numbers_that_differ() -> None:
    async def scene(bench: Bench) -> None:
        bench.on_air.peripherals["gun"].bonding.agrees = False
        assert await refused(pair(await heard(bench), Hand(bench, "gun"))) == "pairing-declined"

    played(scene, pairing="numeric")


def test_a_person_who_does_not_answer_is_waited_for_no_longer_than_the_device_waits() -> None:
    async def scene(bench: Bench) -> None:
        hand = Hand(bench, "gun")

        async def away(number: int) -> bool:
            del number
            await asyncio.sleep(3600)
            return True

        hand.confirm = away  # type: ignore[method-assign]
        began = asyncio.get_running_loop().time()
        assert await refused(pair(await heard(bench), hand)) in {"pairing-timeout", "failed"}
        assert asyncio.get_running_loop().time() - began < 70
        assert not await bonded(bench)

    played(scene, pairing="numeric")


def test_a_device_whose_button_was_not_pressed_says_so_and_then_bonds() -> None:
    async def scene(bench: Bench) -> None:
        hand = Hand(bench, "gun")
        await asyncio.sleep(2)
        assert await refused(pair(await heard(bench), hand)) == "pairing-refused"
        bench.befall("gun", "pairing button")
        await pair(await heard(bench), hand)

    played(scene, pairing_window_ms=1000)


def test_a_device_that_has_forgotten_us_is_paired_anew_at_once() -> None:
    async def scene(bench: Bench) -> None:
        hand = Hand(bench, "gun")
        await pair(await heard(bench), hand)
        bench.befall("gun", "bond forgotten")
        await pair(await heard(bench), hand)
        assert await bonded(bench)

    played(scene)


def test_a_device_that_has_forgotten_us_and_takes_no_bonds_needs_its_button() -> None:
    async def scene(bench: Bench) -> None:
        hand = Hand(bench, "gun")
        await pair(await heard(bench), hand)
        bench.befall("gun", "bond forgotten")
        await asyncio.sleep(121)
        assert await refused(pair(await heard(bench), hand)) == "pairing-refused"
        bench.befall("gun", "pairing button")
        await pair(await heard(bench), hand)
        assert await bonded(bench)

    played(scene)


def test_a_computer_that_has_forgotten_its_side_pairs_anew() -> None:
    async def scene(bench: Bench) -> None:
        hand = Hand(bench, "gun")
        await pair(await heard(bench), hand)
        await bench.radio.central.forget(bench.address("gun") or "")
        await pair(await heard(bench), hand)
        assert await bonded(bench)

    played(scene)


def test_a_bond_is_forgotten_here_and_one_that_is_not_heard_is_said() -> None:
    async def scene(bench: Bench) -> None:
        where = bench.address("gun") or ""
        await pair(await heard(bench), Hand(bench, "gun"))
        await ble.unbond(where, [bench.radio])
        assert not await bench.radio.central.bonded(where)
        await ble.unbond(where, [bench.radio])
        assert await refused(ble.unbond("C0:00:00:00:00:01", [bench.radio], 1.0)) == "not-found"

    played(scene)


@pytest.mark.parametrize(("cause", "tries"), [("dropped", 2), ("failed", 2), ("pairing-refused", 1)])
def test_a_first_connection_that_drops_is_tried_once_more(
    cause: Cause, tries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    bond, causes = ble.bond, [cause]
    tried: list[ble.Sighting] = []

    async def unsteady(sighting: ble.Sighting, *rest: Any) -> bytes:
        tried.append(sighting)
        if causes:
            raise BleError(causes.pop())
        return await bond(sighting, *rest)

    monkeypatch.setattr(ble, "bond", unsteady)

    async def scene(bench: Bench) -> None:
        attempt = pair(await heard(bench), Hand(bench, "gun"))
        if tries == 2:
            await attempt
        else:
            assert await refused(attempt) == cause
        assert len(tried) == tries

    played(scene)


def test_a_device_that_goes_between_the_list_and_the_choice_is_a_refusal() -> None:
    async def scene(bench: Bench) -> None:
        sighting = await heard(bench)
        bench.befall("gun", "out of range")
        await refused(pair(sighting, Hand(bench, "gun")))
        bench.relieve("gun", "out of range")
        await pair(await heard(bench), Hand(bench, "gun"))

    played(scene)


# what it shows of itself


@pytest.mark.parametrize(("kind", "name"), [("percussion", "gun"), ("heat", "pad")])
def test_it_runs_for_two_seconds_at_its_lowest_and_rests(kind: str, name: str) -> None:
    async def scene(bench: Bench) -> None:
        hand = Hand(bench, name)
        found = await pair(await heard(bench, name), hand)
        assert await shows_itself(found, hand, [bench.radio]) == "seen"
        assert hand.asked == [f"holds {found.serial}", f"saw {found.serial}"]
        assert set(hand.driven) == {LOWEST[name]}
        assert bench.device(name).at_rest

    played(scene, kind)


def test_a_device_that_is_not_the_one_in_the_hand_is_known_by_nobody_seeing_it_move() -> None:
    async def scene(bench: Bench) -> None:
        hand = Hand(bench, "pad")  # and paired the gun
        found = await pair(await heard(bench), hand)
        assert await shows_itself(found, hand, [bench.radio]) == "not seen"

    played(scene, "percussion", "heat")


def test_without_a_yes_nothing_runs() -> None:
    async def scene(bench: Bench) -> None:
        hand = Hand(bench, "gun", ready=False)
        found = await pair(await heard(bench), hand)
        assert await shows_itself(found, hand, [bench.radio]) == "not tried"
        assert hand.driven == []

    played(scene)


def test_whoever_gives_up_while_it_runs_leaves_it_at_rest() -> None:
    async def scene(bench: Bench) -> None:
        hand = Hand(bench, "gun")
        found = await pair(await heard(bench), hand)
        showing = asyncio.ensure_future(shows_itself(found, hand, [bench.radio]))
        while not bench.device("gun").motor:  # noqa: ASYNC110 - a motor tells nobody
            await asyncio.sleep(0.05)
        showing.cancel()
        await asyncio.wait([showing])
        assert bench.device("gun").at_rest

    played(scene)


class Fake:
    """A driver of a channel, and what it was told."""

    def __init__(self, **facts: Any) -> None:
        self.channel = replace(CHANNEL, **facts)
        self.held: set[float] = set()
        self.stopped = 0

    async def open(self) -> None:
        """It is at rest."""

    def hold(self, setpoint: float) -> None:
        self.held.add(setpoint)

    async def stop(self) -> bool:
        self.stopped += 1
        return True

    async def close(self) -> None:
        """Given back."""


CHANNEL = Channel(
    role="device", kind="percussion", device="Knot (1)", leash="lease", low=1200.0, high=3200.0, step=50.0
)


@pytest.mark.parametrize(
    ("facts", "held"),
    [
        ({"low": 2400.0, "high": 3200.0}, {2400.0}),
        ({"low": 0.0, "step": 50.0}, {50.0}),
        ({"kind": "heat", "low": 36.0, "high": 43.0, "step": 0.1}, {36.0}),
        ({"kind": "heat", "low": 0.0, "high": 43.0, "step": 0.5}, {0.5}),
    ],
)
def test_it_shows_itself_by_its_least_setpoint_that_is_no_rest(
    facts: dict[str, Any], held: set[float]
) -> None:
    driver: Any = Fake(**facts)
    virtual(pulse(driver))
    assert driver.held == held | {0.0}, "and rests"
    assert driver.stopped == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"low": 2401.0}, {"low": 60_000.0, "high": 65_535.0}, {"low": None},
        {"kind": "heat", "low": 36.1}, {"low": 0.0, "step": 65_535.0}, {"low": float("nan")},
    ],
)  # fmt: skip
def test_a_device_that_goes_no_lower_shows_nothing(facts: dict[str, Any]) -> None:
    driver: Any = Fake(**facts)
    with pytest.raises(DeviceError, match="low enough") as why:
        virtual(pulse(driver))
    assert why.value.remedy
    assert driver.held == set()
    assert driver.stopped == 1
