"""What a step costs by itself: many steps that ask nothing of a device, one after the other.

The argument names who takes them: unknot, by its whole control loop without a record, in a loop whose
clock jumps; or bluesky, whose environment has nothing of ours.
"""

from __future__ import annotations

import importlib
import json
import sys
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

STEPS = 2_000
"""As many as a plan may have."""
PROTOCOL = (
    """\
unknot: 1
title: Many steps
steps:
"""
    + STEPS // 2 * "  - say: Breathe.\n  - rest: 0.001 s\n"
)


def _unknot() -> float:
    import asyncio  # noqa: PLC0415  each contestant imports what is its own

    from controller.core import Answer, Said, Session  # noqa: PLC0415
    from controller.runner import Runner  # noqa: PLC0415
    from protocols.language import compile_text  # noqa: PLC0415
    from simulator.loop import virtual_loop  # noqa: PLC0415

    plan = compile_text(PROTOCOL).plan
    if plan is None:
        raise RuntimeError("the steps do not compile")
    begun = 0

    async def run() -> str:
        runner = Runner(Session(plan, {}, "bench"), {}, None)

        def hear(fact: object) -> None:
            nonlocal begun
            if isinstance(fact, Said):
                begun += fact.event == "segment-started"
                if fact.event == "question":
                    answer = Answer(str(fact.data["question"]), "yes")
                    asyncio.get_running_loop().call_soon(runner.take, answer)

        runner.listen(hear, pictures=False)
        return (await runner.run()).outcome

    loop = virtual_loop(None)
    began = perf_counter()
    outcome = loop.run_until_complete(run())
    done = perf_counter() - began
    loop.close()
    if (outcome, begun) != ("completed", STEPS):
        raise RuntimeError(f"{outcome} after {begun} steps")
    return done


def _bluesky() -> float:
    engine = importlib.import_module("bluesky").RunEngine({})
    checkpoint = importlib.import_module("bluesky.plan_stubs").checkpoint

    def plan() -> Iterator[object]:
        for _ in range(STEPS):
            yield from checkpoint()

    began = perf_counter()
    engine(plan())
    return perf_counter() - began


def main() -> None:
    """Run them once; µs a step."""
    seconds = {"unknot": _unknot, "bluesky": _bluesky}[sys.argv[1]]()
    print(json.dumps({"us": seconds / STEPS * 1e6}))


if __name__ == "__main__":
    main()
