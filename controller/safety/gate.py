"""The gate: the one way of a setpoint to a device. It trusts the plan's limits, not the session.

Default deny: a setpoint passes when every guard of `GUARDS` lets it, and what is missing, is not a
number or cannot be judged does not pass. Comparisons are written so that NaN fails. The values are
the hard ones; sums that no plan may pass by a tick have a tick for each segment (`_ticks`), because
a segment ends at the first tick at which its time is up. For a body with a standing of its own
`body_guards` follow; with nothing before, their sums are those of the session.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from controller.safety import limits as at
from controller.safety.account import unmeasured
from controller.safety.body_guards import BODY_GUARDS
from controller.safety.case import Case, Refusal, Request, View
from controller.safety.standing import PLAIN
from protocols.plan import Heat, Press

if TYPE_CHECKING:
    from controller.safety.account import Bout
    from controller.safety.channel import Channel

__all__ = ["BODY_GUARDS", "GUARDS", "Refusal", "Request", "View", "admit"]

HOT_SAMPLES = 2
"""Valid samples in a row at or over HT2's hard limit that trip."""
Guard = Callable[["Case"], "Refusal | None"]


def admit(request: Request, view: View) -> Refusal | None:
    """None: it may pass. Rest always may. Never raises."""
    try:
        if request.setpoint == 0:
            return None
        case = _case(request, view)
        for guard in GUARDS if view.standing is PLAIN else (*GUARDS, *BODY_GUARDS):
            refusal = guard(case)
            if refusal is not None:
                return refusal
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return Refusal("missing", None, None)
    return None


def _case(request: Request, view: View) -> Case:
    channel = view.channels[request.role]
    segment = view.plan.segment(request.segment)
    if segment.number != request.segment or not isinstance(segment, Heat | Press):
        raise LookupError(request.segment)
    if not math.isfinite(request.setpoint):
        raise ValueError(request.setpoint)
    if view.standing is not view.account.standing:
        raise LookupError("the account is of another body")
    heat = segment if isinstance(segment, Heat) else None
    press = segment if isinstance(segment, Press) else None
    fraction = math.nan if press is None else _fraction(request.setpoint, channel)
    places = at.sites(segment.place)
    return Case(request, view, channel, segment, heat, press, places, fraction, unmeasured(channel))


def _fraction(setpoint: float, channel: Channel) -> float:
    if channel.low is None or channel.high is None:
        return setpoint / 100
    return (setpoint - channel.low) / (channel.high - channel.low)


def _at_most(limit: str, measured: float, allowed: float) -> Refusal | None:
    return None if measured <= allowed else Refusal(limit, measured, allowed)


def _under(limit: str, spent: float, allowed: float) -> Refusal | None:
    return None if spent < allowed else Refusal(limit, spent, allowed)


def _time_left(limit: str, spent_ms: float, allowed_ms: float) -> Refusal | None:
    return _under(limit, spent_ms / at.SECOND_MS, allowed_ms / at.SECOND_MS)


def _own_role(case: Case) -> Refusal | None:
    role, kind = case.request.role, "percussion" if case.heat is None else "heat"
    same = (case.segment.role, case.channel.role, case.channel.kind) == (role, role, kind)
    return None if same and case.view.plan.roles.get(role) == kind else Refusal("plan", None, None)


def _own_level(case: Case) -> Refusal | None:
    if case.press is None:
        own = case.heat.to if case.heat else math.nan
        lowest = at.LOWEST_SETTING if case.channel.by_hand else own
        return _at_most("plan", case.request.setpoint, max(own, lowest))
    strength, low, high = case.press.at, case.channel.low, case.channel.high
    if strength is None:
        return Refusal("plan", case.request.setpoint, None)
    own = strength.fraction() if low is None or high is None else strength.fraction(low, high)
    return _at_most("plan", case.fraction, own + at.STRENGTH_GRAIN)


