"""The command: its last line and exit code; rounds in turn; peers that cannot be had."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from bench import __main__ as command
from bench import environments
from bench.environments import PeerError, peer
from bench.goals import Goal, Result
from bench.report import Row, lines
from bench.rounds import Child, interleave, run_child, work
from bench.rows import air_fleet, check, check_memory, dispatch, link, startup, suite, ticks
from bench.work import steps
from controller.safety import verify
from protocols.language import compile_text

if TYPE_CHECKING:
    from pathlib import Path

GOAL = Goal("time / floor", "<=", 2.0)
MET, MISSED = Result(GOAL, (1.0,) * 9), Result(GOAL, (3.0,) * 9)
SKIPPED = Result(GOAL, skipped="opentrons cannot be installed: no network")


class FakeRow:
    def __init__(self, *results: Result) -> None:
        self.results = results

    def measure(self) -> Row:
        return Row(1, "a row", self.results, ("peer 1.0",))


def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *results: Result
) -> tuple[int, str]:
    monkeypatch.setattr(sys, "argv", ["bench", "1"])
    monkeypatch.setattr("importlib.import_module", lambda _name: FakeRow(*results))
    return command.main(), capsys.readouterr().out


def test_all_met_is_exit_0(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(monkeypatch, capsys, MET, MET)
    assert code == 0
    assert said.splitlines()[-1] == "2 of 2 goals met"


def test_a_miss_is_exit_1_and_stands_in_its_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = run(monkeypatch, capsys, MET, MISSED)
    assert code == 1
    assert "MISSED" in said
    assert said.splitlines()[-1] == "1 of 2 goals met"


def test_a_skipped_peer_is_said_and_is_not_met(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = run(monkeypatch, capsys, MET, SKIPPED)
    assert code == 0
    assert "skipped: opentrons cannot be installed: no network" in said
    assert said.splitlines()[-1] == "1 of 2 goals met"


def test_a_row_says_median_span_versions_and_load() -> None:
    head, goal = lines(
        Row(5, "a title", (Result(GOAL, (1.0,) * 4 + (1.5,) + (4.0,) * 4),), ("looptime 0.9",))
    )
    assert head.startswith("row 5  a title  [looptime 0.9, load ")
    assert "1.5 (1 .. 4)" in goal
    assert "goal <= 2" in goal


def test_contestants_take_turns_and_the_warm_round_is_not_kept() -> None:
    order: list[str] = []

    def contestant(name: str, value: float) -> float:
        order.append(name)
        return value * len(order)

    rounds = interleave(
        {"floor": lambda: contestant("floor", 1.0), "unknot": lambda: contestant("unknot", 1.0)}, 9, warm=1
    )
    assert order == ["floor", "unknot"] * 10
    assert rounds.values["floor"] == tuple(range(3, 21, 2))
    assert rounds.ratios("unknot", "floor")[0] == 4 / 3


def test_a_command_that_fails_is_no_measurement() -> None:
    with pytest.raises(RuntimeError, match="ended with 3"):
        run_child([sys.executable, "-c", "raise SystemExit(3)"])


def test_a_command_tells_its_time_and_memory() -> None:
    child = run_child([sys.executable, "-c", "pass"])
    assert 0.001 < child.wall < 60
    assert 1 < child.rss < 1000


def test_a_peer_that_cannot_be_installed_says_why_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def fail(argv: list[object], **_: object) -> None:
        tries.append(argv)
        raise subprocess.CalledProcessError(1, "pip", stderr="Looking\nERROR: no matching distribution\n")

    monkeypatch.setattr("subprocess.run", fail)
    (tmp_path / "some.txt").write_text("some==1.0\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(PeerError, match="some cannot be installed: ERROR: no matching distribution"):
            peer("some", tmp_path / "place", tmp_path)
    assert len(tries) == 2


def test_a_peer_is_made_once_and_again_when_its_pins_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[str, ...]] = []

    def make(_name: str, folder: Path, pins: tuple[str, ...]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        made.append(pins)

    monkeypatch.setattr(environments, "_make", make)
    pins = tmp_path / "some.txt"
    pins.write_text("# why\nsome==1.0\n", encoding="utf-8")
    assert peer("some", tmp_path / "place", tmp_path).version("some") == "some 1.0"
    peer("some", tmp_path / "place", tmp_path)
    pins.write_text("some==2.0\n", encoding="utf-8")
    peer("some", tmp_path / "place", tmp_path)
    assert made == [("some==1.0",), ("some==2.0",)]


def test_the_bare_interpreter_has_nothing_of_ours(tmp_path: Path) -> None:
    python = environments.bare_python(tmp_path)
    assert environments.bare_python(tmp_path) == python
    with pytest.raises(RuntimeError, match="ended with 1"):
        run_child([python, "-c", "import click"])


@pytest.mark.parametrize("name", ["opentrons", "loops", "bluesky"])
def test_every_package_of_a_peer_is_pinned(name: str) -> None:
    text = (environments.PINS / f"{name}.txt").read_text(encoding="utf-8")
    pins = [line for line in text.splitlines() if not line.startswith("#")]
    assert pins
    assert all(line.count("==") == 1 for line in pins)


def test_rows_without_their_peer_skip_that_goal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_name: str) -> None:
        raise PeerError("not here")

    for module in (startup, link):
        monkeypatch.setattr(module, "peer", absent)
    monkeypatch.setattr(startup, "bare_python", lambda: "python")
    monkeypatch.setattr(link, "work", lambda _name, _which: {"rate": 1.0})
    monkeypatch.setattr(startup, "run_child", lambda _argv: type("Child", (), {"wall": 1.0}))
    for row in (startup.measure(), link.measure()):
        assert [result.skipped for result in row.results] == ["", "not here"]


def test_lateness_is_cut_into_rounds_and_an_early_tick_is_below_zero() -> None:
    found = ticks.lateness([(n / 10, n / 10 + (-0.001 if n == 50 else 0.001)) for n in range(90)])
    assert [len(each) for each in found] == [10] * 9
    assert min(found[5]) == pytest.approx(-0.001)
    assert min(found[4]) == pytest.approx(0.001)


def test_p99_of_a_hundred_is_close_to_the_worst() -> None:
    assert ticks.p99([0.0] * 98 + [1.0, 1.0]) > 0.9
    assert ticks.p99([float(n) for n in range(101)]) == 99.0


@pytest.mark.parametrize("count", [60, 450])
def test_the_file_of_many_steps_has_as_many_and_is_right(count: int) -> None:
    compiled = compile_text(steps.protocol(count))
    assert compiled.plan is not None, compiled.diagnostics
    assert len(compiled.plan.segments) == count
    assert verify(compiled.plan) == ()


def test_a_peer_gets_as_many_steps() -> None:
    class Protocol:
        taken = 0

        def comment(self, _text: str) -> None:
            self.taken += 1

        def delay(self, seconds: float) -> None:
            assert seconds == 30
            self.taken += 1

    scope: dict[str, Any] = {}
    exec(steps.for_opentrons(60), scope)  # noqa: S102  the script is ours
    protocol = Protocol()
    scope["run"](protocol)
    assert protocol.taken == 60


def test_checks_run_in_turn_and_give_time_and_memory_of_the_same_processes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ran: list[str] = []

    def child(argv: tuple[object, ...], _env: dict[str, str]) -> Child:
        ran.append(str(argv[0]))
        return Child(wall=float(len(ran)), rss=10.0 * len(ran))

    def absent(_name: str) -> None:
        raise PeerError("not here")

    monkeypatch.setattr(check, "run_child", child)
    monkeypatch.setattr(check, "peer", absent)
    check.checks.cache_clear()
    try:
        wall, memory = check.measure(), check_memory.measure()
    finally:
        check.checks.cache_clear()
    assert len(ran) == 20  # a round that is not kept, and nine; none again for the second row
    assert wall.results[0].ratios[0] == memory.results[0].ratios[0] == 4 / 3
    for row in (wall, memory):
        assert [result.skipped for result in row.results] == ["", "not here"]


def test_dispatch_without_its_peer_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_name: str) -> None:
        raise PeerError("not here")

    monkeypatch.setattr(dispatch, "peer", absent)
    monkeypatch.setattr(dispatch, "work", lambda _name, _which: {"us": 1.0})
    assert [result.skipped for result in dispatch.measure().results] == ["not here"]


def test_sessions_of_the_suite_are_dealt_out_to_nine_rounds() -> None:
    times = [(1200.0, 1.0)] * 9 + [(0.0, 1.0)]
    assert suite.rates(times) == (10.0, *[20.0] * 8)


def test_a_suite_that_fails_is_no_measurement(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> suite.Times:
        raise RuntimeError("the tests fail")

    monkeypatch.setattr(suite, "_sessions", fails)
    monkeypatch.setattr(suite, "work", lambda *_: {"simulated": 1800.0, "seconds": 0.25})
    assert [result.skipped for result in suite.measure().results] == ["the tests fail"]


@pytest.mark.slow
@pytest.mark.parametrize("reader", ["bumble", "bleak", "unknot"])
def test_every_reader_of_the_air_takes_what_two_devices_tell(reader: str) -> None:
    measured = work("air_fleet", reader, "2", "1")
    assert 15 <= measured["frames"] <= 25, "two devices, ten a second"
    assert measured["us"] > 0
    assert measured["share"] > 0


def test_a_row_of_the_air_holds_unknot_to_bumble_and_to_bleak(monkeypatch: pytest.MonkeyPatch) -> None:
    costs = {"bumble": 80.0, "bleak": 70.0, "unknot": 105.0}
    monkeypatch.setattr(air_fleet, "work", lambda _name, which: {"us": costs[which], "share": 0.05})
    row = air_fleet.measure()
    assert [result.ratios[0] for result in row.results] == [105 / 80, 1.5]
    assert row.notes == (
        "bumble 80 µs (5.0% of a core), bleak 70 µs (5.0% of a core), unknot 105 µs (5.0% of a core)",
    )
