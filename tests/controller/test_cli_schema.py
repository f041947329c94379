"""`schema` prints the shipped schema, and needs nothing slow for it."""

from __future__ import annotations

import json
import subprocess
import sys

from click.testing import CliRunner

from controller.faces.cli import cli
from protocols.language.schema import SHIPPED, schema


def test_it_prints_the_schema_with_and_without_json() -> None:
    plain, as_json = (CliRunner().invoke(cli, ["schema", *more]) for more in ([], ["--json"]))
    assert (plain.exit_code, plain.stderr) == (0, "")
    assert plain.stdout == as_json.stdout == SHIPPED.read_text(encoding="utf-8")
    assert json.loads(plain.stdout) == schema()


def test_neither_pydantic_nor_yaml_is_loaded_for_it() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from controller.faces.cli import cli;"
        "assert CliRunner().invoke(cli, ['schema']).stdout[0] == '{';"
        "print({'pydantic', 'yaml'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
