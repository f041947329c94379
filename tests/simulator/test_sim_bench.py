"""Benches: devices over memory cables, on the jumping clock, and what goes wrong with them."""

from __future__ import annotations

import asyncio
import struct
from typing import TYPE_CHECKING

import pytest
from knot_peer import clear, drive, frame, hello, renew, status_of, stop

from simulator.bench import Bench, BenchError, open_bench
from simulator.faults import Fault
from simulator.firmware.codec import Framer
from simulator.loop import virtual_loop
from simulator.memory import MemoryCable, MemoryEnd

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path


class Peer:
    """The other end of a device's cable, which renews every 600 ms while told to hold."""

    def __init__(self, end: MemoryEnd) -> None:
        self.end, self.framer = end, Framer()
        self.heard: list[tuple[float, bytes]] = []
        self.lost: list[str] = []
        end.listen(self._take, self.lost.append)

    def _take(self, data: bytes) -> None:
        now = asyncio.get_running_loop().time()
        self.heard += [(now, payload) for payload in self.framer.feed(data)]

    async def ask(self, payload: bytes) -> bytes:
        self.heard.clear()
        self.end.write(frame(payload))
        await asyncio.sleep(0.001)
        return next(said for _, said in self.heard if said[1] == payload[1] and said[0] != 0x82)

    async def hello(self) -> int:
        session: int = struct.unpack("<H", (await self.ask(hello(seq=len(self.heard) % 250)))[2:4])[0]
        return session

    async def hold(self, session: int, seconds: float) -> None:
        for _ in range(round(seconds / 0.6)):
            self.end.write(frame(renew(session, 2000)))
            await asyncio.sleep(0.6)

    def shown(self) -> tuple[int, int]:
        """State and fault of the newest STATUS."""
        status = next(status_of(said) for _, said in reversed(self.heard) if said[0] == 0x82)
        return status.state, status.fault


def play(story: Callable[[Bench], Awaitable[None]], path: Path | None = None) -> Bench:
    """Run a story on a bench in virtual time."""
    bench = open_bench(path)

    async def main() -> None:
        bench.start()
        try:
            await story(bench)
        finally:
            bench.stop()
            assert all(bench.device(name).at_rest for name in bench.names)

    with asyncio.Runner(loop_factory=lambda: virtual_loop(None)) as runner:
        runner.run(main())
    return bench


async def driven(bench: Bench, name: str, setpoint: int) -> tuple[Peer, int]:
    peer = Peer(await bench.link(name))
    session = await peer.hello()
    assert (await peer.ask(drive(session, setpoint, lease=2000)))[5] == 0
    return peer, session


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "bench.yaml"
    path.write_text(text, encoding="utf-8")
    return path


# devices


def test_the_standard_bench_has_a_gun_and_a_pad() -> None:
    bench = open_bench(None)
    assert (bench.names, bench.find("percussion"), bench.find("heat")) == (("gun", "pad"), "gun", "pad")
    with pytest.raises(KeyError):
        bench.find("force")


def test_a_lease_that_nobody_renews_ends_at_its_very_millisecond() -> None:
    async def story(bench: Bench) -> None:
        await driven(bench, "gun", 2000)
        await asyncio.sleep(10)
        (began, *on), (ended, *off) = bench.device("gun").trace
        assert (ended - began, on, off) == (2000, [2000, 0.0], [0, 0.0])

    play(story)


def test_stop_rests_within_a_turn_of_the_loop() -> None:
    async def story(bench: Bench) -> None:
        peer, _ = await driven(bench, "gun", 2000)
        peer.end.write_now(frame(stop()))
        await asyncio.sleep(0.001)
        assert bench.device("gun").at_rest

    play(story)


def test_a_session_of_heat_holds_its_target_and_cools() -> None:
    async def story(bench: Bench) -> None:
        peer, session = await driven(bench, "pad", 3800)
        await peer.hold(session, 300)
        hottest = bench.device("pad").hottest
        assert hottest == pytest.approx(38, abs=0.2)
        actual = struct.unpack("<H", next(s for _, s in reversed(peer.heard) if s[0] == 0x82)[13:15])[0]
        assert actual / 100 == pytest.approx(hottest, abs=0.2)
        await peer.ask(stop())
        await asyncio.sleep(300)
        cooled = bench.device("pad").hottest
        assert cooled is not None
        assert cooled < 36

    seen = play(story).device("pad").hottest_seen
    assert seen is not None
    assert seen <= 38.5


