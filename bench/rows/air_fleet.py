"""Row 19: what a reading over Bluetooth costs the controller, fifty devices at ten a second."""

from __future__ import annotations

from importlib.metadata import version

from bench.goals import Goal, Result
from bench.report import Row
from bench.rounds import interleave, work

GOALS = {
    "bumble": Goal("CPU a reading / Bumble's own client and a queue", "<=", 2.5),
    "bleak": Goal("CPU a reading / bleak and a queue", "<=", 2.5),
}


def measure() -> Row:
    """CPU of the process that hears, over ten seconds, divided by the readings that it took."""
    shares: dict[str, float] = {}

    def contestant(name: str) -> float:
        measured = work("air_fleet", name)
        shares[name] = float(measured["share"])
        return float(measured["us"])

    names = (*GOALS, "unknot")
    rounds = interleave({name: lambda name=name: contestant(name) for name in names}, warm=0)  # type: ignore[misc]
    note = ", ".join(f"{name} {rounds.middle(name):.0f} µs ({shares[name]:.1%} of a core)" for name in names)
    peers = tuple(f"{each} {version(each)}" for each in GOALS)
    results = tuple(Result(goal, rounds.ratios("unknot", under)) for under, goal in GOALS.items())
    return Row(19, "CPU a reading, 50 devices by Bluetooth", results, peers, (note,))
