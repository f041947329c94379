"""A session of the record fed to the core again, and what came of it in words. Blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.config import record_path
from controller.faces.told.replaying import lines
from controller.journal import JournalError, clock_of, replay

if TYPE_CHECKING:
    from collections.abc import Sequence


def replayed(session: str) -> Sequence[str]:
    """Whether it decides the same again."""
    path = record_path()
    try:
        found = replay(path, session)
        told = list(lines(found, clock_of(path, session)))
    except JournalError as error:
        return ("It could not be replayed.", f"{error}.", f"Remedy: {error.remedy}.")
    if found.same:
        return (*told, "", "The record holds what was decided: what you see of this session is what went on.")
    more = "This is worth a report: `unknot export` and these lines belong to it."
    return ("It does not decide the same again.", "", *told, "", more)
