"""The pure session: events in, effects out. Standard library and the plan alone."""

from controller.core.events import (
    Answer,
    Command,
    Effect,
    Failed,
    Hold,
    Input,
    Interrupted,
    LinkFound,
    LinkLost,
    Outcome,
    Reading,
    Refused,
    Reopen,
    Said,
    Slept,
    Tick,
    Withheld,
)
from controller.core.session import Session, is_simulated

__all__ = [
    "Answer",
    "Command",
    "Effect",
    "Failed",
    "Hold",
    "Input",
    "Interrupted",
    "LinkFound",
    "LinkLost",
    "Outcome",
    "Reading",
    "Refused",
    "Reopen",
    "Said",
    "Session",
    "Slept",
    "Tick",
    "Withheld",
    "is_simulated",
]
