"""What it costs a person to begin, in keys and in seconds, counted at a real terminal from `unknot run` on.

A key comes 1.5 s after what it answers is drawn. What somebody has never seen before is counted as read,
at 240 words a minute, beside the measured time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from foreign_device import PAD, Device
from programs import environment
from typist import WORDS_PER_S, Typist

from controller import people
from controller.safety.screening import ROWS, Known, Screening, long_form

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SHORT_FORM = sum(len(row.text.split()) for row in ROWS if row.form == "S")
LONG_FORM = sum(len(row.text.split()) for row in ROWS if row.form == "F")
BEGIN = "Everything lies where it belongs"


def add_somebody(home: Path) -> None:
    """Somebody whose long form was answered on an earlier day."""
    (home / "ana.yaml").write_text("screening: no\nR10a: 41\n")
    with Typist(home, "person", "add", "Ana", "--answers", str(home / "ana.yaml")) as typist:
        assert typist.ends() == 0


def hand_in_the_page(typist: Typist) -> None:
    """From the top of the page to C18, a screenful a key."""
    awake = "Awake, feeling heat and pain"
    while typist.sees("None of these n", "Read on n", awake) != awake:
        typist.press("n")
        typist.changes()


def say_ready(typist: Typist) -> None:
    """From C18 to the first ready, answered."""
    typist.sees("Awake, feeling heat and pain")
    typist.press("y")
    typist.sees(BEGIN)
    typist.press("Space")


def told(what: str, typist: Typist, reading_s: float = 0.0, before: int = 0) -> str:
    total = typist.seconds + reading_s
    line = f"{what}: {before + len(typist.keys)} keys, {total:.1f} s"
    if reading_s:
        line += f" ({typist.seconds:.1f} s measured, {reading_s:.1f} s of reading)"
    print(line)
    return line


def test_a_returning_person_with_a_device_is_ready_in_six_keys_and_twenty_seconds(tmp_path: Path) -> None:
    add_somebody(tmp_path)
    with Device(tmp_path / "pad", PAD, name="Warm pad") as pad:
        use = ("run", "neck", "--use", f"pad=serial:{pad.path}")
        with Typist(tmp_path, *use) as typist:
            hand_in_the_page(typist)
            say_ready(typist)
            figures = told("returning, with a device, another day, to the first ready", typist)
            assert len(typist.keys) <= 6, figures
            assert typist.seconds <= 20, figures
            typist.sees("Did it begin with a fall")
            typist.press("n")
            typist.sees("Warming the neck")
            figures = told("the same, until the pad warms", typist)
            assert len(typist.keys) <= 6, figures
            assert typist.seconds <= 20, figures
        with Typist(tmp_path, *use) as typist:
            typist.sees("Has anything changed since")
            typist.press("n")
            say_ready(typist)
            figures = told("returning, with a device, the same day", typist)
            assert len(typist.keys) <= 3, figures
            assert typist.seconds <= 20, figures


def test_by_hand_it_is_five_keys_for_somebody_known_and_for_a_guest(tmp_path: Path) -> None:
    with Typist(tmp_path, "run", "neck", "--by-hand") as typist:
        hand_in_the_page(typist)
        say_ready(typist)
        figures = told("a guest, by hand", typist, (SHORT_FORM + LONG_FORM) / WORDS_PER_S)
        assert len(typist.keys) <= 5, figures
    add_somebody(tmp_path)
    with Typist(tmp_path, "run", "neck", "--by-hand") as typist:
        hand_in_the_page(typist)
        say_ready(typist)
        figures = told("returning, by hand, another day", typist)
        assert len(typist.keys) <= 5, figures
        assert typist.seconds <= 20, figures


def test_it_is_five_keys_with_two_devices_to_be_told_of(tmp_path: Path) -> None:
    add_somebody(tmp_path)
    with Typist(tmp_path, "run", "upper-back") as typist:
        typist.sees("What is the pad")
        typist.press("a")
        hand_in_the_page(typist)
        say_ready(typist)
        figures = told("returning, by hand, asked for pad and gun", typist)
        assert len(typist.keys) <= 5, figures
        assert typist.seconds <= 20, figures


def test_a_device_that_is_known_is_one_key(tmp_path: Path) -> None:
    add_somebody(tmp_path)
    with Typist(tmp_path, "devices", "add", "--by-hand", "my pad", "--kind", "heat") as typist:
        assert typist.ends() == 0
    own = ("my gun", "--kind", "percussion", "--levels", "5")
    with Typist(tmp_path, "devices", "add", "--by-hand", *own) as typist:
        assert typist.ends() == 0
    with Typist(tmp_path, "run", "upper-back") as typist:
        typist.sees("Enter: my pad")
        typist.press("Enter")
        typist.sees("Enter: my gun")
        typist.press("Enter")
        hand_in_the_page(typist)
        say_ready(typist)
        figures = told("returning, with two known devices", typist)
        assert len(typist.keys) <= 6, figures
        assert typist.seconds <= 20, figures
    with Typist(tmp_path, "run", "neck") as typist:
        typist.sees("Enter: my pad")
        typist.press("Enter")
        typist.sees("Has anything changed since")
        typist.press("n")
        say_ready(typist)
        figures = told("returning, with one known device, the same day", typist)
        assert len(typist.keys) <= 4, figures


def test_with_the_long_form_due_again_it_is_still_no_more_than_six_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNKNOT_STATE_DIR", environment(tmp_path)["UNKNOT_STATE_DIR"])
    then = datetime.now(UTC) - timedelta(days=40)
    long = Screening(long_form(Known(guest=False, by="Ana")), then.timestamp())
    long.take("R10", "yes")
    long.take("R10a", "41")
    long.take("screening", "none")
    people.add("Ana", then, long.answers)
    with Typist(tmp_path, "run", "neck", "--by-hand") as typist:
        hand_in_the_page(typist)
        say_ready(typist)
        figures = told("returning, by hand, with the long form due", typist, LONG_FORM / WORDS_PER_S)
        assert len(typist.keys) <= 6, figures


def test_in_lines_it_is_no_more_than_three_answers(tmp_path: Path) -> None:
    add_somebody(tmp_path)
    with Typist(tmp_path, "run", "neck", "--by-hand", "--plain") as typist:
        typist.sees("Type none if nothing does")
        typist.press("n", "Enter")
        typist.sees("Awake, feeling heat and pain")
        typist.press("y", "Enter")
        typist.sees(BEGIN)
        typist.press("y", "Enter")
        figures = told("returning, by hand, in lines, to the first ready", typist)
        typist.sees("Did it begin with a fall")
        assert len(typist.keys) <= 6, figures
        assert typist.seconds <= 20, figures


def test_somebody_new_is_ready_within_three_minutes_long_form_and_all(tmp_path: Path) -> None:
    with Typist(tmp_path, "person", "add", "Ben") as adding:
        adding.sees("Your age")
        adding.press("3", "4", "Enter")
        adding.sees("Numbers that are true")
        adding.press("n", "Enter")
        assert adding.ends() == 0
        spent_s = adding.seconds
    with Typist(tmp_path, "run", "neck", "--by-hand") as typist:
        hand_in_the_page(typist)
        say_ready(typist)
        reading_s = (LONG_FORM + SHORT_FORM) / WORDS_PER_S
        figures = told("new, added and ready", typist, spent_s + reading_s, len(adding.keys))
        assert len(adding.keys) + len(typist.keys) <= 12, figures
        assert spent_s + typist.seconds + reading_s <= 180, figures


def test_an_emergency_at_the_terminal_ends_with_what_to_do_and_with_four(tmp_path: Path) -> None:
    with Typist(tmp_path, "run", "neck", "--by-hand") as typist:
        typist.sees("Read on n")
        typist.press("Down", "y")
        typist.sees("Done n")
        typist.press("n")
        typist.sees("Go to emergency care now")
        typist.press("q")
        assert typist.ends() == 4


def test_x_stops_at_the_page(tmp_path: Path) -> None:
    with Typist(tmp_path, "run", "neck", "--by-hand") as typist:
        typist.sees("Read on n")
        typist.press("x")
        typist.sees("Stopped")
        typist.press("q")
        assert typist.ends() == 6
