"""The two files of a ledger as one chain: entries, and the anchor that knows how far they went."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from controller.ledger import entries, files
from controller.ledger.errors import DamagedError, LedgerError

if TYPE_CHECKING:
    from pathlib import Path

LEDGER, ANCHOR = "ledger.jsonl", "anchor.json"
FORM = 1
"""Of both files; a later program may write another."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """`count` entries are durable, the last with `hash`. Reading begins `skipped` entries in, at byte
    `offset`, behind the entry with the hash `before`: what stands earlier is too old to count."""

    count: int = 0
    hash: str = entries.GENESIS
    skipped: int = 0
    offset: int = 0
    before: str = entries.GENESIS


@dataclass(slots=True)
class Chain:
    """The entries that were read and are true. `size`: bytes of the file up to their end; `torn`: what
    stands behind that was never durable."""

    anchor: Anchor
    lines: list[bytes]
    size: int
    torn: bool = False

    @property
    def count(self) -> int:
        """How many entries there are in all."""
        return self.anchor.skipped + len(self.lines)

    @property
    def last_hash(self) -> str:
        """That of the last entry."""
        return entries.hash_of(self.lines[-1]) if self.lines else self.anchor.before

    def take(self, line: bytes) -> None:
        """`line`, with its newline, stands at the end of the file."""
        self.lines.append(line[:-1])
        self.size += len(line)

    def present_anchor(self, skip: int = 0) -> Anchor:
        """The anchor of the chain as it is, leaving out the first `skip` entries that were read."""
        old = self.anchor
        before = entries.hash_of(self.lines[skip - 1]) if skip else old.before
        offset = old.offset + sum(len(line) + 1 for line in self.lines[:skip])
        return Anchor(self.count, self.last_hash, old.skipped + skip, offset, before)


def shown(anchor: Anchor) -> bytes:
    """An anchor as the text of its file."""
    body = json.dumps({"form": FORM, **asdict(anchor)}, separators=(",", ":"))
    return f'{body[:-1]},"check":"{sha256(body.encode()).hexdigest()}"}}\n'.encode()


def load(folder: Path) -> Chain | None:
    """Read and verify; None: no ledger was begun. Raises DamagedError, LedgerError, OSError."""
    # In the order that they are made in, reversed: a ledger without its anchor never was a moment's look.
    present = os.path.lexists(folder / LEDGER)
    told = files.read(folder / ANCHOR)
    if told is None:
        if present:
            raise DamagedError("what tells how far it went is gone")
        return None
    anchor = _anchor(told)
    data = files.read(folder / LEDGER, anchor.offset)
    if data is None and anchor.count:
        raise DamagedError("it is gone")
    return _verified(anchor, data or b"")


def _anchor(told: bytes) -> Anchor:
    try:
        found = json.loads(told)
        if found["form"] > FORM:
            raise LedgerError(
                f"the ledger was written by a later version of the program (form {found['form']})",
                "bring the program up to date",
            )
        anchor = Anchor(*(found[name] for name in Anchor.__dataclass_fields__))
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedError("what tells how far it went makes no sense") from error
    if shown(anchor) != told:
        raise DamagedError("what tells how far it went was changed")
    return anchor


def _verified(anchor: Anchor, data: bytes) -> Chain:
    *whole, rest = data.split(b"\n")
    before, number, good = anchor.before, anchor.skipped, 0
    for line in whole:
        if not entries.follows(line, number + 1, before):
            break
        number, good, before = number + 1, good + 1, entries.hash_of(line)
        if number == anchor.count and before != anchor.hash:
            raise DamagedError(f"entry {number} is not the one that was written")
    if number < anchor.count:
        raise DamagedError(f"entry {number + 1} of {anchor.count} is missing or was changed")
    # One line at most was under way when the machine went down; nothing was driven on its word.
    if len(whole) - good > (0 if rest else 1):
        raise DamagedError(f"entry {number + 1} was changed")
    kept = whole[:good]
    size = anchor.offset + sum(len(line) + 1 for line in kept)
    return Chain(anchor, kept, size, torn=size < anchor.offset + len(data))
