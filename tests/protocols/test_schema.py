"""The shipped schema: the one that the models emit, with every key and every word that editors offer."""

from __future__ import annotations

import json
import re
from typing import Any, get_args

import jsonschema
import pytest

from protocols.body import AREA_OF, AREAS, OTHER_NAMES
from protocols.language import compile_text
from protocols.language.model import STEPS
from protocols.language.schema import EXAMPLES, SHIPPED, schema, text
from protocols.plan import Kind, Move, Side
from protocols.units import HEAT_LEVELS, STRENGTH_LEVELS

SCHEMA = schema()
DEFS = SCHEMA["$defs"]
OF_A_STEP = {
    "heat": {"heat", "side", "with", "to", "for", "within"},
    "press": {"press", "side", "with", "at", "for", "force", "move", "between"},
    "rest": {"rest"},
    "stretch": {"stretch", "side", "hold", "times", "between"},
    "rate": {"rate", "side"},
    "ask": {"ask", "scale", "of", "as", "stop if", "because"},
    "say": {"say"},
    "cool": {"cool", "below", "within"},
    "repeat": {"repeat", "steps", "until"},
    "together": {"together"},
}
"""protocol-language, "Steps"."""
PLACES = {*AREAS, *AREA_OF}
WORDS = {
    ("heat", "heat"): set(AREAS),
    ("heat", "to"): {*HEAT_LEVELS, "38 °C", "102.2 °F"},
    ("press", "press"): PLACES,
    ("press", "at"): {*STRENGTH_LEVELS, "40 %", "1800 /min", "30 Hz"},
    ("press", "move"): set(get_args(Move)),
    ("press", "force"): {"10 N .. 20 N", "1 kgf .. 2 kgf"},
    ("press", "with"): {"gun", "hand"},
    ("stretch", "stretch"): PLACES,
    ("rate", "rate"): PLACES,
    ("cool", "below"): {*HEAT_LEVELS, "38 °C", "102.2 °F"},
    **{(verb, "side"): set(get_args(Side)) for verb in ("heat", "press", "stretch", "rate")},
}


def resolved(value: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in value:
        value = DEFS[value["$ref"].removeprefix("#/$defs/")]
    return value


def offered(value: dict[str, Any]) -> set[str]:
    """What an editor proposes: the words of every branch, and the examples."""
    value = resolved(value)
    found = {*value.get("enum", ()), *value.get("examples", ())}
    for branch in [*value.get("anyOf", ()), value.get("items", {})]:
        found |= offered(branch) if branch else set()
    return found


def objects() -> list[tuple[str, dict[str, Any]]]:
    return [("file", SCHEMA), *((name, each) for name, each in DEFS.items() if "properties" in each)]


def test_the_shipped_schema_is_the_one_that_the_models_emit() -> None:
    assert SHIPPED.read_text(encoding="utf-8") == text(), "run `make schema`"


def test_it_is_a_schema_of_the_draft_it_names_and_has_no_loose_end() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$id"]
    named = {each.removeprefix("#/$defs/") for each in re.findall(r'"\$ref": "([^"]+)"', text())}
    assert named == set(DEFS)


@pytest.mark.parametrize("verb", STEPS)
def test_the_branch_of_a_verb_asks_for_it_and_offers_its_keys_alone(verb: str) -> None:
    assert {"$ref": f"#/$defs/{verb}"} in DEFS["step"]["anyOf"]
    branch = DEFS[verb]
    assert set(branch["properties"]) == OF_A_STEP[verb]
    assert branch["required"][0] == verb
    assert branch["additionalProperties"] is False


@pytest.mark.parametrize(("verb", "key"), WORDS)
def test_a_key_offers_its_words(verb: str, key: str) -> None:
    assert offered(DEFS[verb]["properties"][key]) == WORDS[verb, key]


@pytest.mark.parametrize(("verb", "keys"), OF_A_STEP.items())
def test_each_key_that_is_a_duration_offers_units(verb: str, keys: set[str]) -> None:
    for key in keys & {"for", "within", "between", "hold"} | ({"rest"} & keys):
        units = {example.split()[1] for example in offered(DEFS[verb]["properties"][key])}
        assert units == {"s", "min"}, key


def test_a_role_offers_its_kinds() -> None:
    assert offered(SCHEMA["properties"]["needs"]["additionalProperties"]) == set(get_args(Kind))


def test_each_key_has_a_title_and_a_sentence() -> None:
    for name, each in objects():
        for key, value in each["properties"].items():
            assert value["title"] == key, name
            assert value["description"].endswith("."), (name, key)


def test_defaults_are_what_one_would_write() -> None:
    found = {
        (verb, key): value["default"]
        for verb in STEPS
        for key, value in DEFS[verb]["properties"].items()
        if "default" in value
    }
    assert found == {
        ("heat", "side"): "both", ("heat", "within"): "10 min",
        ("press", "move"): "still", ("press", "between"): "30 s",
        ("stretch", "times"): 1, ("stretch", "between"): "10 s",
        ("cool", "below"): "37 °C", ("cool", "within"): "10 min",
    }  # fmt: skip


@pytest.mark.parametrize("verb", STEPS)
def test_what_an_editor_inserts_is_a_step(verb: str) -> None:
    file = {
        "unknot": 1, "title": "t", "needs": {"pad": "heat", "gun": "percussion"}, "steps": [EXAMPLES[verb]]
    }  # fmt: skip
    assert jsonschema.Draft202012Validator(SCHEMA).is_valid(file)
    assert compile_text(json.dumps(file, ensure_ascii=False)).plan is not None
    [snippet] = DEFS[verb]["defaultSnippets"]
    assert set(snippet["body"]) == set(EXAMPLES[verb])


@pytest.mark.parametrize("name", [*AREAS, *AREA_OF, *OTHER_NAMES])
def test_every_name_of_a_place_is_taken_in_any_letter_case(name: str) -> None:
    place = jsonschema.Draft202012Validator({"$ref": "#/$defs/place", "$defs": DEFS})
    for written in (name, name.upper(), name.title(), f" {name.replace(' ', '  ')} "):
        assert place.is_valid(written), written
    assert not place.is_valid(f"{name}x")


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("duration", ["999999 s", "0.000001 h", "1 min30s"], ["1000000 s", "1.0000001 s", "0 s", "90", 90]),
        ("temperature", ["50.0 °C", "0.1C", "60 °F", "122 F"], ["50.1 °C", "0 °C", "59 °F", "123 °F", 39]),
        ("strength", ["100 %", "0.5 %", "1200 /min", "20 Hz"], ["100.1 %", "0 %", "1199 /min", "19 Hz", 40]),
        ("force", ["1 N .. 2 N", "1kgf..2kgf"], ["0 N .. 1 N", "10 .. 20 N", "10 N", 10]),
        ("times", [1, 99, "099"], [0, 100, "0", "100", 1.5, True]),
        ("text", [2026, True, "no"], [None, "", " ", "a\x07", [], {}]),
        ("title", ["t" * 80, f" {'t' * 80}\n"], ["t" * 81, None]),
        ("role", ["hand", "$gun", True], ["Gun", "my gun", 5, None]),
        ("device", ["pad", "$pad"], ["hand", " hand "]),
    ],
)  # fmt: skip
def test_a_quantity_has_its_unit_and_its_bounds(kind: str, good: list[object], bad: list[object]) -> None:
    value = jsonschema.Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": DEFS})
    assert [each for each in good if not value.is_valid(each)] == []
    assert [each for each in bad if value.is_valid(each)] == []
