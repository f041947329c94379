"""`fit`: what is lowered, for what, how far, and what it is no help against."""

from __future__ import annotations

import time
from functools import cache
from statistics import median
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safety_plans import CHANNELS, HAND_PAD, MIN, SEC, gun, heat, hold, pad, plan, press, rest, stretch

from controller.safety import Block, Channel, Given, Had, Past, Standing, Violation, verify
from controller.safety.fit import LEAST_PRESS_MS, Fitted, Unfit, fit
from controller.safety.profiles import FIRST_USE, NEEDLED, PROFILES
from protocols.language import compile_source, load, shipped
from protocols.plan import Heat, Press, Rest, Strength, Stretch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from protocols.plan import Plan, Segment


def held_to(*rows: Any, **more: Any) -> Any:
    standing = Standing(tightenings=rows, **more)
    return lambda made, channels: verify(made, channels, standing)


def fitted(made: Plan, channels: Mapping[str, Channel] | None = None, check: Any = verify) -> Fitted:
    found = fit(made, channels, check)
    assert isinstance(found, Fitted), found
    assert not check(found.plan, channels or {})
    return found


def unfit(made: Plan, channels: Mapping[str, Channel] | None = None, check: Any = verify) -> list[str]:
    found = fit(made, channels, check)
    assert isinstance(found, Unfit), found
    return [each.limit for each in found.violations]


def changed(found: Fitted) -> list[tuple[int, str, str, str]]:
    return [(each.number, each.key, each.before, each.after) for each in found.changes]


@cache
def library() -> tuple[Plan, ...]:
    plans = [compile_source(load(each), {}).plan for each in shipped()]
    return tuple(each for each in plans if each is not None)


def test_a_plan_within_the_limits_comes_back_as_it_is() -> None:
    made = plan(heat(), rest(60 * SEC))
    found = fitted(made)
    assert found.plan is made
    assert found.changes == ()


@pytest.mark.parametrize(
    ("segment", "channels", "lowered"),
    [
        (heat(to=42.0, hold=4 * MIN), {}, ("to", "42 °C", "41 °C")),
        (heat("neck", to=40.0), {}, ("to", "40 °C", "39 °C")),
        (heat(to=41.0, hold=4 * MIN), {"pad": pad(high=40.5)}, ("to", "41 °C", "40.5 °C")),
        (press(at=0.61), {}, ("at", "61 %", "40 %")),
        (press(at=Strength(3000.0, "/min")), {}, ("at", "3000 /min", "2000 /min")),
        (
            press(at=Strength(1900.0, "/min")),
            {"gun": gun(high=2400.0)},
            ("at", "1900 /min", "1680 /min"),
        ),
        (press(at=0.4), {"gun": gun(leash="timer")}, ("at", "40 %", "35 %")),
        (press(hold=90 * SEC), {}, ("for", "1 min 30 s", "1 min")),
        (press(hold=40 * SEC, move="still"), {}, ("for", "40 s", "30 s")),
        (hold(length=100 * SEC), {}, ("for", "1 min 40 s", "1 min")),
        (heat(hold=12 * MIN), {"pad": pad(**HAND_PAD)}, ("for", "12 min", "10 min")),
        (heat(to=38.0, hold=25 * MIN, within=10 * MIN), {}, ("within", "10 min", "5 min")),
    ],
)
def test_one_value_is_lowered_just_to_the_limit(
    segment: Segment, channels: dict[str, Channel], lowered: tuple[str, str, str]
) -> None:
    assert changed(fitted(plan(segment), channels)) == [(1, *lowered)]


def test_force_keeps_its_lower_end_where_it_can() -> None:
    base = press()
    made = plan(
        Press(**{name: getattr(base, name) for name in base.__dataclass_fields__} | {"force": (20.0, 90.0)})
    )
    assert changed(fitted(made)) == [(1, "force", "20 N .. 90 N", "20 N .. 50 N")]


def test_what_adds_up_is_shared_out_in_proportion_and_whole_seconds() -> None:
    made = plan(*(each for n in (50, 40, 35, 50) for each in (press(hold=n * SEC), rest(90 * SEC))))
    found = fitted(made)
    shares = [s.hold_ms for s in found.plan.segments if isinstance(s, Press)]
    assert shares == [34 * SEC, 27 * SEC, 24 * SEC, 34 * SEC]
    assert {limit for each in found.changes for limit in each.limits} == {"PC3"}


def test_a_short_step_keeps_its_least_and_the_others_give_more() -> None:
    made = plan(*(each for n in (5, 60, 60) for each in (press(hold=n * SEC), rest(90 * SEC))))
    shares = [s.hold_ms for s in fitted(made).plan.segments if isinstance(s, Press)]
    assert shares == [5 * SEC, 57 * SEC, 57 * SEC]


