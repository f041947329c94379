"""The gate's guards for one body: what it had before, its profile's hard values, what screening blocks.

Values are the hard ones. What was had is as of the session's clock 0; what this session gave is added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.safety import limits as at
from controller.safety import past
from controller.safety.case import Case, Refusal
from controller.safety.standing import block_of, touches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from controller.safety.limits import Site
    from controller.safety.past import Before, Wait
    from controller.safety.standing import Tightening, Touch


def _waiting(case: Case, row: str, look: Callable[[Before, Site], Wait | None]) -> Refusal | None:
    """What `look` finds at a site; the past is as of the session's clock 0, so it is asked once."""
    known = case.view.account.waits
    for site in case.sites:
        if (row, site) not in known:
            known[row, site] = look(case.view.account.before, site)
        wait = known[row, site]
        if wait is not None:
            return Refusal(wait.limit, wait.found, wait.needed)
    return None


def _time_left(limit: str, spent_ms: float, allowed_ms: float) -> Refusal | None:
    if spent_ms < allowed_ms:
        return None
    return Refusal(limit, spent_ms / at.SECOND_MS, allowed_ms / at.SECOND_MS)


def _tightenings(case: Case) -> Iterator[Tightening]:
    name = case.segment.place.name
    return (row for row in case.view.standing.tightenings if touches(row.places, name))


def _readable(case: Case) -> Refusal | None:
    """A ledger that cannot be read: every budget counts as spent."""
    if case.view.account.before.readable:
        return None
    return Refusal("HT6" if case.heat else "PC4", None, 0.0)


def _block(case: Case) -> Refusal | None:
    touch: Touch = "heat" if case.heat else "percussion"
    block = block_of(case.view.standing, touch, case.segment.place.name, unmeasured=case.unseen)
    return None if block is None else Refusal(block.row, None, None)


def _profile_heat(case: Case) -> Refusal | None:
    for row in _tightenings(case) if case.heat else ():
        if row.heat_hard is not None and not case.request.setpoint <= row.heat_hard:
            return Refusal(row.row, case.request.setpoint, row.heat_hard)
    return None


def _profile_dose(case: Case) -> Refusal | None:
    if case.heat is None:
        return None
    doses = [case.view.account.dose(site) for site in case.sites]
    for row in _tightenings(case):
        for dose in doses:
            if row.dose is not None and not (case.unseen or dose < row.dose):
                return Refusal(row.row, dose, row.dose)
    return None


def _ht6(case: Case) -> Refusal | None:
    account = case.view.account
    ahead = at.HT5_SOFT if case.unseen and not account.began(case.request.segment) else 0.0
    for site in case.sites if case.heat else ():
        dose = account.before.day.had(site).dose + account.own(site).dose + ahead
        if not dose < at.HT6_HARD:
            return Refusal("HT6", dose, at.HT6_HARD)
    return None


def _ht7(case: Case) -> Refusal | None:
    account = case.view.account
    allowed = at.HT7_HARD_MS + at.TICK_MS * account.heats
    for site in case.sites if case.heat else ():
        spent = account.before.day.had(site).heat_rows_ms[0] + account.own(site).heat_rows_ms[0]
        if not spent < allowed:
            return _time_left("HT7", spent, allowed)
    return None


def _ht8(case: Case) -> Refusal | None:
    return _waiting(case, "HT8", _heat_sessions) if case.heat else None


def _heat_sessions(known: Before, site: Site) -> Wait | None:
    return past.heat_sessions(known, site, hard=True)


def _ht16(case: Case) -> Refusal | None:
    return _waiting(case, "HT16", past.heat_again) if case.heat else None


def _pc4(case: Case) -> Refusal | None:
    return _day_percussion(case, "PC4", at.PC4_HARD_MS)


def _pc8(case: Case) -> Refusal | None:
    if case.press is None or all(row.percussion_day_ms is None for row in _tightenings(case)):
        return None
    if not case.fraction <= at.PC8_HARD + at.STRENGTH_GRAIN:
        return Refusal("PC8", case.fraction, at.PC8_HARD)
    return _day_percussion(case, "PC8", at.PC8_HARD_MS)


def _day_percussion(case: Case, limit: str, allowed_ms: int) -> Refusal | None:
    account = case.view.account
    for site in case.sites if case.press else ():
        spent = account.before.day.had(site).percussion_ms + account.own(site).percussion_ms
        if not spent < allowed_ms:
            return _time_left(limit, spent, allowed_ms)
    return None


def _pc5(case: Case) -> Refusal | None:
    account = case.view.account
    spent = account.before.day.percussion_ms + account.own_percussion_ms
    return _time_left("PC5", spent, at.PC5_DAY_HARD_MS) if case.press else None


def _pc12(case: Case) -> Refusal | None:
    account = case.view.account
    spent = account.before.day.hand_held_ms + account.own_percussion_ms
    return _time_left("PC12", spent, at.PC12_HARD_MS) if case.press else None


def _pc7(case: Case) -> Refusal | None:
    return _waiting(case, "PC7", _percussion_again) if case.press else None


def _percussion_again(known: Before, site: Site) -> Wait | None:
    return past.percussion_again(known, site, hard=True)


def _pc9(case: Case) -> Refusal | None:
    return _waiting(case, "PC9", past.locked)


def _se7(case: Case) -> Refusal | None:
    return _waiting(case, "SE7", _percussion_apart) if case.press else None


def _percussion_apart(known: Before, _: Site) -> Wait | None:
    return past.percussion_apart(known, hard=True)


BODY_GUARDS: tuple[Callable[[Case], Refusal | None], ...] = (
    _block, _readable, _profile_heat, _profile_dose, _pc9, _ht8, _ht16, _ht6, _ht7, _pc7, _se7, _pc8, _pc4,
    _pc5, _pc12,
)  # fmt: skip
