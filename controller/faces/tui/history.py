"""What the screen has seen of a temperature; the session keeps the whole record, this one is thinned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from controller.snapshot import ChannelView, Snapshot

MOST = 1200
"""Samples kept: more than twice the dots across a wide terminal."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One moment: seconds since the session began, °C measured, °C told (None: nothing)."""

    t: float
    actual: float | None
    setpoint: float | None


class History:
    """Samples of the plotted channel in the order of time. Grows to `MOST`, then halves its grain."""

    def __init__(self) -> None:
        self.samples: list[Sample] = []
        self._grain = 0.0

    def add(self, snapshot: Snapshot) -> None:
        """Keep what `snapshot` says of the plotted channel, where it is new enough."""
        channel = plotted(snapshot)
        if channel is None:
            return
        if self.samples and snapshot.t < self.samples[-1].t:
            self.samples.clear()
        if self.samples and snapshot.t - self.samples[-1].t <= self._grain:
            return
        told = channel.setpoint if channel.setpoint > 0 else None
        self.samples.append(Sample(snapshot.t, channel.actual, told))
        if len(self.samples) > MOST:
            self.samples = self.samples[::2]
            self._grain = self.samples[-1].t / MOST


def plotted(snapshot: Snapshot) -> ChannelView | None:
    """The heat channel that the plot is about: the first that is measured, else the first driven one."""
    heats = [c for c in snapshot.channels if c.kind == "heat" and not c.by_hand]
    measured = [c for c in heats if c.actual is not None]
    return next(iter(measured + heats), None)


def worth_plotting(samples: Sequence[Sample], snapshot: Snapshot) -> bool:
    """Whether there is a temperature to show, or one to come."""
    return plotted(snapshot) is not None and bool(samples or snapshot.ahead)
