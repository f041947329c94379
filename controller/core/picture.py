"""The frozen picture that faces draw, from a session as it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from controller.core import words
from controller.core.near import Near
from controller.safety.limits import HT11_FREE, HT11_SOFT
from controller.snapshot import ChannelView, QuestionView, SegmentView, Snapshot
from protocols.bounds import length_ms
from protocols.plan import Cool, Heat, Press, Rate, numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from controller.core.branch import Running
    from controller.core.session import Session
    from controller.safety import Account
    from controller.snapshot import State
    from protocols.plan import Segment

SegmentState = Literal["ahead", "now", "done", "skipped"]
TOLD_MS = 8_000
"""How long what came of a word is shown, by the person's own clock."""
STATES: tuple[SegmentState, ...] = ("ahead", "now", "done", "skipped")


class Picture:
    """Draws one session; what never changes of it is worked out once. With its account it tells which
    limits are near; `lowered` is what was lowered in the plan before it began."""

    def __init__(
        self, session: Session, account: Account | None = None, lowered: tuple[str, ...] = ()
    ) -> None:
        self._session = session
        self._near = None if account is None else Near(session, account)
        self._lowered = lowered
        plan, channels = session.plan, session.channels
        self._texts = [(s.number, words.describe(s, channels), words.seconds_of(s)) for s in plan.segments]
        self._views = {
            (number, state): SegmentView(number=number, text=text, seconds=seconds, state=state)
            for number, text, seconds in self._texts
            for state in STATES
        }

    def now(self, speed: float = 1.0) -> Snapshot:
        """Everything a face needs, as of the session's last input."""
        return _picture(self._session, speed, self._segments(), self._near, self._lowered)

    def _segments(self) -> tuple[SegmentView, ...]:
        session = self._session
        active = {r.segment.number for r in session.steps.running}
        ended = session.steps.ended
        return tuple(
            self._views[number, _segment_state(ended, number, active)] for number, _, _ in self._texts
        )


def _picture(
    session: Session, speed: float, segments: tuple[SegmentView, ...], near: Near | None,
    lowered: tuple[str, ...],
) -> Snapshot:  # fmt: skip
    front = session.steps.front
    number = front.segment.number if front is not None else len(session.steps.ended)
    return Snapshot(
        session=session.id,
        title=session.plan.title,
        state=_state(session),
        simulated=session.simulated,
        by_hand=any(c.by_hand for c in session.channels.values()),
        speed=speed,
        t=session.t,
        line=_line(session, front),
        next=words.next_line(session.plan, number, session.channels) if session.stage == "running" else None,
        countdown=_countdown(session, front),
        left=_left_ms(session) / 1000,
        segments=segments,
        channels=_channels(session, near),
        ahead=_ahead(session),
        questions=_questions(session),
        reasons=tuple(session.reasons.values()) or ((session.pause_why,) if session.pause_why else ()),
        outcome=session.outcome if session.stage == "ended" else None,
        exit=session.exit if session.stage == "ended" else None,
        why=session.why if session.stage == "ended" else None,
        near=() if near is None else near.now(),
        told=_told(session, speed),
        lowered=lowered,
    )


def _state(session: Session) -> State:
    if session.stage == "ended":
        return "ended"
    if session.paused_ms is not None:
        return "paused"
    if session.stage == "confirming":
        return "preparing"
    return "asking" if session.questions.blocking else "running"


def _line(session: Session, front: Running | None) -> str:
    match session.stage:
        case "confirming":
            return "Before it begins"
        case "cooling":
            return "Done. The pad cools down: nothing to do"
        case "off":
            return "Switch everything off and take it off the skin"
        case "ended":
            return "Ended"
        case _:
            if front is None:
                return session.plan.title
            return words.line(_as_softened(session, front.segment), session.channels, front.phase)


def _as_softened(session: Session, segment: Segment) -> Segment:
    """The segment as it is run: a heat at what the person wants of it."""
    if not isinstance(segment, Heat) or session.channels[segment.role].by_hand:
        return segment
    level = session.setpoints.softening.level(segment.role, segment)
    return segment if level == segment.to else replace(segment, to=level)


