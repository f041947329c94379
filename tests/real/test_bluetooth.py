"""Bluetooth between processes, as a person would: `unknot sim` in one, `scan`, `pair` and `run` in others."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from programs import Run, environment, simulators
from typist import Typist

if TYPE_CHECKING:
    from pathlib import Path

THIGH = """unknot: 1
title: A thigh
needs: {gun: percussion}
steps:
  - press: rectus femoris
    side: left
    at: gentle
    for: 20 s
    move: along
  - rest: 5 s
"""
FORGETS = """devices:
  - {name: gun, kind: percussion, link: ble}
faults:
  - {device: gun, at: 6 s, do: bond forgotten}
"""


def unknot(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "controller", *words]
    return subprocess.run(
        program, capture_output=True, text=True, env=environment(folder), timeout=60, check=False
    )


def told(folder: Path, *words: str) -> dict[str, Any]:
    done = unknot(folder, *words, "--json")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def address(devices: list[dict[str, str]], kind: str) -> str:
    return next(
        each["link"].removeprefix("ble:")
        for each in devices
        if each["kind"] == kind and each["link"].startswith("ble:")
    )


def thigh(folder: Path) -> str:
    path = folder / "thigh.yaml"
    path.write_text(THIGH)
    return str(path)


def test_what_a_sim_has_on_the_air_is_scanned_paired_driven_and_forgotten(tmp_path: Path) -> None:
    with simulators(tmp_path) as devices:
        heard = told(tmp_path, "scan", "--for", "1")
        assert {each["name"] for each in heard["devices"]} == {"Knot-GUN2", "Knot-PAD2"}
        assert all(each["usable"] and each["simulated"] for each in heard["devices"])
        paired = told(tmp_path, "pair", address(devices, "percussion"), "--yes", "--name", "my gun")
        assert (paired["ok"], paired["device"]["serial"]) == (True, "SIM-GUN2")
        assert [each["name"] for each in told(tmp_path, "devices")["devices"]] == ["my gun"]
        with Run(tmp_path, thigh(tmp_path), "--use", "gun=my gun") as run:
            run.until(lambda event: event["event"] == "reading" and event["actual"] > 1000)
            run.tell(do="stop")
            last = run.to_the_end()
        assert (last["outcome"], last.get("unknown")) == ("stopped", None)
        gone = told(tmp_path, "forget", "my gun")
        assert gone == {"forgotten": "my gun", "trouble": None}
        again = told(tmp_path, "pair", address(devices, "percussion"), "--yes")
        assert again["device"]["name"] == "gun", "the bond was made anew"


@pytest.mark.slow
def test_a_killed_run_leaves_the_device_at_rest_and_the_next_one_has_it(tmp_path: Path) -> None:
    with simulators(tmp_path) as devices:
        use = ("--use", f"gun=ble:{address(devices, 'percussion')}")
        with Run(tmp_path, thigh(tmp_path), *use) as run:
            run.until(lambda event: event["event"] == "reading" and event["actual"] > 1000)
            run.process.send_signal(signal.SIGKILL)
            run.process.wait(10)
        with Run(tmp_path, thigh(tmp_path), *use) as run:
            first = run.until(lambda event: event["event"] == "reading")
            assert first["actual"] < 1200
            run.tell(do="stop")
            run.to_the_end()


@pytest.mark.slow
def test_a_device_that_forgot_its_bond_is_mended_by_what_the_message_says(tmp_path: Path) -> None:
    bench = tmp_path / "bench.yaml"
    bench.write_text(FORGETS)
    with simulators(tmp_path, "--bench", str(bench)) as devices:
        which = address(devices, "percussion")
        assert told(tmp_path, "pair", which, "--yes", "--name", "gun")["ok"]
        run = ("run", thigh(tmp_path), "--use", "gun=gun", "--json")
        for _ in range(20):  # until the fault has come; each try to be refused before it begins or stopped
            done = _begin_and_stop(tmp_path, *run)
            if done["outcome"] == "refused":
                break
        assert done["exit"] == 5
        assert "no longer know each other" in done["why"]
        assert told(tmp_path, "pair", which, "--yes")["device"]["name"] == "gun"
        assert _begin_and_stop(tmp_path, *run)["outcome"] == "stopped"


@pytest.mark.slow
def test_a_computer_that_forgot_its_bond_is_told_apart_and_mended(tmp_path: Path) -> None:
    with simulators(tmp_path) as devices:
        which = address(devices, "percussion")
        assert told(tmp_path, "pair", which, "--yes", "--name", "gun")["ok"]
        for keys in (tmp_path / "runtime").glob("radio-*.keys"):
            keys.unlink()
        run = ("run", thigh(tmp_path), "--use", "gun=gun", "--json")
        done = _begin_and_stop(tmp_path, *run)
        assert (done["outcome"], done["exit"]) == ("refused", 5)
        assert "not paired with this computer" in done["why"]
        assert told(tmp_path, "pair", which, "--yes")["ok"]
        assert _begin_and_stop(tmp_path, *run)["outcome"] == "stopped"


def _begin_and_stop(folder: Path, *words: str) -> dict[str, Any]:
    with Run(folder, *words[1:-1]) as run:
        begun = run.until(lambda event: event["event"] in {"session-started", "session-ended"})
        if begun["event"] == "session-started":
            run.tell(do="stop")
            return run.to_the_end()
        return begun


@pytest.mark.slow
def test_a_person_pairs_at_a_terminal_and_runs(tmp_path: Path) -> None:
    with simulators(tmp_path) as _, Typist(tmp_path, "pair") as person:
        person.sees("Knot-GUN2")
        person.sees("Knot-PAD2")
        letter = person.text.split("Knot-GUN2")[0].split()[-1]
        person.press(letter)
        person.sees("in your hand")
        person.press("y")
        person.sees("Did it move?")
        person.press("y")
        person.sees("Its name here")
        person.press("Enter")
        person.sees("gun is known")
        assert len(person.keys) == 4


@pytest.mark.slow
def test_a_device_whose_button_was_not_pressed_refuses_and_its_message_mends_it(tmp_path: Path) -> None:
    bench = tmp_path / "bench.yaml"
    bench.write_text("devices:\n  - {name: gun, kind: percussion, link: ble, pairing window: 10 ms}\n")
    with simulators(tmp_path, "--bench", str(bench)) as devices:
        which = address(devices, "percussion")
        refused = told(tmp_path, "pair", which, "--yes")
        assert not refused["ok"]
        assert "refused to pair" in refused["errors"][0]["message"]
        assert "hold its button" in refused["errors"][0]["hint"]
    bench.write_text(bench.read_text().replace("10 ms", "30 s"))
    with simulators(tmp_path, "--bench", str(bench)) as devices:
        assert unknot(tmp_path, "sim", "--press").returncode == 0
        assert told(tmp_path, "pair", address(devices, "percussion"), "--yes")["ok"]
    nobody = unknot(tmp_path, "sim", "--press")
    assert nobody.returncode == 2
    assert "no sim with Bluetooth devices runs" in nobody.stderr
