"""The people on this machine: a private folder for each, with one readable file in it.

A file that is damaged, of somebody else, or open to others is refused with words, and its person
counts as nobody: never as fit for all.
"""

from __future__ import annotations

from controller.people.person import (
    GUEST,
    Clinician,
    Person,
    PersonError,
    age_group,
    known,
    needs_screening,
    person_standing,
)
from controller.people.store import (
    add,
    everybody,
    folder_of,
    forget,
    is_known,
    keep_answers,
    ledger_name,
    load,
    owner,
    save,
    session_completed,
    set_clinician,
)

__all__ = [
    "GUEST",
    "Clinician",
    "Person",
    "PersonError",
    "add",
    "age_group",
    "everybody",
    "folder_of",
    "forget",
    "is_known",
    "keep_answers",
    "known",
    "ledger_name",
    "load",
    "needs_screening",
    "owner",
    "person_standing",
    "save",
    "session_completed",
    "set_clinician",
]
