"""Row 5: a session of 30 minutes in virtual time, beside the least that such a session can be."""

from __future__ import annotations

import tempfile
from statistics import median
from typing import Any

from bench.environments import PeerError, peer
from bench.goals import Goal, Result
from bench.report import Row
from bench.rounds import interleave, work

FLOOR = Goal("time / time of a bare session, our loop", "<=", 8.0)
PEER = Goal("time / time of a bare session, looptime", "<=", 1.0)


def measure() -> Row:
    """Seconds of each, every run in a process of its own."""
    seen: list[dict[str, Any]] = []

    def unknot() -> float:
        with tempfile.TemporaryDirectory() as folder:
            places = {"UNKNOT_STATE_DIR": folder, "UNKNOT_RUNTIME_DIR": folder}
            seen.append(work("full_session", env=places))
        return float(seen[-1]["seconds"])

    contestants = {"floor": lambda: float(work("bare_session", "unknot")["seconds"]), "unknot": unknot}
    versions: list[str] = []
    why = ""
    try:
        loops = peer("loops")
    except PeerError as error:
        why = str(error)
    else:
        contestants["looptime"] = lambda: float(
            work("bare_session", "looptime", python=loops.python)["seconds"]
        )
        versions.append(loops.version("looptime"))
    rounds = interleave(contestants, warm=0)
    results = (
        Result(FLOOR, rounds.ratios("unknot", "floor")),
        Result(PEER, skipped=why) if why else Result(PEER, rounds.ratios("unknot", "looptime")),
    )
    times = ", ".join(f"{name} {rounds.middle(name) * 1000:.0f} ms" for name in contestants)
    simulated = median(float(each["simulated"]) for each in seen)
    notes = (
        times,
        f"{simulated:.0f} s simulated, {seen[-1]['readings']} readings; the bare session: 36000 messages",
    )
    return Row(5, "a session of 30 min, two devices, virtual time", results, tuple(versions), notes)
