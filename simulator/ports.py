"""A pseudo-terminal for each device that other programs are to open."""

from __future__ import annotations

import asyncio
import os
import select
import termios
import tty
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.device import SimDevice

CHUNK = 4096
MOST_PENDING = 4096
LOOK_EVERY = 0.01  # s between looks for a program that opens a port nobody has open


class PtyPort:
    """The device's side of a pseudo-terminal.

    While no program has it open what the device says goes nowhere, as on a wire; what a program wrote
    before it left is still read. `path`, where given, is a symbolic link, there while
    the device is plugged in.
    """

    def __init__(self, device: SimDevice, path: Path | None = None) -> None:
        self._device = device
        self._path = path
        self._loop = asyncio.get_running_loop()
        self._master: int | None = None
        self._slave_path = ""
        self._pending = b""
        self._open = False
        self._look: asyncio.TimerHandle | None = None
        device.port = self
        self.replug()

    @property
    def path(self) -> str:
        """What a program opens."""
        return str(self._path) if self._path is not None else self._slave_path

    def replug(self) -> None:
        """A new terminal, under the same link."""
        if self._master is not None:
            return
        master, slave = os.openpty()
        tty.setraw(slave)
        self._slave_path = os.ttyname(slave)
        os.close(slave)
        os.set_blocking(master, False)
        self._master = master
        if self._path is not None:
            fresh = self._path.with_name(self._path.name + ".new")
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(self._slave_path)
            fresh.replace(self._path)
        self._watch()

    def unplug(self, _why: str) -> None:
        """Hang up: a program that has it open reads its end. Its terminal's number is anybody's now."""
        if self._master is None:
            return
        if self._path is not None and self._path.is_symlink():
            self._path.unlink()
        self._leave()
        if self._look is not None:
            self._look.cancel()
        os.close(self._master)
        self._master = None

    def send(self, data: bytes) -> None:
        """Bytes from the device. A program that does not read loses whole frames, the newest first."""
        if self._master is None or not self._open or len(self._pending) + len(data) > MOST_PENDING:
            return
        idle = not self._pending
        self._pending += data
        if idle:
            self._flush()

    def _flush(self) -> None:
        if self._master is None:
            return
        try:
            sent = os.write(self._master, self._pending)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._hung_up()
            return
        self._pending = self._pending[sent:]
        if self._pending:
            self._loop.add_writer(self._master, self._flush)
        else:
            self._loop.remove_writer(self._master)

    def _read(self) -> None:
        if self._master is None:
            return
        try:
            data = os.read(self._master, CHUNK)
        except BlockingIOError:
            return
        except OSError:  # EIO: the last program that had it open has closed it
            self._hung_up()
            return
        self._device.receive(data)

    def _hung_up(self) -> None:
        self._leave()
        slave = os.open(self._slave_path, os.O_RDWR | os.O_NOCTTY)
        termios.tcflush(slave, termios.TCIFLUSH)
        os.close(slave)
        self._look = self._loop.call_later(LOOK_EVERY, self._watch)

    def _leave(self) -> None:
        """Stop listening and forget what was not read."""
        self._pending = b""
        self._open = False
        if self._master is not None:
            self._loop.remove_reader(self._master)
            self._loop.remove_writer(self._master)

    def _watch(self) -> None:
        """Look whether a program has opened it, or has been and gone and left something to read."""
        if self._master is None:
            return
        poll = select.poll()
        poll.register(self._master, select.POLLIN)
        events = dict(poll.poll(0)).get(self._master, 0)
        if events & select.POLLHUP and not events & select.POLLIN:
            self._look = self._loop.call_later(LOOK_EVERY, self._watch)
            return
        self._open = True
        self._loop.add_reader(self._master, self._read)


__all__ = ["PtyPort"]
