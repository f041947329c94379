"""What a role is bound to: one channel of one device, or the person's own device by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from protocols.plan import Kind

Leash = Literal["lease", "timer", "none", "person"]
"""What makes a device rest when nobody tells it to (LE1 to LE4 in `safety.md`)."""


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
    def worked_by_hand(cls, role: str, kind: Kind, levels: int | None = None) -> Channel:
        """The person's own device: nothing measures it, and its scale is not known."""
        return cls(
            role=role, kind=kind, device=f"{role} (by hand)", leash="person",
            low=None, high=None, measured=False, levels=levels,
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
