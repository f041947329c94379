"""The screen in a real terminal: it starts, it stops, and a terminal that is closed ends the session."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from contextlib import nullcontext
from pathlib import Path

import pytest
from screen_fake import FakeSession
from textual.drivers._writer_thread import WriterThread

from controller.faces.tui.app import RunApp
from controller.faces.tui.mailbox import Mailbox
from controller.faces.tui.terminal import LosableOutput

pytestmark = pytest.mark.slow
PROGRAM = """
import sys, threading, time
from controller.faces.tui.app import run_app
from screen_fake import FakeSession, shot, OVER
from controller.core.events import Command
from controller.snapshot import Ended

class Live(FakeSession):
    def start(self):
        self.over, self.thread = threading.Event(), threading.Thread(target=self.run)
        self.thread.start()
    def run(self):
        t = 0.0
        while not self.over.wait(0.25):
            t += 0.25
            self.tell(shot(t=t, countdown=60 - t))
    def send(self, word):
        super().send(word)
        if word == Command("stop"):
            self.ended = Ended("stopped", 6)
            self.over.set()
    def interrupt(self, why):
        super().interrupt(why)
        self.ended = self.ended or Ended("stopped", 130, why)
        self.over.set()
    def wait(self, timeout=None):
        self.thread.join(timeout)
        return None if self.thread.is_alive() else self.ended

session = Live()
ended = run_app(session)
open(sys.argv[1], "w").write(f"{ended.exit} {ended.why}")
"""


HOME = """
import sys
from controller.faces.home.visit import run_home
open(sys.argv[1], "w").write(str(run_home()[0]))
"""
_COLOURS = re.compile(rb"\x1b\[([\d;:]*)m")


class Terminal:
    """A child of ours on a pseudo-terminal of 80 by 24."""

    def __init__(self, told: Path, program: str = PROGRAM, **more: str) -> None:
        self.told = told
        self.master, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.before = termios.tcgetattr(child)
        here = Path(__file__).parent
        paths = os.pathsep.join([str(here), str(here.parents[1])])
        env = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": paths, "LANG": "C.UTF-8", **more}
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, str(told)],
            stdin=child,
            stdout=child,
            stderr=child,
            env=env,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - no thread runs here
        )
        self.child = child
        self.seen = b""

    def read_until(self, wanted: bytes, seconds: float = 10.0) -> None:
        until = time.monotonic() + seconds
        while wanted not in self.seen:
            assert time.monotonic() < until, self.seen[-2000:]
            if select.select([self.master], [], [], 0.1)[0]:
                self.seen += os.read(self.master, 65536)

    def end(self, key: bytes = b"") -> str:
        """Wait for the child, reading what it still writes; press `key` until it has ended."""
        until = time.monotonic() + 10
        while self.process.poll() is None:
            assert time.monotonic() < until
            if key:
                os.write(self.master, key)
            if self.master >= 0 and select.select([self.master], [], [], 0.05)[0]:
                self.seen += os.read(self.master, 65536)
        return self.told.read_text() if self.told.exists() else "nothing"

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for number in (self.master, self.child):
            if number >= 0:
                os.close(number)


def test_x_stops_at_once_and_the_terminal_is_as_it_was(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "told")
    try:
        terminal.read_until(b"Massage the left")
        os.write(terminal.master, b"x")
        terminal.read_until(b"Stopped")
        assert terminal.end(key=b"q") == "6 None"
        assert termios.tcgetattr(terminal.child)[3] == terminal.before[3]
        assert b"\x1b[?1049l" in terminal.seen
    finally:
        terminal.close()


def colours(seen: bytes) -> set[bytes]:
    """Every parameter of the codes for looks that sets a colour, or the terminal's own again."""
    told = [part for found in _COLOURS.findall(seen) for part in re.split(b"[;:]", found)]
    return {part for part in told if part.isdigit() and int(part) >= 30}


