"""`new`: what it writes passes `check`, also after each edit that its comments name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from click.testing import CliRunner

from controller.faces.cli import cli
from controller.faces.cli.checking import checked
from controller.faces.cli.new import protocol
from protocols.body import AREAS
from protocols.language.schema import SHIPPED
from protocols.plan import Cool, Heat, Press, Rest, Stretch

if TYPE_CHECKING:
    from click.testing import Result

    from protocols.plan import Segment

BY_DEVICE = [area for area in AREAS if area != "neck"]
EDITS = {
    "medium": [("to: low ", "to: medium ")],
    "as 38 °C": [("to: low ", "to: 38 °C ")],
    "up to 10 min": [("for: 5 min ", "for: 10 min ")],
    "medium for 10 min": [("to: low ", "to: medium "), ("for: 5 min ", "for: 10 min ")],
    "one side": [("side: both           # left, then right", "side: left #")],
    "a stretch of 15 s": [("hold: 20 s", "hold: 15 s")],
    "a stretch of 30 s": [("hold: 20 s", "hold: 30 s")],
    "once": [("repeat: 2 ", "repeat: 1 ")],
}
EDITS_WITH_A_GUN = {
    "along": [("move: circles ", "move: along ")],
    "by hand": [("with: gun ", "with: hand "), ("        at: gentle ", "        # ")],
}


def new(*words: str) -> Result:
    return CliRunner().invoke(cli, ["new", *words])


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def segments(area: str, text: str) -> tuple[Segment, ...]:
    """What `check` passes, as its plan."""
    Path("x.yaml").write_text(text, encoding="utf-8")
    result = checked("x.yaml", {})
    assert result.ok, (area, result.text)
    assert result.diagnostics == (), (area, result.text)
    assert result.compiled.plan is not None
    return result.compiled.plan.segments


@pytest.mark.parametrize("area", AREAS)
def test_what_it_writes_passes_check_and_names_what_comes_next(area: str) -> None:
    done = new(area)
    file = f"{area.replace(' ', '-')}.yaml"
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1:] == [f"  unknot check {file}", f"  unknot run {file} --by-hand"]
    assert Path(file).read_text(encoding="utf-8") == protocol(area)
    assert CliRunner().invoke(cli, ["check", file]).exit_code == 0


@pytest.mark.parametrize("area", AREAS)
def test_it_has_heat_pressure_rest_and_stretch_in_the_order_of_care(area: str) -> None:
    found = segments(area, protocol(area))
    order = [type(each) for each in found if isinstance(each, Heat | Cool | Press | Rest | Stretch)]
    firsts = sorted({Heat, Cool, Rest, Press, Stretch}, key=order.index)
    assert firsts == [Heat, Cool, Rest, Press, Stretch]


@pytest.mark.parametrize("area", AREAS)
def test_it_keeps_to_the_first_use_and_over_65_rows(area: str) -> None:
    """safety.md, 6.5: at most 39 °C and 10 min; strength 0.6 of a cap of 0.4; 30 s a bout, 60 s in all."""
    found = segments(area, protocol(area))
    heats = [each for each in found if isinstance(each, Heat)]
    driven = [each for each in found if isinstance(each, Press) and each.role is not None]
    assert all(each.to <= 39.0 for each in heats)
    assert sum(each.hold_ms for each in heats) <= 600_000
    assert all(each.at is not None and each.at.fraction() <= 0.24 for each in driven)
    assert all(each.hold_ms <= 30_000 for each in driven)
    for side in ("left", "right"):
        assert sum(each.hold_ms for each in driven if each.place.side == side) <= 60_000
    assert bool(driven) == (area != "neck")


@pytest.mark.parametrize("edit", [*EDITS, *EDITS_WITH_A_GUN])
@pytest.mark.parametrize("area", AREAS)
def test_it_passes_after_each_edit_that_its_comments_name(area: str, edit: str) -> None:
    if edit in EDITS_WITH_A_GUN and area not in BY_DEVICE:
        assert "gun" not in protocol(area)
        return
    text = protocol(area)
    for old, put in (EDITS | EDITS_WITH_A_GUN)[edit]:
        assert old in text
        text = text.replace(old, put)
    segments(area, text)


@pytest.mark.parametrize("words", ["upper back", "upper-back", "Upper_Back", "UPPER-BACK"])
def test_an_area_is_taken_in_any_letter_case_and_without_a_space(words: str) -> None:
    assert new(words).exit_code == 0
    assert [each.name for each in Path().glob("*.yaml")] == ["upper-back.yaml"]


@pytest.mark.parametrize(
    ("words", "said"),
    [("nek", "did you mean neck?"), ("x", "write one of: neck, upper back"), ("ql", "write lower-back")],
)
def test_another_place_is_2_and_told_what_to_write(words: str, said: str) -> None:
    done = new(words)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())
    assert not list(Path().iterdir())


def test_a_file_that_is_there_is_kept_and_the_remedy_told() -> None:
    Path("neck.yaml").write_text("mine", encoding="utf-8")
    done = new("neck")
    assert (done.exit_code, Path("neck.yaml").read_text(encoding="utf-8")) == (2, "mine")
    assert "neck.yaml is there already: write another with -o FILE" in done.stderr


@pytest.mark.parametrize("option", ["-o", "--output"])
def test_another_name_is_taken_and_quoted_for_the_shell(option: str) -> None:
    done = new("neck", option, "other name.yaml")
    assert Path("other name.yaml").read_text(encoding="utf-8") == protocol("neck")
    assert "  unknot check 'other name.yaml'\n" in done.stdout


def test_a_folder_that_is_not_there_is_2() -> None:
    done = new("neck", "-o", "nowhere/neck.yaml")
    assert done.exit_code == 2
    assert "nowhere/neck.yaml cannot be written (No such file or directory)" in done.stderr


def test_a_dash_is_stdout_and_nothing_is_written() -> None:
    done = new("hips", "-o", "-")
    assert (done.exit_code, done.stdout, done.stderr) == (0, protocol("hips"), "")
    assert not list(Path().iterdir())


@pytest.mark.parametrize("area", AREAS)
def test_its_schema_line_leads_to_the_shipped_schema(area: str) -> None:
    [uri] = re.findall(r"^# yaml-language-server: \$schema=(\S+)$", protocol(area), re.MULTILINE)
    assert Path(unquote(urlsplit(uri).path)) == SHIPPED
    assert set(yaml.safe_load(protocol(area))) == {"unknot", "title", "about", "needs", "steps"}
