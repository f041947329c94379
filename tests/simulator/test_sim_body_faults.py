"""What each fault does to a device, and how warm the skin gets under the worst controller there is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, get_args

import pytest
from knot_peer import clear, drive, frame, hello, renew, status_of

from simulator.bench import STANDARD
from simulator.device import SimDevice
from simulator.faults import What, begin, end
from simulator.firmware.codec import unframe
from simulator.firmware.cover import Cover
from simulator.loop import virtual_loop

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

MINUTE = 60.0
HURTFUL = 45.0


class Peer:
    """The worst controller: it renews whatever it hears, and keeps the last STATUS and every session."""

    def __init__(self, kind: str) -> None:
        self.device = SimDevice(STANDARD[kind])
        self.device.port = self
        self.said: list[bytes] = []
        self.device.start(asyncio.get_running_loop())

    def send(self, data: bytes) -> None:
        payload = unframe(data[:-1])
        assert payload is not None
        self.said.append(payload)

    def unplug(self, why: str) -> None:
        """Nothing to do: the device says nothing more by itself."""

    def replug(self) -> None:
        """Nor here."""

    def ask(self, payload: bytes) -> None:
        self.device.receive(frame(payload))

    def drive(self, setpoint: int) -> None:
        self.ask(hello())
        self.session = self.device.firmware.session if self.device.firmware else 0
        self.ask(drive(self.session, setpoint, lease=2000))

    async def hold(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.5)):
            self.ask(renew(self.session, 2000))
            await asyncio.sleep(0.5)

    @property
    def fault(self) -> int:
        return next(status_of(said).fault for said in reversed(self.said) if said[0] == 0x82)

    @property
    def shown(self) -> tuple[int, ...]:
        return next(status_of(said).values for said in reversed(self.said) if said[0] == 0x82)


def with_peer(kind: str, scene: Callable[[Peer], Awaitable[None]]) -> Peer:
    async def main() -> Peer:
        peer = Peer(kind)
        await scene(peer)
        peer.device.stranger.leave()
        peer.device.stop()
        return peer

    with asyncio.Runner(loop_factory=lambda: virtual_loop(None)) as runner:
        return runner.run(main())


def warmed(what: What, setpoint: int, at: float, span: float = 28 * MINUTE) -> Peer:
    """A pad that was driven to `setpoint`, the fault at `at` seconds."""

    async def scene(peer: Peer) -> None:
        peer.drive(setpoint)
        await peer.hold(at)
        begin(what, peer.device)
        await peer.hold(span - at)

    return with_peer("heat", scene)


@pytest.mark.soak
@pytest.mark.parametrize("at", [0.0, 600.0])
@pytest.mark.parametrize("setpoint", [3900, 4200])
@pytest.mark.parametrize("what", [what for what in get_args(What) if what != "motor stall"])
def test_skin_stays_under_45_degrees_with_any_one_fault(what: What, setpoint: int, at: float) -> None:
    hottest = warmed(what, setpoint, at).device.tissue_hottest_seen
    assert hottest is not None
    assert 33 < hottest < HURTFUL


def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The firmware keeps no balance of heat."""
    monkeypatch.setattr(Cover, "see", lambda *_: None)


def test_a_welded_relay_is_found_by_the_heat_that_nobody_asked_for() -> None:
    peer = warmed("heater stuck on", 3900, 600.0)
    assert peer.device.hottest_seen is not None
    assert peer.device.hottest_seen < 40
    assert (peer.fault, peer.device.at_rest) == (1, True)


def test_a_welded_relay_heats_on_and_the_second_switch_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    blind(monkeypatch)
    peer = warmed("heater stuck on", 3900, 600.0)
    assert peer.device.hottest_seen is not None
    assert peer.device.hottest_seen > 44
    assert peer.device.tissue_hottest_seen is not None
    assert peer.device.tissue_hottest_seen < HURTFUL
    assert (peer.fault, peer.device.at_rest) == (1, True)


def test_a_welded_relay_cannot_heat_a_pad_that_nobody_drives() -> None:
    async def scene(peer: Peer) -> None:
        begin("heater stuck on", peer.device)
        await asyncio.sleep(600)
        assert peer.device.at_rest
        assert peer.device.hottest == pytest.approx(33)

    with_peer("heat", scene)


@pytest.mark.parametrize(("what", "power"), [("heater weak", 1 / 3), ("heater dead", 0.0)])
def test_a_heater_that_fails_gives_less(what: What, power: float) -> None:
    async def scene(peer: Peer) -> None:
        peer.drive(4200)
        await peer.hold(10)
        assert peer.device.duty == 1.0
        begin(what, peer.device)
        assert peer.device.duty == pytest.approx(power)
        end(what, peer.device)
        assert peer.device.duty == 1.0

    with_peer("heat", scene)


def test_a_dead_heater_is_found_within_a_minute_or_so() -> None:
    assert warmed("heater dead", 4200, 0.0, span=70.0).fault == 4


