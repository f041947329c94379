"""`softer` and `stronger`: down at once, up along the ramp, and never over the plan."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

import pytest
from core_desk import GUN, HAND_GUN, HAND_PAD, MINUTE, SECOND, Desk, Writer
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.core import Hold
from controller.core.picture import Picture
from controller.core.softening import Softening
from controller.safety import Channel
from protocols.plan import Fork, Heat, Place, Press

if TYPE_CHECKING:
    from collections.abc import Mapping

    from controller.core.events import Do
    from protocols.plan import Plan

NECK = Place("upper trapezius", "left")


def warm(to: float = 40.0, *, pad: float = 40.0) -> Desk:
    """A pad that has been at `to` for long."""
    writer = Writer()
    writer.heat(to, 20 * MINUTE)
    desk = Desk(writer.plan(), pad=33.0)
    desk.actual["pad"] = pad
    desk.run(3 * MINUTE, 1000)
    assert desk.held["pad"] == to
    return desk


def pressing(at: float = 0.5, channel: Channel = GUN) -> Desk:
    """A head that has been at its strength for long; by hand the person has said ready."""
    writer = Writer()
    writer.press(2 * MINUTE, at)
    writer.press(2 * MINUTE, at)
    desk = Desk(writer.plan(), {"gun": channel})
    desk.answer("yes")
    desk.run(40 * SECOND)
    return desk


def test_softer_takes_half_a_degree_at_once_and_again() -> None:
    desk = warm()
    assert Hold("pad", 39.5) in desk.do("softer")
    assert desk.held["pad"] == 39.5
    desk.do("softer")
    assert desk.held["pad"] == 39.0
    assert desk.said("level")[-1]["text"] == "pad: softer, 39.0 °C (the plan has 40.0 °C)"
    desk.run(MINUTE)
    assert desk.held["pad"] == 39.0


def test_stronger_goes_up_along_the_ramp_and_stops_at_the_plan_in_words() -> None:
    desk = warm()
    desk.do("softer")
    desk.do("stronger")
    assert desk.held["pad"] == 39.5
    held = []
    for _ in range(20):
        desk.run(SECOND)
        held.append(desk.held["pad"])
    assert held[2:4] == [39.6, 39.6]
    assert held[-1] == 40.0
    assert desk.said("level")[-1]["text"] == "pad: stronger, 40.0 °C, the plan's level"
    desk.do("stronger")
    assert desk.said("level")[-1]["text"] == "pad: that is the plan's level; the file decides more"
    assert desk.said("level")[-1]["changed"] is False
    desk.run(MINUTE)
    assert desk.held["pad"] == 40.0


def test_a_word_while_it_warms_counts_from_what_is_felt_now() -> None:
    writer = Writer()
    writer.heat(41.0, 10 * MINUTE)
    desk = Desk(writer.plan())
    desk.actual["pad"] = 36.5
    desk.run(30 * SECOND)
    assert desk.held["pad"] == 37.0
    desk.do("softer")
    assert desk.held["pad"] == 36.5
    desk.run(MINUTE)
    assert desk.held["pad"] == 36.5


def test_a_softened_heat_counts_from_its_softened_level() -> None:
    writer = Writer()
    writer.heat(41.0, MINUTE, 5 * MINUTE)
    desk = Desk(writer.plan())
    desk.actual["pad"] = 37.0
    desk.run(MINUTE)
    assert desk.held["pad"] == 38.0
    desk.do("softer")
    desk.run(100)
    assert Picture(desk.session).now().countdown is not None
    desk.run(MINUTE)
    assert desk.whys() == [(1, "done")]


def test_a_pad_far_over_what_it_was_softened_to_counts_too() -> None:
    writer = Writer()
    writer.heat(41.0, MINUTE, 5 * MINUTE)
    desk = Desk(writer.plan(), pad=37.8)
    desk.run(10 * SECOND)
    for _ in range(5):
        desk.do("softer")
    assert desk.held["pad"] == 35.6
    desk.run(MINUTE + 200)
    assert desk.whys() == [(1, "done")]


def test_percussion_goes_by_a_tenth_of_its_scale_down_to_its_slowest_and_says_so() -> None:
    desk = pressing(0.25)
    held = [desk.held["gun"]]
    for _ in range(4):
        desk.do("softer")
        held.append(desk.held["gun"])
    assert held == [1700.0, 1500.0, 1300.0, 1200.0, 1200.0]
    assert desk.said("level")[-1]["text"] == "gun: that is its least; pause, or stop, for none"
    desk.do("stronger")
    assert desk.held["gun"] == 1200.0
    desk.run(3 * SECOND)
    assert desk.held["gun"] == 1300.0
    desk.run(3 * SECOND)
    assert desk.held["gun"] == 1400.0
    desk.run(10 * SECOND)
    assert desk.held["gun"] == 1400.0


def test_a_device_of_coarse_steps_goes_by_its_step() -> None:
    coarse = Channel(
        role="gun", kind="percussion", device="gun", leash="lease", low=1000, high=3000, step=500,
        lease_ms=2000, simulated=True,
    )  # fmt: skip
    desk = pressing(0.6, coarse)
    assert desk.held["gun"] == 2000.0
    desk.do("softer")
    assert desk.held["gun"] == 1500.0


def test_it_stands_over_a_pause_a_question_and_the_next_step() -> None:
    desk = pressing(0.4)
    desk.do("softer")
    assert desk.held["gun"] == 1800.0
    desk.do("pause")
    assert desk.at_rest
    desk.do("resume")
    desk.run(40 * SECOND)
    assert desk.held["gun"] == 1800.0
    desk.do("skip")
    desk.answer("yes")
    desk.run(40 * SECOND)
    assert desk.held["gun"] == 1800.0


def test_in_a_pause_it_is_kept_for_when_it_goes_on() -> None:
    desk = pressing(0.4)
    desk.do("pause")
    desk.do("softer")
    assert desk.at_rest
    desk.do("resume")
    desk.run(40 * SECOND)
    assert desk.held["gun"] == 1800.0


def test_a_step_of_another_strength_is_as_much_softer() -> None:
    writer = Writer()
    for at in (0.5, 0.3, 0.05):
        writer.press(MINUTE, at)
    desk = Desk(writer.plan())
    reached = []
    for softer in (2, 0, 0):
        desk.answer("yes")
        desk.run(30 * SECOND)
        for _ in range(softer):
            desk.do("softer")
        reached.append(desk.held["gun"])
        desk.do("skip")
    assert reached == [1800.0, 1400.0, 1200.0]


def test_what_drives_together_is_softened_together() -> None:
    writer = Writer()
    writer.heat(38.0, 5 * MINUTE)
    writer.press(2 * MINUTE, 0.5)
    desk = Desk(writer.plan(Fork(((1,), (2,)))))
    desk.actual["pad"] = 38.0
    desk.answer("yes")
    desk.run(90 * SECOND)
    desk.do("softer")
    assert (desk.held["pad"], desk.held["gun"]) == (37.5, 2000.0)
    assert [said["channel"] for said in desk.said("level")] == ["heat", "percussion"]


def test_where_nothing_is_driven_it_says_so_and_changes_nothing() -> None:
    writer = Writer()
    writer.rest(MINUTE)
    writer.press(MINUTE, 0.4)
    desk = Desk(writer.plan())
    desk.do("softer")
    assert desk.said("level") == [
        {"t": 0.0, "do": "softer", "changed": False, "text": desk.said("level")[0]["text"]}
    ]
    assert "Nothing is driven" in str(desk.said("level")[0]["text"])
    desk.run(MINUTE)
    desk.answer("yes")
    desk.run(30 * SECOND)
    assert desk.held["gun"] == 2000.0


@pytest.mark.parametrize("do", ["softer", "stronger"])
def test_a_press_of_the_own_fingers_has_no_level(do: Do) -> None:
    writer = Writer()
    writer.press(MINUTE, role=None)
    desk = Desk(writer.plan())
    desk.answer("yes")
    desk.do(do)
    assert "Nothing is driven" in str(desk.said("level")[0]["text"])


# By hand


def own_levels(desk: Desk) -> str:
    return Picture(desk.session).now().channels[0].setting


@pytest.mark.parametrize("scale", [(1200.0, 3200.0), None])
def test_by_hand_it_is_one_level_of_the_device_s_own(scale: tuple[float, float] | None) -> None:
    levels = 5 if scale else 9
    desk = pressing(0.35, Channel.worked_by_hand("gun", "percussion", levels, scale=scale))
    shown = [own_levels(desk)]
    for do in ("softer", "softer", "softer", "stronger", "stronger", "stronger", "stronger"):
        desk.do(do)
        shown.append(own_levels(desk))
    most = 2 if scale else 3
    told = [most, *(max(1, most - n) for n in (1, 2, 3)), *(min(most, 1 + n) for n in (1, 2, 3, 4))]
    assert shown == [f"level {n} of {levels}" for n in told]
    assert desk.said("level")[-1]["text"] == "gun: that is the plan's level; the file decides more"


def test_by_hand_without_known_levels_the_lowest_is_the_least() -> None:
    desk = pressing(0.35, HAND_GUN)
    desk.do("softer")
    assert desk.said("level")[-1]["text"] == (
        "gun: softer, its lowest level (the plan has a level just above its lowest third)"
    )
    desk.do("softer")
    assert desk.said("level")[-1]["changed"] is False


def test_a_pad_by_hand_is_at_its_lowest_already_and_keeps_its_look_at_the_skin() -> None:
    writer = Writer()
    writer.heat(41.0, 10 * MINUTE)
    desk = Desk(writer.plan(), {"pad": HAND_PAD})
    desk.answer("yes")
    since = desk.session.setpoints.since_ms("pad")
    desk.run(MINUTE)
    for do in ("softer", "stronger"):
        desk.do(do)
        assert desk.said("level")[-1]["changed"] is False
    assert desk.held["pad"] == 37.0
    assert desk.session.setpoints.since_ms("pad") == since


# What the picture shows


def test_the_picture_has_the_softened_target_line_and_target_ahead() -> None:
    desk = warm()
    desk.do("softer")
    shown = Picture(desk.session).now()
    assert shown.channels[0].target == 39.5
    assert shown.channels[0].softened
    assert "39.5 °C" in shown.line
    assert max(degrees for _, degrees in shown.ahead) == 39.5
    assert shown.told == "pad: softer, 39.5 °C (the plan has 40.0 °C)"
    desk.run(9 * SECOND)
    assert Picture(desk.session).now().told == ""


# Whatever words come in any order

WORDS = st.lists(
    st.tuples(
        st.sampled_from(["softer", "softer", "stronger", "stronger", "pause", "resume", "skip", "faded"]),
        st.integers(0, 45),
    ),
    max_size=25,
)


def _plan() -> Plan:
    writer = Writer()
    writer.heat(40.0, 2 * MINUTE)
    writer.press(MINUTE, 0.6)
    writer.heat(37.0, MINUTE)
    writer.press(MINUTE, 0.15, place=NECK)
    return writer.plan()


def _most(desk: Desk, plan: Plan, role: str) -> float:
    """What the plan has for what drives `role` now, on its channel's scale."""
    segment = plan.segment(desk.session.driving[role])
    if isinstance(segment, Heat):
        return segment.to
    assert isinstance(segment, Press)
    assert segment.at is not None
    low, high = desk.channels[role].low, desk.channels[role].high
    if low is None or high is None:
        return segment.at.fraction() * 100
    return low + segment.at.fraction(low, high) * (high - low)


