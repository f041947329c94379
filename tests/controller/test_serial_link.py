"""SerialLink on real pseudo-terminals."""

from __future__ import annotations

import asyncio
import errno
import os
import subprocess
import sys
import termios
import tty
from typing import TYPE_CHECKING

import pytest
import serial

from controller.binding import on_port
from controller.devices import DeviceError
from controller.devices.knot import KnotDriver
from controller.links import LinkError
from controller.links.serial import QUEUE, SerialLink, open_serial

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path

PATIENCE = 5  # seconds


class Pty:
    """The far end: its `fd` is the device, `path` is the port."""

    def __init__(self) -> None:
        self.fd, slave = os.openpty()
        self.path = os.ttyname(slave)
        tty.setraw(slave)
        os.close(slave)
        os.set_blocking(self.fd, False)
        self._open = True

    def unplug(self) -> None:
        if self._open:
            os.close(self.fd)
            self._open = False

    def read(self) -> bytes:
        found = b""
        while True:
            try:
                found += os.read(self.fd, 65536)
            except BlockingIOError:
                return found


class Heard:
    """What a link delivered."""

    def __init__(self, link: SerialLink) -> None:
        self.data = b""
        self.lost: list[str] = []
        self._changed = asyncio.Event()
        link.listen(self._bytes, self._lost)

    def _bytes(self, data: bytes) -> None:
        self.data += data
        self._changed.set()

    def _lost(self, why: str) -> None:
        self.lost.append(why)
        self._changed.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds():
                self._changed.clear()
                await self._changed.wait()


@pytest.fixture
def pty() -> Iterator[Pty]:
    made = Pty()
    yield made
    made.unplug()


def run(scene: Coroutine[object, object, None]) -> None:
    asyncio.run(scene)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_bytes_pass_both_ways_and_the_port_is_known_as_pseudo(pty: Pty) -> None:
    async def scene() -> None:
        link = await open_serial(pty.path)
        heard = Heard(link)
        every = bytes(range(256))
        link.write(every)
        assert pty.read() == every
        os.write(pty.fd, every)
        await heard.until(lambda: heard.data == every)
        assert link.pseudo
        link.close()

    run(scene())


def test_partial_reads_arrive_byte_by_byte_in_order(pty: Pty) -> None:
    async def scene() -> None:
        link = await open_serial(pty.path)
        heard = Heard(link)
        for n in range(200):
            os.write(pty.fd, bytes((n,)))
            await heard.until(lambda size=n + 1: len(heard.data) == size)  # type: ignore[misc]
        assert heard.data == bytes(range(200))
        link.close()

    run(scene())


def test_what_the_port_does_not_take_at_once_follows_in_order(pty: Pty) -> None:
    async def scene() -> None:
        link = await open_serial(pty.path)
        Heard(link)
        blocks = [bytes((n,)) * 3000 for n in range(1, 41)]
        for block in blocks:
            link.write(block)
        assert link._begun, "the port took all of it, so this shows nothing"
        got = b""
        async with asyncio.timeout(PATIENCE):
            while len(got) < 120_000:
                got += pty.read()
                await asyncio.sleep(0)
        assert got == b"".join(blocks)
        assert not link._begun
        assert not asyncio.get_running_loop().remove_writer(link.fileno()), "the loop would spin"
        link.close()

    run(scene())


def test_the_queue_is_bounded_and_keeps_the_newest(pty: Pty) -> None:
    async def scene() -> None:
        link = await open_serial(pty.path)
        Heard(link)
        for n in range(500):
            link.write(bytes((n % 251,)) * 4096)
        assert len(link._queue) == QUEUE
        assert link._queue[-1] == bytes((499 % 251,)) * 4096
        link.close()

    run(scene())


def test_write_now_overtakes_all_that_has_not_left(pty: Pty) -> None:
    async def scene() -> None:
        link = await open_serial(pty.path)
        Heard(link)
        for _ in range(60):
            link.write(b"\x55" * 4096)
        assert link._begun
        assert link._queue
        link.write_now(b"\0STOP\0")
        got = pty.read()
        assert got.endswith(b"\0STOP\0")
        await settle()
        assert pty.read() == b""
        assert got.count(b"\x55") < 8192, "what the kernel held was not dropped"
        link.write(b"after")
        assert pty.read() == b"after"
        link.close()

    run(scene())


def test_an_unplugged_device_is_told_once_and_writes_are_swallowed(pty: Pty) -> None:
    async def scene() -> None:
        link = await open_serial(pty.path)
        heard = Heard(link)
        pty.unplug()
        await heard.until(lambda: bool(heard.lost))
        link.write(b"x")
        link.write_now(b"x")
        await settle()
        assert len(heard.lost) == 1
        link.close()

    run(scene())


