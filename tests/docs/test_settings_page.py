"""The page on settings names what there is, and its file is one."""

from __future__ import annotations

import re

import pytest
from doc_pages import ROOT, rows

from controller.keynames import key_named, may_be_mapped
from controller.settings import CHOICES, DEEDS, Settings, parse

PAGE = ROOT / "docs" / "how-to" / "settings.md"
TEXT = PAGE.read_text(encoding="utf-8")
[FILE] = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)


def test_the_file_of_the_page_means_what_it_says() -> None:
    found = parse(FILE)
    assert found.problems == ()
    assert found.settings == Settings(
        theme="colour-blind", bell=False, way="hand", frames=2,
        keys={"pagedown": "ready", "pageup": "pause", "full_stop": "faded"},
    )  # fmt: skip


@pytest.mark.parametrize("name", CHOICES)
def test_every_setting_is_told_with_its_default_and_its_choices(name: str) -> None:
    told = {row[0].strip("`"): row[1].strip("`") for row in rows(PAGE, "## What there is")}
    default = getattr(Settings(), name)
    assert told[name] == (str(default).lower() if isinstance(default, bool) else str(default))
    line = next(each for each in FILE.splitlines() if each.startswith(name))
    if name != "bell":
        assert line.partition("#")[2].replace(",", "").split()[-len(CHOICES[name]) :] == [
            str(each) for each in CHOICES[name]
        ]


def test_every_word_that_a_key_can_say_is_told() -> None:
    table = rows(PAGE, "## A pedal, or a presenter's clicker")
    told = re.findall(r"`(\w+)`", " ".join(row[0] for row in table))
    assert sorted(told) == sorted(DEEDS)


@pytest.mark.parametrize(
    "key", ["x", "Esc", "ctrl+c", "ctrl+q", "q", "Space", "Enter", "Tab", "ctrl+p", *"7ynut"]
)
def test_what_is_not_to_be_had_is_not(key: str) -> None:
    assert may_be_mapped(str(key_named(key)))
