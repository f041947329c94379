"""Safety: the limits as a table, what stands for a body, the check, the account, the gate. Pure."""

from __future__ import annotations

from controller.safety.account import HAND, Account, Driven, Sample
from controller.safety.bounds import effective, row_of
from controller.safety.channel import Channel, Leash
from controller.safety.gate import Refusal, Request, View, admit
from controller.safety.past import before
from controller.safety.remedies import remedy
from controller.safety.standing import (
    PLAIN,
    Block,
    Bound,
    Given,
    Had,
    Past,
    Standing,
    Tightening,
    block_of,
)
from controller.safety.table import LIMITS, Limit
from controller.safety.verify import Violation, longest_ms, skip_refused, verify
from controller.safety.waits import warnings
from controller.safety.worst import worst_case

__all__ = [
    "HAND",
    "LIMITS",
    "PLAIN",
    "Account",
    "Block",
    "Bound",
    "Channel",
    "Driven",
    "Given",
    "Had",
    "Leash",
    "Limit",
    "Past",
    "Refusal",
    "Request",
    "Sample",
    "Standing",
    "Tightening",
    "View",
    "Violation",
    "admit",
    "before",
    "block_of",
    "effective",
    "longest_ms",
    "remedy",
    "row_of",
    "skip_refused",
    "verify",
    "warnings",
    "worst_case",
]
