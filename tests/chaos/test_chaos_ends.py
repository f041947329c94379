"""Every way in which a session ends: the simulated hardware is at rest, as its own trace says."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from chaos_rig import PROTOCOL, Kept, Outcome, at_home, run

from controller.core import Command
from controller.devices.knot.cable import Cable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from controller import api


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    at_home(monkeypatch, tmp_path)


def _once_driven(monkeypatch: pytest.MonkeyPatch, deed: Callable[[api.Session, Kept], None]) -> Outcome:
    """Do `deed` when both devices have left their rest."""
    done: list[bool] = []

    def on_event(session: api.Session, bench: Kept, _event: str) -> None:
        driven = all(not bench.device(name).at_rest for name in bench.names)
        if driven and not done:
            done.append(True)
            deed(session, bench)

    outcome = run(monkeypatch, on_event=on_event)
    assert done, "nothing was ever driven"
    return outcome


def _unplug(_session: api.Session, bench: Kept) -> None:
    bench.device("gun").unplug()


def _short(_session: api.Session, bench: Kept) -> None:
    bench.device("pad").sensor = "short"


def _open(_session: api.Session, bench: Kept) -> None:
    bench.device("pad").sensor = "open"


def _silence(_session: api.Session, bench: Kept) -> None:
    bench.device("pad").silent = True


def _restart(_session: api.Session, bench: Kept) -> None:
    bench.device("pad").restart()


def _button(_session: api.Session, bench: Kept) -> None:
    bench.device("gun").press(down=True)


def _stop(session: api.Session, _bench: Kept) -> None:
    session.send(Command("stop"))


def _interrupt(session: api.Session, _bench: Kept) -> None:
    session.interrupt("SIGTERM")


def _raise(_session: api.Session, _bench: Kept) -> None:
    raise RuntimeError("a broken face")


def _break_core(session: api.Session, _bench: Kept) -> None:
    def broken(*_: object) -> Any:
        raise RuntimeError("the core is broken for good")

    assert session._runner is not None
    vars(session._runner.session)["feed"] = broken


ENDS: dict[str, tuple[Callable[[api.Session, Kept], None], tuple[str, int] | None]] = {
    "stopped by the person": (_stop, ("stopped", 6)),
    "interrupted": (_interrupt, ("stopped", 130)),
    "stopped at the device": (_button, ("stopped", 6)),
    "the link is lost and nobody comes": (_unplug, ("lost", 5)),
    "the device restarts and nobody comes": (_restart, ("lost", 5)),
    "the sensor is short": (_short, ("limit", 7)),
    "the sensor is open": (_open, ("limit", 7)),
    "the device is silent": (_silence, None),
    "a face breaks": (_raise, ("stopped", 130)),
    "the core breaks for good": (_break_core, ("failed", 1)),
}


@pytest.mark.parametrize("end", ENDS)
def test_however_a_session_ends_everything_rests(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    deed, expected = ENDS[end]
    outcome = _once_driven(monkeypatch, deed)
    assert outcome.ended is not None, outcome.error
    if expected is not None:
        assert (outcome.ended.outcome, outcome.ended.exit) == expected
    else:
        assert outcome.ended.exit in (5, 7)
    assert outcome.resting
    assert outcome.stays
    assert outcome.events[-1] == "session-ended"
    assert outcome.events.count("session-ended") == 1


@pytest.mark.parametrize("deed", [_stop, _interrupt])
def test_every_stop_has_left_before_a_face_hears_anything(
    deed: Callable[[api.Session, Kept], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    write_now = Cable.write_now

    def written(link: Cable, data: bytes) -> None:
        order.append("STOP")
        write_now(link, data)

    monkeypatch.setattr(Cable, "write_now", written)
    began: list[int] = []

    def on_event(session: api.Session, bench: Kept, event: str) -> None:
        order.append(event or getattr(session.snapshot, "state", ""))
        if not began and all(not bench.device(name).at_rest for name in bench.names):
            began.append(len(order))
            deed(session, bench)

    outcome = run(monkeypatch, on_event=on_event)
    assert outcome.resting
    after = [each for each in order[began[0] :] if each not in {"reading", "drive", "running"}]
    assert after[:2] == ["STOP", "STOP"], after
    assert len(after) > 3


def test_a_session_that_is_done_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = run(monkeypatch)
    assert outcome.ended is not None
    assert outcome.ended.outcome == "completed"
    assert outcome.resting
    assert outcome.stays


def test_a_lost_link_that_comes_back_goes_on_at_the_persons_word_and_completes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def deed(session: api.Session, bench: Kept) -> None:
        gun, loop = bench.device("gun"), asyncio.get_running_loop()
        gun.unplug()
        loop.call_later(7.0, gun.replug)
        loop.call_later(8.0, session.send, Command("resume"))

    outcome = _once_driven(monkeypatch, deed)
    assert outcome.ended is not None
    assert (outcome.ended.outcome, outcome.ended.exit) == ("completed", 0)
    assert outcome.events.count("resumed") == 1
    motor = [(at, speed) for at, speed, _ in outcome.bench.driven("gun")]
    lost = next(at for at, speed in motor if speed) + 100
    assert not any(speed for at, speed in motor if lost + 2_100 < at < lost + 7_000)


PROGRAM = """
import json, sys
from controller import api
from simulator.bench import Bench, open_bench
from simulator.loop import virtual_loop

class Told(Bench):
    def stop(self):
        rest = {name: self.device(name).at_rest for name in self.names}
        driven = any(motor or duty for name in self.names for _, motor, duty in self.device(name).trace)
        print(json.dumps({"rest": rest, "driven": driven}), file=sys.stderr, flush=True)
        super().stop()

real = api.simulator
def told(path, **more):
    return Told(open_bench(path, **more).plan)
api.simulator = lambda name: told if name == "bench" else real(name)
from controller.faces.cli import main
sys.argv = ["unknot", *sys.argv[1:]]
main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_every_device_before_the_program_ends_with_130(
    number: signal.Signals, tmp_path: Path
) -> None:
    protocol = tmp_path / "chaos.yaml"
    protocol.write_text(PROTOCOL.replace("for: 2 s", "for: 20 s"), encoding="utf-8")
    command = (sys.executable, "-c", PROGRAM, "run", str(protocol), "--sim", "--json")
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    ) as program:
        assert program.stdout is not None
        assert program.stdin is not None
        assert program.stderr is not None
        for text in program.stdout:
            line = json.loads(text)
            if line["event"] == "question":
                program.stdin.write(
                    json.dumps({"do": "answer", "question": line["question"], "value": "yes"}) + "\n"
                )
                program.stdin.flush()
            if line["event"] == "drive" and line["setpoint"] and line["channel"] == "percussion":
                program.send_signal(number)
                break
        last = [json.loads(text) for text in program.stdout][-1]
        told = next(json.loads(text) for text in program.stderr if text.startswith('{"rest"'))
    assert (last["event"], last["outcome"], last["exit"]) == ("session-ended", "stopped", 130)
    assert program.returncode == 130
    assert told == {"rest": {"gun": True, "pad": True}, "driven": True}
