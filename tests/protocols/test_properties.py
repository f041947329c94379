"""What holds whatever is written: units survive, words of no meaning change no plan, and shapes are total."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hostile import EXAMPLE, judged
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols import units
from protocols.language import compile_text
from protocols.plan import Strength

fixed = settings(max_examples=200, deadline=None, derandomize=True, database=None)


def numbers(low: str, high: str) -> st.SearchStrategy[Decimal]:
    return st.decimals(low, high, places=6)


@fixed
@given(st.integers(1, 3_600_000 * 10**6 - 1))
def test_a_duration_survives_writing_and_reading(ms: int) -> None:
    assert units.read_duration(units.write_duration(ms)) == ms


@fixed
@given(numbers("0.000001", "50"))
def test_celsius_survive_writing_and_reading(number: Decimal) -> None:
    celsius = units.read_temperature(f"{number} °C")
    assert celsius == float(number)
    assert units.read_temperature(units.write_temperature(celsius)) == celsius


@fixed
@given(numbers("60", "122"))
def test_fahrenheit_survive_writing_and_reading(number: Decimal) -> None:
    celsius = units.read_temperature(f"{number} °F")
    assert celsius == pytest.approx((float(number) - 32) / 1.8, abs=1e-6)
    assert units.read_temperature(units.write_temperature(celsius)) == celsius


@fixed
@given(numbers("0.000001", "100"))
def test_a_percentage_survives_writing_and_reading(number: Decimal) -> None:
    strength = units.read_strength(f"{number} %")
    assert strength == Strength(float(number / 100))
    assert units.read_strength(units.write_strength(strength)) == strength


@fixed
@given(numbers("20", "16666.6"), st.sampled_from([("Hz", 1), ("/min", 60), ("/ min", 60)]))
def test_a_rate_survives_writing_and_reading(number: Decimal, unit: tuple[str, int]) -> None:
    strength = units.read_strength(f"{min(number * unit[1], Decimal(999_999))} {unit[0]}")
    assert units.read_strength(units.write_strength(strength)) == strength


@fixed
@given(numbers("0.000001", "99999"), numbers("0", "1000"), st.sampled_from(["N", "kgf"]))
def test_a_force_survives_writing_and_reading(low: Decimal, more: Decimal, unit: str) -> None:
    force = units.read_force(f"{low} {unit} .. {low + more} {unit}")
    assert units.read_force(units.write_force(force)) == force


KEYS = [
    "unknot", "title", "needs", "options", "limits", "steps", "heat", "press", "rest", "ask", "of", "repeat",
    "together", "until", "with", "at", "for", "to", "x", "default", "stop if", "as", "side", "cool", "rate",
]  # fmt: skip
_words = st.sampled_from(
    ["1", "5 s", "ql", "neck", "$x", "hand", "both", "low", "gentle", "", "tenderness <= 2"]
)
_shapes = st.recursive(
    st.text(max_size=8) | _words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=25,
)


@fixed
@given(st.dictionaries(st.sampled_from(KEYS[:6]), _shapes))
def test_any_shape_is_a_plan_or_errors(shape: object) -> None:
    judged(json.dumps(shape, ensure_ascii=False).encode("utf-8", "replace"))


def parsed() -> dict[str, Any]:
    return dict(yaml.load(EXAMPLE, Loader=yaml.BaseLoader))  # noqa: S506 - the loader of texts alone


def hash_of(text: str, **chosen: str) -> str:
    compiled = compile_text(text, chosen=chosen)
    assert compiled.plan is not None, compiled.diagnostics
    return compiled.plan.sha256


USUAL = hash_of(EXAMPLE)


def shuffled(value: Any, dice: random.Random) -> Any:
    if isinstance(value, list):
        return [shuffled(each, dice) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: shuffled(value[key], dice) for key in dice.sample(list(value), len(value))}


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_keys_changes_no_plan(seed: int) -> None:
    assert hash_of(json.dumps(shuffled(parsed(), random.Random(seed)))) == USUAL


@pytest.mark.parametrize(
    "same",
    [
        EXAMPLE.replace("gun", "drill").replace("pad", "cushion"),
        EXAMPLE.replace("upper trapezius", "Upper TRAPEZIUS").replace("heat: upper back", "heat: Upper Back"),
        EXAMPLE.replace("title: Desk worker's neck and shoulders", "title: other"),
        EXAMPLE.replace("\n", "  # a remark\n"),
        EXAMPLE.replace("\n", "\r\n"),
        EXAMPLE.replace("10 min", "'600 s'").replace("37 °C", '"98.6 °F"'),
        EXAMPLE.replace("strength", "power"),
        EXAMPLE.replace("to: medium", "to: 39 C").replace("20 s", "0.5 min", 0),
        EXAMPLE.replace("about:", "license: MIT\nabout:"),
        yaml.safe_dump(parsed(), allow_unicode=True),
        yaml.safe_dump(parsed(), default_style='"', sort_keys=False),
        json.dumps(parsed(), indent="\t"),
        "\ufeff" + EXAMPLE,
    ],
    ids=["roles", "case", "title", "remarks", "ends", "units", "options", "levels", "about", "sorted",
         "quoted", "JSON", "mark"],
)  # fmt: skip
def test_what_means_the_same_has_the_same_hash(same: str) -> None:
    assert same != EXAMPLE
    assert hash_of(same) == USUAL


OTHERS = {
    "to: medium": "to: 38 °C", "for: 10 min": "for: 9 min",
    "within: 8 min\n  - cool": "within: 7 min\n  - cool",
    "below: 37 °C": "below: 36 °C", "rest: 1 min": "rest: 61 s", "repeat: 2": "repeat: 3",
    "tenderness <= 2": "tenderness <= 3",
    "[upper trapezius, levator scapulae]": "[upper trapezius, rhomboids]",
    "move: circles": "move: along", "between: 15 s": "between: 16 s",
    "with: hand": "with: gun\n    at: gentle",
    "10 N .. 20 N": "10 N .. 19 N", "times: 2": "times: 1", "hold: 30 s": "hold: 31 s",
    "session: 40 min": "session: 39 min", "stop if: yes": "stop if: no", "say: Sit back.": "say: Sit down.",
    "default: gentle": "default: medium", "Speak with": "Talk to", "side: left": "side: right",
    "rate: upper trapezius": "rate: ql", "heat: upper back": "heat: neck",
}  # fmt: skip


@pytest.mark.parametrize("was", OTHERS)
def test_what_means_something_else_has_another_hash(was: str) -> None:
    assert EXAMPLE.count(was) >= 1
    assert hash_of(EXAMPLE.replace(was, OTHERS[was], 1)) != USUAL


def test_the_choice_of_an_option_changes_the_hash() -> None:
    assert hash_of(EXAMPLE, strength="medium") != USUAL
    assert hash_of(EXAMPLE, strength="gentle") == USUAL
