"""The watch: from what a device reports, and when, to whether something is wrong with it.

Two grades: `pause` (everything at rest, a person decides) and `stop` (the session ends, exit 7).
Numbers are those of `safety.md`, section 6.1 and the timing budget of section 5.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

from controller.safety import limits as at

Grade = Literal["pause", "stop"]

COOL_AGAIN = 42.0
"""°C below which a pause for HT2 may be resumed."""
ECHO_MS = 1_000
"""How long a device may show another setpoint than the one it was told (wire profile)."""

FAULT_ROWS = {
    "over-temperature": "HT3",
    "sensor open": "HT20",
    "sensor short": "HT20",
    "thermal runaway": "HT14",
    "motor stall": "HZ35",
    "over-current": "HZ35",
    "battery low": "HZ21",
}
"""The row of `safety.md` that a device's own fault falls under; others under HZ03."""


class Report(Protocol):
    """What a device says of one channel; `actual` is None where it has no valid reading."""

    @property
    def setpoint(self) -> float: ...  # noqa: D102
    @property
    def actual(self) -> float | None: ...  # noqa: D102
    @property
    def state(self) -> str: ...  # noqa: D102
    @property
    def fault(self) -> str | None: ...  # noqa: D102
    @property
    def battery(self) -> int | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: which row says so, what was measured and allowed, and what it means.

    `lasts`: a later report must say that it is over before anybody can resume.
    """

    grade: Grade
    limit: str
    why: str
    measured: float | None = None
    allowed: float | None = None
    lasts: bool = True


@dataclass(slots=True)
class Watch:
    """What is known of one role's device. Feed it every report; ask `age` at every tick."""

    kind: Literal["heat", "percussion"]
    measured: bool
    step: float
    heard_ms: int
    actual: float | None = None
    battery: int | None = None
    _warm_since: int | None = field(default=None)
    _hot_before: bool = field(default=False)
    _other_since: int | None = field(default=None)

    def report(self, now_ms: int, told: float, report: Report) -> Finding | None:
        """Judge one report against what the device was `told`; None while all is well."""
        self.heard_ms = now_ms
        self.actual = report.actual
        self.battery = report.battery
        if report.state == "fault":
            what = report.fault or "a fault it does not name"
            return Finding("stop", FAULT_ROWS.get(what, "HZ03"), f"the device reports {what}")
        if self.kind == "heat" and self.measured:
            found = self._temperature(now_ms, report.actual)
            if found is not None:
                return found
        return self._echo(now_ms, told, report.setpoint, report.fault)

    def age(self, now_ms: int) -> Finding | None:
        """Judge how long ago the device was last heard."""
        age = now_ms - self.heard_ms
        grade: Grade = "stop" if age > at.HT20_HARD_MS else "pause"
        if age <= at.HT20_SOFT_MS:
            return None
        allowed = (at.HT20_HARD_MS if grade == "stop" else at.HT20_SOFT_MS) / 1000
        return Finding(grade, "HT20", f"no word for {age / 1000:.0f} s", age / 1000, allowed)

    @property
    def cool_enough(self) -> bool:
        """Whether a pause for HT2 may be resumed."""
        return self.actual is not None and self.actual < COOL_AGAIN

    def forget(self, now_ms: int) -> None:
        """A link that was lost is there again: what was before says nothing any more."""
        self.heard_ms = now_ms
        self.actual = None
        self._warm_since = self._other_since = None
        self._hot_before = False

    def _temperature(self, now_ms: int, actual: float | None) -> Finding | None:
        if actual is None or not at.HT20_LOWEST <= actual <= at.HT20_HIGHEST:
            return Finding("stop", "HT20", "no valid temperature reading", actual, None)
        hot = actual >= at.HT2_HARD
        if actual >= at.HT2_AT_ONCE or (hot and self._hot_before):
            return Finding("stop", "HT2", f"{actual:.1f} °C at the skin", actual, at.HT2_HARD)
        self._hot_before = hot
        if actual < at.HT2_SOFT:
            self._warm_since = None
            return None
        if self._warm_since is None:
            self._warm_since = now_ms
        if now_ms - self._warm_since < at.HT2_SOFT_MS:
            return None
        return Finding("pause", "HT2", f"{actual:.1f} °C for 5 s", actual, at.HT2_SOFT)

    def _echo(self, now_ms: int, told: float, setpoint: float, fault: str | None) -> Finding | None:
        # Rest is no neighbour of anything, however coarse the steps are.
        if (told == 0.0) == (setpoint == 0.0) and abs(told - setpoint) < max(self.step, 0.01):
            self._other_since = None
            return None
        if self._other_since is None:
            self._other_since = now_ms
        if now_ms - self._other_since < ECHO_MS:
            return None
        if fault == "lease expired":
            return Finding("pause", "LE1", "the device rests: its lease ran out", setpoint, told, lasts=False)
        return Finding("stop", "HZ41", "the device does not do what it was told", setpoint, told)
