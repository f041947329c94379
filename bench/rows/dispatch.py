"""Row 6: what a step costs that asks nothing of a device, beside a checkpoint of bluesky."""

from __future__ import annotations

from bench.environments import PeerError, peer
from bench.goals import Goal, Result
from bench.report import Row
from bench.rounds import interleave, work

PEER = Goal("time of a step / of bluesky's checkpoint", "<=", 1.0)


def measure() -> Row:
    """Microseconds a step, without a record; every run in a process of its own."""
    contestants = {"unknot": lambda: float(work("dispatch", "unknot")["us"])}
    versions: tuple[str, ...] = ()
    why = ""
    try:
        bluesky = peer("bluesky")
    except PeerError as error:
        why = str(error)
    else:
        contestants["bluesky"] = lambda: float(work("dispatch", "bluesky", python=bluesky.python)["us"])
        versions = (bluesky.version("bluesky"),)
    rounds = interleave(contestants)
    result = Result(PEER, skipped=why) if why else Result(PEER, rounds.ratios("unknot", "bluesky"))
    note = ", ".join(f"{name} {rounds.middle(name):.0f} µs" for name in contestants)
    return Row(6, "a step by itself, say or rest of 1 ms", (result,), versions, (note,))
