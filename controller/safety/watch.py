"""The watch: from what a device reports, and when, to whether something is wrong with it.

Two grades: `pause` (everything at rest, a person decides) and `stop` (the session ends, exit 7).
Numbers are those of `safety.md`, section 6.1 and the timing budget of section 5.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from controller.safety import limits as at
from controller.safety.finding import Finding
from controller.safety.pad_watch import PadWatch

if TYPE_CHECKING:
    from controller.safety.channel import Channel
    from controller.safety.finding import Grade

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

RUNAWAY = frozenset({"HT2", "HT3", "HT12", "HT13", "HT14", "HZ03", "HZ06", "HZ41"})
"""After these a device that says that it rests is not believed: it is to be switched off by hand."""


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


@dataclass(slots=True)
class Watch:
    """What is known of one role's device. `tell` it what the device is told, feed it every report,
    ask `age` at every tick and `unfit` before it begins."""

    kind: Literal["heat", "percussion"]
    measured: bool
    step: float
    heard_ms: int
    actual: float | None = None
    battery: int | None = None
    _pad: PadWatch | None = None
    _told: float = 0.0
    _driven_ms: int = 0  # since when it is not at rest
    _before: list[tuple[int, float]] = field(default_factory=list)  # until when it was told what
    _agreed_ms: int | None = None
    _stalled_since: int | None = None
    _settling: tuple[int, float, float] | None = None  # since when it is within those °C

    @classmethod
    def over(cls, channel: Channel) -> Watch:
        """The watch over a driven channel."""
        watch = cls(channel.kind, channel.measured, channel.step, 0)
        if channel.kind == "heat" and channel.measured:
            watch._pad = PadWatch()
        return watch

    def tell(self, now_ms: int, setpoint: float) -> None:
        """From now on the device is held there."""
        if setpoint == self._told:
            return
        self._before = [each for each in self._before if now_ms - each[0] <= ECHO_MS]
        self._before.append((now_ms, self._told))
        if self._told == 0.0:
            self._driven_ms = now_ms
        self._told = setpoint
        if self._pad is not None:
            self._pad.tell(now_ms, setpoint)

    def report(self, now_ms: int, report: Report) -> Finding | None:
        """Judge one report; None while all is well."""
        self.heard_ms = now_ms
        actual = self.actual = report.actual
        self.battery = report.battery
        if report.state == "fault":
            what = report.fault or "a fault it does not name"
            return Finding("stop", FAULT_ROWS.get(what, "HZ03"), f"the device reports {what}")
        if self._pad is not None:
            if actual is None or not at.HT20_LOWEST <= actual <= at.HT20_HIGHEST:
                return Finding("stop", "HT20", "no valid temperature reading", actual, None)
            self._settle(now_ms, actual)
            found = self._pad.report(now_ms, actual)
        else:
            found = self._stall(now_ms, actual)
        if found is None and self.battery is not None:
            found = self._battery(self.battery)
        return found or self._echo(now_ms, report.setpoint, report.fault)

    def age(self, now_ms: int) -> Finding | None:
        """Judge how long ago the device was last heard."""
        age = now_ms - self.heard_ms
        grade: Grade = "stop" if age > at.HT20_HARD_MS else "pause"
        if age <= at.HT20_SOFT_MS:
            return None
        allowed = (at.HT20_HARD_MS if grade == "stop" else at.HT20_SOFT_MS) / 1000
        return Finding(grade, "HT20", f"no word for {age / 1000:.0f} s", age / 1000, allowed)

    def unfit(self, now_ms: int) -> Finding | None:
        """HT21: whether a session may not begin with it; a battery that it says nothing of passes."""
        if self.battery is not None and self.battery < at.HT21_BATTERY:
            why = f"its battery is at {self.battery} %: charge it first"
            return Finding("stop", "HT21", why, self.battery / 100, at.HT21_BATTERY / 100)
        if self._pad is None or self.actual is None or self.actual < at.HT21_WARM:
            return None
        settled = self._settling is not None and now_ms - self._settling[0] >= at.HT21_MS
        if self.actual < at.HT21_HOT and settled:
            return None
        allowed = at.HT21_HOT if self.actual >= at.HT21_HOT else at.HT21_WARM
        why = f"it is at {self.actual:.1f} °C before it begins: let it cool"
        return Finding("pause", "HT21", why, self.actual, allowed)

    @property
    def cool_enough(self) -> bool:
        """Whether a pause for HT2 may be resumed."""
        return self.actual is not None and self.actual < COOL_AGAIN

    def forget(self, now_ms: int) -> None:
        """A link that was lost is there again: what was before says nothing any more."""
        self.heard_ms = now_ms
        self.actual = None
        self._before.clear()
        self._agreed_ms = self._stalled_since = self._settling = None
        if self._pad is not None:
            self._pad = self._pad.anew()

    def _settle(self, now_ms: int, actual: float) -> None:
        since, low, high = self._settling or (now_ms, actual, actual)
        low, high = min(low, actual), max(high, actual)
        self._settling = (since, low, high) if high - low < at.HT21_CHANGE else (now_ms, actual, actual)

    def _stall(self, now_ms: int, actual: float | None) -> Finding | None:
        if not self.measured or self._told == 0.0 or (actual or 0.0) >= self._told * at.HZ35_SHARE:
            self._stalled_since = None
            return None
        if self._stalled_since is None:
            self._stalled_since = now_ms
        # A motor has a second to get going, then one in which it may be stuck.
        if now_ms - max(self._stalled_since, self._driven_ms + at.HZ35_MS) <= at.HZ35_MS:
            return None
        return Finding("stop", "HZ35", "its motor is stuck", actual, self._told * at.HZ35_SHARE)

    def _battery(self, battery: int) -> Finding | None:
        if self.kind == "heat" and self._told and battery < at.HZ21_HEAT:
            allowed = at.HZ21_HEAT
        elif battery <= at.HZ21_LOWEST:
            allowed = at.HZ21_LOWEST
        else:
            return None
        return Finding("stop", "HZ21", f"its battery is at {battery} %", battery / 100, allowed / 100)

    def _echo(self, now_ms: int, setpoint: float, fault: str | None) -> Finding | None:
        if self._same(self._told, setpoint):
            self._agreed_ms = now_ms
            return None
        # What it was told a moment ago is still on its way; it may show that for a second.
        shown = [until for until, told in self._before if self._same(told, setpoint)]
        self._agreed_ms = max([*shown[-1:], now_ms if self._agreed_ms is None else self._agreed_ms])
        if now_ms - self._agreed_ms < ECHO_MS:
            return None
        if fault == "lease expired":
            return Finding(
                "pause", "LE1", "the device rests: its lease ran out", setpoint, self._told, lasts=False
            )
        return Finding("stop", "HZ41", "the device does not do what it was told", setpoint, self._told)

    def _same(self, told: float, setpoint: float) -> bool:
        # Rest is no neighbour of anything, however coarse the steps are.
        return (told == 0.0) == (setpoint == 0.0) and abs(told - setpoint) < max(self.step, 0.01)
