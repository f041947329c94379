"""A damaged ledger is kept untouched beside the one that is begun in its place, with all spent."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from controller.ledger import chain, entries, files
from controller.ledger.clocks import first

if TYPE_CHECKING:
    from pathlib import Path

    from controller.ledger.clocks import Moment


def begin_spent(folder: Path, now: Moment, until: float) -> Path:
    """Set both files aside and begin again, spent `until` that ledger time; where the old one is.

    A crash at any point leaves what is damaged still. Raises OSError.
    """
    ledger, anchor = folder / chain.LEDGER, folder / chain.ANCHOR
    ending = _ending(folder, now)
    line = entries.encode(
        entries.Entry(number=1, what="spent", mark=first(now), until=until), entries.GENESIS
    )
    gone = not os.path.lexists(ledger)
    if gone:
        os.close(files.open_to_append(ledger))
        files.sync_folder(folder)
    if os.path.lexists(anchor):
        files.rename(anchor, folder / f"{chain.ANCHOR}{ending}")
        files.sync_folder(folder)
    files.place(anchor, chain.shown(chain.Anchor(1, entries.hash_of(line[:-1]))))
    files.sync_folder(folder)
    if not gone:
        files.rename(ledger, folder / f"{chain.LEDGER}{ending}")
        files.sync_folder(folder)
    files.place(ledger, line)
    files.sync_folder(folder)
    return folder / f"{chain.ANCHOR if gone else chain.LEDGER}{ending}"


def _ending(folder: Path, now: Moment) -> str:
    stamp = f".damaged-{datetime.fromtimestamp(max(0.0, now.wall), UTC):%Y%m%dT%H%M%SZ}"
    ending, number = stamp, 1
    while any(os.path.lexists(folder / f"{name}{ending}") for name in (chain.LEDGER, chain.ANCHOR)):
        number += 1
        ending = f"{stamp}-{number}"
    return ending
