"""The rows of section 6.5 of `safety.md` as data: `PF1` to `PF12` in their order.

What a row blocks is told as a `Block` by screening; here are its numbers. `replace(NEEDLED, row=...,
places=...)` makes one for a place.
"""

from __future__ import annotations

from typing import Final

from controller.safety.limits import MINUTE_MS
from controller.safety.standing import Tightening

REDUCED_FEELING: Final = Tightening(
    row="PF1", name="reduced feeling", heat_soft=39.0, heat_ms=15 * MINUTE_MS, dose=0.5, paranoid=True,
    strength=0.5, time=0.5, presence_ms=2 * MINUTE_MS,
)  # fmt: skip
DIABETES: Final = Tightening(row="PF2", name="diabetes", heat_soft=39.5, heat_ms=15 * MINUTE_MS, strength=0.7)
OVER_65: Final = Tightening(
    row="PF3", name="65 and older", heat_soft=39.0, heat_hard=40.0, heat_ms=15 * MINUTE_MS, dose=0.5,
    strength=0.7, time=0.7, presence_ms=3 * MINUTE_MS,
)  # fmt: skip
UNDER_18: Final = Tightening(row="PF4", name="under 18", heat_soft=39.0, heat_ms=10 * MINUTE_MS, strength=0.5)
PREGNANCY: Final = Tightening(
    row="PF5", name="expecting a child", places=frozenset({"thighs"}), heat_soft=39.0
)
BLOOD_THINNERS: Final = Tightening(row="PF6", name="blood thinners, easy bleeding", heat_soft=40.0)
OSTEOPOROSIS: Final = Tightening(row="PF7", name="osteoporosis", strength=0.5)
HEART: Final = Tightening(row="PF8", name="heart and vessels", strength=0.7)
NEEDLED: Final = Tightening(row="PF9", name="needled place", heat_soft=38.0, heat_ms=10 * MINUTE_MS)
SEDATED: Final = Tightening(row="PF10", name="sedatives or alcohol", strength=0.5)
FIRST_USE: Final = Tightening(
    row="PF11", name="first use, or a guest", heat_soft=39.5, heat_ms=10 * MINUTE_MS, strength=0.6, time=0.5
)
CLINICIAN: Final = Tightening(row="PF12", name="clinician")
"""Tightens nothing: `Standing.raised` is what it does."""

PROFILES: Final[tuple[Tightening, ...]] = (
    REDUCED_FEELING, DIABETES, OVER_65, UNDER_18, PREGNANCY, BLOOD_THINNERS, OSTEOPOROSIS, HEART, NEEDLED,
    SEDATED, FIRST_USE, CLINICIAN,
)  # fmt: skip
FIRST_USES: Final = 3
"""Sessions that count as first use."""
