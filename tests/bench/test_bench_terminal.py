"""The rows of the screen: programs on a terminal, and what is made of what they did there."""

from __future__ import annotations

import signal
import sys
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from bench.environments import PeerError
from bench.goals import Goal, Result, Verdict
from bench.rounds import PYTHON, ROOT
from bench.rows import first_frame, keys, screen, stop
from bench.terminal import Terminal, places
from bench.work import run_screen, screens, stops

if TYPE_CHECKING:
    from pathlib import Path

SAYS = """
import os, sys
print("size", *os.get_terminal_size())
print("over ssh" if "SSH_CONNECTION" in os.environ else "here")
print("\\x1b[1mgot\\x1b[0m", sys.stdin.readline().strip())
sys.stdin.readline()
"""


def absent(_name: str) -> None:
    raise PeerError("not here")


def test_a_program_is_read_as_it_is_shown_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "of another terminal")
    with Terminal([sys.executable, "-c", SAYS], size=(120, 40)) as terminal:
        assert terminal.began < terminal.shows("size 120 40") < monotonic()
        pressed = terminal.press(b"x\r")
        assert pressed < terminal.shows("got x")
        assert terminal.bytes > len("got x")
        assert terminal.end(signal.SIGTERM) == -signal.SIGTERM


def test_it_is_told_of_its_own_terminal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "of another terminal")
    for more, wanted in (({}, "here"), (screen.SSH, "over ssh")):
        with Terminal([sys.executable, "-c", SAYS], more) as terminal:
            terminal.shows(wanted)


def test_what_never_comes_is_said_with_what_came() -> None:
    with (
        Terminal([sys.executable, "-c", "print('something else')"]) as terminal,
        pytest.raises(RuntimeError, match=r"(?s)'wanted' never came: .*something else"),
    ):
        terminal.shows("wanted")


def test_a_goal_of_one_round_is_judged_by_it() -> None:
    goal = Goal("ms", "<=", 50.0, rounds=1)
    assert Result(goal, (49.0,)).verdict is Verdict.MET
    assert Result(goal, (51.0,)).verdict is Verdict.MISSED


def test_the_first_screen_of_home_and_of_a_run_come(tmp_path: Path) -> None:
    """What the row waits for is drawn."""
    for argv, last in (
        ((PYTHON, first_frame.TRIVIAL, first_frame.LAST), first_frame.LAST),
        *first_frame.OURS.values(),
    ):
        with Terminal(argv, places(str(tmp_path))) as terminal:
            terminal.shows(last)


def test_each_screen_is_held_to_the_trivial_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        first_frame, "_seconds", lambda _argv, last: {"drawn": 0.2, "Quit": 0.22}.get(last, 0.5)
    )
    row = first_frame.measure()
    assert [result.ratios[0] for result in row.results] == pytest.approx([1.1])
    assert "unknot run 500 ms" in row.notes[0]


@pytest.mark.slow
def test_a_stop_and_a_signal_reach_the_pad_with_its_plot_drawn() -> None:
    for how in (stops.key, stops.terminate):
        assert 0 < stops.stop(how, 0.0) < 5


def test_a_bare_key_is_heard() -> None:
    assert all(0 < each < 5 for each in stops.bare_keys([0.0, 0.01]))


def test_the_row_of_stops_has_its_tail_of_all_and_no_broker_is_a_skip(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    took = iter([0.002] * 100 + [0.060] * 8)
    monkeypatch.setattr(stop, "peer", absent)
    monkeypatch.setattr(stops, "bare_keys", lambda gaps: [0.001] * len(gaps))
    monkeypatch.setattr(stops, "stop", lambda how, _later: next(took) if how is stops.key else 0.001)
    key, signalled, soon = (row := stop.measure()).results
    assert key.ratios == (2.0,) * 8 + (60.0,)
    assert signalled.skipped == "not here"
    assert soon.ratios == (60.0,)
    assert soon.verdict is Verdict.MISSED
    assert row.notes[1] == "108 stops by key in 9 rounds, the worst 60.0 ms"


@pytest.mark.parametrize("late", [4, 6])
def test_five_of_a_hundred_may_be_late(late: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stop, "peer", absent)
    monkeypatch.setattr(stops, "bare_keys", lambda gaps: [0.001] * len(gaps))
    took = iter([0.060] * late + [0.002] * (108 - late))
    monkeypatch.setattr(stops, "stop", lambda how, _later: next(took) if how is stops.key else 0.001)
    assert (stop.measure().results[2].verdict is Verdict.MET) == (late == 4)


@pytest.mark.slow
def test_every_screen_tells_what_it_took(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "WARM", 0.5)
    monkeypatch.setattr(screen, "SECONDS", 1.0)
    file = tmp_path / "temperatures.json"
    file.write_text(str([33.0] * 700))
    found = screen.together({"Sparkline": (PYTHON, "sparkline", {}), "unknot": (PYTHON, "unknot", {})}, file)
    for figures in found.values():
        assert 0 < figures["share"] < 2
        assert figures["bytes"] > 0


@pytest.mark.slow
def test_what_the_screens_show_is_a_pad_that_warms() -> None:
    found = run_screen.temperatures()
    assert len(found) > screens.POINTS + screen.SECONDS
    assert found[0] < 34
    assert 36 < found[screens.POINTS] < 38


def test_a_screen_that_breaks_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="ended before"):
        screen.together({"none": (PYTHON, "no such screen", {})}, tmp_path / "none")


SAID = """.from Home, returning, by hand, another day: 5 keys, 12.2 s
.returning, with a device, another day, to the first ready: 7 keys, 8.3 s
the same, until the pad warms: 3 keys, 9.9 s
.new, added and ready: 8 keys, 118.4 s (15.2 s measured, 103.2 s of reading)
1 failed, 3 passed in 60.00s
"""


def test_keys_and_seconds_are_those_that_the_tests_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_scenarios", lambda: SAID)
    found = {result.goal.text: result for result in keys.measure().results}
    assert found["keys: unknot, by hand"].ratios == (5.0,)
    assert found["seconds: somebody new"].ratios == (118.4,)
    assert found["keys: unknot, two known devices"].skipped == "1 failed, 3 passed in 60.00s"
    missed = [text for text, result in found.items() if result.verdict is Verdict.MISSED]
    assert missed == ["keys: unknot run, a device"]


def test_every_way_to_begin_is_gone_by_a_test_that_tells_it() -> None:
    for way in keys.WAYS.values():
        file, name = way.test.split("::")
        text = (ROOT / file).read_text(encoding="utf-8")
        assert f"def {name}(" in text
        assert f'told("{way.told}"' in text
