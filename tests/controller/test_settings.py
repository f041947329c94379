"""What the user has set: read with its mistakes told, written with all else kept."""

from __future__ import annotations

import string
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from textual.keys import _character_to_key

from controller.config import config_dir, private_dir
from controller.faces.cli import cli
from controller.faces.sound import Sound
from controller.keynames import key_named, may_be_mapped, shown
from controller.settings import (
    DEEDS,
    FRAMES,
    THEMES,
    WAYS,
    Settings,
    SettingsError,
    keep,
    load,
    parse,
    rewritten,
    settings_path,
)

if TYPE_CHECKING:
    from pathlib import Path

MINE = """\
# how I like it
theme = "light"  # by day
colour = "red"
bell = 3

[keys]
# the pedal
PageDown = "ready"
"." = "faded"

[other]
theme = "none of ours"
"""


def write(text: str | bytes) -> Path:
    path = private_dir(config_dir()) / "config.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_without_a_file_all_is_as_by_default_and_none_is_made() -> None:
    found = load()
    assert found.settings == Settings()
    assert found.problems == ()
    assert not settings_path().exists()


def test_what_is_right_holds_and_what_is_wrong_is_told_with_its_line() -> None:
    write(MINE)
    found = load()
    assert found.settings == Settings(theme="light", keys={"pagedown": "ready", "full_stop": "faded"})
    assert [each.line for each in found.problems] == [3, 4, 11]
    assert "write one of true, false" in str(found.problems[1])


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ('theme = "purple"', 1, "write one of"),
        ("theme = 1", 1, "theme is not 1"),
        ("frames = true", 1, "frames is not true"),
        ("frames = 60", 1, "write one of 1, 2, 4"),
        ("keys = 3", 1, "keys is no table"),
        ('[keys]\nx = "ready"', 2, "x always stops"),
        ('[keys]\nEsc = "pause"', 2, "Esc always stops"),
        ('[keys]\n"ctrl+c" = "pause"', 2, "always ends"),
        ('[keys]\n"3" = "pause"', 2, "answers questions"),
        ('[keys]\nEnter = "pause"', 2, "says ready"),
        ('[keys]\nPedal = "ready"', 2, "is no key"),
        ('[keys]\nF5 = "go"', 2, "write one of ready, faded"),
        ("[keys]\nF5 = 5", 2, "write one of ready, faded"),
        ('[keys]\nPageDown = "ready"\nPgDn = "pause"', 3, "set twice"),
        ("theme = ", 1, "put it right"),
        ("bell = true\n[[", 2, "put it right"),
    ],
)
def test_every_mistake_has_its_line_and_a_remedy(text: str, line: int, told: str) -> None:
    found = parse(text)
    [problem] = found.problems
    assert problem.line == line
    assert told in str(problem)
    assert problem.remedy


def test_a_file_that_cannot_be_read_breaks_nothing() -> None:
    write(b"\xff\xfe")
    assert load().settings == Settings()
    assert load().broken
    settings_path().unlink()
    settings_path().mkdir()
    assert load().settings == Settings()
    assert "cannot be read" in str(load().problems[0])


def test_a_change_leaves_all_else_in_the_file_as_it_was() -> None:
    path = write(MINE)
    keep(replace(load().settings, theme="dark", keys={"pagedown": "pause", "f5": "skip"}))
    assert path.read_text() == MINE.replace('"light"  # by day', '"dark"  # by day').replace(
        'PageDown = "ready"\n"." = "faded"\n', 'PageDown = "pause"\nF5 = "skip"\n'
    )


def test_what_is_kept_is_for_this_user_alone() -> None:
    keep(Settings(bell=False))
    assert settings_path().read_text() == "bell = false\n"
    assert settings_path().stat().st_mode & 0o777 == 0o600


def test_nothing_is_written_where_nothing_changed() -> None:
    keep(Settings())
    assert not settings_path().exists()


def test_a_broken_file_is_never_written_over() -> None:
    path = write("theme = \n# years of notes\n")
    with pytest.raises(SettingsError, match="line 1"):
        keep(Settings(theme="light"))
    assert path.read_text() == "theme = \n# years of notes\n"


def test_a_file_in_a_form_of_its_own_is_left_to_its_owner() -> None:
    path = write('keys = {F5 = "pause"}\n')
    with pytest.raises(SettingsError) as error:
        keep(Settings(keys={"f5": "skip"}))
    assert str(path) in error.value.remedy
    assert path.read_text() == 'keys = {F5 = "pause"}\n'


KEYS = st.sampled_from(
    ["pagedown", "f5", "full_stop", "b", "ctrl+g", "shift+f5", "quotation_mark", "backslash", "apostrophe"]
)
ANY = st.builds(
    Settings,
    theme=st.sampled_from(THEMES),
    bell=st.booleans(),
    way=st.sampled_from(WAYS),
    frames=st.sampled_from(FRAMES),
    keys=st.dictionaries(KEYS, st.sampled_from(DEEDS)),
)


@given(before=ANY, after=ANY)
def test_what_is_written_is_what_is_read(before: Settings, after: Settings) -> None:
    first = rewritten("", before)
    assert parse(first).settings == before
    assert parse(rewritten(first, after)).settings == after
    assert parse(rewritten(first, after)).problems == ()


@pytest.mark.parametrize("character", string.punctuation + string.ascii_lowercase + string.digits + "éß§")
def test_a_sign_has_the_name_that_the_terminal_gives_it(character: str) -> None:
    key = key_named(character)
    assert key == _character_to_key(character)
    assert shown(str(key)) == character


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("PageDown", "pagedown"), ("page down", "pagedown"), ("PgDn", "pagedown"), ("F5", "f5"),
        ("Period", "full_stop"), ("Ctrl+G", "ctrl+g"), ("shift+F5", "shift+f5"), ("B", "b"),
        ("F25", None), ("Pedal", None), ("hyper+a", None), ("", None), ("\n", None),
    ],
)  # fmt: skip
def test_keys_are_written_as_people_call_them(written: str, key: str | None) -> None:
    assert key_named(written) == key


@pytest.mark.parametrize(
    "key", ["x", "escape", "ctrl+c", "ctrl+q", "ctrl+p", "tab", "enter", "space", "7", "y"]
)
def test_what_stops_answers_or_ends_can_never_be_taken_away(key: str) -> None:
    assert may_be_mapped(key)
    assert may_be_mapped("pagedown") == ""


def test_a_run_in_lines_obeys_the_bell_and_tells_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[bool] = []

    class Listener(Sound):
        def __init__(self, *, bell: bool, say: bool) -> None:
            heard.append(bell)
            super().__init__(bell=bell, say=say)

    monkeypatch.setattr("controller.faces.cli.face.Sound", Listener)
    write('bell = false\ntheme = "purple"\n')
    done = CliRunner().invoke(cli, ["demo", "--speed", "max"])
    assert done.exit_code == 0
    assert heard == [False]
    assert "config.toml, line 2" in done.stderr
