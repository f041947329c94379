"""Pads as different as they come, and one of them held to a ramp by its firmware's own parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from simulator.device import calibration
from simulator.firmware.cover import BANK, Cover
from simulator.firmware.heater import Regulator
from simulator.physics import HeatPad, PadFacts, Tissue

if TYPE_CHECKING:
    from collections.abc import Callable

PADS = {
    "standard": PadFacts(),
    "small": PadFacts(
        power=20, pad_capacity=200, skin_capacity=100, pad_to_skin=3, pad_to_air=0.35, skin_to_body=0.8,
        sensor_lag_ms=10_000, dead_time_ms=2000,
    ),
    "large": PadFacts(
        power=50, pad_capacity=600, skin_capacity=300, pad_to_skin=8, pad_to_air=1.0, skin_to_body=2.4,
        sensor_lag_ms=20_000,
    ),
    "strong": PadFacts(power=45),
    "lagging": PadFacts(power=25, pad_capacity=400, sensor_lag_ms=30_000, dead_time_ms=5000),
    "even": PadFacts(hot_spot=0.3),
    "uneven": PadFacts(hot_spot=0.6),
    "rough": PadFacts(hot_spot=1.0),
    "lined": PadFacts(pad_to_air=0.2),
}  # fmt: skip
IDLE_MS = 90_000
LONGEST_S = 2400.0  # a pad that cannot get there
HOT = 0.3  # °C under its target a pad counts as there


def but(facts: PadFacts, **times: float) -> PadFacts:
    """The same pad, some of its facts so many times as great."""
    return replace(facts, **{name: getattr(facts, name) * by for name, by in times.items()})


def highest(facts: PadFacts) -> float:
    """°C that the device offers, and that any limit lets through."""
    return min(42.0, int(calibration(facts).highest() * 10) / 10)


@dataclass
class Course:
    """What became of it. `full` is how near the bank was to a cover: 1 is one."""

    found_s: float | None = None  # after the cover was put on, or after the heat began
    full: float = 0.0
    dose: float = 0.0
    hottest: float = 0.0


def hold(
    calibrated: PadFacts,
    target: float,
    seconds: float,
    *,
    real: PadFacts | None = None,
    covered_s: float | None = None,
    slow_s: float | None = None,
    setpoint: Callable[[float, float], float] | None = None,
    start: float | None = None,
    idle_ms: int = IDLE_MS,
) -> Course:
    """`seconds` at `target` after a ramp from 36 °C, off when the firmware finds a cover, and what follows.

    `covered_s` counts from when it is warm (less than 0: from the beginning), `slow_s` from when the heat
    begins. `setpoint` makes another of the seconds since then and the ramp's; `seconds` count from there.
    """
    cal = calibration(calibrated)
    pad, tissue = HeatPad(real or calibrated, 0, start), Tissue()
    pad.lie_on(tissue, 0)
    assert cal.flows is not None
    regulator, cover = Regulator(cal), Cover(cal.flows, cal.rest, cal.spot)
    course, ramped, warm, put_on, off = Course(), -1, -1, -1, -1
    now = 0
    while off < 0 or now < off + 240_000:
        raw = round(pad.sensor(now) * 100) / 100
        cover.see(raw - cal.rest, now)
        reading, told = cal.hottest(raw), 0.0
        if now >= idle_ms and off < 0:
            since = (now - idle_ms) / 1000
            ramped = now if ramped < 0 and reading >= 35.5 else ramped
            told = min(target, 36.0 + (0.0 if ramped < 0 else round((now - ramped) / 30_000, 1)))
            warm = now if warm < 0 and reading >= target - HOT else warm
            if setpoint is not None:
                told = setpoint(since, told)
            if covered_s is not None and put_on < 0 and warm >= 0 and now - warm >= covered_s * 1000:
                put_on = now
            pad.wear(
                now,
                covered=put_on >= 0 or (covered_s is not None and covered_s < 0),
                slow_sensor=slow_s is not None and since >= slow_s,
            )
            course.full = max(course.full, cover._bank / (BANK * calibrated.pad_capacity))
            over = since >= seconds if setpoint else warm >= 0 and now - warm >= seconds * 1000
            over |= since >= LONGEST_S
            if cover.found:
                course.found_s = (now - max(put_on, idle_ms)) / 1000
            if over or cover.found:
                off, told = now, 0.0
        duty = regulator.update(reading, told, now) if told else 0.0
        if not told:
            regulator.reset()
        pad.set_duty(duty, now)
        cover.heat(duty, now)
        now += 200 if told else 1000
    pad.hottest(now)
    course.dose, course.hottest = tissue.dose, tissue.hottest_seen
    return course