def test_a_loose_sensor_reads_low_and_the_device_stops_for_it() -> None:
    async def scene(peer: Peer) -> None:
        peer.drive(4000)
        await peer.hold(600)
        before = peer.device.read_temperature()
        begin("sensor loose", peer.device)
        loose = peer.device.read_temperature()
        assert before is not None
        assert loose is not None
        assert before > 3700 > 3400 > loose
        await peer.hold(120)
        assert peer.fault == 4
        end("sensor loose", peer.device)
        assert peer.device.read_temperature() > 3400  # type: ignore[operator]

    with_peer("heat", scene)


def test_a_lagging_sensor_is_four_times_as_slow() -> None:
    async def scene(peer: Peer) -> None:
        begin("sensor lagging", peer.device)
        peer.drive(4200)
        await peer.hold(60)
        slow = peer.device.read_temperature()
        sound = Peer("heat")
        sound.drive(4200)
        await sound.hold(60)
        quick = sound.device.read_temperature()
        sound.device.stop()
        assert slow is not None
        assert quick is not None
        assert slow < quick - 50

    with_peer("heat", scene)


def test_a_covered_pad_is_hotter_than_its_readings(monkeypatch: pytest.MonkeyPatch) -> None:
    blind(monkeypatch)
    peer = warmed("pad covered", 4200, 600.0)
    assert peer.fault == 0
    assert peer.shown[1] == pytest.approx(4200, abs=20)
    assert peer.device.hottest is not None
    assert peer.device.hottest > 44.5
    assert peer.device.tissue_hottest is not None
    assert 43 < peer.device.tissue_hottest < HURTFUL
    assert peer.device.tissue_dose is not None
    assert peer.device.tissue_dose > 20


@pytest.mark.parametrize("at", [0.0, 60.0, 240.0, 480.0])
@pytest.mark.parametrize("setpoint", [3900, 4100, 4200])
def test_a_covered_pad_stops_itself_while_skin_still_bears_it(setpoint: int, at: float) -> None:
    """HZ09, under the worst controller: it steps to the setpoint at once and never looks."""
    peer = warmed("pad covered", setpoint, at, span=at + 300)
    hottest, dose = peer.device.tissue_hottest_seen, peer.device.tissue_dose
    print(f"{setpoint / 100:g} °C, covered after {at:g} s: {hottest:.2f} °C, {dose:.2f} CEM43")
    assert (peer.fault, peer.device.at_rest) == (1, True)
    assert hottest is not None
    assert hottest < HURTFUL
    assert dose is not None
    assert dose < 2.0


def test_a_pad_that_was_found_covered_heats_again_only_once_it_is_cool() -> None:
    async def scene(peer: Peer) -> None:
        peer.drive(4000)
        await peer.hold(400)
        begin("pad covered", peer.device)
        await peer.hold(60)
        assert peer.fault == 1
        peer.ask(clear(peer.session))
        assert peer.fault == 1
        end("pad covered", peer.device)
        await asyncio.sleep(900)
        peer.ask(clear(peer.session))
        peer.drive(4000)
        await peer.hold(300)
        assert peer.fault == 0
        assert peer.device.duty > 0

    with_peer("heat", scene)


def test_a_stalled_motor_draws_much_and_is_fault_5() -> None:
    async def scene(peer: Peer) -> None:
        peer.drive(2000)
        await peer.hold(5)
        begin("motor stall", peer.device)
        assert peer.device.motor_speed() == 0
        assert (peer.device.motor_current() or 0) > 3000
        await peer.hold(3)
        assert (peer.fault, peer.device.at_rest) == (5, True)

    with_peer("percussion", scene)


def test_a_low_battery_is_fault_7_until_it_is_full_again() -> None:
    async def scene(peer: Peer) -> None:
        peer.drive(2000)
        begin("battery low", peer.device)
        assert peer.device.battery() == 4
        await peer.hold(1)
        assert peer.fault == 7
        end("battery low", peer.device)
        assert peer.device.battery() is None

    with_peer("percussion", scene)


def test_a_second_controller_takes_the_device_holds_it_and_leaves() -> None:
    async def scene(peer: Peer) -> None:
        peer.drive(2000)
        await peer.hold(5)
        begin("taken over", peer.device)
        await peer.hold(5)
        firmware = peer.device.firmware
        assert firmware is not None
        assert firmware.session != peer.session
        assert peer.device.motor == 1200
        peer.ask(hello(seq=9))
        assert peer.said[-1][0] == 0x83  # refused: busy
        end("taken over", peer.device)
        await peer.hold(2)
        assert peer.device.at_rest
        peer.drive(2000)
        assert peer.device.motor == 2000

    with_peer("percussion", scene)


def test_a_wrong_echo_shows_what_nobody_commanded_and_drives_as_told() -> None:
    async def scene(peer: Peer) -> None:
        peer.drive(2000)
        await peer.hold(2)
        assert peer.shown[0] == 2000
        begin("echo wrong", peer.device)
        await peer.hold(2)
        assert (peer.shown[0], peer.device.motor) == (2200, 2000)
        end("echo wrong", peer.device)
        await peer.hold(2)
        assert peer.shown[0] == 2000

    with_peer("percussion", scene)


def test_devices_without_heat_have_no_tissue() -> None:
    gun = SimDevice(STANDARD["percussion"])
    assert (gun.tissue_hottest, gun.tissue_hottest_seen, gun.tissue_dose) == (None, None, None)
