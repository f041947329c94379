"""Safety: the limits as a table, the check of a plan, the account of a session, the gate. Pure."""

from __future__ import annotations

from controller.safety.account import HAND, Account, Driven, Sample
from controller.safety.channel import Channel, Leash
from controller.safety.gate import Refusal, Request, View, admit
from controller.safety.limits import LIMITS, Limit
from controller.safety.remedies import remedy
from controller.safety.verify import Violation, longest_ms, skip_refused, verify

__all__ = [
    "HAND",
    "LIMITS",
    "Account",
    "Channel",
    "Driven",
    "Leash",
    "Limit",
    "Refusal",
    "Request",
    "Sample",
    "View",
    "Violation",
    "admit",
    "longest_ms",
    "remedy",
    "skip_refused",
    "verify",
]
