"""Whether a session of the record runs now: the record alone cannot tell one that was cut off. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from controller.journal import Digest
    from controller.lock import Running

STARTING: Final = timedelta(seconds=60)
"""The most that opening devices takes between a session's lock and its place in the record."""


def runs(told: Digest, living: Iterable[Running]) -> bool:
    """Whether it is one of the sessions that run now: their lock is taken just before their record."""
    return told.outcome is None and any(
        each.title == told.plan.title
        and timedelta() <= told.opened - datetime.fromisoformat(each.started) < STARTING
        for each in living
    )
