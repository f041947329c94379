"""The page of screening with a person before it: by keys, by mouse, on the smallest screen, and in doubt."""

from __future__ import annotations

import pytest
from screen_fake import AWAKE, SCREENING, SHORT, Stage, play, screening

from controller.core.events import Answer, Command
from controller.faces.sheet import OPTIONS, Sheet
from controller.faces.tui.screening import HELD_S, PAD, SheetLine
from controller.faces.tui.signs import ASCII
from controller.safety.screening import BY_ID, ROWS, Asked, Screening
from controller.snapshot import Ended

NONE = Answer("screening", "none")
STOP = Command("stop")
LONG = screening(*(row.id for row in ROWS if row.id != "C18"))
BIG = (120, 40)


def lines(stage: Stage) -> dict[str, SheetLine]:
    return {each.line.key: each for each in stage.app.screen.query(SheetLine)}


async def click(stage: Stage, key: str, at: int = 4) -> None:
    await stage.pilot.click(lines(stage)[key], offset=(at, 0))
    await stage.pilot.pause()


def test_none_of_these_is_one_key_and_then_c18_another() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(SCREENING)
        assert await stage.press("n") == [NONE]
        await stage.show(AWAKE)
        assert await stage.press("y") == [Answer("C18", "yes")]

    play(scene)


def test_a_key_out_of_habit_answers_nothing() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(SCREENING)
        for key in ("enter", "space", "y", "u", "p", "s", "f", "q", "a", "1"):
            assert await stage.press(key) == [], key
        assert await stage.press("n") == [NONE], "nothing was marked"

    play(scene)


def test_a_key_that_was_pressed_before_the_page_came_is_not_for_it() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(SCREENING, settle=False)
        assert await stage.press("n") == []
        await stage.later(0.7)
        assert await stage.press("n") == [NONE]

    play(scene)


def test_a_second_n_does_not_say_that_stop_is_out_of_reach() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(SCREENING)
        await stage.press("n")
        await stage.show(AWAKE, settle=False)
        assert await stage.press("n") == []

    play(scene)


def test_stop_is_a_key_at_every_moment_of_it() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(LONG, settle=False)
        assert await stage.press("x", "escape") == [STOP, STOP]
        await stage.later(1.0)
        await stage.press("down", "y", "n")
        assert (await stage.press("escape", "x"))[-2:] == [STOP, STOP]

    play(scene)


def test_emergencies_are_given_last_and_say_no_to_nothing() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(SCREENING)
        await stage.press("down", "y", "down", "down", "down", "down", "u")
        sent = await stage.press("n")
        assert sent == [Answer("C4", "unsure"), Answer("R1", "yes")]

    play(scene, size=BIG)


def test_space_goes_from_yes_to_not_sure_to_nothing() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(SCREENING)
        await stage.press("down")
        for sign in ("[yes]", "[ ? ]", "[   ]"):
            await stage.press("space")
            assert f"{sign} New numbness" in stage.text()
        assert await stage.press("n") == [NONE]

    play(scene, size=BIG)


def test_a_detail_opens_under_its_row_and_is_asked_for_before_the_page_is_given() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(screening("C14", "C9"))
        assert "Does it numb" not in stage.text()
        await stage.press("down", "y")
        assert "Does it numb the skin?" in stage.text()
        assert await stage.press("n") == []
        assert "This one line more" in stage.text()
        assert await stage.press("down", "space", "n") == [
            Answer("C14", "yes"), Answer("C14a", "no"), NONE,
        ]  # fmt: skip

    play(scene)


def test_not_sure_is_not_sure_on_whichever_line_of_a_detail_it_is_pressed() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(screening("C14", "C9"))
        await stage.press("down", "y", "down", "u")
        assert await stage.press("n") == [Answer("C14", "yes"), Answer("C14a", "unsure"), NONE]

    play(scene)


def test_several_places_may_be_chosen_and_everywhere_stands_alone() -> None:
    sheet = Sheet()
    sheet.ask(screening("C2", "C3").questions)
    sheet.press(sheet.lines[0])
    options = {line.option: line for line in sheet.lines if line.option and line.row}
    for place in ("neck", "lower back", "hips", "hips"):
        sheet.press(options[place])
    assert sheet.words[1] == Answer("C2a", "neck, lower back")
    sheet.press(options["all"])
    assert sheet.words[1] == Answer("C2a", "all")
    sheet.press(options["hips"])
    assert sheet.words[1] == Answer("C2a", "hips")


def test_every_detail_that_is_offered_is_one_that_screening_takes() -> None:
    for row in (each for each in ROWS if each.detail is not None and each.id != "R10"):
        assert row.detail is not None
        for option, _text in OPTIONS[row.detail.kind]:
            asking = Screening(Asked(page=(row,), last=False), 1e9)
            asking.take(row.id, "yes")
            asking.take(f"{row.id}a", option)
            assert asking.done, (row.id, option)


def test_an_age_is_typed_and_none_is_past_what_anybody_reaches() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(screening("R10", "C3"))
        await stage.press("down", "y", "7", "2", "9", "backspace", "1")
        assert "years: 71" in stage.text()
        assert await stage.press("n") == [Answer("R10", "yes"), Answer("R10a", "71"), NONE]

    play(scene)