def test_unplugged_in_the_middle_of_a_write_is_told_once(pty: Pty) -> None:
    async def scene() -> None:
        link = await open_serial(pty.path)
        heard = Heard(link)
        for _ in range(60):
            link.write(b"\x55" * 4096)
        assert link._begun
        pty.unplug()
        link.write_now(b"\0STOP\0")
        assert heard.lost == [], "told in the middle of a call"
        await heard.until(lambda: bool(heard.lost))
        await settle()
        assert len(heard.lost) == 1
        link.close()
        link.close()

    run(scene())


def test_a_loss_found_in_a_write_is_not_told_after_close(pty: Pty) -> None:
    async def scene() -> None:
        link = await open_serial(pty.path)
        heard = Heard(link)
        pty.unplug()
        link.write(b"x")
        assert link._gone
        link.close()
        await settle()
        assert heard.lost == []

    run(scene())


def test_a_wakeup_with_nothing_to_read_is_no_loss(pty: Pty) -> None:
    async def scene() -> None:
        link = await open_serial(pty.path)
        heard = Heard(link)
        link._readable()
        await settle()
        assert (heard.data, heard.lost) == (b"", [])
        link.close()

    run(scene())


def test_a_closed_link_delivers_nothing_and_lets_go_of_the_port(pty: Pty) -> None:
    async def scene() -> None:
        link = await open_serial(pty.path)
        heard = Heard(link)
        copy = os.dup(link.fileno())
        os.write(pty.fd, b"late")
        link.close()
        pty_again = await open_serial(pty.path)  # although somebody holds a copy of the descriptor
        pty_again.close()
        os.close(copy)
        pty.unplug()
        await settle()
        assert (heard.data, heard.lost) == (b"", [])

    run(scene())


def test_a_port_in_use_is_named_also_by_another_name(pty: Pty, tmp_path: Path) -> None:
    other = tmp_path / "pad"
    other.symlink_to(pty.path)

    async def scene() -> None:
        link = await open_serial(pty.path)
        for path in (pty.path, str(other)):
            with pytest.raises(LinkError, match="another program is using this port") as refused:
                await open_serial(path)
            assert path in str(refused.value)
            assert "close" in refused.value.remedy
        link.close()
        (await open_serial(str(other))).close()

    run(scene())


@pytest.mark.parametrize("path", ["/dev/null", "/"])
def test_what_is_no_serial_port_is_refused(path: str) -> None:
    with pytest.raises(LinkError, match="no usable serial port"):
        run(_open(path))


def test_a_missing_port_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LinkError, match="no such port") as refused:
        run(_open(str(tmp_path / "gone")))
    assert "doctor" in refused.value.remedy


@pytest.mark.parametrize(
    ("number", "text", "remedy"),
    [
        (errno.EACCES, "may not open", "dialout"),
        (errno.EBUSY, "another program", "close"),
        (errno.ENXIO, "no such port", "plug"),
        (errno.EIO, "no usable serial port", "path"),
    ],
)
def test_each_refusal_of_the_system_has_its_remedy(
    monkeypatch: pytest.MonkeyPatch, number: int, text: str, remedy: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise serial.SerialException(number, os.strerror(number))

    monkeypatch.setattr(serial, "Serial", refuse)
    with pytest.raises(LinkError, match=text) as refused:
        run(_open("/dev/ttyUSB0"))
    assert remedy in refused.value.remedy


def test_a_terminal_that_a_person_works_at_is_refused_and_left_as_it_is() -> None:
    """A device's pseudo-terminal that is gone leaves its number to the next terminal window."""
    far, near = os.openpty()
    before = termios.tcgetattr(near)
    with subprocess.Popen(["head", "-n", "1"], stdin=near, stdout=subprocess.PIPE) as shell:
        try:
            os.write(far, b"what a person types")
            with pytest.raises(LinkError, match="somebody's terminal") as refused:
                run(_open(os.ttyname(near)))
            assert "doctor" in refused.value.remedy
            assert termios.tcgetattr(near) == before
            os.write(far, b" is theirs\n")
            assert shell.communicate(timeout=PATIENCE)[0] == b"what a person types is theirs\n"
        finally:
            shell.kill()
            os.close(far)
            os.close(near)


def test_windows_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(LinkError, match="Windows"):
        run(_open("COM3"))


def test_a_driver_refuses_a_missing_port(tmp_path: Path) -> None:
    driver = KnotDriver("pad", "heat", lambda: on_port(str(tmp_path / "gone")), owner=1)
    with pytest.raises(DeviceError, match="no such port"):
        run(driver.open())


async def _open(path: str) -> None:
    (await open_serial(path)).close()
