"""The pre-commit hooks and the action call commands that are there, with flags that they have."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from click.testing import CliRunner

from controller.faces.cli import cli

ROOT = Path(__file__).parents[2]
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
RUNS = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]
UNKNOT = [each for each in RUNS if each.startswith("unknot ")]
GOOD = "unknot: 1\ntitle: t\nsteps:\n- rest: 5 s\n"


def hook(name: str) -> dict[str, Any]:
    return next(each for each in HOOKS if each["id"] == name)


def flags(command: str) -> set[str]:
    found = cli.get_command(click.Context(cli), command)
    assert found is not None
    return {name for parameter in found.params for name in parameter.opts}


def test_there_are_two_hooks_for_the_yaml_files_of_a_folder_of_protocols() -> None:
    assert [each["id"] for each in HOOKS] == ["unknot-check", "unknot-test"]
    for each in HOOKS:
        assert each["language"] == "python"
        taken = ["protocols/a.yaml", "x/protocols/y/b.yml"]
        left = ["a.yaml", "my-protocols/a.yaml", "protocols/a.yaml.md"]
        assert [path for path in taken + left if re.search(each["files"], path)] == taken


@pytest.mark.parametrize("line", [*(each["entry"] for each in HOOKS), *UNKNOT])
def test_each_command_is_there_with_its_flags(line: str) -> None:
    program, command, *words = shlex.split(line)
    assert program == "unknot"
    assert {word for word in words if word.startswith("-")} <= flags(command)


def test_the_check_hook_passes_good_files_and_refuses_a_wrong_one(tmp_path: Path) -> None:
    good, wrong = tmp_path / "good.yaml", tmp_path / "wrong.yaml"
    good.write_text(GOOD, encoding="utf-8")
    wrong.write_text(GOOD.replace("5 s", "5"), encoding="utf-8")
    words = shlex.split(hook("unknot-check")["entry"])[1:]
    program = [sys.executable, "-m", "controller", *words]
    assert subprocess.run([*program, good], capture_output=True, check=False).returncode == 0
    done = subprocess.run([*program, good, wrong], capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "wrong.yaml:4:9: unit-missing" in done.stderr


def test_the_action_installs_itself_then_checks_then_tests() -> None:
    assert ACTION["runs"]["using"] == "composite"
    assert 'pip install "$GITHUB_ACTION_PATH"' in RUNS[0]
    assert [shlex.split(each)[1] for each in UNKNOT] == ["check", "test"]
    used = set(re.findall(r"inputs\.([a-z]+)", str(ACTION["runs"])))
    assert used == set(ACTION["inputs"])
    assert all(step["shell"] == "bash" for step in ACTION["runs"]["steps"] if "run" in step)


def test_the_action_needs_the_python_that_the_project_does() -> None:
    [setup] = [step for step in ACTION["runs"]["steps"] if "uses" in step]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'requires-python = ">={setup["with"]["python-version"]}"' in project


def test_the_check_of_the_action_annotates_a_wrong_file(tmp_path: Path) -> None:
    program = tmp_path / "unknot"
    program.write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m controller "$@"\n', encoding="utf-8"
    )
    program.chmod(0o755)
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(GOOD.replace("5 s", "5"), encoding="utf-8")
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "FILES": "a.yaml b.yaml",
                   "PYTHONPATH": str(ROOT)}  # fmt: skip
    step = ["bash", "-e", "-c", UNKNOT[0]]
    done = subprocess.run(step, capture_output=True, text=True, check=False, env=environment, cwd=tmp_path)
    assert done.returncode == 3
    assert re.search(r"^::error .*file=b\.yaml,line=4,", done.stdout, re.MULTILINE)
    assert "file=a.yaml" not in done.stdout


def test_the_commands_take_several_files() -> None:
    for command in ("check", "test"):
        assert "..." in CliRunner().invoke(cli, [command, "--help"]).stdout.splitlines()[0]
