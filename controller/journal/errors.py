"""What can be wrong with the record."""

from __future__ import annotations


class JournalError(Exception):
    """The record cannot be written or read; `remedy` says what a person can do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


class NoSuchSessionError(JournalError):
    """No session of the record, or more than one, is meant."""
