"""A known device that is looked at, or shows itself: on the virtual radio, in no time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from radio_kit import bench_of, paired, running, until, virtual

from controller import looking
from controller.devices.knot import KnotDriver
from controller.known import Device, last_seen
from controller.links.ble.claims import Claim
from controller.lock import SessionLock
from controller.looking import DeviceError, Look, SessionRunsError, pulse, watch

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from simulator.bench import Bench


def known(bench: Bench, **changes: Any) -> Device:
    told: dict[str, Any] = {
        "name": "mine", "kinds": ("percussion",), "link": f"ble:{bench.address('gun')}",
        "added": "2027-01-31", "serial": "SIM-GUN1", "simulated": True,
    }  # fmt: skip
    return Device(**(told | changes))


def on_the_air(scene: Callable[[Bench], Awaitable[None]], **facts: Any) -> None:
    async def main() -> None:
        async with running(bench_of("percussion", **facts)) as bench:
            person = await paired(bench)
            await person.client.disconnect()
            await scene(bench)

    virtual(main())


def moved(bench: Bench) -> list[float]:
    return [motor for _, motor, _ in bench.device("gun").trace if motor]


def test_it_tells_what_it_is_and_what_it_reports_and_is_never_driven() -> None:
    async def scene(bench: Bench) -> None:
        looks: list[Look] = []
        task = asyncio.ensure_future(watch(known(bench), looks.append, [bench.radio]))
        await until(lambda: len(looks) > 3)
        assert (looks[0].serial, looks[0].firmware) == ("SIM-GUN1", "1.0.0")
        channel = looks[0].offers["percussion"]
        assert (channel.low, channel.high, channel.leash) == (1200, 3200, "lease")
        assert {each.reading.state for each in looks} == {"idle"}
        task.cancel()
        await asyncio.wait([task])
        assert moved(bench) == []
        assert last_seen()["SIM-GUN1"].firmware == "1.0.0"
        # It is let go: another one has it at once.
        other = await paired(bench)
        await other.client.disconnect()

    on_the_air(scene)


def test_it_shows_itself_at_its_lowest_and_rests() -> None:
    async def scene(bench: Bench) -> None:
        await pulse(known(bench), [bench.radio])
        assert set(moved(bench)) == {1200}
        assert bench.device("gun").at_rest

    on_the_air(scene)


def test_a_pulse_that_is_ended_stops_at_once() -> None:
    async def scene(bench: Bench) -> None:
        loop = asyncio.get_running_loop()
        task = asyncio.ensure_future(pulse(known(bench), [bench.radio]))
        await until(lambda: bool(moved(bench)))
        before = loop.time()
        task.cancel()
        await until(lambda: bench.device("gun").at_rest)
        assert loop.time() - before < 0.25
        await asyncio.wait([task])
        assert task.cancelled()

    on_the_air(scene)


def test_a_stop_that_nobody_confirms_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unheard(_driver: KnotDriver) -> bool:
        return False

    monkeypatch.setattr(KnotDriver, "stop", unheard)

    async def scene(bench: Bench) -> None:
        with pytest.raises(DeviceError, match="not known whether mine rests") as told:
            await pulse(known(bench), [bench.radio])
        assert told.value.remedy == "switch it off by hand"

    on_the_air(scene)


@pytest.mark.parametrize("look", [True, False])
def test_another_device_under_its_address_is_refused_and_not_driven(look: bool) -> None:
    async def scene(bench: Bench) -> None:
        device = known(bench, serial="SIM-OTHER")
        looks: list[Look] = []
        with pytest.raises(DeviceError, match=r"this is SIM-GUN1, not your mine \(SIM-OTHER\)"):
            await (watch(device, looks.append, [bench.radio]) if look else pulse(device, [bench.radio]))
        assert (looks, moved(bench)) == ([], [])
        assert last_seen() == {}

    on_the_air(scene)


def test_while_a_session_runs_no_device_is_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nobody(*_: object, **__: object) -> None:
        raise AssertionError("it was reached for")

    monkeypatch.setattr(looking, "on_air", nobody)
    device = Device(
        name="it", kinds=("percussion",), link="ble:C0:00:00:00:00:01", added="2027-01-31", serial="A1"
    )
    with SessionLock.take("Neck"):
        for work in (watch(device, lambda _: None), pulse(device)):
            with pytest.raises(SessionRunsError, match="Neck runs in another window"):
                asyncio.run(work)


def test_one_that_another_process_has_is_told_as_taken() -> None:
    async def scene(bench: Bench) -> None:
        device = known(bench)
        claim = Claim.take(device.link.removeprefix("ble:"))
        with pytest.raises(DeviceError, match="in use by another unknot") as refused:
            await watch(device, lambda _: None, [bench.radio])
        assert refused.value.trouble == "taken"
        claim.release()

    on_the_air(scene)


def test_one_that_is_not_there_is_told_as_missing() -> None:
    async def scene(bench: Bench) -> None:
        bench.befall("gun", "held by another")
        with pytest.raises(DeviceError, match="is not heard") as refused:
            await watch(known(bench), lambda _: None, [bench.radio])
        assert refused.value.trouble == "missing"

    on_the_air(scene)


def test_one_that_goes_while_it_is_looked_at_is_told_as_lost() -> None:
    async def scene(bench: Bench) -> None:
        looks: list[Look] = []

        def gone(look: Look) -> None:
            if not looks:
                bench.befall("gun", "out of range")
            looks.append(look)

        with pytest.raises(DeviceError, match="mine was lost"):
            await watch(known(bench), gone, [bench.radio])

    on_the_air(scene)


def test_a_port_that_is_not_there_is_missing() -> None:
    device = Device(name="it", kinds=("heat",), link="serial:/dev/nowhere", added="2027-01-31", serial="A1")
    with pytest.raises(DeviceError) as refused:
        asyncio.run(watch(device, lambda _: None))
    assert refused.value.trouble == "missing"
    assert refused.value.remedy
