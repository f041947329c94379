"""The numbers of the limits, and what is forbidden where: `safety.md` section 6. `table` has them as rows.

Times are milliseconds, temperatures °C at the hottest point that touches the skin, strengths the
fraction of the way from a device's slowest to its fastest, doses CEM43 minutes. Soft values bind
plans; a run stops at hard ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from protocols.body import ADJACENT, area_of, points_of

if TYPE_CHECKING:
    from protocols.plan import Place

SECOND_MS = 1_000
MINUTE_MS = 60_000
TICK_MS = 100
"""The control loop's period: a segment ends at the first tick at which its time is up."""

HT1_SOFT, HT1_HARD = 41.0, 42.0
HT2_SOFT, HT2_SOFT_MS = 42.5, 5 * SECOND_MS
HT2_HARD = 43.0  # °C, in two samples in a row
HT2_AT_ONCE = 44.0
HT4_SOFT = (
    (float("-inf"), 30 * MINUTE_MS),
    (39.0, 20 * MINUTE_MS),
    (40.0, 15 * MINUTE_MS),
    (41.0, 4 * MINUTE_MS),
)
HT4_HARD = (
    (float("-inf"), 30 * MINUTE_MS),
    (39.0, 30 * MINUTE_MS),
    (40.0, 20 * MINUTE_MS),
    (41.0, 8 * MINUTE_MS),
)
"""(over this temperature, at most this long): cumulative. Over 42 °C nothing is left: that is HT1."""
HT5_SOFT, HT5_HARD = 1.0, 2.0
HT6_SOFT, HT6_HARD = 1.5, 2.0
HT7_SOFT_MS, HT7_HARD_MS = 45 * MINUTE_MS, 60 * MINUTE_MS
HT8_SESSIONS = 3  # a day
HT8_SOFT_MS, HT8_HARD_MS = 60 * MINUTE_MS, 30 * MINUTE_MS
HT9_MS = 30 * MINUTE_MS
HT10_DAYS = 5  # in a row
HT11_FREE, HT11_SOFT, HT11_HARD = 36.0, 2.0, 3.0  # °C at once; °C a minute from there
HT12_FROM, HT12_MS = 36.0, 20 * SECOND_MS  # over this temperature; over that time
HT12_SOFT, HT12_HARD = 4.0, 6.0  # °C a minute
HT12_JUMP = 1.0  # °C a second, anywhere
HT13_SOFT, HT13_HARD, HT13_HARD_MS = 0.5, 1.0, 10 * SECOND_MS
HT14_UNDER, HT14_RISE, HT14_MS = 2.0, 1.0, 60 * SECOND_MS
HT15_SOFT_MS, HT15_HARD_MS = 5 * MINUTE_MS, 10 * MINUTE_MS
HT15_ANSWER_MS = 60 * SECOND_MS
HT16_COOL, HT16_WAIT_MS, HT16_AGAIN_MS = 36.0, 5 * MINUTE_MS, 10 * MINUTE_MS
HT17_SOFT, HT17_HARD = 1, 2  # zones heated at once
HT18_SOFT, HT18_HARD = 39.0, 40.0
HT18_SOFT_MS, HT18_HARD_MS = 10 * MINUTE_MS, 15 * MINUTE_MS
HT20_SOFT_MS, HT20_HARD_MS = 3 * SECOND_MS, 5 * SECOND_MS
HT20_LOWEST, HT20_HIGHEST = 5.0, 60.0
HT21_WARM, HT21_HOT = 35.0, 38.0
HT21_CHANGE, HT21_MS = 0.5, MINUTE_MS
HT21_BATTERY = 20  # per cent
HT22_SOFT_MS, HT22_HARD_MS = 10 * MINUTE_MS, 15 * MINUTE_MS
HT22_LOOK_MS = 3 * MINUTE_MS
PC1_SOFT_MS, PC1_HARD_MS = 30 * SECOND_MS, 60 * SECOND_MS
PC2_SOFT_MS, PC2_HARD_MS = 60 * SECOND_MS, 120 * SECOND_MS
PC3_SOFT_MS, PC3_HARD_MS = 120 * SECOND_MS, 300 * SECOND_MS
PC4_SOFT_MS, PC4_HARD_MS = 240 * SECOND_MS, 300 * SECOND_MS
PC5_SOFT_MS, PC5_HARD_MS = 10 * MINUTE_MS, 15 * MINUTE_MS
PC5_DAY_SOFT_MS, PC5_DAY_HARD_MS = 15 * MINUTE_MS, 30 * MINUTE_MS
PC6_SOFT_MS, PC6_HARD_MS = 30 * SECOND_MS, 20 * SECOND_MS
PC7_SOFT_MS, PC7_HARD_MS = 360 * MINUTE_MS, 240 * MINUTE_MS
PC7_SESSIONS, PC7_DAYS = 2, 5  # a day; days of a week
PC8_SOFT, PC8_HARD = 0.5, 0.6
PC8_SOFT_MS, PC8_HARD_MS = 60 * SECOND_MS, 120 * SECOND_MS  # a day
PC9_SOFT, PC9_HARD = 7.0, 8.0
PC9_LOCK_MS = 1440 * MINUTE_MS
PC10_SOFT = 0.02  # a second
PC10_HARD, PC10_HARD_MS = 0.3, 10 * SECOND_MS
PC12_SOFT_MS, PC12_HARD_MS = 20 * MINUTE_MS, 30 * MINUTE_MS  # a day
SP1_SOFT_MS, SP1_HARD_MS = 60 * SECOND_MS, 90 * SECOND_MS
SP2_HOLDS, SP2_APART_MS = 3, 30 * SECOND_MS
SP3_POINTS = 6
SP4_SOFT, SP4_HARD = 25.0, 50.0  # N/cm²
SE1_SOFT_MS, SE1_HARD_MS = 45 * MINUTE_MS, 60 * MINUTE_MS
SE2_SOFT, SE2_HARD = 500, 2_000
SE3_SOFT, SE3_HARD = 4, 8  # areas
SE4_SKIN, SE4_GAP_MS = 38.0, 60 * SECOND_MS
SE4_STRENGTH, SE4_STRENGTH_MS = 0.5, 5 * MINUTE_MS
SE5_HIGHEST, SE5_GAP_MS = 40.0, 120 * SECOND_MS
SE7_SOFT_MS, SE7_HARD_MS = 240 * MINUTE_MS, 60 * MINUTE_MS
SE8_MS = 10 * MINUTE_MS
HZ03_RISE, HZ03_LAG_MS = 0.5, 35 * SECOND_MS  # a sensor's lag and dead time at most (section 1.5)
HZ06_MS, HZ06_MOVED, HZ06_WARM, HZ06_UNDER = 30 * SECOND_MS, 1.0, 38.0, 0.3
HZ13_MS = 2 * SECOND_MS
HZ15_MS = SECOND_MS
HZ21_HEAT, HZ21_LOWEST = 15, 10  # per cent
HZ35_MS, HZ35_SHARE = SECOND_MS, 0.25
LE_STRENGTH, LE_BOUT_MS = 0.35, 60 * SECOND_MS
HAND_COOL_MS = 120 * SECOND_MS
"""By hand `cool` is two minutes off the skin (`protocol-language.md`, "A device worked by hand")."""
LOWEST_SETTING = 37.0
"""°C that a pad's lowest setting is told as by hand: the heat level `low` (`protocol-language.md`)."""
NEAR_TARGET = 1.0
"""°C around `to` in which a minute of heat counts (section 6, the notes on counting)."""
STRENGTH_GRAIN = 1e-6
"""A difference of strength that is only the rounding of a division."""


