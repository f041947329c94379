"""The schema and the reader say the same of a file, shipped, valid or mutated: what differs is listed here.

The schema sees a file as an editor does: YAML 1.2, with numbers, booleans and null told apart.
"""

from __future__ import annotations

import copy
import json
import random
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml

from protocols.body import AREA_OF, AREAS, OTHER_NAMES
from protocols.language import compile_source, load, shipped
from protocols.language.model import STEPS, keys_of
from protocols.language.schema import EXAMPLES, schema
from protocols.language.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from protocols.diagnostics import Code, Diagnostic
    from protocols.language import Compiled

Tree = Any  # str, list or dict, as the reader has it

BLIND: dict[Code, str] = {
    "unknown-role": "whether a step's role is among needs, or needs has one at all: two places of a file",
    "role-conflict": "which of several roles, of which kind, and in which branch: two places of a file",
    "unknown-option": "whether $name is among options: two places of a file",
    "limit": "how a value compares with a limit of the program",
    "too-long": "a count over lists, sides and repeats",
    "too-deep": "how deep a file is nested",
    "too-large": "below the data model: bytes",
    "encoding": "below the data model: bytes",
    "syntax": "below the data model: text that is no YAML at all",
    "duplicate-key": "below the data model: an editor has the last of the two",
    "alias": "below the data model: an editor has what it stands for",
    "tag": "below the data model: an editor has the value",
}
"""Codes of which no schema can say anything, each with its reason."""

BLIND_MESSAGES: dict[str, str] = {
    r"a value of the option \$": "what a choice comes to where $name stands: two places of a file",
    r"no question so far has the name|is no answer to that question|answers in words have no"
    r"|is no number from \d+ to \d+$": "an answer's name and its values, in `until`: two places of a file",
    r"nothing in this repeat is rated": "whether there is a rate in the rounds, however deep",
    r"is no answer to this question|is no answer on this scale": "a value among those of another key",
    r"is none of the option's values": "a value among those of another key",
    r"is no scale|does not go from less to more": "of two numbers in one text, which is less",
    r"is no time at all": "under half a millisecond: 0.0001 s",
    r"has a number out of all bounds": "sums, and other units: 999999 h 1 h, 20000 Hz",
    r"is there twice": "[1, 1] and [1, 1.0]: the first is twice the same to the reader, both are to YAML",
}
"""Messages of other codes that no schema can give, each with its reason."""

SPELLED = re.compile(r"[-+]?(0o[0-7]+|0x[0-9a-fA-F]+|[0-9]*\.?[0-9]*([eE][-+]?[0-9]+)?)|[-+]?\.(inf|Inf|INF)")
"""A number that an editor has, whatever its spelling: 0x2, +2 and 2.0 are all 2 to it."""


class Core(yaml.CSafeLoader):
    """YAML 1.2 with its core schema, as editors read it."""


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("null", r"null|Null|NULL|~|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
     list("-+0123456789.")),
):  # fmt: skip
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"^(?:{pattern})$"), first)


def _whole(loader: Core, node: yaml.ScalarNode) -> int:
    text = node.value
    return int(text, 8 if text.startswith("0o") else 16 if text.startswith("0x") else 10)


def _keys_as_text(loader: Core, node: yaml.MappingNode) -> dict[str, Any]:
    return {str(key.value): loader.construct_object(value, deep=True) for key, value in node.value}


Core.add_constructor("tag:yaml.org,2002:int", _whole)
Core.add_constructor("tag:yaml.org,2002:map", _keys_as_text)


@cache
def validator() -> jsonschema.Draft202012Validator:
    whole = schema()
    jsonschema.Draft202012Validator.check_schema(whole)
    return jsonschema.Draft202012Validator(whole)


def valid(text: str) -> bool:
    return bool(validator().is_valid(yaml.load(text, Loader=Core)))  # noqa: S506  a loader of plain values


def read(text: str) -> Compiled:
    return compile_source(Source("x.yaml", text.encode()))


def blind(diagnostic: Diagnostic) -> bool:
    return diagnostic.code in BLIND or any(re.search(each, diagnostic.message) for each in BLIND_MESSAGES)


def odd_number(tree: Tree) -> bool:
    """Whether a scalar is a number that is not spelled plainly; see SPELLED."""
    return any(
        SPELLED.fullmatch(each) and not re.fullmatch(r"[0-9]{1,6}", each) for each in scalars(tree) if each
    )


