"""What a person writes, and the plan it comes to: no device, no clock.

These names need the standard library alone; `protocols.language`, which reads files, needs more.
"""

from protocols.body import area_of, known_place, near, points_of
from protocols.bounds import Bounds, Load, bounds, cem43, dose, length_ms
from protocols.diagnostics import Diagnostic, Span, diagnose, first_ones, render
from protocols.plan import Place, Plan, Segment, Strength, verb
from protocols.units import QuantityError

__all__ = [
    "Bounds",
    "Diagnostic",
    "Load",
    "Place",
    "Plan",
    "QuantityError",
    "Segment",
    "Span",
    "Strength",
    "area_of",
    "bounds",
    "cem43",
    "diagnose",
    "dose",
    "first_ones",
    "known_place",
    "length_ms",
    "near",
    "points_of",
    "render",
    "verb",
]
