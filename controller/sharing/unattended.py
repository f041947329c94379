"""What becomes of a session that has no terminal of its own, while nobody watches it. Pure."""

from __future__ import annotations

from typing import Final, Literal

GRACE_S: Final = 5.0
"""How long a session goes on unseen: a page that is loaded again is back after 1 to 3 s."""
ENDS_S: Final = 600.0
"""How long it waits for somebody: as long as the longest pause (SE8)."""
PAUSES_UNSEEN = (
    "It pauses when nobody watches: Home or `unknot watch` shows it again, `unknot stop` stops it."
)
NOBODY_CAME = "nobody watched for ten minutes"

Deed = Literal["pause", "seen", "end"]


class Unattended:
    """Counts the faces that can act, and says once what is to be done: `pause`, when there has been none for
    `GRACE_S`; `seen`, when there is one again after that; `end`, after `ENDS_S` without any.

    One that only reads does not count: whoever sits there could not stop it. `now` is seconds of any clock
    that only goes forward. It begins with nobody.
    """

    def __init__(self, now: float) -> None:
        self._alone_since: float | None = now
        self._told: Deed = "seen"

    def faces(self, number: int, now: float) -> Deed | None:
        """There are so many now."""
        if number:
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = now
        return self.look(now)

    def look(self, now: float) -> Deed | None:
        """What is to be done at `now`, if it was not said before."""
        wanted = self._wanted(now)
        if self._told in {wanted, "end"}:
            return None
        self._told = wanted
        return wanted

    @property
    def due(self) -> float | None:
        """When to look again; None: not before a face goes."""
        if self._alone_since is None or self._told == "end":
            return None
        return self._alone_since + (GRACE_S if self._told == "seen" else ENDS_S)

    def _wanted(self, now: float) -> Deed:
        since = self._alone_since
        if since is None or now < since + GRACE_S:  # as `due` adds it up, so that what is due is done
            return "seen"
        return "end" if now >= since + ENDS_S else "pause"
