"""`unknot body`: what may be done at a place, what it has had, and when it may have more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from controller.faces.cli.common import as_json, show_json
from controller.faces.cli.limits import value
from controller.faces.cli.whose import past_of, standing_of
from controller.safety import before, block_of, effective, row_of
from controller.safety import limits as at
from controller.safety.waits import waits
from protocols.body import ADJACENT, AREA_OF, AREAS, OTHER_NAMES, area_of, known_place, points_of
from protocols.diagnostics import nearest, quoted
from protocols.no_places import instead
from protocols.plan import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from controller.safety import Standing
    from controller.safety.past import Before, Sums
    from controller.safety.standing import Touch

SIDES = ("left", "right")
_TOUCHES: tuple[Touch, ...] = ("heat", "percussion")


@dataclass(frozen=True, slots=True)
class Known:
    """A place, with what stands there and what it has had."""

    name: str
    standing: Standing
    past: Before


@click.command("body")
@click.argument("place", metavar="PLACE", nargs=-1, required=True)
@as_json
@click.option("--person", metavar="NAME", help="What is known for this person.")
def command(*, place: tuple[str, ...], as_json: bool, person: str | None) -> None:
    """Show what is known of PLACE, an area or a muscle.

    What may be done there, what it has had in 24 hours, and when it may be had again.
    """
    written = " ".join(place)
    name = known_place(written)
    if name is None:
        raise click.UsageError(f"{quoted(written)} is no place here: {_hint(written)}")
    standing = standing_of(person)
    known = Known(name, standing, before(past_of(person)))
    if as_json:
        show_json({"person": person, **to_json(known)})
        return
    for line in lines(known):
        click.echo(line)


def _hint(written: str) -> str:
    meant = nearest(written, (*AREAS, *AREA_OF, *OTHER_NAMES))
    if meant:
        return f"did you mean {meant}?"
    return instead(written) or f"the areas: {', '.join(AREAS)}"


def to_json(known: Known) -> dict[str, object]:
    """The object of one place."""
    return {
        "place": known.name,
        "area": area_of(known.name),
        "points": list(points_of(known.name)),
        "adjacent": sorted(ADJACENT[area_of(known.name)]),
        "heat": _heat(known),
        "percussion": _percussion(known),
        "ledger": known.past.readable,
        "had": [{"side": side, **_had(known, side)} for side in SIDES],
        "waits": [
            {"side": side, "for": touch, "limit": limit, "message": message}
            for side in SIDES
            for touch in _TOUCHES
            for limit, message in _waits(known, touch, side)
        ],
    }


def _heat(known: Known) -> dict[str, object]:
    place = Place(known.name)
    why = "it is never heated (ZN1)" if at.heat_forbidden(known.name) else _blocked(known, "heat")
    soft, hard = (effective(row_of("HT1"), known.standing, place=place, hard=hard) for hard in (False, True))
    return {"allowed": not why, "why": why, "soft": soft.allowed, "hard": hard.allowed, "limit": soft.limit}


def _percussion(known: Known) -> dict[str, object]:
    place = Place(known.name)
    why = (
        "it is never worked by a device (ZN1)"
        if at.percussion_forbidden(known.name)
        else _blocked(known, "percussion")
    )
    soft, hard = (effective(row_of("PC13"), known.standing, place=place, hard=hard) for hard in (False, True))
    if not why and soft.allowed == 0:
        why = f"no percussion by a plan ({soft.limit})"
    return {
        "allowed": not why, "why": why, "soft": soft.allowed, "hard": hard.allowed, "limit": soft.limit,
        "bout_seconds": effective(row_of("PC2"), known.standing, place=place).allowed,
        "moving_only": at.still_forbidden(known.name),
    }  # fmt: skip


def _blocked(known: Known, touch: Touch) -> str:
    block = block_of(known.standing, touch, known.name)
    return "" if block is None else block.message


def _had(known: Known, side: str) -> dict[str, object]:
    return {"session": _sums(known.past.chain, known, side), "day": _sums(known.past.day, known, side)}


def _sums(sums: Sums, known: Known, side: str) -> dict[str, float]:
    had = sums.had((area_of(known.name), side))
    return {
        "heat_seconds": had.heat_rows_ms[0] / at.SECOND_MS,
        "percussion_seconds": had.percussion_ms / at.SECOND_MS,
        "dose": round(had.dose, 3),
    }


def _waits(known: Known, touch: Touch, side: str) -> list[tuple[str, str]]:
    site = (area_of(known.name), side)
    return [(wait.limit, message) for wait, message in waits(known.standing, known.past, touch, site)]


def lines(known: Known) -> Iterator[str]:
    """What is known, as text."""
    name, area = known.name, area_of(known.name)
    yield f"{name}" if name == area else f"{name}, a point of the {area}"
    if name == area:
        yield f"  points      {', '.join(points_of(name))}"
    yield f"  next to     {', '.join(sorted(ADJACENT[area]))}"
    yield f"  heat        {_may(_heat(known), '°C')}"
    percussion = _percussion(known)
    more = ", in bouts of at most {}".format(value(effective_bout(percussion), "s"))
    moving = ", only with the head moving" if percussion["moving_only"] else ""
    yield f"  percussion  {_may(percussion, 'fraction')}{more + moving if percussion['allowed'] else ''}"
    yield ""
    if not known.past.readable:
        yield "What it has had cannot be read: all of it counts as spent for 24 hours."
    for side in SIDES:
        yield from _side(known, side)


def effective_bout(percussion: dict[str, object]) -> float:
    """Seconds of the longest bout."""
    seconds = percussion["bout_seconds"]
    return seconds if isinstance(seconds, float) else 0.0


def _may(told: dict[str, object], unit: str) -> str:
    if not told["allowed"]:
        return f"none: {told['why']}"
    soft, hard = (told[key] for key in ("soft", "hard"))
    if not isinstance(soft, float) or not isinstance(hard, float):
        return ""
    return f"at most {value(soft, unit)} ({told['limit']}); a run stops at {value(hard, unit)}"


def _side(known: Known, side: str) -> Iterator[str]:
    for when, sums in (("now", known.past.chain), ("24 h", known.past.day)):
        had = _sums(sums, known, side)
        if any(had.values()):
            yield (
                f"  {side:<5} {when:>5}  heat {value(had['heat_seconds'], 's')}, percussion "
                f"{value(had['percussion_seconds'], 's')}, dose {had['dose']:g} CEM43 min"
            )
        elif when == "24 h":
            yield f"  {side:<5} {when:>5}  nothing"
    for touch in _TOUCHES:
        for limit, message in _waits(known, touch, side):
            yield f"  {side:<5}        {touch} has to wait: {message} ({limit})"
