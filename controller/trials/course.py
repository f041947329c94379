"""The course of a trial as lines that a person can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from protocols.plan import verb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from controller.trials.world import Sight, World


def told(world: World) -> tuple[str, ...]:
    """Every event, word and fault with its time since the session began."""
    began = next((s.at_ms for s in world.sights if s.event == "session-started"), 0)
    lines = [(at_ms, f'the person says "{do}"') for at_ms, do in world.words]
    for struck in world.struck:
        lines.append((struck.at_ms, f"FAULT: {struck.what} ({struck.role})"))
        if struck.until_ms is not None:
            lines.append((struck.until_ms, f"{struck.what} is over ({struck.role})"))
    lines += [(s.at_ms, line) for s in world.sights for line in _event(world, s)]
    for role in world.devices:
        lines += [(at_ms, f"{role} {what}") for at_ms, what in _hardware(world, role)]
    lines.sort(key=lambda each: each[0])
    return tuple(f"{_clock(at_ms - began)}  {line}" for at_ms, line in lines)


def _clock(ms: int) -> str:
    tenths = max(0, round(ms / 100))
    return f"{tenths // 600:3d}:{tenths // 10 % 60:02d}.{tenths % 10}"


def _hardware(world: World, role: str) -> Iterator[tuple[int, str]]:
    """When the motor or the heater leaves its rest, and comes back to it; a heater's cycling left out."""
    device = world.device(role)
    if device is None:
        return
    driving, since = False, 0
    for at_ms, motor, duty in [*device.trace, (world.now_ms() + 10_000, 0, 0.0)]:
        now = motor != 0 or duty != 0.0
        if driving and since and at_ms - since > 3_000:
            yield since, "rests"
            driving = False
        if now and not driving:
            yield at_ms, "is driven"
            driving = True
        since = 0 if now else since or at_ms


def _event(world: World, sight: Sight) -> Iterator[str]:
    data = sight.data
    match sight.event:
        case "segment-started":
            number = data["segment"]
            assert isinstance(number, int)  # noqa: S101  for the type alone
            segment = world.plan.segment(number)
            place = f" {data['place']}" if data.get("place") else ""
            side = f", {data['side']}" if data.get("side") else ""
            yield f"{number} {verb(segment)}{place}{side} (line {segment.line})"
        case "segment-ended" if data["why"] != "done":
            yield f"{data['segment']} ended: {data['why']}"
        case "question":
            yield f"asks: {str(data['text']).splitlines()[0]}"
        case "answer":
            yield f"answer: {data['value']}"
        case "drive" | "instruct":
            yield from ()
        case "paused" | "resumed" | "device-lost" | "device-found":
            yield f"{sight.event}: {data['why']}"
        case "limit":
            yield f"limit {data['limit']}: {data['measured']} of {data['allowed']}"
        case "session-ended":
            why = f": {data['why']}" if data.get("why") else ""
            yield f"ended {data['outcome']} (exit {data['exit']}){why}"
        case _:
            pass