def _told(session: Session, speed: float) -> str:
    if session.told is None or session.now_ms - session.told[0] > TOLD_MS * max(1.0, speed):
        return ""
    return session.told[1]


def _countdown(session: Session, front: Running | None) -> float | None:
    if session.stage != "running" or front is None or front.phase != "counting":
        return None
    remaining = front.remaining_ms
    return None if remaining is None else remaining / 1000


def _left_ms(session: Session) -> int:
    done = session.steps.ended
    running = {r.segment.number: r for r in session.steps.running}
    total = 0
    for number in numbers(session.plan.track):
        if number in running:
            total += _remaining(running[number])
        elif number not in done:
            total += length_ms(session.plan.segment(number))
    return total


def _remaining(running: Running) -> int:
    hold = (running.hold_ms or 0) - running.counted_ms
    within = (running.within_ms or 0) - running.waited_ms if running.phase == "waiting" else 0
    return hold + within


def _segment_state(ended: Mapping[int, str], number: int, active: set[int]) -> SegmentState:
    if number in active:
        return "now"
    why = ended.get(number)
    if why is None:
        return "ahead"
    return "done" if why in ("done", "faded") else "skipped"


def _channels(session: Session, near: Near | None) -> tuple[ChannelView, ...]:
    targets = dict(session.steps.driven) if session.clock_runs else {}
    softening = session.setpoints.softening
    views = []
    for role, channel in session.channels.items():
        watch = session.watches.get(role)
        segment = targets.get(role)
        setpoint = session.setpoints.present[role]
        span = None if channel.low is None or channel.high is None else channel.high - channel.low
        strength = (setpoint - (channel.low or 0)) / span if span and setpoint else None
        views.append(
            ChannelView(
                role=role,
                device=channel.device,
                kind=channel.kind,
                unit=channel.unit,
                by_hand=channel.by_hand,
                linked=role not in session.lost,
                setpoint=setpoint,
                target=softening.level(role, segment) if isinstance(segment, Heat) else None,
                actual=watch.actual if watch is not None else None,
                strength=strength if channel.kind == "percussion" else None,
                battery=watch.battery if watch is not None else None,
                setting=words.setting(channel, setpoint),
                softened=segment is not None and softening.softened(role, segment),
                limit=near.ceiling(role) if near is not None and channel.kind == "heat" else None,
            )
        )
    return tuple(views)


def _ahead(session: Session) -> tuple[tuple[float, float], ...]:
    """The target from now on, along the plan as it goes when nothing ends early."""
    softening = session.setpoints.softening
    corners: list[tuple[float, float]] = []
    at = 0.0
    for running in session.steps.running:
        if isinstance(running.segment, Heat):
            to = softening.level(running.segment.role, running.segment)
            begin = session.setpoints.present[running.segment.role] or min(to, HT11_FREE)
            rise = max(0.0, to - begin) / HT11_SOFT * 60
            at = rise + ((running.hold_ms or 0) - running.counted_ms) / 1000
            corners += [(0.0, begin), (rise, to), (at, to), (at, 0.0)]
        elif running.remaining_ms is not None:
            at = running.remaining_ms / 1000
    front = session.steps.front
    for segment in session.plan.segments[front.segment.number if front is not None else 0 :]:
        if segment.number in session.steps.ended:
            continue
        if isinstance(segment, Heat):
            to = softening.level(segment.role, segment)
            begin = min(to, HT11_FREE)
            rise = (to - begin) / HT11_SOFT * 60
            corners += [(at, begin), (at + rise, to)]
            at += rise + segment.hold_ms / 1000
            corners += [(at, to), (at, 0.0)]
        elif not isinstance(segment, Cool):
            at += words.seconds_of(segment) or 0.0
    return tuple(corners)


def _questions(session: Session) -> tuple[QuestionView, ...]:
    views = []
    for question in session.questions.open.values():
        segment = question.running.segment if question.running is not None else None
        place = segment.place if isinstance(segment, Press | Heat | Rate) else None
        views.append(
            QuestionView(
                id=question.id,
                text=question.text,
                kind=question.kind,
                choices=question.choices,
                place=str(place) if place is not None else None,
                told=words.said_before(session.plan, segment) if isinstance(segment, Heat | Press) else "",
            )
        )
    return tuple(views)
