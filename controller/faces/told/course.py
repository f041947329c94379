"""A session's course in lines: each step with what was driven in it, and what happened meanwhile."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from controller.core import Hold, Reading, words
from controller.faces.told.words import WHY, clock
from protocols.diagnostics import printable
from protocols.plan import Heat, Press, Say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from controller.journal import Part, Story
    from controller.safety import Channel

INDENT = 15
"""Columns before the words: the time, and the number of the step."""
Line = tuple[float | None, int | None, str]
"""When (None: told with the line before), the step that begins, and the words."""


def course(told: Story, columns: int, *, utf8: bool) -> Iterator[str]:
    """Line for line, in the order of time, wrapped to `columns`."""
    for t, number, text in _lines(told, "→" if utf8 else "->"):
        when = "" if t is None else clock(t)
        lead = f"{when:>8}  {'' if number is None else number:>3}  "
        yield from textwrap.wrap(
            printable(text), columns, initial_indent=lead, subsequent_indent=" " * INDENT
        ) or [lead.rstrip()]


def _lines(told: Story, arrow: str) -> Iterator[Line]:
    parts = {part.segment.number: part for part in told.parts}
    asked: dict[object, float] = {}
    for t, said in told.events:
        if said.event == "segment-started":
            yield from _step(told, parts[_number(said.data)], arrow)
        elif said.event == "question":
            asked[said.data.get("question")] = t
        elif text := _event(said.event, said.data, t, asked):
            yield t, None, text
    for question in _unanswered(told):
        yield None, None, f"not answered: {question}"
    missed = [part.segment.number for part in told.parts if part.started is None and part.why is None]
    if missed:
        yield None, None, f"not reached: {_ranges(missed)}"
    ended = "no end on record" if told.outcome is None else f"ended: {told.outcome}"
    yield told.seconds, None, f"{ended} ({told.why})" if told.why else ended


def _number(data: Mapping[str, object]) -> int:
    number = data.get("segment")
    return number if isinstance(number, int) else 0


def _step(told: Story, part: Part, arrow: str) -> Iterator[Line]:
    segment = part.segment
    words_of_it = words.describe(segment, told.channels)
    if isinstance(segment, Say):
        yield part.started, segment.number, f'"{words_of_it}"'
        return
    notes = [
        *([] if part.ended is None or part.started is None else [clock(part.ended - part.started)]),
        *([WHY[part.why]] if part.why in WHY else []),
        *(["not ended"] if part.ended is None else []),
    ]
    yield part.started, segment.number, f"{words_of_it} ({', '.join(notes)})"
    if isinstance(segment, Heat | Press) and segment.role is not None:
        driven = _driven(told, part, segment.role, arrow)
        if driven:
            yield None, None, driven


def _driven(told: Story, part: Part, role: str, arrow: str) -> str:
    """What the device was told and what it measured in that step."""
    begin, end = part.started or 0.0, told.seconds if part.ended is None else part.ended
    channel = told.channels[role]
    during = [each for _, each in told.between(begin, end) if each.role == role and each.setpoint]
    targets = [each.setpoint for each in during if isinstance(each, Hold)]
    measured = [each.actual for each in during if isinstance(each, Reading) and each.actual is not None]
    said = []
    if targets:
        said.append(f"told {_span(targets[0], targets[-1], channel, arrow)}")
    if measured:
        said.append(f"measured {_span(min(measured), max(measured), channel, 'to')}")
    return f"{role} {', '.join(said)}" if said else ""


def _span(first: float, last: float, channel: Channel, between: str) -> str:
    one, other = (f"{value:.{1 if channel.kind == 'heat' else 0}f}" for value in (first, last))
    return f"{one} {channel.unit}" if one == other else f"{one} {between} {other} {channel.unit}"


def _event(event: str, data: Mapping[str, object], t: float, asked: Mapping[object, float]) -> str:  # noqa: PLR0911  one for each
    match event:
        case "answer":
            return _answer(data, t - asked.get(data.get("question"), t))
        case "segment-ended" if data.get("why") == "until":
            return f"step {data.get('segment')}: {WHY['until']}"
        case "paused":
            return f"paused: {data.get('why')}"
        case "resumed":
            return "went on"
        case "limit":
            return _limit(data)
        case "level" if data.get("changed"):
            return str(data.get("text"))
        case "device-lost":
            return f"lost {data.get('device')}: {data.get('why')}"
        case "device-found":
            return f"found {data.get('device')} again: {data.get('why')}"
        case _:
            return ""


def _answer(data: Mapping[str, object], waited: float) -> str:
    value = data.get("value")
    told = f"{value:g}" if isinstance(value, int | float) else str(value)
    late = f" (after {clock(waited)})" if waited >= 1 else ""
    # A step that asks has said its question already.
    if data.get("kind") in ("ask", "rate"):
        return f"answered {told}{late}"
    return f"{str(data.get('text')).splitlines()[0]} {told}{late}"


def _limit(data: Mapping[str, object]) -> str:
    figures = [
        f"{word} {value:g}"
        for word in ("measured", "allowed")
        for value in (data.get(word),)
        if isinstance(value, int | float)
    ]
    return " ".join([f"limit {data.get('limit')}:", ", ".join(figures)]).rstrip(" :")


def _unanswered(told: Story) -> list[str]:
    """Questions that were still open at the end."""
    questions = {
        said.data.get("question"): str(said.data.get("text")).splitlines()[0]
        for _, said in told.events
        if said.event == "question"
    }
    for _, said in told.events:
        if said.event == "answer":
            questions.pop(said.data.get("question"), None)
    return list(questions.values())


def _ranges(numbers: list[int]) -> str:
    """As `step 4`, or `steps 4 to 6 and 9`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = [str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]
    return f"{'step' if len(numbers) == 1 else 'steps'} {' and '.join(told)}"
