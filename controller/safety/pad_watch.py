"""What a pad's readings tell: too hot, too fast, over its set-point, not warming, warming by itself.

Rows HT2, HT12 to HT14 and the hazards HZ03, HZ06 and HZ08 of `safety.md`. A pad's sensor lags behind
by up to `HZ03_LAG_MS`, and its readings may come in steps of 0.1 °C.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from controller.safety import limits as at
from controller.safety.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from controller.safety.finding import Grade

KEEP_MS = 500
"""How far apart the readings are that are kept."""
LOOK_AHEAD_MS = 30 * at.SECOND_MS
"""The lag of a slow sensor, by which a rise is looked ahead (HZ08)."""
COASTS_MS = at.MINUTE_MS
"""A lagging sensor shows what came before for no longer than that."""
GRAIN = 1e-6
"""A difference that is only the rounding of a subtraction."""


@dataclass(slots=True)
class PadWatch:
    """One pad on its way. `tell` it each setpoint as it is given, `report` each valid reading."""

    _told: float = 0.0
    _turned_ms: int = 0  # since when it rests, or does not
    _steady_ms: int = 0  # since when the setpoint is what it is
    _past: deque[tuple[int, float]] = field(default_factory=deque)  # the first is the newest 20 s old one
    _last: float | None = None
    _hot_before: bool = False
    _warm_since: int | None = None
    _aim: float = math.inf  # what it was last driven to
    _lowest: float = math.inf  # since the setpoint last came down, or it was at rest
    _over_since: int | None = None
    _minute: tuple[int, float] | None = None  # HT14: when it began, and at how many °C
    _bad_at: float = math.inf  # °C at the end of a bad minute that no degree has followed
    _reached: bool = False
    _under_since: int | None = None
    _coast: float = 0.0  # °C that the sensor may go on to show after the setpoint came down
    _down_ms: int = 0  # when it last came down
    _doubted: bool = False  # it was rested because its reading stood still
    _same_since: int = 0
    _same_told: tuple[float, float] = (0.0, 0.0)  # lowest and highest setpoint under the same reading

    def tell(self, now_ms: int, setpoint: float) -> None:
        """From now on it is held there."""
        before, self._told, self._steady_ms = self._told, setpoint, now_ms
        low, high = self._same_told
        self._same_told = (min(low, setpoint), max(high, setpoint))
        if before == 0.0 or setpoint == 0.0:
            self._turned_ms = now_ms
            self._same_told = (setpoint, setpoint)
            self._minute = self._under_since = None
            self._reached = False
        if before == 0.0 or setpoint < before:
            self._lowest = math.inf if self._last is None else self._last
        if setpoint < before:
            # A pad cools by itself, as slowly as it does: a reading that stands proves nothing of it.
            self._same_told = (setpoint, setpoint)
            self._coast = max(0.0, self._rate(now_ms, self._last)) * at.HZ03_LAG_MS
            self._down_ms = now_ms
        elif before == 0.0:
            self._coast = 0.0
        if setpoint != 0.0:
            self._aim = setpoint

    def report(self, now_ms: int, actual: float) -> Finding | None:
        """Judge one valid reading; None while all is well. What ends a session goes before a pause."""
        if actual != self._last:
            self._same_since, self._same_told = now_ms, (self._told, self._told)
            self._doubted = False
        self._last = actual
        self._lowest = min(self._lowest, actual)
        if self._coast and now_ms - self._down_ms >= COASTS_MS:
            self._coast, self._lowest = 0.0, actual
        worst: Finding | None = None
        for found in self._judge(now_ms, actual):
            if found is not None and (worst is None or (worst.grade, found.grade) == ("pause", "stop")):
                worst = found
        self._keep(now_ms, actual)
        return worst

    def anew(self) -> PadWatch:
        """The watch after its link was lost: what was before says nothing any more, but a bad minute does."""
        return PadWatch(_told=self._told, _bad_at=self._bad_at)

    def _judge(self, now_ms: int, actual: float) -> Iterator[Finding | None]:
        yield self._too_hot(now_ms, actual)
        yield self._jump(now_ms, actual)
        yield self._rise(now_ms, actual)
        yield self._over(now_ms, actual)
        if self._told:
            yield self._soon_too_hot(now_ms, actual)
            yield self._fallen_back(now_ms, actual)
            yield self._verify(now_ms, actual)
        else:
            yield self._by_itself(actual)
        yield self._frozen(now_ms, actual)

    def _keep(self, now_ms: int, actual: float) -> None:
        past = self._past
        if not past or now_ms - past[-1][0] >= KEEP_MS:
            past.append((now_ms, actual))
            while len(past) > 1 and now_ms - past[1][0] >= at.HT12_MS:
                past.popleft()

    def _rate(self, now_ms: int, actual: float | None, over: float = -math.inf) -> float:
        """°C/ms that it rose in the last 20 s, as far as above `over`; 0 where that is not known."""
        if actual is None or not self._past:
            return 0.0
        then, before = self._past[0]
        return 0.0 if now_ms - then < at.HT12_MS else (actual - max(over, before)) / (now_ms - then)

    def _too_hot(self, now_ms: int, actual: float) -> Finding | None:
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

    def _soon_too_hot(self, now_ms: int, actual: float) -> Finding | None:
        soon = actual + self._rate(now_ms, actual) * LOOK_AHEAD_MS
        if soon <= at.HT2_HARD + GRAIN:
            return None
        return Finding("pause", "HT2", f"{actual:.1f} °C, and rising fast", soon, at.HT2_HARD, lasts=False)

    def _jump(self, now_ms: int, actual: float) -> Finding | None:
        earlier = next((p for p in reversed(self._past) if now_ms - p[0] >= at.SECOND_MS), None)
        if earlier is None:
            if not self._past:
                return None
            earlier = self._past[0]
        seconds = max(1.0, (now_ms - earlier[0]) / at.SECOND_MS)
        pace = abs(actual - earlier[1]) / seconds
        if pace <= at.HT12_JUMP + GRAIN:
            return None
        why = f"its reading jumped from {earlier[1]:.1f} to {actual:.1f} °C: its sensor is at fault"
        return Finding("stop", "HT12", why, pace, at.HT12_JUMP)

    def _rise(self, now_ms: int, actual: float) -> Finding | None:
        pace = self._rate(now_ms, actual, at.HT12_FROM) * at.MINUTE_MS
        why = f"{actual:.1f} °C, and it rises by {pace:.1f} °C a minute"
        if pace > at.HT12_HARD + GRAIN:
            return Finding("stop", "HT12", why, pace, at.HT12_HARD)
        if self._told and pace > at.HT12_SOFT + GRAIN:
            return Finding("pause", "HT12", why, pace, at.HT12_SOFT, lasts=False)
        return None

    def _over(self, now_ms: int, actual: float) -> Finding | None:
        # A pad that was warmer before its setpoint came down may be over it, but not warm again.
        over = actual - max(self._aim, self._lowest) - self._coast
        why = f"{actual:.1f} °C, {over:.1f} °C over what it was told"
        if over <= at.HT13_HARD + GRAIN:
            self._over_since = None
        elif self._over_since is None:
            self._over_since = now_ms
        elif now_ms - self._over_since >= at.HT13_HARD_MS:
            return Finding("stop", "HT13", why, over, at.HT13_HARD)
        if self._told and over > at.HT13_SOFT + GRAIN:
            return Finding("pause", "HT13", why, over, at.HT13_SOFT, lasts=False)
        return None

    def _verify(self, now_ms: int, actual: float) -> Finding | None:
        """HT14 on the way up: a minute begins anew with each degree that was gained."""
        if self._reached or actual - self._bad_at >= at.HT14_RISE - GRAIN:
            self._bad_at = math.inf
        if actual >= self._told - at.HT14_UNDER - GRAIN:
            self._minute = None  # near enough, for now; a ramp that began anew forgives no bad minute
            return None
        if self._minute is None or actual - self._minute[1] >= at.HT14_RISE - GRAIN:
            self._minute = (now_ms, actual)
            return None
        if now_ms - self._minute[0] < at.HT14_MS:
            return None
        gained, again = actual - self._minute[1], self._bad_at < math.inf
        self._minute, self._bad_at = (now_ms, actual), actual
        why = f"it was told {self._told:.1f} °C and rose by {gained:.1f} °C in a minute"
        if again:
            return Finding("stop", "HT14", f"{why}, again", gained, at.HT14_RISE)
        return Finding("pause", "HT14", why, gained, at.HT14_RISE, lasts=False)

    def _fallen_back(self, now_ms: int, actual: float) -> Finding | None:
        """HT14 once reached: where the setpoint has stood for a minute, and the pad has been near it."""
        near = abs(actual - self._told) <= at.NEAR_TARGET + GRAIN
        self._reached |= near and now_ms - self._steady_ms >= at.HT14_MS
        under = self._told - actual
        if not self._reached or under <= at.HT14_UNDER + GRAIN:
            self._under_since = None
            return None
        if self._under_since is None:
            self._under_since = now_ms
        if now_ms - self._under_since < at.HT14_MS:
            return None
        why = f"{actual:.1f} °C for a minute, after it was warm"
        return Finding("stop", "HT14", why, under, at.HT14_UNDER)

    def _by_itself(self, actual: float) -> Finding | None:
        """HZ03: warmer than a body makes it, with the heat off."""
        rise = actual - max(at.HT12_FROM, self._lowest) - self._coast
        if rise <= at.HZ03_RISE + GRAIN:
            return None
        return Finding("stop", "HZ03", "it gets warmer with its heat off", rise, at.HZ03_RISE)

    def _frozen(self, now_ms: int, actual: float) -> Finding | None:
        """HZ06: the same reading while it must change. Far under the setpoint that is for HT14."""
        same_ms = min(now_ms - self._same_since, now_ms - self._turned_ms)
        if same_ms < at.HZ06_MS:
            return None
        under = self._told - actual
        why = f"its reading stands still at {actual:.1f} °C"
        if self._told == 0.0:
            must_change = actual >= (at.HT12_FROM if self._doubted else at.HZ06_WARM)
        else:
            low, high = self._same_told
            # Under its reading a setpoint asks nothing of a pad yet.
            moved = high - max(low, actual)
            must_change = moved >= at.HZ06_MOVED - GRAIN and under <= at.HT14_UNDER
        if must_change:
            return self._still("stop", f"{why}: its sensor is at fault", same_ms)
        # A regulator that sees this drives harder and harder. At rest, the reading will fall or be judged.
        if at.HZ06_UNDER < under <= at.HT14_UNDER and under * same_ms >= at.HZ06_MOVED * at.HZ06_MS:
            self._doubted = True
            return self._still("pause", f"{why}, under what it was told", same_ms)
        return None

    def _still(self, grade: Grade, why: str, same_ms: int) -> Finding:
        allowed = at.HZ06_MS / at.SECOND_MS
        return Finding(grade, "HZ06", why, same_ms / at.SECOND_MS, allowed, lasts=False)
