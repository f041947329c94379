"""A sim's radio used by other programs, over its socket."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import asynccontextmanager, contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bleak.exc import BleakError
from radio_kit import STOP, Person, bench_of, find, paired, real, running, until

from simulator.radio import radios
from simulator.radio.chip import EVERY
from simulator.radio.places import PlaceError, keys_of, short, socket_of
from simulator.radio.places import running as sims
from simulator.radio.served import RadioServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from simulator.bench import Bench

NOISE = (b"\xff" * 300, b"\x01\x03\x0c\x00" + b"\x00" * 50, b"\x02\x00", b"\x01\xff\xff\x01\x00")
CLIENT = Path(__file__).with_name("radio_client.py")


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[Bench]:
    """A gun on an air that other processes join."""
    async with running(bench_of("percussion")) as bench:
        server = RadioServer(bench.on_air.air, folder)
        await server.open()
        try:
            yield bench
        finally:
            await server.close()


@asynccontextmanager
async def client(folder: Path, bench: Bench, task: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, CLIENT, folder, bench.address("gun") or "", task, stdout=subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


@contextmanager
def sim(folder: Path) -> Iterator[tuple[subprocess.Popen[str], list[dict[str, str]]]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator.cli"],
        env=os.environ | {"UNKNOT_RUNTIME_DIR": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process:
        try:
            yield process, json.loads(process.stdout.readline())["devices"]
        finally:
            process.send_signal(signal.SIGTERM)


def test_the_device_rests_at_once_when_its_program_is_killed_and_the_bond_is_kept(tmp_path: Path) -> None:
    async def main() -> None:
        async with served(tmp_path) as bench:
            device = bench.device("gun")
            async with client(tmp_path, bench, "drive") as process:
                assert await line(process) == "driving"
                assert not device.at_rest
                process.kill()
                killed = asyncio.get_running_loop().time()
                await until(lambda: device.at_rest)
                assert asyncio.get_running_loop().time() - killed < 1  # the lease is for two
            await asyncio.sleep(0)
            bench.on_air.peripherals["gun"].bonding._open_until = 0
            async with client(tmp_path, bench, "stop") as process:
                assert await line(process) == "stopped"

    real(main())


def test_a_sim_that_is_ended_at_once_has_nothing_to_say(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "simulator.cli"]
    environment = os.environ | {"UNKNOT_RUNTIME_DIR": str(tmp_path)}
    pipe = subprocess.PIPE
    with subprocess.Popen(program, env=environment, stdout=pipe, stderr=pipe) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.terminate()
        assert process.communicate() == (b"", b"")
        assert process.returncode == 0


def test_unknot_sim_shows_ports_first_and_then_addresses(tmp_path: Path) -> None:
    with sim(tmp_path) as (process, devices):
        assert [device["name"] for device in devices] == ["gun", "pad", "ble gun", "ble pad"]
        assert [device["link"].split(":")[0] for device in devices] == ["serial", "serial", "ble", "ble"]
        path = socket_of(tmp_path, process.pid)
        assert path.stat().st_mode & 0o777 == 0o600
    assert not path.exists()
    assert list(tmp_path.iterdir()) == []


def test_a_sim_that_is_killed_is_a_lost_link(tmp_path: Path) -> None:
    async def main() -> None:
        with sim(tmp_path) as (process, devices):
            [radio] = radios(tmp_path)
            assert (radio.name, radio.simulated) == (f"sim {process.pid}", True)
            found = await find(radio, "Knot-GUN2")
            assert found is not None
            took = []
            for _ in range(5):
                before = asyncio.get_running_loop().time()
                await find(radio, "Knot-GUN2")
                took.append(asyncio.get_running_loop().time() - before)
            assert min(took) < EVERY  # the first advertisement is heard
            assert f"ble:{found.address}" == devices[2]["link"]
            person = Person(radio, found)
            await person.client.connect()
            await person.client.pair()
            await person.subscribe()
            await person.write(STOP)
            assert keys_of(socket_of(tmp_path, process.pid)).stat().st_mode & 0o777 == 0o600
            process.kill()
            await until(lambda: person.lost == 1)
            assert not person.client.is_connected
            with pytest.raises(BleakError):
                await person.client.connect()
            with pytest.raises(BleakError):
                await find(radio, "Knot-GUN2")
            await radio.close()
            process.wait()
            assert radios(tmp_path) == []

    real(main())
    assert list(tmp_path.iterdir()) == []


def test_sims_are_told_in_the_order_of_their_start(tmp_path: Path) -> None:
    with sim(tmp_path) as (first, _), sim(tmp_path) as (second, _):
        assert [radio.name for radio in radios(tmp_path)] == [f"sim {first.pid}", f"sim {second.pid}"]


def test_radios_are_found_by_their_entry_point(tmp_path: Path) -> None:
    [entry] = entry_points(group="unknot.simulator", name="radios")
    assert entry.load() is radios
    assert radios(tmp_path / "nowhere") == []


def test_a_second_program_is_another_computer(tmp_path: Path) -> None:
    async def main() -> None:
        async with served(tmp_path) as bench:
            [first], [second] = radios(tmp_path), radios(tmp_path)
            address = bench.address("gun") or ""
            one = Person(first, address)
            await one.client.connect()
            await one.client.pair()
            two = Person(second, address, timeout=0.2)
            with pytest.raises(BleakError):
                await two.client.connect()
            await first.close()
            await two.client.connect()
            with pytest.raises(BleakError, match="Insufficient"):
                await two.write(STOP)
            await second.close()

    real(main())


def test_what_is_no_hci_ends_only_its_own_connection(tmp_path: Path) -> None:
    async def main() -> None:
        async with served(tmp_path) as bench:
            person = await paired(bench)
            for noise in (
                b"\xff" * 300,
                b"\x01\x03\x0c\x00" + b"\x00" * 50,
                b"\x02\x00",
                b"\x01\xff\xff\x01\x00",
            ):
                reader, writer = await asyncio.open_unix_connection(socket_of(tmp_path, os.getpid()))
                writer.write(noise)
                writer.write_eof()
                await reader.read()
                writer.close()
                await writer.wait_closed()
            await person.write(STOP)

    real(main())


def test_a_long_folder_and_a_folder_of_others(tmp_path: Path) -> None:
    async def main() -> None:
        deep = tmp_path / ("d" * 100)
        async with served(deep) as bench:
            [radio] = radios(deep)
            person = Person(radio, bench.address("gun") or "")
            await person.client.connect()
            await radio.close()
        open_to_all = tmp_path / "open"
        open_to_all.mkdir()
        open_to_all.chmod(0o777)
        with pytest.raises(PlaceError):
            async with served(open_to_all):
                pass

    real(main())


def test_a_socket_that_nobody_listens_on_is_removed(tmp_path: Path) -> None:
    dead = socket_of(tmp_path, 1)
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(dead))
    keys_of(dead).write_text("{}")
    assert radios(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_who_looks_while_a_sim_begins_takes_nothing_away_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def looked_after(path: Path) -> Iterator[str]:
        with short(path) as name:
            yield name
        assert sims(tmp_path) == [], "its socket has a name, and nobody listens on it yet"

    async def main() -> None:
        monkeypatch.setattr("simulator.radio.served.short", looked_after)
        async with served(tmp_path):
            assert sims(tmp_path) == [os.getpid()]

    real(main())
