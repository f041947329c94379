"""What a session is set up from, as text, for the process that keeps it."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from controller.api import Setup
from controller.journal.encoding import decode, encode
from controller.known import KnownError, from_json, to_json
from protocols import Plan

AS_FAST_AS_IT_GOES = "max"
"""JSON has no infinity."""
_PLAIN = ("by_hand", "sim", "demo", "person", "fit", "source")


class OrderError(ValueError):
    """What cannot be carried to another process, or is no order."""


def order(setup: Setup) -> str:
    """`setup` as one line. Raises OrderError: what answers or hears of it here cannot go along."""
    if setup.answers is not None or setup.lowered is not None:
        raise OrderError("answers from a file stay where they are read")
    speed = setup.speed
    return json.dumps(
        {
            "plan": encode(setup.plan),
            "use": dict(setup.use),
            "known": {role: to_json(device) for role, device in setup.known.items()},
            "bench": None if setup.bench is None else str(setup.bench.absolute()),
            "speed": AS_FAST_AS_IT_GOES if speed is not None and math.isinf(speed) else speed,
            **{name: getattr(setup, name) for name in _PLAIN},
        }
    )


def ordered(text: str) -> Setup:
    """The setup that `order` told. Raises OrderError for anything else."""
    try:
        told: dict[str, Any] = json.loads(text)
        plan = decode(told["plan"])
        if not isinstance(plan, Plan):
            raise OrderError("an order has a plan")
        return Setup(
            plan=plan,
            use={str(role): str(link) for role, link in told["use"].items()},
            known={str(role): from_json(device) for role, device in told["known"].items()},
            bench=None if told["bench"] is None else Path(told["bench"]),
            speed=_speed(told["speed"]),
            **{name: told[name] for name in _PLAIN},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, KnownError) as error:
        raise OrderError(f"no order: {error!r}") from error


def _speed(told: object) -> float | None:
    if told is None:
        return None
    speed = math.inf if told == AS_FAST_AS_IT_GOES else float(str(told))
    if not speed > 0:
        raise OrderError(f"{told} is no speed")
    return speed
