"""Measuring in turn: every contestant once in each round, so that a busy moment meets them all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

from bench.goals import LEAST_ROUNDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).parent.parent
PYTHON = Path(sys.executable)
PATIENCE = 120
"""Seconds that one measurement may take."""
COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}
"""What is installed is compiled once; so is a checkout, in the round that is not kept."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """What each contestant measured, a value a round."""

    values: Mapping[str, tuple[float, ...]]

    def ratios(self, over: str, under: str) -> tuple[float, ...]:
        """`over` divided by `under`, round by round."""
        return tuple(a / b for a, b in zip(self.values[over], self.values[under], strict=True))

    def middle(self, name: str) -> float:
        """The median of one contestant."""
        return median(self.values[name])


def interleave(
    contestants: Mapping[str, Callable[[], float]], rounds: int = LEAST_ROUNDS, warm: int = 1
) -> Rounds:
    """A B C A B C ...; the first `warm` rounds are not kept."""
    values: dict[str, list[float]] = {name: [] for name in contestants}
    for each in range(warm + rounds):
        for name, measure in contestants.items():
            value = measure()
            if each >= warm:
                values[name].append(value)
    return Rounds({name: tuple(kept) for name, kept in values.items()})


@dataclass(frozen=True, slots=True)
class Child:
    """A process that has ended: `wall` seconds from its start, the most memory it had, in MB."""

    wall: float
    rss: float


def run_child(argv: Sequence[str | Path], env: Mapping[str, str] | None = None) -> Child:
    """Run a command with its output thrown away. Raises RuntimeError where it fails."""
    path = os.fspath(argv[0])
    nowhere = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
    began = perf_counter()
    pid = os.posix_spawn(
        path, [os.fspath(a) for a in argv], {**os.environ, **COMPILED, **(env or {})}, file_actions=nowhere
    )
    _, status, usage = os.wait4(pid, 0)
    wall = perf_counter() - began
    if code := os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"{path} ended with {code}")
    return Child(wall, usage.ru_maxrss / 1024)  # KiB on Linux


def work(
    name: str, *arguments: str, python: Path = PYTHON, env: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Run `bench.work.NAME` in a process of its own; what it printed. Raises RuntimeError."""
    done = subprocess.run(
        [python, "-m", f"bench.work.{name}", *arguments],
        cwd=ROOT, env={**os.environ, **(env or {})}, capture_output=True, text=True,
        timeout=PATIENCE, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"bench.work.{name} ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
