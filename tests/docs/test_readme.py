"""The README's examples run as they stand there."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def unknot(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {f"UNKNOT_{name}_DIR": str(cwd / name.lower()) for name in ("STATE", "RUNTIME", "CONFIG")}
    program = [sys.executable, "-m", "controller", *words]
    return subprocess.run(program, capture_output=True, text=True, cwd=cwd, env=environment, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    [protocol] = blocks("yaml")
    (tmp_path / "my-protocol.yaml").write_text(protocol, encoding="utf-8")
    [answers] = re.findall(r"`(\{ready:.*?\})`", README)
    (tmp_path / "answers.yaml").write_text(answers, encoding="utf-8")
    return tmp_path


def test_the_protocol_passes_check(folder: Path) -> None:
    done = unknot("check", "my-protocol.yaml", cwd=folder)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("protocol", ["upper-back", "my-protocol.yaml"])
def test_the_simulated_run_completes(folder: Path, protocol: str) -> None:
    words = ["run", protocol, "--sim", "--speed", "max", "--json", "--answers", "answers.yaml"]
    assert f"unknot {' '.join(words)}".replace(protocol, "upper-back") in README
    done = unknot(*words, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert '"outcome": "completed"' in done.stdout.splitlines()[-1]


def test_every_command_of_the_readme_is_one_of_ours(folder: Path) -> None:
    named = {
        line.split()[1] for block in blocks("sh") for line in block.splitlines() if line[:7] == "unknot "
    }
    for command in named:
        assert unknot(command, "--help", cwd=folder).returncode == 0, command


def test_the_requirements_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    ours = {re.split(r"[<>=]", each)[0].lower() for each in project["project"]["dependencies"]}
    tools = {re.split(r"[<>=]", each)[0].lower() for each in project["dependency-groups"]["dev"]}
    rows = re.findall(r"^\| (\w+).*\| (in use|to come) \|$", README, re.MULTILINE)
    assert {name for name, _ in rows} == {"pydantic", "pyserial", "textual", "pytest", "bleak", "aiomqtt"}
    for name, state in rows:
        assert (name in ours | tools) == (state == "in use"), name
    assert ours - {name for name, _ in rows} == {"click", "pyyaml", "platformdirs", "cobs"}


def test_every_link_leads_somewhere() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!http)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), (page, target)
