"""Which limits are near: what is worked now, held against all that stands for this body. Pure, and cheap."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from controller.safety import limits as at
from controller.safety.account import unmeasured
from controller.safety.bounds import effective, row_of
from controller.snapshot import LimitView
from protocols.plan import Heat, Press

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from controller.core.session import Session
    from controller.safety import Account
    from controller.safety.limits import Site
    from protocols.plan import Segment

MOST = 3
NEAR_SHARE = 0.7
"""The part used from which a limit is near (own)."""
NEAR_LEFT, LONG_ENOUGH = 120.0, 240.0
"""Seconds left under which one is near, and how long it must be for that: else it always was."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One limit of one segment. `used` asks the account, in the unit of `allowed`."""

    limit: str
    text: str
    allowed: float
    unit: str
    used: Callable[[], float]


class Near:
    """The limits of one session; what stands does not change while it runs, so it is worked out once."""

    def __init__(self, session: Session, account: Account) -> None:
        self._session, self._account = session, account
        self._rows: dict[int, tuple[_Row, ...]] = {}
        self._ceilings: dict[int, float] = {}

    def now(self) -> tuple[LimitView, ...]:
        """Those that are near, the most pressing first."""
        found = [(row, row.used()) for row in self._asked() if row.allowed > 0]
        near = {(row.limit, row.text): (row, used) for row, used in found if _is_near(row, used)}
        pressing = sorted(near.values(), key=lambda each: each[1] / each[0].allowed, reverse=True)
        return tuple(_view(row, used) for row, used in pressing[:MOST])

    def ceiling(self, role: str) -> float | None:
        """The most °C that stand where `role` heats now, or next; None where it does not."""
        steps, plan = self._session.steps, self._session.plan
        heats = [s for s in plan.segments if isinstance(s, Heat) and s.role == role]
        segment = next((s for s in heats if s.number not in steps.ended), heats[-1] if heats else None)
        if segment is None or self._session.channels[role].by_hand:
            return None
        if segment.number not in self._ceilings:
            channel = self._session.channels[role]
            bound = effective(
                row_of("HT1"), self._account.standing, place=segment.place, channel=channel,
                known=self._account.before,
            )  # fmt: skip
            self._ceilings[segment.number] = bound.allowed
        return self._ceilings[segment.number]

    def _asked(self) -> Iterator[_Row]:
        session = self._session
        if session.stage != "running":
            return
        yield _Row("SE1", "this session", at.SE1_HARD_MS / at.SECOND_MS, "s", lambda: session.t)
        paused = session.paused_ms
        if paused is not None:
            yield _Row(
                "SE8", "this pause", at.SE8_MS / at.SECOND_MS, "s", lambda: _s(session.now_ms - paused)
            )
        for running in session.steps.running:
            yield from self._of(running.segment)

    def _of(self, segment: Segment) -> tuple[_Row, ...]:
        rows = self._rows.get(segment.number)
        if rows is None:
            if isinstance(segment, Heat):
                rows = tuple(self._heat(segment))
            elif isinstance(segment, Press) and segment.role is not None:
                rows = tuple(self._press(segment))
            else:
                rows = ()
            self._rows[segment.number] = rows
        return rows

    def _heat(self, segment: Heat) -> Iterator[_Row]:
        index = max(n for n, (over, _) in enumerate(at.HT4_SOFT) if segment.to > over)
        unseen = unmeasured(self._session.channels[segment.role])
        for site in at.sites(segment.place):
            place, warmth = _place(site, segment), f"warmth on the {_place(site, segment)}"
            if unseen:
                yield self._bound("HT22", 0, warmth, "s", segment, site, partial(self._unseen, site))
                continue
            yield self._bound("HT4", index, warmth, "s", segment, site, partial(self._warmed, site, index))
            dose = partial(self._dose, site)
            yield self._bound("HT5", 0, f"heat dose of the {place}", "CEM43", segment, site, dose)
        driven = _s(at.HT9_MS)
        yield _Row("HT9", "warmth of this session", driven, "s", lambda: _s(self._account.heat_driven_ms))

    def _press(self, segment: Press) -> Iterator[_Row]:
        for site in at.sites(segment.place):
            text = f"massage of the {_place(site, segment)}"
            yield self._bound("PC3", 0, text, "s", segment, site, partial(self._massaged, site))
        every = "massage, all places"
        yield self._bound("PC5", 0, every, "s", segment, None, lambda: _s(self._account.own_percussion_ms))

    def _warmed(self, site: Site, index: int) -> float:
        return _s(self._account.own(site).heat_rows_ms[index])

    def _unseen(self, site: Site) -> float:
        return _s(self._account.own(site).unmeasured_ms)

    def _dose(self, site: Site) -> float:
        return self._account.own(site).dose

    def _massaged(self, site: Site) -> float:
        return _s(self._account.own(site).percussion_ms)

    def _bound(
        self, row: str, number: int, text: str, unit: str, segment: Heat | Press, site: Site | None,
        used: Callable[[], float],
    ) -> _Row:  # fmt: skip
        channel = None if segment.role is None else self._session.channels[segment.role]
        bound = effective(
            row_of(row, number), self._account.standing, place=segment.place, site=site, channel=channel,
            known=self._account.before,
        )  # fmt: skip
        return _Row(bound.limit, text, bound.allowed, unit, used)


def _place(site: Site, segment: Heat | Press) -> str:
    area, side = site
    return f"{side} {area}" if segment.place.side in ("left", "right") else area


def _is_near(row: _Row, used: float) -> bool:
    if used >= row.allowed * NEAR_SHARE:
        return True
    left = row.allowed - used
    return used > 0 and row.unit == "s" and row.allowed >= LONG_ENOUGH and left < NEAR_LEFT


def _view(row: _Row, used: float) -> LimitView:
    left = max(0.0, row.allowed - used)
    return LimitView(
        id=row.limit, text=row.text, used=round(used, 2), allowed=row.allowed, unit=row.unit,
        left=_left(left, row.unit),
    )  # fmt: skip


def _left(left: float, unit: str) -> str:
    if unit != "s":
        return f"{left:.2f} {unit} left"
    return f"{int(left)} s left" if left < NEAR_LEFT else f"{int(left // 60)} min left"


def _s(milliseconds: float) -> float:
    return milliseconds / at.SECOND_MS
