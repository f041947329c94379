"""`scan` and `pair` at a real terminal, with devices on the air that would break it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from programs import simulators
from typist import Typist

if TYPE_CHECKING:
    from pathlib import Path

NAMES = (
    "\x1b[2J\x1b]0;owned\x07\x1b[31m", "\u202egnp.exe\u2066", "one\ntwo\rthree", "\0\0\0\0", "😀😀😀😀😀",
    "漢字漢字漢字", "Z\u0335\u0336\u0489\u0335\u0336\u0489\u0335\u0336al", "x" * 29, "Knot-GUN1",
)  # fmt: skip
SIZES = [(80, 24), (60, 20)]


def crowd(folder: Path) -> str:
    """A bench file with a hostile device for each of the names, and a good one."""
    hostile = [
        {"name": f"h{nth}", "kind": "heat", "link": "ble", "serial": f"SIM-H{nth:03}", "wild": {"name": name},
         "signal": "-80 dBm"}
        for nth, name in enumerate(NAMES)
    ]  # fmt: skip
    good = {"name": "gun", "kind": "percussion", "link": "ble", "serial": "SIM-GOOD", "signal": "-40 dBm"}
    path = folder / "crowd.yaml"
    path.write_text(json.dumps({"devices": [*hostile, good]}, ensure_ascii=False))
    return str(path)


def of_the_list(person: Typist) -> list[str]:
    return [row for row in person.rows if "a Knot device" in row]


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_hostile_names_break_no_row_of_the_list_and_no_window(size: tuple[int, int], tmp_path: Path) -> None:
    with (
        simulators(tmp_path, "--bench", crowd(tmp_path)),
        Typist(tmp_path, "pair", size=size) as person,
    ):
        person.sees("SIM-GOOD", "Knot-GOOD")
        assert person._until(lambda: len(of_the_list(person)) == len(NAMES) + 1)
        rows = person.rows
        assert rows[0].startswith("Hold the device's button")
        assert all(row[1:3] == "  " for row in of_the_list(person)), "a letter, and its device"
        assert len(rows) <= size[1]
        assert "owned" not in person.title
        row = next(row for row in rows if "Knot-GOOD" in row)
        person.press(row[0])
        person.sees("It is Knot percussion (SIM-GOOD)")
        person.press("y")
        person.sees("Did it move?")
        person.press("y")
        person.sees("Its name here")
        person.press("Enter")
        person.sees("gun is known")
        assert (person.ends(), len(person.keys)) == (0, 4)


@pytest.mark.slow
def test_a_list_that_is_listened_to_ends_at_q_with_all_that_was_heard(tmp_path: Path) -> None:
    with (
        simulators(tmp_path, "--bench", crowd(tmp_path)),
        Typist(tmp_path, "scan", "--for", "60", size=(110, 40)) as person,
    ):
        person.sees("q ends")
        assert person._until(lambda: len(of_the_list(person)) == len(NAMES) + 1)
        person.press("q")
        assert person.ends() == 0
        assert len(of_the_list(person)) >= len(NAMES), "tmux may have moved one out for a word of its own"
        assert "q ends" not in person.text
        assert "owned" not in person.title


@pytest.mark.slow
@pytest.mark.parametrize("asked", ["Then choose it", "Now?", "Did it move?", "Its name here"])
def test_ctrl_c_ends_every_question_at_once(asked: str, tmp_path: Path) -> None:
    answers = {"Then choose it": "a", "Now?": "y", "Did it move?": "y"}
    with (
        simulators(tmp_path, "--bench", str(only_a_gun(tmp_path))),
        Typist(tmp_path, "pair") as person,
    ):
        for question, answer in answers.items():
            person.sees("Knot-GUN1" if question == "Then choose it" else question)
            if question == asked:
                break
            person.press(answer)
        person.sees(asked)
        person.press("C-c")
        assert person.ends() == 130
        person.sees("Interrupted.")


def only_a_gun(folder: Path) -> Path:
    path = folder / "gun.yaml"
    path.write_text(json.dumps({"devices": [{"kind": "percussion", "link": "ble"}]}))
    return path


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_a_hundred_devices_leave_what_to_do_in_sight(size: tuple[int, int], tmp_path: Path) -> None:
    many = [
        {"name": f"d{nth}", "kind": "heat", "link": "ble", "serial": f"SIM-{nth:04}"} for nth in range(100)
    ]
    path = tmp_path / "many.yaml"
    path.write_text(json.dumps({"devices": many}))
    with simulators(tmp_path, "--bench", str(path)), Typist(tmp_path, "pair", size=size) as person:
        person.sees("more, farther away")
        assert person._until(lambda: sum("Knot-" in row for row in person.rows) > size[1] // 3)
        assert person.rows[0].startswith("Hold the device's button")
        assert any(row.startswith("q ends.") for row in person.rows)
        person.press("q")
        assert person.ends() == 130
        assert "Knot-" not in person.text, "the list is gone"
