"""Every way to end a run from outside: another maker's device on the cable rests, and soon."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import foreign_wire as wire
import pytest
from foreign_client import Client, environment, press, unknot
from foreign_device import Device

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEASE_S, REST_WITHIN_S = 2.0, 0.25
"""W6, and the timing budget of safety section 5: stop button to zero command."""


@pytest.fixture
def gun(tmp_path: Path) -> Iterator[Device]:
    with Device(tmp_path / "gun") as device:
        yield device


@pytest.fixture
def run(gun: Device, tmp_path: Path) -> Iterator[Client]:
    with Client(tmp_path, press(tmp_path, lasting="30 s"), "--use", f"gun=serial:{gun.path}") as client:
        client.wait("drive", lambda event: event["setpoint"] > 0)
        gun.wait(lambda it: any(it.setpoints))
        yield client


def test_unknot_stop_stops_it_within_a_second_and_says_what(gun: Device, run: Client, tmp_path: Path) -> None:
    began = time.monotonic()
    said = unknot(tmp_path, "stop")
    assert gun.resting
    assert time.monotonic() - began < 2.0, "a second, and the start of the program"
    assert said.returncode == 0
    assert "press" in said.stdout.lower()
    assert run.outcome() == ("stopped", 130), "it is told to end by a signal"
    gun.assert_stopped()
    assert unknot(tmp_path, "stop").returncode == 0, "also when nothing ran"


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", pytest.param("SIGHUP", marks=pytest.mark.slow)])
def test_a_signal_stops_the_device_first(name: str, gun: Device, run: Client) -> None:
    at = time.monotonic()
    run.process.send_signal(getattr(signal, name))
    assert run.outcome() == ("stopped", 130)
    gun.assert_stopped()
    assert gun.all(wire.STOP)[0].at - at < REST_WITHIN_S


def test_a_killed_program_leaves_the_device_to_its_lease(gun: Device, run: Client) -> None:
    last = run.process
    last.send_signal(signal.SIGKILL)
    last.wait(5)
    at = gun.heard[-1].at
    gun.wait(lambda it: it.resting, within=LEASE_S + 0.5)
    assert gun.changes[-1].at - at <= LEASE_S + 0.05
    assert gun.heard[-1].at == at


def test_a_halted_program_leaves_the_device_to_its_lease_and_revives_nothing(
    gun: Device, run: Client
) -> None:
    run.process.send_signal(signal.SIGSTOP)
    gun.wait(lambda it: it.resting, within=LEASE_S + 0.5)
    run.process.send_signal(signal.SIGCONT)
    run.wait("paused")
    changed = len(gun.changes)
    run.tell(do="stop")
    assert run.outcome() == ("stopped", 6)
    assert len(gun.changes) == changed
    gun.assert_stopped()


def test_nobody_reading_stdout_any_more_stops_the_device(gun: Device, tmp_path: Path) -> None:
    program = [sys.executable, "-m", "controller", "run", press(tmp_path, lasting="30 s"), "--json"]
    with subprocess.Popen(
        [*program, "--use", f"gun=serial:{gun.path}"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, env=environment(tmp_path),
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        while (event := json.loads(process.stdout.readline()))["event"] != "drive":
            if event["event"] == "question":
                fit = event["kind"] != "screening" or event["question"] == "C18"
                said = {"do": "answer", "question": event["question"], "value": "yes" if fit else "no"}
                process.stdin.write(json.dumps(said) + "\n")
                process.stdin.flush()
        process.stdout.close()
        gun.wait(lambda it: it.all(wire.STOP), within=5)
        assert process.wait(10) != 0
    gun.assert_stopped()
