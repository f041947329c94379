"""Every shipped protocol runs to its end in virtual time: on simulated devices, and by hand."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from controller.api import Session, Setup
from controller.core.events import Answer, Said
from controller.faces.cli import cli
from protocols.language import compile_source, load, shipped
from protocols.plan import Press, Stretch

if TYPE_CHECKING:
    from pathlib import Path

    from controller.snapshot import Snapshot
    from protocols.plan import Plan

QUICK = {"demo", "neck"}
NAMES = [pytest.param(name, marks=[] if name in QUICK else [pytest.mark.soak], id=name) for name in shipped()]
ANSWERS = {"ready": "yes", "present": "yes", "rate": 6, "ask": "no"}


def plan_of(name: str) -> Plan:
    plan = compile_source(load(name)).plan
    assert plan is not None
    return plan


def worked(plan: Plan) -> list[int]:
    return [s.number for s in plan.segments if isinstance(s, Press | Stretch)]


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_to_its_end_on_simulated_devices(name: str, tmp_path: Path) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text(json.dumps(ANSWERS))
    words = ("run", name, "--sim", "--speed", "max", "--json", "--answers", str(answers))
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0, done.output
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[-1]["outcome"] == "completed"
    ended = [e["segment"] for e in events if e["event"] == "segment-ended" and e["why"] == "done"]
    assert set(worked(plan_of(name))) <= set(ended)


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_to_its_end_by_hand(name: str) -> None:
    plan = plan_of(name)
    session = Session(Setup(plan=plan, by_hand=True, speed=math.inf))
    told: list[Said] = []

    def hear(news: Said | Snapshot) -> None:
        if isinstance(news, Said):
            told.append(news)
            if news.event == "question":
                kind, choices = str(news.data["kind"]), news.data["choices"]
                assert isinstance(choices, list | tuple)
                fit = "yes" if news.data["question"] == "C18" else "no"
                value = fit if kind == "screening" else str(ANSWERS[kind])
                session.send(Answer(str(news.data["question"]), value))

    session.subscribe(hear, pictures=False)
    ended = session.run_here()
    assert (ended.outcome, ended.exit) == ("completed", 0)
    done = [s.data["segment"] for s in told if s.event == "segment-ended" and s.data["why"] == "done"]
    assert set(worked(plan)) <= set(done)
    assert any(s.event == "instruct" for s in told)
