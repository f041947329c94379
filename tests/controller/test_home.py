"""Home with a person before it: every key, the mouse, and the way through a run and back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from home_fake import ANA, BROKEN, MY_GUN, MY_PAD, TOO_MUCH, Visit, visit
from piloted import piloted
from screen_fake import DONE, OVER, READY, UNKNOWN, shot

from controller.config import config_dir
from controller.core.events import Command
from controller.faces.home.body_map import KEYS, LARGE, SMALL
from controller.faces.home.pick import Pick
from controller.faces.home.shelf import own_folder
from controller.snapshot import Ended
from protocols.body import AREAS

if TYPE_CHECKING:
    from pathlib import Path

STOP = Command("stop")


def own_file(name: str, text: str) -> Path:
    own_folder().mkdir(parents=True)
    path = own_folder() / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_body_knows_every_area_and_no_other() -> None:
    assert tuple(KEYS.values()) == tuple(AREAS)
    for figure in (LARGE, SMALL):
        found = {figure.area_at(x, y) for y in range(len(figure.lines)) for x in range(figure.width)}
        assert found == {*AREAS, None}


@pytest.mark.parametrize("area", AREAS)
def test_a_letter_opens_the_protocols_for_its_area(area: str) -> None:
    async def scene(at: Visit) -> None:
        await at.press(area[0])
        assert f"unknot: {area}" in at.text()

    visit(scene)


def test_arrows_choose_an_area_and_enter_opens_it() -> None:
    async def scene(at: Visit) -> None:
        await at.press("down", "right", "left", "right")
        assert "▶ hips h" in at.text()
        await at.press("enter")
        assert "unknot: hips" in at.text()

    visit(scene)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
@pytest.mark.parametrize("area", AREAS)
def test_a_click_on_the_body_opens_the_area(area: str, size: tuple[int, int]) -> None:
    figure = LARGE if size[1] >= 24 else SMALL
    y = next(n for n, line in enumerate(figure.lines) if area[0] in line)
    x = figure.lines[y].index(area[0])

    async def scene(at: Visit) -> None:
        await at.click("#body", offset=(x, y))
        assert f"unknot: {area}" in at.text()

    visit(scene, size=size)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
def test_six_areas_and_every_action_are_in_words_at_every_size(size: tuple[int, int]) -> None:
    async def scene(at: Visit) -> None:
        shown = at.text()
        for area in AREAS:
            assert f"{area} {area[0]}" in shown
        for word in (
            "Demo d",
            "By hand b",
            "Simulate s",
            "Devices v",
            "History y",
            "People w",
            "Help ?",
            "Quit q",
        ):
            assert word in shown

    visit(scene, size=size)


def test_it_can_be_resized_at_any_moment() -> None:
    async def scene(at: Visit) -> None:
        for keys in ((), ("n",), ("w",)):
            await at.press(*keys)
            for size in ((60, 20), (120, 40), (80, 24)):
                await at.pilot.resize_terminal(*size)
                await at.pilot.pause()
                assert len(at.text().splitlines()) == size[1]
        await at.press("escape", "escape")
        assert f"neck {'n'}" in at.text()

    visit(scene)


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
def test_home_ends_by_a_key_and_nothing_ran(key: str) -> None:
    async def scene(at: Visit) -> None:
        await at.pilot.press(key)

    assert visit(scene).sessions == []


def test_a_returning_person_begins_with_their_devices_by_two_keys() -> None:
    async def scene(at: Visit) -> None:
        await at.press("u", "enter")
        [setup] = at.setups
        assert setup.use == {"pad": MY_PAD.link, "gun": "hand"}
        assert setup.known == {"pad": MY_PAD, "gun": MY_GUN}
        assert not (setup.by_hand)
        assert not (setup.sim)
        assert not (setup.fit)
        assert at.page == "HostedRun"

    visit(scene, ANA)


def test_by_hand_is_two_keys_and_so_is_the_simulator() -> None:
    async def scene(at: Visit) -> None:
        await at.press("n", "b")
        assert at.setups[-1].by_hand

    async def simulated(at: Visit) -> None:
        await at.press("n", "s")
        assert at.setups[-1].sim

    visit(scene, ANA)
    visit(simulated, ANA)


def test_a_way_that_is_chosen_on_home_holds_for_enter() -> None:
    async def scene(at: Visit) -> None:
        await at.press("b")
        assert "[BY HAND]" in at.text()
        await at.press("s", "n", "enter")
        assert at.setups[-1].sim

    visit(scene)


@pytest.mark.parametrize("keys", [(), ("u",), ("u", "w")])
def test_tab_reaches_every_word_that_can_be_pressed(keys: tuple[str, ...]) -> None:
    async def scene(at: Visit) -> None:
        await at.press(*keys)
        wanted = {each for each in at.app.screen.query(Pick) if each.display}
        reached = {at.app.focused}
        for _ in range(len(wanted) + 2):
            await at.press("tab")
            reached.add(at.app.focused)
        assert wanted <= reached

    visit(scene, ANA)


def test_what_has_no_room_is_reached_by_keys() -> None:
    async def scene(at: Visit) -> None:
        assert "my gun" not in at.text()
        await at.press("pagedown")
        assert "my gun" in at.text()
        await at.press("pageup")
        assert "Again" in at.text()

    visit(scene, ANA, size=(60, 20))


def test_a_role_that_nothing_fills_is_asked_for_with_one_key() -> None:
    async def scene(at: Visit) -> None:
        await at.press("u", "enter")
        assert "What is the pad (heat)?" in at.text()
        await at.press("s")
        assert "What is the gun (percussion)?" in at.text()
        await at.press("b")
        assert at.setups[-1].use == {"pad": "sim", "gun": "hand"}
        assert at.setups[-1].sim

    visit(scene)


def test_known_devices_come_first_and_enter_takes_them() -> None:
    async def scene(at: Visit) -> None:
        await at.press("u", "w", "enter", "enter")
        assert at.setups[-1].known == {"pad": MY_PAD, "gun": MY_GUN}

    visit(scene, ANA)


def test_all_by_hand_is_one_key_and_esc_goes_back() -> None:
    async def scene(at: Visit) -> None:
        await at.press("u", "w", "escape")
        assert at.page == "ProtocolsScreen"
        await at.press("w", "a")
        assert at.setups[-1].by_hand

    visit(scene)


def test_the_mouse_alone_goes_from_home_into_a_run() -> None:
    async def scene(at: Visit) -> None:
        await at.click("#do-hand")
        await at.click("#areas Pick")
        await at.click("#do-start")
        assert at.setups[-1].by_hand
        await at.show(shot())
        await at.click("DeedButton.-stop")
        assert at.sessions[-1].sent == [STOP]

    visit(scene)


def test_a_click_on_a_protocol_only_chooses_it() -> None:
    async def scene(at: Visit) -> None:
        await at.press("u")
        picks = at.app.screen.query(".page-list Pick")
        await at.pilot.click(picks[1])
        await at.pilot.pause()
        assert "▶ A sore, stiff neck" in at.text()
        assert at.setups == []

    visit(scene)


@pytest.mark.parametrize("key", ["x", "X", "escape"])
def test_stop_is_one_press_whatever_is_shown(key: str) -> None:
    async def scene(at: Visit) -> None:
        await at.press("n", "b", key)
        await at.show(shot())
        await at.press("question_mark", key, "tab", "tab", key)
        assert at.sessions[-1].sent == [STOP] * 3

    visit(scene)


@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+q"])
def test_leaving_while_it_runs_interrupts_it_and_ends(key: str) -> None:
    async def scene(at: Visit) -> None:
        await at.press("n", "b")
        await at.show(READY)
        await at.press(key)
        assert at.sessions[-1].interrupted == ["Ctrl+C"]
        at.sessions[-1].ended = Ended("stopped", 130)
        await at.frame()

    found = visit(scene)
    assert found.app.run_screen is not None
    ended = found.app.rest()
    assert ended is not None
    assert ended.exit == 130


def test_after_the_end_any_key_leads_home_which_tells_how_it_went() -> None:
    async def scene(at: Visit) -> None:
        await at.press("n", "b")
        await at.show(OVER)
        at.sessions[-1].ended = UNKNOWN
        await at.frame(2.0)
        await at.press("space")
        assert at.page == "AfterScreen"
        await at.press("enter")
        assert at.page == "HomeScreen"
        shown = " ".join(at.text().split())
        assert "Just now" in shown
        assert "switch it off by hand" in " ".join(line[36:].strip() for line in at.text().splitlines())
        await at.known()
        await at.press("n", "b")
        assert len(at.sessions) == 2

    visit(scene, ANA)


def test_a_demo_is_one_key_and_closes_by_itself() -> None:
    async def scene(at: Visit) -> None:
        await at.press("d")
        assert at.setups[-1].demo
        await at.show(OVER)
        at.sessions[-1].ended = DONE
        await at.frame(5.0)
        assert at.page == "HomeScreen"

    visit(scene)


def test_a_screen_that_breaks_leaves_a_session_that_is_brought_to_rest() -> None:
    async def scene(at: Visit) -> None:
        await at.press("n", "b")
        await at.show(shot())

    found = visit(scene)
    assert found.app.rest() is not None
    assert found.sessions[-1].interrupted == ["the screen was closed"]


def test_an_option_turns_with_one_key() -> None:
    async def scene(at: Visit) -> None:
        await at.press("u")
        assert "strength: gentle" in at.text()
        await at.press("o")
        assert "strength: medium" in at.text()
        await at.press("o")
        assert "strength: gentle" in at.text()

    visit(scene)


def test_a_shipped_protocol_is_copied_before_it_is_edited_and_checked_after() -> None:
    async def scene(at: Visit) -> None:
        at.writes = BROKEN
        await at.press("n", "e")
        assert at.beside[-1][-1] == str(config_dir() / "protocols" / "my-neck.yaml")
        assert 'unit-missing: "60" has no unit' in at.text()
        await at.press("enter")
        assert at.setups == []
        assert "cannot be started" in at.text()
        at.writes = BROKEN.replace("60", "60 s")
        await at.press("e")
        assert len(list(own_folder().iterdir())) == 1
        await at.press("b")
        assert at.setups[-1].plan.title == "Broken"

    visit(scene)


def test_a_second_copy_gets_a_name_of_its_own() -> None:
    async def scene(at: Visit) -> None:
        await at.press("n", "e", "up", "e")
        assert sorted(path.name for path in own_folder().iterdir()) == ["my-neck-2.yaml", "my-neck.yaml"]

    visit(scene)


def test_fit_is_shown_as_a_difference_and_run_as_such() -> None:
    own_file("much.yaml", TOO_MUCH)

    async def scene(at: Visit) -> None:
        await at.press("n", "down", "enter")
        assert "f shows what would be lowered" in at.text()
        assert at.setups == []
        await at.press("f")
        assert "41 °C to 39 °C" in at.text()
        await at.press("b")
        assert at.setups[-1].fit

    visit(scene)


def test_a_broken_file_stands_in_every_area_and_hides_nothing() -> None:
    own_file("broken.yaml", BROKEN)

    async def scene(at: Visit) -> None:
        await at.press("h")
        assert "! broken.yaml: 1 error in the file" in at.text()
        await at.press("down", "f")
        assert "e opens it" in at.text()

    visit(scene)


def test_an_area_that_is_asked_for_before_the_facts_are_read_opens_when_they_are() -> None:
    async def run() -> None:
        at = Visit(ANA)
        async with piloted(at.app, (80, 24)) as at.pilot:
            await at.pilot.press("n")
            await at.known()
            assert at.page == "ProtocolsScreen"

    asyncio.run(run())
