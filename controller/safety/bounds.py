"""The effective limit: the strictest of all that stands, and always which one that is. Pure.

`effective(row, standing, place=..., site=...)` takes a row of the table; what the ledger leaves is
already taken off, so what a plan asks by itself is compared with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from controller.safety import limits as at
from controller.safety.account import unmeasured
from controller.safety.past import Before, before
from controller.safety.standing import PLAIN, Bound, SetBy, Standing, Tightening, touches
from controller.safety.table import LIMITS, Limit
from protocols.body import area_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from controller.safety.channel import Channel
    from controller.safety.limits import Site
    from controller.safety.past import Sums
    from controller.safety.standing import Had
    from protocols.plan import Place

LEASH_ROWS: Final = {"timer": "LE2", "none": "LE3"}
NO_LIMITS: Final[Mapping[str, float]] = MappingProxyType({})
_DOSE: Final = "HT6"
_HT4: Final = tuple(row for row in LIMITS if row.id == "HT4")


@dataclass(frozen=True, slots=True)
class _Ask:
    row: Limit
    standing: Standing
    hard: bool
    name: str | None
    site: Site | None
    channel: Channel | None
    known: Before

    @property
    def raised(self) -> bool:
        """Whether hard values stand: asked for, or let by a clinician."""
        return self.hard or self.standing.raised

    @property
    def plain_by(self) -> SetBy:
        return "hard" if self.raised else "soft"

    def pick(self, soft: float, hard: float) -> float:
        """The value that stands."""
        return hard if self.raised else soft

    def tightenings(self) -> Iterator[Tightening]:
        """The rows of profile and screening that hold here."""
        for row in self.standing.tightenings:
            if row.places is None or (self.name is not None and touches(row.places, self.name)):
                yield row

    def chain(self) -> Had:
        """What the place had in the session that goes on."""
        return self.known.chain.had(self.site or ("", ""))

    def day(self) -> Had:
        """What the place had in 24 hours."""
        return self.known.day.had(self.site or ("", ""))

    def spent(self, bound: Bound, spent: float) -> Bound:
        """What is left of it."""
        if not self.known.readable:
            return Bound(bound.limit, 0.0, "ledger")
        return bound if spent == 0 else Bound(bound.limit, max(0.0, bound.allowed - spent), "ledger")


def effective(
    row: Limit,
    standing: Standing = PLAIN,
    *,
    hard: bool = False,
    place: Place | None = None,
    site: Site | None = None,
    channel: Channel | None = None,
    own: Mapping[str, float] = NO_LIMITS,
    known: Before | None = None,
) -> Bound:
    """What stands for `row`, in its unit. `own`: the protocol's limits, by id. Of equals the first wins.

    `known`: `before(standing.past)`, where it is worked out already. `hard`: what a run may not pass.
    """
    name = place.name if place is not None else site[0] if site is not None else None
    ask = _Ask(row, standing, hard, name, site, channel, known or before(standing.past))
    bounds = list(_MORE.get(row.id, _plain)(ask))
    if not hard and row.id in own:
        bounds.append(Bound(row.id, own[row.id], "protocol"))
    return min(bounds, key=lambda bound: bound.allowed)


def _plain(ask: _Ask) -> Iterator[Bound]:
    soft, hard = ask.row.soft, ask.row.hard
    value = hard if ask.raised and hard is not None else soft if soft is not None else hard
    yield Bound(ask.row.id, float("inf") if value is None else value, ask.plain_by)


def _by(row: Tightening) -> SetBy:
    return "profile" if row.row.startswith("PF") else "screening"


def _set_point(ask: _Ask) -> Iterator[Bound]:
    yield from _plain(ask)
    if ask.name is not None and at.tender_to_heat(ask.name):
        yield Bound("HT18", ask.pick(at.HT18_SOFT, at.HT18_HARD), "area")
    for row in ask.tightenings():
        value = row.heat_hard if ask.hard else row.heat_soft
        if value is not None:
            yield Bound(row.row, value, _by(row))
    if ask.channel is not None and not ask.channel.by_hand and ask.channel.high is not None:
        yield Bound("HT1", ask.channel.high, "device")


def _heat_time(ask: _Ask) -> Iterator[Bound]:
    had = ask.chain().heat_rows_ms
    index = next((n for n, row in enumerate(_HT4) if row.quantity == ask.row.quantity), 0)
    spent = had[index] / at.SECOND_MS
    for bound in _plain(ask):
        yield ask.spent(bound, spent)
    if index:
        return
    if ask.name is not None and at.tender_to_heat(ask.name):
        tender = Bound("HT18", ask.pick(at.HT18_SOFT_MS, at.HT18_HARD_MS) / at.SECOND_MS, "area")
        yield ask.spent(tender, spent)
    for row in ask.tightenings():
        if row.heat_ms is not None and not ask.hard:
            yield ask.spent(Bound(row.row, row.heat_ms / at.SECOND_MS, _by(row)), spent)
    day = Bound("HT7", ask.pick(at.HT7_SOFT_MS, at.HT7_HARD_MS) / at.SECOND_MS, ask.plain_by)
    yield ask.spent(day, ask.day().heat_rows_ms[0] / at.SECOND_MS)


def _dose(ask: _Ask) -> Iterator[Bound]:
    yield ask.spent(Bound(_DOSE, ask.pick(at.HT6_SOFT, at.HT6_HARD), ask.plain_by), ask.day().dose)
    for bound in _plain(ask):
        yield ask.spent(bound, ask.chain().dose)
    for row in ask.tightenings():
        # Heat that nobody measures counts a whole HT5, which would leave no row less: HT22 holds it.
        if row.dose is not None and not unmeasured(ask.channel):
            yield ask.spent(Bound(row.row, row.dose, _by(row)), ask.chain().dose)


def _session_heat(ask: _Ask) -> Iterator[Bound]:
    for bound in _plain(ask):
        yield ask.spent(bound, ask.known.chain.heat_ms / at.SECOND_MS)


def _unmeasured(ask: _Ask) -> Iterator[Bound]:
    for bound in _plain(ask):
        yield ask.spent(bound, ask.chain().unmeasured_ms / at.SECOND_MS)


def _shorter(ask: _Ask, bound: Bound) -> Iterator[Bound]:
    yield bound
    for row in ask.tightenings():
        if row.time is not None and not ask.hard:
            yield Bound(row.row, bound.allowed * row.time, _by(row))


def _bout(ask: _Ask) -> Iterator[Bound]:
    region = at.region(ask.name) if ask.name is not None else None
    table = 0 if region is None or (ask.raised and region.soft) else region.bout_ms
    if not table:
        plain = Bound("PC2", ask.pick(at.PC2_SOFT_MS, at.PC2_HARD_MS) / at.SECOND_MS, ask.plain_by)
    else:
        plain = Bound("PC2", table / at.SECOND_MS, "area")
    yield from _shorter(ask, plain)
    if ask.channel is not None and ask.channel.leash in LEASH_ROWS:
        yield Bound(LEASH_ROWS[ask.channel.leash], at.LE_BOUT_MS / at.SECOND_MS, "leash")


def _percussion(ask: _Ask) -> Iterator[Bound]:
    day = ask.day().percussion_ms / at.SECOND_MS
    whole = Bound("PC4", ask.pick(at.PC4_SOFT_MS, at.PC4_HARD_MS) / at.SECOND_MS, ask.plain_by)
    yield ask.spent(whole, day)
    for plain in _plain(ask):
        for bound in _shorter(ask, plain):
            yield ask.spent(bound, ask.chain().percussion_ms / at.SECOND_MS)
    for row in ask.tightenings():
        if row.percussion_day_ms is not None:
            most = at.PC8_HARD_MS if ask.hard else row.percussion_day_ms
            yield ask.spent(Bound("PC8", most / at.SECOND_MS, _by(row)), day)


def _all_percussion(ask: _Ask) -> Iterator[Bound]:
    known: Sums = ask.known.day
    for row in LIMITS:
        if row.id == "PC5" and row.scope == "24 hours":
            day = Bound("PC5", ask.pick(row.soft or 0.0, row.hard or 0.0), ask.plain_by)
            yield ask.spent(day, known.percussion_ms / at.SECOND_MS)
    if ask.row.scope != "24 hours":
        for plain in _plain(ask):
            for bound in _shorter(ask, plain):
                yield ask.spent(bound, ask.known.chain.percussion_ms / at.SECOND_MS)
    held = Bound("PC12", at.PC12_HARD_MS / at.SECOND_MS, "hard")
    yield ask.spent(held, known.hand_held_ms / at.SECOND_MS)


def _strength(ask: _Ask) -> Iterator[Bound]:
    if ask.name is not None:
        region = at.region(ask.name)
        cap = ask.pick(region.soft, region.hard)
        yield Bound("PC13", cap, "area")
        for row in ask.tightenings():
            if row.strength is not None and not ask.hard:
                yield Bound(row.row, cap * row.strength, _by(row))
    for row in ask.tightenings():
        if row.strength_most is not None:
            yield Bound(row.row, at.PC8_HARD if ask.hard else row.strength_most, _by(row))
    if ask.channel is not None and ask.channel.leash in LEASH_ROWS:
        yield Bound(LEASH_ROWS[ask.channel.leash], at.LE_STRENGTH, "leash")
    if ask.channel is not None and ask.channel.by_hand and ask.channel.low is None:
        yield Bound("LE4", at.LE_STRENGTH, "leash")
    yield Bound("PC13", 1.0, "device")


def _force(ask: _Ask) -> Iterator[Bound]:
    table = at.PC11_HARD if ask.raised else at.PC11_SOFT
    newtons = table.get(area_of(ask.name)) if ask.name is not None else None
    yield Bound("PC11", float("inf") if newtons is None else newtons, "area")


def _presence(ask: _Ask) -> Iterator[Bound]:
    yield from _plain(ask)
    for row in ask.tightenings():
        if row.presence_ms is not None and not ask.hard:
            yield Bound(row.row, row.presence_ms / at.SECOND_MS, _by(row))


_MORE: Final[Mapping[str, Callable[[_Ask], Iterator[Bound]]]] = {
    "HT1": _set_point, "HT4": _heat_time, "HT5": _dose, "HT9": _session_heat, "HT15": _presence,
    "HT22": _unmeasured, "PC2": _bout, "PC3": _percussion, "PC5": _all_percussion, "PC11": _force,
    "PC13": _strength,
}  # fmt: skip


def row_of(limit: str, number: int = 0) -> Limit:
    """The row of the table with that id; `number`: of those with one id. Raises IndexError."""
    return [row for row in LIMITS if row.id == limit][number]
