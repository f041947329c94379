"""Between one session and the ledger of the body that it is for: the worst case first, then what was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from controller.safety import limits as at
from controller.safety.account import dose_rate, rate_below, unmeasured
from controller.safety.worst import COOLING_MS, worst_case
from protocols.plan import Heat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from controller.ledger import LedgerWriter
    from controller.safety import Account, Sample
    from controller.safety.limits import Site
    from controller.safety.standing import Given

NO_DOSE = 39.0
"""°C under which heat counts no dose."""
ANSWER_SECONDS = 30.0
"""How long the end of a session waits for the disk."""


class Books:
    """One session's entries. All but `finish` may be called from the control loop.

    `account` is brought up to date before each call. Nothing of a segment may be driven before
    `covers` is true for it; `durable` is called, from another thread, when that may have changed. None:
    wait for the disk instead, from which simulated time would run away.
    """

    def __init__(
        self, writer: LedgerWriter, session: str, account: Account, durable: Callable[[], None] | None
    ) -> None:
        self._writer = writer
        self._session = session
        self._account = account
        self._began_s = writer.now_s()
        self._covered: set[int] = set()
        self._durable = durable

    @property
    def failure(self) -> str | None:
        """Why nothing more can be written; None: all is well."""
        return self._writer.failure

    def covers(self, segment: int) -> bool:
        """Whether the worst that `segment` may give is durable; asks for that the first time."""
        if segment not in self._covered:
            self._covered.add(segment)
            done = self._writer.ahead(segment, self._worst())
            durable = self._durable
            if durable is None:
                done.exception()
            else:
                done.add_done_callback(lambda _: durable())
        return self._writer.covers(segment, self._worst)

    def settle(self, driving: Iterable[int], samples: Mapping[str, Sample]) -> None:
        """Put what was given in the place of the worst case of what drives no more, and is cool."""
        if not self._covered:
            return
        for segment in self._covered.difference(driving):
            if self._celsius(segment, samples) < NO_DOSE:
                self._covered.discard(segment)
                self._writer.settle(segment, self._worst())

    def finish(self, samples: Mapping[str, Sample], worst: Mapping[Site, float], *, completed: bool) -> None:
        """State durably what the session gave; blocks on the disk. Raises LedgerError, TimeoutError."""
        given = self._account.given(
            self._session, self._began_s, self._writer.now_s(), worst=worst, completed=completed
        )
        for segment in self._covered:
            given = self._cooling(given, segment, self._celsius(segment, samples))
        self._writer.settle(0, given).result(ANSWER_SECONDS)

    def _worst(self) -> Given:
        return worst_case(self._account, self._covered, self._session, self._began_s, self._writer.now_s())

    def _celsius(self, segment: int, samples: Mapping[str, Sample]) -> float:
        """What the pad of a segment may still measure on the skin."""
        heat = self._account.plan.segment(segment)
        if not isinstance(heat, Heat) or unmeasured(self._account.channels.get(heat.role)):
            return 0.0
        sample = samples.get(heat.role)
        return heat.to if sample is None or sample.actual is None else sample.actual

    def _cooling(self, given: Given, segment: int, celsius: float) -> Given:
        """A pad that is still hot at the end gives a minute more."""
        heat = self._account.plan.segment(segment)
        more = dose_rate(celsius, rate_below(self._account.standing)) * COOLING_MS / at.MINUTE_MS
        if not isinstance(heat, Heat) or not more:
            return given
        sites = dict(given.sites)
        for site in at.sites(heat.place):
            if site in sites:
                sites[site] = replace(sites[site], dose=sites[site].dose + more)
        return replace(given, sites=sites)
