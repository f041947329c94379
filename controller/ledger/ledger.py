"""One person's ledger: open it for a session, or read what it tells. Every call may block on the disk."""

from __future__ import annotations

import os
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from controller.config import ConfigError, private_dir
from controller.ledger import chain, entries, files
from controller.ledger.aside import begin_spent
from controller.ledger.clocks import SystemClocks, first
from controller.ledger.errors import DamagedError, LedgerError
from controller.safety.standing import Past

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from controller.ledger.chain import Chain
    from controller.ledger.clocks import Clocks, Mark
    from controller.ledger.entries import Entry
    from controller.safety.standing import Given

DAY_S = 86_400
SPENT_S = DAY_S
"""How long everything counts as spent after a ledger that could not be read (section 6.6)."""
KEPT_S = 30 * DAY_S
"""What `Past` goes back to: the longest row, days of the week, lies well within."""
SKIP_LINES = 1_000
"""So many entries older than that are left out of reading from then on."""
LOCK = "lock"


@dataclass(frozen=True, slots=True)
class Known:
    """What a ledger tells, and what a person has to know of its state; None: nothing."""

    past: Past
    said: str | None = None


def read(folder: Path, clocks: Clocks | None = None) -> Known:
    """What the ledger in `folder` tells, changing nothing; also while a session writes it.

    Raises LedgerError.
    """
    try:
        found = chain.load(folder)
        if found is None or not found.lines:
            return Known(Past())
        now_s = entries.decode(found.lines[-1]).mark.next((clocks or SystemClocks()).moment()).at
        past = _past(found, now_s)
        return Known(past, _spent_text(found, now_s) if not past.readable else None)
    except DamagedError as error:
        said = f"the ledger in {folder} is damaged: {error}. Everything counts as spent"
        return Known(Past(readable=False), f"{said} until 24 h after the next try to run a session")
    except OSError as error:
        raise _unusable(folder, error) from error


def session_ids(folder: Path) -> frozenset[str]:
    """Whose sessions are whose: the id of each that the ledger in `folder` names, however old.

    Not verified: nothing is allowed or refused by it. What cannot be read names none.
    """
    try:
        told = files.read(folder / chain.LEDGER) or b""
    except (DamagedError, OSError):
        return frozenset()
    named = {entries.session_of(line) for line in told.split(b"\n")} - {b"", b'""'}
    return frozenset(each[1:-1].decode(errors="replace") for each in named)


