"""Whatever is added to what stands, an effective limit never rises and never passes the hard one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from past_plans import BACK, DAY, after, warmed, worked
from safety_plans import HAND_GUN, gun, pad

from controller.safety import LIMITS, PLAIN, Given, Standing, effective, row_of
from controller.safety.account import unmeasured
from controller.safety.profiles import OVER_65, PROFILES
from protocols.plan import Place

HERE = Place("upper trapezius", "left")
WAITS = {"PC6", "PC7", "PC10", "HT8", "SE7"}  # there the greater number is the stricter one
ROWS = [number for number, row in enumerate(LIMITS) if row.id not in WAITS]
KNOWN = {row.id for row in LIMITS}
CHANNELS = (None, pad(high=40.5), gun(), gun(leash="timer"), gun(leash="none"), gun(**HAND_GUN))


@st.composite
def sessions(draw: st.DrawFn) -> Given:
    ago, ms = draw(st.floats(0.0, 2 * DAY)), draw(st.integers(0, 3_600_000))
    if draw(st.booleans()):
        return warmed(ago, ms, dose=draw(st.floats(0.0, 3.0)))
    return worked(ago, ms)


@example(LIMITS.index(row_of("HT5")), [OVER_65], [], OVER_65, worked(0.0, 0), gun(**HAND_GUN), False, 0.0)
@given(
    st.sampled_from(ROWS),
    st.lists(st.sampled_from(PROFILES), max_size=3),
    st.lists(sessions(), max_size=3),
    st.sampled_from(PROFILES),
    sessions(),
    st.sampled_from(CHANNELS),
    st.booleans(),
    st.floats(0.0, 2.0),
)
def test_nothing_that_is_added_raises_a_limit(
    number: int, rows: list[Any], had: list[Given], row: Any, more: Given, channel: Any,
    raised: bool, own: float,
) -> None:  # fmt: skip
    limit = LIMITS[number]
    standing = replace(after(*had), tightenings=tuple(rows), raised=raised)

    def most(stands: Standing, **facts: Any) -> float:
        bound = effective(limit, stands, place=HERE, site=BACK, **facts)
        assert bound.limit in KNOWN
        hard = effective(limit, PLAIN, hard=True, place=HERE, site=BACK)
        assert bound.allowed <= hard.allowed
        return bound.allowed

    base = most(standing)
    assert most(replace(standing, tightenings=(*standing.tightenings, row))) <= base
    assert most(replace(after(*had, more), tightenings=standing.tightenings, raised=raised)) <= base
    unseen = unmeasured(channel)
    less = replace(standing, tightenings=tuple(replace(each, dose=None) for each in rows))
    assert most(standing, channel=channel) <= (most(less) if unseen else base), "HT22 holds what is not seen"
    assert most(standing, own={limit.id: own}) <= base
    assert most(replace(standing, raised=False)) <= most(replace(standing, raised=True))


def test_a_ledger_that_cannot_be_read_leaves_nothing() -> None:
    for limit in ("HT4", "HT5", "HT9", "HT22", "PC3", "PC5"):
        bound = effective(row_of(limit), after(readable=False), place=HERE, site=BACK)
        assert (bound.allowed, bound.by) == (0.0, "ledger")
