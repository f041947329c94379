"""Pseudo-terminals, and `unknot sim` as a program of its own. Real time, real descriptors."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import subprocess
import sys
import termios
import tty
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from knot_peer import drive, frame, hello, report, stop

from simulator.bench import open_bench
from simulator.firmware.codec import Framer
from simulator.ports import MOST_PENDING, PtyPort

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]


async def until(condition: Callable[[], bool]) -> None:
    """Wait for it, 5 s at most."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - another process or the kernel makes it true
            await asyncio.sleep(0.002)


class Client:
    """A program that has the port open."""

    def __init__(self, path: str) -> None:
        self.fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        self.framer, self.heard, self.gone = Framer(), list[bytes](), False
        asyncio.get_running_loop().add_reader(self.fd, self._read)

    def _read(self) -> None:
        try:
            data = os.read(self.fd, 4096)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self.heard += self.framer.feed(data)
        else:
            self.gone = True
            asyncio.get_running_loop().remove_reader(self.fd)

    def write(self, data: bytes) -> None:
        os.write(self.fd, data)

    async def hello(self) -> int:
        self.write(frame(hello()))
        await until(lambda: any(said[0] == 0x81 for said in self.heard))
        info = next(said for said in self.heard if said[0] == 0x81)
        return info[2] | info[3] << 8

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self.fd)
        os.close(self.fd)


def on_port(story: Callable[[PtyPort], object], link: Path | None = None) -> None:
    async def main() -> None:
        bench = open_bench(None)
        port = PtyPort(bench.device("gun"), link)
        bench.start()
        try:
            await story(port)  # type: ignore[misc]
        finally:
            bench.stop()
            port.unplug("the story ends")

    asyncio.run(main())


def test_bytes_come_through_raw_and_cut_anywhere() -> None:
    async def story(port: PtyPort) -> None:
        client = Client(port.path)
        session = await client.hello()
        for byte in frame(drive(session, 2000, lease=2000)):
            client.write(bytes([byte]))
            await asyncio.sleep(0)
        await until(lambda: port._device.motor == 2000)
        client.write(frame(stop())[:3])
        client.write(frame(stop())[3:])
        await until(lambda: port._device.at_rest)
        assert not termios.tcgetattr(client.fd)[3] & (termios.ECHO | termios.ICANON)
        client.close()

    on_port(story)


def test_what_a_program_wrote_before_it_left_is_still_obeyed() -> None:
    async def story(port: PtyPort) -> None:
        client = Client(port.path)
        session = await client.hello()
        client.write(frame(drive(session, 2000, lease=2000)))
        client.close()
        await until(lambda: port._device.motor == 2000)
        late = os.open(port.path, os.O_RDWR | os.O_NOCTTY)
        os.write(late, frame(stop()))
        os.close(late)
        await until(lambda: port._device.at_rest)

    on_port(story)


def test_the_next_program_hears_nothing_of_what_the_last_did_not_read() -> None:
    async def story(port: PtyPort) -> None:
        first = os.open(port.path, os.O_RDWR | os.O_NOCTTY)
        await until(lambda: port._open)
        port.send(b"stale" * 10)
        os.close(first)
        await until(lambda: not port._open)
        port.send(b"into the air")
        second = Client(port.path)
        await second.hello()
        assert second.heard[0][0] in (0x81, 0x82)
        second.close()

    on_port(story)


def test_a_program_that_does_not_read_costs_a_bounded_buffer_and_blocks_nothing() -> None:
    async def story(port: PtyPort) -> None:
        client = os.open(port.path, os.O_RDWR | os.O_NOCTTY)
        await until(lambda: port._open)
        for _ in range(10_000):
            port.send(b"\x55" * 50)
        assert 0 < len(port._pending) <= MOST_PENDING
        got = 0
        while select.select([client], [], [], 0.2)[0]:
            got += len(os.read(client, 65536))
            await asyncio.sleep(0.001)
        assert got >= MOST_PENDING
        os.close(client)

    on_port(story)


def test_unplugging_ends_the_programs_reading_and_the_port_comes_back_under_its_name(tmp_path: Path) -> None:
    link = tmp_path / "gun"

    async def story(port: PtyPort) -> None:
        assert port.path == str(link)
        client = Client(port.path)
        session = await client.hello()
        port._device.unplug()
        assert not link.is_symlink(), "its terminal may be another's now"
        await until(lambda: client.gone)
        port._device.replug()
        again = Client(str(link))
        assert await again.hello() != session or again.heard
        client.close()
        again.close()

    on_port(story, link)
    assert not link.is_symlink()


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], list[dict[str, str]]]]:
    command = [sys.executable, "-m", "simulator.cli", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())["devices"]
        finally:
            process.kill()


def asked(path: str, payload: bytes, kind: int) -> bytes:
    fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
    try:
        tty.setraw(fd)
        os.write(fd, b"\0" + frame(payload))
        framer = Framer()
        while select.select([fd], [], [], 5)[0]:
            for said in framer.feed(os.read(fd, 4096)):
                if said[0] == kind:
                    return said
    finally:
        os.close(fd)
    raise AssertionError("no answer")


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_sim_says_its_ports_answers_hello_and_ends_when_told(signum: signal.Signals) -> None:
    with running() as (process, devices):
        assert [(device["name"], device["kind"]) for device in devices[:2]] == [
            ("gun", "percussion"),
            ("pad", "heat"),
        ]
        for device in devices[:2]:
            scheme, path = device["link"].split(":", 1)
            assert scheme == "serial"
            assert b"SIM-" in asked(path, hello(), 0x81)
            assert asked(path, report(0, 200), 0x83)[5] == 1
        process.send_signal(signum)
        assert process.wait(10) == 0


def test_sim_makes_and_removes_the_link_that_a_bench_file_names(tmp_path: Path) -> None:
    bench = tmp_path / "bench.yaml"
    bench.write_text("devices: [{kind: heat, path: pad.tty}]\n", encoding="utf-8")
    with running("--bench", str(bench)) as (process, devices):
        assert devices == [{"name": "pad", "kind": "heat", "link": f"serial:{tmp_path / 'pad.tty'}"}]
        assert asked(str(tmp_path / "pad.tty"), hello(), 0x81)
        process.terminate()
        assert process.wait(10) == 0
    assert not (tmp_path / "pad.tty").is_symlink()


def test_sim_refuses_a_bench_file_with_a_mistake(tmp_path: Path) -> None:
    bench = tmp_path / "bench.yaml"
    bench.write_text("colour: red\n", encoding="utf-8")
    command = [sys.executable, "-m", "simulator.cli", "--bench", str(bench)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert "unknown key 'colour'" in done.stderr
