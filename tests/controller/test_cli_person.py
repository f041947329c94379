"""`unknot person`: adding with few keys, listing, forgetting, and what it refuses."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from controller import people
from controller.faces.cli import cli
from controller.ledger import ledger_folder
from controller.safety.screening import ROWS

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


def person(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(cli, ["person", *words], input=typed)


def listed() -> dict[str, Any]:
    told = json.loads(person("list", "--json").stdout)
    return {each["name"]: each for each in told["people"]}


def test_somebody_well_is_added_with_an_age_and_one_key() -> None:
    done = person("add", "Ana", typed="40\nn\n")
    assert done.exit_code == 0, done.output
    told = listed()["Ana"]
    assert (told["owner"], told["age_group"], told["rows"], told["blocked"], told["needs_screening"]) == (
        True, "18 to 64", ["PF11"], [], False,
    )  # fmt: skip


def test_marked_lines_are_the_rows_that_the_page_shows() -> None:
    page = [row for row in ROWS if row.form == "F" and row.id != "R10"]
    numbers = {row.id: n for n, row in enumerate(page, 1)}
    done = person("add", "Ana", typed=f"71\n{numbers['C3']}, u{numbers['C5']} {numbers['C2']}\nthigh\n")
    assert done.exit_code == 0, done.output
    told = listed()["Ana"]
    assert told["rows"] == ["PF1", "PF11", "PF2", "PF3", "PF6"]
    assert told["blocked"] == ["C2", "C5"]
    for row, number in numbers.items():
        assert any(line.strip().startswith(f"{number}  ") for line in done.stderr.splitlines()), row
    assert "C5: " in done.stdout


def test_what_cannot_be_read_is_asked_again() -> None:
    done = person("add", "Ana", typed="old\n40\n99\nn u1\nn\n")
    assert done.exit_code == 0, done.output
    assert "such as 71" in done.stderr
    assert done.stderr.count("Type numbers from 1 to 16") == 2


def test_an_emergency_is_said_and_kept_with_what_else_was_marked() -> None:
    done = person("add", "Ana", typed="40\n1 u9\n")
    assert done.exit_code == 4
    assert "STOP. Go to emergency care now" in done.stderr
    assert listed()["Ana"]["blocked"] == ["C5", "R9"]


def test_answers_come_from_a_file_too(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text("screening: no\nR10a: 71\nC3: yes\nC6: yes\nC6a: no\n", encoding="utf-8")
    done = person("add", "Ana", "--answers", str(file), "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["person"]["rows"] == ["PF11", "PF2", "PF3"]
    assert (told["emergency"], [each["row"] for each in told["blocks"]]) == (None, ["C6"])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("C3: yes\n", "R5 is not answered"),
        ("screening: no\nC6: yes\n", "C6a is not answered"),
        ("screening: no\nC3: maybe\n", "C3 is answered with yes, no or unsure"),
        ("screening: no\nR10a: old\n", "such as 71"),
        ("[]", "is a mapping"),
    ],
)
def test_a_file_that_leaves_something_out_adds_nobody(tmp_path: Path, text: str, wrong: str) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text(text, encoding="utf-8")
    done = person("add", "Ana", "--answers", str(file))
    assert (done.exit_code, done.stdout) == (3, "")
    assert wrong in done.stderr
    assert listed() == {}


def test_who_breaks_off_is_not_added() -> None:
    assert person("add", "Ana", typed="40\n").exit_code != 0
    assert listed() == {}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add"], "Give a NAME"),
        (["list", "Ana"], "takes no name"),
        (["forget", "Ana", "--yes"], "nobody here is called Ana"),
        (["add", "guest"], "choose another name"),
    ],
)
def test_wrong_usage_says_what_is_wanted(words: list[str], said: str) -> None:
    done = person(*words)
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_name_that_is_known_is_refused_before_anything_is_asked() -> None:
    person("add", "Ana", typed="40\nn\n")
    done = person("add", "ana")
    assert (done.exit_code, "known here already" in done.stderr) == (2, True)


def test_forget_asks_once_and_takes_the_ledger_with_it() -> None:
    person("add", "Ana", typed="40\nn\n")
    ledger = ledger_folder(people.ledger_name("Ana"))
    ledger.mkdir(parents=True, mode=0o700)
    assert person("forget", "ana", typed="n\n").exit_code != 0
    assert "Ana" in listed()
    done = person("forget", "ana", typed="y\n")
    assert done.exit_code == 0, done.output
    assert listed() == {}
    assert not ledger.exists()


def test_somebody_who_cannot_be_read_is_left_out_with_words_and_can_be_forgotten() -> None:
    person("add", "Ana", typed="40\nn\n")
    (people.folder_of("Ana") / "person.json").write_text("{}", encoding="utf-8")
    done = person("list")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "is damaged" in done.stderr
    assert len(json.loads(person("list", "--json").stdout)["broken"]) == 1
    assert person("forget", "Ana", "--yes", "--json").exit_code == 0
    assert json.loads(person("list", "--json").stdout) == {"people": [], "broken": []}


def test_with_nobody_the_list_says_who_a_session_is_for() -> None:
    assert "guest" in person("list").stdout


def day(days: int) -> str:
    return f"{datetime.now().astimezone().date() + timedelta(days=days)}"


def test_a_clinician_vouches_by_name_for_ninety_days_at_most_and_can_end_it() -> None:
    assert person("add", "Ana", typed="40\nn\n").exit_code == 0
    done = person("clinician", "Ana", "--by", "Dr. Bo", "--until", day(90))
    assert done.exit_code == 0, done.output
    assert f"Dr. Bo vouches until {day(90)}" in done.stdout
    assert listed()["Ana"]["clinician"] == {"name": "Dr. Bo", "from": day(0), "until": day(90)}
    assert "PF12" in listed()["Ana"]["rows"]
    assert f"Dr. Bo vouches until {day(90)}" in person("list").stdout
    assert person("clinician", "Ana", "--end").exit_code == 0
    assert listed()["Ana"]["clinician"] is None
    assert "PF12" not in listed()["Ana"]["rows"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--by", "Dr. Bo", "--until", day(91)), "90 days after it begins"),
        (("--by", "Dr. Bo", "--until", day(-1)), "90 days after it begins"),
        (("--by", " ", "--until", day(9)), "write the clinician's name"),
        (("--by", "Dr. Bo", "--until", "soon"), "such as 2027-01-31"),
        (("--by", "Dr. Bo"), "--until DATE"),
        (("--until", day(9)), "--by CLINICIAN"),
    ],
)
def test_a_clinician_who_cannot_vouch_so_changes_nothing(words: tuple[str, ...], told: str) -> None:
    assert person("add", "Ana", typed="40\nn\n").exit_code == 0
    done = person("clinician", "Ana", *words)
    assert done.exit_code == 2, done.output
    assert told in done.stderr
    assert listed()["Ana"]["clinician"] is None


def test_a_clinician_of_nobody_known_is_refused() -> None:
    done = person("clinician", "Ana", "--by", "Dr. Bo", "--until", day(9))
    assert done.exit_code == 2
    assert "nobody here is called Ana" in done.stderr


def test_a_clinician_whose_time_is_over_is_said_to_be() -> None:
    assert person("add", "Ana", typed="40\nn\n").exit_code == 0
    today = datetime.now().astimezone().date()
    past = people.Clinician(name="Dr. Bo", since=today - timedelta(days=9), until=today - timedelta(days=1))
    people.set_clinician("Ana", past)
    assert "which is over" in person("list").stdout
    assert "PF12" not in listed()["Ana"]["rows"]
