"""A program of another maker that runs `unknot` as a child: stdin, stdout and stderr, nothing else."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Event = dict[str, Any]
ANSWERS: dict[str, object] = {"ready": "yes", "present": "yes", "rate": 4, "ask": "no"}
LIMIT_S = 30.0


def environment(home: Path) -> dict[str, str]:
    """A home of its own, so that no test meets another's sessions."""
    rooms = {f"UNKNOT_{name.upper()}_DIR": str(home / name) for name in ("state", "runtime", "config")}
    return os.environ | rooms | {"PYTHONUNBUFFERED": ""}


def unknot(home: Path, *words: str, timeout: float = LIMIT_S) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    program = [sys.executable, "-m", "controller", *words]
    return subprocess.run(
        program, capture_output=True, text=True, env=environment(home), timeout=timeout,
        check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


class Client:
    """`unknot run FILE --json`; every line is kept with the moment it came."""

    def __init__(self, home: Path, *words: str, answers: dict[str, object] | None = None) -> None:
        self.events: list[Event] = []
        self.moments: list[float] = []
        self.answers = ANSWERS if answers is None else answers
        self.screening = {"C18": "yes"}
        self._changed = threading.Condition()
        self._over = False
        self._errors = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "controller", "run", *words, "--json"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env=environment(home),
        )  # fmt: skip
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)
        self._thread.join(5)
        self.errors()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            event: Event = json.loads(line)
            with self._changed:
                self.events.append(event)
                self.moments.append(time.monotonic())
                self._changed.notify_all()
            if event["event"] == "question" and event["kind"] == "screening" and self.answers:
                self.answer(event, self.screening.get(event["question"], "no"))
            elif event["event"] == "question" and event["kind"] in self.answers:
                self.answer(event, self.answers[event["kind"]])
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def tell(self, **command: object) -> None:
        self.write(json.dumps(command) + "\n")

    def write(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def answer(self, question: Event, value: object) -> None:
        self.tell(do="answer", question=question["question"], value=value)

    def first(self, *names: str) -> Event:
        """The first event of any of those names."""
        limit = time.monotonic() + LIMIT_S
        with self._changed:
            while not (found := self.named(*names)):
                assert self._changed.wait(limit - time.monotonic()), self.events[-5:]
        return found[0]

    def wait(self, name: str, met: Callable[[Event], object] = bool, *, number: int = 1) -> Event:
        """The event of that name, past or to come, that meets it; the `number`th of them."""
        limit = time.monotonic() + LIMIT_S
        with self._changed:
            while True:
                found = [event for event in self.events if event["event"] == name and met(event)]
                if len(found) >= number:
                    return found[number - 1]
                left = limit - time.monotonic()
                assert left > 0, (name, self.events[-5:])
                assert not self._over, (name, self.events[-5:], self.errors())
                self._changed.wait(left)

    def end(self) -> Event:
        """`session-ended`, once, last, with the exit code of the process."""
        last = self.wait("session-ended")
        assert self.process.wait(LIMIT_S) == last["exit"]
        self._thread.join(5)
        assert self.events[-1] is last
        assert self.named("session-ended") == [last]
        return last

    def outcome(self) -> tuple[str, int]:
        last = self.end()
        return last["outcome"], last["exit"]

    def errors(self) -> str:
        """What it said on stderr; it has ended."""
        assert self.process.stderr is not None
        if not self.process.stderr.closed:
            self._errors += self.process.stderr.read()
        return self._errors

    def named(self, *names: str) -> list[Event]:
        return [event for event in self.events if event["event"] in names]

    def at(self, event: Event) -> float:
        """The moment when it came."""
        [number] = [n for n, other in enumerate(self.events) if other is event]
        return self.moments[number]


def press(place: Path, *, lasting: str = "2 s", at: str = "gentle", steps: str = "") -> str:
    """A file with one press on the left hamstrings, and further steps; its path."""
    file = place / "press.yaml"
    file.write_text(
        "unknot: 1\ntitle: One press\nneeds: {gun: percussion}\nsteps:\n"
        f"  - {{press: hamstrings, side: left, with: gun, at: {at}, for: {lasting}, move: along}}\n{steps}",
        encoding="utf-8",
    )
    return str(file)


def warm(place: Path, *, to: str = "36 °C", lasting: str = "3 s", steps: str = "") -> str:
    """A file that warms the left thigh, and further steps; its path."""
    file = place / "warm.yaml"
    file.write_text(
        "unknot: 1\ntitle: One warmth\nneeds: {pad: heat}\nsteps:\n"
        f"  - {{heat: thighs, side: left, to: {to}, for: {lasting}, within: 5 min}}\n{steps}",
        encoding="utf-8",
    )
    return str(file)
