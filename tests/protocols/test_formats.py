"""GitHub's workflow commands and SARIF, read back as their readers do."""

from __future__ import annotations

import json
from typing import Any, get_args
from urllib.parse import unquote, urlsplit

import pytest

from protocols.diagnostics import Code, Diagnostic, Severity
from protocols.explanations import CODES
from protocols.formats import file_uri, github, sarif
from protocols.language import compile_source
from protocols.language.source import Source

ODD = [
    "a:b,c.yaml",
    "50%.yaml",
    "two\nlines\r.yaml",
    "wärme 温.yaml",
    "a#b?c.yaml",
    "back\\slash.yaml",
    "\udcff.yaml",
]


def diagnostic(
    code: Code = "value",
    severity: Severity = "error",
    file: str = "a.yaml",
    message: str = "no",
    end_line: int = 3,
) -> Diagnostic:
    return Diagnostic(
        severity=severity, code=code, file=file, line=3, column=5, end_line=end_line, end_column=9,
        message=message, help="so",
    )  # fmt: skip


def parsed(command: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as its runner reads it: up to `::`, then pairs, then what stands for others."""
    assert command.isprintable() or not command.isascii()
    assert "\n" not in command
    assert "\r" not in command
    head, message = command.removeprefix("::").split("::", 1)
    name, _, rest = head.partition(" ")
    properties = dict(pair.split("=", 1) for pair in rest.split(","))
    for escape, character in (("%2C", ","), ("%3A", ":")):
        properties = {key: value.replace(escape, character) for key, value in properties.items()}
    plain = {key: unescaped(value) for key, value in properties.items()}
    return name, plain, unescaped(message)


def unescaped(text: str) -> str:
    return text.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")


def test_a_workflow_command_has_the_place_the_code_and_what_to_write() -> None:
    assert github(diagnostic()) == (
        "::error file=a.yaml,line=3,endLine=3,col=5,endColumn=9,title=value::no; so"
    )
    assert github(diagnostic(severity="warning")).startswith("::warning ")


@pytest.mark.parametrize("file", ODD)
def test_a_workflow_command_survives_any_file_name_and_message(file: str) -> None:
    name, properties, message = parsed(github(diagnostic(file=file, message="100 %: a, b::c")))
    assert (name, properties["file"], message) == ("error", file, "100 %: a, b::c; so")


def test_a_message_of_github_cannot_begin_a_command_of_its_own() -> None:
    command = github(diagnostic(message="a\n::set-output name=x::y"))
    assert len(command.splitlines()) == 1


def test_a_place_over_several_lines_has_no_columns_at_github() -> None:
    _, properties, _ = parsed(github(diagnostic(end_line=4)))
    assert not {"col", "endColumn"} & set(properties)
    assert (properties["line"], properties["endLine"]) == ("3", "4")


def run_of(*diagnostics: Diagnostic) -> dict[str, Any]:
    log = json.loads(json.dumps(sarif(diagnostics, "1.2")))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def test_sarif_has_every_code_as_a_rule_with_help() -> None:
    run = run_of()
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"], run["results"]) == ("unknot", "1.2", [])
    assert tuple(rule["id"] for rule in driver["rules"]) == get_args(Code)
    for rule in driver["rules"]:
        assert rule["help"]["text"]
        assert CODES[rule["id"]].right in rule["help"]["markdown"]


def test_sarif_counts_code_points_from_one_and_leaves_the_end_out() -> None:
    run = run_of(diagnostic("side-missing"))
    assert run["columnKind"] == "unicodeCodePoints"
    (result,) = run["results"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "side-missing"
    assert (result["level"], result["message"]) == ("error", {"text": "no; so"})
    assert result["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9,
    }  # fmt: skip
    assert "properties" not in result


def test_sarif_says_which_limit_with_what_was_asked_and_allowed() -> None:
    limits = compile_source(Source("a", b"unknot: 1\ntitle: t\nlimits: {heat: 42 C}\nsteps: [rest: 5 s]\n"))
    (result,) = run_of(*limits.diagnostics)["results"]
    assert result["properties"] == {"limit": "HT1", "asked": 42.0, "allowed": 41.0}


@pytest.mark.parametrize("file", [*ODD, "sub/dir/a.yaml", "../a.yaml"])
def test_a_relative_name_becomes_a_relative_reference(file: str) -> None:
    uri = file_uri(file)
    parts = urlsplit(uri)
    assert uri.isascii()
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("", "", "", "")
    assert unquote(uri, errors="surrogateescape") == file
    assert " " not in uri


def test_an_absolute_name_becomes_a_file_uri() -> None:
    assert file_uri("/a b/50%:é.yaml") == "file:///a%20b/50%25%3A%C3%A9.yaml"


def test_sarif_is_written_whatever_the_names_are() -> None:
    for file in ODD:
        assert run_of(diagnostic(file=file))["results"]
