"""Whatever bytes a device sends: no exception, and nothing is driven by them."""

from __future__ import annotations

import asyncio
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from knot_device import DRIVE, HEAT, PERCUSSION, RENEW, Bench, Device, play

from controller.core.events import LinkLost, Reading
from controller.devices import DeviceError
from controller.devices.knot import Description, describe
from controller.devices.knot.offer import HEAT_CEILING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

U8, U16, U32 = st.integers(0, 0xFF), st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)
FIRST_SESSION = 4001
RUNS = settings(max_examples=150, deadline=None)

channels = st.lists(
    st.builds(lambda *values: struct.pack("<BBHHH", *values), st.integers(0, 9), U8, U16, U16, U16),
    max_size=9,
)
texts = st.one_of(st.text(max_size=12).map(str.encode), st.binary(max_size=40))


@st.composite
def infos(draw: st.DrawFn) -> bytes:
    """An INFO payload, its fields any, its counts and its length often lying."""
    head = struct.pack(
        "<BBHBIH", 0x81, draw(U8), draw(U16), draw(st.sampled_from((1, 1, 2))), draw(U32), draw(U16)
    )
    body = b"".join(
        bytes((draw(st.sampled_from((len(text), 255))),)) + text
        for text in draw(st.tuples(texts, texts, texts))
    )
    told = draw(channels)
    payload = head + body + bytes((draw(st.sampled_from((len(told), 0, 255))),)) + b"".join(told)
    return payload[: draw(st.integers(0, 300))] if draw(st.booleans()) else payload


statuses = st.builds(
    lambda seq, session, uptime, state, fault, battery, values: struct.pack(
        "<BBHIBBB", 0x82, seq, session, uptime, state, fault, battery
    )
    + values,
    U8, st.one_of(st.just(FIRST_SESSION), U16), st.one_of(st.integers(0, 5000), U32), st.integers(0, 6),
    U8, U8, st.binary(max_size=239),
)  # fmt: skip
acks = st.builds(
    lambda *values: struct.pack("<BBHBB", 0x83, *values),
    st.integers(0, 12), st.one_of(st.just(FIRST_SESSION), U16), st.integers(0, 8), st.integers(0, 10),
)  # fmt: skip
payloads = st.one_of(st.binary(max_size=260), infos(), statuses, acks)


@RUNS
@given(st.one_of(st.binary(max_size=300), infos()))
def test_a_description_is_one_or_a_refusal_in_words(payload: bytes) -> None:
    found = described(payload)
    if isinstance(found, DeviceError):
        assert found.remedy
        assert str(found).isprintable()
        return
    assert found.serial.strip().isprintable()
    assert found.lowest
    assert 100 * found.lowest.get("heat", 0) <= HEAT_CEILING


def described(payload: bytes) -> Description | DeviceError:
    try:
        return describe(payload)
    except DeviceError as refused:
        return refused


def played(scene: Callable[[], Awaitable[None]]) -> None:
    """In virtual time, with nothing that went wrong behind the back of the scene."""
    behind: list[dict[str, Any]] = []

    async def watched() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: behind.append(context))
        await scene()

    play(watched)
    assert behind == []


@RUNS
@given(st.lists(payloads, max_size=12))
def test_nothing_that_is_told_to_an_idle_driver_drives_its_device(told: list[bytes]) -> None:
    device = Device(PERCUSSION, HEAT)

    async def scene() -> None:
        async with Bench(device) as bench:
            await bench.open()
            for each in told:
                device.send(each)
                await asyncio.sleep(0.05)
            await bench.driver.stop()
            assert not device.requests(DRIVE)
            assert not device.requests(RENEW)
            for fact in bench.told:
                assert isinstance(fact, LinkLost) or (isinstance(fact, Reading) and fact.setpoint >= 0)

    played(scene)


@RUNS
@given(st.lists(payloads, max_size=8))
def test_what_is_told_to_a_driver_that_drives_raises_no_setpoint(told: list[bytes]) -> None:
    device = Device(PERCUSSION)

    async def scene() -> None:
        async with Bench(device) as bench:
            await bench.open()
            for each in told:
                await bench.hold(1500, 0.2)
                device.send(each)
            await bench.driver.stop()
            asked = {struct.unpack_from("<BH", payload, 4)[1] for _, payload in device.requests(DRIVE)}
            assert asked <= {0, 1500}

    played(scene)


@RUNS
@given(st.lists(payloads, max_size=6))
def test_what_is_told_while_it_opens_opens_it_at_rest_or_refuses_in_words(told: list[bytes]) -> None:
    device = Device(PERCUSSION)

    async def scene() -> None:
        async with Bench(device) as bench:
            opening = asyncio.ensure_future(bench.driver.open())
            for each in told:
                await asyncio.sleep(0)
                device.send(each)
            with suppress(DeviceError):
                await opening
            assert not device.requests(DRIVE)

    played(scene)
