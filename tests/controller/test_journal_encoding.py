"""What the record holds reads back as what was kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.core.events import (
    Answer,
    Command,
    Failed,
    Hold,
    Interrupted,
    LinkFound,
    LinkLost,
    Reading,
    Refused,
    Reopen,
    Said,
    Tick,
)
from controller.journal import decode, encode
from controller.safety.channel import Channel
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
    Strength,
    Stretch,
    Until,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

texts = st.text(max_size=12)
roles = st.sampled_from(["pad", "gun"])
numbers = st.floats(allow_nan=False)
maybe = st.none() | numbers
figures = st.floats(-1e6, 1e6)
whole = st.integers(0, 10**9)
keys = texts.filter(lambda key: not key.startswith("!"))
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)
inputs = st.one_of(
    st.just(Tick()),
    st.builds(Reading, role=texts, setpoint=numbers, actual=maybe, fault=st.none() | texts),
    st.builds(LinkLost, texts, texts),
    st.builds(LinkFound, texts),
    st.builds(Refused, texts, texts, maybe, maybe),
    st.builds(Command, st.sampled_from(["pause", "resume", "skip", "faded", "softer", "stronger", "stop"])),
    st.builds(Answer, texts, st.none() | texts | numbers),
    st.builds(Interrupted, texts),
    st.builds(Failed, texts),
)
effects = st.one_of(
    st.builds(Hold, texts, numbers),
    st.builds(Reopen, texts),
    st.builds(Said, texts, st.dictionaries(keys, plain, max_size=4)),
)
places = st.builds(Place, texts, st.sampled_from([None, "left", "right", "both"]))
step = {"number": whole, "path": texts, "line": whole}
conditions = st.builds(Condition, texts, st.sampled_from(["<", "<=", "=="]), figures | texts)
segments = st.one_of(
    st.builds(Heat, place=places, role=roles, to=figures, hold_ms=whole, within_ms=whole, **step),
    st.builds(
        Press,
        place=places,
        role=st.none() | roles,
        at=st.none() | st.builds(Strength, figures, st.sampled_from(["fraction", "/min"])),
        hold_ms=whole,
        move=st.sampled_from(["still", "circles"]),
        force=st.none() | st.tuples(figures, figures),
        **step,
    ),
    st.builds(Rest, hold_ms=whole, **step),
    st.builds(Stretch, place=places, hold_ms=whole, **step),
    st.builds(Rate, place=places, **step),
    st.builds(
        Ask,
        text=texts,
        choices=st.lists(texts, max_size=3).map(tuple),
        name=st.none() | texts,
        stop_if=st.lists(conditions, max_size=2).map(tuple),
        because=st.none() | texts,
        **step,
    ),
    st.builds(Say, text=texts, **step),
    st.builds(Cool, role=roles, below=figures, within_ms=whole, **step),
)
untils = st.builds(Until, conditions, st.lists(whole, max_size=3).map(tuple), whole)
tracks = st.recursive(
    st.lists(whole | untils, max_size=4).map(tuple),
    lambda inner: st.lists(st.builds(Fork, st.lists(inner, max_size=3).map(tuple)), max_size=2).map(tuple),
    max_leaves=5,
)
plans = st.builds(
    Plan,
    title=texts,
    roles=st.just({"gun": "percussion", "pad": "heat"}),
    segments=st.lists(segments, max_size=4).map(tuple),
    track=tracks,
    limits=st.dictionaries(keys, figures, max_size=2),
    options=st.dictionaries(keys, texts, max_size=2),
)
channels = st.builds(
    Channel,
    role=texts,
    kind=st.sampled_from(["heat", "percussion"]),
    device=texts,
    leash=st.sampled_from(["lease", "timer", "none", "person"]),
    low=maybe,
    high=maybe,
    levels=st.none() | whole,
)


@given(st.one_of(inputs, effects, plans, channels, st.lists(effects, max_size=3).map(tuple)))
def test_whatever_is_kept_reads_back_equal_and_of_the_same_types(value: object) -> None:
    text = encode(value)
    again = decode(text)
    assert again == value
    assert repr(again) == repr(value)
    assert encode(again) == text


@given(plans)
def test_a_plan_keeps_its_hash_through_the_record(plan: Plan) -> None:
    again = decode(encode(plan))
    assert isinstance(again, Plan)
    assert again.sha256 == plan.sha256
    assert [(s.path, s.line) for s in again.segments] == [(s.path, s.line) for s in plan.segments]


def test_a_class_that_the_record_does_not_know_is_refused_both_ways() -> None:
    with pytest.raises(TypeError, match="object has no place"):
        encode(object())
    with pytest.raises(ValueError, match="Gone is no class"):
        decode('{"!":"Gone"}')
    with pytest.raises(ValueError, match="Hold of another version"):
        decode('{"!":"Hold","role":"pad"}')


@pytest.mark.parametrize("data", [{"!": "Tick"}, {"!x": 1}])
def test_a_mapping_that_could_be_taken_for_a_record_is_refused(data: Mapping[str, object]) -> None:
    with pytest.raises(TypeError, match="begins with !"):
        encode(Said("note", data))


def test_text_is_ascii_on_one_line_so_that_any_tool_can_cut_it() -> None:
    text = encode(Said("instruct", {"text": "37 °C\nnow"}))
    assert text.isascii()
    assert "\n" not in text
    assert json.loads(text)["data"]["text"] == "37 °C\nnow"
