"""The recorded inputs of a session, fed to a core that has seen nothing, give the recorded decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from core_desk import MINUTE, SECOND, AtWill, Desk, Writer
from walk import walk

from controller.core import Input, Session, Tick
from controller.journal import Journal, replay
from controller.journal.encoding import encode
from controller.safety.pad_watch import PadWatch
from protocols.plan import Fork

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from controller.core import Effect
    from controller.safety import Channel
    from protocols.plan import Plan

Step = tuple[int, Input, "tuple[Effect, ...]"]


class Recorded(Desk):
    """A desk that keeps what a journal would."""

    def __init__(self, plan: Plan) -> None:
        self.steps: list[Step] = []
        super().__init__(plan)

    def feed(self, event: Input) -> tuple[Effect, ...]:
        effects = super().feed(event)
        self.steps.append((self.now_ms, event, effects))
        return effects


@pytest.fixture(autouse=True)
def _pads_at_will(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the replays too, as at the desk."""
    monkeypatch.setattr(PadWatch, "_judge", AtWill._judge)


def _desk() -> Recorded:
    writer = Writer()
    track = (
        writer.say(),
        Fork(((writer.heat(37.0, MINUTE),), (writer.press(10 * SECOND), writer.rate()))),
        writer.press(10 * SECOND),
        writer.rest(10 * SECOND),
    )
    return Recorded(writer.plan(*track))


def _through(desk: Recorded) -> None:
    desk.actual["pad"] = 36.5
    for _ in range(200):
        if desk.session.questions.open:
            desk.answer("3" if desk.question.kind == "rate" else "yes")
        desk.actual["pad"] = 35.0 if desk.session.stage == "cooling" else 36.5
        desk.run(SECOND)


def _kept(
    path: Path, name: str, plan: Plan, channels: Mapping[str, Channel], steps: Sequence[Step], outcome: str
) -> None:
    with Journal.open(path) as journal:
        journal.begin(name, {"plan": plan, "channels": channels})
        for step in steps:
            journal.keep(*step)
        journal.finish(outcome)


def test_a_normal_session_replays_to_the_same_decisions(tmp_path: Path) -> None:
    desk = _desk()
    _through(desk)
    assert desk.end() == ("completed", 0)
    _kept(tmp_path / "record", "s", desk.session.plan, desk.channels, desk.steps, "completed")
    replayed = replay(tmp_path / "record", "s")
    assert replayed.difference is None
    assert replayed.steps == len(desk.steps)


def test_a_session_with_pause_skip_faded_and_link_loss_replays_to_the_same_decisions(tmp_path: Path) -> None:
    desk = _desk()
    desk.answer("yes")
    desk.run(3 * SECOND)
    desk.do("pause")
    desk.run(MINUTE)
    desk.do("resume")
    desk.lose("gun")
    desk.run(10 * SECOND)
    desk.do("resume")
    desk.find("gun")
    desk.do("faded")
    desk.do("skip")
    desk.do("skip", "PC6")
    _through(desk)
    assert {"skipped", "faded"} <= {str(why) for _, why in desk.whys()}
    outcome = str((desk.end() or ("", 0))[0])
    _kept(tmp_path / "record", "s", desk.session.plan, desk.channels, desk.steps, outcome)
    replayed = replay(tmp_path / "record", "s")
    assert replayed.difference is None
    assert replayed.steps == len(desk.steps)


def test_random_sessions_replay_from_the_record_to_the_same_decisions(tmp_path: Path) -> None:
    for seed in range(20):
        walked = walk(seed)
        name = walked.session.id
        _kept(tmp_path / "record", name, walked.plan, walked.channels, walked.record, "any")
        assert replay(tmp_path / "record", name).difference is None, seed


@pytest.mark.parametrize("block", range(2))
def test_random_sessions_fed_again_decide_the_same_byte_for_byte(block: int) -> None:
    for seed in range(50 * block, 50 * block + 50):
        walked = walk(seed)
        core = Session(walked.plan, walked.channels, walked.session.id)
        for now_ms, event, effects in walked.record:
            assert encode(core.feed(event, now_ms)) == encode(effects), seed


def test_a_core_that_decides_otherwise_is_found_out(tmp_path: Path) -> None:
    desk = _desk()
    _through(desk)
    steps = [step if step[1] != Tick() else (step[0] + 1, *step[1:]) for step in desk.steps]
    _kept(tmp_path / "record", "s", desk.session.plan, desk.channels, steps, "completed")
    assert replay(tmp_path / "record", "s").difference is not None


def test_softer_and_stronger_are_replayed_from_the_record(tmp_path: Path) -> None:
    desk = _desk()
    desk.answer("yes")
    for do in ("softer", "stronger", "softer", "pause", "softer", "resume"):
        desk.run(7 * SECOND)
        desk.do(do)
    _through(desk)
    assert len(desk.said("level")) == 5
    outcome = str((desk.end() or ("", 0))[0])
    _kept(tmp_path / "record", "s", desk.session.plan, desk.channels, desk.steps, outcome)
    assert replay(tmp_path / "record", "s").difference is None
