"""What the gate is asked, what it sees, and how it says no."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from controller.safety.standing import PLAIN, Standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from controller.safety.account import Account, Driven, Sample
    from controller.safety.channel import Channel
    from controller.safety.limits import Site
    from protocols.plan import Heat, Plan, Press


@dataclass(frozen=True, slots=True)
class Request:
    """What `role` is to be held at for the segment with that number, in its channel's unit.

    By hand with an unknown scale the unit of percussion is per cent. 0 is rest.
    """

    role: str
    setpoint: float
    segment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the gate sees. Times are the session's clock; `account` is brought up to `now_ms` before.

    `present_ms`: when the person last gave a word. `paused_ms`: the longest pause so far.
    `worst_rating`: the worst tenderness so far. `driven`: what the other roles are held at already.
    `standing`: the one that `account` was made with.
    """

    plan: Plan
    channels: Mapping[str, Channel]
    samples: Mapping[str, Sample]
    account: Account
    now_ms: int
    started_ms: int | None
    present_ms: int | None
    paused_ms: int
    worst_rating: float | None
    driven: Mapping[str, Driven] = field(default_factory=dict)
    standing: Standing = PLAIN


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: the limit's id, or `plan` (not what the segment says), `device` (outside its range),
    `missing` (what is needed to judge it)."""

    limit: str
    measured: float | None
    allowed: float | None


@dataclass(frozen=True, slots=True)
class Case:
    """A request that makes sense, with what every guard needs of it. `unseen`: nobody measures it."""

    request: Request
    view: View
    channel: Channel
    segment: Heat | Press
    heat: Heat | None
    press: Press | None
    sites: tuple[Site, ...]
    fraction: float
    unseen: bool
