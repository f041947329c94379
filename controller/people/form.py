"""A person as plain values, and back. Nothing that is not exactly right is believed."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from controller.people.person import Clinician, Person, PersonError, checked_name
from controller.safety.screening import BY_ID, Answer, AnswerError
from controller.safety.screening.answers import EVERYWHERE, VALUES, checked_detail

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 1
_PERSON = {"unknot_person", "name", "created", "owner", "sessions", "clinician", "answers"}
_ANSWER = {"row", "value", "detail", "at", "by", "version", "asked"}


def person_to_json(person: Person) -> dict[str, object]:
    """Plain values for the file."""
    clinician = person.clinician
    return {
        "unknot_person": VERSION,
        "name": person.name,
        "created": _stamp(person.created.timestamp()),
        "owner": person.owner,
        "sessions": person.sessions,
        "clinician": clinician
        and {"name": clinician.name, "from": f"{clinician.since}", "until": f"{clinician.until}"},
        "answers": [_answer_to_json(each) for each in person.answers],
    }


def person_from_json(told: object) -> Person:
    """Somebody from plain values. Raises ValueError with what is wrong."""
    found = _mapping(told, _PERSON, "a person")
    if found["unknot_person"] != VERSION or found["unknot_person"] is True:
        raise ValueError(f"version {found['unknot_person']!r} is not known here")
    sessions = found["sessions"]
    if type(sessions) is not int or sessions < 0 or type(found["owner"]) is not bool:
        raise ValueError("`sessions` is a count and `owner` is true or false")
    if type(found["answers"]) is not list:
        raise ValueError("`answers` is a list")
    try:
        return Person(
            name=checked_name(_text(found["name"])),
            created=datetime.fromtimestamp(_seconds(found["created"]), UTC),
            owner=found["owner"],
            sessions=sessions,
            clinician=_clinician(found["clinician"]),
            answers=tuple(_answer(each) for each in found["answers"]),
        )
    except (PersonError, AnswerError) as error:
        raise ValueError(str(error)) from error


def _clinician(told: object) -> Clinician | None:
    if told is None:
        return None
    found = _mapping(told, {"name", "from", "until"}, "a clinician profile")
    return Clinician(
        name=_text(found["name"]),
        since=date.fromisoformat(_text(found["from"])),
        until=date.fromisoformat(_text(found["until"])),
    )


def _answer_to_json(each: Answer) -> dict[str, object]:
    return {
        "row": each.row,
        "value": each.value,
        "detail": each.detail,
        "at": _stamp(each.at_s),
        "by": each.by,
        "version": each.version,
        "asked": None if each.asked is None else sorted(each.asked),
    }


def _answer(told: object) -> Answer:
    found = _mapping(told, _ANSWER, "an answer")
    row = BY_ID.get(_text(found["row"]))
    value = next((each for each in VALUES if each == found["value"]), None)
    if row is None or value is None:
        raise ValueError(f"{found['row']!r}: {found['value']!r} answers nothing that is known here")
    asked = found["asked"]
    if asked is not None and not (type(asked) is list and all(each in EVERYWHERE for each in asked)):
        raise ValueError(f"{row.id}: `asked` is null or a list of muscles")
    detail = None if found["detail"] is None else _text(found["detail"])
    if detail is not None:
        checked_detail(row, detail)
    return Answer(
        row=row.id,
        value=value,
        at_s=_seconds(found["at"]),
        by=_text(found["by"]),
        version=_text(found["version"]),
        detail=detail,
        asked=None if asked is None else frozenset(asked),
    )


def _mapping(told: object, keys: set[str], what: str) -> Mapping[str, Any]:
    if not isinstance(told, dict) or set(told) != keys:
        raise ValueError(f"{what} has the keys {', '.join(sorted(keys))}")
    return told


def _text(told: object) -> str:
    if not isinstance(told, str):
        raise ValueError(f"{told!r} is no text")  # noqa: TRY004  what is wrong is the file
    return told


def _stamp(at_s: float) -> str:
    return datetime.fromtimestamp(math.floor(at_s * 1000) / 1000, UTC).isoformat(timespec="milliseconds")


def _seconds(told: object) -> float:
    at = datetime.fromisoformat(_text(told))
    if at.tzinfo is None:
        raise ValueError(f"{told} has no time zone")
    return at.timestamp()
