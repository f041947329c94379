from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.language import Compiled, OptionError, compile_text
from protocols.plan import (
    Ask,
    Condition,
    Cool,
    Fork,
    Heat,
    Place,
    Plan,
    Press,
    Rate,
    Rest,
    Say,
    Segment,
    Strength,
    Stretch,
    Until,
    numbers,
    verb,
)

HEAD = "unknot: 1\ntitle: t\nneeds: {pad: heat, gun: percussion, other: percussion}\n"


def plan_of(text: str, head: str = HEAD) -> Plan:
    compiled = compile_text(head + "steps:\n" + text)
    assert compiled.diagnostics == ()
    assert compiled.plan is not None
    return compiled.plan


def only(text: str) -> Segment:
    (segment,) = plan_of(text).segments
    return segment


def told(segments: tuple[Segment, ...]) -> list[str]:
    """Each segment as its verb, with its place or its seconds."""
    return [f"{verb(s)} {getattr(s, 'place', None) or f'{s.hold_ms // 1000} s'}" for s in segments]  # type: ignore[union-attr]


def test_heat_is_one_segment_for_both_sides() -> None:
    assert only("- heat: Upper Back\n  to: medium\n  for: 10 min\n") == Heat(
        number=1, path="", line=0, place=Place("upper back", "both"), role="pad", to=39.0,
        hold_ms=600_000, within_ms=600_000,
    )  # fmt: skip


def test_heat_takes_a_side_a_role_and_a_wait() -> None:
    segment = only("- heat: thighs\n  side: left\n  with: pad\n  to: 104 °F\n  for: 1 min\n  within: 5 min\n")
    assert isinstance(segment, Heat)
    assert (segment.place, segment.to, segment.within_ms) == (Place("thighs", "left"), 40.0, 300_000)


def test_press_is_still_and_has_no_force_unless_told() -> None:
    assert only("- press: TFL\n  side: left\n  with: gun\n  at: gentle\n  for: 15 s\n") == Press(
        number=1, path="", line=0, place=Place("tensor fasciae latae", "left"), role="gun", at=Strength(0.2),
        hold_ms=15_000, move="still", force=None,
    )  # fmt: skip


def test_press_takes_force_move_and_a_rate() -> None:
    segment = only(
        "- press: thighs\n  side: right\n  with: other\n  at: 30 Hz\n  for: 5 s\n"
        "  move: along\n  force: 10 N .. 20 N\n"
    )
    assert isinstance(segment, Press)
    assert (segment.at, segment.move, segment.force, segment.role) == (
        Strength(1800.0, "/min"), "along", (10.0, 20.0), "other",
    )  # fmt: skip


def test_press_by_hand_has_no_role_and_no_strength() -> None:
    segment = only("- press: suboccipitals\n  side: left\n  with: hand\n  for: 20 s\n")
    assert isinstance(segment, Press)
    assert (segment.role, segment.at) == (None, None)


def test_a_list_is_worked_place_by_place_each_left_then_right() -> None:
    plan = plan_of(
        "- press: [rhomboids, ql]\n  side: both\n  with: gun\n  at: 40 %\n  for: 5 s\n  between: 7 s\n"
    )
    assert told(plan.segments) == [
        "press rhomboids, left", "rest 7 s", "press rhomboids, right", "rest 7 s",
        "press quadratus lumborum, left", "rest 7 s", "press quadratus lumborum, right",
    ]  # fmt: skip
    assert plan.track == (1, 2, 3, 4, 5, 6, 7)


def test_thirty_seconds_are_between_presses_unless_told() -> None:
    plan = plan_of("- press: ql\n  side: both\n  with: hand\n  for: 5 s\n")
    assert told(plan.segments)[1] == "rest 30 s"


def test_a_stretch_is_held_its_times_on_each_side() -> None:
    plan = plan_of("- stretch: ql\n  side: both\n  hold: 30 s\n  times: 2\n")
    left, right = "stretch quadratus lumborum, left", "stretch quadratus lumborum, right"
    assert told(plan.segments) == [left, "rest 10 s", left, "rest 10 s", right, "rest 10 s", right]
    assert isinstance(plan.segments[0], Stretch)


def test_rest_say_rate_cool_and_ask() -> None:
    plan = plan_of(
        "- rest: 1 min\n- say: Hello\n- rate: ql\n- rate: ql\n  side: both\n- cool: pad\n"
        "- ask: Sure?\n  stop if: no\n  because: Rest then.\n"
    )
    assert plan.segments == (
        Rest(number=1, path="", line=0, hold_ms=60_000),
        Say(number=2, path="", line=0, text="Hello"),
        Rate(number=3, path="", line=0, place=Place("quadratus lumborum")),
        Rate(number=4, path="", line=0, place=Place("quadratus lumborum", "both")),
        Cool(number=5, path="", line=0, role="pad", below=37.0, within_ms=600_000),
        Ask(
            number=6, path="", line=0, text="Sure?", choices=("yes", "no"), name=None,
            stop_if=(Condition("answer", "==", "no"),), because="Rest then.",
        ),
    )  # fmt: skip


