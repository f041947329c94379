"""Whether a pad keeps more heat than it did when it was calibrated.

What lies covered gives less to the air, so it stays as warm with less power, and the hot spot that no
sensor sees gets hotter than was calibrated. No reading shows that; the balance of heat does. The
calibrated pad is reckoned along with the duty and held to the sensor, and what heat must come in
beside the heater's to explain the sensor is what the real one keeps. Some of that may be a supply or a
blood flow that is not as calibrated. What is more than these explain is added up in a bank that any
shortage draws on first: a slow sensor shows first too little heat and then pays it back.
"""

STEP_MS = 200
LOST_MS = 5000  # so long without a reading, and nothing is known of pad and skin any more
SETTLE_MS = 60000  # what was assumed of pad and skin at the beginning is forgotten by then
SPOT = 8 / 3  # a cover makes the hot spot's share of the rise so much greater
HARMLESS = 41.0  # °C of the hottest point that skin bears for as long as any session: judged from there
SUPPLY = 0.025  # of the power: how far it may be off the calibration
BLOOD = 0.1  # of what goes on into the body: likewise
USUAL_MS = 60000  # what was usual for so long is no cover that was put on just now
SUDDEN = 0.4  # of the tolerance: how much more than usual is too much
BANK = 0.02  # °C of the pad: how much heat in the bank is a cover
MOST_OWED = 10.0  # °C of the pad that a shortage is remembered for
FADE_MS = 300000


class Flows:
    """A worn pad's heat: W, J/K, W/K and ms, as a calibration finds them."""

    def __init__(
        self,
        power: float,
        pad: float,
        skin: float,
        across: float,
        air: float,
        body: float,
        lag_ms: int,
        dead_ms: int,
    ) -> None:
        self.power = power
        self.pad = pad  # what a degree of it takes
        self.skin = skin  # likewise of the skin beneath
        self.across = across  # from the pad to the skin
        self.air = air  # from the pad to the air
        self.body = body  # from the skin to the body
        self.lag_ms = lag_ms  # the sensor's
        self.dead_ms = dead_ms  # how long the sensor sees nothing of a change

    @property
    def taken(self) -> float:
        """W/K that the body takes from a pad that stays as warm as it is."""
        return self.across * self.body / (self.across + self.body)


class Cover:
    """Tell it every duty and every reading. All temperatures are of the sensor, in °C above rest."""

    def __init__(self, flows: Flows, rest: float, spot: float) -> None:
        self.flows = flows
        self._warm = max(0.0, HARMLESS - rest) / (1 + SPOT * spot)
        lag = max(4.0, flows.lag_ms / 1000)
        self._lag = lag
        self._quick = 1.0 / lag**0.5  # 1/s: quicker finds sooner, and takes noise for heat
        self._coming: list[tuple[int, float]] = []  # duties that the sensor has not begun to see
        self._duty = 0.0
        self.forget()

    def forget(self) -> None:
        """Nothing is known of pad and skin; the duty is."""
        self.found = False
        self._at_ms: int | None = None
        self._since_ms = 0
        self._pad = 0.0
        self._skin = 0.0
        self._seen = 0.0
        self._extra = 0.0  # W that come in beside the heater's
        self._drawn = 0.0  # the duty, as smooth as `_extra` is
        self._usual = 1.0  # `_extra` of late and what may be added, as a share of the tolerance
        self._bank = 0.0  # J that nothing explains

    def heat(self, duty: float, now_ms: int) -> None:
        """The heater's duty from now on."""
        before = self._coming[-1][1] if self._coming else self._duty
        if duty != before:
            self._coming.append((now_ms + self.flows.dead_ms, duty))

    def see(self, raw: float, now_ms: int) -> None:
        """A valid reading."""
        if self._at_ms is None or now_ms - self._at_ms > LOST_MS:
            self._begin(raw, now_ms)
        while self._at_ms is not None and self._at_ms < now_ms:
            step_ms = min(STEP_MS, now_ms - self._at_ms)
            self._at_ms += step_ms
            while self._coming and self._coming[0][0] <= self._at_ms:
                self._duty = self._coming.pop(0)[1]
            self._follow(raw, step_ms / 1000)
            self._judge(step_ms)

    def _begin(self, raw: float, now_ms: int) -> None:
        flows = self.flows
        self.forget()
        self._at_ms = self._since_ms = now_ms
        self._pad = self._seen = raw
        self._skin = raw * flows.across / (flows.across + flows.body)

    def _follow(self, raw: float, dt: float) -> None:
        """The calibrated pad a step on, and nearer to what the sensor has."""
        flows, quick, lag = self.flows, self._quick, self._lag
        off = raw - self._seen
        over = flows.across * (self._pad - self._skin)
        given = flows.power * self._duty - flows.air * self._pad - over + self._extra
        self._seen += dt * ((self._pad - self._seen) / lag + (3 * quick - 1 / lag) * off)
        self._pad += dt * (given / flows.pad + 3 * quick * quick * lag * off)
        self._skin += dt * (over - flows.body * self._skin) / flows.skin
        self._extra += dt * quick * quick * quick * lag * flows.pad * off
        self._drawn += dt * quick / 2 * (self._duty - self._drawn)

    def _judge(self, step_ms: int) -> None:
        if self.found and self._pad <= self._warm:
            self.found = False
            self._bank = 0.0
        if self._at_ms is None or self._at_ms - self._since_ms < SETTLE_MS:
            return
        flows = self.flows
        held = flows.air * self._pad + flows.taken * self._pad
        # A sensor that is slower than calibrated shows a pad that cools as one that keeps its heat.
        heated = self._pad > self._warm and flows.power * self._drawn > held / 2
        tolerance = SUPPLY * flows.power * self._drawn + BLOOD * flows.taken * max(0.0, self._pad)
        if heated:
            usual = max(SUDDEN, min(1.0, self._extra / tolerance + SUDDEN))
            self._usual += (usual - self._usual) * step_ms / USUAL_MS
        self._add(tolerance, heated, step_ms)
        if self._bank > BANK * flows.pad:
            self.found = True

    def _add(self, tolerance: float, heated: bool, step_ms: int) -> None:
        more = self._extra - self._usual * tolerance
        less = self._extra + tolerance
        if less < 0.0:
            self._bank = max(-MOST_OWED * self.flows.pad, self._bank + less * step_ms / 1000)
        elif more > 0.0:
            if heated:
                self._bank += more * step_ms / 1000
        elif self._bank > 0.0:
            self._bank = max(0.0, self._bank + more * step_ms / 1000)
        else:
            self._bank -= self._bank * step_ms / FADE_MS
