"""Row 8: from the stop key, or a signal, to the frame that puts a device to rest, its plot on the screen."""

from __future__ import annotations

import os
from importlib.metadata import version
from random import Random
from statistics import median
from typing import TYPE_CHECKING

from bench.environments import PeerError, peer
from bench.goals import LEAST_ROUNDS, Goal, Result
from bench.report import Row
from bench.rounds import Rounds, interleave, work
from bench.work import stops

if TYPE_CHECKING:
    from collections.abc import Sequence

KEYS, SIGNALS = 12, 4
"""In a round; so there are more than a hundred stops by key."""
FRAME = 0.25
"""A stop comes at any moment of a frame, and as many at each in every run."""
KEY = Goal("key to frame / bare Textual's key to handler", "<=", 5.0)
SIGNAL = Goal("SIGTERM to frame / aiomqtt, QoS 1, and back", "<=", 3.0)
SOON = Goal("ms that 95 of 100 stops by key keep within", "<=", 50.0, rounds=1)


def measure() -> Row:
    """Each stop is a program of its own; every round has bare keys and round trips as well."""
    stopped: list[float] = []
    moments = Random(8)

    def late(count: int) -> list[float]:
        return [moments.random() * FRAME for _ in range(count)]

    def by_key() -> float:
        found = [stops.stop(stops.key, moment) for moment in late(KEYS)]
        stopped.extend(found)
        return median(found)

    contestants = {
        "Textual": lambda: median(stops.bare_keys(late(KEYS))),
        "key": by_key,
        "SIGTERM": lambda: median(stops.stop(stops.terminate, moment) for moment in late(SIGNALS)),
    }
    versions, why = [f"textual {version('textual')}"], ""
    try:
        mqtt = peer("mqtt")
    except PeerError as error:
        why = str(error)
    else:
        contestants["aiomqtt"] = lambda: float(work("mqtt_trip", python=mqtt.python)["us"]) / 1e6
        versions += [mqtt.version("aiomqtt"), mqtt.version("amqtt")]
    all_cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, stops.cores()[1])
    try:
        rounds = interleave(contestants, warm=0)
    finally:
        os.sched_setaffinity(0, all_cores)
    return _row(rounds, stopped, tuple(versions), why)


def _row(rounds: Rounds, stopped: Sequence[float], versions: tuple[str, ...], why: str) -> Row:
    ranked = sorted(stopped)
    soon = ranked[len(ranked) * 95 // 100] * 1000
    results = (
        Result(KEY, rounds.ratios("key", "Textual")),
        Result(SIGNAL, skipped=why) if why else Result(SIGNAL, rounds.ratios("SIGTERM", "aiomqtt")),
        Result(SOON, (soon,)),
    )
    times = ", ".join(f"{name} {rounds.middle(name) * 1000:.2f} ms" for name in rounds.values)
    worst = f"{len(ranked)} stops by key in {LEAST_ROUNDS} rounds, the worst {ranked[-1] * 1000:.1f} ms"
    return Row(8, "stop to the frame of rest, plot drawn", results, versions, (times, worst))
