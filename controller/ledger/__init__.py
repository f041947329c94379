"""The ledger: what each body has had, written ahead of every drive, and never too low after any crash."""

from __future__ import annotations

from controller.ledger.clocks import Clocks, Moment, SystemClocks
from controller.ledger.errors import LedgerError
from controller.ledger.ledger import KEPT_S, SPENT_S, Known, Ledger, read, session_ids
from controller.ledger.places import forget, ledger_folder
from controller.ledger.writer import LedgerWriter

__all__ = [
    "KEPT_S",
    "SPENT_S",
    "Clocks",
    "Known",
    "Ledger",
    "LedgerError",
    "LedgerWriter",
    "Moment",
    "SystemClocks",
    "forget",
    "ledger_folder",
    "read",
    "session_ids",
]
