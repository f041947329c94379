"""The JSON Schema of protocol files, for editors: keys, lists and what is required from the models.

An editor reads YAML 1.2: `2` and `true` arrive as a number and a boolean where the reader takes the text.
So text may be either. Nothing written and a written `null` are one thing to an editor; both are refused,
since a value that was forgotten is the likelier: quotes make it text.

Patterns keep to what ECMAScript and Python read alike; where `$` stands, ECMAScript's is meant.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

from protocols.body import AREA_OF, AREAS, OTHER_NAMES
from protocols.language import model as m
from protocols.language.values import NAME
from protocols.plan import Kind, Move, Side
from protocols.units import HEAT_LEVELS, STRENGTH_LEVELS, write_duration, write_temperature

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import BaseModel

Schema = dict[str, Any]

SHIPPED: Final = Path(__file__).parents[1] / "unknot.schema.json"
"""The copy that comes with the program and that editors are pointed to."""

_SIX = "(?=[0-9]{1,6}(?![0-9]))"  # before digits: no more than the reader takes
_NUMBER = rf"\+?{_SIX}"
_DECIMALS = r"(?:\.[0-9]{1,6})?"
_NO_DECIMALS = r"(?:\.0{1,6})?"
_OVER_0 = r"(?=[0-9.]*[1-9])"
_COMPARISON = "(?:<=|>=|==|!=|<|>)"
_REFERENCE = rf"\${NAME.pattern}"
_HAND = r"^\s*hand\s*$"

_DURATION = rf"(?=[^1-9]*[1-9])(?:{_SIX}[0-9]+{_DECIMALS}\s*(?:s|min|h)\s*)+"
_CELSIUS = rf"{_NUMBER}{_OVER_0}0*(?:50{_NO_DECIMALS}|[1-4]?[0-9]{_DECIMALS})\s*°?C"
_FAHRENHEIT = rf"{_NUMBER}0*(?:122{_NO_DECIMALS}|(?:[6-9][0-9]|1[01][0-9]|12[01]){_DECIMALS})\s*°?F"
_PER_CENT = rf"{_NUMBER}{_OVER_0}0*(?:100{_NO_DECIMALS}|[1-9]?[0-9]{_DECIMALS})\s*%"
# 1200 /min, the slowest device, and the same in Hz.
_PER_MINUTE = rf"{_NUMBER}0*(?:[1-9][0-9]{{4,}}|[2-9][0-9]{{3}}|1[2-9][0-9]{{2}}){_DECIMALS}\s*/ ?min"
_HERTZ = rf"{_NUMBER}0*(?:[1-9][0-9]{{2,}}|[2-9][0-9]){_DECIMALS}\s*Hz"
_NEWTONS = rf"{_NUMBER}{_OVER_0}[0-9]+{_DECIMALS}\s*(?:N|kgf)"
_0_TO_10 = rf"{_SIX}0*(?:10{_NO_DECIMALS}|[0-9]{_DECIMALS})"
_TENDERNESS = rf"tenderness\s*{_COMPARISON}\s*{_0_TO_10}"
_ANSWERED = rf"(?!tenderness[\s<>=!]){NAME.pattern}\s*{_COMPARISON}\s*[^\s<>=!][\s\S]*"
# What a terminal might obey is no text: `protocols.diagnostics.is_control`.
_SHOWN = r"[^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"


def _form(said: str, *forms: str) -> Schema:
    """Text of one of these forms, blanks around it left out, or `$name`; `said` where it is none."""
    pattern = rf"^\s*(?:{'|'.join(forms)})\s*$|^{_REFERENCE}$"
    return {"type": "string", "pattern": pattern, "errorMessage": said}


def _words(said: str, words: Iterable[str], *forms: str) -> Schema:
    """One of these words, which editors offer, or text of another form."""
    words = list(words)
    return {"anyOf": [{"enum": words, "errorMessage": said}, _form(said, *words, *forms)]}


def _any_case(name: str) -> str:
    # Beside its capital a letter may have a look-alike of the same case fold.
    folds = {"k": "kK\u212a", "s": "sS\u017f"}
    letters = (f"[{folds.get(c, c + c.upper())}]" if c.isalpha() else c for c in name)
    return "".join(letters).replace(" ", r"\s+")


def _places(said: str, known: Iterable[str]) -> Schema:
    names = list(known)
    others = [other for other, meant in OTHER_NAMES.items() if meant in names]
    form = _form(said, *map(_any_case, (*names, *others)))
    return {"anyOf": [{"enum": names, "errorMessage": said}, form]}


def _text(said: str, pattern: str, *also_no: str) -> Schema:
    """Text as the reader takes it: also what an editor reads as a number or a boolean."""
    # Were the other types named, editors would offer `true` and `false`.
    other = {"not": {"type": ["string", "array", "object", "null", *also_no]}}
    return {"anyOf": [{"type": "string", "pattern": pattern, "errorMessage": said}, other]}


def _name(said: str, pattern: str) -> Schema:
    return _text(said, rf"{pattern}|^{_REFERENCE}$", "number")


_AREA = "An area: " + ", ".join(AREAS)
_WORD = "A lower-case word"

_VALUES: Final[dict[str, Schema]] = {
    "text": _text("Text belongs here", rf"^(?=\s*\S){_SHOWN}*$"),
    "title": _text("Text of at most 80 characters", rf"^(?=\s*\S(?:[\s\S]{{0,78}}\S)?\s*$){_SHOWN}*$"),
    "role-name": {"pattern": f"^(?!hand$){NAME.pattern}$", "errorMessage": f"{_WORD}, but not hand"},
    "option-name": {"pattern": f"^{NAME.pattern}$", "errorMessage": _WORD},
    "answer-name": _name(f"{_WORD}, but not tenderness", rf"^(?!tenderness$){NAME.pattern}$"),
    "role": _name("A role of needs, or hand", rf"^\s*{NAME.pattern}\s*$") | {"examples": ["gun", "hand"]},
    "device": _name("A role of needs", rf"^\s*(?!hand\s*$){NAME.pattern}\s*$") | {"examples": ["pad"]},
    "kind": _words("heat or percussion", get_args(Kind)),
    "duration": _form("A duration with its unit, as 90 s, 10 min or 1 min 30 s", _DURATION)
    | {"examples": ["15 s", "30 s", "5 min", "1 min 30 s"]},
    "temperature": _words(
        "low, medium or high, or with its unit, as 38 °C or 102.2 °F", HEAT_LEVELS, _CELSIUS, _FAHRENHEIT
    )
    | {"examples": ["38 °C", "102.2 °F"]},
    "strength": _words(
        "gentle, medium or strong, or with its unit, as 40 %, 1800 /min or 30 Hz",
        STRENGTH_LEVELS,
        _PER_CENT,
        _PER_MINUTE,
        _HERTZ,
    )
    | {"examples": ["40 %", "1800 /min", "30 Hz"]},
    "force": _form("A range with its unit, as 10 N .. 20 N", rf"{_NEWTONS}\s*\.\.\s*{_NEWTONS}")
    | {"examples": ["10 N .. 20 N", "1 kgf .. 2 kgf"]},
    "place": _places(f"{_AREA}; or a point, as rhomboids", [*AREAS, *AREA_OF]),
    "area": _places(_AREA, AREAS),
    "side": _words("left, right or both", get_args(Side)),
    "move": _words("still, circles or along", get_args(Move)),
    "times": _form("A whole number from 1 to 99", rf"{_SIX}0*[1-9][0-9]?")
    | {"type": ["integer", "string"], "minimum": 1, "maximum": 99, "examples": [2]},
    "condition": _form("A comparison, as tenderness <= 2", _TENDERNESS, _ANSWERED)
    | {"examples": ["tenderness <= 2"]},
    "scale": _form("From one whole number to another, as 0 .. 10", r"[0-9]{1,3}\s*\.\.\s*[0-9]{1,3}")
    | {"examples": ["0 .. 10"]},
    "stop-on-a-scale": _form(
        "A number of the scale, or a comparison with one, as '>= 8'",
        rf"(?:{_COMPARISON}\s*)?{_SIX}[0-9]+{_DECIMALS}",
    )
    | {"type": ["number", "string"], "minimum": 0, "maximum": 999, "examples": [8]},
    # YAML 1.1 takes `yes` for a boolean. As one of several types it is not offered.
    "stop-on-yes-or-no": {
        "if": {"type": "string"},
        "then": _words("yes or no", ["yes", "no"]),
        "else": {"if": {"type": "boolean"}, "else": {"type": "string", "errorMessage": "yes or no"}},
        "examples": ["yes", "no"],
    },
    "version": {
        "anyOf": [
            {"const": 1, "errorMessage": "The version is 1"},
            {"type": "string", "pattern": "^1$", "errorMessage": "The version is 1"},
        ]
    },
}

_KEYS: Final[dict[type[BaseModel], dict[str, str]]] = {
    m.FileModel: {
        "unknot": "The version of the language: 1.",
        "title": "What the protocol is called, in at most 80 characters.",
        "about": "What it is for, and for whom.",
        "author": "Who wrote it.",
        "license": "Under what terms it is shared.",
        "sources": "What its numbers and its order come from.",
        "needs": "The roles that steps name, each with what it does: heat or percussion. "
        "Which devices fill them is said when the file is run. Your own hand is always there, as hand.",
        "options": "What is left to the person; $name stands for the choice wherever a value stands.",
        "limits": "Limits of your own. They may only be tighter than the program's.",
        "steps": "What is done, in this order. A step is one verb with its keys.",
    },
    m.OptionModel: {
        "ask": "How the choice is put to the person.",
        "of": "What there is to choose from.",
        "default": "One of the values: taken where nobody chooses.",
    },
    m.LimitsModel: {
        "session": "How long the whole may take, waiting for the person left out: at most 45 min.",
        "heat": "The hottest that a step may ask for: at most 41 °C.",
        "heat time": "Heat of the session, every `for` added up: at most 30 min.",
        "press": "How long one area and side is worked at a stretch: at most 60 s.",
        "press per area": "How long one area and side is worked in all: at most 120 s.",
    },
    m.HeatStep: {
        "heat": "Warms an area. Heat is off when the step ends.",
        "side": "Where the pad lies.",
        "with": "The role that heats; needless where only one does.",
        "to": "How warm, at the hottest point that touches the skin: "
        "low (37 °C), medium (39 °C), high (41 °C), or in °C or °F.",
        "for": "How long, from the moment that it is within 1 °C of `to`.",
        "within": "How long the warming up may take. Past it the session ends as failed.",
    },
    m.PressStep: {
        "press": "Percussion or, with hand, your own pressure: a place, or a list worked place by place.",
        "side": "Which side; both is left, then right, at each place.",
        "with": "The role that presses, or hand for fingers or a ball.",
        "at": "How strongly: gentle (20 %), medium (35 %), strong (60 %), or in %, /min or Hz. "
        "Needed for a device.",
        "for": "How long at each place.",
        "force": "How hard to press, from one force to another.",
        "move": "still, in circles, or along the muscle.",
        "between": "The rest after each place but the last.",
    },
    m.RestStep: {"rest": "Every device at rest; inside together, those of the branch."},
    m.StretchStep: {
        "stretch": "A stretch, guided and timed. No device moves.",
        "side": "Which side; both is left, then right.",
        "hold": "How long each is held.",
        "times": "How often, 1 to 99.",
        "between": "The rest after each but the last.",
    },
    m.RateStep: {
        "rate": "Asks how tender a place is, 0 to 10. At 8 or more the session ends.",
        "side": "Which side is meant; of both the worse one counts. Without it, the place as a whole.",
    },
    m.AskStep: {
        "ask": "A question. Every device rests until it is answered.",
        "scale": "Answers in whole numbers, from one to another.",
        "of": "The answers to choose from; yes and no unless told.",
        "as": "A name for the answer, for `until`.",
        "stop if": "The answer that ends the session; on a scale also a comparison, as '>= 8'.",
        "because": "Why it ends then.",
    },
    m.SayStep: {"say": "Shown and, where switched on, spoken. Waits for nothing."},
    m.CoolStep: {
        "cool": "Waits until the pad of this role has cooled.",
        "below": "Under what temperature.",
        "within": "How long that may take. Past it the session ends as failed.",
    },
    m.RepeatStep: {
        "repeat": "Rounds of steps: how many at most, 1 to 99.",
        "until": "What ends the rounds early: the worst tenderness of the round or a named answer, compared.",
        "steps": "What is done in each round.",
    },
    m.TogetherStep: {"together": "Two to four branches side by side, each a step or a list of steps."},
}

_PRESS: Final[Schema] = {
    "press": "rhomboids", "side": "both", "with": "gun", "at": "gentle", "for": "15 s", "move": "circles",
}  # fmt: skip
EXAMPLES: Final[dict[str, Schema]] = {
    "heat": {"heat": "upper back", "to": "low", "for": "3 min", "within": "5 min"},
    "press": _PRESS,
    "rest": {"rest": "30 s"},
    "stretch": {"stretch": "rhomboids", "side": "both", "hold": "20 s", "times": 2},
    "rate": {"rate": "rhomboids"},
    "ask": {"ask": "Does anything hurt today?", "stop if": "yes", "because": "Let it heal first."},
    "say": {"say": "Let your shoulders drop."},
    "cool": {"cool": "pad", "below": "37 °C"},
    "repeat": {"repeat": 2, "until": "tenderness <= 2", "steps": [_PRESS, {"rate": "rhomboids"}]},
    "together": {"together": [{"heat": "lower back", "to": "low", "for": "3 min"}, {"say": "Breathe out."}]},
}
"""A step of each verb, as editors insert it."""

_NARROWER: Final = {(m.HeatStep, "with"): "device", (m.CoolStep, "cool"): "device"}
_RULES: Final[dict[type[BaseModel], Schema]] = {
    m.PressStep: {
        "if": {
            "required": ["with"],
            "properties": {"with": {"type": "string", "pattern": rf"{_HAND}|^{_REFERENCE}$"}},
        },
        "else": {"required": ["at"]},
    },
    m.AskStep: {
        "if": {"required": ["scale"]},
        "then": {"properties": {"of": False, "stop if": {"$ref": "#/$defs/stop-on-a-scale"}}},
        "else": {
            "if": {"required": ["of"]},
            "else": {"properties": {"stop if": {"$ref": "#/$defs/stop-on-yes-or-no"}}},
        },
    },
}
"""What one key asks of another."""

# 1 and 1.0 are two texts, but one number.
_EACH_ONCE: Final[Schema] = {"if": {"items": {"type": "string"}}, "then": {"uniqueItems": True}}


def schema() -> Schema:
    """The schema of protocol files, draft 2020-12."""
    for model in _KEYS:
        model.model_rebuild()  # they are built when a file is read
    emitted = m.FileModel.model_json_schema()
    shapes = emitted.pop("$defs")
    steps = {verb: _object(model, shapes[model.__name__]) for verb, model in m.STEPS.items()}
    for verb, step in steps.items():
        step["defaultSnippets"] = [{"label": f"{verb} …", "body": _placeholders(EXAMPLES[verb])}]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:unknot:schema:1",
        "title": "A protocol",
        **_object(m.FileModel, emitted),
        "$defs": {
            "step": {"type": "object", "anyOf": [{"$ref": f"#/$defs/{verb}"} for verb in steps]},
            **steps,
            "option": _object(m.OptionModel, shapes["OptionModel"]),
            "limits": _object(m.LimitsModel, shapes["LimitsModel"]),
            **_VALUES,
        },
    }


def text() -> str:
    """The schema as it is shipped."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


