"""Sessions put on record without waiting: the real core, fed with what happens at each moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner

from controller.config import private_dir, record_path
from controller.core import Session
from controller.core.events import Answer, Reading, Said, Tick
from controller.faces.cli import cli
from controller.journal import Journal
from controller.safety import Channel
from protocols.language import compile_source, load

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from click.testing import Result

    from controller.core.events import Input
    from protocols.plan import Plan

WARM = """unknot: 1
title: Warm and press
needs: {pad: heat, gun: percussion}
options:
  strength: {ask: How strong?, of: [gentle, medium], default: gentle}
steps:
  - say: Sit down.
  - ask: "Sore today?"
    of: [a little, much]
  - heat: lower back
    to: 38 °C
    for: 1 min
    within: 5 min
  - cool: pad
    below: 37 °C
    within: 5 min
  - rest: 1 min
  - press: gluteus maximus
    side: left
    at: $strength
    for: 10 s
    move: circles
  - rate: gluteus maximus
    side: left
"""
PAD = Channel(
    role="pad", kind="heat", device='Pad, "one"', leash="lease", low=30.0, high=42.0, step=0.1, lease_ms=3000
)
GUN = Channel(
    role="gun",
    kind="percussion",
    device="=Gun",
    leash="lease",
    low=1200.0,
    high=3200.0,
    step=10.0,
    lease_ms=3000,
)
HAND_PAD = Channel(role="pad", kind="heat", device="pad (by hand)", leash="person", low=None, high=None)
BEGAN = "2026-03-01T08:30:00Z"


def unknot(*arguments: object, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(cli, [str(each) for each in arguments], env=env)


def plan_of(tmp_path: Path, text: str = WARM, **chosen: str) -> Plan:
    file = tmp_path / "kept.yaml"
    file.write_text(text)
    plan = compile_source(load(str(file)), chosen).plan
    assert plan is not None
    return plan


class Kept:
    """A session that is put on record while it is fed."""

    def __init__(
        self,
        plan: Plan,
        channels: Iterable[Channel],
        session: str = "20260301-083000-aaaa",
        began: str = BEGAN,
        source: str = "",
    ) -> None:
        by_role = {each.role: each for each in channels}
        self.core = Session(plan, by_role, session)
        self.journal = Journal.open(record_path())
        meta = {"plan": plan, "channels": by_role, "simulated": self.core.simulated, "began": began}
        self.journal.begin(session, {**meta, **({"source": source} if source else {})})
        self.now_ms = 1000
        self._pad: float | None = None
        self.said: list[Said] = []

    def feed(self, *inputs: Input) -> None:
        for each in inputs:
            effects = self.core.feed(each, self.now_ms)
            self.said += [effect for effect in effects if isinstance(effect, Said)]
            self.journal.keep(self.now_ms, each, effects)

    def answer(self, value: str | float) -> None:
        """Answer the newest question."""
        asked = [each for each in self.said if each.event == "question"][-1]
        self.feed(Answer(str(asked.data["question"]), value))

    def run(self, seconds: float, pad: float | None = None, gun: float | None = None) -> None:
        """Let time pass, a reading of each device and a tick every half second. The pad gets to `pad` as
        fast as its watch believes."""
        for _ in range(round(seconds * 2)):
            self.now_ms += 500
            if pad is not None:
                before = pad if self._pad is None else self._pad
                self._pad = round(min(max(pad, before - 0.4), before + 0.4), 2)
            for role, actual in (("pad", self._pad if pad is not None else None), ("gun", gun)):
                if actual is not None:
                    told = self.core.setpoints.present[role]
                    self.feed(Reading(role=role, setpoint=told, actual=actual, state="running"))
            self.feed(Tick())

    def close(self, outcome: str | None) -> None:
        """Give the record back, with an end or without one."""
        if outcome is not None:
            self.journal.finish(outcome)
        self.journal.close()


_WHOLE: list[bytes] = []


def whole(tmp_path: Path) -> Plan:
    """A session on devices from its confirmation to its end: tenderness 4, an answer, a wait of 20 s.

    The first one on record.
    """
    plan = plan_of(tmp_path)
    assert not record_path().exists()
    if not _WHOLE:
        _keep_whole(plan)
        _WHOLE.append(record_path().read_bytes())
    private_dir(record_path().parent)
    record_path().write_bytes(_WHOLE[0])
    return plan


def _keep_whole(plan: Plan) -> None:
    kept = Kept(plan, (PAD, GUN))
    kept.feed(Tick())
    kept.run(20, pad=33.0, gun=0.0)
    kept.answer("yes")
    kept.run(3, pad=33.0, gun=0.0)
    kept.answer("much")
    kept.run(15, pad=33.0, gun=0.0)
    for degrees in (34.0, 35.0, 36.0, 37.0):
        kept.run(20, pad=degrees, gun=0.0)
    kept.run(5, pad=37.1, gun=0.0)
    kept.run(58, pad=37.9, gun=0.0)
    kept.run(63, pad=36.4, gun=0.0)
    kept.answer("yes")
    kept.run(11, pad=35.0, gun=1590.0)
    kept.run(2, pad=34.9, gun=0.0)
    kept.answer("4")
    assert kept.core.outcome == "completed", (kept.core.why, kept.core.pause_why)
    kept.close("completed")
