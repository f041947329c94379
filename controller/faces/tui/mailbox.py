"""Between the session's thread and the screen's: words wait here, and only the newest picture counts."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from controller.core.events import Said

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.snapshot import Snapshot

MOST = 1000
"""Words kept for a screen that is slow; older ones are dropped, the newest picture never."""


class Mailbox:
    """`put` is for the session's thread and never blocks; `take` for the screen's."""

    def __init__(self) -> None:
        self.newest: Snapshot | None = None
        self._words: deque[Snapshot | Said] = deque(maxlen=MOST)
        self._wake: Callable[[], None] | None = None

    def wake_by(self, wake: Callable[[], None] | None) -> None:
        """Call `wake` (from the session's thread) when something came that is not to wait for a frame."""
        self._wake = wake

    def put(self, word: Snapshot | Said) -> None:
        """Leave `word`."""
        hurry = not isinstance(word, Said) and _differs(self.newest, word)
        if not isinstance(word, Said):
            self.newest = word
        self._words.append(word)
        if hurry and self._wake is not None:
            self._wake()

    def take(self) -> list[Snapshot | Said]:
        """What came since, oldest first."""
        taken: list[Snapshot | Said] = []
        while self._words:
            taken.append(self._words.popleft())
        return taken


def _differs(before: Snapshot | None, after: Snapshot) -> bool:
    """Whether a person would miss it for a quarter of a second."""
    return (
        before is None
        or before.state != after.state
        or before.questions != after.questions
        or before.reasons != after.reasons
    )