@dataclass(frozen=True, slots=True)
class Region:
    """Percussion at a point: strength soft and hard (0: none at all), and the soft bout."""

    soft: float
    hard: float
    bout_ms: int


_UPPER_BACK = Region(0.4, 0.6, 60_000)
_HIP = Region(0.5, 0.7, 60_000)
_SCIATIC = Region(0.4, 0.4, 45_000)
_LARGE = Region(0.6, 0.8, 90_000)
_NEVER = Region(0.0, 0.0, 0)

REGIONS: dict[str, Region] = {
    "suboccipitals": Region(0.0, 0.2, 30_000),
    "upper trapezius": _UPPER_BACK,
    "levator scapulae": _UPPER_BACK,
    "rhomboids": _UPPER_BACK,
    "thoracic paraspinals": _UPPER_BACK,
    "infraspinatus": _UPPER_BACK,
    "erector spinae": Region(0.4, 0.5, 45_000),
    "quadratus lumborum": _NEVER,
    "tensor fasciae latae": _HIP,
    "gluteus medius": _HIP,
    "iliopsoas": _NEVER,
    "gluteus maximus": _LARGE,
    "gluteus minimus": _SCIATIC,
    "piriformis": _SCIATIC,
    "deep rotators": _SCIATIC,
    "vastus lateralis": _LARGE,
    "rectus femoris": _LARGE,
    "hamstrings": Region(0.5, 0.7, 60_000),
    "adductors": Region(0.2, 0.3, 30_000),
}
"""PC13 and the bouts of PC2, from the region table of section 6.2."""

