"""Plans, channels and accounts for the tests of safety, built without the language."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from controller.safety import PLAIN, Account, Channel, Driven, Sample, Standing
from protocols.plan import (
    Ask,
    Cool,
    Fork,
    Heat,
    Item,
    Place,
    Plan,
    Press,
    Rate,
    Rest,
    Segment,
    Strength,
    Stretch,
    Until,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

MIN, SEC = 60_000, 1_000
BASE: dict[str, Any] = {"number": 0, "path": "", "line": 1}


def heat(
    place: str = "upper back",
    to: float = 39.0,
    hold: int = 10 * MIN,
    within: int = 1,
    side: Any = "both",
    role: str = "pad",
) -> Heat:
    return Heat(**BASE, place=Place(place, side), role=role, to=to, hold_ms=hold, within_ms=within)


def press(
    place: str = "upper trapezius",
    at: float | Strength = 0.3,
    hold: int = 20 * SEC,
    side: Any = "left",
    move: Any = "circles",
    role: str = "gun",
    path: str = "",
) -> Press:
    strength = at if isinstance(at, Strength) else Strength(at)
    return Press(
        **{**BASE, "path": path}, place=Place(place, side), role=role, at=strength, hold_ms=hold, move=move,
        force=None,
    )  # fmt: skip


def hold(place: str = "upper trapezius", length: int = 20 * SEC, side: Any = "left", path: str = "") -> Press:
    return Press(
        **{**BASE, "path": path}, place=Place(place, side), role=None, at=None, hold_ms=length, move="still",
        force=None,
    )  # fmt: skip


def rest(length: int, path: str = "") -> Rest:
    return Rest(**{**BASE, "path": path}, hold_ms=length)


def cool(below: float = 37.0, within: int = 5 * MIN, role: str = "pad") -> Cool:
    return Cool(**BASE, role=role, below=below, within_ms=within)


def stretch(length: int) -> Stretch:
    return Stretch(**BASE, place=Place("upper trapezius", "left"), hold_ms=length)


def rate() -> Rate:
    return Rate(**BASE, place=Place("upper trapezius", None))


def ask() -> Ask:
    return Ask(**BASE, text="?", choices=("yes", "no"), name=None, stop_if=(), because=None)


class Together(tuple[list[Any], ...]):
    """Branches, each a list of what `plan` takes."""

    __slots__ = ()


def plan(*items: Any, limits: Mapping[str, float] | None = None) -> Plan:
    """A plan of segments in their order; `Together` forks, an `Until` goes in as it is."""
    segments: list[Segment] = []

    def track(things: Any) -> tuple[Item, ...]:
        made: list[Item] = []
        for thing in things:
            if isinstance(thing, Together):
                made.append(Fork(tuple(track(branch) for branch in thing)))
            elif isinstance(thing, Until):
                made.append(thing)
            else:
                number = len(segments) + 1
                segments.append(replace(thing, number=number, path=thing.path or f"/steps/{number}"))
                made.append(number)
        return tuple(made)

    whole = track(items)
    roles: dict[str, Any] = {}
    for segment in segments:
        if isinstance(segment, Heat | Cool):
            roles[segment.role] = "heat"
        elif isinstance(segment, Press) and segment.role:
            roles[segment.role] = "percussion"
    return Plan(title="t", roles=roles, segments=tuple(segments), track=whole, limits=limits or {})


def pad(role: str = "pad", **other: Any) -> Channel:
    facts: dict[str, Any] = {
        "role": role, "kind": "heat", "device": role, "leash": "lease", "low": 30.0, "high": 45.0,
        "step": 0.01,
    }  # fmt: skip
    return Channel(**{**facts, **other})


def gun(role: str = "gun", **other: Any) -> Channel:
    facts: dict[str, Any] = {
        "role": role, "kind": "percussion", "device": role, "leash": "lease", "low": 1200.0, "high": 3200.0,
        "step": 10.0,
    }  # fmt: skip
    return Channel(**{**facts, **other})


HAND_PAD: dict[str, Any] = {"leash": "person", "low": None, "high": None, "measured": False}
HAND_GUN = HAND_PAD
CHANNELS = {"pad": pad(), "gun": gun()}


class Drives:
    """An account that is driven by a script, at one reading a second."""

    def __init__(
        self, made: Plan, channels: Mapping[str, Channel] = CHANNELS, standing: Standing = PLAIN
    ) -> None:
        self.plan = made
        self.account = Account(made, channels, standing)
        self.now = 0
        self.samples: dict[str, Sample] = {}
        self.account.advance(0, {}, {})

    def go(
        self,
        length: int,
        driven: Mapping[str, tuple[int, float]] | None = None,
        actual: Mapping[str, float | None] | None = None,
        *,
        paused: bool = False,
        step: int = SEC,
    ) -> Drives:
        """Drive `role: (segment, setpoint)` for `length`; `actual` is read all along."""
        held = {role: Driven(*pair) for role, pair in (driven or {}).items()}
        end = self.now + length
        while self.now < end:
            self.now = min(end, self.now + step)
            for role, value in (actual or {}).items():
                self.samples[role] = Sample(value, self.now)
            self.account.advance(self.now, held, self.samples, paused=paused)
        return self
