"""A plan as a bar of time, and what each place gets of what stands for it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from controller.safety import before, effective, row_of
from controller.safety.limits import tender_to_heat
from protocols.body import area_of
from protocols.bounds import bounds, length_ms
from protocols.plan import Heat, verb
from protocols.units import write_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from controller.safety import Standing
    from protocols.bounds import Load, Site
    from protocols.plan import Place, Plan

_SIGNS: Final = {"heat": ("▒", "H"), "press": ("█", "P"), "rest": ("·", "."), "stretch": ("╱", "/")}
_WARMTHS: Final = (39.0, 40.0, 41.0)
"""Over each of these a shorter time of heat stands (HT4)."""


def timeline(plan: Plan, columns: int, *, utf8: bool) -> list[str]:
    """The bar, as long as the longest run, and what its signs mean with their time."""
    spans = [(_kind(verb(each)), length_ms(each)) for each in plan.segments]
    spans = [(kind, ms) for kind, ms in spans if ms]
    whole = sum(ms for _, ms in spans)
    if not whole:
        return []
    bar, done = "", 0
    for kind, ms in spans:
        done += ms
        bar += _sign(kind, utf8=utf8) * (round(columns * done / whole) - len(bar))
    sums = {kind: sum(ms for each, ms in spans if each == kind) for kind in _SIGNS}
    legend = [f"{_sign(k, utf8=utf8)} {k} {write_duration(ms)}" for k, ms in sums.items() if ms]
    return [bar, "  ".join(legend)]


def _kind(word: str) -> str:
    return "rest" if word == "cool" else word


def _sign(kind: str, *, utf8: bool) -> str:
    return _SIGNS[kind][0 if utf8 else 1]


def lengths(plan: Plan) -> str:
    """Its shortest and longest length."""
    both = bounds(plan)
    shortest, longest = (_time(ms) for ms in (both.shortest_ms, both.longest_ms))
    return f"{longest} at the longest" + (f", {shortest} at the shortest" if shortest != longest else "")


def loads(plan: Plan, standing: Standing) -> Iterator[str]:
    """What each area gets at the longest, of what stands there; sides that are alike in one line."""
    alike: dict[tuple[str, str], list[str]] = {}
    for site, load in bounds(plan).areas.items():
        alike.setdefault((site[0], _load(plan, standing, site, load)), []).append(site[1])
    for (area, told), sides in alike.items():
        where = area if len(sides) > 1 else f"{area}, {sides[0]}"
        yield f"{where}: {told}"


def _load(plan: Plan, standing: Standing, site: Site, load: Load) -> str:
    def left(limit: str, number: int = 0) -> float:
        row, known = row_of(limit, number), before(standing.past)
        return effective(row, standing, site=site, own=plan.limits, known=known).allowed

    parts = []
    if load.heat_ms:
        hottest = max(s.to for s in plan.segments if isinstance(s, Heat) and _at(s.place, site))
        allowed = [left("HT4", row) for row in range(1 + sum(hottest > each for each in _WARMTHS))]
        allowed += [left("HT18", 1)] if tender_to_heat(site[0]) else []
        parts.append(f"heat {_time(load.heat_ms)} of {_seconds(min(allowed))}")
        parts.append(f"dose {load.dose:.2g} of {left('HT5'):.2g} CEM43 min")
    if load.percussion_ms:
        parts.append(f"massager {_time(load.percussion_ms)} of {_seconds(left('PC3'))}")
    if load.pressure_ms:
        parts.append(f"own pressure {_time(load.pressure_ms)}")
    return ", ".join(parts) or "nothing that counts"


def _at(place: Place, site: Site) -> bool:
    return area_of(place.name) == site[0] and place.side in {site[1], "both", None}


def _seconds(seconds: float) -> str:
    return _time(round(seconds * 1000))


def _time(ms: int) -> str:
    return write_duration(ms) if ms else "0 s"