def _own_time(case: Case) -> Refusal | None:
    warming = case.heat.within_ms if case.heat and not case.unseen else 0
    allowed = case.segment.hold_ms + warming + at.TICK_MS
    return _at_most("plan", case.view.account.driven_ms(case.request.segment), allowed)


def _in_range(case: Case) -> Refusal | None:
    low, high = case.channel.low, case.channel.high
    if (low is None or high is None) and case.channel.by_hand:
        low, high = 0.0, 100.0
    if low is not None and high is not None and low <= case.request.setpoint <= high:
        return None
    return Refusal("device", case.request.setpoint, high)


def _ht1(case: Case) -> Refusal | None:
    return _at_most("HT1", case.request.setpoint, at.HT1_HARD) if case.heat else None


def _ht2(case: Case) -> Refusal | None:
    sample = case.view.samples.get(case.request.role)
    if case.heat is None or case.unseen or sample is None or sample.actual is None:
        return None  # a reading that is missing is for HT20
    if case.view.account.hot_samples(case.request.role) >= HOT_SAMPLES:
        return Refusal("HT2", sample.actual, at.HT2_HARD)
    return _under("HT2", sample.actual, at.HT2_AT_ONCE)


def _ht4(case: Case) -> Refusal | None:
    for site in case.sites if case.heat else ():
        spent = case.view.account.heat_of(site)
        for (over, allowed), milliseconds in zip(at.HT4_HARD, spent, strict=True):
            if case.heat and case.heat.to > over and not milliseconds < allowed + _ticks(case):
                return Refusal("HT4", milliseconds / at.SECOND_MS, allowed / at.SECOND_MS)
    return None


def _ticks(case: Case) -> int:
    return at.TICK_MS * case.view.account.heats


def _ht5(case: Case) -> Refusal | None:
    if case.heat is None:
        return None
    account = case.view.account
    ahead = at.HT5_SOFT if case.unseen and not account.began(case.request.segment) else 0.0
    # Each by itself: max() may swallow NaN.
    refusals = (_under("HT5", account.dose(site) + ahead, at.HT5_HARD) for site in case.sites)
    return next((refusal for refusal in refusals if refusal is not None), None)


def _ht9(case: Case) -> Refusal | None:
    if case.heat is None:
        return None
    return _time_left("HT9", case.view.account.heat_driven_ms, at.HT9_MS + _ticks(case))


def _ht11(case: Case) -> Refusal | None:
    if case.heat is None or case.unseen or case.request.setpoint <= at.HT11_FREE:
        return None
    drive = case.view.account.drive(case.request.role)
    if drive is not None and drive.segment == case.request.segment:
        start, elapsed = drive.start, case.view.now_ms - drive.since_ms
    else:
        start, elapsed = case.view.samples[case.request.role].actual, 0
    ramped = max(at.HT11_FREE, start or 0.0) + at.HT11_HARD * elapsed / at.MINUTE_MS
    return _at_most("HT11", case.request.setpoint, ramped + case.channel.step)


def _ht15(case: Case) -> Refusal | None:
    return _age_at_most("HT15", case, case.view.present_ms, at.HT15_HARD_MS) if case.heat else None


def _age_at_most(limit: str, case: Case, since_ms: int | None, allowed_ms: int) -> Refusal | None:
    if since_ms is None:
        return Refusal(limit, None, allowed_ms / at.SECOND_MS)
    age = case.view.now_ms - since_ms
    return None if 0 <= age <= allowed_ms else Refusal(limit, age / at.SECOND_MS, allowed_ms / at.SECOND_MS)


def _ht18(case: Case) -> Refusal | None:
    if case.heat is None or not at.tender_to_heat(case.heat.place.name):
        return None
    spent = max(case.view.account.heat_of(site)[0] for site in case.sites)
    hot = _at_most("HT18", case.request.setpoint, at.HT18_HARD)
    return hot or _time_left("HT18", spent, at.HT18_HARD_MS)


def _ht19(case: Case) -> Refusal | None:
    known = case.channel.measured or case.channel.leash in {"timer", "person"}
    return None if case.heat is None or known else Refusal("HT19", None, None)


