"""Row 7: how late the control loop's ticks come in real time, beside bare asyncio.sleep.

Two processes at once, half a period apart, so that their ticks take turns: one of the floor, one of
unknot, and so on. A round is 8 seconds of both.
"""

from __future__ import annotations

import json
import subprocess
from itertools import pairwise
from statistics import median, quantiles
from typing import TYPE_CHECKING

from bench.goals import LEAST_ROUNDS, Goal, Result
from bench.report import Row
from bench.rounds import PATIENCE, PYTHON, ROOT

if TYPE_CHECKING:
    from pathlib import Path

ROUND_S = 8
MIDDLE = Goal("median lateness / that of asyncio.sleep", "<=", 1.3)
WORST = Goal("p99 of lateness / that of asyncio.sleep", "<=", 2.0)
EARLY = Goal("earliest tick, µs after its deadline", ">=", 0.0, every=True)

Ticks = list[tuple[float, float]]


def measure() -> Row:
    """Lateness of each tick against its deadline."""
    unknot, floor = (lateness(ticks) for ticks in _both(LEAST_ROUNDS * ROUND_S))
    results = (
        Result(MIDDLE, tuple(median(u) / median(f) for u, f in zip(unknot, floor, strict=True))),
        Result(WORST, tuple(p99(u) / p99(f) for u, f in zip(unknot, floor, strict=True))),
        Result(EARLY, tuple(min(u) * 1e6 for u in unknot)),
    )
    named = (("floor", floor), ("unknot", unknot))
    notes = tuple(
        f"{name}: median {median(map(median, each)) * 1e6:.0f} µs, "
        f"p99 {median(map(p99, each)) * 1e6:.0f} µs, worst {max(map(max, each)) * 1e3:.1f} ms"
        for name, each in named
    )
    return Row(7, "tick lateness at 10 Hz, real clock, idle", results, (), notes)


def lateness(ticks: Ticks) -> list[list[float]]:
    """Seconds from deadline to arrival, in as many equal rounds as a run has."""
    late = [arrived - deadline for deadline, arrived in ticks]
    bounds = [len(late) * n // LEAST_ROUNDS for n in range(LEAST_ROUNDS + 1)]
    return [late[a:b] for a, b in pairwise(bounds)]


def p99(values: list[float]) -> float:
    """The 99th percentile."""
    return quantiles(values, n=100, method="inclusive")[-1]


def _both(seconds: int) -> tuple[Ticks, Ticks]:
    def start(name: str, given: int | None) -> subprocess.Popen[str]:
        argv: list[str | Path] = [PYTHON, "-m", "bench.work.ticks", name, str(seconds)]
        return subprocess.Popen(argv, cwd=ROOT, stdin=given, stdout=subprocess.PIPE, text=True)

    with start("unknot", subprocess.DEVNULL) as unknot, start("floor", subprocess.PIPE) as floor:
        if unknot.stdout is None or floor.stdin is None:
            raise RuntimeError("no pipes")
        try:
            first = unknot.stdout.readline()
            floor.stdin.write(first)
            floor.stdin.flush()
            said = [process.communicate(timeout=seconds + PATIENCE)[0] for process in (unknot, floor)]
        finally:
            unknot.kill()
            floor.kill()
    if unknot.returncode or floor.returncode:
        raise RuntimeError("bench.work.ticks failed")
    found = [json.loads(text.splitlines()[-1])["ticks"] for text in said]
    return found[0], found[1]
