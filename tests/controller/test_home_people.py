"""Who sits at Home: chosen, added, asked anew, forgotten; and for whom a run is then."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from home_fake import ANA, NOBODY, Visit, visit
from kept_sessions import whole
from textual.widgets import Input

from controller import people
from controller.config import record_path
from controller.faces.home.facts import Facts, read_facts
from controller.journal import session_ids
from controller.ledger import Ledger, ledger_folder
from controller.people import Clinician
from controller.safety.standing import PLAIN, Given
from controller.whose import before_asking, body_for

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.now(UTC)


def real(scene: object, **known: object) -> Visit:
    """Home over what is truly kept."""
    return visit(scene, facts=read_facts, **known)  # type: ignore[arg-type]


def add(*names: str) -> None:
    for name in names:
        people.add(name, NOW)


async def settle(at: Visit) -> None:
    """Until what is done in a thread is done, and what follows from it is shown."""
    for _ in range(3):
        await at.known()


async def click_line(at: Visit, row: int) -> None:
    await at.pilot.click(offset=(8, row))
    await at.pilot.pause()


async def hand_in(at: Visit, most: int = 12) -> None:
    """Read on, and say that nothing on the page is so."""
    for _ in range(most):
        at.time += 2
        await at.press("n")
        if at.page != "PersonForm" or at.app.screen.query_one("#form-sure").display:
            break
    await settle(at)


def test_nobody_is_known_and_that_is_said_with_what_to_do() -> None:
    async def scene(at: Visit) -> None:
        await at.press("w")
        assert "a guest  ✓ here now" in at.text()
        assert "a adds" in at.text()
        await at.press("c")
        assert "nothing is kept to change" in at.text()
        await at.press("f")
        assert people.everybody() == ((), ())

    visit(scene, NOBODY)


def test_somebody_is_added_by_keys_alone_as_the_command_does() -> None:
    async def scene(at: Visit) -> None:
        await at.press("w", "a", *"Ana", "enter", *"71", "enter")
        await settle(at)
        assert "Signs that need help at once" in at.text()
        await hand_in(at)
        assert at.page == "PeopleScreen"
        assert "Ana is added." in at.text()
        assert "65 and older (71)" in at.text()
        assert "Ana, whose machine it is  ✓ here now" in at.text()

    real(scene)
    [ana] = people.everybody()[0]
    assert ana.owner
    assert people.age_group(ana, datetime.now(UTC)) == "65 and older"
    assert not people.needs_screening(ana, datetime.now(UTC))


def test_somebody_is_added_by_the_mouse_and_a_row_that_holds_is_kept() -> None:
    async def scene(at: Visit) -> None:
        await at.click("#do-people")
        await at.click("#do-add")
        at.app.screen.query_one("#form-name", Input).value = "Ben"
        await at.click("#do-on")
        await settle(at)
        lines = at.text().splitlines()
        row = next(n for n, line in enumerate(lines) if "Cancer" in line)
        await click_line(at, row)
        assert "[yes] Cancer" in at.text()
        for _ in range(12):
            at.time += 2
            if at.page == "PersonForm":
                await at.click("#screening-foot DeedButton")
        await settle(at)
        assert "! Kept away" in at.text()

    real(scene, size=(80, 40))
    [ben] = people.everybody()[0]
    assert {each.row for each in ben.answers if each.value == "yes"} == {"R7"}
    assert next(each for each in ben.answers if each.row == "R10").value == "unsure", "no age was told"


@pytest.mark.parametrize(
    ("name", "age", "told"),
    [
        ("", "40", "a name has 1 to 40 letters"),
        ("R2D2", "40", "a name has no"),
        ("guest", "", "whoever has no"),
        ("ana", "40", "known here already"),
        ("Ben", "old", ""),
        ("Ben", "999", ""),
    ],
)
def test_a_name_or_an_age_that_is_none_is_said_and_nothing_is_lost(name: str, age: str, told: str) -> None:
    add("Ana")

    async def scene(at: Visit) -> None:
        await at.press("w", "a", *name, "enter", *age, "enter")
        await settle(at)
        assert at.app.screen.query_one("#form-who").display
        hint = str(at.app.screen.query_one("#form-hint").render())
        assert hint
        assert told in hint
        assert at.app.screen.query_one("#form-age", Input).value == age

    real(scene)
    assert [each.name for each in people.everybody()[0]] == ["Ana"]


def test_esc_goes_back_to_the_name_with_all_marks_and_from_there_away() -> None:
    async def scene(at: Visit) -> None:
        await at.press("w", "a", *"Ana", "enter", "enter")
        await settle(at)
        await at.press("down", "y", "escape")
        assert at.app.screen.query_one("#form-name", Input).value == "Ana"
        await at.press("enter")
        await settle(at)
        assert "[yes]" in at.text()
        await at.press("escape", "escape")
        assert at.page == "PeopleScreen"

    real(scene)
    assert people.everybody() == ((), ())


def test_an_emergency_is_said_and_the_person_is_kept_with_it() -> None:
    async def scene(at: Visit) -> None:
        await at.press("w", "a", *"Ana", "enter", *"40", "enter")
        await settle(at)
        at.time += 2
        await at.press("down", "y", "n")
        await settle(at)
        assert "STOP." in at.text()

    real(scene)
    assert people.everybody()[0][0].name == "Ana"


def test_what_was_said_before_is_not_turned_round_unnoticed() -> None:
    async def told(at: Visit) -> None:
        await at.press("w", "a", *"Ana", "enter", *"40", "enter")
        await settle(at)
        row = next(n for n, line in enumerate(at.text().splitlines()) if "Cancer" in line)
        await click_line(at, row)
        await hand_in(at)

    async def anew(at: Visit) -> None:
        await at.press("w", "c")
        assert "40" in at.text()
        await at.press("enter")
        await settle(at)
        await hand_in(at)
        assert "You said" in at.text()
        assert "for sure?" in " ".join(at.text().split())
        await at.press("y")
        await settle(at)
        assert "Ana is asked anew." in at.text()
        assert "! Kept away" not in at.text()

    real(told, size=(80, 40))
    real(anew, size=(80, 40))


def test_forgetting_asks_tells_what_goes_and_is_done_at_the_second_press() -> None:
    add("Ana", "Ben")

    async def scene(at: Visit) -> None:
        await at.press("w", "down", "f")
        assert "Lost for good" in at.text()
        assert "sessions stay in the record" in at.text()
        await at.press("up", "down", "f")
        assert people.is_known("Ben"), "to look at another one keeps"
        await at.press("f")
        await settle(at)
        assert "Ben is forgotten." in at.text()
        assert "▶ a guest" in at.text()

    real(scene)
    assert [each.name for each in people.everybody()[0]] == ["Ana"]


def test_whose_session_runs_cannot_be_forgotten_and_nothing_is_gone() -> None:
    add("Ana")

    async def scene(at: Visit) -> None:
        with Ledger.open(ledger_folder(people.ledger_name("Ana"))):
            await at.press("w", "f", "f")
            await settle(at)
            assert "a session of this person is running" in at.text()

    real(scene)
    assert people.is_known("Ana")


def test_who_sits_here_is_two_keys_and_all_is_read_and_run_for_them() -> None:
    add("Ana", "Ben")

    async def scene(at: Visit) -> None:
        assert "for Ana" in at.text()
        await at.press("w", "down", "enter")
        await settle(at)
        assert at.page == "HomeScreen"
        assert "for Ben" in at.text()
        await at.press("n", "b")
        assert at.setups[-1].person == "Ben"

    real(scene)


def test_a_guest_is_a_guest_though_the_machine_is_somebodys() -> None:
    add("Ana")

    async def scene(at: Visit) -> None:
        await at.press("w", "down", "enter")
        await settle(at)
        assert "for a guest" in at.text()
        assert "First time here?" not in at.text()
        await at.press("n", "b")
        assert at.setups[-1].person == people.GUEST

    real(scene)
    body = body_for(people.GUEST, simulated=False)
    assert body is not None
    assert body.person is None
    assert body.kept
    assert body_for(people.GUEST, simulated=True) is None
    assert before_asking(people.GUEST) == PLAIN


def test_whose_machine_it_is_and_the_simulator_are_as_ever() -> None:
    add("Ana", "Ben")

    async def scene(at: Visit) -> None:
        await at.press("n", "b")
        assert at.setups[-1].person is None

    async def simulated(at: Visit) -> None:
        await at.press("w", "down", "enter")
        await settle(at)
        await at.press("n", "s")
        assert at.setups[-1].person is None, "no body is touched: nobody is asked"

    real(scene)
    real(simulated)


def test_who_is_forgotten_no_longer_sits_here() -> None:
    add("Ana", "Ben")

    async def scene(at: Visit) -> None:
        await at.press("w", "down", "enter")
        await settle(at)
        await at.press("w", "f", "f")
        await settle(at)
        assert "for Ana" in at.text()
        await at.press("escape", "n", "b")
        assert at.setups[-1].person is None

    real(scene)


def test_nothing_starts_for_the_one_before_while_the_next_is_read() -> None:
    slow = threading.Event()

    def read(person: str | None) -> Facts:
        if person == "Ben":
            assert slow.wait(10)
        return replace(ANA, who=person or "Ana")

    async def scene(at: Visit) -> None:
        at.app.be("Ben")
        assert at.app._facts is None, "Ana's limits are not Ben's"
        late = at.app.reading
        at.app.be("Cleo")
        await settle(at)
        assert "for Cleo" in at.text()
        slow.set()
        assert late is not None
        await asyncio.to_thread(late.join)
        await at.pilot.pause()
        assert "for Cleo" in at.text()

    visit(scene, read)


def test_limits_and_the_clinician_stand_beside_a_person() -> None:
    ana = people.add("Ana", NOW)
    today = datetime.now().astimezone().date()
    people.set_clinician("Ana", Clinician(name="Dr. Okafor", since=today, until=today + timedelta(days=30)))

    async def scene(at: Visit) -> None:
        await at.press("w")
        assert f"Dr. Okafor vouches until {today + timedelta(days=30)}" in at.text()
        assert "set-point: 39.5 °C" in at.text()
        assert "the long form is due" in at.text()

    assert ana.owner
    real(scene, size=(100, 40))


def test_somebody_who_cannot_be_read_is_told_and_hides_nobody() -> None:
    add("Ana", "Ben")
    (people.folder_of("Ben") / "person.json").write_text("{")

    async def scene(at: Visit) -> None:
        await at.press("w", "down", "down")
        assert "▶ ! somebody who cannot be read" in at.text()
        assert "is damaged" in at.text()
        await at.press("enter")
        assert at.page == "PeopleScreen"

    real(scene)


def test_what_others_did_is_not_told_as_ones_own(tmp_path: Path) -> None:
    add("Ana", "Ben")
    whole(tmp_path)
    [session] = session_ids(record_path())
    assert len(read_facts().lately) == 1
    with Ledger.open(ledger_folder(people.ledger_name("Ben"))) as ledger:
        ledger.add(Given(session=session, began_s=0.0, ended_s=1.0, sites={}), 1)
    assert read_facts().lately == ()
    assert len(read_facts("Ben").lately) == 1
    assert read_facts("guest").lately == ()


def test_facts_are_of_the_one_who_is_asked_for() -> None:
    add("Ana")
    people.add("Ben", NOW, owner=None)
    assert read_facts("Ben").who == "Ben"
    assert read_facts("guest").who == "a guest"
    gone = read_facts("Cleo")
    assert gone.who == "a guest"
    assert "nobody here is called Cleo" in gone.said[0]
    assert isinstance(gone, Facts)
