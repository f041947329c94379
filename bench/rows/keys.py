"""Row 20: what it costs a person to begin: keys and seconds from the command line to the first ready.

The scenarios are those of the tests, at a terminal of tmux: they count, and say what they counted.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass

from bench.goals import Goal, Result
from bench.report import Row
from bench.rounds import PYTHON, ROOT

PATIENCE = 600
TOLD = re.compile(r"^\.*(?P<what>.+): (?P<keys>\d+) keys, (?P<seconds>[\d.]+) s(?: \(.*\))?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to begin: the test that goes it, what the test calls it, and the most that it may cost."""

    test: str
    told: str
    keys: int
    seconds: float


HOME, RUN = "tests/real/test_home_keys.py::", "tests/real/test_keys_and_seconds.py::"
WAYS = {
    "unknot, by hand": Way(
        f"{HOME}test_a_returning_person_is_ready_by_hand_in_five_keys",
        "from Home, returning, by hand, another day", 5, 20,
    ),
    "unknot, two known devices": Way(
        f"{HOME}test_with_known_devices_it_is_six_keys", "from Home, returning, with two known devices", 6, 20
    ),
    "unknot run, a device": Way(
        f"{RUN}test_a_returning_person_with_a_device_is_ready_in_six_keys_and_twenty_seconds",
        "returning, with a device, another day, to the first ready", 6, 20,
    ),
    "somebody new": Way(
        f"{RUN}test_somebody_new_is_ready_within_three_minutes_long_form_and_all", "new, added and ready",
        12, 180,
    ),
}  # fmt: skip


def measure() -> Row:
    """Counted once each: the hand keeps its pace, so that a count settles it."""
    said = _scenarios()
    found = counted(said)
    results = [result for name, way in WAYS.items() for result in _results(name, way, found, said)]
    note = "a key comes 1.5 s after what it answers; what is new is read at 240 words a minute"
    return Row(20, "from the command line to the first ready", tuple(results), (), (note,))


def counted(said: str) -> dict[str, tuple[int, float]]:
    """Keys and seconds of each way that the tests went."""
    return {each["what"]: (int(each["keys"]), float(each["seconds"])) for each in TOLD.finditer(said)}


def _results(name: str, way: Way, found: dict[str, tuple[int, float]], said: str) -> tuple[Result, Result]:
    keys = Goal(f"keys: {name}", "<=", way.keys, rounds=1)
    seconds = Goal(f"seconds: {name}", "<=", way.seconds, rounds=1)
    if way.told not in found:
        why = (said.strip().splitlines() or ["the tests said nothing"])[-1]
        return Result(keys, skipped=why), Result(seconds, skipped=why)
    return Result(keys, (found[way.told][0],)), Result(seconds, (found[way.told][1],))


def _scenarios() -> str:
    tests = [way.test for way in WAYS.values()]
    done = subprocess.run(
        [PYTHON, "-m", "pytest", "-q", "-s", "-m", "slow", *tests],
        cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    return done.stdout
