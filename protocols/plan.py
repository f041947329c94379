"""What a protocol comes to: numbered segments, the tracks that order them, and a hash.

Times are whole milliseconds (``_ms``), so that sums are exact; temperatures are °C at the hottest
point that touches the skin; strength is a fraction of the way from a device's slowest to its
fastest stroke; force is newtons. Standard library only.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Side = Literal["left", "right", "both"]
Kind = Literal["heat", "percussion"]
Move = Literal["still", "circles", "along"]
Comparison = Literal["<", "<=", ">", ">=", "==", "!="]

REFERENCE_SLOWEST = 1200.0
"""Strokes a minute of the slowest device that `check` judges a rate against (protocol-language)."""
REFERENCE_FASTEST = 3200.0
"""Strokes a minute of the fastest device that `check` judges a rate against (protocol-language)."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point or an area, by its lower-case name, with its side (None: the place as a whole)."""

    name: str
    side: Side | None = None

    def __str__(self) -> str:
        return self.name if self.side is None else f"{self.name}, {self.side}"


@dataclass(frozen=True, slots=True)
class Strength:
    """How strongly a head works: a fraction (0 to 1), or strokes a minute."""

    value: float
    unit: Literal["fraction", "/min"] = "fraction"

    def fraction(self, slowest: float = REFERENCE_SLOWEST, fastest: float = REFERENCE_FASTEST) -> float:
        """The way from `slowest` to `fastest`, both in strokes a minute; may fall outside 0 to 1."""
        if self.unit == "fraction":
            return self.value
        return (self.value - slowest) / (fastest - slowest)


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison with what the person said: `subject` is `tenderness` or a name given by `as`."""

    subject: str
    comparison: Comparison
    value: float | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What every segment has: its number (from 1), and the path and line of the step it came from."""

    number: int
    path: str = field(compare=False)
    line: int = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat(Step):
    """Warms `place` to `to` °C; `hold_ms` counts from within 1 °C of it, which `within_ms` bounds."""

    place: Place
    role: str
    to: float
    hold_ms: int
    within_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Press(Step):
    """Percussion by `role` at `at`, or the person's own pressure where `role` is None."""

    place: Place
    role: str | None
    at: Strength | None
    hold_ms: int
    move: Move
    force: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest(Step):
    """Nothing is driven (inside `together`: nothing of its branch)."""

    hold_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch(Step):
    """One guided hold; `times` in a file becomes as many segments."""

    place: Place
    hold_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Step):
    """Asks for tenderness at `place`, 0 to 10."""

    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Step):
    """A question with its choices; an answer that meets any of `stop_if` ends the session."""

    text: str
    choices: tuple[str, ...]
    name: str | None
    stop_if: tuple[Condition, ...]
    because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(Step):
    """Shown, and spoken where that is switched on; waits for nothing."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cool(Step):
    """Waits at rest until `role` measures below `below` °C; past `within_ms` the session fails."""

    role: str
    below: float
    within_ms: int


Segment = Heat | Press | Rest | Stretch | Rate | Ask | Say | Cool


@dataclass(frozen=True, slots=True)
class Fork:
    """Branches that run side by side; the item ends when all have."""

    branches: tuple[Track, ...]


@dataclass(frozen=True, slots=True)
class Until:
    """After a round: when `condition` holds, the next `skips` items of this track are not needed.

    `rates` are the numbers of the round's `rate` segments, for a condition on `tenderness`. Jumps
    go forward alone, so every track ends.
    """

    condition: Condition
    rates: tuple[int, ...]
    skips: int


Item = int | Fork | Until
Track = tuple[Item, ...]
"""Items in their order; an int is the number of a segment."""

VERBS: dict[type[Step], str] = {
    Heat: "heat", Press: "press", Rest: "rest", Stretch: "stretch",
    Rate: "rate", Ask: "ask", Say: "say", Cool: "cool",
}  # fmt: skip


def verb(segment: Segment) -> str:
    """The language's word for what `segment` does."""
    return VERBS[type(segment)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A protocol with its options chosen: what will happen, at the longest, before it does.

    `roles` maps each role to its kind, in the order of first use. `limits` maps ids of limits
    (`SE1`, `HT1`, `HT9`, `PC2`, `PC3`) to the tighter values of the file, in seconds or °C.
    """

    title: str
    roles: Mapping[str, Kind]
    segments: tuple[Segment, ...]
    track: Track
    limits: Mapping[str, float] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)

    def segment(self, number: int) -> Segment:
        """The segment with that number, from 1."""
        return self.segments[number - 1]

    @property
    def sha256(self) -> str:
        """The hash of the canonical form: without lines, paths and title, roles by first use."""
        text = json.dumps(self._canonical(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def _canonical(self) -> dict[str, object]:
        numbered = {role: str(n) for n, role in enumerate(self.roles, 1)}
        return {
            "unknot": 1,
            "roles": list(self.roles.values()),
            "segments": [_canonical_segment(s, numbered) for s in self.segments],
            "track": [item_to_json(i) for i in self.track],
            "limits": {k: _integral(v) for k, v in self.limits.items()},
        }


def _integral(value: object) -> object:
    # Hundred-thousandths as whole numbers: no platform prints them differently.
    return round(value * 100_000) if isinstance(value, float) else value


def _canonical_segment(segment: Segment, numbered: Mapping[str, str]) -> dict[str, object]:
    shown = segment_to_json(segment)
    del shown["path"], shown["line"]
    if shown.get("role") is not None:
        shown["role"] = numbered[str(shown["role"])]
    return {key: _deep_integral(value) for key, value in shown.items()}


def _deep_integral(value: object) -> object:
    if isinstance(value, dict):
        return {k: _deep_integral(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_deep_integral(v) for v in value]
    return _integral(value)


def segment_to_json(segment: Segment) -> dict[str, object]:
    """Plain values, `verb` first, for the record and for `plan --json`."""
    shown: dict[str, object] = {"verb": verb(segment)}
    for each in fields(segment):
        shown[each.name] = _plain(getattr(segment, each.name))
    return shown


def _plain(value: object) -> object:
    if isinstance(value, Place):
        return {"name": value.name, "side": value.side}
    if isinstance(value, Strength):
        return {"value": value.value, "unit": value.unit}
    if isinstance(value, Condition):
        return {"subject": value.subject, "comparison": value.comparison, "value": value.value}
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    return value


def item_to_json(item: Item) -> object:
    """An int, `{"together": [...]}` or `{"until": ..., "rates": ..., "skips": ...}`."""
    if isinstance(item, Fork):
        return {"together": [[item_to_json(i) for i in branch] for branch in item.branches]}
    if isinstance(item, Until):
        return {"until": _plain(item.condition), "rates": list(item.rates), "skips": item.skips}
    return item


def numbers(track: Track) -> Iterator[int]:
    """Every segment number below `track`, in the file's order."""
    for item in track:
        if isinstance(item, Fork):
            for branch in item.branches:
                yield from numbers(branch)
        elif isinstance(item, int):
            yield item