def test_a_scale_can_be_compared_with() -> None:
    segment = only("- ask: How sore?\n  scale: 0 .. 3\n  as: sore\n  stop if: '>= 2'\n")
    assert isinstance(segment, Ask)
    assert segment.choices == ("0", "1", "2", "3")
    assert (segment.name, segment.stop_if) == ("sore", (Condition("answer", ">=", 2.0),))


def test_a_repeat_is_unrolled() -> None:
    assert plan_of("- repeat: 3\n  steps: [{rest: 5 s}, {say: x}]\n").track == (1, 2, 3, 4, 5, 6)


def test_until_skips_all_that_is_left_of_the_rounds() -> None:
    plan = plan_of("- repeat: 3\n  until: tenderness <= 2\n  steps: [{rest: 5 s}, {rate: ql}]\n- say: x\n")
    condition = Condition("tenderness", "<=", 2.0)
    assert plan.track == (1, 2, Until(condition, (2,), 5), 3, 4, Until(condition, (4,), 2), 5, 6, 7)


def test_a_single_round_asks_for_nothing() -> None:
    assert plan_of("- repeat: 1\n  until: tenderness <= 2\n  steps: [{rate: ql}]\n").track == (1,)


def test_until_an_answer_from_inside_or_before() -> None:
    text = "- {ask: q, as: fine}\n- repeat: 2\n  until: fine == yes\n  steps: [{rest: 5 s}]\n"
    assert plan_of(text).track == (1, 2, Until(Condition("fine", "==", "yes"), (), 1), 3)
    text = "- repeat: 2\n  until: n >= 8\n  steps: [{ask: q, as: n, scale: 0 .. 10}]\n"
    assert plan_of(text).track == (1, Until(Condition("n", ">=", 8.0), (), 1), 2)


def test_repeats_nest_and_the_outer_skips_the_inner() -> None:
    plan = plan_of(
        "- repeat: 2\n  until: tenderness <= 2\n  steps:\n"
        "  - repeat: 2\n    until: tenderness == 0\n    steps: [{rate: ql}]\n"
    )
    inner, outer = Condition("tenderness", "==", 0.0), Condition("tenderness", "<=", 2.0)
    assert plan.track == (1, Until(inner, (1,), 1), 2, Until(outer, (1, 2), 3), 3, Until(inner, (3,), 1), 4)


def test_branches_run_side_by_side() -> None:
    plan = plan_of(
        "- together:\n  - heat: upper back\n    to: low\n    for: 1 min\n"
        "  - - {press: thighs, side: both, with: gun, at: gentle, for: 5 s}\n    - rest: 5 s\n- say: x\n"
    )
    assert plan.track == (Fork(((1,), (2, 3, 4, 5))), 6)
    assert [s.path for s in plan.segments] == [
        "steps[0].together[0]", *["steps[0].together[1][0]"] * 3, "steps[0].together[1][1]", "steps[1]",
    ]  # fmt: skip


def test_a_repeat_in_a_branch_skips_within_it() -> None:
    plan = plan_of(
        "- together:\n  - {rest: 5 s}\n"
        "  - - repeat: 2\n      until: tenderness <= 2\n      steps: [{rate: ql}]\n"
    )
    assert plan.track == (Fork(((1,), (2, Until(Condition("tenderness", "<=", 2.0), (2,), 1), 3))),)


def test_every_segment_is_in_the_track_once() -> None:
    plan = plan_of("- repeat: 3\n  steps:\n  - together: [{rest: 5 s}, {say: x}]\n  - rate: ql\n")
    assert list(numbers(plan.track)) == [s.number for s in plan.segments] == list(range(1, 10))


def test_segments_know_the_line_of_their_verb() -> None:
    plan = plan_of(
        "- say: x\n- side: left\n  with: hand\n  for: 5 s\n  press: ql\n"
        "- repeat: 2\n  steps:\n  - rest: 5 s\n"
    )
    assert [(s.line, s.path) for s in plan.segments] == [
        (5, "steps[0]"), (9, "steps[1]"), (12, "steps[2].steps[0]"), (12, "steps[2].steps[0]"),
    ]  # fmt: skip


def test_roles_are_in_the_order_of_first_use_and_unused_ones_left_out() -> None:
    plan = plan_of(
        "- {press: ql, side: left, with: gun, at: gentle, for: 5 s}\n- {heat: neck, to: low, for: 5 s}\n"
    )
    assert list(plan.roles.items()) == [("gun", "percussion"), ("pad", "heat")]


def test_needs_are_all_roles_of_the_file() -> None:
    assert compile_text(HEAD + "steps: [{say: x}]").needs == {
        "pad": "heat", "gun": "percussion", "other": "percussion",
    }  # fmt: skip


def test_limits_of_the_file_are_in_seconds_and_degrees() -> None:
    head = (
        HEAD
        + "limits: {session: 40 min, heat: medium, heat time: 20 min, press: 30 s, press per area: 90 s}\n"
    )
    assert plan_of("- say: x\n", head).limits == {
        "SE1": 2400.0, "HT1": 39.0, "HT9": 1200.0, "PC2": 30.0, "PC3": 90.0,
    }  # fmt: skip