def _ht20(case: Case) -> Refusal | None:
    needed = not case.unseen if case.heat else case.channel.leash == "lease" or not case.unseen
    if not needed:
        return None
    sample = case.view.samples.get(case.request.role)
    if sample is None or sample.actual is None:
        return Refusal("HT20", None, None)
    lowest, highest = (at.HT20_LOWEST, at.HT20_HIGHEST) if case.heat else (0.0, math.inf)
    if not (lowest <= sample.actual <= highest and math.isfinite(sample.actual)):
        return Refusal("HT20", sample.actual, highest)
    return _age_at_most("HT20", case, sample.at_ms, at.HT20_HARD_MS)


def _ht22(case: Case) -> Refusal | None:
    if case.heat is None or not case.unseen:
        return None
    spent = max(case.view.account.unmeasured_of(site) for site in case.sites)
    return _time_left("HT22", spent, at.HT22_HARD_MS)


def _pc1(case: Case) -> Refusal | None:
    if case.press is None or case.press.move != "still":
        return None
    spent = 0
    for point, side in at.spots(case.press.place):
        for bout in (case.view.account.bout(site) for site in case.sites if site[1] == side):
            spent = max(spent, 0 if bout is None else bout.still_ms.get(point, 0))
    return _time_left("PC1", spent, at.PC1_HARD_MS)


def _pc2(case: Case) -> Refusal | None:
    for bout in _bouts(case):
        if not bout.ms < at.PC2_HARD_MS:
            return Refusal("PC2", bout.ms / at.SECOND_MS, at.PC2_HARD_MS / at.SECOND_MS)
    return None


def _bouts(case: Case) -> list[Bout]:
    bouts = (case.view.account.bout(site) for site in case.sites) if case.press else ()
    return [bout for bout in bouts if bout is not None]


def _pc3(case: Case) -> Refusal | None:
    if case.press is None:
        return None
    spent = max(case.view.account.percussion_of(site) for site in case.sites)
    return _time_left("PC3", spent, at.PC3_HARD_MS)


def _pc5(case: Case) -> Refusal | None:
    if case.press is None:
        return None
    return _time_left("PC5", case.view.account.percussion_ms, at.PC5_HARD_MS)


def _pc6(case: Case) -> Refusal | None:
    """A segment that would prolong the bout of others past PC2 waits for its rest first."""
    account, number = case.view.account, case.request.segment
    left = case.segment.hold_ms - account.driven_ms(number)
    for bout in _bouts(case):
        if bout.numbers - {number} and not bout.ms + left <= at.PC2_HARD_MS:
            rest = account.rest_of(bout.end_ms)
            return Refusal("PC6", rest / at.SECOND_MS, at.PC6_HARD_MS / at.SECOND_MS)
    return None


def _pc9(case: Case) -> Refusal | None:
    worst = case.view.worst_rating
    return None if worst is None else _under("PC9", worst, at.PC9_HARD)


def _pc10(case: Case) -> Refusal | None:
    if case.press is None or case.channel.by_hand:
        return None
    drive = case.view.account.drive(case.request.role)
    begun = drive is not None and drive.segment == case.request.segment
    elapsed = case.view.now_ms - drive.since_ms if drive is not None and begun else 0
    if elapsed >= at.PC10_HARD_MS:
        return None
    return _at_most("PC10", case.fraction, at.PC10_HARD + at.STRENGTH_GRAIN)


def _pc13(case: Case) -> Refusal | None:
    if case.press is None:
        return None
    return _at_most("PC13", case.fraction, at.region(case.press.place.name).hard + at.STRENGTH_GRAIN)


def _se1(case: Case) -> Refusal | None:
    return _age_at_most("SE1", case, case.view.started_ms, at.SE1_HARD_MS)


