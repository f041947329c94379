"""The reference firmware: rules W1 to W14 over a small hardware interface.

Nothing here waits. `receive` takes what the link gave, `step` does what is due, `due_ms` says
when to call it next; all times are milliseconds of one clock that never goes back.
"""

from . import codec
from .cover import Cover
from .facts import (
    BATTERY_LEAST,
    BATTERY_LOW,
    BUSY,
    BUTTON,
    CONTROL_MS,
    CURRENT,
    CUT_OUT,
    DRIVEN,
    FAULT,
    FAULT_LATCHED,
    HEAT,
    IDLE,
    IDLE_MS,
    INTERNAL,
    IS_STOPPED,
    LEASE_EXPIRED,
    LEAST_PERIOD_MS,
    LONG_PRESS_MS,
    MALFORMED,
    MEASURED,
    MOST_PERIOD_MS,
    NO_CHANNEL,
    NO_READING,
    OK,
    OUT_OF_RANGE,
    OVER_CURRENT,
    OVER_TEMPERATURE,
    PERCUSSION,
    RUNAWAY,
    RUNNING,
    SENSOR_OPEN,
    SENSOR_SHORT,
    SHORT_ABOVE,
    STALE,
    STALL,
    STALL_MS,
    STOPPED,
    UNKNOWN_TYPE,
    Channel,
    Config,
)
from .hardware import Hardware
from .heater import Regulator
from .quota import Quota


