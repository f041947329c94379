"""What a session's record tells: its course, with times in seconds since it began.

A time below 0 was before the session began: while it was confirmed. Where it never began, times
count from its first step. All of it is read from the record alone; nothing is decided again.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, cast

from controller.core import Hold, Reading, Said, words
from controller.journal.errors import JournalError
from controller.journal.reading import entries_saying, span_ms, telling_entries
from controller.safety import Channel
from protocols.plan import Plan, Rate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from controller.journal.reading import Entry, Kept
    from protocols.plan import Place, Segment

Ratings = tuple[tuple["Place", tuple[float, ...]], ...]
"""Each place that was rated, with its tenderness in the order of time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A session in short. `opened` is when its devices were, `began` when it had been confirmed;
    `seconds` is how long it took from there. `outcome` is None where it never came to its end. `source`
    is the file or the shipped protocol that its plan is of; empty: not on record."""

    id: str
    opened: datetime
    began: datetime
    plan: Plan
    channels: Mapping[str, Channel]
    simulated: bool
    seconds: float
    outcome: str | None
    ratings: Ratings
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One segment as it went: None where it did not begin, or did not end. `why` it ended:
    `done`, `faded`, `skipped` or `until`."""

    segment: Segment
    started: float | None
    ended: float | None
    why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story(Digest):
    """A session whole. `samples` are what devices reported, and what they were to be held at from
    then on (0: rest); `events` are those that a session decides of `run --json`, readings left out."""

    parts: tuple[Part, ...]
    events: tuple[tuple[float, Said], ...]
    samples: tuple[tuple[float, Reading | Hold], ...]
    exit: int | None
    why: str | None

    @property
    def readings(self) -> tuple[tuple[float, Reading], ...]:
        """What devices reported."""
        return tuple((t, each) for t, each in self.samples if isinstance(each, Reading))

    @property
    def setpoints(self) -> tuple[tuple[float, Hold], ...]:
        """What devices were to be held at from then on."""
        return tuple((t, each) for t, each in self.samples if isinstance(each, Hold))

    def between(self, begin: float, end: float) -> tuple[tuple[float, Reading | Hold], ...]:
        """The samples of these seconds, both ends included."""
        first = bisect_left(self.samples, begin, key=itemgetter(0))
        return self.samples[first : bisect_right(self.samples, end, key=itemgetter(0))]


@dataclass(frozen=True, slots=True)
class Clock:
    """A session's clock: when it began (`zero_ms`; None: never), and its first and last step."""

    zero_ms: int | None
    first_ms: int
    last_ms: int

    def t(self, now_ms: int) -> float:
        """Seconds since it began, of a time on it."""
        return (now_ms - (self.first_ms if self.zero_ms is None else self.zero_ms)) / 1000

    @property
    def confirmed_ms(self) -> int:
        """How long it took to be confirmed."""
        return 0 if self.zero_ms is None else self.zero_ms - self.first_ms

    @property
    def seconds(self) -> float:
        """How long it took from its beginning."""
        return 0.0 if self.zero_ms is None else self.t(self.last_ms)


def digest(path: Path, kept: Kept) -> Digest:
    """`kept` in short, without reading it whole. Raises JournalError."""
    return _digest(kept, clock_of(path, kept.id), _said(entries_saying(path, kept.id, "answer")))


def story(path: Path, kept: Kept) -> Story:
    """`kept` whole. Raises JournalError."""
    told = telling_entries(path, kept.id)
    steps = [(each.now_ms, step) for each in told for step in (each.input, *each.effects)]
    said = [(ms, each) for ms, each in steps if isinstance(each, Said)]
    clock = clock_of(path, kept.id)
    short = _digest(kept, clock, (each for _, each in said))
    ended = next((each.data for _, each in said if each.event == "session-ended"), {})
    events = tuple((clock.t(ms), each) for ms, each in said if each.event != "reading")
    return Story(
        **{each.name: getattr(short, each.name) for each in fields(short)},
        parts=_parts(short.plan, events),
        events=events,
        samples=tuple((clock.t(ms), each) for ms, each in steps if isinstance(each, Reading | Hold)),
        exit=cast("int | None", ended.get("exit")),
        why=cast("str | None", ended.get("why")),
    )


def _digest(kept: Kept, clock: Clock, said: Iterable[Said]) -> Digest:
    plan, opened = _plan(kept), _opened(kept)
    return Digest(
        id=kept.id,
        opened=opened,
        began=opened + timedelta(milliseconds=clock.confirmed_ms),
        plan=plan,
        channels=_channels(kept),
        simulated=kept.meta.get("simulated") is True,
        seconds=clock.seconds,
        outcome=kept.outcome,
        ratings=_ratings(plan, said),
        source=str(kept.meta.get("source", "")),
    )


def clock_of(path: Path, session_id: str) -> Clock:
    """The clock of one session. Raises JournalError."""
    started = entries_saying(path, session_id, "session-started")
    return Clock(started[0].now_ms if started else None, *(span_ms(path, session_id) or (0, 0)))


def _said(told: Iterable[Entry]) -> Iterable[Said]:
    return (effect for each in told for effect in each.effects if isinstance(effect, Said))


def _ratings(plan: Plan, said: Iterable[Said]) -> Ratings:
    places = {words.rate_text(s.place): s.place for s in plan.segments if isinstance(s, Rate)}
    rated: dict[Place, list[float]] = {}
    for each in said:
        place, value = places.get(str(each.data.get("text"))), each.data.get("value")
        if each.event == "answer" and place is not None and isinstance(value, int | float):
            rated.setdefault(place, []).append(float(value))
    return tuple((place, tuple(values)) for place, values in rated.items())


def _parts(plan: Plan, events: Iterable[tuple[float, Said]]) -> tuple[Part, ...]:
    started: dict[object, float] = {}
    ended: dict[object, tuple[float, str]] = {}
    for t, each in events:
        if each.event == "segment-started":
            started[each.data.get("segment")] = t
        elif each.event == "segment-ended":
            ended[each.data.get("segment")] = (t, str(each.data.get("why")))
    nothing = (None, None)
    return tuple(
        Part(segment=s, started=started.get(s.number), ended=at, why=why)
        for s in plan.segments
        for at, why in (ended.get(s.number, nothing),)
    )


def _plan(kept: Kept) -> Plan:
    plan = kept.meta.get("plan")
    if not isinstance(plan, Plan):
        raise _without(kept, "plan")
    return plan


def _channels(kept: Kept) -> Mapping[str, Channel]:
    channels = kept.meta.get("channels")
    if not isinstance(channels, dict) or not all(isinstance(c, Channel) for c in channels.values()):
        raise _without(kept, "channels")
    return channels


def _opened(kept: Kept) -> datetime:
    try:
        return datetime.fromisoformat(str(kept.meta.get("began"))).astimezone()
    except (ValueError, OverflowError) as error:
        raise _without(kept, "beginning") from error


def _without(kept: Kept, what: str) -> JournalError:
    return JournalError(f"session {kept.id} was kept without its {what}", "it cannot be shown")
