"""What a session's record gives to draw: a chart for each device that measured something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.faces.told.curve import Chart
from controller.safety import limits as at
from protocols.plan import Heat, Press

if TYPE_CHECKING:
    from collections.abc import Iterator

    from controller.faces.told.curve import Ink, Point
    from controller.journal import Story
    from controller.safety import Channel
    from protocols.plan import Plan, Segment

HEAT_ROWS, PERCUSSION_ROWS = 12, 8
SKIN, WARM = 32.0, 38.0
"""°C in sight in any case: bare skin, and a pad that is felt; so a quiet line does not fill the chart."""
SILENT_SECONDS = at.HT20_HARD_MS / 1000
"""A line is broken where nothing was heard for longer than a reading may be old (HT20)."""


def charts(told: Story) -> Iterator[tuple[str, Chart, int]]:
    """A title, what to draw, and in how many rows."""
    for role, channel in told.channels.items():
        measured = _measured(told, role)
        if channel.by_hand or not any(value is not None for _, value in measured):
            continue
        lines: tuple[tuple[Ink, tuple[Point, ...]], ...] = (
            ("limit", _limit(told, channel)),
            ("target", _target(told, role)),
            ("measured", measured),
        )
        heat = channel.kind == "heat"
        chart = Chart(
            unit=channel.unit,
            begin=min(0.0, measured[0][0]),
            end=max(told.seconds, measured[-1][0], 1.0),
            lines=tuple((ink, points) for ink, points in lines if points),
            low=SKIN if heat else 0.0,
            high=WARM if heat else channel.low or 1.0,
        )
        what = "temperature" if heat else "strokes a minute"
        yield f"{role}: {what} ({channel.device})", chart, HEAT_ROWS if heat else PERCUSSION_ROWS


def _measured(told: Story, role: str) -> tuple[Point, ...]:
    points: list[Point] = []
    for t, reading in told.readings:
        if reading.role != role:
            continue
        if points and t - points[-1][0] > SILENT_SECONDS:
            points.append((t, None))
        points.append((t, reading.actual))
    return tuple(points)


def _target(told: Story, role: str) -> tuple[Point, ...]:
    """A staircase; at rest there is none."""
    points: list[Point] = []
    before: float | None = None
    for t, hold in told.setpoints:
        if hold.role == role:
            points += [(t, before), (t, before := hold.setpoint or None)]
    return (*points, (told.seconds, before)) if before is not None else tuple(points)


def _limit(told: Story, channel: Channel) -> tuple[Point, ...]:
    """What each place may be given at most, while it is worked."""
    points: list[Point] = []
    for part in told.parts:
        most = _most(part.segment, channel, told.plan)
        if most is not None and part.started is not None:
            ended = told.seconds if part.ended is None else part.ended
            points += [(part.started, most), (ended, most), (ended, None)]
    return tuple(points)


def _most(segment: Segment, channel: Channel, plan: Plan) -> float | None:
    match segment:
        case Heat(role=role) if role == channel.role:
            own = plan.limits.get("HT1", at.HT1_SOFT)
            return min(own, at.HT18_SOFT if at.tender_to_heat(segment.place.name) else at.HT1_SOFT)
        case Press(role=role) if (
            role == channel.role and channel.low is not None and channel.high is not None
        ):
            return channel.low + at.region(segment.place.name).soft * (channel.high - channel.low)
        case _:
            return None
