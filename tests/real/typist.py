"""A person at a real terminal: `unknot` in one of tmux, read as it is shown, every key counted."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import time
from itertools import count
from typing import TYPE_CHECKING

import pytest
from programs import environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PACE_S = 1.5
"""From seeing what is asked to the key: an unhurried hand that knows the page."""
WORDS_PER_S = 4.0
"""How fast somebody reads what is new to them: 240 words a minute."""
LIMIT_S = 30.0
LOOK_S = 0.1
_NUMBERS = count(1)


class Typist:
    """One program, from Enter on its command line. `keys` and `seconds` count from there."""

    def __init__(self, home: Path, *words: str, size: tuple[int, int] = (80, 24)) -> None:
        if shutil.which("tmux") is None:
            pytest.skip("needs tmux, which is the terminal")
        self.keys: list[str] = []
        self._before = ""
        # One server each: a server that was told to go takes sessions still, and takes them with it.
        self._socket, self._code = home / f"tmux-{next(_NUMBERS)}", home / "code"
        self._code.unlink(missing_ok=True)
        program = shlex.join([sys.executable, "-m", "controller", *words])
        run = f"{program}; echo $? > {shlex.quote(str(self._code))}"
        width, height = map(str, size)
        self.began = time.monotonic()
        self._tmux(
            "-f", "/dev/null", "new-session", "-d", "-x", width, "-y", height, run,
            ";", "set", "-g", "status", "off", ";", "set", "-g", "remain-on-exit", "on",
            env=environment(home) | {"LANG": "C.UTF-8"},
        )  # fmt: skip

    def _tmux(self, *words: str, env: dict[str, str] | None = None) -> str:
        found = subprocess.run(
            ["tmux", "-S", str(self._socket), *words], capture_output=True, text=True, env=env,
            timeout=LIMIT_S, check=True,
        )  # fmt: skip
        return found.stdout

    def __enter__(self) -> Typist:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._code.exists():
            self._tmux("send-keys", "C-c")
            self._until(self._code.exists)
        self._tmux("kill-server")

    @property
    def seconds(self) -> float:
        """How long it has been going."""
        return time.monotonic() - self.began

    @property
    def text(self) -> str:
        """What the terminal shows, as words with single spaces."""
        return " ".join(self._tmux("capture-pane", "-p").replace("█", " ").split())

    @property
    def rows(self) -> list[str]:
        """What the terminal shows, row by row."""
        return self._tmux("capture-pane", "-p").rstrip("\n").split("\n")

    @property
    def title(self) -> str:
        """What a program may have called its window."""
        return self._tmux("display-message", "-p", "#{pane_title}").strip()

    def sees(self, *wanted: str) -> str:
        """Wait until one of them is shown; which."""
        found: list[str] = []

        def met() -> bool:
            text = self.text
            found.extend(each for each in wanted if each in text)
            return bool(found)

        assert self._until(met), f"{wanted} never came: {self.text}"
        return found[0]

    def changes(self) -> None:
        """Wait until it shows something else than when the last key was pressed."""
        assert self._until(lambda: self.text != self._before), self._before

    def press(self, *keys: str) -> None:
        """Keys, by their names in tmux, one after another, each a moment after what it answers came."""
        for key in keys:
            self._until(lambda: False, PACE_S)
            self.keys.append(key)
            self._before = self.text
            self._tmux("send-keys", key)

    def ends(self) -> int:
        """Wait for the end; the exit code."""
        assert self._until(lambda: self._code.exists() and bool(self._code.read_text())), self.text
        return int(self._code.read_text())

    def _until(self, met: Callable[[], bool], seconds: float = LIMIT_S) -> bool:
        until = time.monotonic() + seconds
        while not met():
            if time.monotonic() >= until:
                return False
            time.sleep(LOOK_S)
        return True
