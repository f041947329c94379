"""What one body had before a session begins, as its ledger tells: sums, and what has to wait. Pure.

What is given with gaps under 30 minutes is one session, here a chain: the caps of a session add up over
the present one, and waits count from the end of those before it. All is as of `Past.now_s`, the clock 0
of the session that asks: a window that moves on while it runs frees nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from controller.safety import limits as at
from controller.safety.standing import Had
from protocols.body import area_of, points_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from controller.safety.limits import Site, Spot
    from controller.safety.standing import Given, Past

DAY_S: Final = at.DAY_MS / at.SECOND_MS
_ONE_SESSION_S: Final = at.ONE_SESSION_MS / at.SECOND_MS
_WEEK: Final = 7
NONE_HAD: Final = Had()


@dataclass(frozen=True, slots=True)
class Wait:
    """What refuses a place: the row, what was found (seconds, sessions or days) and what is needed."""

    limit: str
    found: float
    needed: float
    unit: str = "s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What several sessions gave, added up; ends are the latest."""

    sites: Mapping[Site, Had] = field(default_factory=dict)
    heat_ms: int = 0
    heat_driven_ms: int = 0
    percussion_ms: int = 0
    hand_held_ms: int = 0

    def had(self, site: Site) -> Had:
        """What `site` had."""
        return self.sites.get(site, NONE_HAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """`chain`: the session that goes on; `day`: the last 24 hours, the chain and all.

    `earlier` are the sessions before it, each a tuple of what was given in it, the oldest first.
    """

    now_s: float
    readable: bool
    chain: Sums
    day: Sums
    present: tuple[Given, ...]
    earlier: tuple[tuple[Given, ...], ...]

    def ago_ms(self, end_s: float) -> int:
        """How long ago that was; what is told as ahead of now was just now."""
        return max(0, round((self.now_s - end_s) * at.SECOND_MS))

    def holds(self) -> dict[Spot, float]:
        """The end of the last hold by hand on each spot, in the present chain."""
        ends: dict[Spot, float] = {}
        for given in self.present:
            for spot, end_s in (given.holds or {}).items():
                ends[spot] = max(end_s, ends.get(spot, end_s))
        return ends

    def times_held(self) -> Counter[Spot]:
        """How often the present chain held each spot."""
        times: Counter[Spot] = Counter()
        for given in self.present:
            for spot in given.holds or ():
                times[spot] += (given.held or {}).get(spot, 1)
        return times

    def held(self) -> set[Spot]:
        """The places that the present chain held; an area held whole is one, by its name."""
        places: set[Spot] = set()
        for given in self.present:
            ends = given.holds or {}
            for (point, side), end_s in ends.items():
                area = area_of(point)
                whole = all(ends.get((each, side)) == end_s for each in points_of(area))
                places.add((area if whole else point, side))
        return places

    def areas(self) -> set[str]:
        """The areas that the present chain worked."""
        return {area for given in self.present for area, _ in given.sites} | {
            area_of(point) for point, _ in self.holds()
        }


def before(past: Past) -> Before:
    """The sums and the sessions of `past`."""
    chains = _chains(past)
    goes_on = bool(chains) and past.now_s - _end(chains[-1]) < _ONE_SESSION_S
    present = chains[-1] if goes_on else ()
    return Before(
        now_s=past.now_s,
        readable=past.readable,
        chain=_sum(present),
        day=_sum(given for given in past.given if past.now_s - given.ended_s < DAY_S),
        present=present,
        earlier=tuple(chains[:-1] if goes_on else chains),
    )


def _chains(past: Past) -> list[tuple[Given, ...]]:
    chains: list[tuple[Given, ...]] = []
    for given in sorted(past.given, key=lambda each: each.began_s):
        if chains and given.began_s - _end(chains[-1]) < _ONE_SESSION_S:
            chains[-1] = (*chains[-1], given)
        else:
            chains.append((given,))
    return chains


def _end(chain: Iterable[Given]) -> float:
    return max(given.ended_s for given in chain)


def _sum(several: Iterable[Given]) -> Sums:
    sites: dict[Site, Had] = {}
    heat = driven = percussion = held = 0
    for given in several:
        heat, driven = heat + given.heat_ms, driven + given.heat_driven_ms
        percussion, held = percussion + given.percussion_ms, held + given.hand_held_ms
        for site, had in given.sites.items():
            sites[site] = _add(sites.get(site, NONE_HAD), _with_ends(had, given.ended_s))
    return Sums(sites=sites, heat_ms=heat, heat_driven_ms=driven, percussion_ms=percussion, hand_held_ms=held)


def _add(one: Had, other: Had) -> Had:
    return Had(
        heat_rows_ms=tuple(a + b for a, b in zip(one.heat_rows_ms, other.heat_rows_ms, strict=True)),
        dose=one.dose + other.dose,
        unmeasured_ms=one.unmeasured_ms + other.unmeasured_ms,
        heat_end_s=_later(one.heat_end_s, other.heat_end_s),
        percussion_ms=one.percussion_ms + other.percussion_ms,
        percussion_end_s=_later(one.percussion_end_s, other.percussion_end_s),
    )


def _with_ends(had: Had, ended_s: float) -> Had:
    heat, percussion = had.heat_end_s, had.percussion_end_s
    if heat is None and _had_heat(had):
        had = replace(had, heat_end_s=ended_s)
    if percussion is None and _had_percussion(had):
        had = replace(had, percussion_end_s=ended_s)
    return had


def _later(one: float | None, other: float | None) -> float | None:
    return max((end for end in (one, other) if end is not None), default=None)


def _had_heat(had: Had) -> bool:
    some = had.dose > 0 or had.unmeasured_ms > 0 or any(had.heat_rows_ms)
    return some or had.heat_end_s is not None


def _had_percussion(had: Had) -> bool:
    return had.percussion_ms > 0 or had.percussion_end_s is not None


def _heated(given: Given, area: str) -> bool:
    return any(site[0] == area and _had_heat(had) for site, had in given.sites.items())


def _percussed(given: Given) -> bool:
    return given.percussion_ms > 0 or any(map(_had_percussion, given.sites.values()))


def _apart(known: Before, did: Callable[[Given], bool], limit: str, needed_ms: int) -> Wait | None:
    """Too soon after the end of the last earlier session that `did` it."""
    ends = [_end(chain) for chain in known.earlier if any(map(did, chain))]
    gap = known.now_s - max(ends, default=float("-inf"))
    needed = needed_ms / at.SECOND_MS
    return None if gap >= needed else Wait(limit, gap, needed)


def _often(known: Before, did: Callable[[Given], bool], limit: str, most: int) -> Wait | None:
    """As many sessions as may be within 24 hours already."""
    recent = (chain for chain in known.earlier if known.now_s - _end(chain) < DAY_S)
    count = sum(any(map(did, chain)) for chain in recent)
    return None if count < most else Wait(limit, count + 1, most, "sessions")


def _day(seconds: float) -> int:
    return int(seconds // DAY_S)


def _days(known: Before, did: Callable[[Given], bool]) -> set[int]:
    """The days, today as 0 and yesterday as 1, that had it."""
    chains = (*known.earlier, known.present)
    return {_day(known.now_s) - _day(given.ended_s) for chain in chains for given in chain if did(given)}


def heat_sessions(known: Before, site: Site, *, hard: bool) -> Wait | None:
    """HT8: sessions with heat on the area in 24 hours, and the time between them."""

    def did(given: Given) -> bool:
        return _heated(given, site[0])

    if any(map(did, known.present)):
        return None
    apart = at.HT8_HARD_MS if hard else at.HT8_SOFT_MS
    return _apart(known, did, "HT8", apart) or _often(known, did, "HT8", at.HT8_SESSIONS)


def heat_again(known: Before, site: Site) -> Wait | None:
    """HT16: no new heat on a place for ten minutes after that of a session that completed."""
    hads = (
        _with_ends(given.sites[site], given.ended_s)
        for given in known.present
        if given.completed and site in given.sites
    )
    ends = [had.heat_end_s for had in hads if had.heat_end_s is not None]
    gap = known.now_s - max(ends, default=float("-inf"))
    needed = at.HT16_AGAIN_MS / at.SECOND_MS
    return None if gap >= needed else Wait("HT16", gap, needed)


def heat_days(known: Before, site: Site) -> Wait | None:
    """HT10, a warning: the days before today, in a row, that had heat on the area."""
    days = _days(known, lambda given: _heated(given, site[0]))
    row = next(day for day in range(1, len(days) + 2) if day not in days) - 1
    return None if row < at.HT10_DAYS else Wait("HT10", row + 1, at.HT10_DAYS, "days")


def percussion_again(known: Before, site: Site, *, hard: bool) -> Wait | None:
    """PC7: another session on the same area and side; the days of a week are a soft row alone."""

    def did(given: Given) -> bool:
        return _had_percussion(given.sites.get(site, NONE_HAD))

    if any(map(did, known.present)):
        return None
    apart = at.PC7_HARD_MS if hard else at.PC7_SOFT_MS
    late = _apart(known, did, "PC7", apart) or _often(known, did, "PC7", at.PC7_SESSIONS)
    others = _days(known, did) & set(range(1, _WEEK))
    if late is None and not hard and len(others) >= at.PC7_DAYS:
        return Wait("PC7", len(others) + 1, at.PC7_DAYS, "days")
    return late


def percussion_apart(known: Before, *, hard: bool) -> Wait | None:
    """SE7: sessions with percussion, whatever the areas."""
    if any(map(_percussed, known.present)):
        return None
    return _apart(known, _percussed, "SE7", at.SE7_HARD_MS if hard else at.SE7_SOFT_MS)


def locked(known: Before, site: Site) -> Wait | None:
    """PC9: a place that hurt by 8 or more is left alone for 24 hours."""
    chains = (*known.earlier, known.present)
    ends = [
        given.ended_s
        for chain in chains
        for given in chain
        if not (given.worst or {}).get(site, 0.0) < at.PC9_HARD
    ]
    gap = known.now_s - max(ends, default=float("-inf"))
    needed = at.PC9_LOCK_MS / at.SECOND_MS
    return None if gap >= needed else Wait("PC9", gap, needed)
