"""Row 1: how long `unknot --help` takes, beside an empty Python and beside a peer."""

from __future__ import annotations

import platform
from importlib.metadata import version

from bench.environments import PLACE, PeerError, bare_python, peer
from bench.goals import Goal, Result
from bench.report import Row
from bench.rounds import PYTHON, interleave, run_child

FLOOR = Goal("/ python -c pass", "<=", 5.0)
PEER = Goal("/ opentrons_simulate --help", "<=", 1 / 25)


def measure() -> Row:
    """Wall time from the start of the process to its end."""
    python, unknot = bare_python(), PYTHON.with_name("unknot")
    contestants = {
        "floor": lambda: run_child([python, "-c", "pass"]).wall,
        "unknot": lambda: run_child([unknot, "--help"]).wall,
    }
    versions = [f"python {platform.python_version()}", f"click {version('click')}"]
    why = ""
    try:
        opentrons = peer("opentrons")
    except PeerError as error:
        why = str(error)
    else:
        program, home = opentrons.program("opentrons_simulate"), str(PLACE / "home")
        contestants["peer"] = lambda: run_child([program, "--help"], {"HOME": home}).wall
        versions.append(opentrons.version("opentrons"))
    rounds = interleave(contestants)
    results = (
        Result(FLOOR, rounds.ratios("unknot", "floor")),
        Result(PEER, skipped=why) if why else Result(PEER, rounds.ratios("unknot", "peer")),
    )
    notes = ", ".join(f"{name} {rounds.middle(name) * 1000:.1f} ms" for name in contestants)
    return Row(1, "unknot --help, wall time", results, tuple(versions), (notes,))
