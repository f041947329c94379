"""Settings, help and the list of commands on Home."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from home_fake import ANA, NOBODY, Visit, visit
from screen_fake import shot
from textual.command import CommandList

from controller import people
from controller.config import config_dir, private_dir
from controller.core.events import Command
from controller.faces.home.facts import read_facts
from controller.faces.home.help_words import CHAPTERS
from controller.faces.home.words import ACTIONS
from controller.faces.tui.commands import Commands
from controller.settings import Settings, keep, load, settings_path

if TYPE_CHECKING:
    from controller.settings import Deed


async def kept(at: Visit) -> Settings:
    assert at.app.keeping is not None
    at.app.keeping.join()
    await at.pilot.pause()
    await at.pilot.pause()
    return load().settings


def test_a_theme_is_turned_by_arrows_worn_at_once_kept_and_taken_back() -> None:
    async def scene(at: Visit) -> None:
        await at.press("comma", "right")
        assert "Theme: light" in at.text()
        assert at.app.current_theme.name == "unknot-light"
        assert (await kept(at)).theme == "light"
        await at.press("left", "left")
        assert (await kept(at)).theme == "monochrome"
        await at.press("u")
        assert (await kept(at)).theme == "dark"
        await at.press("u", "u")
        assert (await kept(at)).theme == "dark"
        await at.press("u")
        assert "Nothing was changed here." in at.text()

    visit(scene)


def test_all_of_it_works_by_the_mouse() -> None:
    async def scene(at: Visit) -> None:
        await at.click("#do-settings")
        picks = at.app.screen.query(".page-list Pick")
        await at.pilot.click(picks[1])
        await at.click("#do-next")
        assert "Bell: off" in at.text()
        await at.click("#do-undo")
        assert "Bell: on" in at.text()
        await at.click("#do-back")
        assert at.page == "HomeScreen"

    visit(scene)


def test_a_pedal_is_learnt_by_pressing_it() -> None:
    async def scene(at: Visit) -> None:
        await at.press("comma", "down", "down", "down", "down", "enter")
        assert "Press the key that is to say ready" in at.text()
        for refused in ("x", "7", "space", "enter", "tab"):
            await at.press(refused)
            assert at.app.settings.keys == {}
            assert at.page == "SettingsScreen"
        await at.press("pagedown")
        assert "PageDown says ready" in at.text()
        assert dict((await kept(at)).keys) == {"pagedown": "ready"}
        await at.press("down", "enter", "pagedown")
        assert "It said ready before." in at.text()
        assert dict((await kept(at)).keys) == {"pagedown": "faded"}
        await at.press("n")
        assert (await kept(at)).keys == {}
        await at.press("u")
        assert dict((await kept(at)).keys) == {"pagedown": "faded"}

    visit(scene)


def test_esc_while_a_key_is_learnt_changes_nothing_and_stays() -> None:
    async def scene(at: Visit) -> None:
        await at.press("comma", "down", "down", "down", "down", "enter", "escape")
        assert "Nothing is changed." in at.text()
        assert at.page == "SettingsScreen"
        await at.press("escape")
        assert at.page == "HomeScreen"

    visit(scene)


def test_a_key_that_is_learnt_holds_for_the_next_run() -> None:
    async def scene(at: Visit) -> None:
        await at.press("comma", "down", "down", "down", "down", "down", "enter", "f5", "escape")
        await at.known()
        await at.press("n", "b")
        await at.show(shot())
        await at.press("f5")
        assert at.sessions[-1].sent == [Command("faded")]

    visit(scene)


def test_mistakes_in_the_file_are_told_at_home_and_beside_the_settings() -> None:
    private_dir(config_dir())
    settings_path().write_text('theme = "purple"\n')

    async def scene(at: Visit) -> None:
        assert "config.toml, line 1" in at.text()
        await at.press("comma")
        assert "theme is not" in at.text()

    visit(scene, read_facts)


def test_what_cannot_be_kept_holds_until_the_end_and_is_said() -> None:
    private_dir(config_dir())
    settings_path().write_text("theme = \n")

    async def scene(at: Visit) -> None:
        await at.press("comma", "right")
        await kept(at)
        assert "not kept" in at.text()
        assert at.app.current_theme.name == "unknot-light"

    visit(scene)
    assert settings_path().read_text() == "theme = \n"


def test_home_begins_the_way_that_is_set() -> None:
    keep(Settings(way="hand"))

    async def scene(at: Visit) -> None:
        assert "[BY HAND]" in at.text()
        await at.press("n", "enter")
        assert at.setups[-1].by_hand

    visit(scene, ANA)


def test_help_opens_from_every_page_and_goes_back_there() -> None:
    async def scene(at: Visit) -> None:
        for keys in ((), ("n",), ("w",), ("comma",)):
            await at.press(*keys, "question_mark")
            assert at.page == "HelpScreen"
            await at.press("question_mark")
            assert at.page != "HelpScreen"
            if keys:
                await at.press("escape")
                await at.known()

    visit(scene, ANA)


def test_every_chapter_of_the_help_has_its_words_and_every_key_of_home_is_in_it() -> None:
    async def scene(at: Visit) -> None:
        await at.press("question_mark")
        for _, text in CHAPTERS:
            assert text().split()[0] in at.text()
            await at.press("down")

    visit(scene, ANA, size=(120, 40))
    home = CHAPTERS[0][1]()
    assert [key for _, _, key in ACTIONS if f"  {key} " not in home] == []


async def choose(at: Visit, typed: str) -> None:
    await at.press("ctrl+p")
    assert isinstance(at.app.screen, Commands)
    await at.press(*typed)
    await at.app.workers.wait_for_complete()
    while not at.app.screen.query_one(CommandList).option_count:
        await at.pilot.pause()
    await at.press("enter")
    await at.pilot.pause()


def test_an_area_an_action_and_a_protocol_are_found_by_name() -> None:
    async def scene(at: Visit) -> None:
        await choose(at, "lower")
        assert "unknot: lower back" in at.text()
        await choose(at, "settings")
        assert at.page == "SettingsScreen"
        await choose(at, "stiff neck")
        assert "▶ A sore, stiff neck" in at.text()
        await choose(at, "demo")
        assert at.setups[-1].demo

    visit(scene, ANA)


def test_who_sits_here_is_found_by_name() -> None:
    for name in ("Ana", "Ben"):
        people.add(name, datetime.now(UTC))

    async def scene(at: Visit) -> None:
        await choose(at, "i am ben")
        await at.known()
        assert "for Ben" in at.text()
        await choose(at, "guest")
        await at.known()
        assert "for a guest" in at.text()

    visit(scene, read_facts)


@pytest.mark.parametrize("key", ["x", "X", "escape", "f9"])
def test_stop_comes_before_the_list_of_commands_in_a_run_from_home(key: str) -> None:
    deed: Deed = "stop"
    keep(Settings(keys={"f9": deed}))

    async def scene(at: Visit) -> None:
        await at.press("n", "b")
        await at.show(shot())
        await at.press("ctrl+p", "s")
        assert isinstance(at.app.screen, Commands)
        await at.press(key)
        assert at.sessions[-1].sent == [Command("stop")]
        assert at.page == "HostedRun"

    visit(scene)


def test_the_list_of_commands_closes_by_esc_where_nothing_runs() -> None:
    async def scene(at: Visit) -> None:
        await at.press("ctrl+p", "escape")
        assert at.page == "HomeScreen"

    visit(scene, NOBODY)
