"""Row 10: the serial link over a pseudo-terminal, beside blocking reads and beside asyncio streams."""

from __future__ import annotations

from importlib.metadata import version

from bench.environments import PeerError, peer
from bench.goals import Goal, Result
from bench.report import Row
from bench.rounds import interleave, work

FLOOR = Goal("rate / rate of os.read and os.write", ">=", 0.5)
PEER = Goal("rate / rate of pyserial-asyncio streams", ">=", 1.5)


def measure() -> Row:
    """Round trips a second, both ends on one core."""
    contestants = {
        "floor": lambda: float(work("pingpong", "floor")["rate"]),
        "unknot": lambda: float(work("pingpong", "unknot")["rate"]),
    }
    versions = [f"pyserial {version('pyserial')}"]
    why = ""
    try:
        loops = peer("loops")
    except PeerError as error:
        why = str(error)
    else:
        name = "pyserial-asyncio"
        contestants[name] = lambda: float(work("pingpong", name, python=loops.python)["rate"])
        versions.append(loops.version(name))
    rounds = interleave(contestants)
    results = (
        Result(FLOOR, rounds.ratios("unknot", "floor")),
        Result(PEER, skipped=why) if why else Result(PEER, rounds.ratios("unknot", "pyserial-asyncio")),
    )
    notes = ", ".join(f"{name} {rounds.middle(name) / 1000:.1f} k/s" for name in contestants)
    return Row(10, "serial link: 22 bytes there and back", results, tuple(versions), (notes,))
