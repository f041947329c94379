"""Keys of one's own, and the list of commands: neither says what a key would not say, and stop stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from screen_fake import ASK, OVER, PAUSED, PRESENT, RATE, READY, SCREENING, Stage, asked, play, shot

from controller.core.events import Answer, Command
from controller.faces.tui.commands import Commands, session_words
from controller.faces.tui.keys import Moment, choice_keys, foremost, key_of, meaning, translated
from controller.settings import DEEDS, Settings, load

if TYPE_CHECKING:
    from controller.settings import Deed
    from controller.snapshot import Snapshot

STOP = Command("stop")
USUAL: dict[Deed, str] = {
    "ready": "r", "faded": "f", "pause": "p", "skip": "s", "bell": "b", "help": "question_mark",
    "softer": "minus", "stronger": "plus",
}  # fmt: skip
PEDAL = Settings(keys={"pagedown": "ready", "f5": "pause", "full_stop": "faded", "f9": "stop", "b": "skip"})


@pytest.mark.parametrize("settled", [True, False])
@pytest.mark.parametrize("snapshot", [None, shot(), READY, RATE, ASK, PRESENT, PAUSED, SCREENING, OVER])
@pytest.mark.parametrize("deed", USUAL)
def test_a_mapped_key_says_what_the_usual_one_says_and_no_more(
    deed: Deed, snapshot: Snapshot | None, *, settled: bool
) -> None:
    question = None if snapshot is None else foremost(snapshot.questions)
    moment = Moment(snapshot=snapshot, question=question, settled=settled)
    key = translated("pagedown", {"pagedown": deed})
    assert key == USUAL[deed]
    said = meaning(key, moment)
    if snapshot is not None and snapshot.state == "asking" and not settled:
        assert not isinstance(said, Answer)
    if snapshot is PAUSED and not settled:
        assert said != Command("resume")


def test_every_deed_that_can_be_set_is_one_that_a_key_has() -> None:
    assert {*DEEDS} == {*USUAL, "stop"}


def test_a_letter_that_is_mapped_is_no_answer_and_shown_as_none() -> None:
    question = asked("ask", "How strong?", ("gentle", "medium"))
    assert choice_keys(question, {"m": "faded"}) == {"1": "gentle", "2": "medium", "g": "gentle"}


def test_a_button_shows_the_key_that_does_it() -> None:
    assert key_of("skip", "s", {}) == "s"
    assert key_of("skip", "s", {"s": "faded"}) == ""
    assert key_of("skip", "s", {"s": "faded", "f5": "skip"}) == "F5"
    assert key_of("help", "?", {"question_mark": "pause"}) == ""


def test_a_clicker_says_ready_pause_and_faded() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(READY)
        assert await stage.press("pagedown") == [Answer("q1", "yes")]
        await stage.show(shot())
        assert await stage.press("full_stop", "f5", "b") == [
            Command("faded"), Command("pause"), Command("skip"),
        ]  # fmt: skip
        assert "Skip s" in stage.text()
        await stage.press("question_mark")
        assert "PageDown          ready, as your settings say" in stage.text()

    play(scene, settings=PEDAL)


def test_a_clicker_pressed_as_the_screen_changes_says_nothing() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(shot())
        await stage.show(READY, settle=False)
        assert await stage.press("pagedown") == []
        await stage.show(PAUSED, settle=False)
        assert await stage.press("f5") == []

    play(scene, settings=PEDAL)


def test_a_pedal_turns_the_page_of_screening_and_never_answers_it() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(SCREENING)
        await stage.later(2)
        assert await stage.press("pagedown", "f5", "full_stop", "b") == []

    play(scene, settings=PEDAL, size=(60, 20))


@pytest.mark.parametrize("key", ["x", "X", "escape", "f9"])
@pytest.mark.parametrize("opened", ["", "question_mark", "ctrl+p"])
def test_stop_is_one_press_whatever_is_open(key: str, opened: str) -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(shot())
        if opened:
            await stage.press(opened)
            await stage.pilot.pause()
        if opened == "ctrl+p":
            await stage.press("s", "k")
            assert isinstance(stage.app.screen, Commands)
        assert await stage.press(key) == [STOP]
        await stage.pilot.pause()
        assert stage.app.screen is stage.app.run_screen
        assert "STOPPING" in stage.text()

    play(scene, settings=PEDAL)


def test_no_command_needs_an_x_while_a_session_runs() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(shot())
        await stage.press("ctrl+p")
        assert isinstance(stage.app.screen, Commands)
        assert [each.name for each in session_words(stage.app.run_screen) if "x" in each.name.lower()] == []
        await stage.pilot.pause()
        assert "x or Esc stops at once" in stage.text()

    play(scene)


async def choose(stage: Stage, typed: str) -> None:
    await stage.press("ctrl+p")
    await stage.press(*typed)
    await stage.app.workers.wait_for_complete()
    await stage.press("enter")
    await stage.pilot.pause()
    await stage.pilot.pause()


def test_a_command_is_found_by_its_letters_and_done() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(shot())
        await choose(stage, "skip")
        assert stage.session.sent == [Command("skip")]
        await stage.show(PAUSED)
        await choose(stage, "pause")
        assert stage.session.sent[1:] == [Command("resume")]

    play(scene)


def test_a_command_that_was_on_its_way_as_the_screen_changed_resumes_nothing() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(shot())
        await stage.press("ctrl+p")
        await stage.press(*"pause")
        await stage.app.workers.wait_for_complete()
        await stage.show(PAUSED, settle=False)
        await stage.press("enter")
        await stage.pilot.pause()
        assert stage.session.sent == []

    play(scene)


def test_enter_says_ready_after_a_command_was_chosen() -> None:
    """Nothing has the focus that a person did not give it, least of all a button that is not shown."""

    async def scene(stage: Stage) -> None:
        assert stage.app.focused is None
        await stage.show(READY)
        await choose(stage, "light")
        assert stage.app.focused is None
        assert await stage.press("enter") == [Answer("q1", "yes")]

    play(scene)


def test_a_theme_is_worn_at_once_and_kept() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(shot())
        await choose(stage, "light")
        assert stage.app.current_theme.name == "unknot-light"
        assert stage.app.keeping is not None
        stage.app.keeping.join()
        assert load().settings.theme == "light"

    play(scene)
