"""The whole way of somebody who has never been here: a demo, a massager, themselves, a run, looking back."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Protocol

import pytest
from browser import Browser, program
from programs import environment, simulators
from served import Web
from typist import LIMIT_S, LOOK_S, PACE_S, Typist
from window import Window

from controller.lock import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from browser import Page

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
POINT = """unknot: 1
title: One sore point
needs: {gun: percussion}
steps:
  - {press: upper trapezius, side: left, at: gentle, move: circles, for: 30 s}
  - {rate: upper trapezius, side: left}
"""
GUN = {"devices": [{"kind": "percussion", "link": "ble", "serial": "SIM-GUN2"}]}
AWAKE = "Awake, feeling heat and pain"


class Seat(Protocol):
    """Where a person sits: a terminal, or a page."""

    def sees(self, *wanted: str) -> object: ...
    def press(self, *keys: str) -> None: ...
    @property
    def text(self) -> str: ...
    def changes(self) -> None: ...


class AtAPage:
    """A page, worked at a person's pace, with the names that keys have in a terminal."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.sees, self.changes = page.sees, page.changes

    @property
    def text(self) -> str:
        return self._page.text

    def press(self, *keys: str) -> None:
        for key in keys:
            time.sleep(PACE_S)  # a hand takes its time, and the screen takes no key for a moment
            self._page.press(" " if key == "Space" else key)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A protocol of one's own, and a massager on the air."""
    own = tmp_path / "config" / "protocols"
    own.mkdir(parents=True)
    (tmp_path / "config").chmod(0o700)
    (own / "point.yaml").write_text(POINT)
    (tmp_path / "gun.json").write_text(json.dumps(GUN))
    for name, place in environment(tmp_path).items():
        monkeypatch.setenv(name, place)
    with simulators(tmp_path, "--bench", str(tmp_path / "gun.json")):
        yield tmp_path


@pytest.fixture
def browser(home: Path) -> Iterator[Browser]:
    program()
    with Browser(home) as found:
        yield found


def reads_on(person: Seat, until: str) -> None:
    """Hands in the page of screening, a screenful a key, until that is shown."""
    while (found := first_of(person, until, "Read on n", "None of these n")) != until:
        person.press("n")
        if found == "None of these n":
            first_of(person, until)
        else:
            person.changes()


def first_of(person: Seat, *wanted: str) -> str:
    """Wait until one of them is shown; which."""
    limit = time.monotonic() + LIMIT_S
    while not (found := [each for each in wanted if each in person.text]):
        assert time.monotonic() < limit, (wanted, person.text)
        time.sleep(LOOK_S)
    return found[0]


def tries_the_demo(person: Seat, *, stops: bool = False) -> None:
    person.sees("First time here?")
    person.press("d")
    if stops:
        person.sees("▶ Warmth")
        person.press("x")
        person.sees("Stopped")
        person.press("z")
        person.sees("Just now")
        return
    for each in ("a simulated person answers", "▶ Warmth", "▶ Rest", "▶ Massage", "▶ Stretch"):
        person.sees(each)
    person.sees("Just now")


def pairs_the_massager(person: Seat) -> None:
    person.press("p")
    person.sees("▶ Knot-GUN2")
    person.press("Enter")
    person.sees("Now?")
    person.press("y")
    person.sees("Did it move?")
    person.press("y")
    person.sees("Its name here")
    person.press("Enter")
    person.sees("gun is known")
    person.press("Escape")
    person.sees("Where does it hurt?")


def tells_who_they_are(person: Seat) -> None:
    person.press("w")
    person.sees("Nobody is known here")
    person.press("a")
    person.sees("Age in years")
    person.press(*"Ana", "Enter", *"40", "Enter")
    person.sees("does any of this hold for you?")
    reads_on(person, "Ana is added")
    person.press("Enter")
    person.sees("for Ana")


def is_at_the_first_ready(person: Seat) -> None:
    person.press("u")
    person.sees("One sore point (yours, point.yaml)")
    person.press("Down")
    person.sees("▶ One sore point")
    person.press("Enter")
    person.sees("does any of this hold for you?")
    reads_on(person, AWAKE)
    person.press("y")
    person.sees("Bring the massager")


def works_the_point(person: Seat) -> None:
    person.press("Space")
    person.sees("▶ Massage the left upper trapezius")
    person.press("Space")
    person.sees("PAUSED")
    person.press("Space")
    person.sees("▶ Massage the left upper trapezius")
    person.press("f")
    person.sees("How tender is it?")
    person.press("3")
    person.sees("Any key closes")
    person.press("z")
    person.sees("left upper trapezius: 3")


def looks_back(person: Seat) -> None:
    person.press("y")
    person.sees("unknot: history")
    person.sees("upper back completed")
    person.sees("left upper trapezius: 3")
    person.press("Escape")
    person.sees("Where does it hurt?")


def all_of_it(person: Seat, *, stops_the_demo: bool = False) -> None:
    tries_the_demo(person, stops=stops_the_demo)
    pairs_the_massager(person)
    tells_who_they_are(person)
    is_at_the_first_ready(person)
    works_the_point(person)
    looks_back(person)


def test_at_a_terminal(home: Path) -> None:
    with Typist(home) as person:
        all_of_it(person)
        person.press("q")
        assert person.ends() == 0


def test_in_a_page(home: Path, browser: Browser) -> None:
    with Web(home) as web:
        page = browser.open(web.act)
        all_of_it(AtAPage(page), stops_the_demo=True)
        assert not page.complaints


def test_a_second_terminal_and_a_page_come_to_a_run_and_the_page_stops_it(
    home: Path, browser: Browser
) -> None:
    with Typist(home) as person, Web(home) as web:
        person.sees("First time here?")
        person.press("u")
        person.sees("One sore point (yours, point.yaml)")
        person.press("Down", "s")
        person.sees("Bring the massager")
        person.press("Space")
        person.sees("▶ Massage the left upper trapezius")
        (session,) = running()
        with Window(home, "watch") as window:
            window.sees("Massage the left upper trapezius")
            page = browser.open(web.act)
            page.sees("Massage the left upper trapezius", "STOP")
            AtAPage(page).press("x")
            page.sees("Stopped")
            person.sees("Stopped")
            assert window.ends(b"z") == 6
        assert not session.held
        person.press("z")
        person.sees("unknot: after")
        person.press("Enter", "q")
        assert person.ends() == 0
