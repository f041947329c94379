"""The proof that a session decided what its record says: the same inputs, to the same core."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, cast

from controller.journal.encoding import encode
from controller.journal.errors import JournalError
from controller.journal.reading import entries, kept_session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from controller.core.events import Effect, Input
    from controller.safety import Channel
    from protocols.plan import Plan


class Core(Protocol):
    """What replay needs of a session."""

    def feed(self, input_: Input, now_ms: int, /) -> tuple[Effect, ...]:
        """One step."""
        ...


@dataclass(frozen=True, slots=True)
class Difference:
    """The first step (from 1) that came out otherwise: as it is kept, and as it comes out."""

    step: int
    now_ms: int
    input: Input
    kept: str
    replayed: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many steps were fed, and the first that differs; None: the record holds what was decided."""

    session: str
    steps: int
    outcome: str | None
    difference: Difference | None

    @property
    def same(self) -> bool:
        """Whether every decision came out as it is kept, byte for byte."""
        return self.difference is None


def replay(
    path: Path,
    session_id: str,
    make: Callable[[Plan, Mapping[str, Channel], str], Core] | None = None,
) -> Replayed:
    """Feed the recorded inputs to a core that has seen nothing yet, and compare. Raises JournalError."""
    kept = kept_session(path, session_id)
    try:
        plan = cast("Plan", kept.meta["plan"])
        channels = cast("Mapping[str, Channel]", kept.meta["channels"])
    except KeyError as error:
        raise JournalError(
            f"session {session_id} was kept without its {error}", "it cannot be replayed"
        ) from error
    core = (make or _core(kept.meta))(plan, channels, session_id)
    steps = 0
    for steps, entry in enumerate(entries(path, session_id), 1):
        try:
            replayed = encode(core.feed(entry.input, entry.now_ms))
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            raise JournalError(
                f"the core cannot take step {steps} of session {session_id}: {error!r}",
                "replay it with the version that kept it; if that is this one, the record was changed",
            ) from error
        if replayed != entry.effects_text:
            _ = entry.effects  # raises where it is no difference, but nothing that can be read
            difference = Difference(steps, entry.now_ms, entry.input, entry.effects_text, replayed)
            return Replayed(session_id, steps, kept.outcome, difference)
    return Replayed(session_id, steps, kept.outcome, None)


def _core(meta: Mapping[str, object]) -> Callable[[Plan, Mapping[str, Channel], str], Core]:
    from controller.core import Session  # noqa: PLC0415  replay of another core does without it

    kept: dict[str, Any] = {key: meta[key] for key in ("simulated", "begin", "presence_ms") if key in meta}
    return partial(Session, **kept)