class Firmware:
    """One boot of a device.

    `boot` differs at every reset. `quota` is the account of W14, kept where a reset does not wipe it.
    """

    def __init__(self, hardware: Hardware, config: Config, now_ms: int, boot: int, quota: Quota) -> None:
        self.hardware = hardware
        self.config = config
        self.boot = boot
        self.session = 0
        self.channels = [Channel(*facts) for facts in config.channels]
        self._heat = [channel for channel in self.channels if channel.kind == HEAT]
        self._motors = [channel for channel in self.channels if channel.kind == PERCUSSION]
        self._regulator = Regulator(config.pad) if config.pad else None
        pad = config.pad
        self._cover = Cover(pad.flows, pad.rest, pad.spot) if pad and pad.flows else None
        self._quota = quota
        self._framer = codec.Framer()
        self._last_session = (boot ^ (boot >> 16)) & 0xFFFF
        self._hello: tuple[int, int] | None = None  # owner and seq, while nothing was asked since
        self._owner = 0
        self._fault = 0
        self._expired = False
        self._stopped = False
        self._hot: float | None = None
        self._raw: float | None = None
        self._period = CONTROL_MS
        self._booted = now_ms
        self._next_status = now_ms
        self._next_control = now_ms
        self._slow_since: int | None = None
        self._seq = 0
        self._presses = 0
        self._pressed_since: int | None = None
        self._shown: tuple[int, ...] = ()
        self._rest(now_ms)

    # what the outside calls

    def receive(self, data: bytes, now_ms: int) -> None:
        """Bytes from the serial port, cut anywhere; over BLE, what one write held."""
        if self.config.framed:
            for payload in self._framer.feed(data):
                self.handle(payload, now_ms)
        elif 0 < len(data) <= codec.MAX_PAYLOAD:
            self.handle(data, now_ms)

    def handle(self, payload: bytes, now_ms: int) -> None:
        """One payload, answered and acted on before this returns."""
        self._expire(now_ms)
        self._answer(payload, now_ms)
        self.step(now_ms)

    def step(self, now_ms: int) -> None:
        """Do what is due."""
        self._expire(now_ms)
        self._button(now_ms)
        if now_ms >= self._next_control or now_ms >= self._next_status:
            self._control(now_ms)
        if self._quota.due_ms(now_ms) == now_ms:
            self._fail(INTERNAL, now_ms)
        self._tell(now_ms)

    def due_ms(self, now_ms: int) -> int:
        """When `step` must be called next, unless bytes come first."""
        due = min(self._next_status, self._next_control)
        for channel in self.channels:
            if channel.setpoint:
                due = min(due, channel.until)
        allowed = self._quota.due_ms(now_ms)
        if allowed is not None:
            due = min(due, allowed)
        if self._pressed_since is not None and not self._stopped:
            due = min(due, self._pressed_since + LONG_PRESS_MS)
        return max(due, now_ms)

    def link_lost(self, now_ms: int) -> None:
        """W11: the radio link is gone, every lease ends."""
        for channel in self.channels:
            channel.until = now_ms
        self.step(now_ms)

    def info(self, seq: int, session: int) -> bytes:
        """An INFO payload; with session 0 it is what BLE's Info characteristic reads."""
        facts = [channel.facts for channel in self.channels]
        return codec.info(seq, session, self.boot, self.config.max_lease_ms, self.config.texts, facts)

    @property
    def driven(self) -> bool:
        """Whether a lease runs."""
        for channel in self.channels:
            if channel.setpoint:
                return True
        return False

    @property
    def state(self) -> int:
        """The state as STATUS shows it."""
        if self._fault:
            return FAULT
        if self._stopped:
            return STOPPED
        return RUNNING if self.driven else IDLE

    @property
    def fault(self) -> int:
        """The fault as STATUS shows it."""
        return self._fault or (LEASE_EXPIRED if self._expired else 0)

    # requests, judged in the profile's order

    def _answer(self, payload: bytes, now_ms: int) -> None:
        kind = payload[0] if payload else 0
        seq = payload[1] if len(payload) > 1 else 0
        if kind != codec.STOP and kind not in codec.FORMATS:
            self._ack(seq, kind, UNKNOWN_TYPE)
            return
        fields = codec.request(payload)
        if fields is None:
            self._ack(seq, kind, MALFORMED)
            return
        if kind == codec.HELLO:
            self._take_hello(seq, fields[3], fields[4], now_ms)
            return
        self._hello = None
        if kind == codec.STOP:
            self._stop(now_ms)
            self._ack(seq, kind, OK)
        else:
            self._ack(seq, kind, self._obey(kind, fields, now_ms))

    def _take_hello(self, seq: int, profile: int, owner: int, now_ms: int) -> None:
        if self.driven and owner != self._owner:
            self._ack(seq, codec.HELLO, BUSY)
        elif profile != 1:
            self._ack(seq, codec.HELLO, OUT_OF_RANGE)
        else:
            if self._hello != (owner, seq):
                self._begin(owner, now_ms)
                self._hello = (owner, seq)
            self._send(self.info(seq, self.session))

    def _begin(self, owner: int, now_ms: int) -> None:
        self._last_session = self._last_session % 0xFFFF + 1
        self.session = self._last_session
        self._owner = owner
        self._stopped = False
        self._expired = False
        self._period = CONTROL_MS
        self._rest(now_ms)

    def _obey(self, kind: int, fields: tuple[int, ...], now_ms: int) -> int:
        if not self.session or fields[2] != self.session:
            return STALE
        if kind == codec.CLEAR:
            return self._clear(now_ms)
        if kind == codec.REPORT:
            return self._report(fields[3], now_ms)
        if self._fault:
            return FAULT_LATCHED
        if self._stopped:
            return IS_STOPPED
        if kind == codec.RENEW:
            return self._renew(fields[3], now_ms)
        return self._drive(fields[3], fields[4], fields[5], now_ms)

    def _drive(self, at: int, setpoint: int, lease_ms: int, now_ms: int) -> int:
        if at >= len(self.channels) or not self.channels[at].flags & DRIVEN:
            return NO_CHANNEL
        channel = self.channels[at]
        if not 0 < lease_ms <= self.config.max_lease_ms or not channel.takes(setpoint):
            return OUT_OF_RANGE
        self._expired = False
        if setpoint:
            channel.until = now_ms + lease_ms
            if channel.kind == HEAT:
                self._quota.start(now_ms)
        self._set(channel, setpoint, now_ms)
        return OK

    def _renew(self, lease_ms: int, now_ms: int) -> int:
        if not 0 < lease_ms <= self.config.max_lease_ms:
            return OUT_OF_RANGE
        for channel in self.channels:
            if channel.setpoint:
                channel.until = now_ms + lease_ms
        return OK

    def _report(self, period_ms: int, now_ms: int) -> int:
        if period_ms and not LEAST_PERIOD_MS <= period_ms <= MOST_PERIOD_MS:
            return OUT_OF_RANGE
        self._period = period_ms
        self._next_status = now_ms + self._interval()
        return OK

    def _clear(self, now_ms: int) -> int:
        if not self._fault:
            return OK
        quota = self._fault == INTERNAL and self._quota.left_ms(now_ms) <= 0
        if quota or self._cause() or self._covered(now_ms):
            return FAULT_LATCHED
        self._fault = 0
        return OK

    # acting

    def _set(self, channel: Channel, setpoint: int, now_ms: int) -> None:
        if setpoint == channel.setpoint:
            return
        channel.setpoint = setpoint
        if channel.kind == PERCUSSION:
            self._slow_since = None
            self.hardware.set_motor(setpoint)
        elif setpoint:
            self.hardware.set_supply(True)
            self._next_control = now_ms
        else:
            self._cool(now_ms)

    def _cool(self, now_ms: int) -> None:
        self._heat_with(0.0, now_ms)
        self.hardware.set_supply(False)
        self._quota.stop(now_ms)
        if self._regulator:
            self._regulator.reset()

    def _heat_with(self, duty: float, now_ms: int) -> None:
        self.hardware.set_heater(duty)
        if self._cover:
            self._cover.heat(duty, now_ms)

    def _rest(self, now_ms: int) -> None:
        for channel in self.channels:
            channel.setpoint = 0
        self._slow_since = None
        self.hardware.set_motor(0)
        self._cool(now_ms)

    def _stop(self, now_ms: int) -> None:
        self._rest(now_ms)
        self._stopped = True

    def _fail(self, fault: int, now_ms: int) -> None:
        self._rest(now_ms)
        self._fault = fault

    def _expire(self, now_ms: int) -> None:
        for channel in self.channels:
            if channel.setpoint and now_ms >= channel.until:
                self._set(channel, 0, now_ms)
                self._expired = True

    def _button(self, now_ms: int) -> None:
        if not self.hardware.button():
            self._pressed_since = None
        elif self._pressed_since is None:
            self._pressed_since = now_ms
            self._presses = (self._presses + 1) & 0xFFFF
        elif now_ms - self._pressed_since >= LONG_PRESS_MS and not self._stopped:
            self._stop(now_ms)

    # measuring and regulating

    def _control(self, now_ms: int) -> None:
        cause = self._cause() or self._covered(now_ms)
        if not cause and self._slow(now_ms):
            cause = STALL
        regulator = self._regulator
        heat = [channel for channel in self._heat if channel.setpoint]
        if heat and regulator and self._hot is not None and not cause:
            duty = regulator.update(self._hot, heat[0].setpoint / 100, now_ms)
            if regulator.runaway(now_ms):
                cause = RUNAWAY
            else:
                self._heat_with(duty, now_ms)
        if cause and not self._fault:
            self._fail(cause, now_ms)
        self._next_control = now_ms + (CONTROL_MS if self.driven else IDLE_MS)

    def _cause(self) -> int:
        """The fault whose cause is there at this moment, or 0."""
        if self._heat:
            cause = self._read()
            if cause:
                return cause
        current = self.hardware.motor_current()
        if current is not None and current > self.config.most_current:
            return OVER_CURRENT
        battery = self.hardware.battery()
        if battery is not None and battery < BATTERY_LEAST:
            return BATTERY_LOW
        return 0

    def _read(self) -> int:
        raw = self.hardware.read_temperature()
        self._hot = self._raw = None
        if raw is None or raw < 0:
            return SENSOR_OPEN
        if raw > SHORT_ABOVE:
            return SENSOR_SHORT
        self._raw = raw / 100
        self._hot = self.config.pad.hottest(self._raw) if self.config.pad else self._raw
        return OVER_TEMPERATURE if self._hot >= CUT_OUT else 0

    def _covered(self, now_ms: int) -> int:
        """The fault of a pad whose hottest point is not where its calibration says, or 0."""
        cover, pad = self._cover, self.config.pad
        if cover is None or pad is None or self._raw is None:
            return 0
        cover.see(self._raw - pad.rest, now_ms)
        return OVER_TEMPERATURE if cover.found else 0

    def _slow(self, now_ms: int) -> bool:
        """Whether a driven motor has been stuck for too long."""
        speed = self.hardware.motor_speed()
        if speed is None or not self._motors or not self._motors[0].setpoint:
            return False
        if speed * 2 >= self._motors[0].low:
            self._slow_since = None
        elif self._slow_since is None:
            self._slow_since = now_ms
        return self._slow_since is not None and now_ms - self._slow_since >= STALL_MS

    # telling

    def _interval(self) -> int:
        if self.state != RUNNING:
            return IDLE_MS
        return self._period or 1 << 30

    def _tell(self, now_ms: int) -> None:
        """STATUS, at once on a change and else when it is due."""
        shown = [self.state, self.fault]
        for channel in self.channels:
            shown.append(channel.setpoint)
        if tuple(shown) == self._shown and now_ms < self._next_status:
            return
        self._shown = tuple(shown)
        values = []
        for channel in self.channels:
            values.append(channel.setpoint)
            values.append(self._actual(channel))
        battery = self.hardware.battery()
        uptime = (now_ms - self._booted) & 0xFFFFFFFF
        self._seq = (self._seq + 1) & 0xFF
        level = 255 if battery is None else battery
        self._send(codec.status(self._seq, self.session, uptime, shown[0], shown[1], level, values))
        self._next_status = now_ms + self._interval()

    def _actual(self, channel: Channel) -> int:
        if not channel.flags & MEASURED:
            return channel.setpoint
        value: int | None = None
        if channel.kind == HEAT:
            value = None if self._hot is None else int(self._hot * 100 + 0.5)
        elif channel.kind == PERCUSSION:
            value = self.hardware.motor_speed()
        elif channel.kind == CURRENT:
            value = self.hardware.motor_current()
        elif channel.kind == BUTTON:
            return self._presses
        return NO_READING if value is None else max(0, min(value, NO_READING - 1))

    def _ack(self, seq: int, kind: int, code: int) -> None:
        self._send(codec.ack(seq, self.session, kind, code))

    def _send(self, payload: bytes) -> None:
        self.hardware.write(codec.frame(payload) if self.config.framed else payload)
