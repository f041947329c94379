"""Row 11: what a frame costs the controller, fifty devices at ten a second, limits and record included."""

from __future__ import annotations

from bench.goals import Goal, Result
from bench.report import Row
from bench.rounds import interleave, work

GOAL = Goal("CPU a frame / add_reader, CRC and a queue", "<=", 3.0)


def measure() -> Row:
    """CPU of the reading process over ten seconds, divided by the frames that it took."""
    contestants = {
        "floor": lambda: float(work("fleet", "floor")["us"]),
        "unknot": lambda: float(work("fleet", "unknot")["us"]),
    }
    rounds = interleave(contestants, warm=0)
    note = ", ".join(f"{name} {rounds.middle(name):.0f} µs" for name in contestants)
    results = (Result(GOAL, rounds.ratios("unknot", "floor")),)
    return Row(11, "CPU a frame, 50 devices on one session", results, (), (note,))