def test_everything_works_by_mouse_alone() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(screening("R10", "C14", "C9"))
        await click(stage, "C9/")
        await click(stage, "C9/")
        await click(stage, "R10/")
        pad = lines(stage)["R10/number"]
        width = len(str(pad.render()))
        for digit in "71":
            await click(stage, "R10/number", width - len(PAD) + PAD.index(digit))
        await stage.pilot.click("#screening-foot DeedButton")
        assert stage.session.sent == [
            Answer("C9", "unsure"), Answer("R10", "yes"), Answer("R10a", "71"), NONE,
        ]  # fmt: skip

    play(scene)


def test_the_stop_button_takes_a_click_while_the_page_is_shown() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(LONG)
        await stage.pilot.click("#actions .-stop")
        assert stage.session.sent == [STOP]

    play(scene, size=(60, 20))


@pytest.mark.parametrize("size", [(60, 20), (40, 12)])
def test_nobody_says_none_to_a_line_that_was_never_in_sight(size: tuple[int, int]) -> None:
    seen: set[str] = set()

    async def scene(stage: Stage) -> None:
        await stage.show(LONG)
        for _ in range(30):
            seen.add(" ".join(stage.text().split()))
            sent = await stage.press("n")
            await stage.pilot.pause()
            if sent:
                assert sent == [NONE]
                return
        raise AssertionError("it was never given")

    play(scene, size=size)
    shown = " ".join(seen)
    for row in ROWS:
        if row.id != "C18":
            assert row.text[-12:].split()[-1] in shown, row.id
    assert len(seen) > 2


def test_scrolling_past_lines_is_not_having_had_them_in_sight() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(LONG)
        stage.app.screen.query_one("#screening-rows").scroll_end(animate=False)
        await stage.later(0.3)
        assert "Read on n" in stage.text()
        assert await stage.press("n") == []
        await stage.pilot.pause()
        assert await stage.press(*["n"] * 6) == [NONE]

    play(scene)


def test_the_short_form_needs_no_scrolling_at_80_by_24() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(SCREENING)
        assert "None of these n" in stage.text()
        for row in SHORT:
            assert BY_ID[row].text.split()[-1] in stage.text()

    play(scene)


def test_an_emergency_is_given_at_once_whatever_was_not_read_yet() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(LONG)
        await stage.press("down", "y")
        assert "Done n" in stage.text()
        assert await stage.press("n") == [Answer("R1", "yes")]

    play(scene, size=(60, 20))


def test_its_message_is_the_last_that_is_seen_and_nothing_is_asked_again() -> None:
    ended = Ended("refused", 4, BY_ID["R1"].message)

    async def scene(stage: Stage) -> None:
        await stage.show(SCREENING)
        await stage.press("down", "y", "n")
        stage.session.ended = ended
        await stage.later(2.0)
        assert "Go to emergency care now" in stage.text()
        assert await stage.press("n") == []
        assert stage.app.run_screen.query_one("#screening").display is False

    play(scene, size=BIG)


def test_the_page_stands_while_its_answers_are_taken_and_takes_no_more_keys() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(SCREENING)
        await stage.press("n")
        await stage.show(screening("R1", "C9"), settle=False)
        assert await stage.press("n", "down", "y") == []
        assert "Needling" in stage.text()
        await stage.later(HELD_S + 1.0)
        assert "Needling" not in stage.text()
        assert "New numbness" in stage.text()

    play(scene)


def test_that_something_changed_is_said_at_once_and_leads_to_the_rows() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(screening("S12", "C9", texts={"S12": "Has anything changed since 08:10?"}))
        await stage.press("down", "down", "y", "up")
        assert await stage.press("y") == [Answer("S12", "yes")]
        assert await stage.press("n") == [], "nobody said no to what is not shown yet"
        await stage.show(screening("R1", "C4", "C9"), settle=False)
        assert await stage.press("n") == [], "that came before the rows could be read"
        await stage.later(0.7)
        assert await stage.press("n") == [Answer("C9", "yes"), NONE]

    play(scene)


def test_a_page_of_many_rows_has_headings_and_a_short_one_none() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(LONG)
        assert "Signs that need help at once" in stage.text()

    async def short(stage: Stage) -> None:
        await stage.show(SCREENING)
        assert "Signs that need help" not in stage.text()

    play(scene)
    play(short)


def test_without_utf8_it_is_all_ascii() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(LONG)
        await stage.press("down", "y")
        assert {c for c in stage.text() if ord(c) > 126} == set()

    play(scene, signs=ASCII)


def test_every_kind_of_detail_has_a_not_sure() -> None:
    kinds = {row.detail.kind for row in ROWS if row.detail is not None}
    assert kinds == set(OPTIONS)
    for options in OPTIONS.values():
        assert options[-1][0] == "unsure"


def test_tab_and_enter_reach_the_button() -> None:
    async def scene(stage: Stage) -> None:
        await stage.show(SCREENING)
        assert await stage.press("tab", "enter") == [NONE]

    play(scene)