PC11_SOFT: dict[str, float] = {
    "upper back": 50.0, "lower back": 50.0, "hips": 45.0, "glutes": 45.0, "thighs": 55.0,
}  # fmt: skip
"""PC11: newtons by area, a quarter of the region's; the neck has no percussion and no row."""
PC11_HARD: dict[str, float] = {
    "upper back": 105.0, "lower back": 105.0, "hips": 90.0, "glutes": 90.0, "thighs": 110.0,
}  # fmt: skip
"""PC11: half of the region's."""
ONE_SESSION_MS = 30 * MINUTE_MS
"""What is given with gaps under this is one session (section 6)."""
DAY_MS = 1440 * MINUTE_MS

NO_PERCUSSION = frozenset(point for point, region in REGIONS.items() if region.hard == 0)
"""ZN1: the flank and the groin."""
NO_STILL = frozenset({"piriformis", "gluteus minimus", "deep rotators"})
"""ZN1: the sciatic line, where a head moves or is not there."""
TENDER_TO_HEAT = frozenset({"suboccipitals", "quadratus lumborum"})
"""HT18: the back of the neck and the flank."""

Site = tuple[str, str]
"""An area with one side (`left` or `right`): what bouts, heat and neighbours are counted by."""
Spot = tuple[str, str]
"""A point with one side."""


@cache
def region(name: str) -> Region:
    """The strictest of the points that `name` stands for. Raises KeyError for an unknown name."""
    each = [REGIONS[point] for point in points_of(name)]
    return Region(min(r.soft for r in each), min(r.hard for r in each), min(r.bout_ms for r in each))


def percussion_forbidden(name: str) -> bool:
    """Whether a point of `name` is never worked by a device (ZN1)."""
    return not NO_PERCUSSION.isdisjoint(points_of(name))


def still_forbidden(name: str) -> bool:
    """Whether a head must move on a point of `name` (ZN1)."""
    return not NO_STILL.isdisjoint(points_of(name))


def heat_forbidden(name: str) -> bool:
    """Whether `name` is never heated (ZN1): the groin; heat on `hips` means the outer hip."""
    return name == "iliopsoas"


def tender_to_heat(name: str) -> bool:
    """Whether HT18 holds at `name`."""
    return not TENDER_TO_HEAT.isdisjoint(points_of(name))


def _sides(place: Place) -> tuple[str, ...]:
    return (place.side,) if place.side in {"left", "right"} else ("left", "right")


@cache
def sites(place: Place) -> tuple[Site, ...]:
    """The area of `place` with each of its sides; without a side it has both."""
    return tuple((area_of(place.name), side) for side in _sides(place))


@cache
def spots(place: Place) -> tuple[Spot, ...]:
    """Every point of `place` with each of its sides."""
    return tuple((point, side) for point in points_of(place.name) for side in _sides(place))


@cache
def around(place: Place) -> tuple[Site, ...]:
    """The sites that are the same as, or adjacent to, those of `place`: on both sides (SE4 to SE6)."""
    area = area_of(place.name)
    return tuple((near, side) for side in ("left", "right") for near in sorted({area, *ADJACENT[area]}))
