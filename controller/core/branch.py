"""Where a session is in its plan: a branch is a track, a place in it, and what runs there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from protocols.plan import Fork, Until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from protocols.plan import Segment, Track

Phase = Literal["asking", "waiting", "counting"]


@dataclass(slots=True)
class Running:
    """A segment that has begun. Both clocks stand whenever the session's do.

    `asking`: waits for an answer; `waiting`: `waited_ms` counts against `within`, and `late_ms` is what
    a late tick waited beyond it; `counting`: `counted_ms` counts towards what the segment is to last.
    """

    segment: Segment
    phase: Phase
    hold_ms: int | None
    within_ms: int | None = None
    counted_ms: int = 0
    waited_ms: int = 0
    late_ms: int = 0
    order: int = 0

    @property
    def remaining_ms(self) -> int | None:
        """Until this ends by itself; None where only an answer or a reading ends it."""
        if self.phase == "counting" and self.hold_ms is not None:
            return self.hold_ms - self.counted_ms
        if self.phase == "waiting" and self.within_ms is not None:
            return self.within_ms - self.waited_ms
        return None

    def pass_time(self, ms: int) -> int:
        """Let `ms` pass, but never more than remains; what of it counted."""
        remaining = self.remaining_ms
        passed, ms = ms, ms if remaining is None else min(ms, remaining)
        if self.phase == "asking":
            return 0
        if self.phase == "counting":
            self.counted_ms += ms
        else:
            self.waited_ms += ms
            self.late_ms += passed - ms
        return ms


@dataclass(slots=True)
class Branch:
    """A track and how far it has come; `branches` are those of a `together` that it is in."""

    track: Track
    index: int = 0
    running: Running | None = None
    branches: list[Branch] = field(default_factory=list)
    ran_ms: int = 0

    @property
    def run_ms(self) -> int:
        """How long its segments have run by their own clocks; of branches, the longest."""
        return self.ran_ms + max((branch.run_ms for branch in self.branches), default=0)

    def pass_time(self, ms: int) -> None:
        """Let the clock of every running segment run by `ms`."""
        if self.running is not None:
            self.ran_ms += self.running.pass_time(ms)
        for branch in self.branches:
            branch.pass_time(ms)

    @property
    def ended(self) -> bool:
        """Whether nothing is left of it."""
        return self.running is None and not self.branches and self.index >= len(self.track)

    def active(self) -> Iterator[Running]:
        """What runs now, here and in the branches below."""
        if self.running is not None:
            yield self.running
        for branch in self.branches:
            yield from branch.active()

    def move(self, begin: Callable[[int], Running | None], needless: Callable[[Until, Track], bool]) -> None:
        """Begin whatever can begin. `begin` returns None for a segment that is over at once;
        `needless` is asked at the end of a round whether the following items are."""
        while True:
            for branch in self.branches:
                branch.move(begin, needless)
            if all(branch.ended for branch in self.branches):
                self.ran_ms, self.branches = self.run_ms, []
            if self.running is not None or self.branches or self.index >= len(self.track):
                return
            item = self.track[self.index]
            self.index += 1
            if isinstance(item, Fork):
                self.branches = [Branch(track) for track in item.branches]
            elif isinstance(item, Until):
                rounds = self.track[self.index : self.index + item.skips]
                self.index += item.skips if needless(item, rounds) else 0
            else:
                self.running = begin(item)

    def drop(self, running: Running) -> None:
        """Take out a segment that has ended."""
        if self.running is running:
            self.running = None
        for branch in self.branches:
            branch.drop(running)