def test_a_bout_of_a_profile_lowers_its_own_steps_alone() -> None:
    made = plan(press(hold=40 * SEC), rest(90 * SEC), press(hold=15 * SEC))
    assert changed(fitted(made, None, held_to(FIRST_USE))) == [
        (1, "for", "40 s", "30 s"), (1, "at", "30 %", "24 %"), (3, "at", "30 %", "24 %"),
    ]  # fmt: skip


def test_values_of_one_step_change_in_all_its_segments_and_are_told_once() -> None:
    made = plan(press(at=0.9, path="steps[0]"), rest(60 * SEC), press(at=0.9, side="right", path="steps[0]"))
    found = fitted(made)
    assert changed(found) == [(1, "at", "90 %", "40 %")]
    assert {s.at for s in found.plan.segments if isinstance(s, Press)} == {Strength(0.4)}


def test_a_plan_that_is_too_long_keeps_its_rests() -> None:
    made = plan(rest(40 * MIN), heat(to=38.0, hold=8 * MIN), stretch(2 * MIN))
    found = fitted(made)
    assert [type(s) for s in found.plan.segments] == [Rest, Heat, Stretch]
    assert found.plan.segments[0] == made.segments[0]
    assert [each[1] for each in changed(found)] == ["for", "hold"]


def test_what_the_ledger_leaves_is_kept_to() -> None:
    site = ("upper back", "left")
    there = Had(heat_rows_ms=(38 * MIN, 0, 0, 0), heat_end_s=60.0)
    had = Given(session="s", began_s=0.0, ended_s=60.0, sites={site: there})
    check = held_to(past=Past(now_s=3 * 3600.0, given=(had,)))
    assert changed(fitted(plan(heat(to=38.0, side="left")), None, check)) == [(1, "for", "10 min", "7 min")]


def test_the_files_own_limits_are_kept_to() -> None:
    made = plan(heat(to=40.0), limits={"HT1": 38.5})
    found = fitted(made)
    assert changed(found) == [(1, "to", "40 °C", "38.5 °C")]
    assert found.plan.limits == made.limits


def test_a_lowered_plan_has_a_hash_of_its_own() -> None:
    made = plan(heat(to=42.0, hold=4 * MIN))
    assert fitted(made).plan.sha256 == plan(heat(to=41.0, hold=4 * MIN)).sha256 != made.sha256


@pytest.mark.parametrize(
    ("made", "channels", "limits"),
    [
        (plan(heat("iliopsoas")), {}, ["ZN1"]),
        (plan(press("quadratus lumborum")), {}, ["ZN1"]),
        (plan(press("piriformis", move="still")), {}, ["ZN1"]),
        (plan(press(), heat()), {}, ["SE5"]),
        (plan(heat(), press()), {}, ["SE4"]),
        (plan(hold(), hold()), {}, ["SP2"]),
        (plan(heat()), {"pad": pad(leash="none")}, ["LE3"]),
        (plan(heat(to=37.0)), {"pad": pad(low=38.0)}, ["HT1", "HT11"]),
        (plan(rest(46 * MIN)), {}, ["SE1"]),
        (plan(*[press(hold=6 * SEC)] * 20), {}, ["PC2"]),
        (plan(*[rest(SEC)] * 501), {}, ["SE2"]),
    ],
)
def test_no_lowering_helps(made: Plan, channels: dict[str, Channel], limits: list[str]) -> None:
    assert list(dict.fromkeys(unfit(made, channels))) == limits


def test_a_block_is_refused_by_name_beside_what_could_be_lowered() -> None:
    block = Block(row="C1", touches=frozenset({"heat"}), places=None, message="no heat", clinician=False)
    assert unfit(plan(heat(to=42.0, hold=50 * MIN)), None, held_to(blocks=(block,))) == ["C1"]


def test_a_check_that_never_ends_is_refused_in_the_end() -> None:
    def never(made: Plan, _: object) -> tuple[Violation, ...]:
        to = made.segments[0].to if isinstance(made.segments[0], Heat) else 0.0
        return (Violation("HT1", "", to, to - 0.001, 1, "to"),)

    assert unfit(plan(heat()), None, never) == ["HT1"]


def test_what_the_person_had_in_full_leaves_no_plan() -> None:
    assert unfit(plan(heat()), None, held_to(past=Past(readable=False)))


