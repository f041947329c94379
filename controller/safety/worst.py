"""The worst that a drive may still give: what the ledger writes ahead of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from controller.safety import limits as at
from controller.safety.account import OVERSHOOT, dose_rate, rate_below, unmeasured
from controller.safety.past import NONE_HAD
from protocols.plan import Heat, Press

if TYPE_CHECKING:
    from collections.abc import Iterable

    from controller.safety.account import Account
    from controller.safety.limits import Site
    from controller.safety.standing import Given, Had

COOLING_MS: Final = 60 * at.SECOND_MS
"""After a drive the pad lies on the skin and cools: a minute more at its hottest. Own."""


def worst_case(account: Account, numbers: Iterable[int], session: str, began_s: float, now_s: float) -> Given:
    """What the session gave, and the most that the segments with those `numbers` may give from now on.

    The drive's whole time and `within`, at the set-point and what it may overshoot; no more dose than
    the gate lets through. `now_s` is the ledger's time of the last `advance`. Not settled.
    """
    given = account.given(session, began_s, now_s, settled=False)
    for number in numbers:
        segment = account.plan.segment(number)
        if isinstance(segment, Heat | Press):
            given = _more(account, given, segment, now_s)
    return given


def _more(account: Account, given: Given, segment: Heat | Press, now_s: float) -> Given:
    left = _left_ms(account, segment)
    ended_s = now_s + left / at.SECOND_MS
    if segment.role is None:
        spots, held = at.spots(segment.place), dict(given.held or {})
        if not account.began(segment.number):
            held |= {spot: held.get(spot, 0) + 1 for spot in spots}
        holds = {**(given.holds or {}), **dict.fromkeys(spots, ended_s)}
        return replace(given, ended_s=max(given.ended_s, ended_s), holds=holds, held=held)
    sites: dict[Site, Had] = dict(given.sites)
    for site in at.sites(segment.place):
        had = sites.get(site, NONE_HAD)
        if isinstance(segment, Heat):
            sites[site] = _heated(account, had, segment, left, ended_s)
        else:
            sites[site] = replace(had, percussion_ms=had.percussion_ms + left, percussion_end_s=ended_s)
    heat, press = (left, 0) if isinstance(segment, Heat) else (0, left)
    return replace(
        given, ended_s=max(given.ended_s, ended_s), sites=sites, heat_ms=given.heat_ms + heat,
        heat_driven_ms=given.heat_driven_ms + heat, percussion_ms=given.percussion_ms + press,
        hand_held_ms=given.hand_held_ms + press,
    )  # fmt: skip


def _left_ms(account: Account, segment: Heat | Press) -> int:
    within = 0
    if isinstance(segment, Heat) and not unmeasured(account.channels.get(segment.role)):
        within = segment.within_ms
    return max(0, segment.hold_ms + within + at.TICK_MS - account.driven_ms(segment.number))


def _heated(account: Account, had: Had, segment: Heat, left: int, ended_s: float) -> Had:
    rows = tuple(
        spent + (left if segment.to > over else 0)
        for spent, (over, _) in zip(had.heat_rows_ms, at.HT4_SOFT, strict=True)
    )
    had = replace(had, heat_rows_ms=rows, heat_end_s=ended_s)
    if unmeasured(account.channels.get(segment.role)):
        whole = 0.0 if account.began(segment.number) else at.HT5_SOFT
        return replace(had, dose=had.dose + whole, unmeasured_ms=had.unmeasured_ms + left)
    rate = dose_rate(segment.to + OVERSHOOT, rate_below(account.standing))
    dose = had.dose + rate * (left + COOLING_MS) / at.MINUTE_MS
    return replace(had, dose=min(dose, max(had.dose, at.HT5_HARD)))
