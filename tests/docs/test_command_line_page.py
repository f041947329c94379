"""The page of the command line names every command with all of its options, and no others."""

from __future__ import annotations

import json
import re

import click
import pytest
from doc_pages import ROOT, rows

from controller.core import Command
from controller.faces.cli import COMMANDS, cli
from controller.faces.cli.plain import WORDS
from controller.faces.cli.test import COLUMNS
from controller.sharing import lines

PAGE = ROOT / "docs" / "reference" / "command-line.md"
TEXT = PAGE.read_text(encoding="utf-8")


def heading_of(command: str) -> str:
    found = re.findall(rf"^### unknot {command}(?: [A-Z]+)?$", TEXT, re.MULTILINE)
    assert len(found) == 1, f"no single heading for {command}"
    return str(found[0])


def test_commands_are_those_of_the_program() -> None:
    assert sorted(re.findall(r"^### unknot ([a-z]+)", TEXT, re.MULTILINE)) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_options_are_those_of_the_command(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    options = [each for each in command.params if isinstance(each, click.Option)]
    shown = {tuple(re.findall(r"(--?[a-z-]+)", row[0])): row for row in rows(PAGE, heading_of(name))}
    assert set(shown) == {tuple(each.opts) for each in options}
    for each in options:
        row = shown[tuple(each.opts)]
        if each.is_flag:
            assert row[1] in {"off", "on"}, each
        elif isinstance(each.type, click.Choice):
            assert row[1] == f"`{each.default}`", each
            assert set(re.findall("`([a-z]+)`", row[2])) == set(each.type.choices), each


def test_columns_of_test_are_explained_in_their_order() -> None:
    page = ROOT / "docs" / "how-to" / "try.md"
    assert [row[0] for row in rows(page, "## A file that looks right")] == list(
        dict.fromkeys(COLUMNS.values())
    )


def test_what_a_person_can_say_is_what_the_program_takes_on_the_screen_in_lines_and_as_json() -> None:
    listed = rows(PAGE, "### While it runs")
    said = [Command(json.loads(row[2].strip("`"))["do"]) for row in listed]
    assert {word.do for word in said} == set(lines.WORDS)
    for row, word in zip(listed, said, strict=True):
        assert lines.parse(row[2].strip("`")) == word
        assert WORDS[row[1].strip("`")] == word.do
