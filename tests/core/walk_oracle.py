"""A judge of a session that knows the rules and not the core: it sees what goes in and what comes out.

After every input it says what is broken, in words. It keeps its own clocks, questions and ramps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from controller.core import Answer, Command, Hold, LinkFound, LinkLost, Reading, Said
from protocols.plan import Cool, Fork, Heat, Press, Rest, Stretch, Until, numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from controller.core import Effect, Input
    from controller.safety import Channel
    from protocols.plan import Plan, Segment, Track

EXITS = {
    "completed": {0},
    "failed": {1},
    "unanswered": {1},
    "lost": {5},
    "stopped": {6, 130},
    "limit": {7},
}
MINUTE = 60_000
STALL = 1_000


@dataclass
class _Active:
    """A segment between its `segment-started` and its `segment-ended`: the least and the most of `for`
    that can have run, and of `within`."""

    segment: Segment
    asking: bool
    least: int = 0
    most: int = 0
    waited: int = 0
    may: bool = False
    must: bool = False


@dataclass
class _Asked:
    kind: str
    choices: tuple[str, ...]
    begin: bool
    off: bool
    number: int | None
    waited: int = 0


@dataclass
class _Drive:
    number: int
    since: int
    start: float


@dataclass
class Oracle:
    """Feed it `judge` after each input; it raises AssertionError with what is broken."""

    plan: Plan
    channels: Mapping[str, Channel]
    held: dict[str, float] = field(default_factory=dict)
    active: dict[int, _Active] = field(default_factory=dict)
    done: dict[int, str] = field(default_factory=dict)
    started: set[int] = field(default_factory=set)
    asked: dict[str, _Asked] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    drives: dict[str, _Drive] = field(default_factory=dict)
    actual: dict[str, float | None] = field(default_factory=dict)
    heard: dict[str, int] = field(default_factory=dict)
    wrong: dict[str, int] = field(default_factory=dict)
    hot: dict[str, int] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    now: int | None = None
    begun: int | None = None
    paused: int | None = None
    word: str = ""
    present: int = 0
    ended: Mapping[str, Any] | None = None
    stopping: bool = False
    t: float = 0.0
    was_running: bool = False
    softer: dict[str, float] = field(default_factory=dict)
    """How far under the plan the person has each role, as the session told."""

    def __post_init__(self) -> None:
        self.held = dict.fromkeys(self.channels, 0.0)
        self.before = _predecessors(self.plan.track, frozenset())

    # What is true now, from what was said

    @property
    def blocked(self) -> bool:
        return any(asked.kind != "present" for asked in self.asked.values())

    @property
    def running(self) -> bool:
        """Whether steps run and devices may be driven."""
        return (
            self.begun is not None and self.paused is None and not self.blocked and not self.lost
            and self.ended is None and not self.stopping and not self.cooling
        )  # fmt: skip

    @property
    def cooling(self) -> bool:
        return self.begun is not None and not self.active and self.finished

    @property
    def finished(self) -> bool:
        return all(number in self.done for number in numbers(self.plan.track))

    # One input

    def judge(self, event: Input, now: int, effects: tuple[Effect, ...]) -> None:
        over = self.ended is not None
        passed = 0 if self.now is None else max(0, now - self.now)
        self.now = now if self.now is None else max(self.now, now)
        if over:
            assert not effects, f"{effects} after the end"
            return
        ran = self.running
        self._pass(passed, ran=ran)
        self._hear(event)
        for effect in effects:
            assert self.ended is None, f"{effect} after session-ended"
            if isinstance(effect, Hold):
                self.held[effect.role] = effect.setpoint
            elif isinstance(effect, Said):
                self._said(effect, event)
        self._reach(ran=ran)
        self._obliged(event)
        self._driven()

    def _pass(self, passed: int, *, ran: bool) -> None:
        if ran:
            for active in self.active.values():
                self._count(active, passed)
        if self.paused is None:
            for asked in self.asked.values():
                asked.waited += passed

    def _count(self, active: _Active, passed: int) -> None:
        if active.asking:
            return
        active.most += passed if active.may else 0
        active.least += passed if active.must else 0
        active.waited += 0 if active.must else passed

    def _hear(self, event: Input) -> None:
        now = self.now or 0
        if isinstance(event, LinkLost) and event.role in self.heard_roles:
            self.lost.add(event.role)
            self.word = ""
        elif isinstance(event, LinkFound) and event.role in self.lost:
            self.lost.discard(event.role)
            self.heard[event.role] = now
            self.actual.pop(event.role, None)
            self.wrong.pop(event.role, None)
            self.hot.pop(event.role, None)
        elif isinstance(event, Command):
            self.present = now
            if event.do in ("pause", "resume"):
                self.word = event.do
        elif isinstance(event, Reading) and event.role in self.heard_roles - self.lost:
            self.heard[event.role] = now
            self.actual[event.role] = event.actual
            told = self.held[event.role]
            same = abs(told - event.setpoint) < self.channels[event.role].step
            if same:
                self.wrong.pop(event.role, None)
            else:
                self.wrong.setdefault(event.role, now)

    @property
    def heard_roles(self) -> set[str]:
        return {role for role, channel in self.channels.items() if not channel.by_hand}

    # One thing said

    def _said(self, said: Said, event: Input) -> None:
        data = said.data
        assert float(data["t"]) >= self.t, f"t went back to {data['t']}"  # type: ignore[arg-type]
        self.t = float(data["t"])  # type: ignore[arg-type]
        match said.event:
            case "session-started":
                assert self.begun is None, "it began twice"
                self._begun()
            case "segment-started":
                self._started(int(data["segment"]))  # type: ignore[call-overload]
            case "segment-ended":
                self._ended(int(data["segment"]), str(data["why"]), event)  # type: ignore[call-overload]
            case "question":
                self._question(data)
            case "answer":
                self._answer(data, event)
            case "paused":
                self._close_presence()
                self.paused = self.now if self.paused is None else self.paused
            case "resumed":
                self._resumed(event)
            case _:
                self._last(said, event)

    def _last(self, said: Said, event: Input) -> None:
        if said.event == "session-ended":
            self._over(said.data)
        elif said.event == "level":
            self._leveled(said.data, event)

    def _leveled(self, data: Mapping[str, Any], event: Input) -> None:
        assert isinstance(event, Command), "a level without a word"
        assert event.do == data["do"], "a level of another word"
        if "level" not in data:
            return
        role = next(r for r, c in self.channels.items() if c.device == data["device"])
        before, now = self.softer.get(role, 0.0), data["plan"] - data["level"]
        assert now >= -1e-6, "a level over the plan's"
        assert event.do == "softer" or now <= before + 1e-6, "stronger made it softer"
        if data["changed"]:
            self.softer[role] = now

    def _begun(self) -> None:
        self.begun = self.present = self.now or 0
        for role in self.heard_roles:
            self.heard.setdefault(role, self.begun)

    def _started(self, number: int) -> None:
        assert self.begun is not None, f"segment {number} before the begin"
        assert number not in self.started, f"segment {number} began twice"
        assert self.paused is None, f"segment {number} began in a pause"
        missing = self.before[number] - set(self.done)
        assert not missing, f"segment {number} began before {sorted(missing)} ended"
        self.started.add(number)
        segment = self.plan.segment(number)
        active = _Active(segment, asking=_asks(segment, self.channels))
        by_hand = self._by_hand(segment)
        active.may = active.must = not isinstance(segment, Heat | Cool) or by_hand
        self.active[number] = active

    def _by_hand(self, segment: Segment) -> bool:
        return isinstance(segment, Heat | Cool) and self.channels[segment.role].by_hand

    def _ended(self, number: int, why: str, event: Input) -> None:
        if why == "until":
            assert number not in self.started, f"segment {number} was needed"
            self.done[number] = why
            return
        assert number in self.active, f"segment {number} ended and never began"
        active = self.active.pop(number)
        self.done[number] = why
        for key in [key for key, asked in self.asked.items() if asked.number == number]:
            del self.asked[key]
        if why == "faded":
            assert isinstance(active.segment, Press)
            assert isinstance(event, Command), "faded without a word"
            assert event.do == "faded", "faded without a word"
        elif why == "skipped":
            assert isinstance(event, Command), "skipped without a word"
            assert event.do == "skip", "skipped without a word"
            assert event.refused is None or not isinstance(active.segment, Rest | Cool), "a refused skip"
        else:
            least = self._least(active)
            assert active.most >= least, f"segment {number} ended after {active.most} of {least} ms"

    def _least(self, active: _Active) -> int:
        if self._by_hand(active.segment) and isinstance(active.segment, Cool):
            return 2 * MINUTE
        return getattr(active.segment, "hold_ms", 0)

    def _question(self, data: Mapping[str, Any]) -> None:
        key, kind = str(data["question"]), str(data["kind"])
        assert key not in self.known, f"question {key} twice"
        assert self.ended is None
        self.known.add(key)
        begin, off = self.begun is None, "switched off" in str(data["text"])
        number = None
        if not begin and not off and kind != "present":
            taken = {asked.number for asked in self.asked.values()}
            number = next((n for n in self.active if self.active[n].asking and n not in taken), None)
        if off:
            self.stopping = True
            self.paused = None
            self.asked.clear()
        self.asked[key] = _Asked(kind, tuple(data["choices"]), begin, off, number)

    def _answer(self, data: Mapping[str, Any], event: Input) -> None:
        key = str(data["question"])
        assert isinstance(event, Answer)
        assert event.question == key
        assert key in self.asked, f"an answer to {key}, which is not open"
        asked = self.asked.pop(key)
        value = data["value"]
        shown = f"{value:g}" if isinstance(value, float) else str(value)
        assert shown in asked.choices, f"{value!r} is no answer"
        self.present = self.now or 0
        if asked.number is not None and asked.kind == "ready":
            self.active[asked.number].asking = False

    def _close_presence(self) -> None:
        for key in [key for key, asked in self.asked.items() if asked.kind == "present"]:
            del self.asked[key]

    def _resumed(self, event: Input) -> None:
        assert self.paused is not None, "resumed without a pause"
        assert self.word == "resume", "resumed without the person's word"
        assert isinstance(event, Command | LinkFound | Reading), f"resumed by {event}"
        assert not self.lost, "resumed while a device is lost"
        for role, hot in self.hot.items():
            actual = self.actual.get(role)
            assert hot < 0 or actual is None or actual < 42.0, f"resumed at {actual} °C"
        self.paused, self.word = None, ""
        self.present = self.now or 0

    def _over(self, data: Mapping[str, Any]) -> None:
        self.ended = data
        assert data["exit"] in EXITS[str(data["outcome"])], f"{data}"
        if data["outcome"] == "completed":
            assert self.finished, "completed, and segments are left"
        if data["outcome"] == "failed" and "within" in str(data["why"]):
            late = [a for a in self.active.values() if isinstance(a.segment, Heat | Cool)]
            assert any(a.waited >= a.segment.within_ms for a in late), "failed before its within"  # type: ignore[union-attr]

    # What must hold after every input

    def _reach(self, *, ran: bool) -> None:
        for active in self.active.values():
            segment = active.segment
            if not isinstance(segment, Heat) or active.asking:
                continue
            actual = self.actual.get(segment.role)
            low = self.channels[segment.role].low or 0.0
            lowest = max(min(segment.to, low), segment.to - self.softer.get(segment.role, 0.0))
            if actual is None or not lowest - 1.0 - 1e-6 <= actual <= segment.to + 1.0:
                continue
            if not active.may and (ran or self.running):
                # A late tick beyond `within` counts towards `for`.
                active.most += max(0, active.waited - segment.within_ms)
                active.may = True
            active.must |= ran and self.running

    def _obliged(self, event: Input) -> None:
        if self.ended is not None:
            assert not any(self.held.values()), f"{self.held} at the end"
            return
        now = self.now or 0
        if self.begun is None or self.stopping:
            return
        if self.running:
            for number, active in self.active.items():
                over = not active.asking and active.least >= self._least(active)
                timed = isinstance(active.segment, Heat | Press | Rest | Stretch) or self._by_hand(
                    active.segment
                )
                assert not (over and timed), f"segment {number} runs on after {active.least} ms"
        if self.paused is not None:
            assert now - self.paused <= 10 * MINUTE, "a pause without an end"
        for asked in self.asked.values():
            allowed = MINUTE if asked.kind == "present" else 10 * MINUTE
            assert asked.waited < allowed, f"a {asked.kind} question without an end"
        if not self.cooling:
            self._ages(now)
            assert now - self.begun < 60 * MINUTE, "over an hour"
        self._judged(event)

    def _ages(self, now: int) -> None:
        for role in self.heard_roles - self.lost:
            age = now - self.heard[role]
            assert age <= 5_000, f"{role} silent for {age} ms"
            assert age <= 3_000 or self.paused is not None, f"{role} silent for {age} ms"
        heats = any(isinstance(a.segment, Heat) and not a.asking for a in self.active.values())
        if self.running and heats and not any(a.kind == "present" for a in self.asked.values()):
            assert now - self.present < 5 * MINUTE + 200, "nobody is asked whether they are there"

    def _judged(self, event: Input) -> None:
        """Whatever reading must have ended it, has not."""
        if not isinstance(event, Reading) or event.role not in self.heard_roles - self.lost:
            return
        role, actual = event.role, event.actual
        assert event.state != "fault", "a fault is ignored"
        assert event.state != "stopped" or self.cooling, "the device's own stop is ignored"
        if self.channels[role].kind == "heat":
            assert actual is not None, "no reading is a fault"
            assert not math.isnan(actual), "NaN is a fault"
            assert 5.0 <= actual < 44.0, f"{actual} °C is let pass"
            before = self.hot.get(role, 0)
            self.hot[role] = 1 if actual >= 43.0 else (0 if actual >= 42.5 else -1)
            assert not (before == 1 and actual >= 43.0), "43 °C twice is let pass"
        since = self.wrong.get(role)
        if since is not None and event.fault != "lease expired":
            assert (self.now or 0) - since < 1_000, "another setpoint than told is let pass"

    def _driven(self) -> None:
        now = self.now or 0
        for role, setpoint in self.held.items():
            if setpoint == 0.0:
                self.drives.pop(role, None)
                continue
            assert self.running, f"{role} held at {setpoint} where nothing may be driven"
            mine = [
                a.segment
                for a in self.active.values()
                if isinstance(a.segment, Heat | Press) and a.segment.role == role and not a.asking
            ]
            assert mine, f"{role} held at {setpoint} by no segment"
            self._level(role, setpoint, mine[0], now)

    def _level(self, role: str, setpoint: float, segment: Heat | Press, now: int) -> None:
        channel, drive = self.channels[role], self.drives.get(role)
        if drive is None or drive.number != segment.number:
            measured = self.actual.get(role)
            drive = self.drives[role] = _Drive(segment.number, now, measured if measured is not None else 0.0)
        elapsed = now - drive.since
        if isinstance(segment, Heat):
            if channel.by_hand:
                assert setpoint == 37.0
                return
            most = max(channel.low or 0.0, segment.to - self.softer.get(role, 0.0))
            assert setpoint <= most + 1e-6, f"{setpoint} °C of {most}"
            assert setpoint <= 41.0 + 1e-6
            ramped = max(36.0, drive.start) + elapsed / 30_000
            assert setpoint <= ramped + 1e-6, f"{setpoint} °C, by the ramp {ramped}"
            return
        assert segment.at is not None
        if channel.by_hand:
            plan = segment.at.value * 100
            own = max(min(plan, 30.0), plan - self.softer.get(role, 0.0))
            assert abs(setpoint - own) < 1e-4, f"{setpoint} % of {own}"
            return
        assert channel.low is not None
        assert channel.high is not None
        strength = (setpoint - channel.low) / (channel.high - channel.low)
        softer = self.softer.get(role, 0.0) / (channel.high - channel.low)
        most = max(0.0, segment.at.value - softer)
        assert strength <= most + 1e-6, f"strength {strength} of {most}"
        assert strength <= elapsed * 0.00002 + 1e-6, f"strength {strength} after {elapsed} ms"


def _asks(segment: Segment, channels: Mapping[str, Channel]) -> bool:
    if isinstance(segment, Heat):
        return channels[segment.role].by_hand
    return not isinstance(segment, Cool | Rest | Stretch)


def _predecessors(track: Track, before: frozenset[int]) -> dict[int, frozenset[int]]:
    """What must have ended before each segment may begin."""
    found: dict[int, frozenset[int]] = {}
    for item in track:
        if isinstance(item, Fork):
            inside: Iterable[dict[int, frozenset[int]]] = [_predecessors(b, before) for b in item.branches]
            for branch in inside:
                found |= branch
            before = before | frozenset(numbers((item,)))
        elif not isinstance(item, Until):
            found[item] = before
            before = before | {item}
    return found


__all__ = ["Oracle"]
