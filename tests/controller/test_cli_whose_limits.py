"""`check`, `plan` and `test` held to the limits of one person, with what the ledger tells; and warnings."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from controller import people
from controller.faces.cli import cli
from controller.ledger import Ledger, ledger_folder
from controller.safety.screening import Answer
from controller.safety.standing import Given, Had

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

WARM = """unknot: 1
title: Warm
needs: {pad: heat}
steps:
  - {heat: upper back, to: 40 °C, for: 15 min, within: 6 min}
"""
STRETCHED = """unknot: 1
title: The wrong way round
needs: {gun: percussion}
steps:
  - {stretch: hamstrings, side: left, hold: 20 s}
  - {press: hamstrings, side: left, at: gentle, for: 30 s, move: along}
"""


def unknot(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


@pytest.fixture
def warm(tmp_path: Path) -> Path:
    file = tmp_path / "warm.yaml"
    file.write_text(WARM)
    return file


def add(name: str, *yes: tuple[str, str | None], sessions: int = 3) -> None:
    now = datetime.now(UTC)
    answers = [
        Answer(row=row, value="yes", at_s=now.timestamp(), by=name, version="1", detail=detail)
        for row, detail in yes
    ]
    people.add(name, now, answers)
    for _ in range(sessions):
        people.session_completed(name)


@pytest.mark.parametrize("words", [("check",), ("plan",)])
def test_a_file_is_held_to_the_limits_of_a_person(warm: Path, words: tuple[str, ...]) -> None:
    add("Ann")
    add("Old", ("R10", "67"))
    assert unknot(*words, warm).exit_code == 0
    assert unknot(*words, warm, "--person", "Ann").exit_code == 0
    done = unknot(*words, warm, "--person", "Old")
    assert done.exit_code == 4
    assert done.stderr.count("(PF3)") == done.stderr.count("with this profile") > 0, "once for each"


def test_what_is_lowered_for_a_person_is_lowered_to_their_limits(warm: Path) -> None:
    add("Old", ("R10", "67"))
    done = unknot("plan", warm, "--person", "Old", "--fit")
    assert done.exit_code == 0, done.output
    assert "39 °C" in done.output


def test_the_ledger_counts(warm: Path) -> None:
    add("Ann")
    with Ledger.open(ledger_folder(people.ledger_name("Ann"))) as ledger:
        now = ledger.now_s()
        had = Had(heat_rows_ms=(900_000, 900_000, 0, 0), dose=0.25, heat_end_s=now)
        given = Given(
            session="s", began_s=now, ended_s=now, sites={("upper back", "left"): had}, heat_ms=900_000,
            heat_driven_ms=1_000_000, completed=True,
        )  # fmt: skip
        ledger.add(given, 1)
        ledger.anchor()
    done = unknot("check", warm, "--person", "Ann", "--json")
    assert done.exit_code == 4
    (file,) = json.loads(done.stdout)["files"]
    assert {each["limit"] for each in file["diagnostics"]} & {"HT4", "HT8", "HT16"}
    assert unknot("check", warm).exit_code == 0


def test_nobody_of_that_name_is_said(warm: Path) -> None:
    for word in ("check", "plan", "test"):
        done = unknot(word, warm, "--person", "Nobody")
        assert done.exit_code == 2
        assert "Nobody" in done.stderr


def test_trials_are_held_to_them_too(warm: Path) -> None:
    add("Old", ("R10", "67"))
    assert unknot("test", warm, "--person", "Old", "--only", "limit").exit_code != 0


def test_a_warning_is_shown_and_refuses_nothing(tmp_path: Path) -> None:
    file = tmp_path / "stretched.yaml"
    file.write_text(STRETCHED)
    done = unknot("check", file)
    assert done.exit_code == 0
    assert "warning" in done.stderr
    assert "SE9" in done.stderr
    (told,) = json.loads(unknot("check", file, "--json").stdout)["files"][0]["diagnostics"]
    assert (told["severity"], told["limit"]) == ("warning", "SE9")
