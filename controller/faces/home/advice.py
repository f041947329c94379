"""What is said after a session: what to do now, and when a professional is the answer. Pure.

Only what the safety page says: nothing here promises to cure, or tells of water and rest cures.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from controller.core import words
from protocols.plan import Heat, Press, Stretch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from controller.journal import Digest, Story
    from protocols.plan import Place

SOON, SOON_VISITS = timedelta(days=14), 3
LONG, LONG_VISITS = timedelta(days=30), 6
"""So many visits to one point in so many days ask for its cause instead of more of the same."""
NO_BETTER = timedelta(days=14)
"""No improvement for so long is for a professional (two to four weeks, the shorter)."""
_CAUSE: Final = (
    "Points come back unless the cause is found: change one thing. "
    "If it is no better in two weeks, or gets worse, see a professional."
)
SIMULATED: Final = "It was simulated: nobody was touched, and it counts for nobody."
NUMB: Final = (
    "New numbness or weakness: no more of this, and see a professional today. "
    "Between the legs, or with trouble of bladder or bowel: emergency care, now."
)
"""Rows R1 and R2 of the screening."""


def advice(told: Story, earlier: Sequence[Digest]) -> Iterator[str]:
    """Lines for the person, most pressing first. `earlier`: their real sessions before, any order."""
    if told.simulated:
        yield SIMULATED
        return
    yield from _worse(told)
    yield from _no_better(told, earlier)
    yield from _often(told, earlier)
    done = [part.segment for part in told.parts if part.started is not None]
    if not done:
        return
    pressed = any(isinstance(each, Press) for each in done)
    if pressed and not any(isinstance(each, Stretch) for each in done):
        yield "Now stretch what was pressed: 15 to 30 s, 2 to 4 times, to tightness, not to pain."
    if any(isinstance(each, Heat) for each in done):
        yield "Look at the skin: it should be only warm and lightly pink. If not, no more heat there."
    if pressed:
        yield "If a place is sore afterwards, leave it alone for a day or two."
    yield NUMB


def _worse(told: Story) -> Iterator[str]:
    names = [words.where(place) for place, values in told.ratings if values[-1] > values[0]]
    if names:
        yield (
            f"More tender than before: {', '.join(names)}. Leave that alone for a day, "
            "and see a professional if it stays."
        )


def _no_better(told: Story, earlier: Iterable[Digest]) -> Iterator[str]:
    then: dict[Place, float] = {}
    for each in sorted(earlier, key=lambda each: each.began, reverse=True):
        if NO_BETTER <= told.began - each.began <= LONG:
            then.update({place: values[0] for place, values in each.ratings})
    names = [
        words.where(place) for place, values in told.ratings if place in then and 0 < then[place] <= values[0]
    ]
    if names:
        yield f"No better than two weeks and more ago: {', '.join(names)}. That is for a professional."


def _often(told: Story, earlier: Sequence[Digest]) -> Iterator[str]:
    mine = _points(told)
    for within, most in ((SOON, SOON_VISITS), (LONG, LONG_VISITS)):
        recent = [each for each in earlier if timedelta() <= told.began - each.began <= within]
        visits = Counter(point for each in recent for point in _points(each))
        often = sorted(point for point in mine if visits[point] + 1 >= most)
        if often:
            count = max(visits[point] for point in often) + 1
            yield f"{count} times in {within.days} days: {', '.join(often)}. {_CAUSE}"
            return


def _points(told: Digest) -> set[str]:
    return (
        {each.place.name for each in told.plan.segments if isinstance(each, Press)} if told.seconds else set()
    )
