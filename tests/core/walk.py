"""A random session: a plan that the limits accept, and whatever can happen to it, from a seed.

The session stands between the real account and the real gate, as the runner has it, and before the
oracle. `Walk.record` is what a journal would keep.
"""

from __future__ import annotations

import math
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

from core_desk import RESTING, at_will
from walk_oracle import Oracle
from walk_plans import accepted

from controller.core import (
    Answer,
    Command,
    Failed,
    Hold,
    Interrupted,
    LinkFound,
    LinkLost,
    Reading,
    Refused,
    Session,
    Tick,
)
from controller.safety import HAND, Account, Driven, Request, Sample, View, admit, longest_ms, skip_refused

if TYPE_CHECKING:
    from controller.core import Effect, Input

ODDS = {
    "tick": 60.0, "answer": 22.0, "resume": 6.0,
    "run on": 0.7, "stall": 0.35, "clock back": 0.6, "doubled tick": 1.0, "late reading": 2.0,
    "no reading": 0.12, "NaN": 0.12, "hot": 0.12, "warm": 0.3, "fault": 0.12, "own stop": 0.12,
    "wrong echo": 0.2, "lease expired": 0.3, "silent": 0.4, "heard": 1.5,
    "link lost": 0.5, "link found": 1.2, "stray reading": 0.5,
    "wrong answer": 1.0, "doubled answer": 1.0, "foreign answer": 0.5, "nobody": 0.12,
    "pause": 1.2, "skip": 1.0, "refused skip": 0.6, "faded": 0.8, "stop": 0.15,
    "softer": 0.4, "stronger": 0.3,
    "refused": 0.12, "interrupted": 0.12, "failed": 0.12,
}  # fmt: skip
"""How often each kind of event is drawn."""

AFTER_THE_END = 10


