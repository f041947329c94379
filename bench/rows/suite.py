"""Row 18: how much session time the test suite goes through in a second of real time.

Sessions that the suite runs in virtual time are timed where it runs them (`bench.suite_sessions`).
"""

from __future__ import annotations

import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path

from bench.goals import LEAST_ROUNDS, Goal, Result
from bench.report import Row
from bench.rounds import PATIENCE, PYTHON, ROOT, work

GOAL = Goal("simulated minutes / real second", ">=", 20.0)
TESTS = ("tests/trials/test_trials_mistakes.py",)
"""Where most of the suite's sessions are that no tracer slows, each with all its trials."""

Times = list[tuple[float, float]]


def measure() -> Row:
    """Minutes of session time for each second, over sessions dealt out to as many rounds as others have."""
    bare = work("bare_session", "unknot")
    floor = f"the bare session of row 5: {bare['simulated'] / bare['seconds'] / 60:.0f}"
    try:
        times = _sessions()
    except RuntimeError as error:
        return _row(Result(GOAL, skipped=str(error)), floor)
    simulated, real = (sum(column) for column in zip(*times, strict=True))
    note = f"{len(times)} sessions of {simulated / 60:.0f} min in {real:.1f} s of CPU; {floor}"
    return _row(Result(GOAL, rates(times)), note)


def rates(times: Times) -> tuple[float, ...]:
    """Simulated minutes a second, in each round."""
    dealt = [times[n::LEAST_ROUNDS] for n in range(LEAST_ROUNDS)]
    return tuple(sum(s for s, _ in each) / 60 / sum(r for _, r in each) for each in dealt)


def _row(result: Result, note: str) -> Row:
    return Row(18, "the test suite's sessions", (result,), (f"pytest {version('pytest')}",), (note,))


def _sessions() -> Times:
    """Simulated and real seconds of each. Raises RuntimeError where the suite fails or has too few."""
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "sessions"
        into.touch()
        options = (
            "-q",
            "-p",
            "bench.suite_sessions",
            "--sessions",
            into,
            "-m",
            "not slow and not soak and not long",
        )
        done = subprocess.run(
            [PYTHON, "-m", "pytest", *options, *TESTS],
            cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"the tests fail: {done.stdout.strip().splitlines()[-1:]}")
        lines = into.read_text(encoding="utf-8").splitlines()
    if len(lines) < LEAST_ROUNDS:
        raise RuntimeError(f"{len(lines)} sessions, {LEAST_ROUNDS} at least")
    pairs = (line.split() for line in lines)
    return [(float(simulated), float(real)) for simulated, real in pairs]
