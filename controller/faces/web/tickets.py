"""Who may act: one token for the life of the server, and tickets that are good for one page, once."""

from __future__ import annotations

import secrets
from typing import Final, Literal

TICKET_S: Final = 30.0
"""A page asks for its ticket in the moment before it uses it."""
MOST_OPEN: Final = 64
Rights = Literal["acts", "reads"]


class Tickets:
    """`token` stays in the memory of this process and of the pages that were given it; a ticket may stand in
    an address. `now` is seconds of a clock that only goes forward."""

    def __init__(self, token: str | None = None) -> None:
        self.token = token or secrets.token_urlsafe(32)
        self._open: dict[str, tuple[Rights, float]] = {}

    def issue(self, token: str, now: float) -> str | None:
        """A ticket: to act with the token, to read without any. None: that token is wrong."""
        if token and not secrets.compare_digest(token.encode(), self.token.encode()):
            return None
        self._open = {key: kept for key, kept in self._open.items() if now - kept[1] < TICKET_S}
        while len(self._open) >= MOST_OPEN:
            self._open.pop(next(iter(self._open)))
        ticket = secrets.token_urlsafe(32)
        self._open[ticket] = "acts" if token else "reads", now
        return ticket

    def redeem(self, ticket: str, now: float) -> Rights | None:
        """What that ticket is good for; None: nothing, or no longer."""
        rights, since = self._open.pop(ticket, ("reads", now - TICKET_S))
        return rights if now - since < TICKET_S else None