OPTIONS = (
    HEAD + "options:\n  n: {ask: How often?, of: [1, 3], default: 1}\n  s: {ask: q, of: [a, b], default: b}\n"
    "steps:\n- repeat: $n\n  steps: [{say: $s}]\n"
)


def _options(chosen: dict[str, str] | None = None) -> Compiled:
    return compile_text(OPTIONS, chosen=chosen)


def test_an_option_stands_for_its_default_or_the_choice() -> None:
    plan, other = _options().plan, _options({"n": "3", "s": "a"}).plan
    assert plan is not None
    assert other is not None
    assert (len(plan.segments), plan.options) == (1, {"n": "1", "s": "b"})
    assert ([s.text for s in other.segments if isinstance(s, Say)], other.options) == (
        ["a"] * 3,
        {"n": "3", "s": "a"},
    )


def test_every_combination_is_compiled() -> None:
    compiled = _options()
    assert [p.options for p in compiled.combinations] == [
        {"n": "1", "s": "a"}, {"n": "1", "s": "b"}, {"n": "3", "s": "a"}, {"n": "3", "s": "b"},
    ]  # fmt: skip
    assert compiled.plan in compiled.combinations


def test_an_option_that_no_step_names_is_still_chosen() -> None:
    compiled = compile_text(OPTIONS.replace("$n", "2"))
    assert len(compiled.combinations) == 4
    assert len({p.sha256 for p in compiled.combinations}) == 2


@pytest.mark.parametrize("chosen", [{"m": "1"}, {"n": "2"}])
def test_a_choice_that_is_not_offered_is_wrong_usage(chosen: dict[str, str]) -> None:
    with pytest.raises(OptionError):
        _options(chosen)


def test_a_dollar_within_text_is_text() -> None:
    assert only("- say: It costs $5 or $n times\n") == Say(
        number=1, path="", line=0, text="It costs $5 or $n times"
    )


def test_a_value_is_found_again_where_it_stands_in_the_file() -> None:
    text = HEAD + "options: {s: {ask: q, of: [gentle], default: gentle}}\nlimits: {session: 40 min}\nsteps:\n"
    text += "- press: [ql, Rhomboids]\n  side: both\n  with: gun\n  at: $s\n  for: 5 s\n"
    compiled = compile_text(text)
    assert compiled.plan is not None
    last = compiled.plan.segments[-1]
    places = {key: compiled.locate(last, key) for key in ("at", "for", "press", "between", "side")}
    assert {key: (span.line, span.column) for key, span in places.items()} == {
        "at": (10, 7), "for": (11, 8), "press": (7, 15), "between": (7, 15), "side": (8, 9),
    }  # fmt: skip
    assert (compiled.locate(last).line, compiled.locate(last).column) == (7, 15)
    assert compiled.locate_path("limits", "session").column == 19


SMALL = (
    "unknot: 1\ntitle: t\nneeds: {pad: heat, gun: percussion}\nsteps:\n"
    "- {heat: upper back, with: pad, to: low, for: 5 s}\n"
    "- {press: ql, side: both, with: gun, at: gentle, for: 5 s}\n"
)


def _hash(text: str) -> str:
    plan = compile_text(text).plan
    assert plan is not None
    return plan.sha256


@given(
    st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True).filter(lambda name: name not in {"hand", "pad"})
)
def test_renaming_a_role_leaves_the_hash(name: str) -> None:
    assert _hash(SMALL.replace("gun", name)) == _hash(SMALL)


@given(st.permutations(["press: ql", "side: both", "with: gun", "at: gentle", "for: 5 s"]))
def test_reordering_keys_leaves_the_hash(keys: list[str]) -> None:
    moved = SMALL.replace("press: ql, side: both, with: gun, at: gentle, for: 5 s", ", ".join(keys))
    assert _hash(moved) == _hash(SMALL)


@given(st.permutations(range(3)))
def test_reordering_the_file_leaves_the_hash(order: list[int]) -> None:
    head, body = SMALL.split("steps:")
    lines = head.splitlines(keepends=True)
    assert _hash("steps:" + body + "".join(lines[n] for n in order)) == _hash(SMALL)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [("low", "medium"), ("5 s}", "6 s}"), ("both", "left"), ("gentle", "21 %"), ("ql", "rhomboids")],
)
def test_a_change_of_meaning_changes_the_hash(was: str, becomes: str) -> None:
    assert _hash(SMALL.replace(was, becomes)) != _hash(SMALL)


@pytest.mark.parametrize(
    ("was", "becomes"), [("low", "98.6 °F"), ("gentle", "20 %"), ("5 s}", "0.005 min 4.7 s}")]
)
def test_another_way_to_write_the_same_leaves_the_hash(was: str, becomes: str) -> None:
    assert _hash(SMALL.replace(was, becomes)) == _hash(SMALL)
