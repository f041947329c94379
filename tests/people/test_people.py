"""The files of people: private, whole, and never believed when they are not right."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from controller import people
from controller.config import state_dir
from controller.people import Clinician, Person, PersonError, person_standing
from controller.people.form import person_from_json, person_to_json
from controller.safety.screening import ROWS, Answer, Screening, long_form

if TYPE_CHECKING:
    from pathlib import Path

    from controller.safety.screening.answers import Value

NOW = datetime(2027, 1, 15, 8, 10, tzinfo=UTC)


def answer(row: str, value: Value = "yes", detail: str | None = None, *, days_ago: float = 0) -> Answer:
    at = NOW - timedelta(days=days_ago)
    return Answer(row=row, value=value, at_s=at.timestamp(), by="Ana", version="1", detail=detail)


def file_of(name: str) -> Path:
    return people.folder_of(name) / "person.json"


def test_somebody_is_kept_as_told_in_a_file_that_only_the_user_can_read() -> None:
    told = answer("C15", detail="@1799990000 at thighs")
    person = replace(
        people.add("Ana", NOW, [replace(told, asked=frozenset({"suboccipitals"}))]),
        sessions=2,
        clinician=Clinician(name="Dr. Bo", since=date(2027, 1, 1), until=date(2027, 4, 1)),
    )
    people.save(person)
    assert people.load("  aNA ") == person
    assert stat.S_IMODE(file_of("Ana").stat().st_mode) == 0o600
    for folder in (file_of("Ana").parent, file_of("Ana").parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [*file_of("Ana").parent.iterdir()] == [file_of("Ana")]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("", "1 to 40"), ("   ", "1 to 40"), ("a" * 41, "1 to 40"), ("../Ana", "has no '.'"),
        ("Ana/Bo", "has no '/'"), ("Ana\x00", "has no"), ("Ana\u202e", "has no"), ("-Ana", "begins with"),
        ("Guest", "no profile"), ("ｇｕｅｓｔ", "no profile"), ("Ana2", "has no '2'"),
    ],
)  # fmt: skip
def test_a_name_that_is_none_is_refused(name: str, wrong: str) -> None:
    with pytest.raises(PersonError, match=wrong):
        people.add(name, NOW)
    assert people.everybody() == ((), ())


@pytest.mark.parametrize("name", ["a" * 40, "Zoë O'Neill", "Анна-Мария", "李小龍", "नीता"])
def test_names_of_any_script_are_kept(name: str) -> None:
    people.add(name, NOW)
    assert people.load(name).name == name
    assert file_of(name).parent.parent == state_dir() / "people"


@pytest.mark.parametrize("other", ["ana", "ANA ", "Ａna"])
def test_a_name_is_taken_in_every_letter_case_and_width(other: str) -> None:
    people.add("Ana", NOW)
    with pytest.raises(PersonError, match="known here already"):
        people.add(other, NOW)


def test_the_first_is_the_owner_unless_told() -> None:
    assert people.owner() is None
    people.add("Ana", NOW)
    people.add("Bo", NOW)
    assert [each.owner for each in people.everybody()[0]] == [True, False]
    people.add("Cy", NOW, owner=True)
    assert [each.name for each in people.everybody()[0] if each.owner] == ["Cy"]
    owner = people.owner()
    assert owner is not None
    assert owner.name == "Cy"


def spoil(path: Path, how: str) -> None:
    text = path.read_text(encoding="utf-8")
    told = json.loads(text)
    if how == "cut":
        path.write_text(text[: len(text) // 2], encoding="utf-8")
    elif how == "writable":
        path.chmod(0o602)
    elif how == "link":
        path.rename(path.with_name("other"))
        path.symlink_to(path.with_name("other"))
    elif how == "missing":
        path.unlink()
    elif how == "deep":
        path.write_text("[" * 200_000, encoding="utf-8")
    elif how == "huge":
        path.write_bytes(b" " * (4 * 1024 * 1024 + 1))
    else:
        key, value = json.loads(how)
        path.write_text(json.dumps({**told, key: value}), encoding="utf-8")


@pytest.mark.parametrize(
    "how",
    [
        "cut", "writable", "link", "missing", "deep", "huge", '["extra", 1]', '["unknot_person", 2]',
        '["name", "Bo"]', '["name", 7]', '["sessions", -1]', '["sessions", true]', '["owner", 1]',
        '["created", "2027-01-15"]', '["created", "soon"]', '["answers", {}]', '["answers", [{"row": "C3"}]]',
        '["clinician", {"name": "B", "from": "2027-01-01", "until": "2027-04-02"}]',
    ],
)  # fmt: skip
def test_a_file_that_is_not_right_is_nobody_with_words(how: str) -> None:
    people.add("Ana", NOW, [answer("C3")])
    spoil(file_of("Ana"), how)
    with pytest.raises(PersonError) as error:
        people.load("Ana")
    assert str(file_of("Ana")) in f"{error.value}"
    assert error.value.remedy
    found, broken = people.everybody()
    assert (found, len(broken)) == ((), 1)
    with pytest.raises(PersonError):
        people.owner()


@pytest.mark.parametrize(
    "change",
    [
        {"row": "C99"}, {"value": "maybe"}, {"detail": "x"}, {"at": "2027-01-15T08:10:00"},
        {"asked": ["knee"]}, {"asked": "neck"}, {"by": None},
    ],
)  # fmt: skip
def test_an_answer_that_is_not_right_is_not_believed(change: dict[str, object]) -> None:
    told = person_to_json(Person(name="Ana", created=NOW, answers=(answer("C3"),)))
    good = json.loads(json.dumps(told))
    person_from_json(good)
    good["answers"][0].update(change)
    with pytest.raises(ValueError, match=r"answer|detail|time zone|`asked`|no text"):
        person_from_json(good)


def test_a_file_of_another_user_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    people.add("Ana", NOW)
    mine = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: mine + 1)
    with pytest.raises(PersonError, match="another user"):
        people.everybody()


def test_a_write_that_fails_leaves_the_file_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    people.add("Ana", NOW)
    before = file_of("Ana").read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PersonError, match="No space left"):
        people.keep_answers("Ana", [answer("C3")])
    assert file_of("Ana").read_bytes() == before


def test_answers_are_put_behind_those_before_and_both_are_kept() -> None:
    people.add("Ana", NOW, [answer("C9", "yes", days_ago=0.1)])
    people.keep_answers("Ana", [answer("C9", "no")])
    assert [each.value for each in people.load("Ana").answers] == ["yes", "no"]


def test_answers_that_others_replaced_go_after_ninety_days_and_no_others() -> None:
    old = [
        answer("C5", "yes", days_ago=91),
        answer("C9", "yes", days_ago=91),
        answer("C9", "no", days_ago=90),
    ]
    people.add("Ana", NOW, old)
    people.keep_answers("Ana", [answer("C9", "yes")])
    assert [(each.row, each.value) for each in people.load("Ana").answers] == [
        ("C5", "yes"), ("C9", "no"), ("C9", "yes"),
    ]  # fmt: skip


def test_forget_leaves_nothing_even_of_a_file_that_cannot_be_read() -> None:
    people.add("Ana", NOW)
    (people.folder_of("Ana") / "more").write_text("x", encoding="utf-8")
    spoil(file_of("Ana"), "cut")
    people.forget("ana")
    assert list((state_dir() / "people").iterdir()) == []
    with pytest.raises(PersonError, match="nobody here"):
        people.forget("Ana")


def test_first_use_stands_for_three_sessions_and_for_every_guest() -> None:
    person = people.add("Ana", NOW)
    for sessions, rows in ((0, ["PF11"]), (2, ["PF11"]), (3, [])):
        standing = person_standing(replace(person, sessions=sessions), NOW)
        assert [each.row for each in standing.tightenings] == rows
    assert [each.row for each in person_standing(None, NOW).tightenings] == ["PF11"]
    assert people.session_completed("Ana").sessions == 1
    assert people.load("Ana").sessions == 1


@pytest.mark.parametrize(
    ("age", "row", "group"),
    [
        ("17", "PF4", "under 18"),
        ("18", None, "18 to 64"),
        ("64", None, "18 to 64"),
        ("65", "PF3", "65 and older"),
    ],
)
def test_ages_bring_their_rows(age: str, row: str | None, group: str) -> None:
    person = Person(name="Ana", created=NOW, sessions=3, answers=(answer("R10", "yes", age),))
    standing = person_standing(person, NOW)
    assert [each.row for each in standing.tightenings] == ([row] if row else [])
    assert people.age_group(person, NOW) == group
    assert ("R10" in {block.row for block in standing.blocks}) == (age == "17")


def test_blocks_on_record_stand_without_a_new_screening() -> None:
    person = Person(name="Ana", created=NOW, sessions=3, answers=(answer("C5", days_ago=300),))
    standing = person_standing(person, NOW)
    assert [block.row for block in standing.blocks] == ["C5"]
    assert [each.row for each in standing.tightenings] == ["PF6"]


@pytest.mark.parametrize(("day", "raised"), [(-1, False), (0, True), (90, True), (91, False)])
def test_a_clinician_raises_on_its_days_alone(day: int, raised: bool) -> None:
    since = date(2027, 1, 15)
    clinician = Clinician(name="Dr. Bo", since=since, until=since + timedelta(days=90))
    person = Person(name="Ana", created=NOW, clinician=clinician)
    noon = datetime(2027, 1, 15, 12, tzinfo=UTC).astimezone() + timedelta(days=day)
    assert person_standing(person, noon).raised is raised


@pytest.mark.parametrize(("name", "days"), [("Dr. Bo", 91), ("Dr. Bo", -1), (" ", 10)])
def test_a_clinician_without_name_or_for_too_long_is_refused(name: str, days: int) -> None:
    with pytest.raises(PersonError):
        Clinician(name=name, since=NOW.date(), until=NOW.date() + timedelta(days=days))


def test_the_long_form_is_due_until_it_is_answered_and_after_thirty_days() -> None:
    person = people.add("Ana", NOW)
    assert people.needs_screening(person, NOW)
    screening = Screening(long_form(people.known(person)), NOW.timestamp())
    screening.take("screening", "none")
    person = people.keep_answers("Ana", screening.answers)
    assert len(person.answers) == sum(row.form == "F" for row in ROWS)
    assert not people.needs_screening(person, NOW + timedelta(days=30))
    assert people.needs_screening(person, NOW + timedelta(days=30, seconds=1))