_DEFS = {model.__name__: verb for verb, model in m.STEPS.items()}
_DEFS |= {"OptionModel": "option", "LimitsModel": "limits"}


def _object(model: type[BaseModel], emitted: Schema) -> Schema:
    keys = {}
    for name, field in model.model_fields.items():
        key = field.alias or name
        value = _value(emitted["properties"][key])
        if (model, key) in _NARROWER:
            value = _ref(_NARROWER[model, key])
        if key == "of":
            value |= _EACH_ONCE
        keys[key] = {
            "title": key,
            "description": _KEYS[model][key],
            **value,
            **_default(value, field.default),
        }
    first = next(iter(_KEYS[model].values()))
    return {
        "description": first if issubclass(model, m.StepModel) else str(model.__doc__),
        "type": "object",
        "properties": keys,
        "required": emitted.get("required", []),
        "additionalProperties": False,
        **_RULES.get(model, {}),
    }


def _value(emitted: Schema) -> Schema:
    """A value as the models emit it, with our names for its parts."""
    if "value" in emitted:
        return _ref(emitted["value"])
    if "$ref" in emitted:
        return _ref(_DEFS[emitted["$ref"].rpartition("/")[2]])
    choices = emitted.get("anyOf") or emitted.get("oneOf")
    if choices:
        kept = [_value(each) for each in choices if each != {"type": "null"}]
        kept = [_ref("step")] if len(kept) == len(m.STEPS) else kept
        # Where none fits, editors speak of the first: not of a list.
        kept.sort(key=lambda each: "items" in each)
        return kept[0] if len(kept) == 1 else {"anyOf": kept}
    if emitted["type"] == "array":
        bounds: Schema = {key: emitted[key] for key in ("minItems", "maxItems") if key in emitted}
        return {"type": "array", "items": _value(emitted["items"]), **bounds}
    value = _value(emitted["additionalProperties"])
    names = _ref("role-name" if value == _ref("kind") else "option-name")  # pydantic keeps no names of keys
    return {"type": "object", "propertyNames": names, "additionalProperties": value}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _default(value: Schema, default: object) -> Schema:
    """What a key stands at where it is not written, as one would write it."""
    if isinstance(default, int) and value == _ref("duration"):
        return {"default": write_duration(default)}
    if isinstance(default, float):
        return {"default": write_temperature(default)}
    return {"default": default} if isinstance(default, int | str) else {}


def _placeholders(example: Schema) -> Schema:
    """An example as the body of a snippet: the tab key goes from value to value."""
    return {
        key: value if isinstance(value, list) else f"${{{number}:{value}}}"
        for number, (key, value) in enumerate(example.items(), start=1)
    }


if __name__ == "__main__":
    SHIPPED.write_text(text(), encoding="utf-8")
