"""Where each person's ledger is, and how it goes."""

from __future__ import annotations

import os
import secrets
import shutil
import unicodedata
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote

from controller.config import state_dir
from controller.ledger import files
from controller.ledger.errors import LedgerError
from controller.ledger.ledger import LOCK

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_NAME = 150
"""Bytes of a quoted name that any file system takes, with what is put round it."""


def ledger_folder(person: str | None) -> Path:
    """The folder of a person's ledger; None: the guest, who is nobody of that name."""
    return state_dir() / "ledgers" / ("guest" if person is None else f"person-{_file_name(person)}")


def forget(person: str | None) -> bool:
    """Remove a person's ledger whole, with what was kept aside; False: there was none. Raises LedgerError."""
    folder = ledger_folder(person)
    if not os.path.lexists(folder):
        return False
    try:
        lock = files.lock(folder / LOCK)
        if lock is None:
            raise LedgerError("a session of this person is running", "end it first: unknot stop")
        try:
            # All at once: half a ledger would look damaged to whoever gets the name next.
            gone = folder.with_name(f".forgotten-{secrets.token_hex(4)}")
            files.rename(folder, gone)
            files.sync_folder(folder.parent)
        finally:
            os.close(lock)
        for each in folder.parent.glob(".forgotten-*"):
            shutil.rmtree(each)
    except OSError as error:
        raise LedgerError(
            f"{folder} cannot be removed: {error.strerror}", f"remove it by hand: {folder}"
        ) from error
    return True


def _file_name(person: str) -> str:
    """One name in any of its spellings in Unicode is one person; no name leaves the folder."""
    name = unicodedata.normalize("NFC", person)
    quoted = quote(name, safe="")
    return quoted if len(quoted) <= LONGEST_NAME else sha256(name.encode()).hexdigest()