class Walk:
    """One walk. `states` are the states in which each kind of event was taken."""

    def __init__(self, seed: int, *, long: bool = False) -> None:
        self.draw = Random(seed)
        self.plan, self.channels = accepted(self.draw, long=long)
        self.session = at_will(Session(self.plan, self.channels, f"walk-{seed}"))
        self.oracle = Oracle(self.plan, self.channels)
        self.account = Account(self.plan, self.channels)
        self.longest_ms = longest_ms(self.plan, self.channels)
        self.record: list[tuple[int, Input, tuple[Effect, ...]]] = []
        self.reached: Counter[tuple[str, str]] = Counter()
        self.now_ms = self.draw.randint(0, 10_000_000)
        self.silent: set[str] = set()
        self.samples: dict[str, Sample] = {}
        self.told = dict.fromkeys(self.channels, 0.0)
        self.pad = RESTING
        self.answered = ["q0"]
        self.after = 0
        self.sailed = False
        for role, channel in self.channels.items():
            if not channel.by_hand:
                self._feed(Reading(role=role, setpoint=0.0, actual=self._measured(role), state="idle"))
        self._feed(Tick())

    @property
    def state(self) -> str:
        """In words what the session is in now."""
        session = self.session
        if session.stage != "running":
            return session.stage
        if session.lost:
            return "lost"
        if session.paused_ms is not None:
            return "paused"
        return "asking" if session.questions.blocking else "running"

    def run(self, events: int) -> None:
        """Draw and feed `events` of them; what follows the end is of no further interest."""
        kinds, odds = list(ODDS), list(ODDS.values())
        if self.sailed:
            odds = [4.0 if kind == "tick" else 1.0 for kind in kinds]
        for kind in self.draw.choices(kinds, odds, k=events):
            self.step(kind)
            self.after += self.session.stage == "ended"
            if self.after > AFTER_THE_END:
                return

    def sail(self, state: str, *, asked: bool) -> bool:
        """Smoothly through the plan to that state, `asked` with a question open; whether it came about."""
        self.sailed = True
        then = {"paused": "pause", "lost": "link lost", "ended": "stop"}.get(state)
        for _ in range(1_000):
            if self.session.stage == "ended" or self._is_there(None if then else state, asked=asked):
                break
            if not asked or self.session.stage == "confirming" or state in ("off", "running"):
                self._answer()
            self._round(1000)
        if then is not None:
            self.step(then)
        return self.state == state

    def _is_there(self, state: str | None, *, asked: bool) -> bool:
        if state not in ("off", "confirming") and asked != bool(self.session.questions.open):
            return False
        return self.session.stage == "running" if state is None else self.state == state

    def step(self, kind: str) -> None:
        """One event of that kind, where there is what it needs."""
        state, fed = self.state, len(self.record)
        deed = getattr(self, "_" + kind.replace(" ", "_").lower(), None)
        if deed is not None:
            deed()
        else:
            self._feed(Command(kind))  # type: ignore[arg-type]
        self.reached[state, kind] += len(self.record) > fed

    # Kinds of events

    def _tick(self) -> None:
        self._round(self.draw.choice((20, 100, 100, 100, 500, 900, 1000)))

    def _run_on(self) -> None:
        """Long enough for anything to run out."""
        rounds = self.draw.choice((30, 70, 330, 330, 640))
        if self.draw.random() < 0.02:
            rounds = 3700
        for _ in range(rounds):
            if self.session.stage == "ended":
                return
            if rounds == 3700 and self.state in ("asking", "confirming"):
                self._answer()
            if rounds == 3700 and self.state == "running" and self.session.questions.presence():
                self._answer()
            self._round(1000)

    def _stall(self) -> None:
        self.now_ms += self.draw.randint(1_001, 6_000)
        self._feed(Tick())

    def _clock_back(self) -> None:
        back = self.draw.randint(1, 5_000)
        self.now_ms -= back
        self._feed(Tick())
        self.now_ms += back

    def _doubled_tick(self) -> None:
        self._feed(Tick())
        self._feed(Tick())

    def _late_reading(self) -> None:
        self._report(advance=self.draw.randint(0, 900))

    def _no_reading(self) -> None:
        self._report(actual=None)

    def _nan(self) -> None:
        self._report(actual=math.nan)

    def _hot(self) -> None:
        self._report(actual=self.draw.choice((43.0, 43.5, 44.0, 50.0)), again=True)

    def _warm(self) -> None:
        """42.5 °C for longer than five seconds."""
        for _ in range(7):
            self._round(900, pad=self.draw.choice((42.5, 42.7)))

    def _fault(self) -> None:
        self._report(state="fault", fault=self.draw.choice(("motor stall", "internal", None)))

    def _own_stop(self) -> None:
        self._report(state="stopped")

    def _wrong_echo(self) -> None:
        wrong = self.draw.choice((0.0, 43.0, math.nan, 3000.0))
        for _ in range(4):
            self._report(setpoint=wrong, advance=400)

    def _lease_expired(self) -> None:
        for _ in range(4):
            self._report(setpoint=0.0, fault="lease expired", advance=400)

    def _silent(self) -> None:
        self.silent.update(role for role in self._driven_roles() if self.draw.random() < 0.7)
        self._round(900)

    def _heard(self) -> None:
        self.silent.clear()
        self._round(100)

    def _link_lost(self) -> None:
        for role in self._driven_roles()[:1]:
            self._feed(LinkLost(role, "does not answer"))

    def _link_found(self) -> None:
        for role in sorted(self.channels):
            self._feed(LinkFound(role))
            self._report()

    def _stray_reading(self) -> None:
        self._feed(Reading(role="stranger", setpoint=0.0, actual=80.0, state="fault"))

    def _answer(self) -> None:
        asked = [q for q in self.session.questions.open.values() if not (self.sailed and q.kind == "present")]
        for question in asked[:1]:
            choices = question.choices
            if question.kind == "rate" and self.draw.random() < 0.95:
                choices = choices[:8]
            value: str | float = self.draw.choice(choices)
            if question.kind == "rate" and self.draw.random() < 0.5:
                value = float(value)
            self.answered.append(question.id)
            self._feed(Answer(question.id, value))

    def _wrong_answer(self) -> None:
        for question in list(self.session.questions.open.values())[:1]:
            self._feed(Answer(question.id, self.draw.choice(("", "maybe", 11.0, -1.0, math.nan))))

    def _doubled_answer(self) -> None:
        self._feed(Answer(self.answered[-1], self.draw.choice(("yes", 9.0))))

    def _foreign_answer(self) -> None:
        self._feed(Answer("of-another-session", self.draw.choice(("yes", None))))

    def _nobody(self) -> None:
        for question in list(self.session.questions.open.values())[:1]:
            self._feed(Answer(question.id, None))

    def _skip(self) -> None:
        front = self.session.steps.front
        refused = None
        if front is not None:
            refused = skip_refused(self.plan, front.segment.number, self.account, self.now_ms)
        self._feed(Command("skip", refused))

    def _refused_skip(self) -> None:
        self._feed(Command("skip", "PC6"))

    def _refused(self) -> None:
        self._feed(Refused("pad", "HT9", 1801.0, 1800.0))

    def _interrupted(self) -> None:
        self._feed(Interrupted("SIGTERM"))

    def _failed(self) -> None:
        self._feed(Failed("a fault of the program"))

    # The world round the session

    def _driven_roles(self) -> list[str]:
        roles = [role for role, channel in self.channels.items() if not channel.by_hand]
        self.draw.shuffle(roles)
        return roles

    def _measured(self, role: str) -> float:
        return self.pad if self.channels[role].kind == "heat" else self.told[role]

    def _round(self, ms: int, pad: float | None = None) -> None:
        """Time passes, the pad follows, every device that is heard reports, and the loop ticks."""
        self.now_ms += ms
        told = self.told.get("pad", 0.0)
        goal = told if told else RESTING
        self.pad += (goal - self.pad) * min(1.0, ms / (8_000 if told else 40_000))
        for role, channel in self.channels.items():
            if channel.by_hand or role in self.silent or role in self.session.lost:
                continue
            actual = pad if pad is not None and channel.kind == "heat" else self._measured(role)
            self._feed(Reading(role=role, setpoint=self.told[role], actual=actual))
        self._feed(Tick())

    def _report(self, *, advance: int = 0, again: bool = False, **other: object) -> None:
        self.now_ms += advance
        for role in self._driven_roles()[:1]:
            for _ in range(2 if again else 1):
                known = {"setpoint": self.told[role], "actual": self._measured(role)}
                self._feed(Reading(role=role, **{**known, **other}))  # type: ignore[arg-type]

    # As the runner does

    def _feed(self, event: Input) -> None:
        now = max(self.now_ms, self.oracle.now or 0)
        if isinstance(event, Reading) and event.role in self.channels:
            self.samples[event.role] = Sample(event.actual, now)
        self.account.advance(now, self._driven(), self.samples, paused=self.session.paused_ms is not None)
        effects = self.session.feed(event, self.now_ms)
        self.record.append((self.now_ms, event, effects))
        self.oracle.judge(event, self.now_ms, effects)
        assert self.session.steps.run_ms <= self.longest_ms, "the steps ran longer than the plan can"
        for effect in effects:
            if isinstance(effect, Hold):
                self._hold(effect.role, effect.setpoint, now)
        if self.session.stage != "ended":
            for role, setpoint in self.session.setpoints.present.items():
                assert setpoint == self.oracle.held[role], f"{role} is renewed at what was never said"
                self._hold(role, setpoint, now)

    def _driven(self) -> dict[str, Driven]:
        driving = self.session.driving
        driven = {r: Driven(driving[r], told) for r, told in self.told.items() if told and r in driving}
        held = self.session.held_by_hand
        if held is not None:
            driven[HAND] = Driven(held, 0.0)
        return driven

    def _hold(self, role: str, setpoint: float, now: int) -> None:
        self.told[role] = setpoint
        if setpoint == 0.0:
            return
        session = self.session
        view = View(
            plan=self.plan,
            channels=self.channels,
            samples=self.samples,
            account=self.account,
            now_ms=now,
            started_ms=session.started_ms,
            present_ms=session.present_ms,
            paused_ms=session.longest_pause_ms,
            worst_rating=max(session.steps.ratings.values(), default=None),
            driven=self._driven(),
        )
        refusal = admit(Request(role, setpoint, session.driving[role]), view)
        if refusal is None:
            return
        actual = self.samples[role].actual
        assert actual is None or not math.isfinite(actual), (
            f"the gate refuses {role} at {setpoint}: {refusal}"
        )
        self._feed(Refused(role, refusal.limit, refusal.measured, refusal.allowed))


def walk(seed: int, events: int = 100) -> Walk:
    """The walk of that seed, at its end."""
    walked = Walk(seed)
    walked.run(events)
    return walked


def walk_to(state: str, kind: str, tries: int = 60) -> Walk | None:
    """A walk in which that kind of event was taken in that state; None where `tries` found none."""
    for seed in range(tries):
        aimed = Walk(seed, long=seed % 2 == 1)
        if aimed.sail(state, asked=seed % 4 >= 2):
            aimed.sailed = False
            aimed.step(kind)
            aimed.run(30)
            if aimed.reached[state, kind]:
                return aimed
    return None


__all__ = ["ODDS", "Walk", "walk", "walk_to"]
