"""The page of devices at a real terminal: from Home to a device with a name, and every window closed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from programs import simulators
from typist import Typist
from window import LIMIT_S, Window

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def a_gun(folder: Path) -> str:
    """A bench file with one Bluetooth gun."""
    path = folder / "gun.yaml"
    path.write_text(json.dumps({"devices": [{"kind": "percussion", "link": "ble", "serial": "SIM-GUN2"}]}))
    return str(path)


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
def test_a_gun_is_paired_from_home_by_keys_alone(size: tuple[int, int], tmp_path: Path) -> None:
    with simulators(tmp_path, "--bench", a_gun(tmp_path)), Typist(tmp_path, size=size) as person:
        person.sees("First time here")
        person.press("p")
        person.sees("▶ Knot-GUN2")
        person.press("Enter")
        person.sees("It is Knot percussion (SIM-GUN2)")
        person.sees("Now?")
        person.press("y")
        person.sees("Stop x")
        person.sees("Did it move?")
        person.press("y")
        person.sees("Its name here:")
        person.press("C-u", "m", "i", "n", "e", "Enter")
        person.sees("mine is known")
        person.sees("+ answers")
        person.sees("at rest")
        person.press("Escape")
        person.sees("mine Bluetooth heard")
        person.press("v")
        person.sees("+ answers")
        person.press("u")
        person.sees("Now?")
        person.press("y")
        person.sees("It runs now")
        person.press("x")
        person.sees("Stopped, and at rest.")
        person.press("f")
        person.sees("Forget mine?")
        person.press("y")
        person.sees("mine is forgotten.")
        person.press("Escape")
        person.sees("Where does it hurt?")
        person.press("q")
        assert person.ends() == 0


@pytest.mark.parametrize("asked", ["Knot-GUN2", "Now?", "Stop x", "Did it move?", "Its name"])
def test_a_window_that_is_closed_lets_the_device_go(asked: str, tmp_path: Path) -> None:
    steps = {"Knot-GUN2": b"\r", "Now?": b"y", "Stop x": b"", "Did it move?": b"y", "Its name": b""}
    with simulators(tmp_path, "--bench", a_gun(tmp_path)):
        with Window(tmp_path) as window:
            seen = window.sees("Where does it hurt")
            window.press(b"p")
            for wanted, key in steps.items():
                seen = window.sees(wanted, after=seen)
                if wanted == asked:
                    break
                window.press(key)
            window.close()
            assert window.process.wait(LIMIT_S) == 130
        # Whoever comes next has it: it is neither connected nor driven.
        with Typist(tmp_path, "pair") as person:
            person.sees("Knot-GUN2")
            person.press("a")
            person.sees("Now?")
            person.press("y")
            person.sees("Did it move?")
            person.press("y")
            person.sees("Its name here")
            person.press("Enter")
            assert person.ends() == 0