def _se4(case: Case) -> Refusal | None:
    for near in at.around(case.segment.place) if case.press else ():
        end = case.view.account.heat_end(near)
        if end is None:
            continue
        gap = case.view.now_ms - end
        if not gap >= at.SE4_GAP_MS or case.view.account.warm(near):
            return Refusal("SE4", gap / at.SECOND_MS, at.SE4_GAP_MS / at.SECOND_MS)
        strong = _at_most("SE4", case.fraction, at.SE4_STRENGTH + at.STRENGTH_GRAIN)
        if gap < at.SE4_STRENGTH_MS and strong is not None:
            return strong
    return None


def _se5(case: Case) -> Refusal | None:
    for near in at.around(case.segment.place) if case.heat else ():
        end = case.view.account.percussion_end(near)
        if end is None:
            continue
        gap = case.view.now_ms - end
        if not gap >= at.SE5_GAP_MS:
            return Refusal("SE5", gap / at.SECOND_MS, at.SE5_GAP_MS / at.SECOND_MS)
        if not case.request.setpoint <= at.SE5_HIGHEST:
            return Refusal("SE5", case.request.setpoint, at.SE5_HIGHEST)
    return None


def _se6(case: Case) -> Refusal | None:
    near = at.around(case.segment.place)
    for number in _at_work(case).values():
        other = case.view.plan.segment(number)
        against = isinstance(other, Press) if case.heat else isinstance(other, Heat)
        if against and isinstance(other, Heat | Press) and any(s in near for s in at.sites(other.place)):
            return Refusal("SE6", None, None)
    return None


def _at_work(case: Case) -> dict[str, int]:
    drives = {role: case.view.account.drive(role) for role in case.view.plan.roles}
    known = {role: drive.segment for role, drive in drives.items() if drive is not None}
    return known | {role: held.segment for role, held in case.view.driven.items() if held.setpoint != 0}


def _se8(case: Case) -> Refusal | None:
    return _at_most("SE8", case.view.paused_ms / at.SECOND_MS, at.SE8_MS / at.SECOND_MS)


def _zn1(case: Case) -> Refusal | None:
    name = case.segment.place.name
    if case.press is None:
        forbidden = at.heat_forbidden(name)
    else:
        still = case.press.move == "still" and at.still_forbidden(name)
        forbidden = still or at.percussion_forbidden(name)
    return Refusal("ZN1", None, None) if forbidden else None


def _leash(case: Case, leash: str, limit: str) -> Refusal | None:
    if case.channel.leash != leash or case.press is None:
        return None
    for bout in _bouts(case):
        if not bout.ms < at.LE_BOUT_MS + at.TICK_MS * len(bout.numbers):
            return Refusal(limit, bout.ms / at.SECOND_MS, at.LE_BOUT_MS / at.SECOND_MS)
    return _at_most(limit, case.fraction, at.LE_STRENGTH + at.STRENGTH_GRAIN)


def _le1(case: Case) -> Refusal | None:
    """A leash that nobody knows allows nothing."""
    known = {"lease", "timer", "none", "person"}
    return None if case.channel.leash in known else Refusal("LE1", None, None)


def _le2(case: Case) -> Refusal | None:
    return _leash(case, "timer", "LE2")


def _le3(case: Case) -> Refusal | None:
    if case.heat and case.channel.leash == "none":
        return Refusal("LE3", None, None)
    return _leash(case, "none", "LE3")


def _le4(case: Case) -> Refusal | None:
    if case.press is None or not case.channel.by_hand or case.channel.low is not None:
        return None
    return _at_most("LE4", case.fraction, at.LE_STRENGTH + at.STRENGTH_GRAIN)


GUARDS: tuple[Guard, ...] = (
    _own_role, _own_level, _own_time, _in_range, _se1, _se8, _pc9, _zn1, _le1, _le2, _le3, _le4,
    _ht20, _ht19, _ht15, _ht1, _ht2, _ht18, _ht4, _ht5, _ht9, _ht11, _ht22,
    _pc13, _pc10, _pc1, _pc2, _pc3, _pc5, _pc6, _se6, _se4, _se5,
)  # fmt: skip
