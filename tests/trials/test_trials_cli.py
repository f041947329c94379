"""`unknot test`: what it prints, writes and ends with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import click
import pytest
from click.testing import CliRunner
from trial_cases import FOLDER, MISTAKES, table

from controller.faces.cli.test import command, found

QUICK = """unknot: 1
title: A rest
steps:
  - ask: Ready to rest?
  - rest: 5 s
"""


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == code, result.output
    return result.stdout


@pytest.fixture
def quick(tmp_path: Path) -> Path:
    path = tmp_path / "rest.yaml"
    path.write_text(QUICK, encoding="utf-8")
    return path


def test_a_good_file_ends_with_0_and_says_what_was_measured(quick: Path) -> None:
    out = run(str(quick))
    assert f"{quick}: ok, " in out
    assert "longest run: 5 s without waiting for the person; the plan's longest: 5 s" in out
    assert "\x1b" not in out


def test_json_is_one_object_with_a_line_to_repeat_each_trial(quick: Path) -> None:
    told = json.loads(run(str(quick), "--json", "--seed", "7"))
    assert told.keys() == {"ok", "seed", "files"}
    (file,) = told["files"]
    assert file.keys() == {"file", "ok", "seconds", "diagnostics", "plans", "trials"}
    assert (told["ok"], told["seed"], file["ok"]) == (True, 7, True)
    late = next(trial for trial in file["trials"] if trial["name"] == "1 ask/late")
    assert late["repeat"] == f"unknot test {quick} --seed 7 --only '1 ask/late'"
    assert late.keys() == {
        "name", "kind", "segment", "ok", "outcome", "exit", "whole", "seconds", "hottest", "findings",
        "repeat",
    }  # fmt: skip


def test_a_failure_names_segment_line_expectation_and_the_line_to_repeat() -> None:
    path = str(FOLDER / "a-lost-link-uses-up-the-wait.yaml")
    out = run(path, "--only", "1 heat/link lost while it warms", code=1)
    assert f"FAILED  {path}:5  1 heat/link lost while it warms" in out
    assert "expected: completed (exit 0) or stopped (exit 6)" in out
    assert f"again: unknot test {path} --seed 1 --only '1 heat/link lost while it warms'" in out
    assert "FAULT: link lost (pad)" in out


def test_junit_holds_a_case_for_each_trial(quick: Path, tmp_path: Path) -> None:
    junit = tmp_path / "junit.xml"
    wrong = FOLDER / "rounds-that-pass-a-cap.yaml"
    told = json.loads(run(str(quick), str(wrong), "--json", "--junit", str(junit), code=4))
    root = ET.parse(junit).getroot()  # noqa: S314  we wrote it ourselves
    good, bad = root.findall("testsuite")
    assert [good.get("name"), good.get("failures")] == [str(quick), "0"]
    assert len(good.findall("testcase")) == len(told["files"][0]["trials"])
    failure = bad.find("testcase/failure")
    assert failure is not None
    assert failure.text is not None
    assert f"unknot check {wrong}" in failure.text


def test_errors_in_a_file_end_with_3_and_nothing_is_tried(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(QUICK.replace("5 s", "5"), encoding="utf-8")
    told = json.loads(run(str(wrong), "--json", code=3))
    assert told["files"][0]["trials"] == []
    assert told["files"][0]["diagnostics"][0]["code"] == "unit-missing"


def test_limits_alone_end_with_4() -> None:
    out = run(str(FOLDER / "rounds-that-pass-a-cap.yaml"), code=4)
    assert "tried all the same, all rounds: ended completed (exit 0)" in out


@pytest.mark.parametrize("arguments", [("no-such-file.yaml",), ("thighs", "--only", "no such trial"), ()])
def test_what_is_not_there_is_wrong_usage(arguments: tuple[str, ...]) -> None:
    run(*arguments, code=2)


def test_a_folder_gives_its_protocols_and_says_what_was_left_out(quick: Path, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "compose.yml").write_text("services: {}\n", encoding="utf-8")
    assert found((str(tmp_path),)) == ([str(quick)], [str(tmp_path / "deep" / "compose.yml")])


def test_a_folder_without_protocols_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(click.UsageError):
        command.main([str(tmp_path)], standalone_mode=False)


def test_a_forked_trial_and_the_same_alone_come_to_the_same() -> None:
    many = json.loads(run("demo", "--json", "--only", "5 press/"))["files"][0]["trials"]
    for trial in many[::4]:
        (alone,) = json.loads(run("demo", "--json", "--only", trial["name"]))["files"][0]["trials"]
        assert alone == trial


def test_an_interrupt_ends_at_once_with_130_and_leaves_no_process() -> None:
    with subprocess.Popen(
        (sys.executable, "-m", "controller", "test", "demo"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    ) as program:  # fmt: skip
        children = Path(f"/proc/{program.pid}/task/{program.pid}/children")
        if not children.exists():
            program.kill()
            pytest.skip("this machine does not tell who a process's children are")
        until = time.monotonic() + 60
        while not (born := children.read_text().split()) and time.monotonic() < until:
            pass
        os.kill(program.pid, signal.SIGINT)
        program.communicate(timeout=20)
    assert born
    assert program.returncode == 130
    with pytest.raises(ProcessLookupError):
        os.killpg(program.pid, 0)


def test_the_table_of_mistakes_says_which_check_finds() -> None:
    print(table())
    assert table().count("\n") == len(MISTAKES)
    assert [line.split()[-1] for line in table().splitlines()[1:]].count("no") == 6
