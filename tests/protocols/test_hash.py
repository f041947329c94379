"""A plan's hash is the same on every Python, with every seed, locale and flag that can be tried."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hostile import EXAMPLE

from protocols.language import compile_text

if TYPE_CHECKING:
    from protocols.plan import Plan

ROOT = Path(__file__).parents[2]
GOLDEN: dict[str, dict[str, str]] = json.loads(
    Path(__file__).with_name("golden_hashes.json").read_text(encoding="utf-8")
)
PYTHONS = [name for name in (f"python3.{n}" for n in range(11, 20)) if shutil.which(name)]
HASH = "from protocols.plan import *; print({plan}.sha256)"
COMPILE = (
    "import sys; from protocols.language import compile_text; print(compile_text(sys.argv[1]).plan.sha256)"
)


def plan_of(text: str) -> Plan:
    plan = compile_text(text).plan
    assert plan is not None
    return plan


def said(*command: str, **environment: str) -> str:
    inherited = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "LC_", "LANG"))
    }
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env={**inherited, **environment}
    )
    return done.stdout.strip() or done.stderr


@pytest.mark.parametrize("name", GOLDEN)
def test_the_hash_of_a_fixed_text_never_changes(name: str) -> None:
    assert plan_of(GOLDEN[name]["text"]).sha256 == GOLDEN[name]["sha256"]


@pytest.mark.parametrize("python", PYTHONS)
def test_every_python_hashes_a_plan_alike(python: str) -> None:
    if said(python, "-c", "print(1)") != "1":
        pytest.skip(f"{python} does not start")
    plan = plan_of(EXAMPLE)
    # The repr of a plan is Python that makes it: nothing but the standard library is needed there.
    assert said(python, "-c", HASH.format(plan=plan)) == plan.sha256


@pytest.mark.parametrize(
    ("flags", "environment"),
    [
        ([], {"PYTHONHASHSEED": "0"}), ([], {"PYTHONHASHSEED": "1"}), (["-O"], {}), (["-OO"], {}),
        ([], {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}), ([], {"LC_ALL": "C.UTF-8"}),
        (["-X", "utf8"], {}),
    ],
)  # fmt: skip
def test_seed_flags_and_locale_change_no_hash(flags: list[str], environment: dict[str, str]) -> None:
    # Escaped, as a plain locale cannot carry the text of a command line.
    text = json.dumps(_loaded(), ensure_ascii=True)
    assert said(sys.executable, *flags, "-c", COMPILE, text, **environment) == plan_of(EXAMPLE).sha256


def _loaded() -> object:
    import yaml  # noqa: PLC0415 - for this alone

    return yaml.load(EXAMPLE, Loader=yaml.BaseLoader)  # noqa: S506 - the loader of texts alone


def test_a_title_is_no_part_of_the_hash_and_a_duration_is() -> None:
    plan = plan_of(EXAMPLE)
    assert plan_of(EXAMPLE.replace("neck and shoulders", "neck")).sha256 == plan.sha256
    assert plan_of(EXAMPLE.replace("rest: 1 min", "rest: 2 min")).sha256 != plan.sha256
