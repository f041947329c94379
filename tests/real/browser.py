"""A real Chromium without a window, driven over its DevTools pipe; what its pages show, read as a terminal.

What is drawn is pixels; what they are drawn from are the frames that come over the page's WebSocket, which
Chromium tells of. A terminal emulator of its own makes lines of them.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import zlib
from itertools import count
from typing import TYPE_CHECKING, Any

import pyte
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LIMIT_S = 20.0
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
SIZE = (900, 520)
"""Pixels of a page: about 90 by 24 characters."""
KEYS = {
    "Enter": ("Enter", 13, "\r"), "Escape": ("Escape", 27, ""), "Down": ("ArrowDown", 40, ""),
}  # fmt: skip
CONTROL = 2
_PIPES = """import os, sys
commands, answers, *words = sys.argv[1:]
os.dup2(int(commands), 3), os.dup2(int(answers), 4)
os.execvp(words[0], words)"""
"""Chromium reads its commands from 3 and answers on 4."""

Told = dict[str, Any]


def program() -> str:
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    if found is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    return found


class Browser:
    """One Chromium with a profile of its own."""

    def __init__(self, folder: Path) -> None:
        commands, ours = os.pipe()
        theirs, answers = os.pipe()
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        self.process = subprocess.Popen(
            [
                sys.executable, "-c", _PIPES, str(commands), str(answers), program(), "--headless=new", *root,
                "--remote-debugging-pipe", "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage",
                f"--user-data-dir={folder / 'chromium'}", f"--window-size={SIZE[0]},{SIZE[1]}", "about:blank",
            ],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            pass_fds=(commands, answers), start_new_session=True, env=os.environ | {"HOME": str(folder)},
        )  # fmt: skip
        os.close(commands)
        os.close(answers)
        self._out, self._in = ours, theirs
        self._numbers = count(1)
        self._changed = threading.Condition()
        self._answers: dict[int, Told] = {}
        self.pages: dict[str, Page] = {}
        self._gone = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        self._reader.join(10)
        os.close(self._out)

    def open(self, address: str) -> Page:
        """A page, once it is there."""
        target = self.ask("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self.ask("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        page = Page(self, target, session)
        self.pages[session] = page
        for name in ("Page", "Network", "Runtime", "Log"):
            page.ask(f"{name}.enable")
        page.go(address)
        return page

    def ask(self, method: str, told: Told | None = None, session: str | None = None) -> Told:
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": told or {}}
        message |= {"sessionId": session} if session else {}
        os.write(self._out, json.dumps(message).encode() + b"\0")
        self.until(lambda: number in self._answers, method)
        answer = self._answers.pop(number)
        assert "error" not in answer, (method, answer)
        found: Told = answer["result"]
        return found

    def until(self, met: Callable[[], object], what: str) -> None:
        """Wait for it; looks again whenever the browser says something, and now and then."""
        limit = time.monotonic() + LIMIT_S
        with self._changed:
            while not met():
                assert not self._gone, f"the browser has gone, waiting for {what}"
                assert time.monotonic() < limit, (what, [page.text for page in self.pages.values()])
                self._changed.wait(0.2)

    def _read(self) -> None:
        rest = b""
        while data := os.read(self._in, 1 << 20):
            *messages, rest = (rest + data).split(b"\0")
            with self._changed:
                for message in messages:
                    self._take(json.loads(message))
                self._changed.notify_all()
        os.close(self._in)
        with self._changed:
            self._gone = True
            self._changed.notify_all()

    def _take(self, message: Told) -> None:
        if "id" in message:
            self._answers[message["id"]] = message
        elif message.get("sessionId") in self.pages:
            self.pages[message["sessionId"]].hear(message["method"], message["params"])


class Page:
    """One page, and the terminal in it."""

    def __init__(self, browser: Browser, target: str, session: str) -> None:
        self._browser, self._target, self._session = browser, target, session
        self.addresses: list[str] = []
        self.complaints: list[str] = []
        self._before = ""
        self._screen = pyte.Screen(200, 60)
        self._stream = pyte.ByteStream(self._screen)

    def ask(self, method: str, **told: Any) -> Told:
        return self._browser.ask(method, told, self._session)

    def hear(self, method: str, told: Told) -> None:
        if method == "Network.webSocketFrameReceived" and told["response"]["opcode"] == 2:
            self._stream.feed(base64.b64decode(told["response"]["payloadData"]))
        elif method == "Network.webSocketFrameSent":
            self._resize(told["response"]["payloadData"])
        elif method == "Network.webSocketCreated":
            self._screen.reset()
        elif method == "Network.requestWillBeSent":
            self.addresses.append(told["request"]["url"])
        elif method == "Log.entryAdded" and told["entry"]["level"] == "error":
            self.complaints.append(told["entry"]["text"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(told["exceptionDetails"])[:400])

    def _resize(self, payload: str) -> None:
        kind, *told = json.loads(payload)
        if kind == "resize":
            self._screen.resize(told[0]["height"], told[0]["width"])

    # What is there

    @property
    def rows(self) -> list[str]:
        """The terminal, row by row."""
        return [row.rstrip() for row in self._screen.display]

    @property
    def text(self) -> str:
        """The terminal as words with single spaces."""
        return " ".join(" ".join(self.rows).split())

    @property
    def size(self) -> tuple[int, int]:
        return self._screen.columns, self._screen.lines

    def sees(self, *wanted: str) -> None:
        """Wait until all of that is shown."""
        self._browser.until(lambda: all(each in self.text for each in wanted), " and ".join(wanted))

    def changes(self) -> None:
        """Wait until it shows something else than before the last key."""
        self._browser.until(lambda: self.text != self._before, "a change")

    def says(self, wanted: str) -> None:
        """Wait until the page itself, beside its terminal, says that."""
        self._browser.until(lambda: wanted in (self.evaluate("document.body?.innerText") or ""), wanted)

    def evaluate(self, script: str) -> Any:
        return self.ask("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def colours(self) -> int:
        """How many there are in a picture of the page; one: nothing is drawn."""
        picture = base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"])
        return len(set(_pixels(picture)))

    # What a person does

    def go(self, address: str) -> None:
        self._screen.reset()
        self.ask("Page.navigate", url=address)

    def reload(self) -> None:
        self._screen.reset()
        self.ask("Page.reload")

    def close(self) -> None:
        self._browser.ask("Target.closeTarget", {"targetId": self._target})
        self._browser.pages.pop(self._session, None)

    def resize(self, width: int, height: int) -> None:
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def press(self, *keys: str, control: bool = False) -> None:
        """Keys, as a keyboard gives them: a letter, or a name of `KEYS`."""
        for key in keys:
            self._before = self.text
            plain = (key, ord(key[0].upper()), "" if control else key)
            name, code, text = KEYS.get(key, plain)
            told = {"key": name, "windowsVirtualKeyCode": code, "modifiers": CONTROL if control else 0}
            self.ask("Input.dispatchKeyEvent", type="keyDown", text=text, **told)
            self.ask("Input.dispatchKeyEvent", type="keyUp", **told)

    def click(self, word: str) -> None:
        """The mouse, on a word of the terminal."""
        row = next(n for n, line in enumerate(self.rows) if word in line)
        column = self.rows[row].index(word) + len(word) // 2
        box = json.loads(
            self.evaluate("JSON.stringify(document.querySelector('.xterm-screen').getBoundingClientRect())")
        )
        width, height = self.size
        where = {
            "x": box["x"] + (column + 0.5) * box["width"] / width,
            "y": box["y"] + (row + 0.5) * box["height"] / height,
            "button": "left",
            "clickCount": 1,
        }
        self.ask("Input.dispatchMouseEvent", type="mousePressed", **where)
        self.ask("Input.dispatchMouseEvent", type="mouseReleased", **where)


def _pixels(picture: bytes) -> list[bytes]:
    """Each row of a PNG, by its own bytes; rows that are alike in all are alike here."""
    data, at, width, depth = b"", 8, 0, 3
    while at < len(picture):
        length, kind = int.from_bytes(picture[at : at + 4]), picture[at + 4 : at + 8]
        part = picture[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, depth = int.from_bytes(part[:4]), 4 if part[9] == 6 else 3
        data += part if kind == b"IDAT" else b""
        at += 12 + length
    plain, line = zlib.decompress(data), width * depth + 1
    return [plain[n : n + line] for n in range(0, len(plain), line)]