def _walk(words: list[tuple[Do, int]], channels: Mapping[str, Channel] | None) -> Desk:
    plan = _plan()
    desk = Desk(plan, channels)
    before = dict(desk.held)
    for do, seconds in words:
        desk.do(do)
        for _ in range(seconds + 1):
            for question in list(desk.session.questions.open):
                desk.answer("yes", question)
            desk.actual["pad"] = desk.held.get("pad") or 33.0
            desk.run(SECOND, 500)
            for role, held in desk.held.items():
                if not held:
                    continue
                assert held <= _most(desk, plan, role) + 1e-6
                assert held >= (desk.channels[role].low or 0.0)
                if role == "pad" and not desk.channels[role].by_hand and before[role]:
                    assert held - max(before[role], 36.0) <= 2.0 / 60 * 1 + 0.11
            before = dict(desk.held)
    return desk


@settings(max_examples=60, deadline=None)
@given(WORDS)
def test_no_words_lead_over_the_plan_or_under_the_device(words: list[tuple[Do, int]]) -> None:
    _walk(words, None)


@settings(max_examples=25, deadline=None)
@given(WORDS, st.sampled_from([None, 3, 5, 9]))
def test_nor_by_hand(words: list[tuple[Do, int]], levels: int | None) -> None:
    own = Channel.worked_by_hand("gun", "percussion", levels)
    _walk(words, {"gun": own, "pad": Channel.worked_by_hand("pad", "heat")})


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["softer", "stronger"]), max_size=30), st.integers(1, 60))
def test_as_many_stronger_as_softer_and_it_is_the_plan_s_again(dos: list[Do], seconds: int) -> None:
    desk = warm()
    desk.run(seconds * SECOND, 1000)
    for do in dos:
        desk.do(do)
    for _ in range(40):
        desk.do("stronger")
    desk.run(5 * MINUTE, 1000)
    assert desk.held["pad"] == 40.0
    assert not desk.session.setpoints.softening._by


def test_a_core_that_went_over_the_plan_is_refused_by_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    from controller.api import Session, Setup  # noqa: PLC0415  the whole program, here alone
    from controller.core import Command, Said  # noqa: PLC0415
    from controller.faces.cli.checking import checked  # noqa: PLC0415

    asyncio.set_event_loop(None)
    plan = checked("demo", {}).compiled.plan
    assert plan is not None
    session = Session(Setup(plan=plan, sim=True, speed=math.inf, demo=True))
    driven: list[float] = []
    limits: list[object] = []

    def broken(self: Softening, role: str, segment: Heat | Press) -> float:
        plan_level = self.plan_level(role, segment)
        return plan_level + 0.5 if self._by and isinstance(segment, Heat) else plan_level

    def hear(word: object) -> None:
        if isinstance(word, Said) and word.event == "drive":
            driven.append(float(str(word.data["setpoint"])))
            if word.data["setpoint"] == 36.9:
                session.send(Command("softer"))
        elif isinstance(word, Said) and word.event == "limit":
            limits.append(word.data["limit"])

    monkeypatch.setattr(Softening, "level", broken)
    session.subscribe(hear)
    assert session.run_here().outcome == "limit"
    assert limits == ["plan"]
    assert max(driven) <= 37.0
