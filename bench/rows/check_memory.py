"""Row 3: the most memory that `unknot check` has, of the processes of row 2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.goals import Goal
from bench.rows.check import STEPS, checks

if TYPE_CHECKING:
    from bench.report import Row

FLOOR = Goal("memory / memory of its floor", "<=", 1.3)
PEER = Goal("memory / memory of opentrons analyze", "<=", 1 / 3)


def measure() -> Row:
    """Peak resident memory of the process."""
    found = checks()
    note = ", ".join(f"{name} {found.rss.middle(name):.1f} MB" for name in found.rss.values)
    return found.row(3, f"unknot check, {STEPS} steps, peak memory", found.rss, (FLOOR, PEER), note)
