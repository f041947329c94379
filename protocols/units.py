"""Durations, temperatures, strengths and forces: what a person writes to numbers, and back.

Every number carries its unit; digits are 0 to 9 and numbers finite. Standard library only.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from protocols.diagnostics import nearest, quoted
from protocols.plan import REFERENCE_SLOWEST, Strength

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HEAT_LEVELS: Mapping[str, float] = {"low": 37.0, "medium": 39.0, "high": 41.0}
"""°C, from `protocol-language.md`."""
STRENGTH_LEVELS: Mapping[str, float] = {"gentle": 0.2, "medium": 0.35, "strong": 0.6}
"""Fractions, from `protocol-language.md`."""
NEWTONS_PER_KGF = 9.80665  # exact, ISO 80000-4

_MS = {"s": 1_000, "min": 60_000, "h": 3_600_000}
_SECOND_WORDS = {"sec": "s", "secs": "s", "second": "s", "seconds": "s", "S": "s"}
_MINUTE_WORDS = {"m": "min", "mn": "min", "mins": "min", "minute": "min", "minutes": "min", "Min": "min"}
_HOUR_WORDS = {"hr": "h", "hrs": "h", "hour": "h", "hours": "h", "H": "h"}
_MEANT = _SECOND_WORDS | _MINUTE_WORDS | _HOUR_WORDS
_TEMPERATURE_WORDS = {
    "c": "°C", "°c": "°C", "° c": "°C", "ºc": "°C", "℃": "°C", "deg c": "°C", "degc": "°C",
    "celsius": "°C", "degrees celsius": "°C", "centigrade": "°C",
    "f": "°F", "°f": "°F", "° f": "°F", "ºf": "°F", "℉": "°F", "deg f": "°F", "degf": "°F",
    "fahrenheit": "°F", "degrees fahrenheit": "°F",
}  # fmt: skip
_STRENGTH_WORDS = {
    **dict.fromkeys(("rpm", "ppm", "spm", "bpm", "/minute", "per minute", "/m", "strokes/min"), "/min"),
    **dict.fromkeys(("percent", "per cent", "pct", "％"), "%"),
    **dict.fromkeys(("hz", "hertz"), "Hz"),
}
_LARGEST = 10**6  # of any unit, far over any quantity here; sums and other units are held to it too
_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_BOUNDED = re.compile(r"[+-]?[0-9]{1,6}(?:\.[0-9]{1,6})?")  # whatever is read can be written and read back
_PART = re.compile(rf"\s*({_NUMBER})\s*([^\W\d_]+)\s*")
_BARE = re.compile(r"[0-9][0-9.,:\s]*")
_SPLIT = re.compile(rf"([+-]?{_NUMBER})\s*(\D.*)?", re.DOTALL)

UnitCode = Literal["unit-missing", "unit-unknown", "value"]


class QuantityError(ValueError):
    """Text that is no quantity of the wanted kind: the code of the diagnostic, and what to write."""

    def __init__(self, code: UnitCode, message: str, help: str | Callable[[], str]) -> None:
        super().__init__(message)
        self.code: UnitCode = code
        self._help = help

    @property
    def help(self) -> str:
        """What to write instead: looked for when asked, as it may take long."""
        return self._help if isinstance(self._help, str) else self._help()

    def find_help(self) -> str:
        """The same, to be called later."""
        return self.help


def read_duration(text: str) -> int:
    """Whole milliseconds, over 0. Raises QuantityError."""
    plain = text.strip()
    total, position = Decimal(0), 0
    while part := _PART.match(plain, position):
        total += _number(part[1], plain) * _MS[_duration_unit(part[1], part[2])]
        position = part.end()
    if position == 0 or position < len(plain):
        raise _no_duration(plain, plain[position:])
    whole = round(total)
    if whole >= _LARGEST * _MS["h"]:
        raise _out_of_bounds(plain)
    if whole == 0:
        raise QuantityError("value", f"{quoted(plain)} is no time at all", "write a duration over 0, as 30 s")
    return whole


def _duration_unit(number: str, unit: str) -> str:
    if unit in _MS:
        return unit

    def help() -> str:
        meant = _MEANT.get(unit) or _slip(unit)
        return f"write {number} {meant}" if meant else "write s, min or h, as 90 s or 1 min 30 s"

    raise QuantityError("unit-unknown", f"{quoted(unit)} is no unit of time", help)


def _slip(unit: str) -> str | None:
    """The unit that a word with a slip is; not of a short one, and ms is not s."""
    close = None if len(unit) < 3 or unit.startswith(("ms", "mil")) else nearest(unit, _MEANT)
    return _MEANT.get(close or "")


def _no_duration(plain: str, rest: str) -> QuantityError:
    if _BARE.fullmatch(rest):
        number = rest.strip() if _BOUNDED.fullmatch(rest.strip()) else "90"
        return QuantityError(
            "unit-missing", f"{quoted(rest)} has no unit", f"write {number} s or {number} min"
        )
    other = re.fullmatch(rf"\s*{_NUMBER}\s*(°[CF]|%|/\s*min)", rest)
    if other:
        return QuantityError(
            "unit-unknown",
            f"{quoted(other[1])} is no unit of time",
            "write s, min or h, as 90 s or 1 min 30 s",
        )
    return QuantityError("value", f"{quoted(plain)} is no duration", "write it as 90 s, 10 min or 1 min 30 s")


def write_duration(ms: int) -> str:
    """The shortest text that `read_duration` reads as `ms` (over 0)."""
    hours, rest = divmod(ms, _MS["h"])
    minutes, rest = divmod(rest, _MS["min"])
    parts = [f"{hours} h"] * (hours > 0) + [f"{minutes} min"] * (minutes > 0)
    if rest:
        parts.append(f"{_plain(Decimal(rest) / 1000)} s")
    return " ".join(parts)


def read_temperature(text: str) -> float:
    """°C, from °C, °F or a heat level. Raises QuantityError."""
    plain = text.strip()
    if plain in HEAT_LEVELS:
        return HEAT_LEVELS[plain]
    number, unit = _split(plain, "a temperature", "39 °C, 102.2 °F", HEAT_LEVELS)
    if unit in {"°C", "C"}:
        return _celsius(number, plain)
    if unit in {"°F", "F"}:
        return _fahrenheit(number, plain)
    shown = _plain(number)
    if not unit:
        raise QuantityError("unit-missing", f"{quoted(plain)} has no unit", f"write {shown} °C or {shown} °F")
    meant = _TEMPERATURE_WORDS.get(unit.casefold())
    help = f"write {shown} {meant}" if meant else "write °C or °F, as 39 °C"
    raise QuantityError("unit-unknown", f"{quoted(unit)} is no unit of temperature", help)


def _celsius(number: Decimal, plain: str) -> float:
    # HZ26: a number that no skin could meant in one unit was meant in the other.
    if number > 50:
        help = f"write {_plain(number)} °F if that is meant; in °C nothing here is over 50"
        raise QuantityError("value", f"{quoted(plain)} would burn: is the unit right?", help)
    if number <= 0:
        raise QuantityError("value", f"{quoted(plain)} is no warmth", "write it as 39 °C, or a level: low")
    return float(number)


def _fahrenheit(number: Decimal, plain: str) -> float:
    if number < 60:
        help = f"write {_plain(number)} °C if that is meant; in °F nothing here is under 60"
        raise QuantityError("value", f"{quoted(plain)} is cold: is the unit right?", help)
    if number > 122:
        raise QuantityError("value", f"{quoted(plain)} would burn", "write it as 102.2 °F, or a level: low")
    return float(round((number - 32) * 5 / 9, 6))


def write_temperature(celsius: float) -> str:
    """As `39 °C`; read back it is the same to a millionth of a degree."""
    return f"{_plain(Decimal(str(round(celsius, 6))))} °C"


def read_strength(text: str) -> Strength:
    """A fraction, or strokes a minute. Raises QuantityError."""
    plain = text.strip()
    if plain in STRENGTH_LEVELS:
        return Strength(STRENGTH_LEVELS[plain])
    number, unit = _split(plain, "a strength", "40 %, 1800 /min, 30 Hz", STRENGTH_LEVELS)
    if unit == "%":
        return _percentage(number, plain)
    if unit in {"/min", "/ min"}:
        return _rate(number, plain)
    if unit == "Hz":
        return _rate(number * 60, plain)
    shown = _plain(number)
    if not unit:
        raise QuantityError(
            "unit-missing", f"{quoted(plain)} has no unit", f"write {shown} %, {shown} /min or {shown} Hz"
        )
    meant = _STRENGTH_WORDS.get(unit.casefold())
    help = f"write {shown} {meant}" if meant else "write %, /min or Hz, as 40 %"
    raise QuantityError("unit-unknown", f"{quoted(unit)} is no unit of strength", help)


def _percentage(number: Decimal, plain: str) -> Strength:
    if not 0 < number <= 100:
        raise QuantityError("value", f"{quoted(plain)} is not over 0 and at most 100 %", "write it as 40 %")
    return Strength(float(number / 100))


def _rate(number: Decimal, plain: str) -> Strength:
    if number >= _LARGEST:
        raise _out_of_bounds(plain)
    if number < Decimal(REFERENCE_SLOWEST):
        help = f"write {REFERENCE_SLOWEST:.0f} /min or more"
        raise QuantityError("value", f"{quoted(plain)} is slower than any device here", help)
    return Strength(float(number), "/min")


def write_strength(strength: Strength) -> str:
    """As `40 %` or `1800 /min`; read back it is the same to a millionth of either."""
    if strength.unit == "fraction":
        return f"{_plain(round(Decimal(str(strength.value)) * 100, 6))} %"
    return f"{_plain(round(Decimal(str(strength.value)), 6))} /min"


def read_force(text: str) -> tuple[float, float]:
    """Newtons, from and to. Raises QuantityError."""
    plain = text.strip()
    ends = plain.split("..")
    help = "write it as 10 N .. 20 N"
    if len(ends) == 1:
        _newtons(plain, help)
    if len(ends) != 2:
        raise QuantityError("value", f"{quoted(plain)} is no range from one force to another", help)
    low, high = (_newtons(end.strip(), help) for end in ends)
    if high >= _LARGEST:
        raise _out_of_bounds(plain)
    if not 0 < low <= high:
        raise QuantityError("value", f"{quoted(plain)} does not go from less to more, over 0", help)
    return low, high


def _newtons(plain: str, help: str) -> float:
    number, unit = _split(plain, "a force", "10 N .. 20 N", ())
    if unit == "N":
        return float(number)
    if unit == "kgf":
        return round(float(number) * NEWTONS_PER_KGF, 6)
    if not unit:
        raise QuantityError("unit-missing", f"{quoted(plain)} has no unit", help)
    raise QuantityError(
        "unit-unknown", f"{quoted(unit)} is no unit of force", "write N or kgf, as 10 N .. 20 N"
    )


def write_force(force: tuple[float, float]) -> str:
    """As `10 N .. 20 N`; read back it is the same to a millionth of a newton."""
    low, high = (_plain(Decimal(str(round(end, 6)))) for end in force)
    return f"{low} N .. {high} N"


def _split(
    plain: str, what: str, examples: str, levels: Mapping[str, float] | tuple[()]
) -> tuple[Decimal, str]:
    found = _SPLIT.fullmatch(plain)
    if found:
        return _number(found[1], plain), (found[2] or "").strip()
    if _BARE.fullmatch(plain):
        raise QuantityError("unit-missing", f"{quoted(plain)} has no unit", f"write it as {examples}")

    def help() -> str:
        meant = nearest(plain, levels)
        choices = ", or a level: " + ", ".join(levels) if levels else ""
        return f"did you mean {meant}?" if meant else f"write it as {examples}{choices}"

    raise QuantityError("value", f"{quoted(plain)} is not {what}", help)


def _number(digits: str, plain: str) -> Decimal:
    if not _BOUNDED.fullmatch(digits):
        raise _out_of_bounds(plain)
    return Decimal(digits)


def _out_of_bounds(plain: str) -> QuantityError:
    message = f"{quoted(plain)} has a number out of all bounds"
    return QuantityError("value", message, "write at most 6 digits before the point, and 6 after it")


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
