"""What stands for one body: the rows of its profile, what screening keeps away, what it has had. Pure.

Ledger time is in seconds: it never goes back, whatever the wall clock does. How it is used:

- `verify(plan, channels, standing)`, `warnings(plan, standing)`: each `Violation` says `by` what.
- `Account(plan, channels, standing)` and `View(..., standing=standing)` for the gate: the same object,
  with `past.now_s` at the session's clock 0.
- `account.given(session, began_s, now_s)`: what the session gave so far by itself, a `Given`;
  `worst_case(account, numbers, session, began_s, now_s)`: that, and the worst that the segments with
  those numbers may still give, to be written ahead.
- `effective(row, standing, hard=..., place=..., site=..., channel=..., own=...)`: a `Bound`.
- `before(past)`: the sums of `past`. The rows of section 6.5: `profiles.FIRST_USE` and so on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from controller.safety.limits import HT15_SOFT_MS
from protocols.body import area_of, points_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from controller.safety.limits import Site, Spot

Touch = Literal["heat", "percussion", "pressure"]
"""What is done to a place: by a pad, by a percussion head, or by the person's own hand."""
SetBy = Literal[
    "hard", "profile", "area", "device", "leash", "soft", "protocol", "screening", "ledger"
]  # fmt: skip
"""What set an effective limit: the strictest of these wins."""


@dataclass(frozen=True, slots=True)
class Bound:
    """An effective limit: the value that stands, the row that says so, and what set it."""

    limit: str
    allowed: float
    by: SetBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What an answer keeps away: `touches` on `places` (areas and points by name; None: everywhere).

    `row` is the row of screening; `message` says why and what to do instead. `clinician`: a clinician
    profile may lift it; `unmeasured`: why that lifts nothing where nobody measures the heat, empty where
    it does. `emergency`: nothing at all, and no way round.
    """

    row: str
    touches: frozenset[Touch]
    places: frozenset[str] | None
    message: str
    clinician: bool = False
    unmeasured: str = ""
    emergency: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tightening:
    """A row of section 6.5 (`PF1` to `PF12`) or of screening as numbers; None: it says nothing of that.

    `places` as in `Block`. Temperatures in °C, times in ms; `strength` and `time` are factors of the
    caps of PC13 and of PC2, PC3 and PC5.
    """

    row: str
    name: str
    places: frozenset[str] | None = None
    heat_soft: float | None = None
    heat_hard: float | None = None
    heat_ms: int | None = None
    dose: float | None = None
    paranoid: bool = False
    strength: float | None = None
    strength_most: float | None = None
    time: float | None = None
    percussion_day_ms: int | None = None
    presence_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Had:
    """What one area and side had in one session. Ends are ledger time; None: it had none."""

    heat_rows_ms: tuple[int, ...] = (0, 0, 0, 0)
    dose: float = 0.0
    unmeasured_ms: int = 0
    heat_end_s: float | None = None
    percussion_ms: int = 0
    percussion_end_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What one session gave to one body, or at the worst may have given (`settled` False).

    `holds`, `held` and `worst`: the end of the last hold by hand, how many there were (not told: one), the
    worst tenderness told. `completed`: it
    came to the end of its plan, so that HT16 holds; a session that ended early may go on at once.
    """

    session: str
    began_s: float
    ended_s: float
    sites: Mapping[Site, Had]
    heat_ms: int = 0
    heat_driven_ms: int = 0
    percussion_ms: int = 0
    hand_held_ms: int = 0
    holds: Mapping[Spot, float] | None = None
    held: Mapping[Spot, int] | None = None
    worst: Mapping[Site, float] | None = None
    settled: bool = True
    completed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What one body has had, as its ledger tells at `now_s`; `given` is oldest first.

    Where the ledger cannot be read `readable` is False: every budget counts as spent.
    """

    now_s: float = 0.0
    given: tuple[Given, ...] = ()
    readable: bool = True


NOTHING = Past()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that stands for the body that a session is for."""

    tightenings: tuple[Tightening, ...] = ()
    blocks: tuple[Block, ...] = ()
    past: Past = NOTHING
    raised: bool = False
    """Whether a clinician profile that is valid today raises soft values to the hard ones."""


PLAIN = Standing()
"""Nobody in particular: the plain soft limits, an empty ledger."""


def touches(places: frozenset[str] | None, name: str) -> bool:
    """Whether a row that holds on `places` holds on the point or area `name`."""
    return places is None or not places.isdisjoint((name, area_of(name), *points_of(name)))


def block_of(standing: Standing, touch: Touch, name: str, *, unmeasured: bool = False) -> Block | None:
    """What keeps `touch` away from the point or area `name`; None: nothing. A clinician may lift some.

    `unmeasured`: nobody measures that heat, so that it keeps to no cap.
    """
    for block in standing.blocks:
        vouched = block.clinician and standing.raised and not block.emergency
        unkept = unmeasured and touch == "heat" and block.unmeasured != ""
        if vouched and not unkept:
            continue
        if block.emergency or (touch in block.touches and touches(block.places, name)):
            return replace(block, message=block.unmeasured) if vouched else block
    return None


def paranoid(standing: Standing) -> bool:
    """Whether dose below 43 °C counts with R 0.5 (PF1)."""
    return any(row.paranoid for row in standing.tightenings)


def presence_ms(standing: Standing) -> int:
    """How long somebody may be silent in heat before the presence question: HT15, or a profile's less."""
    return min((HT15_SOFT_MS, *(row.presence_ms for row in standing.tightenings if row.presence_ms)))
