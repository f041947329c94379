"""A session as one JSON document, and as a table of comma-separated values."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from datetime import UTC
from typing import TYPE_CHECKING

from controller.core import Hold, Reading
from protocols.plan import item_to_json, segment_to_json, verb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from controller.journal import Digest, Part, Story
    from controller.safety import Channel
    from protocols.plan import Plan

SCHEMA, VERSION = "unknot-session", 1
COLUMNS = (
    "t [s]", "kind", "segment", "role", "device", "channel",
    "setpoint [°C]", "actual [°C]", "setpoint [/min]", "actual [/min]", "setpoint [%]", "battery [%]",
)  # fmt: skip
_UNITS = ("°C", "/min", "%")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet would work out instead of showing."""


def document(told: Story) -> dict[str, object]:
    """Everything that is on record of a session; times are seconds since it began."""
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "session": told.id,
        "began": f"{told.began.astimezone(UTC):%FT%TZ}",
        "seconds": told.seconds,
        "outcome": told.outcome,
        "exit": told.exit,
        "why": told.why,
        "simulated": told.simulated,
        "plan": _plan(told.plan),
        "devices": [_device(each) for each in told.channels.values()],
        "tenderness": ratings_to_json(told),
        "segments": [_part(each) for each in told.parts],
        "events": [
            {"t": t, "event": said.event, **{k: v for k, v in said.data.items() if k != "t"}}
            for t, said in told.events
        ],
        "setpoints": [_setpoint(t, hold, told) for t, hold in told.setpoints],
        "readings": [_reading(t, reading, told) for t, reading in told.readings],
    }


def text_of(value: dict[str, object]) -> str:
    """JSON, a line for each item of a list: readable, and small for thousands of readings."""

    def shown(part: object) -> str:
        return json.dumps(part, ensure_ascii=False)

    parts = []
    for key, part in value.items():
        if isinstance(part, list) and part:
            items = ",\n".join(f"    {shown(each)}" for each in part)
            parts.append(f"  {shown(key)}: [\n{items}\n  ]")
        else:
            parts.append(f"  {shown(key)}: {shown(part)}")
    return "{\n" + ",\n".join(parts) + "\n}"


def ratings_to_json(told: Digest) -> list[dict[str, object]]:
    """Each place that was rated."""
    return [
        {"place": place.name, "side": place.side, "ratings": list(values)} for place, values in told.ratings
    ]


def _plan(plan: Plan) -> dict[str, object]:
    return {
        "sha256": plan.sha256,
        "title": plan.title,
        "roles": dict(plan.roles),
        "options": dict(plan.options),
        "limits": dict(plan.limits),
        "segments": [segment_to_json(each) for each in plan.segments],
        "track": [item_to_json(each) for each in plan.track],
    }


def _device(channel: Channel) -> dict[str, object]:
    return asdict(channel) | {"by_hand": channel.by_hand, "unit": channel.unit}


def _part(part: Part) -> dict[str, object]:
    took = None if part.started is None or part.ended is None else round(part.ended - part.started, 3)
    return {
        "segment": part.segment.number,
        "verb": verb(part.segment),
        "started": part.started,
        "ended": part.ended,
        "seconds": took,
        "why": part.why,
    }


def _setpoint(t: float, hold: Hold, told: Story) -> dict[str, object]:
    return {"t": t, "role": hold.role, "setpoint": hold.setpoint, "unit": told.channels[hold.role].unit}


def _reading(t: float, reading: Reading, told: Story) -> dict[str, object]:
    return {"t": t, **asdict(reading), "unit": told.channels[reading.role].unit}


def table(told: Story) -> str:
    """RFC 4180: a header, then a row for each setpoint and each reading, in the order of time."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(_rows(told))
    return out.getvalue()


def _rows(told: Story) -> Iterator[list[object]]:
    running = Running(told)
    for t, each in told.samples:
        channel = told.channels[each.role]
        actual = each.actual if isinstance(each, Reading) else None
        battery = each.battery if isinstance(each, Reading) else None
        here = [(each.setpoint, actual) if unit == channel.unit else (None, None) for unit in _UNITS]
        yield [
            t,
            "reading" if isinstance(each, Reading) else "setpoint",
            running.at(t, each.role),
            defused(each.role),
            defused(channel.device),
            channel.kind,
            *here[0],
            *here[1],
            here[2][0],
            battery,
        ]


class Running:
    """Which segment runs, asked in the order of time: the role's own, else the one that began last."""

    def __init__(self, told: Story) -> None:
        begun = [part for part in told.parts if part.started is not None]
        self._ahead = sorted(begun, key=lambda part: (part.started or 0.0, part.segment.number), reverse=True)
        self._now: list[Part] = []

    def at(self, t: float, role: str) -> int | None:
        """The segment's number; None: none runs."""
        while self._ahead and (self._ahead[-1].started or 0.0) <= t:
            self._now.append(self._ahead.pop())
        self._now = [part for part in self._now if part.ended is None or part.ended > t]
        own = [part for part in self._now if getattr(part.segment, "role", None) == role]
        return (own or self._now)[-1].segment.number if self._now else None


def defused(text: str) -> str:
    """`text` as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
