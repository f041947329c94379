"""What the faces say of people, and how somebody is added or forgotten; the same words everywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from controller import people
from controller.ledger import forget as forget_ledger
from controller.people import GUEST, PersonError
from controller.safety.screening import Screening, age_of, current, judge, long_form
from controller.version import version
from protocols.diagnostics import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from controller.people import Clinician, Person
    from controller.safety.screening import Screened
    from controller.safety.standing import Tightening

AGE = "R10"
FORGOTTEN = "Sessions stay in the record, which names nobody."


def asking(name: str, now: datetime) -> Screening:
    """What somebody is asked who is added, or, where they are known, asked anew. Raises PersonError."""
    person = people.load(name) if people.is_known(name) else None
    known = replace(people.known(person, version() or ""), guest=False, by=" ".join(name.split()))
    local = now.astimezone().utcoffset()
    return Screening(long_form(known, 0.0 if local is None else local.total_seconds()), now.timestamp())


def refuse_known(name: str) -> None:
    """Raises PersonError where there is somebody of that name, or it is no name."""
    if people.is_known(name):
        raise PersonError(f"{name} is known here already", "see who is: unknot person list")


def forget(name: str) -> None:
    """Remove answers and ledger. Raises PersonError, LedgerError, and then nothing is gone."""
    # The ledger first: it refuses while a session of this person runs.
    forget_ledger(people.ledger_name(name))
    people.forget(name)


def tighter(person: Person | None, now: datetime) -> Sequence[Tightening]:
    """What is gentler for them."""
    return people.person_standing(person, now).tightenings


def line(person: Person, now: datetime) -> str:
    """Somebody in one line."""
    parts = [f"{person.name}{' (owner)' if person.owner else ''}"]
    parts += [people.age_group(person, now) or "age not told"]
    parts += [f"{person.sessions} sessions", *(each.name for each in tighter(person, now))]
    blocked = sorted({block.row for block in judge(person.answers, now.timestamp()).blocks})
    parts += [f"kept away by {', '.join(blocked)}"] if blocked else []
    parts += [vouched(person.clinician, now)] if person.clinician else []
    parts += ["the long form is due"] if people.needs_screening(person, now) else []
    return " · ".join(dict.fromkeys(parts))


def vouched(clinician: Clinician, now: datetime) -> str:
    """Who vouches, and until when."""
    ended = clinician.until < now.astimezone().date()
    return f"{printable(clinician.name)} {'vouched' if ended else 'vouches'} until {clinician.until}" + (
        ", which is over" if ended else ""
    )


def outcome(person: Person, result: Screened, now: datetime) -> Iterator[str]:
    """What the answers of somebody come to."""
    if result.emergency is not None:
        return
    if result.refused:
        yield f"Kept away for now:\n{result.refused}"
    yield from result.warnings
    yield f"Gentler limits for: {', '.join(each.name for each in tighter(person, now))}."


def age_told(person: Person, now: datetime) -> int | None:
    """The age in years, as far as it was told; the lower where it may be either."""
    for each in current(person.answers):
        ages = age_of(each.detail, each.at_s, now.astimezone(UTC).timestamp()) if each.row == AGE else None
        if ages is not None:
            return ages[0]
    return None


__all__ = [
    "AGE",
    "FORGOTTEN",
    "GUEST",
    "age_told",
    "asking",
    "forget",
    "line",
    "outcome",
    "refuse_known",
    "tighter",
    "vouched",
]