def null(tree: Tree) -> bool:
    return any(each in {"null", "Null", "NULL", "~"} for each in scalars(tree))


def scalars(tree: Tree) -> Iterator[str]:
    if isinstance(tree, dict):
        for each in tree.values():
            yield from scalars(each)
    elif isinstance(tree, list):
        for each in tree:
            yield from scalars(each)
    else:
        yield tree


_PLAIN = re.compile(
    r"[-+.~A-Za-z0-9$°%][^:#\[\]{}&*!|>'\"@`\n\t\r\\\x00-\x1f\x7f-\xa0\ufeff\u2028\u2029]*(?<! )"
)


def written(tree: Tree) -> str:
    """A tree as YAML, its scalars plain wherever that is possible: as a person writes them."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{written(key)}: {written(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(written, tree)) + "]"
    if _PLAIN.fullmatch(tree) and "," not in tree and not tree.startswith(("- ", "---")) and tree != "-":
        return str(tree)
    return "" if tree == "" else yaml.dump(tree, default_style='"', allow_unicode=True, width=10**6).strip()


def disagreement(text: str, tree: Tree) -> str | None:
    compiled = read(text)
    accepted = compiled.plan is not None
    if valid(text) == accepted:
        return None
    if accepted:
        return None if null(tree) else f"the reader alone accepts {text}"
    if any(map(blind, compiled.diagnostics)) or odd_number(tree):
        # What else is wrong hides behind it: both may be right.
        told = [each for each in compiled.diagnostics if not blind(each)]
        return f"{told} but {text}" if told and not odd_number(tree) else None
    return f"the schema alone accepts {text}: {[each.message for each in compiled.diagnostics]}"


HEAD = (
    "unknot: 1\ntitle: t\nneeds: {pad: heat, gun: percussion}\n"
    "options: {x: {ask: q, of: [a, b], default: a}}\n"
)
LIBRARY = [load(name).data.decode() for name in shipped()]
SHORT = [
    *(HEAD + f"steps:\n- {json.dumps(step)}\n" for step in EXAMPLES.values()),
    HEAD + "limits: {session: 40 min, heat: medium, heat time: 20 min, press: 30 s, press per area: 60 s}\n"
    "sources: [a, 2026]\nsteps:\n"
    "- {ask: q, scale: 0 .. 10, as: sore, stop if: '>= 8'}\n"
    "- {ask: q, of: [yes, no, 3], as: again, stop if: no, because: so}\n"
    "- {repeat: 2, until: sore <= 2, steps: [{rest: 1 h 30 min 1.5 s}]}\n"
    "- {repeat: 3, until: again == yes, steps: [{say: $x}]}\n"
    "- {press: [ql, Upper Trapezius], side: left, with: hand, for: 20 s, force: 10 N .. 2 kgf}\n"
    "- {press: Hips, side: both, at: 1800 /min, for: 15 s, move: along, between: 40 s}\n"
    "- {heat: neck, side: left, with: pad, to: 98.6 °F, for: 5 min}\n"
    "- {together: [[{rest: 5 s}, {rate: ql, side: both}], {stretch: ql, side: right, hold: 20 s}]}\n",
]  # fmt: skip

VALUES = [
    "", " ", "x", "1", "2", "0", "99", "100", "5", "007", "1.0", "0x2", "+2", "1e1", "-1", ".5", ".inf",
    "yes", "no", "true", "True", "null", "~", "on", "off", "2026-01-01", "1:30", "1_000",
    "30 s", "90s", "5 min", "0 s", "0.0001 s", "30 sec", "30 S", "1 h 5", "1.5 min", "5 m", "30  s ", "-5 s",
    "39 °C", "39 C", "50 °C", "50.1 °C", "0 °C", "59 °F", "60 °F", "122 °F", "122.1 °F", "+39 °C", "39 K",
    "41",
    "low", "Low", "medium", "high", "gentle", "strong", "40 %", "0 %", "100 %", "100.1 %", "40", "1199 /min",
    "1200 /min", "1800 / min", "19 Hz", "20 Hz", "1800 rpm", "0000040 %", "000040 %", "40.0000001 %",
    "20000 Hz",
    "10 N .. 20 N", "20 N .. 10 N", "10 .. 20 N", "0 N .. 1 N", "1 kgf..2 kgf", "10 N", "0 .. 10", "5 .. 1",
    "left", "right", "both", "LEFT", " both ", "circles", "spin", "hand", "gun", "pad", "Gun", "tenderness",
    "heat", "percussion", "needling", "tens", "tenderness <= 2", "tenderness <= 11", "tenderness < 10.0",
    "tenderness = 2", "sore > 3", "9x == 1", ">= 8", "<3", "$x", "$y", "$X", "$ x", "a", "b",
    "ql", "QL", "Neck", "upper  back", "GLUTES", "upper\u00a0trapezius", "knee", "гips", "\u212anee",
    "neck\u200b", "a\u202eb", "a\u0007b", "t" * 80, "t" * 81, "first\nsecond", "30 s\n", "x\n", "\u0663 s",
    "\uff13 s",
]  # fmt: skip
KEYS = sorted({key for model in STEPS.values() for key in keys_of(model)} | {"title", "vibrate", "For", "<<"})
WORDS = [*VALUES, *AREAS, *AREA_OF, *OTHER_NAMES]


def paths(tree: Tree, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if at:
        yield at
    for key, each in (
        tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    ):
        yield from paths(each, (*at, key))


def node(tree: Tree, path: tuple[str | int, ...]) -> Tree:
    for step in path:
        tree = tree[step]
    return tree


def mutated(tree: Tree, chance: random.Random) -> Tree:
    """A copy with one thing other than it was."""
    tree = copy.deepcopy(tree)
    spots = list(paths(tree))
    path = chance.choice(spots)
    owner, key = node(tree, path[:-1]), path[-1]
    other = copy.deepcopy(node(tree, chance.choice(spots)))
    kind = chance.randrange(8)
    if kind == 0:
        del owner[key]
    elif kind == 1 and isinstance(owner, dict):
        renamed = chance.choice(KEYS)
        owner[renamed] = owner.pop(key)
    elif kind == 2 and isinstance(owner, dict):
        owner[chance.choice(KEYS)] = chance.choice([other, chance.choice(WORDS)])
    elif kind == 3:
        owner[key] = other
    elif kind == 4:
        owner[key] = chance.choice([[owner[key]], {chance.choice(KEYS): owner[key]}, [], {}])
    elif kind == 5 and isinstance(owner[key], str):
        owner[key] = chance.choice(
            [owner[key].upper(), owner[key].title(), f" {owner[key]} ", owner[key][:-1]]
        )
    else:
        owner[key] = chance.choice(WORDS)
    return tree


def walk(count: int, seed: int, seeds: list[str]) -> list[str]:
    chance, known = random.Random(seed), [read(text).document.root for text in seeds]
    found = []
    for _ in range(count):
        tree = mutated(chance.choice(known), chance)
        if chance.random() < 0.2:
            tree = mutated(tree, chance) if list(paths(tree)) else tree
        text = written(tree)
        # What is below the data model is the reader's alone.
        if read(text).document.root == tree and (told := disagreement(text, tree)):
            found.append(told)
    return found


@pytest.mark.parametrize("text", LIBRARY + SHORT)
def test_a_valid_file_is_valid_to_both(text: str) -> None:
    assert read(text).plan is not None, [each.message for each in read(text).diagnostics]
    assert valid(text), [each.message for each in validator().iter_errors(yaml.load(text, Loader=Core))]  # noqa: S506


def test_two_thousand_mutants_are_the_same_to_both() -> None:
    assert walk(2_000, 4, SHORT) == []


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_twelve_thousand_mutants_are_the_same_to_both(seed: int) -> None:
    assert walk(1_250, seed, LIBRARY + SHORT) == []


@pytest.mark.soak
@pytest.mark.parametrize("short", SHORT[:-1])
def test_every_word_at_every_value_of_a_step_is_the_same_to_both(short: str) -> None:
    tree = read(short).document.root
    found = []
    for path in [each for each in paths(tree) if each[0] == "steps"]:
        for word in WORDS:
            other = copy.deepcopy(tree)
            node(other, path[:-1])[path[-1]] = word
            text = written(other)
            if read(text).document.root == other and (told := disagreement(text, other)):
                found.append(told)
    assert found == []


@pytest.mark.parametrize("kind", ["duration", "press"])
def test_a_schema_that_takes_anything_somewhere_is_found(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = schema()
    whole["$defs"][kind] = {}
    monkeypatch.setitem(globals(), "validator", lambda: jsonschema.Draft202012Validator(whole))
    assert walk(250, 4, SHORT)