def test_under_no_color_a_run_sends_no_colour_and_stop_still_stands_out(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "told", NO_COLOR="1")
    try:
        terminal.read_until(b"Massage the left")
        os.write(terminal.master, b"\x10")
        terminal.read_until(b"hat do you want?")  # the cursor stands on the first letter
        os.write(terminal.master, b"x")
        terminal.read_until(b"Stopped")
        assert terminal.end(key=b"q") == "6 None"
        assert colours(terminal.seen) == set()
        assert re.search(rb"\x1b\[[\d;]*7m[^\x1b]*STOP", terminal.seen)
    finally:
        terminal.close()


def test_under_no_color_home_and_its_pages_send_no_colour(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "told", HOME, NO_COLOR="1")
    try:
        terminal.read_until(b"Where does it hurt?")
        os.write(terminal.master, b",")
        terminal.read_until(b"Kept at once")
        os.write(terminal.master, b"?")
        terminal.read_until(b"Keys of a protocol")
        os.write(terminal.master, b"\x11")
        assert terminal.end() == "0"
        assert colours(terminal.seen) == set()
    finally:
        terminal.close()


def test_with_colours_there_are_some(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "told", HOME, NO_COLOR="")
    try:
        terminal.read_until(b"Where does it hurt?")
        os.write(terminal.master, b"\x11")
        assert terminal.end() == "0"
        assert b"38" in colours(terminal.seen)
    finally:
        terminal.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_the_session_and_gives_the_terminal_back(tmp_path: Path, number: int) -> None:
    terminal = Terminal(tmp_path / "told")
    try:
        terminal.read_until(b"Massage the left")
        terminal.process.send_signal(number)
        assert terminal.end().startswith("130 ")
        assert termios.tcgetattr(terminal.child)[3] == terminal.before[3]
    finally:
        terminal.close()


def test_a_terminal_that_is_closed_ends_the_session(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "told")
    try:
        terminal.read_until(b"Massage the left")
        os.close(terminal.child)
        os.close(terminal.master)
        terminal.master = terminal.child = -1
        assert terminal.end() == "130 the terminal was closed"
    finally:
        terminal.close()


def test_an_output_whose_terminal_is_gone_never_stops_its_writer() -> None:
    master, child = pty.openpty()
    with os.fdopen(child, "w") as file:
        output = LosableOutput(file)
        output.write("seen")
        output.flush()
        assert os.read(master, 100) == b"seen"
        os.close(master)
        writer = WriterThread(output)  # type: ignore[arg-type]
        writer.start()
        for _ in range(100):
            writer.write("nobody reads this" * 1000)
        writer.stop()
        assert output.lost
        with contextlib.suppress(OSError):
            file.close()


class _StuckLoop:
    """Runs, and never comes to what it was given: the loop that waits for a terminal nobody reads."""

    def __init__(self) -> None:
        self.given = False

    def is_running(self) -> bool:
        return True

    def call_later(self, _seconds: float, _call: object) -> None:
        """For the loop itself to do."""
        raise AssertionError("from another thread, or in a signal")

    def call_soon_threadsafe(self, _call: object, *_arguments: object) -> None:
        """Never comes to it."""
        self.given = True


@pytest.mark.parametrize("breaks", [False, True])
def test_a_signal_reaches_the_session_first_though_the_screen_is_stuck(breaks: bool) -> None:
    """What a screen has to do to close would be in the way of the devices."""
    loop, before = _StuckLoop(), []

    class Session(FakeSession):
        def interrupt(self, why: str) -> None:
            super().interrupt(why)
            before.append(loop.given)
            if breaks:
                raise RuntimeError("a broken session")

    app = RunApp(Session(), Mailbox())
    app._own_loop = loop  # type: ignore[assignment]
    with pytest.raises(RuntimeError) if breaks else nullcontext():
        app.leave_at_once("told to end (SIGTERM)")
    assert before == [False]
    assert loop.given
