"""The corpus: files with one mistake each, its place marked «so», and files made of two of them.

A case is a whole `file`, or lines for parts of the base below: `needs`, `options`, `limits`, `end` (more
keys of the root) and `steps` are added, `head` replaces the first two lines. The code is the name of the
case's file; `limit` is the id that the check of the plan names.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDER = Path(__file__).parent / "corpus"
BASE = {
    "head": "unknot: 1\ntitle: A base\n",
    "needs": "gun: percussion\npad: heat\n",
    "steps": "- say: Sit down.\n",
}
_NESTED = ("needs", "options", "limits", "steps")

Told = tuple[str, int, int, int, int]
"""A code, line and column, and the line and column where the place ends."""


@dataclass(frozen=True)
class Case:
    """One mistake. `parts`: lines by where they belong, or the whole `file`."""

    code: str
    name: str
    limit: str | None
    parts: Mapping[str, str]

    @property
    def id(self) -> str:
        return f"{self.code}: {self.name}"

    @property
    def pairs(self) -> bool:
        """Whether it can stand in a file with another: it is no whole file, and no matter of the plan."""
        return "file" not in self.parts and self.limit is None and self.code not in {"too-deep"}


def cases() -> tuple[Case, ...]:
    return tuple(case for path in sorted(FOLDER.glob("*.yaml")) for case in _read(path))


def _read(path: Path) -> Iterator[Case]:
    for name, spec in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        limit = spec.pop("limit", None)
        yield Case(path.stem, name, limit, spec)


def marked(*chosen: Case) -> tuple[str, list[Told]]:
    """The text of a file with the mistakes of `chosen`, and what must be told of it, by place."""
    parts = [{key: _numbered(text, n) for key, text in case.parts.items()} for n, case in enumerate(chosen)]
    return _unmarked(_assembled(parts), [case.code for case in chosen])


def _numbered(text: str, number: int) -> str:
    return text.replace("«", f"«{number}:")


def _assembled(parts: list[dict[str, str]]) -> str:
    for part in parts:
        if "file" in part:
            return part["file"]
    text = next((part["head"] for part in parts if "head" in part), BASE["head"])
    for key in _NESTED:
        inside = "".join(_ended(each) for each in [BASE.get(key, ""), *(part.get(key, "") for part in parts)])
        if inside and key == "steps":
            text += "".join(_ended(part.get("end", "")) for part in parts)
        if inside:
            text += f"{key}:\n{textwrap.indent(inside, '  ')}"
    return text


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"


def _unmarked(text: str, codes: list[str]) -> tuple[str, list[Told]]:
    plain, begun, told = "", (0, 0, 0), []
    for part in re.split(r"(«\d+:|»)", text):
        line, column = plain.count("\n") + 1, len(plain) - plain.rfind("\n")
        if part.startswith("«"):
            begun = (int(part[1:-1]), line, column)
        elif part == "»":
            told.append((codes[begun[0]], *begun[1:], line, column))
        else:
            plain += part
    return plain, sorted(told, key=lambda each: each[1:])


def pairs() -> tuple[tuple[Case, Case], ...]:
    """Every two cases of different codes that can stand in one file without meaning something else."""
    every = [case for case in cases() if case.pairs]
    return tuple(
        (one, other)
        for one, other in combinations(every, 2)
        if one.code != other.code and not _collide(one, other)
    )


def _collide(one: Case, other: Case) -> bool:
    if "head" in one.parts and "head" in other.parts:
        return True
    return any(
        not _keys(one.parts[key]).isdisjoint(_keys(other.parts[key]))
        for key in ("needs", "options", "limits", "end")
        if key in one.parts and key in other.parts
    )


def _keys(lines: str) -> set[str]:
    return set(re.findall(r"^\W?([\w ]+)\W?:", lines, re.MULTILINE))
