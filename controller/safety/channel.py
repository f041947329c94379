"""What a role is bound to: one channel of one device, or the person's own device by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from protocols.plan import Kind

Leash = Literal["lease", "timer", "none", "person"]
"""What makes a device rest when nobody tells it to (LE1 to LE4 in `safety.md`)."""


LEAST_LEVELS = 3
"""With fewer, on a scale that nobody knows, not even the first level lies in the lowest third (LE4)."""
LEAST_ON_A_SCALE = 2
"""A single level is the slowest and the fastest at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One thing a device does. `low`, `high` and `step` are in `unit`: strokes a minute or °C.

    By hand (`leash` is `person`) the scale may be unknown: then `low` and `high` are None and
    `levels` is the number of the device's own levels, where that is known.
    """

    role: str
    kind: Kind
    device: str
    leash: Leash
    low: float | None
    high: float | None
    step: float = 0.0
    lease_ms: int = 0
    measured: bool = True
    levels: int | None = None
    simulated: bool = False

    @classmethod
    def worked_by_hand(
        cls, role: str, kind: Kind, levels: int | None = None, *,
        name: str = "", scale: tuple[float, float] | None = None,
    ) -> Channel:  # fmt: skip
        """The person's own device, which nothing measures: `name` is theirs for it.

        `scale`: its slowest and fastest in strokes a minute, where they are known; its `levels` lie evenly
        between. Raises ValueError for levels and a scale of which none is gentle.
        """
        step = 0.0
        if kind == "percussion":
            _refuse_ungentle(levels, scale)
            step = 0.0 if levels is None or scale is None else (scale[1] - scale[0]) / (levels - 1)
        low, high = scale or (None, None)
        return cls(
            role=role, kind=kind, device=f"{name or role} (by hand)", leash="person",
            low=low, high=high, step=step, measured=False, levels=levels,
        )  # fmt: skip

    @property
    def by_hand(self) -> bool:
        """Whether the person works it."""
        return self.leash == "person"

    @property
    def unit(self) -> str:
        """The unit of its setpoint: per cent where a head's scale is not known."""
        if self.kind == "heat":
            return "°C"
        return "%" if self.low is None else "/min"


def _refuse_ungentle(levels: int | None, scale: tuple[float, float] | None) -> None:
    if scale is not None and not 0 < scale[0] < scale[1] < float("inf"):
        raise ValueError(f"a scale from {scale[0]:g} to {scale[1]:g} strokes a minute is none")
    least = LEAST_LEVELS if scale is None else LEAST_ON_A_SCALE
    if levels is not None and levels < least:
        raise ValueError(f"{levels} levels: at least {least} are needed for one of them to be gentle")
