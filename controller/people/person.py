"""One person: what is kept of somebody, and what of it stands for a session. Times are UTC."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from controller.safety import profiles
from controller.safety.screening import Known, Screened, age_of, current, judge, long_form_due
from controller.safety.standing import Standing

if TYPE_CHECKING:
    from controller.safety.screening import Answer

GUEST = "guest"
"""Whoever has no profile here; nobody can be named so."""
LONGEST_NAME = 40
CLINICIAN_DAYS = 90
"""At the most, from a clinician profile's first day to its last (section 6)."""
_BETWEEN = " -'’"


class PersonError(Exception):
    """Somebody who cannot be named, found or read, with `remedy`, what to do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinician:
    """Who vouches that soft limits may be raised to hard ones, and for which days, both included."""

    name: str
    since: date
    until: date

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise PersonError("a clinician profile has no name", "write the clinician's name")
        if not timedelta() <= self.until - self.since <= timedelta(days=CLINICIAN_DAYS):
            last = self.since + timedelta(days=CLINICIAN_DAYS)
            raise PersonError(
                f"the clinician profile ends on {self.until}",
                f"let it end between {self.since} and {last}, 90 days after it begins",
            )

    def stands(self, day: date) -> bool:
        """Whether it stands on `day`."""
        return self.since <= day <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody on this machine. `answers` are oldest first; `sessions` are those that completed."""

    name: str
    created: datetime
    owner: bool = False
    answers: tuple[Answer, ...] = ()
    sessions: int = 0
    clinician: Clinician | None = None


def checked_name(name: str) -> str:
    """`name` as it is kept: letters, with spaces, hyphens or apostrophes between. Raises PersonError."""
    plain = unicodedata.normalize("NFC", " ".join(name.split()))
    remedy = f"use 1 to {LONGEST_NAME} letters; spaces, hyphens and apostrophes may stand between"
    if not 1 <= len(plain) <= LONGEST_NAME:
        raise PersonError(f"a name has 1 to {LONGEST_NAME} letters", remedy)
    if wrong := [each for each in plain if not _may_be_in_a_name(each)]:
        raise PersonError(f"a name has no {wrong[0]!r}", remedy)
    if plain[0] in _BETWEEN:
        raise PersonError("a name begins with a letter", remedy)
    if same_name(plain) == GUEST:
        raise PersonError("`guest` is whoever has no profile", "choose another name")
    return plain


def same_name(name: str) -> str:
    """`name` as it is compared: any letter case, and any way to write a letter, the same."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", " ".join(name.split())).casefold())


def known(person: Person | None, version: str = "") -> Known:
    """What screening knows of somebody; None is a guest."""
    if person is None:
        return Known(version=version)
    return Known(answers=person.answers, guest=False, by=person.name, version=version)


def needs_screening(person: Person, now: datetime) -> bool:
    """Whether the long form is due: 30 days after it was answered, or where rows of it never were."""
    return long_form_due(known(person), now.timestamp())


def person_standing(person: Person | None, now: datetime, screened: Screened | None = None) -> Standing:
    """What stands for somebody, or for a guest (None), but for what the ledger tells.

    `screened` is the result of the screening before a session; without it, what is on record. A guest
    has no record: without `screened` nothing but first use is known, and nothing may start.
    """
    answers = () if person is None else person.answers
    found = judge(answers, now.timestamp()) if screened is None else screened
    first = person is None or person.sessions < profiles.FIRST_USES
    clinician = None if person is None else person.clinician
    return Standing(
        tightenings=(*found.tightenings, *((profiles.FIRST_USE,) if first else ())),
        blocks=found.blocks,
        raised=clinician is not None and clinician.stands(now.astimezone().date()),
    )


def age_group(person: Person, now: datetime) -> str | None:
    """`under 18`, `18 to 64` or `65 and older`, the more careful where it may be either; None: not told."""
    now_s = now.astimezone(UTC).timestamp()
    for each in current(person.answers):
        ages = age_of(each.detail, each.at_s, now_s) if each.row == "R10" else None
        if ages is not None:
            return "under 18" if ages[0] < 18 else "65 and older" if ages[1] >= 65 else "18 to 64"
    return None


def _may_be_in_a_name(letter: str) -> bool:
    return letter in _BETWEEN or unicodedata.category(letter)[0] in "LM"
