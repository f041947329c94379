"""What a session gave to each place, worked out from its record by the account that the run itself keeps.

The ledger holds what counts; this tells of what is in no ledger: simulated sessions, and old ones. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.core import Reading
from controller.faces.told.document import Running
from controller.safety import HAND, Account, Driven, Sample
from protocols.plan import Press

if TYPE_CHECKING:
    from collections.abc import Iterator

    from controller.journal import Story
    from controller.safety import Given, Had, Past

_ENDED_BY_HAND = ("done", "faded")


def given_in(told: Story, past: Past | None = None) -> Given:
    """What `told` gave: as the ledger in `past` says where it knows the session, else worked out."""
    for each in () if past is None else past.given:
        if each.session == told.id and each.settled:
            return each
    return _worked_out(told)


def _worked_out(told: Story) -> Given:
    account, running = Account(told.plan, told.channels), Running(told)
    driven: dict[str, Driven] = {}
    samples: dict[str, Sample] = {}
    now_ms = 0
    for t, each in told.samples:
        now_ms = round(t * 1000)
        if isinstance(each, Reading):
            samples[each.role] = Sample(each.actual, now_ms)
        account.advance(now_ms, driven, samples)
        if isinstance(each, Reading):
            continue
        segment = running.at(t, each.role)
        driven.pop(each.role, None)
        if each.setpoint and segment is not None:
            driven[each.role] = Driven(segment, each.setpoint)
    account.advance(max(now_ms, round(told.seconds * 1000)), driven, samples)
    for part in told.parts:
        own_hand = isinstance(part.segment, Press) and part.segment.role is None
        if own_hand and part.why in _ENDED_BY_HAND:
            account.advance(now_ms, {HAND: Driven(part.segment.number, 0.0)}, samples)
    completed = told.outcome == "completed"
    return account.given(told.id, told.began.timestamp(), told.began.timestamp(), completed=completed)


def had_lines(given: Given) -> Iterator[str]:
    """A line for each area; sides that had the same in one. Then what the person's own hand held."""
    alike: dict[tuple[str, str], list[str]] = {}
    for (area, side), had in given.sites.items():
        told = _had(had)
        if told:
            alike.setdefault((area, told), []).append(side)
    for (area, told), sides in alike.items():
        yield f"{area if len(sides) > 1 else f'{area}, {sides[0]}'}: {told}"
    held = given.held or dict.fromkeys(given.holds or (), 1)
    if held:
        times = [f"{side} {point}{f' {n} times' if n > 1 else ''}" for (point, side), n in held.items()]
        yield f"held by hand: {', '.join(times)}"


def _had(had: Had) -> str:
    parts = []
    if had.heat_rows_ms[0]:
        parts.append(f"heat {minutes(had.heat_rows_ms[0])}")
    if had.dose >= 0.005:
        parts.append(f"dose {had.dose:.2g} CEM43 min{' at the worst' if had.unmeasured_ms else ''}")
    if had.percussion_ms:
        parts.append(f"massager {minutes(had.percussion_ms)}")
    return ", ".join(parts)


def minutes(ms: float) -> str:
    """As `12 min`, or `1 min 20 s`, or `40 s`; to the second."""
    whole, seconds = divmod(round(ms / 1000), 60)
    parts = [f"{whole} min"] * bool(whole) + [f"{seconds} s"] * bool(seconds or not whole)
    return " ".join(parts[:1] if whole >= 10 else parts)
