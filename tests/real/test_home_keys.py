"""From `unknot` alone to the first ready, at a real terminal, every key counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from test_keys_and_seconds import add_somebody, hand_in_the_page, say_ready, told
from typist import Typist
from window import LIMIT_S, Window

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_a_returning_person_is_ready_by_hand_in_five_keys(tmp_path: Path) -> None:
    add_somebody(tmp_path)
    with Typist(tmp_path) as typist:
        typist.sees("for Ana")
        typist.press("n")
        typist.sees("A sore, stiff neck")
        typist.press("b")
        hand_in_the_page(typist)
        say_ready(typist)
        typist.sees("Did it begin with a fall")
        figures = told("from Home, returning, by hand, another day", typist)
        assert len(typist.keys) <= 5, figures
        typist.press("x")
        typist.sees("Stopped")
        typist.press("z")
        typist.sees("unknot: after")
        typist.press("Enter")
        typist.sees("Just now")
        typist.press("q")
        assert typist.ends() == 0


def test_with_known_devices_it_is_six_keys(tmp_path: Path) -> None:
    add_somebody(tmp_path)
    own = (("my pad", "--kind", "heat"), ("my gun", "--kind", "percussion", "--levels", "5"))
    for each in own:
        with Typist(tmp_path, "devices", "add", "--by-hand", *each) as adding:
            assert adding.ends() == 0
    with Typist(tmp_path) as typist:
        typist.sees("for Ana")
        typist.press("u")
        typist.sees("+ my pad")
        typist.press("Enter")
        hand_in_the_page(typist)
        say_ready(typist)
        figures = told("from Home, returning, with two known devices", typist)
        assert len(typist.keys) <= 6, figures


def test_ctrl_c_while_it_runs_ends_with_130_and_at_home_with_0(tmp_path: Path) -> None:
    with Typist(tmp_path) as typist:
        typist.sees("First time here")
        typist.press("n")
        typist.sees("A sore, stiff neck")
        typist.press("b")
        typist.sees("Read on n")
        typist.press("C-c")
        assert typist.ends() == 130
    with Typist(tmp_path) as typist:
        typist.sees("Where does it hurt")
        typist.press("C-q")
        assert typist.ends() == 0


def test_a_smallest_terminal_shows_the_areas_and_runs_the_demo_at_once(tmp_path: Path) -> None:
    with Typist(tmp_path, size=(60, 20)) as typist:
        for area in ("neck n", "upper back u", "lower back l", "hips h", "glutes g", "thighs t"):
            typist.sees(area)
        typist.press("d")
        typist.sees("a simulated person answers")
        typist.press("x")
        typist.sees("Where does it hurt")
        typist.press("q")
        assert typist.ends() == 0


@pytest.mark.parametrize("keys", [b"", b"n", b"nb"])
def test_a_window_that_is_closed_ends_it_wherever_it_is(tmp_path: Path, keys: bytes) -> None:
    with Window(tmp_path) as window:
        seen = window.sees("Where does it hurt")
        for number, wanted in zip(range(len(keys)), ("A sore, stiff neck", "Read on"), strict=False):
            window.press(keys[number : number + 1])
            seen = window.sees(wanted, after=seen)
        window.close()
        assert window.process.wait(LIMIT_S) == 130
