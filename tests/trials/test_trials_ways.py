"""Which trials a protocol gets, and what is judged over all of them."""

from __future__ import annotations

import pytest

from controller.faces.cli.checking import checked
from controller.trials import Settings, TrialsError, try_file
from controller.trials.answers import others, script, walked
from controller.trials.catalog import catalog
from protocols.language import compile_text
from protocols.plan import Ask, Heat, Plan, Press

ROUNDS = """unknot: 1
title: Rounds
steps:
  - repeat: 3
    until: more == no
    steps:
      - ask: Another one?
        as: more
      - rest: 5 s
  - rest: 1 s
"""
UNMET = """unknot: 1
title: Until you feel less than nothing
steps:
  - repeat: 2
    until: tenderness < 0
    steps:
      - rate: hamstrings
"""
TWO_PADS = """unknot: 1
title: Two pads, one after the other
needs: {left pad: heat, right pad: heat}
steps:
  - heat: lower back
    with: left pad
    to: low
    for: 5 s
  - heat: thighs
    with: right pad
    to: low
    for: 5 s
"""


def plan_of(text: str) -> Plan:
    plan = compile_text(text).plan
    assert plan is not None
    return plan


def test_answers_walk_all_rounds_or_one() -> None:
    plan = plan_of(ROUNDS)
    assert walked(plan, script(plan, met=False)) == (1, 2, 3, 4, 5, 6, 7)
    assert walked(plan, script(plan, met=True)) == (1, 2, 7)


def test_a_long_scale_is_tried_at_its_ends_on_both_sides_of_stop_if() -> None:
    text = ROUNDS.replace("    until: more == no\n", "").replace("as: more", "scale: 0 .. 10")
    plan = plan_of(text.replace("scale: 0 .. 10", "scale: 0 .. 10\n        stop if: '>= 7'"))
    assert others(plan, 1, "0") == ("1", "6", "7", "10")


def test_a_choice_that_the_steps_do_not_tell_apart_is_tried_by_its_stand_in() -> None:
    text = ROUNDS.replace("steps:", "options:\n  music: {ask: Music?, of: [on, off], default: on}\nsteps:", 1)
    plans = compile_text(text).combinations
    (found,) = try_file(plans, Settings(chosen={"music": "off"}, only="unhurried"), lambda *_: None).plans
    assert (found.label, found.same) == ("music=on", ("music=off",))


def test_an_until_that_no_answer_meets_is_found() -> None:
    found = try_file([plan_of(UNMET)], Settings(), lambda *_: None)
    assert {verdict.name for verdict in found.failed} == {"1 rate/until"}


def test_each_role_has_a_device_of_its_own() -> None:
    text = TWO_PADS.replace("left pad", "first").replace("right pad", "second")
    (whole,) = try_file([plan_of(text)], Settings(only="whole"), lambda *_: None).verdicts
    assert whole.ok
    assert any("first is driven" in line for line in whole.course)
    assert any("second is driven" in line for line in whole.course)


def test_every_fault_is_tried_at_every_segment_in_some_plan_and_at_driving_ones_in_each() -> None:
    plans = checked("upper-back", {}).compiled.combinations
    found = catalog(plans, 1)
    wanted = {"pause", "skip", "link lost", "link back", "restart", "silence", "gone"}
    for number in range(1, len(plans[0].segments) + 1):
        acts = [{trial.act for trial in own if trial.segment == number} for own in found]
        segment = plans[0].segment(number)
        driven = isinstance(segment, Heat | Press) and segment.role is not None
        for each in acts if driven else [set().union(*acts)]:
            assert each >= wanted
        assert any({"late", "never"} <= each for each in acts) == isinstance(segment, Ask | Press) or (
            segment.__class__.__name__ == "Rate"
        )


def test_the_seed_alone_draws_what_is_tried_whole() -> None:
    plans = checked("thighs", {}).compiled.combinations
    drawn = [[t.name for own in catalog(plans, seed) for t in own if t.whole] for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_only_one_way_to_choose_is_tried_where_one_is_chosen() -> None:
    plans = checked("thighs", {}).compiled.combinations
    found = try_file(plans, Settings(chosen={"strength": "medium"}, only="unhurried"), lambda *_: None)
    assert [each.label for each in found.plans] == ["strength=medium"]


def test_a_name_that_no_trial_has_is_said() -> None:
    with pytest.raises(TrialsError, match="no trial is named 'nothing like it'"):
        try_file([plan_of(ROUNDS)], Settings(only="nothing like it"), lambda *_: None)
