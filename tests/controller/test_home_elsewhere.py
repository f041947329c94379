"""Home and a session that another process runs: offered, seen, left; and a Home that may only look."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from followed import Heard, setup, started, until
from home_fake import ANA, NOBODY, Visit, visit

from controller.core import Command
from controller.faces.home.pick import Pick
from controller.faces.home.words import LOOKING
from controller.lock import Running, running

if TYPE_CHECKING:
    from pathlib import Path

    from controller.api import Session


def shown(at: Visit, *wanted: str) -> None:
    text = " ".join(at.text().split())
    for each in wanted:
        assert each in text, text


async def seen(at: Visit, wanted: str) -> None:
    """Draw until that is there; the session that tells it is a real one."""

    def there() -> bool:
        if at.app.run_screen is not None:
            at.app.run_screen.frame()
        return wanted in " ".join(at.text().split())

    for _ in range(400):
        if there():
            return
        await asyncio.sleep(0.01)
        await at.pilot.pause()
    raise AssertionError(at.text())


@pytest.mark.parametrize("way", ["key", "click", "enter"])
def test_what_runs_in_another_window_is_offered_seen_and_left(way: str) -> None:
    async def scene(at: Visit, owner: Session) -> None:
        await at.looked()
        assert at.page == "HomeScreen", "nothing opens by itself on a terminal"
        shown(at, "a see: Asked runs")
        if way == "click":
            await at.click("#do-attach")
        elif way == "key":
            await at.press("a")
        else:
            at.app.home.query_one("#do-attach", Pick).focus()
            await at.press("enter")
        await at.looked()
        await seen(at, "All well?")
        shown(at, "it runs in another window: q leaves, and it goes on", "Leave q")
        await at.press("q")
        for _ in range(400):
            if at.page == "HomeScreen":
                break
            assert at.app.run_screen is not None
            at.app.run_screen.frame()
            await asyncio.sleep(0.01)
        await at.pilot.pause()
        shown(at, "Just now", "Asked: left")
        assert owner.wait(0) is None
        await at.looked()
        assert at.page == "HomeScreen", "it was left"
        shown(at, "a see: Asked runs")

    with started(setup()) as (owner, _):
        visit(lambda at: scene(at, owner), ANA, size=(100, 30))


@pytest.mark.parametrize("reads_only", [False, True])
def test_a_page_opens_right_on_what_runs_and_one_that_looks_can_do_nothing(reads_only: bool) -> None:
    heard = Heard()

    async def scene(at: Visit, owner: Session) -> None:
        await at.looked()
        await at.looked()
        await seen(at, "All well?")
        assert at.page == "HostedRun"
        at.time += 2
        await at.press("1")
        if not reads_only:
            await seen(at, "Bring the massager")
            await at.press("x")
            await asyncio.to_thread(lambda: until(lambda: owner.wait(0)))
            return
        await seen(at, "READ ONLY: nothing was done")
        for keys in (["x"], ["escape"], ["s"], ["p"], ["2"]):
            at.time += 10
            await seen(at, "All well?")
            await at.press(*keys)
            await seen(at, "READ ONLY: nothing was done")
        assert owner.wait(0) is None
        at.time += 10
        await at.press("question_mark")
        shown(at, "This window only reads")

    with started(setup()) as (owner, _):
        owner.show_to(heard)
        visit(lambda at: scene(at, owner), NOBODY, size=(100, 30), at_once=True, reads_only=reads_only)
        assert bool([each for each in heard.events if each["event"] == "answer"]) != reads_only


def test_a_home_that_only_looks_has_no_word_that_starts_or_changes_anything() -> None:
    async def scene(at: Visit) -> None:
        shown(at, "[READ ONLY]", "Read only: this page can start")
        assert "Ana" not in at.text()
        assert {each.deed for each in at.app.screen.query(".action").results(Pick)} == LOOKING
        await at.press("d", "b", "s", "p", "a", "v", "y", "w", "comma")
        assert at.page == "HomeScreen"
        await at.press("u")
        assert at.page == "ProtocolsScreen"
        shown(at, "[READ ONLY]", "Option o", "Fit f", "Back esc")
        for key in ("enter", "b", "s", "w", "e"):
            await at.press(key)
            assert at.page == "ProtocolsScreen"
            shown(at, "Read only: this page starts and changes nothing")
        assert at.setups == []
        assert at.beside == []

    visit(scene, ANA, size=(100, 30), reads_only=True)


def test_what_cannot_be_seen_is_told_with_what_helps(tmp_path: Path) -> None:
    async def scene(at: Visit) -> None:
        await at.looked()
        shown(at, "a see: A sore neck runs (and 1 more)")
        await at.press("a")
        await at.looked()
        await at.looked()
        shown(at, "cannot be watched", "`unknot stop` stops it all the same")

    gone = Running(tmp_path / "session-1.lock", 1, "A sore neck", "2027-01-31", "s1")
    visit(scene, ANA, size=(100, 30), around=lambda: (gone, gone))


def test_it_is_noticed_when_it_ends_and_nothing_is_offered_where_nothing_runs() -> None:
    async def scene(at: Visit) -> None:
        assert not at.app.home.query_one("#do-attach").display
        await at.press("a")
        assert at.page == "HomeScreen"
        with started(setup()) as (owner, _):
            await at.looked()
            shown(at, "a see: Asked runs")
            owner.send(Command("stop"))
            await asyncio.to_thread(lambda: until(lambda: not running()))
        await at.looked()
        assert not at.app.home.query_one("#do-attach").display

    visit(scene, ANA)
