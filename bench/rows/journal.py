"""Row 14: how much later ticks come while the record is written, beside the same session unrecorded.

One session after the other, never both at once: what the disk makes one wait for, the other would too.
"""

from __future__ import annotations

from functools import partial

from bench.goals import Goal, Result
from bench.report import Row
from bench.rounds import interleave, work
from bench.rows.ticks import p99

ROUND_S = 8
GOAL = Goal("p99 of lateness / that without a record", "<=", 1.2)


def measure() -> Row:
    """Lateness of the control loop's ticks against their deadlines, at 10 Hz and the real clock."""
    contestants = {name: partial(_lateness, name) for name in ("unrecorded", "unknot")}
    rounds = interleave(contestants, warm=0)
    notes = ", ".join(f"{name} p99 {rounds.middle(name) * 1e6:.0f} µs" for name in contestants)
    result = Result(GOAL, rounds.ratios("unknot", "unrecorded"))
    return Row(14, "tick lateness with the record written", (result,), (), (notes,))


def _lateness(name: str) -> float:
    return p99([arrived - deadline for deadline, arrived in work("ticks", name, str(ROUND_S))["ticks"]])
