"""The frozen picture of a session that faces draw, about four times a second and on every change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["preparing", "running", "asking", "paused", "ended"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """An open question. `choices` are what may be answered; for `rate` `0` to `10`. `told` is what the
    protocol said of the place just before: nobody should have to remember it."""

    id: str
    text: str
    kind: Literal["ready", "rate", "ask", "present", "screening"]
    choices: tuple[str, ...]
    place: str | None = None
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelView:
    """One role as it is: in its `unit`; None where nothing is known. `setting` is the level, by its own
    count, that the person has a device on. `softened`: it goes to less than the plan has. `limit`: the
    most °C that stand for where it warms now or next."""

    role: str
    device: str
    kind: Literal["heat", "percussion"]
    unit: str
    by_hand: bool
    linked: bool
    setpoint: float
    target: float | None
    actual: float | None
    strength: float | None
    battery: int | None
    setting: str = ""
    softened: bool = False
    limit: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentView:
    """One line of the step list. `state` tells where it is."""

    number: int
    text: str
    seconds: float | None
    state: Literal["ahead", "now", "done", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitView:
    """A limit that is near: its row, whose it is in words, how much of it is used, and what is left."""

    id: str
    text: str
    used: float
    allowed: float
    unit: str
    left: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything a face needs to draw. Times are seconds; no face does arithmetic on time.

    `line` says what to do now, `next` what comes after it. `countdown` is what is left of the
    running step (None: nothing is counted), `left` the longest that the whole can still take.
    `ahead` is the target temperature from now on, as (seconds from now, °C) corners of a line.
    `near` are the limits that are near, the most pressing first. `told` is what came of the last word
    of the person, for a moment; `lowered` what `fit` has lowered in the plan.
    """

    session: str
    title: str
    state: State
    simulated: bool
    by_hand: bool
    speed: float
    t: float
    line: str
    next: str | None
    countdown: float | None
    left: float
    segments: tuple[SegmentView, ...]
    channels: tuple[ChannelView, ...]
    ahead: tuple[tuple[float, float], ...]
    questions: tuple[QuestionView, ...]
    reasons: tuple[str, ...]
    outcome: str | None = None
    exit: int | None = None
    why: str | None = None
    near: tuple[LimitView, ...] = ()
    told: str = ""
    lowered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """How a session ended. `lines` are for the person: what is at rest, and what is not known to be."""

    outcome: str
    exit: int
    why: str | None = None
    lines: tuple[str, ...] = ()
