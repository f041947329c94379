"""What a session decides while it takes one input, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.core.events import Said

if TYPE_CHECKING:
    from controller.core.events import Effect


class Voice:
    """Collects effects; events get `t`, the seconds since the session began (0 before)."""

    def __init__(self) -> None:
        self.now_ms = 0
        self.started_ms: int | None = None
        self._effects: list[Effect] = []

    @property
    def t(self) -> float:
        """Seconds since the session began; 0 before."""
        return 0.0 if self.started_ms is None else (self.now_ms - self.started_ms) / 1000

    def say(self, event: str, **data: object) -> None:
        """An event of `run --json`."""
        self._effects.append(Said(event, {"t": self.t, **data}))

    def limit(self, limit: str, measured: float | None, allowed: float | None) -> None:
        """A row of `safety.md` that was met."""
        self.say("limit", limit=limit, measured=measured, allowed=allowed)

    def decide(self, *effects: Effect) -> None:
        """Anything else."""
        self._effects.extend(effects)

    def take_all(self) -> tuple[Effect, ...]:
        """What was collected since the last call."""
        effects = tuple(self._effects)
        self._effects.clear()
        return effects
