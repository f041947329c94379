"""The record: everything that went into a session and came out of it, and the proof of it by replay."""

from __future__ import annotations

from controller.journal.encoding import decode, encode
from controller.journal.errors import JournalError, NoSuchSessionError
from controller.journal.journal import LEAST_FREE, Journal
from controller.journal.reading import Entry, Kept, entries, find, kept_session, session_ids, sessions
from controller.journal.replay import Difference, Replayed, replay
from controller.journal.story import Clock, Digest, Part, Story, clock_of, digest, story

__all__ = [
    "LEAST_FREE",
    "Clock",
    "Difference",
    "Digest",
    "Entry",
    "Journal",
    "JournalError",
    "Kept",
    "NoSuchSessionError",
    "Part",
    "Replayed",
    "Story",
    "clock_of",
    "decode",
    "digest",
    "encode",
    "entries",
    "find",
    "kept_session",
    "replay",
    "session_ids",
    "sessions",
    "story",
]
