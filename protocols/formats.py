"""The same diagnostics for other programs: GitHub's workflow commands, and SARIF 2.1.0.

Standard library only. Lines and columns count from 1, columns in code points, an end not included.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final, get_args
from urllib.parse import quote

from protocols.diagnostics import Code, printable
from protocols.explanations import CODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from protocols.diagnostics import Diagnostic

SARIF_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
RULES: Final[tuple[Code, ...]] = get_args(Code)
"""The codes in the order in which SARIF's rules have them."""

_IN_MESSAGE: Final = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTY: Final = _IN_MESSAGE | {":": "%3A", ",": "%2C"}


def github(diagnostic: Diagnostic) -> str:
    """One workflow command, which GitHub shows beside the line of the file.

    Columns are left out where a place spans lines: GitHub takes them within one line alone.
    """
    d = diagnostic
    place: dict[str, object] = {"file": d.file, "line": d.line, "endLine": d.end_line}
    if d.line == d.end_line:
        place |= {"col": d.column, "endColumn": d.end_column}
    title = d.limit or d.code
    properties = ",".join(
        f"{key}={_escaped(value, _IN_PROPERTY)}" for key, value in {**place, "title": title}.items()
    )
    return f"::{d.severity} {properties}::{_escaped(_said(d), _IN_MESSAGE)}"


def _escaped(value: object, table: Mapping[str, str]) -> str:
    return "".join(table.get(character, character) for character in str(value))


def _said(diagnostic: Diagnostic) -> str:
    return printable("; ".join(filter(None, (diagnostic.message, diagnostic.help))))


def sarif(diagnostics: Iterable[Diagnostic], version: str | None) -> dict[str, object]:
    """One SARIF log with one run; every code is a rule, whether it was found or not."""
    driver: dict[str, object] = {"name": "unknot", "rules": [_rule(code) for code in RULES]}
    if version is not None:
        driver["version"] = version
    return {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(each) for each in diagnostics],
            }
        ],
    }


def _rule(code: Code) -> dict[str, object]:
    told = CODES[code]
    name = "".join(word.capitalize() for word in code.split("-"))
    return {
        "id": code,
        "name": name,
        "shortDescription": {"text": told.what},
        "fullDescription": {"text": f"{told.what} {told.why}"},
        "help": {
            "text": f"{told.why}\n\nInstead of:\n\n{told.wrong}\nwrite:\n\n{told.right}",
            "markdown": (
                f"{told.why}\n\nInstead of:\n\n```yaml\n{told.wrong}```\n\nwrite:\n\n```yaml\n{told.right}```"
            ),
        },
        "defaultConfiguration": {"level": "error"},
    }


def _result(diagnostic: Diagnostic) -> dict[str, object]:
    d = diagnostic
    result: dict[str, object] = {
        "ruleId": d.code,
        "ruleIndex": RULES.index(d.code),
        "level": d.severity,
        "message": {"text": _said(d)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": file_uri(d.file)},
                    "region": {
                        "startLine": d.line,
                        "startColumn": d.column,
                        "endLine": d.end_line,
                        "endColumn": d.end_column,
                    },
                }
            }
        ],
    }
    if d.code == "limit":
        result["properties"] = {"limit": d.limit, "asked": d.asked, "allowed": d.allowed}
    return result


def file_uri(file: str) -> str:
    """A relative reference for a relative path, a file URI for an absolute one."""
    path = PurePath(file)
    if path.is_absolute():
        return Path(file).as_uri()
    return quote(os.fsencode(path.as_posix()))
