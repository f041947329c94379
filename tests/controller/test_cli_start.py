"""How the program begins: quickly, with help, and with the exit codes of the contract."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from controller.faces.cli import COMMANDS, cli

HEAVY = ("asyncio", "pydantic", "yaml", "textual", "serial", "bleak", "aiomqtt", "sqlite3", "platformdirs")


def loaded_by(*arguments: str) -> set[str]:
    program = (
        "import sys\nfrom controller.faces.cli import main\n"
        f"sys.argv = ['unknot', *{arguments!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    code = end.code\n"
        "print(*sys.modules, sep='\\n', file=sys.stderr)\nsys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


def test_help_loads_nothing_but_click() -> None:
    loaded = loaded_by("--help")
    assert not loaded & {*HEAVY, "importlib.metadata", "protocols.plan", "controller.api"}
    assert [each for each in loaded if each.startswith("controller.faces.cli.")] == []


def test_check_loads_no_link_no_screen_and_no_loop() -> None:
    loaded = loaded_by("check", "demo")
    assert "yaml" in loaded
    assert not loaded & {"asyncio", "textual", "serial", "bleak", "aiomqtt", "sqlite3", "controller.api"}
    assert not {each for each in loaded if each.startswith("simulator")}


def test_stop_loads_no_yaml_and_no_loop() -> None:
    assert not loaded_by("stop") & set(HEAVY) - {"platformdirs"}


def test_help_lists_every_command_with_its_line() -> None:
    done = CliRunner().invoke(cli, ["--help"])
    assert done.exit_code == 0
    for name, line in COMMANDS.items():
        assert f"  {name}" in done.output
        assert line[:40] in done.output


def test_the_bare_program_shows_its_help() -> None:
    done = CliRunner().invoke(cli, [])
    assert done.exit_code == 0
    assert "unknot demo" in done.output


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    done = CliRunner().invoke(cli, [name, "--help"])
    assert done.exit_code == 0, done.output
    assert "--help" in done.output


def test_version_names_the_program_and_the_language() -> None:
    done = CliRunner().invoke(cli, ["--version"])
    assert done.exit_code == 0
    assert done.output.startswith("unknot ")
    assert done.output.endswith("protocol language 1\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["chekc"],
        ["check"],
        ["check", "--nonsense", "demo"],
        ["check", "there-is-none.yaml"],
        ["check", "demo", "--option", "strength"],
        ["check", "demo", "--option", "nothing=much"],
        ["plan"],
        ["run"],
        ["run", "demo", "--use", "pad"],
        ["run", "demo", "--use", "pad=hand", "--use", "pad=serial:/dev/x"],
        ["run", "demo", "--speed", "2"],
        ["run", "demo", "--by-hand", "--speed", "2"],
        ["run", "demo", "--sim", "--use", "pad=hand", "--speed", "max"],
        ["run", "demo", "--sim", "--speed", "0"],
        ["run", "demo", "--sim", "--speed", "-1"],
        ["run", "demo", "--sim", "--speed", "nan"],
        ["run", "demo", "--sim", "--speed", "inf"],
        ["run", "demo", "--sim", "--by-hand"],
        ["run", "demo", "--bench", "there-is-none.yaml"],
        ["run", "demo", "--sim", "--answers", "there-is-none.yaml"],
        ["demo", "--speed", "fast"],
    ],
)
def test_wrong_usage_ends_with_2_and_says_so_on_stderr(arguments: list[str]) -> None:
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    assert "Error" in done.stderr


def test_a_slip_in_a_commands_name_is_answered_with_the_command() -> None:
    assert "check" in CliRunner().invoke(cli, ["chekc"]).stderr


def test_the_module_is_the_program() -> None:
    done = subprocess.run([sys.executable, "-m", "controller", "nothing"], capture_output=True, check=False)
    assert done.returncode == 2
