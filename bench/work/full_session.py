"""A session of 30 minutes as `unknot run --json --sim --speed max` has it, with its record."""

from __future__ import annotations

import importlib
import json
import math
from time import perf_counter

from bench.work.plan import answers, plan
from controller.api import Session, Setup
from controller.core import Said


def main() -> None:
    """Run it once, in a state folder that the environment names."""
    for module in ("simulator.bench", "simulator.loop"):
        importlib.import_module(module)  # not what is measured
    session = Session(Setup(plan=plan(), sim=True, speed=math.inf, answers=answers()))
    readings, last = 0, 0.0

    def count(fact: object) -> None:
        nonlocal readings, last
        if isinstance(fact, Said):
            readings += fact.event == "reading"
            last = max(last, float(str(fact.data["t"])))

    session.subscribe(count, pictures=False)
    began = perf_counter()
    ended = session.run_here()
    seconds = perf_counter() - began
    if ended.outcome != "completed":
        raise RuntimeError(f"the session {ended.outcome}: {ended.why}")
    print(json.dumps({"seconds": seconds, "readings": readings, "simulated": last}))


if __name__ == "__main__":
    main()
