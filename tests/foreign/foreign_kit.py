"""Files of the corpus, and the program's own word on them through `check --json`."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from click.testing import CliRunner

from controller.faces.cli import cli

if TYPE_CHECKING:
    from pathlib import Path

MARK = "«"
"""Stands in a text of the corpus right before the place that a diagnostic must name."""

PAD = "  pad: heat\n"
GUN = "  gun: percussion\n"
GUN2 = "  gun2: percussion\n"
PAD2 = "  pad2: heat\n"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `check --json` said of one file, and how it ended."""

    exit: int
    diagnostics: list[dict[str, object]]
    plan: dict[str, object] | None

    @property
    def found(self) -> list[tuple[str, int, int]]:
        """Code, line and column of each error, in the order of the file."""
        errors = [each for each in self.diagnostics if each["severity"] == "error"]
        return sorted((str(e["code"]), int(str(e["line"])), int(str(e["column"]))) for e in errors)

    @property
    def limits(self) -> list[str]:
        """The ids of the limits that are broken, each once."""
        return sorted(
            {
                str(each["limit"])
                for each in self.diagnostics
                if "limit" in each and each["severity"] == "error"
            }
        )


def judge(folder: Path, text: str | bytes, *options: str) -> Verdict:
    """Check one file in this process."""
    path = folder / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    result = CliRunner().invoke(cli, ["check", "--json", *options, str(path)])
    assert result.stdout, f"nothing said, exit {result.exit_code}: {result.stderr} {result.exception!r}"
    said = json.loads(result.stdout)["files"][0]
    assert said["ok"] == (result.exit_code == 0)
    return Verdict(result.exit_code, said["diagnostics"], said["plan"])


def file(steps: str, *, needs: str = "", head: str = "") -> str:
    """A whole file around `steps`, which may stand at any indentation."""
    needed = f"needs:\n{needs}" if needs else ""
    return f"unknot: 1\ntitle: T\n{head}{needed}steps:\n" + textwrap.indent(
        textwrap.dedent(steps).strip("\n"), "  "
    ) + "\n"  # fmt: skip


def marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its marks, and the line and column of each, from 1."""
    places, lines = [], []
    for number, line in enumerate(text.split("\n"), 1):
        parts = line.split(MARK)
        column = 1
        for part in parts[:-1]:
            column += len(part)
            places.append((number, column))
        lines.append("".join(parts))
    return "\n".join(lines), places
