"""The gate's table of cases: what is asked, what it is answered, and whose guard that is."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from safety_plans import CHANNELS, HAND_GUN, HAND_PAD, MIN, SEC, Drives, gun, heat, pad, plan, press, rest

from controller.safety import Driven, Request, Sample, Standing, Tightening, View
from protocols.plan import Strength

if TYPE_CHECKING:
    from collections.abc import Callable

HAND = {"pad": pad(**HAND_PAD), "gun": gun(**HAND_GUN)}
TIMED_PAD = {"pad": pad(leash="timer", measured=False)}
NAN, INF = math.nan, math.inf


@dataclass(frozen=True)
class Case:
    """`guard` (None: admitted, or denied before any guard) answers `limit`; `alone`: no other would."""

    name: str
    request: Any
    view: Any
    limit: str | None
    guard: str | None
    alone: bool = True


CASES: list[Case] = []


def also(
    name: str, asked: Any, limit: str | None = None, guard: str | None = None, *, alone: bool = True
) -> None:
    """A case of its own: admitted unless `limit` is given."""
    request, seen = asked
    CASES.append(Case(name, request, seen, limit, guard, alone))


def add(guard: str, limit: str, ask: Any, within: Any, past: Any, *, alone: bool = True) -> None:
    """`ask(value)` makes a (request, view): `within` is admitted, `past` refused."""
    if within is not None:
        also(f"{guard} {limit} within {within}", ask(within))
    also(f"{guard} {limit} past {past}", ask(past), limit, guard, alone=alone)


def view(drives: Drives, channels: Any = None, **other: Any) -> View:
    facts: dict[str, Any] = {
        "plan": drives.plan, "channels": channels or CHANNELS, "samples": drives.samples,
        "account": drives.account, "now_ms": drives.now, "started_ms": 0,
        "present_ms": drives.now, "paused_ms": 0, "worst_rating": None,
        "standing": drives.account.standing,
    }  # fmt: skip
    return View(**{**facts, **other})


def read(drives: Drives, **actual: Any) -> Drives:
    """New readings, as they come to the gate just before it is asked."""
    for role, value in actual.items():
        drives.samples[role] = Sample(value, drives.now)
    return drives


def heating(
    setpoint: float = 36.0, actual: Any = 36.0, channels: Any = None, other: Any = None, **facts: Any
) -> Any:
    made = plan(heat(**{"to": 41.0, "hold": 10 * MIN, **facts}))
    drives = read(Drives(made, channels or CHANNELS), pad=actual)
    return Request("pad", setpoint, 1), view(drives, channels, **(other or {}))


def pressing(
    strength: float = 0.2,
    drive: int = 0,
    channels: Any = None,
    other: Any = None,
    actual: Any = 1500.0,
    **facts: Any,
) -> Any:
    made = plan(press(**{"at": 0.9, "hold": 30 * MIN, **facts}))
    drives = Drives(made, channels or CHANNELS)
    drives.go(drive, {"gun": (1, 1300.0)})
    read(drives, gun=actual)
    low, high = (channels or CHANNELS)["gun"].low, (channels or CHANNELS)["gun"].high
    setpoint = strength * 100 if low is None or high is None else low + strength * (high - low)
    return Request("gun", setpoint, 1), view(drives, channels, **(other or {}))


def changed(request_view: Any, change: Callable[[Any], None]) -> Any:
    change(request_view[1].account)
    return request_view


def _body(dose: float, *, another: bool = False) -> Any:
    standing = Standing(tightenings=(Tightening(row="PF3", name="old", heat_hard=dose),))
    drives = read(Drives(plan(heat(to=41.0)), CHANNELS, standing), pad=38.0)
    return Request("pad", 38.0, 1), view(drives, standing=Standing() if another else standing)


also("heat passes", heating())
also("heat within what the body may have", _body(38.0))
also("heat over what the body may have", _body(37.9), "PF3")
also("the account of another body", _body(38.0, another=True), "missing")
also("percussion passes", pressing())
also("rest always passes", (Request("nobody", 0.0, 99), None))

# --- the plan and the device


def scaled(setpoint: float, channel: Any) -> Any:
    request, seen = pressing(at=RATE)
    return replace(request, setpoint=setpoint), replace(seen, channels={"gun": channel})


def _other_role(role: str) -> Any:
    made = plan(heat(role="pad"), heat("thighs", role="pad 2"))
    channels = {"pad": pad(), "pad 2": pad("pad 2")}
    return Request(role, 36.0, 1), view(
        read(Drives(made, channels), **{"pad": 36.0, "pad 2": 36.0}), channels
    )


add("_own_role", "plan", _other_role, "pad", "pad 2")
add("_own_role", "plan", lambda role: heating(channels={"pad": pad(role)}), "pad", "gun")
add("_own_role", "plan", lambda kind: heating(channels={"pad": pad(kind=kind)}), "heat", "percussion")


def _roles(roles: Any) -> Any:
    request, seen = heating()
    return request, replace(seen, plan=replace(seen.plan, roles=roles))


add("_own_role", "plan", _roles, {"pad": "heat"}, {"pad": "percussion"})
add("_own_level", "plan", lambda v: heating(v, 40.0, to=38.0), 38.0, 38.01)
add("_own_level", "plan", lambda v: heating(v, None, HAND, to=36.0), 37.0, 37.01)
add("_own_level", "plan", lambda v: pressing(v, at=0.2), 0.2, 0.2005)
add("_own_level", "plan", lambda v: pressing(v, at=Strength(1400.0, "/min")), 0.1, 0.1005)
RATE = Strength(1400.0, "/min")  # a tenth of the way of a device of 1200 to 3200 /min
for scale in (gun(**HAND_GUN), gun(**{**HAND_GUN, "high": 3200.0}), gun(**{**HAND_GUN, "low": 1200.0})):
    add("_own_level", "plan", lambda v, c=scale: scaled(v, c), 10.0, 10.1)
add("_own_level", "plan", lambda v: scaled(v, gun(low=1000.0)), 1400.0, 1401.0)
add("_own_level", "plan", lambda v: pressing(v, channels=HAND, at=0.2), 0.2, 0.201)
add(
    "_own_level",
    "plan",
    lambda v: pressing(v, channels={"gun": gun(low=None)}, at=0.1),
    None,
    0.2,
    alone=False,
)


def _no_strength(_: Any) -> Any:
    request, seen = pressing()
    bare = replace(seen.plan.segment(1), at=None)
    return request, replace(seen, plan=replace(seen.plan, segments=(bare,)))


add("_own_level", "plan", _no_strength, None, "no strength")
add("_own_time", "plan", lambda v: pressing(drive=v, hold=20 * SEC), 20_100, 20_101)


def _heated(drive: int, channels: Any = CHANNELS, actual: Any = 37.0, **facts: Any) -> Any:
    made = plan(heat(**{"to": 38.0, "hold": MIN, "within": MIN, **facts}))
    drives = Drives(made, channels)
    drives.go(100, {"pad": (1, 36.0)}, {"pad": actual}, step=100)
    drives.go(drive - 100, {"pad": (1, 36.0)}, {"pad": actual})
    return Request("pad", 36.0, 1), view(drives, channels)


add("_own_time", "plan", _heated, 120_100, 120_101)
add("_own_time", "plan", lambda v: _heated(v, HAND), 60_100, 60_101)
add("_in_range", "device", pressing, 0.0, -0.005)
add("_in_range", "device", lambda v: heating(v, 40.0, {"pad": pad(high=38.0)}), 38.0, 38.01)
add("_in_range", "device", lambda v: heating(v, 40.0, {"pad": pad(low=35.0)}), 35.0, 34.99)
add("_in_range", "device", lambda low: pressing(channels={"gun": gun(low=low)}), 1000.0, None)
add("_in_range", "device", lambda high: heating(channels={"pad": pad(high=high)}), 45.0, None)
add("_in_range", "device", lambda v: pressing(v, channels=HAND), 0.35, -0.01)
add("_in_range", "device", lambda v: pressing(v, channels=HAND, at=3.0), None, 1.01, alone=False)
for half in ("low", "high"):
    by_hand = {"pad": pad(**{**HAND_PAD, half: 30.0})}
    also(f"by hand a scale with only its {half} is none", heating(channels=by_hand))

# --- the session


def _late(now: int) -> Any:
    request, seen = pressing()
    return request, replace(seen, now_ms=now, present_ms=now, samples={"gun": Sample(1500.0, now)})


add("_se1", "SE1", _late, 60 * MIN, 60 * MIN + 1)
add("_se1", "SE1", lambda v: heating(other={"started_ms": v}), 0, 1)
add("_se1", "SE1", lambda v: heating(other={"started_ms": v}), 0, None)
add("_se1", "SE1", lambda v: pressing(other={"started_ms": v}), 0, 1)
add("_se8", "SE8", lambda v: pressing(other={"paused_ms": v}), 10 * MIN, 10 * MIN + 1)
add("_se8", "SE8", lambda v: heating(other={"paused_ms": v}), 10 * MIN, NAN)
add("_pc9", "PC9", lambda v: pressing(other={"worst_rating": v}), 7.999, 8.0)
add("_pc9", "PC9", lambda v: heating(other={"worst_rating": v}), 0.0, NAN)
add("_zn1", "ZN1", lambda v: pressing(place="piriformis", move=v), "along", "still")
add("_zn1", "ZN1", lambda v: pressing(place=v, move="still"), "gluteus maximus", "deep rotators")
add("_zn1", "ZN1", lambda v: pressing(0.0, place=v), "gluteus medius", "iliopsoas")
add("_zn1", "ZN1", lambda v: pressing(0.0, place=v), "erector spinae", "lower back")
add("_zn1", "ZN1", lambda v: heating(place=v), "hips", "iliopsoas")

# --- the leash

LEG = "gluteus maximus"


def _leashed(leash: str, strength: float = 0.2, drive: int = 10 * SEC) -> Any:
    return pressing(strength, drive, {"gun": gun(leash=leash)}, place=LEG)


add("_le1", "LE1", _leashed, "lease", "rope")
for name, row, leash in (("_le2", "LE2", "timer"), ("_le3", "LE3", "none")):
    add(name, row, lambda v, leash=leash: _leashed(leash, v), 0.35, 0.3505)
    add(name, row, lambda v, leash=leash: _leashed(leash, drive=v), 60_099, 60_100)
also("a lease goes further", _leashed("lease", 0.5, 70 * SEC))
add("_le3", "LE3", lambda v: heating(channels={"pad": pad(leash=v)}), "timer", "none")
add("_le4", "LE4", lambda v: pressing(v, channels=HAND), 0.35, 0.3505)
KNOWN = {"gun": gun(leash="person", measured=False)}
also("by hand on a known scale", pressing(0.5, channels=KNOWN))

# --- heat


def _aged(age: int, make: Any = heating) -> Any:
    request, seen = make()
    samples = {role: Sample(sample.actual, -age) for role, sample in seen.samples.items()}
    return request, replace(seen, samples=samples)


def _mute(make: Any = heating) -> Any:
    request, seen = make()
    return request, replace(seen, samples={})


for bad in (None, NAN, INF, -INF, 4.99):
    hot = bad == INF or (bad is not None and math.isnan(bad))  # HT2 would say it too
    add("_ht20", "HT20", lambda v: heating(actual=v), 5.0, bad, alone=not hot)
add("_ht20", "HT20", lambda v: heating(actual=v), 43.99, 60.01, alone=False)
also("60 °C is a valid reading, and a trip", heating(actual=60.0), "HT2", "_ht2")
for bad in (None, NAN, INF, -0.1):
    add("_ht20", "HT20", lambda v: pressing(actual=v), 0.0, bad)
add("_ht20", "HT20", _aged, 5_000, 5_001)
add("_ht20", "HT20", _aged, 0, -1)
add("_ht20", "HT20", lambda v: _aged(v, pressing), 5_000, 5_001)
add("_ht20", "HT20", lambda _: _mute(), None, "no reading of heat")
add("_ht20", "HT20", lambda _: _mute(pressing), None, "no reading of percussion")
ECHO, TIMED = {"gun": gun(measured=False)}, {"gun": gun(leash="timer")}
BLIND = {"gun": gun(leash="timer", measured=False)}
for which, real in (("echo", ECHO), ("timed", TIMED)):
    add("_ht20", "HT20", lambda _, c=real: _mute(lambda: pressing(channels=c)), None, which)
for which, real in (("blind", BLIND), ("hand", HAND)):
    also(f"no reading of {which}", _mute(lambda c=real: pressing(channels=c)))
for which, real, told in (("timed", TIMED_PAD, 39.0), ("hand", HAND, 37.0)):
    also(f"no reading of a {which} pad", _mute(lambda c=real, t=told: heating(t, channels=c)))
    also(f"a reading that a {which} pad does not have", heating(37.0, 50.0, real))
add("_ht19", "HT19", lambda v: heating(channels={"pad": pad(measured=False, leash=v)}), "timer", "lease")
also("by hand without telemetry", heating(channels=HAND))


def _silent(age: int | None, make: Any = heating) -> Any:
    request, seen = make()
    now = 20 * MIN
    return request, replace(
        seen,
        now_ms=now,
        present_ms=None if age is None else now - age,
        samples={role: Sample(s.actual, now) for role, s in seen.samples.items()},
    )


add("_ht15", "HT15", _silent, 10 * MIN, 10 * MIN + 1)
add("_ht15", "HT15", _silent, 0, -1)
add("_ht15", "HT15", _silent, 0, None)
also("percussion asks for no presence", _silent(20 * MIN, pressing))
add("_ht1", "HT1", lambda v: heating(v, 42.0, to=43.0), 42.0, 42.01)
add("_ht2", "HT2", lambda v: heating(actual=v), 43.99, 44.0)


def _samples(*actual: float) -> Any:
    drives = Drives(plan(heat(to=41.0, hold=10 * MIN)))
    for value in actual:
        drives.go(200, {"pad": (1, 36.0)}, {"pad": value}, step=200)
    return Request("pad", 36.0, 1), view(drives)


add("_ht2", "HT2", lambda v: _samples(43.0, v), 42.99, 43.0)
add("_ht2", "HT2", lambda v: _samples(v, 43.0), 42.99, 43.0)
also("two hot samples with a cooler one between", _samples(43.5, 42.9, 43.5))
add("_ht18", "HT18", lambda v: heating(v, 40.5, place="neck"), 40.0, 40.01)
add("_ht18", "HT18", lambda v: heating(v, 40.5, place="lower back"), 40.0, 40.01)
also("not the neck", heating(40.5, 40.5))
NECK = {"place": "neck", "hold": 30 * MIN}
add("_ht18", "HT18", lambda v: _heated(v + 100, **NECK), 15 * MIN - 1, 15 * MIN)
also("not the neck for long", _heated(15 * MIN + 100, hold=30 * MIN))
LONG = {"hold": 29 * MIN, "to": 41.0, "actual": 40.1}
add("_ht4", "HT4", lambda v: _heated(v + 100, **LONG), 20 * MIN + 99, 20 * MIN + 100)
also("40 °C may last", _heated(20 * MIN + 200, **{**LONG, "to": 40.0}))
HOT = {"hold": 29 * MIN, "to": 42.0, "actual": 41.1}
add("_ht4", "HT4", lambda v: _heated(v + 100, **HOT), 8 * MIN + 99, 8 * MIN + 100)


def _after_hot(to: float) -> Any:
    made = plan(heat(to=41.0, hold=29 * MIN), heat(to=to))
    drives = Drives(made).go(21 * MIN, {"pad": (1, 36.0)}, {"pad": 40.1})
    return Request("pad", 36.0, 2), view(drives)


add("_ht4", "HT4", _after_hot, 40.0, 40.01)
WHOLE = {"hold": 31 * MIN, "to": 39.0, "actual": 38.5}
add("_ht4", "HT4", lambda v: _heated(v + 100, **WHOLE), None, 30 * MIN + 100, alone=False)
SITE = ("upper back", "right")


def _dosed(dose: float, channels: Any = CHANNELS, setpoint: float = 36.0) -> Any:
    return changed(heating(setpoint, channels=channels), lambda a: a._dose.update({SITE: dose}))


add("_ht5", "HT5", _dosed, 1.999, 2.0)
add("_ht5", "HT5", _dosed, 1.999, NAN)
add("_ht5", "HT5", lambda v: _dosed(v, HAND), 0.999, 1.0)
add("_ht5", "HT5", lambda v: changed(_heated(SEC, HAND), lambda a: a._dose.update({SITE: v})), 1.999, 2.0)


def _all_heat(milliseconds: int) -> Any:
    def change(account: Any) -> None:
        account.heat_driven_ms, account.heats = milliseconds, 2

    return changed(heating(), change)


add("_ht9", "HT9", _all_heat, 30 * MIN + 199, 30 * MIN + 200)
SPENT = changed(pressing(), lambda account: setattr(account, "heat_driven_ms", 31 * MIN))
also("heat spent is no matter to percussion", SPENT)
add("_ht11", "HT11", lambda v: heating(v, 30.0), 36.01, 36.02)
add("_ht11", "HT11", lambda v: heating(v, 38.0), 38.01, 38.02)


def _ramped(setpoint: float, started_with: Any = 36.0, segment: int = 1, begun: int = 1) -> Any:
    made = plan(heat(to=41.0), heat(to=41.0))
    drives = Drives(made).go(MIN, {"pad": (begun, 36.0)}, {"pad": started_with})
    return Request("pad", setpoint, segment), view(read(drives, pad=36.0))


add("_ht11", "HT11", _ramped, 39.01, 39.02)
add("_ht11", "HT11", lambda v: _ramped(v, 37.0), 40.01, 40.02)
add("_ht11", "HT11", lambda v: _ramped(v, None), 39.01, 39.02)
add("_ht11", "HT11", lambda v: _ramped(v, segment=2), 36.01, 36.02)
also("a timed pad has no ramp", heating(39.0, None, TIMED_PAD))


def _blind(milliseconds: int, channels: Any = HAND) -> Any:
    return changed(heating(channels=channels), lambda a: a._unmeasured.update({SITE: milliseconds}))


add("_ht22", "HT22", _blind, 15 * MIN - 1, 15 * MIN)
add("_ht22", "HT22", lambda v: _blind(v, TIMED_PAD), 15 * MIN - 1, 15 * MIN)
also("a pad that is measured", _blind(15 * MIN, CHANNELS))

# --- percussion

add("_pc13", "PC13", lambda v: pressing(v, 10 * SEC), 0.6, 0.6005)
add("_pc13", "PC13", lambda v: pressing(v, 10 * SEC, place="thighs"), 0.3, 0.3005)
add("_pc10", "PC10", pressing, 0.3, 0.3005)
add("_pc10", "PC10", lambda v: pressing(0.4, v), 10_000, 9_999)


def _other_drive(begun: int) -> Any:
    drives = Drives(plan(press(at=0.9, hold=MIN), press(at=0.9, hold=MIN)))
    drives.go(11 * SEC, {"gun": (begun, 1300.0)})
    return Request("gun", 2000.0, 1), view(read(drives, gun=1300.0))


add("_pc10", "PC10", _other_drive, 1, 2)
also("by hand there is no ramp", pressing(0.35, channels=HAND))
add("_pc1", "PC1", lambda v: pressing(drive=v, move="still"), 59_999, 60_000)
add("_pc1", "PC1", lambda v: pressing(drive=60_000, move=v, side="both"), "along", "still")
add("_pc2", "PC2", lambda v: pressing(drive=v), 119_999, 120_000)
add("_pc2", "PC2", lambda v: pressing(drive=v, side="both"), 119_999, 120_000)


def _all_percussion(milliseconds: int) -> Any:
    return changed(pressing(), lambda account: setattr(account, "percussion_ms", milliseconds))


def _site_percussion(milliseconds: int) -> Any:
    site = ("upper back", "left")
    return changed(pressing(), lambda account: account._percussion.update({site: milliseconds}))


add("_pc3", "PC3", _site_percussion, 5 * MIN - 1, 5 * MIN)
add("_pc5", "PC5", _all_percussion, 15 * MIN - 1, 15 * MIN)
SPENT = changed(heating(), lambda account: setattr(account, "percussion_ms", 16 * MIN))
also("percussion spent is no matter to heat", SPENT)


def _second(
    first: int, rested: int = 0, second: int = 30 * SEC, begun: int = 0, *, paused: bool = False
) -> Any:
    drives = Drives(plan(press(hold=5 * MIN), press("rhomboids", hold=second)))
    drives.go(first, {"gun": (1, 1300.0)}).go(rested, paused=paused).go(begun, {"gun": (2, 1300.0)})
    return Request("gun", 1300.0, 2), view(read(drives, gun=0.0))


add("_pc6", "PC6", _second, 90_000, 90_001)
add("_pc6", "PC6", lambda v: _second(100_000, v), 20_000, 19_999)
add("_pc6", "PC6", lambda v: _second(100_000, 30_000, paused=v), False, True)
add("_pc6", "PC6", lambda v: _second(v, begun=10_000), 90_000, 90_001)

# --- order


def _at_once(
    driven: Any, pressed: str = "upper trapezius", *, press_it: bool = True, drive: Any = None
) -> Any:
    made = plan(heat(to=38.0, side="left"), press(pressed), press("rectus femoris", role="gun 2"))
    channels = {**CHANNELS, "gun 2": gun("gun 2")}
    drives = Drives(made, channels)
    drives.go(SEC, drive or {})
    read(drives, pad=36.0, gun=0.0)
    held = {role: Driven(*pair) for role, pair in driven.items()}
    asked = Request("gun", 1300.0, 2) if press_it else Request("pad", 36.0, 1)
    return asked, view(drives, channels, driven=held)


add("_se6", "SE6", _at_once, {"pad": (1, 0.0)}, {"pad": (1, 36.0)})
add("_se6", "SE6", lambda v: _at_once({"pad": (1, 36.0)}, v), "rectus femoris", "erector spinae")
add("_se6", "SE6", lambda v: _at_once(v, press_it=False), {"gun 2": (3, 1300.0)}, {"gun": (2, 1300.0)})
add("_se6", "SE6", lambda v: _at_once({}, drive=v), {}, {"pad": (1, 36.0)}, alone=False)
add("_se6", "SE6", lambda v: _at_once({}, drive=v, press_it=False), {}, {"gun": (2, 1300.0)}, alone=False)
add("_se6", "SE6", lambda v: _at_once({**v, "gun 2": (3, 1300.0)}, press_it=False), {}, {"gun": (2, 1300.0)})
also("two heads", _at_once({"gun 2": (3, 1300.0)}, "vastus lateralis"))
also("itself", _at_once({"pad": (1, 36.0)}, press_it=False))


def _warmed(
    gap: int, skin: float = 37.0, strength: float = 0.2, drive: int = 0, place: str = LEG,
    channels: Any = CHANNELS, side: str = "left",
) -> Any:  # fmt: skip
    drives = Drives(plan(heat("thighs", to=39.0, side="left"), press(place, 0.9, side=side)), channels)
    drives.go(MIN, {"pad": (1, 39.0)}, {"pad": 39.0}).go(gap - drive, actual={"pad": skin})
    drives.go(drive, {"gun": (2, 1300.0)}, {"pad": 39.0})
    read(drives, gun=1300.0)
    return Request("gun", 1200.0 + 2000 * strength, 2), view(drives, channels)


add("_se4", "SE4", _warmed, 60_000, 59_999)
add("_se4", "SE4", lambda v: _warmed(60_000, v), 38.0, 38.01)
add("_se4", "SE4", lambda v: _warmed(60_000, v), 38.0, None)
add("_se4", "SE4", lambda v: _warmed(100_000, strength=v, drive=20_000), 0.5, 0.5005)
add("_se4", "SE4", lambda v: _warmed(v, strength=0.6, drive=20_000), 300_000, 299_999)
add("_se4", "SE4", lambda v: _warmed(SEC, place=v), "erector spinae", "gluteus medius")
add("_se4", "SE4", lambda v: _warmed(v, side="right"), 60_000, 59_999)
MIXED = {"pad": HAND["pad"], "gun": gun()}
add("_se4", "SE4", lambda v: _warmed(v, channels=MIXED), 120_000, 119_999)


def _pressed(gap: int, setpoint: float = 36.0, place: str = "upper back", side: str = "left") -> Any:
    drives = Drives(plan(press(side="left"), heat(place, to=41.0, side=side)))
    drives.go(10 * SEC, {"gun": (1, 1300.0)}).go(gap)
    return Request("pad", setpoint, 2), view(read(drives, pad=40.5))


add("_se5", "SE5", _pressed, 120_000, 119_999)
add("_se5", "SE5", lambda v: _pressed(120_000, v), 40.0, 40.01)
add("_se5", "SE5", lambda v: _pressed(SEC, place=v), "glutes", "lower back")
add("_se5", "SE5", lambda v: _pressed(v, side="right"), 120_000, 119_999)

# --- what cannot be judged


def broken(make: Any, **facts: Any) -> Any:
    request, seen = make()
    return request, replace(seen, **facts)


for field in ("plan", "channels", "samples", "account", "now_ms", "paused_ms", "driven"):
    also(f"{field} missing", broken(heating, **{field: None}), "missing")


def asked(**facts: Any) -> Any:
    request, seen = heating()
    return replace(request, **facts), seen


for wild in (NAN, INF, -INF, None, "36"):
    also(f"setpoint {wild}", asked(setpoint=wild), "missing")
for number in (-1, 0, 2, None):
    also(f"segment {number}", asked(segment=number), "missing")
also("role unknown", asked(role="other"), "missing")
also("no view", (asked()[0], None), "missing")
also("a rest drives nothing", (asked()[0], view(read(Drives(plan(rest(MIN))), pad=36.0))), "missing")
