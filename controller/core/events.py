"""What goes into a session and what comes out of it. Plain frozen values, so that both can be kept.

Inputs are facts and words of the person; `Hold`, `Reopen` and `Said` are what a session decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Outcome = Literal["completed", "failed", "unanswered", "refused", "lost", "stopped", "limit"]
DeviceState = Literal["idle", "running", "stopped", "fault"]
Do = Literal["pause", "resume", "skip", "faded", "softer", "stronger", "stop"]


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a device says of a role's channel: `actual` is None where it has no valid reading."""

    role: str
    setpoint: float
    actual: float | None
    state: DeviceState = "running"
    fault: str | None = None
    battery: int | None = None


@dataclass(frozen=True, slots=True)
class LinkLost:
    """The device can no longer be spoken to, or has restarted; it rests by its own lease. `taken`:
    another program drives it now."""

    role: str
    why: str
    taken: bool = False


@dataclass(frozen=True, slots=True)
class LinkFound:
    """The same device answers again."""

    role: str
    why: str = "answers again"


@dataclass(frozen=True, slots=True)
class Refused:
    """The gate let a setpoint of `role` not pass, for the limit with that id."""

    role: str
    limit: str
    measured: float | None
    allowed: float | None


@dataclass(frozen=True, slots=True)
class Withheld:
    """What the session decides for `role` does not reach its device, which rests until the ledger has it;
    or, with `withheld` false, reaches it again."""

    role: str
    withheld: bool


@dataclass(frozen=True, slots=True)
class Unwatched:
    """Nobody who can act sees the session any more; or, with `unwatched` false, somebody does again."""

    unwatched: bool


@dataclass(frozen=True, slots=True)
class Slept:
    """The computer slept for so many seconds, in which no clock of the session ran."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Command:
    """A word of the person. `refused`: the limit that forbids a `skip` now, from what places had."""

    do: Do
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to the question with that id. `value` is None: nobody will answer it."""

    question: str
    value: str | float | None


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A signal, a closed terminal: end now, outcome `stopped`, exit 130."""

    why: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Something of ours broke (an exception, the record): end now, outcome `failed`, exit 1."""

    why: str


Input = (
    Tick
    | Reading
    | LinkLost
    | LinkFound
    | Refused
    | Withheld
    | Unwatched
    | Slept
    | Command
    | Answer
    | Interrupted
    | Failed
)


@dataclass(frozen=True, slots=True)
class Hold:
    """From now on `role` is to be held at `setpoint` (its channel's unit; 0: rest)."""

    role: str
    setpoint: float


@dataclass(frozen=True, slots=True)
class Reopen:
    """The person wants a lost device back: open its link again, once."""

    role: str


@dataclass(frozen=True, slots=True)
class Said:
    """One event of `run --json`, without `t`: see `command-line.md` for the keys of each."""

    event: str
    data: Mapping[str, object] = field(default_factory=dict)


Effect = Hold | Reopen | Said