@pytest.mark.parametrize("row", PROFILES, ids=lambda row: row.row)
@pytest.mark.parametrize("made", library(), ids=lambda made: made.title)
@pytest.mark.parametrize("by_hand", [False, True])
def test_the_library_fits_everybody(made: Plan, row: Any, by_hand: bool) -> None:
    hand = {role: Channel.worked_by_hand(role, kind) for role, kind in made.roles.items()}
    fitted(made, hand if by_hand else {}, held_to(row))


_PLACES = ("upper trapezius", "rhomboids", "hamstrings", "gluteus maximus", "piriformis", "adductors", "neck")
_SIDES = st.sampled_from(["left", "right", "both"])
_STEPS = st.one_of(
    st.builds(
        heat, place=st.sampled_from(("neck", "upper back", "hips", "thighs")), side=_SIDES,
        to=st.floats(30, 45).map(lambda t: round(t, 1)), hold=st.integers(1, 40 * MIN),
        within=st.integers(1, 20 * MIN),
    ),
    st.builds(
        press, place=st.sampled_from(_PLACES), side=_SIDES, move=st.sampled_from(["still", "circles"]),
        hold=st.integers(1, 200 * SEC), path=st.sampled_from(["", "", "a", "b"]),
        at=st.floats(0.01, 1).map(lambda f: round(f, 2)),
    ),
    st.builds(hold, place=st.sampled_from(_PLACES), length=st.integers(1, 100 * SEC)),
    st.builds(rest, st.integers(1, 200 * SEC)),
)  # fmt: skip
_CHECKS = st.sampled_from([verify, held_to(FIRST_USE), held_to(NEEDLED, PROFILES[0])])
_DEVICES = st.sampled_from([
    {}, CHANNELS, {"pad": pad(**HAND_PAD), "gun": gun(**HAND_PAD)},
    {"pad": pad(high=40.0), "gun": gun(leash="timer")},
])  # fmt: skip


def _one_step(steps: list[Any]) -> Plan:
    """Steps of one path have one set of values, as the compiler makes them."""
    first: dict[str, Any] = {}
    return plan(*(first.setdefault(each.path, each) if each.path else each for each in steps))


def _values(segment: Segment) -> tuple[float, ...]:
    if isinstance(segment, Heat):
        return (segment.to, segment.hold_ms, segment.within_ms)
    if isinstance(segment, Press):
        return (segment.hold_ms, 0.0 if segment.at is None else segment.at.value)
    return (segment.hold_ms,) if isinstance(segment, (Rest, Stretch)) else ()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(_STEPS, max_size=12), check=_CHECKS, channels=_DEVICES)
def test_a_fitted_plan_passes_and_nothing_of_it_is_raised(
    steps: list[Any], check: Any, channels: dict[str, Channel]
) -> None:
    made = _one_step(steps)
    found = fit(made, channels, check)
    assert found == fit(made, channels, check)
    if isinstance(found, Unfit):
        assert found.violations
        return
    assert not check(found.plan, channels)
    assert fit(found.plan, channels, check) == Fitted(found.plan)
    assert found.plan.track == made.track
    for old, new in zip(made.segments, found.plan.segments, strict=True):
        assert type(old) is type(new)
        assert all(a >= b for a, b in zip(_values(old), _values(new), strict=True))
        if isinstance(old, Press) and isinstance(new, Press):
            assert new.hold_ms >= min(old.hold_ms, LEAST_PRESS_MS)
        if isinstance(old, Rest):
            assert old == new
    if not check(made, channels):
        assert found.plan.sha256 == made.sha256
    else:
        assert found.changes


_LEGS = ("rectus femoris", "gluteus maximus", "gluteus medius", "hamstrings")
TOO_HOT = plan(*(each for n in range(250) for each in (heat(to=42.0, hold=60 * SEC + n), rest(SEC))))
TOO_STRONG = plan(
    *(
        each
        for n in range(250)
        for each in (press(_LEGS[n % 4], 0.9, SEC + n, ("left", "right")[n // 4 % 2]), rest(6 * SEC))
    )
)


@pytest.mark.parametrize(("made", "kind"), [(TOO_HOT, Unfit), (TOO_STRONG, Fitted)])
def test_500_segments_cost_a_few_checks_of_the_plan_and_hardly_more(made: Plan, kind: type) -> None:
    """A check takes some 10 ms: with five, and half of one for the lowering, it keeps within about 50."""
    calls = 0

    def counted(asked: Plan, channels: Mapping[str, Channel]) -> tuple[Violation, ...]:
        nonlocal calls
        calls += 1
        return verify(asked, channels)

    assert len(made.segments) == 500
    assert isinstance(fit(made, None, counted), kind)
    assert calls <= 5
    assert median(_cost(lambda: fit(made)) / _cost(lambda: verify(made)) for _ in range(7)) <= 5.5


def _cost(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began