class Ledger:
    """Open for writing: nobody else may write it until `close`. After an error nothing more is taken.

    `said` tells what a person has to know of its state; None: nothing.
    """

    def __init__(self, folder: Path, clocks: Clocks, lock: int) -> None:
        self.folder = folder
        self.said: str | None = None
        self._clocks = clocks
        self._lock = lock
        self._file = -1
        self._broken = False
        self._chain: Chain
        self._mark: Mark

    @classmethod
    def open(cls, folder: Path, clocks: Clocks | None = None) -> Ledger:
        """Open the ledger in `folder`, beginning one where there is none. Raises LedgerError.

        What cannot be read or verified is kept aside; the one begun in its place has all spent for a day.
        """
        try:
            private_dir(folder.parent)
            private_dir(folder)
            lock = files.lock(folder / LOCK)
        except ConfigError as error:
            raise LedgerError(f"the ledger cannot be kept: {error}", error.remedy) from error
        except OSError as error:
            raise _unusable(folder, error) from error
        if lock is None:
            raise LedgerError("another session of the same person is running", "end it first: unknot stop")
        ledger = cls(folder, clocks or SystemClocks(), lock)
        try:
            ledger._begin()
        except BaseException as error:
            ledger.close()
            if isinstance(error, OSError | DamagedError):
                raise _unusable(folder, error) from error
            raise
        return ledger

    def now_s(self) -> float:
        """Ledger time. May be called from any thread."""
        return self._mark.next(self._clocks.moment()).at

    def past(self) -> Past:
        """What the body has had until now. Raises LedgerError."""
        try:
            return _past(self._chain, self.now_s())
        except DamagedError as error:
            raise _unusable(self.folder, error) from error

    def add(self, given: Given, segment: int) -> None:
        """State what a session gave, or at worst may give: durable on return. Raises LedgerError."""
        self._add("settled" if given.settled else "ahead", given.session, segment, given)

    def anchor(self) -> None:
        """Make it show where entries are missing from here on; `add` first. Raises LedgerError."""
        try:
            self._place(self._chain.present_anchor())
        except OSError as error:
            self._broken = True
            raise _unusable(self.folder, error) from error

    def close(self) -> None:
        """Give the files back. Safe to repeat."""
        for descriptor in (self._file, self._lock):
            if descriptor >= 0:
                os.close(descriptor)
        self._file = self._lock = -1

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _begin(self) -> None:
        try:
            self._load()
        except DamagedError as error:
            aside = begin_spent(self.folder, self._clocks.moment(), SPENT_S)
            self._load()
            self.said = (
                f"the ledger was damaged: {error}. It is kept untouched as {aside}. "
                "Everything counts as spent for 24 h; after that all goes on as usual"
            )
        now = self._clocks.moment()
        if not self._chain.lines:
            self._mark = first(now)
        if not self._chain.lines or self._mark.stepped(now):
            self._add("clock")
        if self.said is None:
            self.said = _spent_text(self._chain, self.now_s())
        skip = self._old()
        if skip or self._chain.anchor.count != self._chain.count:
            self._place(self._chain.present_anchor(skip))
            if skip:
                self._load()

    def _load(self) -> None:
        found = chain.load(self.folder)
        if found is None:
            # Before the first entry: a ledger without an anchor was never ours.
            self._place(chain.Anchor())
            found = chain.Chain(chain.Anchor(), [], 0)
        self._chain = found
        if found.lines:
            self._mark = _latest(found, 0.0)[0].mark  # all that will be asked for makes sense
        if self._file >= 0:
            os.close(self._file)
        self._file = files.open_to_append(self.folder / chain.LEDGER)
        if not found.lines:
            files.sync_folder(self.folder)
        if found.torn:
            files.cut(self._file, found.size)
            found.torn = False

    def _add(
        self, what: entries.What, session: str = "", segment: int = 0, given: Given | None = None
    ) -> None:
        if self._broken or self._file < 0:
            raise LedgerError("the ledger is not open", "begin another session")
        held = self._chain
        mark = self._mark.next(self._clocks.moment())
        entry = entries.Entry(
            number=held.count + 1, what=what, mark=mark, session=session, segment=segment, given=given
        )
        try:
            line = entries.encode(entry, held.last_hash)
            files.write(self._file, line)
            files.sync(self._file)
        except (OSError, ValueError) as error:
            # A disk that failed once may say that all is well the next time: it is not asked again.
            self._broken = True
            raise _unusable(self.folder, error) from error
        held.take(line)
        self._mark = mark

    def _place(self, anchor: chain.Anchor) -> None:
        files.place(self.folder / chain.ANCHOR, chain.shown(anchor))

    def _old(self) -> int:
        """How many entries at the beginning are too old to be read again; 0 where they are few."""
        limit = self.now_s() - KEPT_S
        old = bisect_left(self._chain.lines, limit, key=lambda line: entries.decode(line).mark.at)
        return old if old > SKIP_LINES else 0


def _past(found: Chain, now_s: float) -> Past:
    latest = tuple(_latest(found, now_s - KEPT_S))
    given = [each.given for each in latest if each.given is not None]
    spent = any(each.until is not None and each.until > now_s for each in latest)
    given.sort(key=lambda each: each.began_s)
    return Past(now_s=now_s, given=tuple(given), readable=not spent)


def _latest(found: Chain, since_s: float) -> list[Entry]:
    """The last entry of each session, and every other entry, back to `since_s`; newest first."""
    latest: list[Entry] = []
    seen: set[bytes] = set()
    for line in reversed(found.lines):
        session = entries.session_of(line)
        if session in seen:
            continue
        entry = entries.decode(line)
        if entry.mark.at < since_s:
            break
        if entry.session:
            seen.add(session)
        latest.append(entry)
    return latest


def _spent_text(found: Chain, now_s: float) -> str | None:
    untils = [each.until - now_s for each in _latest(found, now_s - KEPT_S) if each.until is not None]
    left = max(untils, default=0.0)
    if left <= 0:
        return None
    return f"the ledger was damaged: everything counts as spent for another {left / 3600:.1f} h"


def _unusable(folder: Path, error: Exception) -> LedgerError:
    told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return LedgerError(
        f"the ledger in {folder} cannot be kept: {told}",
        "see that its disk has room and the folder is yours to write, or name another with UNKNOT_STATE_DIR",
    )
