"""What the people page says of somebody. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from controller import people
from controller.faces.cli.limits import rows, value
from controller.faces.persons import FORGOTTEN, age_told, vouched
from protocols.diagnostics import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from controller.people import Person
    from controller.safety import Standing

GUEST_WORDS: Final = (
    "Whoever has not told who they are: asked all questions each time, with the gentlest limits.",
    "",
    "What guests have had is counted for all of them together.",
)


def one_person(person: Person, now: datetime) -> Iterator[str]:
    """All that stands for somebody, what matters most first."""
    standing = people.person_standing(person, now)
    for block in standing.blocks:
        yield f"! Kept away ({block.row}): {printable(block.message)}"
    age = age_told(person, now)
    told = people.age_group(person, now) or "not told"
    yield f"Age: {told}{f' ({age})' if age is not None else ''}"
    yield f"Sessions: {person.sessions}"
    names = ", ".join(dict.fromkeys(each.name for each in standing.tightenings))
    yield f"Gentler for: {names}" if names else "Gentler for nothing: the plain limits hold"
    yield _clinician(person, standing, now)
    yield _asked(person, now)
    followed = tuple(_limits(standing))
    if followed:
        yield ""
        yield "Limits that follow:"
        yield from followed


def _clinician(person: Person, standing: Standing, now: datetime) -> str:
    if person.clinician is None:
        return "Clinician: nobody vouches"
    raised = "; files may go past soft limits" if standing.raised else ""
    return f"Clinician: {vouched(person.clinician, now)}{raised}"


def _asked(person: Person, now: datetime) -> str:
    last = max((each.at_s for each in person.answers), default=None)
    when = "never" if last is None else f"{datetime.fromtimestamp(last, UTC).astimezone():%d %b %Y}"
    due = "; the long form is due, c asks it" if people.needs_screening(person, now) else ""
    return f"Asked last: {when}{due}"


def _limits(standing: Standing) -> Iterator[str]:
    for row in rows(standing):
        if row.set_by == "profile":
            limit = row.limit
            usual = value(limit.soft, limit.unit)
            yield f"  {limit.quantity}: {value(row.stands, limit.unit)} (else {usual})"


def asks_to_forget(person: Person) -> tuple[str, ...]:
    """What is lost with somebody, and what is kept."""
    owned = ("Then this machine is nobody's, until somebody is added with --owner.",) if person.owner else ()
    return (
        f"Forget {person.name}?",
        "",
        "Lost for good: all answers, and what this body has had, so that limits over days begin anew.",
        f"Kept: {FORGOTTEN[0].lower()}{FORGOTTEN[1:]}",
        *owned,
        "",
        "Press f once more, or click Forget, to forget. Anything else keeps.",
    )
