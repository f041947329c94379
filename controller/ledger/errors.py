"""What can be wrong with a ledger.

LedgerError   it cannot be used at all: nothing may be driven
DamagedError  a file is there and cannot be believed: it is kept aside, and the budget counts as spent
"""

from __future__ import annotations


class LedgerError(Exception):
    """The ledger cannot be written or read; `remedy` says what a person can do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


class DamagedError(Exception):
    """The ledger was changed, cut, or cannot be read. Never leaves this room."""
