"""Every shipped protocol, for people of whom the limits ask more, on driven devices and by hand.

Simulated devices pass for real ones here, so that the limits of a body hold on them too.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import controller.core.session
from controller import api, people
from controller.api import Session, Setup
from controller.core.events import Answer, Said
from protocols.language import compile_source, load, shipped
from protocols.plan import Heat, Press

if TYPE_CHECKING:
    from controller.snapshot import Ended, Snapshot
    from protocols.plan import Plan

PAGE = Path(__file__).parents[2] / "docs/reference/library.md"
BODIES: dict[str, dict[str, str | float]] = {
    "guest": {},
    "first use": {},
    "65 or older": {"R10": "yes", "R10a": "67"},
    "diabetes, feeling intact": {"C3": "yes"},
}
"""Who, and what they answer beside no."""
QUICK = {"demo", "neck"}
NAMES = [pytest.param(name, marks=[] if name in QUICK else [pytest.mark.soak], id=name) for name in shipped()]


def plan_of(name: str) -> Plan:
    plan = compile_source(load(name)).plan
    assert plan is not None
    return plan


def run(name: str, who: str, *, by_hand: bool, fit: bool) -> tuple[Ended, list[Said]]:
    """One session of a protocol, with all that was said."""
    person = None if who == "guest" else f"P {who.rsplit(maxsplit=1)[-1]}"
    if person is not None and not people.is_known(person):
        people.add(person, datetime.now(UTC), owner=False)
        for _ in range(0 if who == "first use" else 3):
            people.session_completed(person)
    session = Session(
        Setup(plan=plan_of(name), by_hand=by_hand, sim=not by_hand, speed=math.inf, person=person, fit=fit)
    )
    told: list[Said] = []
    yes = {"C18": "yes", **BODIES[who]}

    def hear(news: Said | Snapshot) -> None:
        if not isinstance(news, Said):
            return
        told.append(news)
        if news.event == "question":
            asked, kind = str(news.data["question"]), news.data["kind"]
            others: dict[str, str | float] = {"screening": "no", "rate": 5.0, "ask": "no"}
            other = others.get(str(kind), "yes")
            session.send(Answer(asked, yes.get(asked, other)))

    session.subscribe(hear, pictures=False)
    ended = session.run_here()
    if person is not None:
        kept = {answer.row for answer in people.load(person).answers if answer.value == "yes"}
        assert {row for row in BODIES[who] if row[-1].isdigit()} <= kept, (
            "the limits of this body never stood"
        )
        if "R10" in kept:
            assert people.age_group(people.load(person), datetime.now(UTC)) == "65 and older"
    return ended, told


def gave(plan: Plan, told: list[Said]) -> tuple[float, float]:
    """Seconds of warmth and of pressure, from the start of each step to its end."""
    seconds: dict[type, float] = {Heat: 0.0, Press: 0.0}
    began: dict[int, float] = {}
    for said in told:
        if said.event == "segment-started":
            began[int(str(said.data["segment"]))] = float(str(said.data["t"]))
        elif said.event == "segment-ended":
            number = int(str(said.data["segment"]))
            verb = type(plan.segment(number))
            if verb in seconds and number in began:
                seconds[verb] += float(str(said.data["t"])) - began[number]
    return seconds[Heat], seconds[Press]


def stated() -> dict[tuple[str, str], tuple[str, str]]:
    """What the page says: (with devices, by hand) for each protocol and body."""
    found = {}
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    header = [cell.strip() for cell in lines[0].strip("|").split("|")]
    for line in lines[2:]:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        for who, cell in zip(header[1:], cells[1:], strict=True):
            devices, hand = cell.split(" / ")
            found[cells[0].strip("`"), who] = (devices, hand)
    return found


@pytest.mark.timeout(300)
@pytest.mark.parametrize("by_hand", [False, True], ids=["devices", "by hand"])
@pytest.mark.parametrize("who", BODIES)
@pytest.mark.parametrize("name", NAMES)
def test_it_runs_and_gives_something_and_needs_fit_where_the_page_says_so(
    monkeypatch: pytest.MonkeyPatch, name: str, who: str, by_hand: bool
) -> None:
    if not by_hand:
        monkeypatch.setattr(api, "is_simulated", lambda *_a, **_k: False)
        monkeypatch.setattr(controller.core.session, "is_simulated", lambda *_a, **_k: False)
    ended, told = run(name, who, by_hand=by_hand, fit=False)
    needs = ended.exit == 4
    if needs:
        ended, told = run(name, who, by_hand=by_hand, fit=True)
    assert ended.exit == 0, (ended, [said.data for said in told if said.event == "limit"])
    plan = plan_of(name)
    heat_s, press_s = gave(plan, told)
    if name != "demo":
        assert press_s >= 60
        assert heat_s >= 180 or "heat" not in plan.roles.values()
    assert stated()[name, who][by_hand] == ("`--fit`" if needs else "as it is")


def test_the_page_has_every_protocol_and_every_body() -> None:
    assert set(stated()) == {(name, who) for name in shipped() for who in BODIES}
