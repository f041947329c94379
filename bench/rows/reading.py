"""Row 4: a file of 450 steps read, compiled and checked, beside YAML that is only read."""

from __future__ import annotations

import tempfile
from importlib.metadata import version
from pathlib import Path
from time import thread_time
from typing import TYPE_CHECKING

import yaml

from bench.goals import Goal, Result
from bench.report import Row
from bench.rounds import interleave
from bench.work.steps import protocol
from controller.faces.cli.checking import checked

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS = 450
ROUNDS = 15
FLOOR = Goal("time / yaml.compose, C loader", "<=", 5.0)
PEER = Goal("time / PyYAML's pure-Python safe_load", "<=", 1.0)


def measure() -> Row:
    """CPU time in this process."""
    text = protocol(STEPS)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "steps.yaml"
        file.write_text(text, encoding="utf-8")
        contestants = {
            "floor": _timed(lambda: yaml.compose(text, Loader=yaml.CSafeLoader)),
            "unknot": _timed(lambda: _check(str(file))),
            "safe_load": _timed(lambda: yaml.safe_load(text)),
        }
        rounds = interleave(contestants, ROUNDS)
    results = (
        Result(FLOOR, rounds.ratios("unknot", "floor")),
        Result(PEER, rounds.ratios("unknot", "safe_load")),
    )
    versions = tuple(f"{name} {version(name)}" for name in ("pyyaml", "pydantic"))
    note = ", ".join(f"{name} {rounds.middle(name) * 1000:.1f} ms" for name in contestants)
    return Row(4, f"read, compile and check {STEPS} steps, in process", results, versions, (note,))


def _check(file: str) -> None:
    found = checked(file, {})
    if not found.ok:
        raise RuntimeError(f"what is measured is not right: {found.text[0]}")


def _timed(work: Callable[[], object]) -> Callable[[], float]:
    def measured() -> float:
        began = thread_time()
        work()
        return thread_time() - began

    return measured
