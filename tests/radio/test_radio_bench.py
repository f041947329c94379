"""Benches with Bluetooth devices: what their files say, and that it is a whole stack that says it."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bleak import BleakScanner
from bumble.snoop import Snooper
from radio_kit import INFO, STOP, Person, bench_of, find, paired, running, until, virtual

from simulator.bench import BenchError, open_bench
from simulator.ble import Wild
from simulator.faults import Fault

if TYPE_CHECKING:
    from bleak.backends.scanner import AdvertisementData

ROOT = Path(__file__).parents[2]
WRITE_REQUEST, WRITE_RESPONSE, NOTIFICATION = 0x12, 0x13, 0x1B
ACL, ATT = 0x02, b"\x04\x00"


def written(folder: Path, text: str) -> Path:
    path = folder / "bench.yaml"
    path.write_text(text, encoding="utf-8")
    return path


class Trace(Snooper):
    """The ATT packets among those between a host and its chip, each with its way."""

    def __init__(self) -> None:
        self.att: list[tuple[Snooper.Direction, bytes]] = []

    def snoop(self, hci_packet: bytes, direction: Snooper.Direction) -> None:
        if hci_packet[0] == ACL and hci_packet[7:9] == ATT:
            self.att.append((direction, hci_packet[9:]))


def test_commands_and_what_is_told_pass_through_hci() -> None:
    async def main() -> list[tuple[Snooper.Direction, bytes]]:
        async with running(bench_of("percussion")) as bench:
            trace = bench.radio.central.snooper = Trace()
            person = await paired(bench)
            trace.att.clear()
            await person.write(STOP)
            return trace.att

    seen = virtual(main())
    sent = [packet for way, packet in seen if way == Snooper.Direction.HOST_TO_CONTROLLER]
    heard = [packet for way, packet in seen if way == Snooper.Direction.CONTROLLER_TO_HOST]
    assert [(packet[0], packet[3:]) for packet in sent] == [(WRITE_REQUEST, STOP)]
    assert [packet[0] for packet in heard] == [NOTIFICATION, NOTIFICATION, WRITE_RESPONSE]
    assert heard[0][3:] == b"\x83\x01\0\0\x04\0"


def test_a_bench_file_names_what_the_radio_is_like(tmp_path: Path) -> None:
    text = """
devices:
  - {name: near, kind: heat, link: ble, address: "c0:00:00:00:00:01", signal: -40 dBm, mtu: 60}
  - {name: far, kind: percussion, link: ble, signal: -90 dBm, latency: 10 ms, loss: 1 %, pairing window: 5 s}
  - {name: wired, kind: percussion, serial: SIM-GUN9}
