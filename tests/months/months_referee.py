"""The judge of the months: what each tissue had by its own measure, against the hard values of `safety.md`.

The numbers are written out from its sections 6.1 to 6.4. It sees true time and tissue, never our books.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

DAY_S = 86_400.0
ONE_SESSION_S = 30 * 60.0  # section 6: what is given with gaps under 30 minutes is one session
WITHIN = 43.0  # °C without a fault
WITHIN_ANY_FAULT = 45.0

Site = tuple[str, str, str]
"""Who, area, side."""

HARD = {
    "dose in a session": 2.0,  # HT5, CEM43
    "dose in 24 hours": 2.0,  # HT6, CEM43
    "driven heat in a session": 30 * 60.0,  # HT9, s
    "warm skin in 24 hours": 60 * 60.0,  # HT7, s
    "sessions with heat in 24 hours": 3,  # HT8
    "percussion in a session": 300.0,  # PC3, s
    "percussion in 24 hours": 300.0,  # PC4, s
    "percussion of a body in 24 hours": 30 * 60.0,  # PC5, s
    "sessions with percussion in 24 hours": 2,  # PC7
}
AT_LEAST = {
    "s between sessions with heat": 30 * 60.0,  # HT8
    "s between sessions with percussion": 4 * 3600.0,  # PC7
}


@dataclass(frozen=True, slots=True)
class Had:
    """What one site got from one run. Seconds, CEM43 minutes; `warm_s` is the time at 39 °C or more."""

    began_s: float
    ended_s: float
    dose: float = 0.0
    driven_s: float = 0.0
    warm_s: float = 0.0
    percussion_s: float = 0.0


@dataclass
class Referee:
    """`worst` is the highest value of each quantity (the lowest, for what has a least), with who had it."""

    had: dict[Site, list[Had]] = field(default_factory=lambda: defaultdict(list))
    worst: dict[str, float] = field(default_factory=dict)
    hottest: dict[str, float] = field(default_factory=dict)
    dosed: dict[str, float] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def give(self, site: Site, had: Had) -> None:
        """One run's share of a site; judged at once."""
        each = self.had[site]
        each.append(had)
        since = had.began_s - DAY_S
        day = [h for h in each if h.began_s > since]
        session = _last_session(each)
        self._most("dose in a session", sum(h.dose for h in session), site)
        self._most("dose in 24 hours", sum(h.dose for h in day), site)
        self._most("driven heat in a session", sum(h.driven_s for h in session), site)
        self._most("warm skin in 24 hours", sum(h.warm_s for h in day), site)
        self._most("percussion in a session", sum(h.percussion_s for h in session), site)
        self._most("percussion in 24 hours", sum(h.percussion_s for h in day), site)
        body = [h for s, hads in self.had.items() if s[0] == site[0] for h in hads if h.began_s > since]
        self._most("percussion of a body in 24 hours", sum(h.percussion_s for h in body), site)
        for what, runs in (
            ("heat", [h for h in each if h.driven_s > 0]),
            ("percussion", [h for h in each if h.percussion_s > 0]),
        ):
            self._sessions(what, runs, since, site)

    def felt(self, what: str, degrees: float, dose: float) -> None:
        """The hottest place of a run in which `what` went wrong ("" for nothing), and what it had."""
        self.hottest[what] = max(degrees, self.hottest.get(what, 0.0))
        self.dosed[what] = max(dose, self.dosed.get(what, 0.0))
        if not degrees < (WITHIN_ANY_FAULT if what else WITHIN):
            self.broken.append(f"{degrees:.2f} °C with {what or 'no fault'}")

    def _sessions(self, what: str, runs: list[Had], since: float, site: Site) -> None:
        if not runs:
            return
        began = [runs[0].began_s]
        for before, after in pairwise(runs):
            gap = after.began_s - before.ended_s
            if gap >= ONE_SESSION_S:
                began.append(after.began_s)
                self._least(f"s between sessions with {what}", gap, site)
        count = sum(1 for at in began if at > since)
        self._most(f"sessions with {what} in 24 hours", count, site)

    def _most(self, what: str, value: float, site: Site) -> None:
        self.worst[what] = max(value, self.worst.get(what, 0.0))
        if not value <= HARD[what] + 0.5 * (HARD[what] > 60):  # half a second of a control loop's ticks
            self.broken.append(f"{what}: {value:.2f} at {site}, at most {HARD[what]:g}")

    def _least(self, what: str, value: float, site: Site) -> None:
        self.worst[what] = min(value, self.worst.get(what, value))
        if not value >= AT_LEAST[what]:
            self.broken.append(f"{what}: {value:.0f} at {site}, at least {AT_LEAST[what]:g}")

    def table(self) -> str:
        """Every quantity with its highest value, then how hot it got by fault."""
        rows = [f"{what}: {value:.2f} (hard {HARD.get(what, AT_LEAST.get(what, 0)):g})"
                for what, value in sorted(self.worst.items())]  # fmt: skip
        rows += [
            f"with {what or 'no fault'}: at most {each:.2f} °C, {self.dosed[what]:.2f} CEM43"
            for what, each in sorted(self.hottest.items())
        ]
        return "\n".join(rows)


def _last_session(each: list[Had]) -> list[Had]:
    """The runs of the session that the last one belongs to."""
    session = [each[-1]]
    for before in reversed(each[:-1]):
        if session[-1].began_s - before.ended_s >= ONE_SESSION_S:
            break
        session.append(before)
    return session
