"""Regulating a pad's hottest point, and knowing when its sensor or its heater cannot be right."""

from .cover import SPOT, Flows

FAR = 5.0  # °C below the setpoint from where W9's own rule of 60 s applies
STUCK = 2.0  # °C that the heater should have given, nearer than that, while the sensor showed none
RISE = 0.3  # °C that counts as having shown some
SLOPE_MS = 4000
SAMPLE_MS = 1000
PWM_STEPS = 256
COVERED = 46.9  # °C that a cover put on a pad may make of its hottest point until it is found
COVERED_LAG = 0.03  # °C less for each second that the sensor lags behind


class Pad:
    """A pad's own calibration, measured once on a worn pad."""

    def __init__(
        self, rest: float, spot: float, full: float, rate: float, lag_ms: int, flows: Flows | None = None
    ) -> None:
        self.rest = rest  # °C where a worn pad settles without power
        self.spot = spot  # °C that the hottest point is above the sensor, for each °C above rest
        self.full = full  # °C above rest that full power would hold at the hottest point
        self.rate = rate  # °C/s at the hottest point, at rest, at full power
        self.lag_ms = lag_ms  # the sensor's lag and dead time together
        self.flows = flows  # where it is not known, a cover is not found

    def hottest(self, raw: float) -> float:
        """The hottest point that touches the skin, °C, from the sensor's °C."""
        return raw + max(0.0, (raw - self.rest) * self.spot)

    def highest(self) -> float:
        """°C that may be asked of it, so that skin bears a cover put on there until it is found."""
        covered = COVERED - COVERED_LAG * self.lag_ms / 1000
        return self.rest + (covered - self.rest) * (1 + self.spot) / (1 + SPOT * self.spot)


class Regulator:
    """Setpoint and reading in, duty out. Looks ahead by the sensor's lag, so that it cuts in time."""

    def __init__(self, pad: Pad) -> None:
        self.pad = pad
        self.reset()

    def reset(self) -> None:
        """Forget everything: the heater is off."""
        self.duty = 0.0
        self._samples: list[tuple[int, float]] = []
        self._sum = 0.0
        self._last_ms: int | None = None
        self._full_since: int | None = None
        self._full_from = 0.0
        self._low: float | None = None
        self._given = 0.0

    def update(self, hot: float, setpoint: float, now_ms: int) -> float:
        """The duty, 0 to 1, for a reading and a setpoint in °C."""
        pad = self.pad
        dt = 0.0 if self._last_ms is None else (now_ms - self._last_ms) / 1000
        self._last_ms = now_ms
        self._watch(hot, setpoint, now_ms, dt)
        ahead = hot + self._slope(hot, now_ms) * pad.lag_ms / 1000
        error = setpoint - ahead
        if -1.0 < error < 1.0:
            self._sum = max(-0.1, min(0.1, self._sum + error * dt * 0.004))
        duty = (setpoint - pad.rest) / pad.full + 0.75 * error + self._sum
        self.duty = int(max(0.0, min(1.0, duty)) * PWM_STEPS) / PWM_STEPS
        return self.duty

    def runaway(self, now_ms: int) -> bool:
        """Whether the heater heats and the sensor does not see it."""
        if self._full_since is not None and now_ms - self._full_since >= 60000:
            return True
        return self._given > STUCK

    def _slope(self, hot: float, now_ms: int) -> float:
        samples = self._samples
        if not samples or now_ms - samples[-1][0] >= SAMPLE_MS:
            samples.append((now_ms, hot))
            while now_ms - samples[0][0] > SLOPE_MS:
                samples.pop(0)
        then, value = samples[0]
        return 0.0 if now_ms - then < SAMPLE_MS else (hot - value) * 1000 / (now_ms - then)

    def _watch(self, hot: float, setpoint: float, now_ms: int, dt: float) -> None:
        """Keep account of what the last duty should have done."""
        if setpoint - hot > FAR:
            self._low = None
            self._given = 0.0
            if self.duty < 1.0:
                self._full_since = None
            elif self._full_since is None or hot >= self._full_from + 1.0:
                self._full_since = now_ms
                self._full_from = hot
            return
        self._full_since = None
        extra = self.duty - (hot - self.pad.rest) / self.pad.full
        if self._low is None or extra <= 0.0 or hot >= self._low + RISE:
            self._low = hot
            self._given = 0.0
        else:
            self._low = min(self._low, hot)
            self._given += extra * self.pad.rate * dt