"""

    async def main() -> dict[str, tuple[str, AdvertisementData]]:
        async with running(open_bench(written(tmp_path, text))) as bench:
            assert bench.address("near") == "C0:00:00:00:00:01"
            assert bench.address("far") == "F0:74:ED:E1:0B:CA"
            assert bench.address("wired") is None
            await bench.link("wired")
            with pytest.raises(ConnectionError, match="radio"):
                await bench.link("near")
            found = await BleakScanner.discover(timeout=1, return_adv=True, backend=bench.radio.scanner)
            return {device.name or "": (device.address, data) for device, data in found.values()}

    found = virtual(main())
    assert sorted(found) == ["Knot-GUN1", "Knot-PAD1"]
    assert found["Knot-PAD1"][0] == "C0:00:00:00:00:01"
    assert found["Knot-PAD1"][1].rssi > -50
    assert found["Knot-GUN1"][1].rssi < -80


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("link: usb", "link: 'usb' is none of serial, ble"),
        ("mtu: 100", "mtu is for a device with link: ble"),
        ("wild: {name: x}", "wild is for a device with link: ble"),
        ("link: ble, mtu: 22", "mtu: 22 is not a whole number from 23 to 517"),
        ("link: ble, path: x", "path is for a device with a port"),
        ("link: ble, loss: 100 %", "loss: '100 %' is not"),
        ("link: ble, signal: strong", "signal: 'strong' is not a signal"),
        ("link: ble, address: 00:11:22:33:44:55", "address: '00:11:22:33:44:55' is not a random static"),
        ("link: ble, pairing: shouting", "pairing: 'shouting' is none of"),
        ("link: ble, wild: {info: xyz}", "wild: info"),
        ("link: ble, wild: {hair: long}", "unknown key 'hair'"),
    ],
)
def test_what_a_bench_file_cannot_say_of_a_radio(tmp_path: Path, key: str, message: str) -> None:
    with pytest.raises(BenchError, match=re.escape(message)):
        open_bench(written(tmp_path, f"devices: [{{kind: heat, {key}}}]\n"))


def test_a_fault_of_the_radio_befalls_no_device_with_a_port(tmp_path: Path) -> None:
    path = written(tmp_path, "faults: [{device: pad, at: 1 s, do: out of range}]\n")
    with pytest.raises(BenchError, match="'out of range' befalls a device with link: ble, 'pad' has a port"):
        open_bench(path)


def test_a_fault_script_plays_on_the_radio() -> None:
    fault = Fault(device="gun", what="out of range", at_ms=1000, after_driven=True, for_ms=2000)

    async def main() -> None:
        async with running(bench_of("percussion", faults=(fault,))) as bench:
            person = await paired(bench)
            await person.drive(1200)
            await asyncio.sleep(1.5)
            person.told.clear()
            await asyncio.sleep(1.4)
            assert person.told == []
            await asyncio.sleep(0.2)
            assert person.told
            assert person.lost == 0

    virtual(main())


def test_a_wild_device_says_what_it_likes_as_often_as_it_likes() -> None:
    wild = Wild(name="Knot-" + "☃" * 20, info=b"\x81\0\0\0" + b"\xff" * 300, notifications=500)

    async def main() -> None:
        async with running(bench_of("heat", wild=wild)) as bench:
            found = await BleakScanner.discover(timeout=1, return_adv=True, backend=bench.radio.scanner)
            [(_, data)] = found.values()
            assert data.local_name is not None
            assert data.local_name.startswith("Knot-☃☃☃☃☃☃☃")
            person = await paired(bench)
            assert bytes(await person.client.read_gatt_char(INFO)) == wild.info
            person.told.clear()
            await asyncio.sleep(2)
            assert 990 < len(person.told) < 1020
            await person.client.write_gatt_char(
                "daee0003-fce3-4bab-96ba-bce836e09d0b", b"\x01\x09\0\0\x01abcd"
            )
            info = next(told for told in person.told if told[0] == 0x81)
            assert info[1] == 9
            assert info[4:] == b"\xff" * 240
            assert len(info) == 244
            await person.client.disconnect()
            before = len(person.told)
            await asyncio.sleep(1)
            assert len(person.told) == before

    virtual(main())


def test_a_bench_and_the_radios_of_nobody_load_no_stack(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from simulator.bench import open_bench; import simulator.cli;"
        "from simulator.radio import radios; open_bench(); radios(Path());"
        "print([name for name in sys.modules if name.split('.')[0] in ('bumble', 'bleak')])"
    )
    said = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, check=True)
    assert said.stdout == b"[]\n"


def test_many_devices_on_one_air(tmp_path: Path) -> None:
    text = "devices:\n" + "".join(
        f"  - {{name: d{at}, kind: percussion, serial: SIM-D{at:03}, link: ble}}\n" for at in range(20)
    )

    async def main() -> None:
        async with running(open_bench(written(tmp_path, text))) as bench:
            people = [await paired(bench, name) for name in bench.names]
            for person in people:
                await person.drive(1200)
            await until(lambda: not any(bench.device(name).at_rest for name in bench.names))
            assert await find(bench.radio, "Knot-D000", 1) is None

    virtual(main())


def test_the_program_of_the_page_runs(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "how-to" / "simulate.md").read_text(encoding="utf-8")
    for name in ("radio.yaml", "near.py"):
        found = re.search(rf"<!-- file: {re.escape(name)}.*-->\n```[a-z]+\n((?s:.*?))```", page)
        assert found is not None
        (tmp_path / name).write_text(found[1], encoding="utf-8")
    said = subprocess.run([sys.executable, "near.py"], cwd=tmp_path, capture_output=True, check=True)
    assert b"SIM-GUN1" in said.stdout
    assert said.stderr == b""


def test_a_person_may_use_an_address_in_small_letters() -> None:
    async def main() -> None:
        async with running(bench_of("heat")) as bench:
            person = Person(bench.radio, (bench.address("pad") or "").lower())
            await person.client.connect()
            assert person.client.address == bench.address("pad")

    virtual(main())
