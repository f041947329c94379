"""The firmware over a link that keeps payloads apart: no frames, the same rules."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from knot_peer import GUN, Board, drive, frame, hello, stop

from simulator.bench import STANDARD
from simulator.device import SimDevice
from simulator.faults import begin, end
from simulator.firmware.facts import Config
from simulator.firmware.firmware import Firmware
from simulator.firmware.quota import Quota
from simulator.loop import VirtualLoop


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
def firmware(board: Board) -> Firmware:
    made = Firmware(board, Config("Rig", "SIM-RIG1", [GUN], framed=False), 0, 1, Quota())
    made.step(0)
    board.said.clear()
    return made


def test_a_payload_comes_and_goes_as_it_is(board: Board, firmware: Firmware) -> None:
    firmware.receive(hello(seq=9), 0)
    assert board.said[0][:2] == b"\x81\x09"
    firmware.receive(drive(firmware.session, 2000), 0)
    assert board.said[1] == b"\x83\x02" + firmware.session.to_bytes(2, "little") + b"\x02\0"
    assert board.motor == 2000


@pytest.mark.parametrize("data", [b"", bytes(251), bytes(512)])
def test_what_is_no_payload_has_no_answer(board: Board, firmware: Firmware, data: bytes) -> None:
    firmware.receive(data, 0)
    assert board.said == []


@pytest.mark.parametrize(
    ("data", "code"), [(b"\x02", 6), (b"\x01\x05", 6), (b"\x77\x05\0\0", 7), (b"\x04", 6), (frame(stop()), 6)]
)
def test_what_is_no_request_is_told_so(board: Board, firmware: Firmware, data: bytes, code: int) -> None:
    firmware.receive(data, 0)
    assert (board.said[0][0], board.said[0][5]) == (0x83, code)
    assert board.motor == 0


def test_others_on_the_line_and_a_wrong_echo_need_no_frames_either() -> None:
    async def main() -> None:
        device = SimDevice(replace(STANDARD["percussion"], link="ble"))
        device.start(asyncio.get_running_loop())
        begin("taken over", device)
        await asyncio.sleep(1)
        assert device.motor == 1200
        begin("echo wrong", device)
        told: list[bytes] = []

        class Port:
            def send(self, data: bytes) -> None:
                told.append(data)

            def unplug(self, why: str) -> None: ...

            def replug(self) -> None: ...

        device.port = Port()
        await asyncio.sleep(1)
        assert {payload[11:13] for payload in told if payload[0] == 0x82} == {(1320).to_bytes(2, "little")}
        end("taken over", device)
        device.stop()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(main())
