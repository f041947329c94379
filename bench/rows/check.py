"""Row 2: how long `unknot check` takes for a file of 60 steps, beside its floor and beside a peer."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from bench.environments import PLACE, PeerError, peer
from bench.goals import LEAST_ROUNDS, Goal, Result
from bench.report import Row
from bench.rounds import PYTHON, ROOT, Child, Rounds, interleave, run_child
from bench.work.steps import for_opentrons, protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STEPS = 60
# Not imported: a child counts, as its own, the memory that its parent had when it was spawned.
FLOOR_SCRIPT = ROOT / "bench" / "work" / "floor_check.py"
FLOOR = Goal("time / time of its floor", "<=", 1.3)
PEER = Goal("time / time of opentrons analyze", "<=", 1 / 8)


@dataclass(frozen=True, slots=True)
class Checks:
    """The same children, by their wall time and by their memory. `skipped`: why there is no peer."""

    wall: Rounds
    rss: Rounds
    versions: tuple[str, ...]
    skipped: str

    def row(self, number: int, title: str, rounds: Rounds, goals: tuple[Goal, Goal], note: str) -> Row:
        """A row of both goals."""
        floor, other = goals
        beside = (
            Result(other, skipped=self.skipped)
            if self.skipped
            else Result(other, rounds.ratios("unknot", "opentrons"))
        )
        results = (Result(floor, rounds.ratios("unknot", "floor")), beside)
        return Row(number, title, results, self.versions, (note,))


@cache
def checks() -> Checks:
    """All children, once for both rows."""
    with tempfile.TemporaryDirectory() as folder:
        file, script = Path(folder) / "steps.yaml", Path(folder) / "steps.py"
        file.write_text(protocol(STEPS), encoding="utf-8")
        script.write_text(for_opentrons(STEPS), encoding="utf-8")
        commands: dict[str, tuple[Sequence[str | Path], Mapping[str, str]]] = {
            "floor": ((PYTHON, FLOOR_SCRIPT, file), {}),
            "unknot": ((PYTHON.with_name("unknot"), "check", file), {}),
        }
        versions = [f"{name} {version(name)}" for name in ("click", "pyyaml", "pydantic")]
        skipped = ""
        try:
            opentrons = peer("opentrons")
        except PeerError as error:
            skipped = str(error)
        else:
            analyze = (
                opentrons.python,
                "-m",
                "opentrons.cli",
                "analyze",
                f"--json-output={folder}/out",
                script,
            )
            commands["opentrons"] = (analyze, {"HOME": str(PLACE / "home")})
            versions.append(opentrons.version("opentrons"))
        wall, rss = _measured(commands)
    return Checks(wall, rss, tuple(versions), skipped)


def _measured(
    commands: Mapping[str, tuple[Sequence[str | Path], Mapping[str, str]]],
) -> tuple[Rounds, Rounds]:
    seen: dict[str, list[Child]] = defaultdict(list)

    def run(name: str) -> float:
        seen[name].append(run_child(*commands[name]))
        return seen[name][-1].wall

    wall = interleave({name: lambda name=name: run(name) for name in commands})  # type: ignore[misc]
    kept = {name: tuple(child.rss for child in each[-LEAST_ROUNDS:]) for name, each in seen.items()}
    return wall, Rounds(kept)


def measure() -> Row:
    """Wall time from the start of the process to its end."""
    found = checks()
    note = ", ".join(f"{name} {found.wall.middle(name) * 1000:.0f} ms" for name in found.wall.values)
    return found.row(2, f"unknot check, {STEPS} steps, wall time", found.wall, (FLOOR, PEER), note)
