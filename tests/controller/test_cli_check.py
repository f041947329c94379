"""`check` and `plan`: what they say of a file, in text and in JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from controller.faces.cli import cli
from protocols.language import compile_source, load, shipped
from protocols.units import write_duration

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

GOOD = """unknot: 1
title: Neck
needs: {pad: heat}
steps:
  - heat: upper back
    to: 39 °C
    for: 5 min
    within: 5 min
  - rest: 1 min
"""
OPTIONS = """unknot: 1
title: Warm
needs: {pad: heat}
options:
  warmth: {ask: "How warm?", of: [39 °C, 42 °C], default: 39 °C}
steps:
  - heat: upper back
    to: $warmth
    for: 5 min
    within: 5 min
"""


def unknot(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(each) for each in arguments])


def checked(*arguments: object) -> tuple[int, dict[str, Any]]:
    done = unknot("check", "--json", *arguments)
    return done.exit_code, json.loads(done.stdout)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "neck.yaml"
    path.write_text(GOOD)
    return path


def test_a_good_file_is_ok_in_one_line(file: Path) -> None:
    done = unknot("check", file)
    assert done.exit_code == 0
    assert done.stdout == f"{file}: ok: Neck; at most 11 min; needs pad (heat)\n"
    assert done.stderr == ""


def test_a_good_files_json_has_the_keys_of_the_contract(file: Path) -> None:
    code, told = checked(file)
    assert code == 0
    plan = compile_source(load(str(file))).plan
    assert plan is not None
    assert told == {
        "ok": True,
        "files": [
            {
                "file": str(file),
                "ok": True,
                "plan": {
                    "sha256": plan.sha256,
                    "seconds": {"shortest": 360.0, "longest": 660.0},
                    "segments": 2,
                    "needs": {"pad": "heat"},
                },
                "diagnostics": [],
            }
        ],
    }


def test_an_error_is_3_with_its_place_and_code(file: Path) -> None:
    file.write_text(GOOD.replace("5 min", "5", 1))
    code, told = checked(file)
    assert code == 3
    assert told["ok"] is False
    (one,) = told["files"]
    assert one["plan"] is None
    (wrong,) = one["diagnostics"]
    assert set(wrong) == {
        "severity", "code", "file", "line", "column", "end_line", "end_column", "message", "help",
    }  # fmt: skip
    assert (wrong["severity"], wrong["code"], wrong["line"], wrong["column"], wrong["end_column"]) == (
        "error", "unit-missing", 7, 10, 11,
    )  # fmt: skip


def test_an_error_as_text_goes_to_stderr_with_a_caret(file: Path) -> None:
    file.write_text(GOOD.replace("5 min", "5", 1))
    done = unknot("check", file)
    assert done.exit_code == 3
    assert done.stdout == ""
    assert f"{file}:7:10: unit-missing:" in done.stderr
    assert "        for: 5\n             ^\n" in done.stderr


def test_a_limit_alone_is_4_and_points_at_the_value(file: Path) -> None:
    file.write_text(GOOD.replace("39 °C", "42 °C"))
    code, told = checked(file)
    assert code == 4
    wrong = told["files"][0]["diagnostics"][0]
    assert (wrong["code"], wrong["limit"], wrong["asked"], wrong["allowed"]) == ("limit", "HT1", 42.0, 41.0)
    assert (wrong["line"], wrong["column"], wrong["end_column"]) == (6, 9, 14)
    assert told["files"][0]["plan"] is None


def test_an_error_beside_a_limit_is_3(file: Path) -> None:
    file.write_text(GOOD.replace("39 °C", "42 °C").replace("1 min", "1"))
    assert checked(file)[0] == 3


def test_a_limit_that_a_file_would_loosen_is_4(file: Path) -> None:
    file.write_text(GOOD.replace("steps:", "limits: {session: 50 min}\nsteps:"))
    code, told = checked(file)
    assert code == 4
    assert told["files"][0]["diagnostics"][0]["limit"] == "SE1"


def test_a_limit_that_a_file_tightens_holds(file: Path) -> None:
    file.write_text(GOOD.replace("steps:", "limits: {session: 10 min}\nsteps:"))
    code, told = checked(file)
    assert code == 4
    wrong = told["files"][0]["diagnostics"][0]
    assert (wrong["limit"], wrong["asked"], wrong["allowed"]) == ("SE1", 660.0, 600.0)


def test_every_choice_of_options_is_held_to_the_limits(tmp_path: Path) -> None:
    file = tmp_path / "warm.yaml"
    file.write_text(OPTIONS)
    code, told = checked(file)
    assert code == 4
    wrong = told["files"][0]["diagnostics"]
    assert "HT1" in {each["limit"] for each in wrong}
    assert all("warmth=42 °C" in each["message"] for each in wrong)
    assert checked(file, "--option", "warmth=39 °C")[0] == 0
    code, told = checked(file, "--option", "warmth=42 °C")
    assert code == 4
    assert "warmth=" not in told["files"][0]["diagnostics"][0]["message"]


def test_several_files_are_judged_each_and_the_worst_is_the_exit(file: Path, tmp_path: Path) -> None:
    hot, broken = tmp_path / "hot.yaml", tmp_path / "broken.yaml"
    hot.write_text(GOOD.replace("39 °C", "42 °C"))
    broken.write_text("unknot: 1\n")
    code, told = checked(file, hot)
    assert (code, told["ok"], [each["ok"] for each in told["files"]]) == (4, False, [True, False])
    code, told = checked(hot, broken, file)
    assert (code, [each["ok"] for each in told["files"]]) == (3, [False, False, True])


def test_json_has_two_names_and_is_one_object(file: Path) -> None:
    assert unknot("check", "--format", "json", file).stdout == unknot("check", "--json", file).stdout


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_protocol_is_fine_and_shows_its_plan(name: str) -> None:
    assert checked(name)[0] == 0
    done = unknot("plan", name)
    assert done.exit_code == 0
    assert "at the longest" in done.stdout


def test_the_plan_as_json_has_stable_keys(file: Path) -> None:
    done = unknot("plan", "--json", file)
    told = json.loads(done.stdout)
    assert done.exit_code == 0
    assert list(told) == [
        "file", "ok", "title", "sha256", "seconds", "needs", "options", "segments", "places", "diagnostics",
    ]  # fmt: skip
    assert told["seconds"] == {"shortest": 360.0, "longest": 660.0}
    heat, rest = told["segments"]
    assert (heat["number"], heat["verb"], heat["to"], heat["line"]) == (1, "heat", 39.0, 5)
    assert heat["seconds"] == {"shortest": 300.0, "longest": 600.0}
    assert (rest["number"], rest["verb"]) == (2, "rest")
    area = next(each for each in told["places"] if each["kind"] == "area" and each["side"] == "left")
    assert area["place"] == "upper back"
    assert area["seconds"] == {"heat": 300.0, "percussion": 0.0, "pressure": 0.0}
    assert 0.01 < area["dose"] < 0.03  # 5 min at 39 °C; the 5 min at 38 °C count for nothing


def test_the_plan_as_text_numbers_its_segments(file: Path) -> None:
    done = unknot("plan", file)
    assert "1  heat  upper back, both to 39 °C with pad  5 min + up to 5 min" in done.stdout
    assert "6 min at the shortest, 11 min at the longest" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_plan_over_a_limit_is_shown_and_refused(file: Path) -> None:
    file.write_text(GOOD.replace("39 °C", "42 °C"))
    done = unknot("plan", file)
    assert done.exit_code == 4
    assert "upper back, both to 42 °C" in done.stdout
    assert "(HT1)" in done.stderr
    told = json.loads(unknot("plan", "--json", file).stdout)
    assert (told["ok"], told["diagnostics"][0]["limit"]) == (False, "HT1")


def test_a_file_without_a_plan_shows_what_is_wrong(file: Path) -> None:
    file.write_text("unknot: 1\n")
    done = unknot("plan", file)
    assert (done.exit_code, done.stdout) == (3, "")
    assert "missing-key" in done.stderr
    told = json.loads(unknot("plan", "--json", file).stdout)
    assert set(told) == {"file", "ok", "diagnostics"}


def test_a_title_cannot_move_the_cursor(file: Path) -> None:
    file.write_text(GOOD.replace("title: Neck", 'title: "a\\u009b2Jb"'))
    for command in ("check", "plan"):
        assert "\x9b" not in unknot(command, file).output


def test_durations_are_said_in_words() -> None:
    assert write_duration(660_000) == "11 min"


BROKEN = GOOD.replace("5 min", "5").replace("1 min", "1")


def test_the_end_counts_the_files_and_says_once_where_more_is_told(file: Path, tmp_path: Path) -> None:
    hot, broken = tmp_path / "hot.yaml", tmp_path / "broken.yaml"
    hot.write_text(GOOD.replace("39 °C", "42 °C"))
    broken.write_text(BROKEN)
    said = unknot("check", file, broken, hot).stderr.splitlines()
    assert said[-2:] == [
        "3 files: 1 ok, 1 with errors, 1 over a limit",
        "unknot explain CODE tells more, as: unknot explain unit-missing",
    ]
    assert sum("explain" in line for line in said) == 1
    assert unknot("check", hot).stderr.splitlines()[-1].endswith("unknot explain HT1")
    assert unknot("check", file).stderr == ""
    assert unknot("check", file, file).stderr == "2 files: 2 ok\n"


def test_all_formats_tell_the_same(file: Path, tmp_path: Path) -> None:
    broken = tmp_path / "a b,c.yaml"
    broken.write_text(BROKEN)
    code, told = checked(broken, file)
    expected = [(d["line"], d["column"], d["code"]) for d in told["files"][0]["diagnostics"]]
    assert len(expected) == 3
    done = unknot("check", "--format", "github", broken, file)
    assert (done.exit_code, done.stderr) == (code, "")
    found = re.findall(
        r"^::error file=.*c\.yaml,line=(\d+),.*col=(\d+),.*title=([a-z-]+)::", done.stdout, re.MULTILINE
    )
    assert [(int(line), int(column), word) for line, column, word in found] == expected
    done = unknot("check", "--format", "sarif", broken, file)
    assert (done.exit_code, done.stderr) == (code, "")
    results = json.loads(done.stdout)["runs"][0]["results"]
    regions = [each["locations"][0]["physicalLocation"]["region"] for each in results]
    assert [
        (region["startLine"], region["startColumn"], each["ruleId"])
        for region, each in zip(regions, results, strict=True)
    ] == expected


def test_files_that_are_fine_are_nothing_to_github_and_an_empty_run_to_sarif(file: Path) -> None:
    assert unknot("check", "--format", "github", file).output == ""
    assert json.loads(unknot("check", "--format", "sarif", file).stdout)["runs"][0]["results"] == []
