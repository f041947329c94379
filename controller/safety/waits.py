"""What a place has to wait for after what the body had before, in words; and what is only a warning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from controller.safety import limits as at
from controller.safety import past
from controller.safety.past import Wait, before
from controller.safety.standing import PLAIN, Standing
from controller.safety.ways import Violation
from protocols.plan import Heat, Press, Stretch, verb

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from controller.safety.limits import Site, Spot
    from controller.safety.past import Before
    from controller.safety.standing import Touch
    from protocols.plan import Plan

UNREADABLE: Final = "what was given before cannot be read, so all of it counts as spent for 24 hours"
_AFTER: Final[Mapping[str, str]] = {
    "HT8": "after the last session with heat on this area",
    "HT16": "after the heat of the last session",
    "PC7": "after the last session here",
    "SE7": "after the last session with percussion",
    "PC9": "after a tenderness of 8 or more here",
}


def waits(
    standing: Standing, known: Before, touch: Touch, site: Site, *, hard: bool = False
) -> Iterator[tuple[Wait, str]]:
    """Each row that keeps `touch` from `site` now, with words; a clinician profile waits as hard rows say."""
    hard = hard or standing.raised
    found = [past.locked(known, site)]
    if touch == "heat":
        found += [past.heat_sessions(known, site, hard=hard), past.heat_again(known, site)]
    elif touch == "percussion":
        found += [past.percussion_again(known, site, hard=hard), past.percussion_apart(known, hard=hard)]
    if not known.readable and touch != "pressure":
        yield Wait("HT6" if touch == "heat" else "PC4", 0.0, 0.0), UNREADABLE
    for wait in found:
        if wait is not None:
            yield wait, _words(wait)


def _words(wait: Wait) -> str:
    if wait.unit == "sessions":
        return f"session {wait.found:g} in 24 hours: at most {wait.needed:g}"
    if wait.unit == "days":
        return f"day {wait.found:g} of a week: at most {wait.needed:g}"
    return f"{_hours(wait.found)} {_AFTER[wait.limit]}: at least {_hours(wait.needed)}"


def _hours(seconds: float) -> str:
    minutes = int(seconds // 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours} h"] if hours else []
    return " ".join([*parts, f"{minutes} min"] if minutes or not parts else parts)


def warnings(plan: Plan, standing: Standing = PLAIN) -> tuple[Violation, ...]:
    """What does not keep `plan` from being run: SE9, HT10, and PC12 over its soft value."""
    return (*_stretched(plan), *_days_of_heat(plan, standing), *_held_long(plan, standing))


def _stretched(plan: Plan) -> Iterator[Violation]:
    stretched: set[Spot] = set()
    for segment in plan.segments:
        if isinstance(segment, Stretch):
            stretched.update(at.spots(segment.place))
        elif isinstance(segment, Press) and segment.role is not None:
            again = stretched.intersection(at.spots(segment.place))
            if again:
                message = f"{segment.place}: percussion after a stretch: warm, press, then stretch"
                yield Violation("SE9", message, 0.0, 0.0, segment.number, verb(segment))
            stretched -= again


def _days_of_heat(plan: Plan, standing: Standing) -> Iterator[Violation]:
    known, told = before(standing.past), set()
    for segment in plan.segments:
        for site in at.sites(segment.place) if isinstance(segment, Heat) else ():
            wait = past.heat_days(known, site)
            if wait is not None and site[0] not in told:
                told.add(site[0])
                message = (
                    f"{site[0]}: day {wait.found:g} in a row with heat: leave a day out after {wait.needed:g}"
                )
                yield Violation("HT10", message, wait.found, wait.needed, segment.number, "heat", "ledger")


def _held_long(plan: Plan, standing: Standing) -> Iterator[Violation]:
    percussion = [s for s in plan.segments if isinstance(s, Press) and s.role is not None]
    asked = before(standing.past).day.hand_held_ms + sum(segment.hold_ms for segment in percussion)
    if percussion and asked > at.PC12_SOFT_MS:
        asked_s, allowed_s = asked / at.SECOND_MS, at.PC12_SOFT_MS / at.SECOND_MS
        message = (
            f"the hand holds the head for {_hours(asked_s)} in 24 hours: better at most {_hours(allowed_s)}"
        )
        yield Violation("PC12", message, asked_s, allowed_s, percussion[-1].number, "for")
