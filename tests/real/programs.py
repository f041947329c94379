"""Our own programs as processes: `unknot sim` on pseudo-terminals, `unknot run --json` answered on stdin."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ANSWERS = {"ready": "yes", "present": "yes", "rate": 4, "ask": "no"}

Event = dict[str, Any]


def environment(folder: Path) -> dict[str, str]:
    """A home of its own, so that no test meets another's sessions."""
    places = {name: str(folder / name) for name in ("state", "runtime", "config")}
    # A size that is told of another terminal would count for more than that of the program's own.
    inherited = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
    return inherited | {f"UNKNOT_{name.upper()}_DIR": path for name, path in places.items()}


@contextlib.contextmanager
def simulator(folder: Path, *arguments: str) -> Iterator[dict[str, str]]:
    """`unknot sim`; yields the serial link of each kind of device."""
    with simulators(folder, *arguments) as devices:
        yield {each["kind"]: each["link"] for each in devices if each["link"].startswith("serial:")}


@contextlib.contextmanager
def simulators(folder: Path, *arguments: str) -> Iterator[list[dict[str, str]]]:
    """`unknot sim`; yields what it says of its devices."""
    program = [sys.executable, "-m", "controller", "sim", *arguments]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=environment(folder)) as process:
        assert process.stdout is not None
        try:
            devices: list[dict[str, str]] = json.loads(process.stdout.readline())["devices"]
            yield devices
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)


class Run:
    """`unknot run … --json`, its events so far, and its stdin."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.events: list[Event] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "controller", "run", *arguments, "--json"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(folder),
        )

    def __enter__(self) -> Run:
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        if failed is not None:
            print("the last events:", *map(json.dumps, self.events[-20:]), sep="\n")
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=20)

    def tell(self, **command: object) -> None:
        """One command on stdin."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def until(self, met: Callable[[Event], bool], *, answer: bool = True) -> Event:
        """Read on, answering every question, up to the event that is waited for."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            event: Event = json.loads(line)
            self.events.append(event)
            if answer and event["event"] == "question":
                self.tell(do="answer", question=event["question"], value=ANSWERS[event["kind"]])
            if met(event):
                return event
        raise AssertionError(f"it ended before that: {self.events[-3:]}")

    def to_the_end(self) -> Event:
        """`session-ended`, and nothing after it."""
        last = self.until(lambda event: event["event"] == "session-ended")
        assert self.process.stdout is not None
        assert self.process.stdout.read() == ""
        assert self.process.wait(20) == last["exit"]
        return last
