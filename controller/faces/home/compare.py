"""Two sessions side by side: what they have in common, and what differs. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from controller.faces.told.had import given_in, minutes
from controller.faces.told.words import change, clock, fitted, local, on_what, outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from controller.journal import Story
    from controller.safety import Past

Row = tuple[str, str, str]
"""What is compared, and what each has of it."""
_LABELS: Final = (14, 28)
"""Columns for what is compared, at least and at most."""


def lines(one: Story, other: Story, past: Past | None, columns: int, *, utf8: bool) -> Iterator[str]:
    """A line for each thing; where the two differ a sign stands before it, and first of all how many do."""
    rows = [*_rows(one, other, past, utf8=utf8)]
    differs = sum(a != b for _, a, b in rows[1:])
    sign = "≠" if utf8 else "#"
    told = f"{differs} thing{'s' if differs != 1 else ''} differ" + ("s" if differs == 1 else "")
    yield f"{told}, each marked {sign}." if differs else "All of it is the same."
    yield ""
    label_room = min(max(columns * 3 // 10, _LABELS[0]), _LABELS[1])
    room = max((columns - label_room - 4) // 2, 8)
    for n, (label, a, b) in enumerate(rows):
        mark = sign if n and a != b else " "
        cells = [fitted(each, room, utf8=utf8) for each in (a, b)]
        name = fitted(label, label_room, utf8=utf8)
        yield f"{mark} {name:<{label_room}} {cells[0]:<{room}} {cells[1]}".rstrip()


def _rows(one: Story, other: Story, past: Past | None, *, utf8: bool) -> Iterator[Row]:
    def row(label: str, a: str, b: str) -> Row:
        none = "—" if utf8 else "-"
        return label, a or none, b or none

    both = (one, other)
    yield row("began", *(local(each.began) for each in both))
    yield row("protocol", *(each.plan.title for each in both))
    yield row("plan", *(each.plan.sha256[:12] for each in both))
    for name in {**one.plan.options, **other.plan.options}:
        yield row(name, *(each.plan.options.get(name, "") for each in both))
    yield row("on", *(on_what(each) for each in both))
    yield row("ended", *(outcome(each, running=False) for each in both))
    yield row("length", *(clock(each.seconds) for each in both))
    yield row("steps done", *(_steps(each) for each in both))
    places = {place: None for each in both for place, _ in each.ratings}
    for place in places:
        values = [dict(each.ratings).get(place, ()) for each in both]
        yield row(f"tender: {place.name}", *(change(v, utf8=utf8) if v else "" for v in values))
    yield from _given(one, other, past)


def _steps(told: Story) -> str:
    return f"{sum(part.why == 'done' for part in told.parts)} of {len(told.parts)}"


def _given(one: Story, other: Story, past: Past | None) -> Iterator[Row]:
    given = [given_in(each, past).sites for each in (one, other)]
    for site in {**given[0], **given[1]}:
        hads = [each.get(site) for each in given]
        name = f"{site[1]} {site[0]}"
        heat = [had.heat_rows_ms[0] if had else 0 for had in hads]
        dose = [had.dose if had else 0.0 for had in hads]
        massage = [had.percussion_ms if had else 0 for had in hads]
        if any(heat):
            yield f"heat {name}", minutes(heat[0]), minutes(heat[1])
        if any(each >= 0.005 for each in dose):
            yield f"dose {name}", f"{dose[0]:.2g}", f"{dose[1]:.2g}"
        if any(massage):
            yield f"massage {name}", minutes(massage[0]), minutes(massage[1])
