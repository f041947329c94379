"""The record as Home reads it: sessions newest first, one whole, and whose they are. Blocks on the disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from controller.config import record_path
from controller.journal import JournalError, digest, kept_session, session_ids, story
from protocols.diagnostics import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from controller.journal import Digest, Story


@dataclass(frozen=True, slots=True)
class Unread:
    """A session, or a record, that cannot be read: `why`, with the remedy."""

    id: str
    why: str


def ids() -> tuple[str, ...] | Unread:
    """Every session, newest first."""
    path = record_path()
    try:
        if not path.exists() or (path.is_file() and not path.stat().st_size):
            return ()
        return session_ids(path)[::-1]
    except JournalError as error:
        return Unread("", _told(error))
    except OSError as error:
        return Unread("", f"the record at {path} cannot be read: {error.strerror}; see `unknot doctor`")


def in_short(wanted: Sequence[str]) -> Iterator[Digest | Unread]:
    """Each in short; one that cannot be read hides no other."""
    path = record_path()
    for each in wanted:
        try:
            yield digest(path, kept_session(path, each))
        except JournalError as error:
            yield Unread(each, _told(error))


def since(moment: datetime) -> Iterator[Digest]:
    """Those that began after `moment`, newest first."""
    found = ids()
    for each in in_short(()) if isinstance(found, Unread) else in_short(found):
        if isinstance(each, Unread):
            continue
        if each.began < moment:
            return
        yield each


def whole(session: str) -> Story | Unread:
    """One session whole."""
    path = record_path()
    try:
        return story(path, kept_session(path, session))
    except JournalError as error:
        return Unread(session, _told(error))


def whose() -> Mapping[str, str]:
    """Session to its person, as their ledgers name them; the record itself names nobody."""
    from controller import people  # noqa: PLC0415  nothing of it where there is no session
    from controller.faces.home.facts import GUEST  # noqa: PLC0415
    from controller.ledger import ledger_folder, session_ids  # noqa: PLC0415

    found = dict.fromkeys(session_ids(ledger_folder(None)), GUEST)
    try:
        known, _broken = people.everybody()
    except people.PersonError:
        return found
    for person in known:
        folder = ledger_folder(people.ledger_name(person.name))
        found |= dict.fromkeys(session_ids(folder), person.name)
    return found


def _told(error: JournalError) -> str:
    return printable(f"{error}; {error.remedy}")
