"""`--fit` on the command line: what is shown, what is run, and when it is no help."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from controller.api import Session
from controller.faces.cli import cli, face, run
from controller.snapshot import Ended
from protocols.plan import Heat

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from controller.api import Setup

HEAD = "unknot: 1\ntitle: Hot\nneeds: {pad: heat, gun: percussion}\nsteps:\n"
HOT = HEAD + "- {heat: upper back, to: 42 °C, for: %s, within: 3 min}\n"
NEVER = HEAD + "- {press: quadratus lumborum, side: left, at: 20 %, for: 20 s}\n"


class FakeSession:
    """Takes what it is given and ends at once."""

    setup: Setup | None = None

    def __init__(self, setup: Setup) -> None:
        FakeSession.setup = setup

    def subscribe(self, *_: object, **__: object) -> None: ...
    def send(self, word: object) -> None: ...
    def interrupt(self, why: str) -> None: ...
    def no_more_answers(self) -> None: ...

    def run_here(self) -> Ended:
        return Ended("completed", 0)


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeSession.setup = None
    monkeypatch.setattr(face, "Session", FakeSession)


@pytest.fixture
def real(fake: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(face, "Session", Session)


@pytest.fixture
def hot(tmp_path: Path) -> Path:
    file = tmp_path / "hot.yaml"
    file.write_text(HOT % "4 min", encoding="utf-8")
    return file


def unknot(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(each) for each in arguments])


@pytest.mark.usefixtures("real")
def test_run_with_fit_runs_the_lowered_plan_and_shows_what_changed(hot: Path, tmp_path: Path) -> None:
    before = hot.read_bytes()
    answers = tmp_path / "answers.yaml"
    answers.write_text("present: yes", encoding="utf-8")
    result = unknot("run", hot, "--sim", "--fit", "--json", "--speed", "max", "--answers", answers)
    assert result.exit_code == 0, result.output
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert max(each["setpoint"] for each in told if each["event"] == "drive") == 41.0
    assert result.stderr.startswith("Lowered to keep within the limits")
    assert "42 °C to 41 °C" in result.stderr
    assert "HT1" in result.stderr
    assert told[0]["event"] == "session-started"
    assert hot.read_bytes() == before


def test_the_session_is_handed_the_plan_as_it_stands_in_the_file(hot: Path) -> None:
    assert unknot("run", hot, "--sim", "--fit", "--plain").exit_code == 0
    assert FakeSession.setup is not None
    (heat,) = FakeSession.setup.plan.segments
    assert isinstance(heat, Heat)
    assert (heat.to, FakeSession.setup.fit) == (42.0, True)


@pytest.mark.parametrize(("which", "told"), [("plain", True), ("json", True), ("screen", False)])
def test_nothing_is_written_over_the_screen_which_tells_it_in_its_own_place(
    hot: Path, monkeypatch: pytest.MonkeyPatch, which: str, *, told: bool
) -> None:
    shown: list[Setup] = []
    monkeypatch.setattr(run, "face_for", lambda **_: which)
    monkeypatch.setattr(run, "show", lambda setup, *_a, **_k: shown.append(setup))
    unknot("run", hot, "--sim", "--fit")
    assert (shown[0].lowered is not None) is told


def test_run_without_fit_refuses_and_says_that_there_is_fit(hot: Path) -> None:
    result = unknot("run", hot, "--sim")
    assert result.exit_code == 4
    assert "--fit" in result.stderr
    assert FakeSession.setup is None


def test_a_place_that_is_never_worked_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "never.yaml"
    file.write_text(NEVER, encoding="utf-8")
    result = unknot("run", file, "--sim", "--fit")
    assert result.exit_code == 4
    assert "--fit does not help" in result.stderr
    assert "ZN1" in result.stderr
    assert FakeSession.setup is None
    assert "--fit" not in unknot("run", file, "--sim").stderr


def test_a_file_with_errors_is_never_fitted(hot: Path) -> None:
    hot.write_text(hot.read_text(encoding="utf-8").replace("4 min", "4"), encoding="utf-8")
    assert unknot("run", hot, "--sim", "--fit").exit_code == 3
    assert FakeSession.setup is None


def test_plan_with_fit_shows_the_lowered_plan(hot: Path) -> None:
    result = unknot("plan", hot, "--fit", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["segments"][0]["to"] == 41.0
    assert "Lowered" in result.stderr


def test_check_has_no_fit(hot: Path) -> None:
    assert unknot("check", hot).exit_code == 4
    assert unknot("check", hot, "--fit").exit_code == 2


def test_ease_with_fit_changes_nothing_that_fits() -> None:
    result = unknot("ease", "neck", "--sim", "--fit", "--plain")
    assert result.exit_code == 0
    assert "Lowered" not in result.stderr
