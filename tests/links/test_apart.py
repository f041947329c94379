"""Two known guns in one session: each shows itself, and the person says which it was."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from controller import known
from controller.apart import alike
from controller.api import Session, Setup
from controller.core import Answer, Command, Said
from protocols.language import compile_text

if TYPE_CHECKING:
    from pathlib import Path

    from controller.snapshot import Ended, Snapshot

TWO = """unknot: 1
title: Two guns
needs: {left gun: percussion, right gun: percussion}
steps:
- {press: hamstrings, side: left, with: left gun, at: gentle, for: 5 s}
- {press: hamstrings, side: right, with: right gun, at: gentle, for: 5 s}
""".replace("left gun", "one").replace("right gun", "other")
BENCH = """devices:
- {name: a, kind: percussion, serial: SIM-A}
- {name: b, kind: percussion, serial: SIM-B}
"""


def gun(name: str, serial: str) -> known.Device:
    return known.Device(
        name=name, kinds=("percussion",), link=f"ble:{name}", serial=serial, added="2027-01-31"
    )


GUNS = {"one": gun("Left gun", "SIM-A"), "other": gun("Right gun", "SIM-B")}


class Person:
    """Says what is given to questions of a kind, and yes to the rest."""

    def __init__(self, folder: Path, **says: str) -> None:
        bench = folder / "bench.yaml"
        bench.write_text(BENCH)
        plan = compile_text(TWO).plan
        assert plan is not None
        use = {"one": "sim", "other": "sim"}
        self.says = says
        self.questions: list[dict[str, Any]] = []
        self.moved: list[tuple[str, str]] = []
        self.session = Session(Setup(plan=plan, use=use, bench=bench, known=GUNS, speed=math.inf))
        self.session.subscribe(self._hear, pictures=False)
        self.ended: Ended = self.session.run_here()

    def _hear(self, fact: Snapshot | Said) -> None:
        if not isinstance(fact, Said) or fact.event != "question":
            return
        question = dict(fact.data)
        self.questions.append(question)
        bench: Any = self.session.bench
        seen = {name: len(bench.device(name).trace) for name in bench.names}
        self.moved.append((str(question["question"]), str(seen)))
        said = self.says.get(str(question["question"]), "yes")
        if said == "stop":
            self.session.send(Command("stop"))
        else:
            self.session.send(Answer(str(question["question"]), said))


def test_each_shows_itself_for_two_seconds_at_its_lowest_before_anything_begins(tmp_path: Path) -> None:
    person = Person(tmp_path)
    bench: Any = person.session.bench
    shown = {name: list(bench.device(name).trace)[:2] for name in bench.names}
    for motions in shown.values():
        (on, fast, _), (off, rest, _) = motions
        assert (fast, rest) == (1200, 0)
        assert off - on == pytest.approx(2000, abs=150)
    asked = [each["question"] for each in person.questions[:4]]
    assert asked == ["one-shows", "one-was", "other-shows", "other-was"]
    assert [each["kind"] for each in person.questions[:2]] == ["ready", "ask"]
    assert person.ended.outcome == "completed"
    assert set(known.last_seen()) == {"SIM-A", "SIM-B"}, "what was heard in a session is kept"


def test_the_other_one_is_refused_before_the_session(tmp_path: Path) -> None:
    person = Person(tmp_path, **{"one-was": "no"})
    assert (person.ended.outcome, person.ended.exit) == ("refused", 4)
    assert "Left gun is not the device that you meant for one" in (person.ended.why or "")
    assert len(person.questions) == 2
    assert known.last_seen() == {}


def test_stop_before_it_shows_itself_moves_nothing(tmp_path: Path) -> None:
    person = Person(tmp_path, **{"one-shows": "stop"})
    assert (person.ended.outcome, person.ended.exit) == ("stopped", 6)
    bench: Any = person.session.bench
    assert not any(motor for name in bench.names for _, motor, _ in bench.device(name).trace)


def test_only_linked_devices_of_one_kind_are_told_apart() -> None:
    roles: Any = {"one": "percussion", "other": "percussion", "pad": "heat"}
    by_hand = known.Device(name="Mine", kinds=("percussion",), link="hand", added="2027-01-31", levels=5)
    assert alike(GUNS, roles) == GUNS
    assert alike({"one": GUNS["one"]}, roles) == {}
    assert alike({"one": GUNS["one"], "other": by_hand}, roles) == {}
