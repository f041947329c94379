"""`explain`: every code with examples that are what they say, every limit with the values that stand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner

import controller
from controller.faces.cli import cli
from controller.safety import LIMITS
from controller.safety.reasons import REASONS, remedies, title
from protocols.diagnostics import Code
from protocols.explanations import CODES
from protocols.language import compile_source
from protocols.language.source import LARGEST, Source

HEAD = {"unknot": "1", "title": "An example", "needs": "{pad: heat, gun: percussion}"}


def unknot(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(cli, ["explain", *arguments])
    return done.exit_code, done.stdout, done.stderr


def whole(example: str) -> str:
    """A part of a file with the rest of it around."""
    if example.startswith("- "):
        example = f"steps:\n{example}"
    keys = re.findall(r"^([a-z]+):", example, re.MULTILINE)
    lines = [f"{key}: {value}\n" for key, value in HEAD.items() if key not in keys]
    return "".join(lines) + example + ("" if "steps" in keys else "steps:\n- rest: 30 s\n")


def saved(code: Code, example: str) -> bytes:
    text = whole(example)
    if code == "too-large" and "300 KiB" in example:
        return text.replace("and so on", "and so on" * LARGEST).encode()
    return text.encode("latin-1" if "Latin-1" in example else "utf-8")


def test_every_code_is_explained() -> None:
    assert tuple(CODES) == get_args(Code)


@pytest.mark.parametrize("code", get_args(Code))
def test_the_wrong_example_has_the_code_alone_and_the_right_one_none(code: Code) -> None:
    told = CODES[code]
    wrong = compile_source(Source("wrong.yaml", saved(code, told.wrong)))
    assert [each.code for each in wrong.diagnostics] == [code]
    right = compile_source(Source("right.yaml", saved(code, told.right)))
    assert right.diagnostics == ()


@pytest.mark.parametrize("code", get_args(Code))
def test_a_code_is_shown_with_its_examples(code: Code) -> None:
    exit_code, shown, _ = unknot(code)
    assert exit_code == 0
    assert shown.startswith(f"{code}: {CODES[code].what}\n")
    for example in (CODES[code].wrong, CODES[code].right):
        assert all(f"    {line}" in shown for line in example.splitlines())
    assert max(map(len, shown.splitlines())) <= 110


@pytest.mark.parametrize("limit", REASONS)
def test_a_limit_is_shown_with_its_reason_and_its_remedies(limit: str) -> None:
    exit_code, shown, _ = unknot(limit)
    assert exit_code == 0
    assert shown.startswith(f"{limit}: {title(limit)}\n")
    assert all(f"- {each}" in shown for each in remedies(limit))
    assert "nan" not in shown
    assert "inf " not in shown


def test_every_row_of_the_table_has_a_reason() -> None:
    assert {row.id for row in LIMITS} <= set(REASONS)


def test_every_id_that_the_program_can_name_has_a_reason() -> None:
    """Ids stand in the code as quoted words, and nowhere else so."""
    room = Path(controller.__file__).parent
    named = {
        each
        for path in room.rglob("*.py")
        for each in re.findall(r'"((?:HT|PC|SP|SE|ZN|LE|HZ)\d+)"', path.read_text())
    }
    assert len(named) > 30
    assert named <= set(REASONS)


@pytest.mark.parametrize(
    ("limit", "values"),
    [
        ("HT1", ["41 °C", "42 °C"]), ("HT4", ["30 min", "4 min", "8 min"]), ("PC2", ["1 min", "45 s"]),
        ("PC9", ["7 of 10", "8 of 10"]), ("PC13", ["rhomboids", "40 %", "60 %"]), ("SE2", ["500", "2000"]),
        ("PC11", ["thighs", "55 N"]), ("ZN1", ["quadratus lumborum", "piriformis"]),
    ],
)  # fmt: skip
def test_the_values_are_those_that_stand(limit: str, values: list[str]) -> None:
    _, shown, _ = unknot(limit)
    assert all(value in shown for value in values)


@pytest.mark.parametrize(
    ("asked", "found"),
    [("ht1", "HT1"), (" Ht1 ", "HT1"), ("Unit-Missing", "unit-missing"), ("unit_missing", "unit-missing")],
)
def test_any_letter_case_is_understood(asked: str, found: str) -> None:
    assert unknot(asked)[1].startswith(f"{found}: ")


def test_without_a_code_all_are_listed_in_a_line_each() -> None:
    exit_code, shown, _ = unknot()
    assert exit_code == 0
    words = {line.split()[0] for line in shown.splitlines() if line.startswith("  ")}
    assert words == {*CODES, *REASONS}
    assert max(map(len, shown.splitlines())) <= 110


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("unit-mising", "unit-missing"),
        ("HT21x", "HT2"),
        ("sidemissing", "side-missing"),
        ("hello", "lists them all"),
    ],
)
def test_what_is_neither_is_answered_with_the_nearest(asked: str, meant: str) -> None:
    exit_code, shown, said = unknot(asked)
    assert (exit_code, shown) == (2, "")
    assert meant in said


def test_json_is_one_object() -> None:
    code = json.loads(unknot("value", "--json")[1])
    assert list(code) == ["code", "what", "why", "wrong", "right"]
    limit = json.loads(unknot("se4", "--json")[1])
    assert list(limit) == ["limit", "what", "why", "then", "rows", "remedies"]
    assert [row["soft"] for row in limit["rows"]] == [60.0, 38.0, 0.5]
    every = json.loads(unknot("--json")[1])
    assert [each["code"] for each in every["codes"]] == list(CODES)
    assert [each["limit"] for each in every["limits"]] == list(REASONS)
