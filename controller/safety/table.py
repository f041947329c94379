"""The limits as one table: every row of sections 6.1 to 6.5 of `safety.md`, in its units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from controller.safety import limits as at
from controller.safety.profiles import PROFILES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from controller.safety.standing import Tightening

Scope = Literal["place", "area and side", "session", "24 hours", "days", "device", "plan"]
Where = Literal["check", "gate", "run", "ledger"]


@dataclass(frozen=True, slots=True)
class Limit:
    """One row. `soft` and `hard` are in `unit`; None: the row has none, or it goes by place.

    `where` it is enforced: `check` of a plan, the `gate`, the `run`, over the sessions of a `ledger`.
    """

    id: str
    quantity: str
    unit: str
    scope: Scope
    where: tuple[Where, ...]
    soft: float | None
    hard: float | None
    basis: str


def _s(milliseconds: float) -> float:
    return milliseconds / at.SECOND_MS


_OWN = "own"
_NHS = "NHS MPFT 10 to 15 min"
_HT4_BASIS = "at most 2 CEM43 and half of the first-degree line"
_THIN = "own; thin skin"
_LEASH = "own: what makes the device rest when nobody tells it to"
_PROFILE = "section 6.5"

_HEAT: tuple[Limit, ...] = (
    Limit("HT1", "set-point", "°C", "place", ("check", "gate"), at.HT1_SOFT, at.HT1_HARD,
          "41 °C IEC 60601-1 2nd ed.; 43 °C/8 h burn line"),
    Limit("HT2", "measured temperature", "°C", "device", ("gate", "run"), at.HT2_SOFT, at.HT2_HARD,
          "ISO 13732-1 8 h, ECMA-287"),
    Limit("HT3", "the device's own ceiling", "°C", "device", ("run",), 43.5, 45.0, "layers above HT2"),
    *(
        Limit("HT4", f"heat{over} at a place", "s", "area and side", ("check", "gate"),
              _s(soft), _s(hard), _HT4_BASIS)
        for over, (_, soft), (_, hard) in zip(
            ("", " over 39 °C", " over 40 °C", " over 41 °C"), at.HT4_SOFT, at.HT4_HARD, strict=True)
    ),
    Limit("HT5", "dose at a place in a session", "CEM43", "area and side", ("check", "gate"), at.HT5_SOFT,
          at.HT5_HARD, "van Rhoon 2013, uncontrolled"),
    Limit("HT6", "dose at a place in 24 hours", "CEM43", "24 hours", ("check", "gate", "ledger"),
          at.HT6_SOFT, at.HT6_HARD, "stricter than the source; own"),
    Limit("HT7", "heat at a place in 24 hours", "s", "24 hours", ("check", "gate", "ledger"),
          _s(at.HT7_SOFT_MS), _s(at.HT7_HARD_MS), "NHS MPFT 10 to 15 min, 3 times a day"),
    Limit("HT8", "sessions with heat on an area in 24 hours", "", "24 hours", ("check", "gate", "ledger"),
          at.HT8_SESSIONS, at.HT8_SESSIONS, "NHS MPFT"),
    Limit("HT8", "time between sessions with heat on an area", "s", "24 hours", ("check", "gate", "ledger"),
          _s(at.HT8_SOFT_MS), _s(at.HT8_HARD_MS), _OWN),
    Limit("HT9", "heat of a session, all places", "s", "session", ("check", "gate"), _s(at.HT9_MS),
          _s(at.HT9_MS), "FDA/CPSC, 15 to 20 min practice"),
    Limit("HT10", "days in a row with heat on an area", "", "days", ("check", "ledger"), at.HT10_DAYS, None,
          "erythema ab igne"),
    Limit("HT11", "ramp of the set-point above 36 °C", "°C/min", "device", ("gate", "run"), at.HT11_SOFT,
          at.HT11_HARD, "lag of 10 to 60 s"),
    Limit("HT12", "measured rise above 36 °C", "°C/min", "device", ("run",), at.HT12_SOFT,
          at.HT12_HARD, "plausibility"),
    Limit("HT12", "measured rise of a sensor that works", "°C/s", "device", ("run",), None,
          at.HT12_JUMP, "plausibility"),
    Limit("HT13", "measured over the set-point", "°C", "device", ("run",), at.HT13_SOFT,
          at.HT13_HARD, _OWN),
    Limit("HT14", "time for a rise of 1 °C while it warms", "s", "device", ("run",),
          _s(at.HT14_MS), _s(2 * at.HT14_MS), "Klipper and Marlin beds"),
    Limit("HT15", "time since the person was heard, with heat", "s", "session", ("gate", "run"),
          _s(at.HT15_SOFT_MS), _s(at.HT15_HARD_MS), "never asleep"),
    Limit("HT16", "no new heat after the last of a session", "s", "area and side",
          ("check", "gate", "run", "ledger"), _s(at.HT16_AGAIN_MS), _s(at.HT16_AGAIN_MS), _OWN),
    Limit("HT17", "zones heated at once", "", "session", ("check",), at.HT17_SOFT, at.HT17_HARD,
          "ISO 13732-1 scope"),
    Limit("HT18", "set-point at the neck and the flank", "°C", "place", ("check", "gate"), at.HT18_SOFT,
          at.HT18_HARD, _THIN),
    Limit("HT18", "heat at the neck and the flank", "s", "area and side", ("check", "gate"),
          _s(at.HT18_SOFT_MS), _s(at.HT18_HARD_MS), _THIN),
    Limit("HT19", "driven heat without telemetry and timer", "", "device", ("check", "gate"), 0.0, 0.0,
          "D1: not known is not safe"),
    Limit("HT20", "age of a reading", "s", "device", ("gate", "run"), _s(at.HT20_SOFT_MS),
          _s(at.HT20_HARD_MS), "Klipper"),
    Limit("HT21", "pad at the start", "°C", "device", ("run",), at.HT21_WARM, at.HT21_HOT, _OWN),
    Limit("HT21", "battery at the start", "fraction", "device", ("run",), at.HT21_BATTERY / 100,
          at.HT21_BATTERY / 100, _OWN),
    Limit("HT22", "heat that nobody measures, at a place", "s", "area and side", ("check", "gate"),
          _s(at.HT22_SOFT_MS), _s(at.HT22_HARD_MS), _NHS),
)  # fmt: skip

_PERCUSSION: tuple[Limit, ...] = (
    Limit("PC1", "one spot without moving, in a bout", "s", "place", ("check", "gate"), _s(at.PC1_SOFT_MS),
          _s(at.PC1_HARD_MS), "30 to 90 s practice"),
    Limit("PC2", "bout on an area and side", "s", "area and side", ("check", "gate"), _s(at.PC2_SOFT_MS),
          _s(at.PC2_HARD_MS), "at most 2 min a muscle"),
    Limit("PC3", "percussion on an area and side", "s", "area and side", ("check", "gate"),
          _s(at.PC3_SOFT_MS), _s(at.PC3_HARD_MS), "Konrad: 5 min at most"),
    Limit("PC4", "percussion on an area and side in 24 hours", "s", "24 hours", ("check", "gate", "ledger"),
          _s(at.PC4_SOFT_MS), _s(at.PC4_HARD_MS), "a case of muscle breakdown, ~10 min"),
    Limit("PC5", "percussion of a session", "s", "session", ("check", "gate"), _s(at.PC5_SOFT_MS),
          _s(at.PC5_HARD_MS), "15 min device advice"),
    Limit("PC5", "percussion in 24 hours", "s", "24 hours", ("check", "gate", "ledger"),
          _s(at.PC5_DAY_SOFT_MS), _s(at.PC5_DAY_HARD_MS), "15 min device advice"),
    Limit("PC6", "rest that ends a bout", "s", "area and side", ("check", "gate"), _s(at.PC6_SOFT_MS),
          _s(at.PC6_HARD_MS), _OWN),
    Limit("PC7", "time between sessions on the same area and side", "s", "24 hours",
          ("check", "gate", "ledger"), _s(at.PC7_SOFT_MS), _s(at.PC7_HARD_MS), _OWN),
    Limit("PC7", "sessions on the same area and side in 24 hours", "", "24 hours",
          ("check", "gate", "ledger"), at.PC7_SESSIONS, at.PC7_SESSIONS, _OWN),
    Limit("PC7", "days of a week on the same area and side", "", "days", ("check", "ledger"), at.PC7_DAYS,
          None, _OWN),
    Limit("PC8", "percussion on an area in 24 hours, after hard exercise", "s", "24 hours",
          ("check", "gate", "ledger"), _s(at.PC8_SOFT_MS), _s(at.PC8_HARD_MS), "Chen 2021"),
    Limit("PC8", "strength after hard exercise", "fraction", "place", ("check", "gate"), at.PC8_SOFT,
          at.PC8_HARD, "Chen 2021"),
    Limit("PC9", "tenderness", "0..10", "session", ("gate", "run"), at.PC9_SOFT, at.PC9_HARD, "practice"),
    Limit("PC9", "lock of the place after that", "s", "24 hours", ("check", "gate", "ledger"), None,
          _s(at.PC9_LOCK_MS), "practice"),
    Limit("PC10", "ramp of strength: a second; in the first 10 s", "fraction", "device", ("gate", "run"),
          at.PC10_SOFT, at.PC10_HARD, _OWN),
    Limit("PC11", "force, by area: ¼ and ½ of the region's", "N", "place", ("check",), None, None,
          "ISO/TS 15066"),
    Limit("PC12", "head held in the hand, in 24 hours", "s", "24 hours", ("check", "gate", "ledger"),
          _s(at.PC12_SOFT_MS), _s(at.PC12_HARD_MS), "2002/44/EC at 10 m/s²"),
    Limit("PC13", "strength, by point: the table of regions", "fraction", "place", ("check", "gate"), None,
          None, _OWN),
    Limit("SP1", "one hold by hand", "s", "place", ("check",), _s(at.SP1_SOFT_MS), _s(at.SP1_HARD_MS),
          "30 to 90 s in trials"),
    Limit("SP2", "holds of a point and side", "", "place", ("check",), at.SP2_HOLDS, at.SP2_HOLDS, _OWN),
    Limit("SP2", "rest between holds of a point and side", "s", "place", ("check",), _s(at.SP2_APART_MS),
          _s(at.SP2_APART_MS), _OWN),
    Limit("SP3", "places held in a session", "", "session", ("check",), at.SP3_POINTS, at.SP3_POINTS, _OWN),
    Limit("SP4", "pressure, where it is measured", "N/cm²", "device", (), at.SP4_SOFT, at.SP4_HARD,
          "2.5 kg/cm² in research"),
)  # fmt: skip

_ORDER: tuple[Limit, ...] = (
    Limit("SE1", "length: of a plan; of a run by the wall", "s", "plan", ("check", "gate"),
          _s(at.SE1_SOFT_MS), _s(at.SE1_HARD_MS), _OWN),
    Limit("SE2", "segments", "", "plan", ("check",), at.SE2_SOFT, at.SE2_HARD, _OWN),
    Limit("SE3", "areas heated or pressed", "", "session", ("check",), at.SE3_SOFT, at.SE3_HARD, _OWN),
    Limit("SE4", "heat, then percussion near it: time between", "s", "area and side", ("check", "gate"),
          _s(at.SE4_GAP_MS), _s(at.SE4_GAP_MS), _OWN),
    Limit("SE4", "skin before percussion near heat", "°C", "area and side", ("check", "gate"), at.SE4_SKIN,
          at.SE4_SKIN, _OWN),
    Limit("SE4", "strength for 5 min after heat near it", "fraction", "area and side", ("check", "gate"),
          at.SE4_STRENGTH, at.SE4_STRENGTH, _OWN),
    Limit("SE5", "percussion, then heat near it: time between", "s", "area and side", ("check", "gate"),
          _s(at.SE5_GAP_MS), _s(at.SE5_GAP_MS), _OWN),
    Limit("SE5", "set-point after percussion near it", "°C", "area and side", ("check", "gate"),
          at.SE5_HIGHEST, at.SE5_HIGHEST, _OWN),
    Limit("SE6", "heat and percussion at once near each other", "", "area and side", ("check", "gate"), 0.0,
          0.0, "own: numbing hides harm"),
    Limit("SE7", "time between sessions with percussion, other areas", "s", "24 hours",
          ("check", "gate", "ledger"), _s(at.SE7_SOFT_MS), _s(at.SE7_HARD_MS), _OWN),
    Limit("SE8", "pause", "s", "session", ("gate", "run"), _s(at.SE8_MS), _s(at.SE8_MS), _OWN),
    Limit("SE9", "stretch before percussion on the same muscle", "", "plan", ("check",), None, None,
          "the order of care: warm, press, stretch"),
    Limit("ZN1", "forbidden zones", "", "place", ("check", "gate"), 0.0, 0.0, "section 2.4"),
    Limit("LE1", "leash: lease", "", "device", ("gate",), None, None, _LEASH),
    Limit("LE2", "leash: timer; strength", "fraction", "device", ("check", "gate"), at.LE_STRENGTH,
          at.LE_STRENGTH, _LEASH),
    Limit("LE2", "leash: timer; bout", "s", "device", ("check", "gate"), _s(at.LE_BOUT_MS),
          _s(at.LE_BOUT_MS), _LEASH),
    Limit("LE3", "leash: none; heat", "", "device", ("check", "gate"), 0.0, 0.0, _LEASH),
    Limit("LE3", "leash: none; strength", "fraction", "device", ("check", "gate"), at.LE_STRENGTH,
          at.LE_STRENGTH, _LEASH),
    Limit("LE3", "leash: none; bout", "s", "device", ("check", "gate"), _s(at.LE_BOUT_MS),
          _s(at.LE_BOUT_MS), _LEASH),
    Limit("LE4", "by hand; strength on an unknown scale", "fraction", "device", ("check", "gate"),
          at.LE_STRENGTH, at.LE_STRENGTH, _LEASH),
)  # fmt: skip


def _profile(row: Tightening) -> Iterator[Limit]:
    def entry(
        quantity: str, unit: str, scope: Scope, soft: float | None, hard: float | None = None,
        where: tuple[Where, ...] = ("check",),
    ) -> Limit:  # fmt: skip
        return Limit(row.row, f"{row.name}: {quantity}", unit, scope, where, soft, hard, _PROFILE)

    if row.heat_soft is not None:
        where: tuple[Where, ...] = ("check",) if row.heat_hard is None else ("check", "gate")
        yield entry("set-point", "°C", "place", row.heat_soft, row.heat_hard, where)
    if row.heat_ms is not None:
        yield entry("heat at a place", "s", "area and side", _s(row.heat_ms))
    if row.dose is not None:
        yield entry("dose", "CEM43", "area and side", row.dose, row.dose, ("check", "gate"))
    if row.strength is not None:
        yield entry("strength, of what PC13 allows", "fraction", "place", row.strength)
    if row.time is not None:
        yield entry("time, of what PC2, PC3 and PC5 allow", "fraction", "session", row.time)
    if row.presence_ms is not None:
        yield entry("time since the person was heard", "s", "session", _s(row.presence_ms), None, ("run",))
    if row.row == "PF12":
        yield entry("soft values up to the hard ones, 90 days at most", "", "plan", None)


LIMITS: tuple[Limit, ...] = (
    *_HEAT, *_PERCUSSION, *_ORDER, *(entry for row in PROFILES for entry in _profile(row)),
)  # fmt: skip