def test_the_same_bench_is_the_same_run() -> None:
    boots: list[bytes] = []

    async def story(bench: Bench) -> None:
        peer = Peer(await bench.link("pad"))
        boots.append((await peer.ask(hello()))[5:9])
        bench.device("pad").restart()
        await asyncio.sleep(1)
        boots.append((await peer.ask(hello()))[5:9])

    play(story)
    play(story)
    assert boots[:2] == boots[2:]
    assert boots[0] != boots[1]


# cables


def test_a_cable_keeps_order_and_write_now_overtakes_what_has_not_left() -> None:
    async def main() -> None:
        cable, got = MemoryCable(), list[bytes]()
        cable.device.listen(got.append, lambda _why: None)
        cable.host.write(b"a")
        cable.host.write(b"b")
        assert got == []
        await asyncio.sleep(0)
        cable.host.write(b"c")
        cable.host.write_now(b"stop")
        cable.host.write(b"d")
        await asyncio.sleep(0)
        assert got == [b"ab", b"stopd"]

    asyncio.run(main())


def test_a_cut_cable_is_lost_once_and_swallows_what_is_written() -> None:
    async def main() -> None:
        cable, got, lost = MemoryCable(), list[bytes](), list[str]()
        cable.device.listen(got.append, lambda _why: None)
        cable.host.listen(got.append, lost.append)
        cable.host.write(b"on its way")
        cable.cut("out")
        cable.cut("again")
        cable.host.write(b"x")
        cable.host.write_now(b"y")
        cable.host.close()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert (got, lost) == ([], ["out"])

    asyncio.run(main())


def test_a_closed_end_hears_nothing_and_is_not_lost() -> None:
    async def main() -> None:
        cable, got, lost = MemoryCable(), list[bytes](), list[str]()
        cable.host.listen(got.append, lost.append)
        cable.device.write(b"x")
        cable.host.close()
        cable.host.close()
        cable.cut("out")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert (got, lost) == ([], [])

    asyncio.run(main())


def test_opening_a_port_again_takes_it_from_whoever_had_it() -> None:
    async def story(bench: Bench) -> None:
        first = Peer(await bench.link("gun"))
        second = Peer(await bench.link("gun"))
        await second.hello()
        assert first.lost == ["the port was opened again"]

    play(story)


# faults


@pytest.mark.parametrize(
    ("what", "fault"),
    [("sensor open", 2), ("sensor short", 3), ("sensor frozen", 4)],
    ids=lambda value: value,
)
def test_a_sensor_that_fails_rests_the_heater_and_does_not_burn(
    what: str, fault: int, tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        f'faults:\n  - {{device: pad, at: "driven + 100 s", do: {what}, for: "3 min"}}\n',
    )

    async def story(bench: Bench) -> None:
        peer, session = await driven(bench, "pad", 3600)
        await peer.hold(session, 90)
        await peer.ask(drive(session, 3900, lease=2000))
        await peer.hold(session, 170)
        assert (bench.device("pad").at_rest, peer.shown()) == (True, (3, fault))
        await asyncio.sleep(100)
        assert (await peer.ask(clear(session)))[5] == 0

    seen = play(story, path).device("pad").hottest_seen
    assert seen is not None
    assert seen < 42


@pytest.mark.parametrize("start", [35.0, 36.5, 38.0, 40.0])
def test_a_sensor_that_freezes_anywhere_on_the_way_up_stays_under_the_cut_out(start: float) -> None:
    async def story(bench: Bench) -> None:
        peer, session = await driven(bench, "pad", 4200)
        pad = bench.device("pad")
        while pad.hottest is not None and pad.hottest < start:
            await peer.hold(session, 1.2)
        pad.sensor = "frozen"
        await peer.hold(session, 600)
        assert peer.shown() == (3, 4)

    seen = play(story).device("pad").hottest_seen
    assert seen is not None
    assert seen < 44


def test_a_lost_link_is_told_the_device_rests_by_itself_and_the_port_comes_back(tmp_path: Path) -> None:
    path = written(tmp_path, 'faults:\n  - {device: gun, at: "5 s", do: link lost, for: "10 s"}\n')

    async def story(bench: Bench) -> None:
        peer, session = await driven(bench, "gun", 2000)
        await peer.hold(session, 4.8)
        await asyncio.sleep(0.5)
        assert peer.lost == ["the link was lost"]
        with pytest.raises(ConnectionError):
            await bench.link("gun")
        assert not bench.device("gun").at_rest
        await asyncio.sleep(2)
        assert bench.device("gun").at_rest
        await asyncio.sleep(8)
        again = Peer(await bench.link("gun"))
        assert await again.hello() != session

    play(story, path)


