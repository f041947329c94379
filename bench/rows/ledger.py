"""Row 15: a statement of the ledger until it is durable, beside a bare write with fdatasync as long."""

from __future__ import annotations

import os
import tempfile
from functools import partial
from pathlib import Path
from time import perf_counter, sleep
from typing import TYPE_CHECKING

from bench.goals import LEAST_ROUNDS, Goal, Result
from bench.report import Row
from bench.rounds import Rounds
from bench.rows.ticks import p99
from controller.ledger import LedgerWriter
from controller.safety.standing import Given, Had

if TYPE_CHECKING:
    from collections.abc import Callable

COMMITS = 200
"""In a round; they take turns, one of each, so that a busy moment of the disk meets both."""
GOAL = Goal("p99 / p99 of a bare write and fdatasync", "<=", 3.0)


def measure() -> Row:
    """From the control loop's word to the answer, the writer's thread included."""
    with tempfile.TemporaryDirectory() as folder:
        values: dict[str, list[float]] = {"floor": [], "unknot": []}
        with LedgerWriter.open(Path(folder) / "ledger") as writer:
            path = Path(folder) / "ledger" / "ledger.jsonl"
            writer.ahead(0, _given(0)).result()
            before = path.stat().st_size
            writer.ahead(0, _given(0)).result()
            line = b"x" * (path.stat().st_size - before)
            descriptor = os.open(Path(folder) / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            for _ in range(LEAST_ROUNDS):
                for name, found in _round(writer, path.with_name("anchor.json"), descriptor, line).items():
                    values[name].append(p99(found))
            os.close(descriptor)
    rounds = Rounds({name: tuple(each) for name, each in values.items()})
    notes = ", ".join(f"{name} p99 {rounds.middle(name) * 1e6:.0f} µs" for name in values)
    result = Result(GOAL, rounds.ratios("unknot", "floor"))
    return Row(15, f"a statement of {len(line)} bytes made durable", (result,), (), (notes,))


def _round(writer: LedgerWriter, anchor: Path, descriptor: int, line: bytes) -> dict[str, list[float]]:
    def bare() -> None:
        os.write(descriptor, line)
        os.fdatasync(descriptor)

    found: dict[str, list[float]] = {"floor": [], "unknot": []}
    for number in range(COMMITS):
        found["floor"].append(_timed(bare))
        old = anchor.stat().st_ino
        found["unknot"].append(_timed(partial(_commit, writer, _given(number))))
        while anchor.stat().st_ino == old:  # placed after the answer: the floor's next turn waits for it
            if writer.failure is not None:
                raise RuntimeError(writer.failure)
            sleep(0.0002)
    return found


def _commit(writer: LedgerWriter, given: Given) -> None:
    writer.ahead(0, given).result()


def _timed(work: Callable[[], None]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _given(number: int) -> Given:
    """A session with heat on two areas and percussion on four, as the half hour of row 5 has them."""
    heat = Had(heat_rows_ms=(1_560_000, 0, 0, 0), dose=0.1234, heat_end_s=1e5 + number)
    worked = Had(percussion_ms=120_000, percussion_end_s=1e5 + number)
    sites = {("upper back", side): heat for side in ("left", "right")}
    sites |= {(area, side): worked for area in ("thighs", "glutes") for side in ("left", "right")}
    return Given(
        session="20260101-120000-abcd",
        began_s=1e5,
        ended_s=1e5 + 1800,
        sites=sites,
        heat_ms=1_560_000,
        heat_driven_ms=1_700_000,
        percussion_ms=480_000,
        settled=False,
    )
