"""The record: everything that went into a session and came out of it, and the proof of it by replay."""

from __future__ import annotations

from controller.journal.encoding import decode, encode
from controller.journal.errors import JournalError
from controller.journal.journal import LEAST_FREE, Journal
from controller.journal.reading import Entry, Kept, entries, kept_session, sessions
from controller.journal.replay import Difference, Replayed, replay

__all__ = [
    "LEAST_FREE",
    "Difference",
    "Entry",
    "Journal",
    "JournalError",
    "Kept",
    "Replayed",
    "decode",
    "encode",
    "entries",
    "kept_session",
    "replay",
    "sessions",
]