def test_a_restart_rests_at_once_and_boots_anew(tmp_path: Path) -> None:
    path = written(tmp_path, 'faults:\n  - {device: gun, at: "driven + 1500 ms", do: restart}\n')

    async def story(bench: Bench) -> None:
        peer, session = await driven(bench, "gun", 2000)
        await asyncio.sleep(1.5)
        assert bench.device("gun").at_rest
        await asyncio.sleep(0.4)
        assert (await peer.ask(renew(session)))[5] == 1
        assert peer.lost == []

    play(story, path)


def test_a_silent_device_says_nothing_but_still_obeys() -> None:
    async def story(bench: Bench) -> None:
        peer, _ = await driven(bench, "gun", 2000)
        bench.inject(Fault(device="gun", what="silence", at_ms=0, for_ms=5000))
        await asyncio.sleep(0.1)
        peer.heard.clear()
        await asyncio.sleep(1)
        peer.end.write(frame(stop()))
        await asyncio.sleep(0.01)
        assert (bench.device("gun").at_rest, peer.heard) == (True, [])
        await asyncio.sleep(5)
        assert peer.shown() == (2, 0)

    play(story)


# bench files

FILE = """
seed: 7
devices:
  - name: lamp
    kind: heat
    serial: SIM-0001
    min: 28 °C
    max: 41 °C
    step: 0.5 °C
    max lease: 800 ms
    battery: 60 %
    start: 31 °C
    pad: {power: 30 W, sensor lag: 20 s, hot spot: 50 %}
  - {name: hammer, kind: percussion, serial: SIM-0002, min: 1500 /min, head: {spin up: 1 s}}
faults: faults.yaml
"""


def test_a_bench_file_says_what_its_devices_are(tmp_path: Path) -> None:
    (tmp_path / "faults.yaml").write_text("- {device: lamp, at: 90 s, do: restart}\n", encoding="utf-8")
    bench = open_bench(written(tmp_path, FILE))
    lamp, hammer = (bench.device(name).facts for name in bench.names)
    assert (bench.seed, lamp.low, lamp.high, lamp.step, lamp.max_lease_ms) == (7, 28, 41, 0.5, 800)
    assert (lamp.battery, lamp.start, lamp.pad.power, lamp.pad.sensor_lag_ms) == (60, 31, 30, 20_000)
    assert (hammer.low, hammer.high, hammer.head.spin_up_ms) == (1500, 3200, 1000)
    assert bench.plan.faults == (Fault(device="lamp", what="restart", at_ms=90_000),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colour: red", "unknown key 'colour'; known are seed, devices, faults"),
        ("seed: one", "seed: 'one' is not a whole number"),
        ("devices: {}", "devices: a list belongs here"),
        ("devices: [{kind: heat, colour: red}]", "devices[0]: unknown key 'colour'"),
        ("devices: [{kind: oven}]", "devices[0]: kind is one of percussion, heat"),
        ("devices: [{kind: heat, max: 43}]", "max: 43 is not a temperature"),
        ("devices: [{kind: heat, max: 43 °F}]", "write a number and one of °C"),
        ("devices: [{kind: heat, pad: {powr: 3 W}}]", "devices[0]: pad: unknown key 'powr'"),
        ("devices: [{kind: heat, serial: X1}]", "does not begin with SIM-"),
        ("devices: [{kind: heat, max lease: 3 s}]", "at most 2000 ms"),
        ("devices: [{kind: heat}, {kind: heat, name: b}]", "share a name or a serial"),
        ("faults: [{device: gun, do: restart}]", "faults[0]: a fault without 'at'"),
        ("faults: [{device: gun, at: 5, do: restart}]", "'5' is not a time"),
        ("faults: [{device: gun, at: 5 s, do: burn}]", "do: 'burn' is none of"),
        ("faults: [{device: gun, at: 5 s, do: restart, how: x}]", "unknown key 'how'"),
        ("faults: [{device: cat, at: 5 s, do: restart}]", "names 'cat'"),
        ("faults: nowhere.yaml", "nowhere.yaml"),
        ("a: [", "expected"),
    ],
)
def test_a_mistake_in_a_bench_file_is_said(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(BenchError) as caught:
        open_bench(written(tmp_path, text))
    assert message in str(caught.value)
    assert "bench.yaml" in str(caught.value) or "nowhere" in message
