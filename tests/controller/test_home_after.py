"""What is told when a run inside Home is over, and where one key leads from there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from history_fake import looking_back, past, pressed, read
from home_fake import ANA, Visit, visit
from kept_sessions import whole as keep_whole
from screen_fake import DONE, OVER, UNKNOWN

from controller.faces.home.advice import NUMB, SIMULATED, advice
from controller.faces.home.record import whole
from controller.faces.told.had import given_in, had_lines
from controller.journal import Story
from controller.ledger import LedgerWriter, ledger_folder, session_ids
from controller.safety.standing import Given, Had, Past
from controller.snapshot import Ended, Snapshot

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from controller.faces.home.facts import Facts

ID = "20260320-191500-ffff"
LIMIT = Ended("limit", 6, "HT2: 43.1 °C measured, 43 °C allowed")
REFUSED = Ended("refused", 4, "an emergency: call for help", ())


def over(session: str = ID, **known: object) -> Snapshot:
    return replace(OVER, session=session, simulated=False, t=19.0, **known)  # type: ignore[arg-type]


def ends(
    scene: Callable[[Visit], Awaitable[None]], ended: Ended = DONE, facts: Facts = ANA,
    size: tuple[int, int] = (80, 24), snapshot: Snapshot | None = None,
) -> Visit:  # fmt: skip
    """A run by hand from Home to its end, the panel closed, then `scene`."""

    async def run(at: Visit) -> None:
        await finish(at, ended, snapshot)
        await scene(at)

    return visit(run, facts, size=size)


async def finish(at: Visit, ended: Ended, snapshot: Snapshot | None = None) -> None:
    await at.press("n", "b")
    await at.show(over() if snapshot is None else snapshot)
    at.sessions[-1].ended = ended
    await at.frame(2.0)
    await at.press("space")
    await at.known()
    await read(at)


def text(at: Visit) -> str:
    return at.app.screen.told(74)  # type: ignore[attr-defined,no-any-return]


def story(session: str) -> Story:
    found = whole(session)
    assert isinstance(found, Story)
    return found


def test_after_the_panel_a_page_tells_how_it_went() -> None:
    past(whole_one=False)

    async def scene(at: Visit) -> None:
        assert at.page == "AfterScreen"
        shown = at.text()
        for part in (
            "✓ Done, 0:19",
            "left gluteus maximus: 3 → 1",
            "glutes, left: massager 10 s",
            "Again",
            "Now stretch",
        ):
            assert part in shown, part

    ends(scene)


@pytest.mark.parametrize("key", ["enter", "escape", "backspace"])
def test_one_key_goes_home(key: str) -> None:
    past(whole_one=False)

    async def scene(at: Visit) -> None:
        await at.press(key)
        assert at.page == "HomeScreen"
        await at.press("n", "b")
        assert len(at.sessions) == 2

    ends(scene)


def test_y_leads_to_the_history_and_r_to_the_same_again() -> None:
    past(whole_one=False)

    async def history(at: Visit) -> None:
        await at.press("y")
        assert at.page == "HistoryScreen"
        await at.press("escape")
        assert at.page == "HomeScreen"

    async def again(at: Visit) -> None:
        await at.press("r")
        assert at.page == "ProtocolsScreen"
        assert "[BY HAND]" in at.text()
        assert "▶ A sore, stiff neck (shipped)" in at.text()
        assert len(at.setups) == 1

    ends(history)
    ends(again)


def test_the_mouse_leads_on_too() -> None:
    past(whole_one=False)

    async def scene(at: Visit) -> None:
        await at.click("#do-history")
        assert at.page == "HistoryScreen"
        await at.click("#do-back")
        await finish(at, DONE)
        await at.click("#do-home")
        assert at.page == "HomeScreen"

    ends(scene)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
def test_what_is_not_known_to_rest_is_loud_and_stays_told_on_home(size: tuple[int, int]) -> None:
    past(whole_one=False)

    async def scene(at: Visit) -> None:
        assert "! not known whether Knot heat rests: switch it off by hand" in " ".join(at.text().split())
        assert at.app.screen.query_one("#after-outcome").has_class("-alarm")
        await at.press("enter")
        assert "switch" in at.text()

    ends(scene, UNKNOWN, size=size)


def test_a_limit_says_which() -> None:
    past(whole_one=False)

    async def scene(at: Visit) -> None:
        assert "! Stopped by a safety limit" in at.text()
        assert "43.1 °C measured" in at.text()

    ends(scene, LIMIT)


def test_what_never_began_says_that_nothing_was_driven() -> None:
    async def scene(at: Visit) -> None:
        assert "an emergency: call for help" in at.text()
        assert "nothing was driven, and nothing counts" in at.text()

    ends(scene, REFUSED)


def test_a_demo_goes_home_by_itself() -> None:
    async def scene(at: Visit) -> None:
        await at.press("d")
        await at.show(OVER)
        at.sessions[-1].ended = DONE
        await at.frame(5.0)
        assert at.page == "HomeScreen"

    visit(scene)


def test_what_may_be_had_again_is_told_of_the_places_that_had_something() -> None:
    past(whole_one=False)
    facts = looking_back()
    assert facts.standing is not None
    had = Had(percussion_ms=60_000, percussion_end_s=facts.standing.past.now_s - 60)
    site = ("glutes", "left")
    now_s = facts.standing.past.now_s
    just = Given(
        session=ID, began_s=now_s - 9000, ended_s=now_s - 7200, sites={site: had}, percussion_ms=60_000
    )
    told = replace(facts, standing=replace(facts.standing, past=replace(facts.standing.past, given=(just,))))

    async def scene(at: Visit) -> None:
        assert "glutes: massager again in" in text(at)
        assert "glutes, left: massager 1 min" in text(at)

    ends(scene, facts=told)


def test_until_the_facts_are_read_again_nothing_of_before_is_offered() -> None:
    async def scene(at: Visit) -> None:
        await at.press("n", "b")
        await at.show(over())
        at.sessions[-1].ended = DONE
        await at.frame(2.0)
        await at.pilot.press("space")
        assert at.app._facts is None or at.app.reading is not None
        await at.known()
        assert at.app._facts is ANA

    visit(scene, ANA)


# What each place had


def test_what_was_had_is_worked_out_of_the_record(tmp_path: Path) -> None:
    keep_whole(tmp_path)
    told = story("20260301-083000-aaaa")
    assert list(had_lines(given_in(told))) == ["glutes, left: massager 10 s", "lower back: heat 1 min"]


def test_where_the_ledger_knows_the_session_it_is_what_counts(tmp_path: Path) -> None:
    keep_whole(tmp_path)
    told = story("20260301-083000-aaaa")
    sites = {("neck", side): Had(heat_rows_ms=(600_000, 0, 0, 0), dose=0.5) for side in ("left", "right")}
    mine = Given(session=told.id, began_s=0, ended_s=1, sites=sites)
    assert list(had_lines(given_in(told, Past(given=(mine,))))) == ["neck: heat 10 min, dose 0.5 CEM43 min"]
    ahead = replace(mine, settled=False)
    assert "glutes" in next(iter(had_lines(given_in(told, Past(given=(ahead,))))))


def test_a_ledger_names_its_sessions_however_it_is_left() -> None:
    folder = ledger_folder(None)
    assert session_ids(folder) == frozenset()
    with LedgerWriter.open(folder) as ledger:
        for name in ("one", "two"):
            ledger.settle(0, Given(session=name, began_s=0, ended_s=1, sites={})).result(5)
    with (folder / "ledger.jsonl").open("ab") as file:
        file.write(b'{"number":9,"session":"torn')
    assert session_ids(folder) == {"one", "two"}


# What is advised


def said(told: Story, *earlier: Story) -> str:
    return "\n".join(advice(told, earlier))


def test_worse_than_before_is_told_first_and_sends_to_a_professional_if_it_stays() -> None:
    pressed(ID, "2026-03-20T19:15:00Z", "3", "5")
    first = next(iter(advice(story(ID), ())))
    assert first.startswith("More tender than before: left gluteus maximus. Leave that alone for a day")
    assert "see a professional" in first


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ((1, 2), "3 times in 14 days"),
        ((1, 14), "3 times in 14 days"),
        ((1,), ""),
        ((1, 15), ""),
        ((13, 15, 17, 20, 30), "6 times in 30 days"),
        ((13, 15, 17, 20, 31), ""),
    ],
)
def test_so_many_visits_ask_for_the_cause(days: tuple[int, ...], told: str) -> None:
    pressed(ID, "2026-03-20T19:15:00Z", "3", "1")
    now = story(ID)
    earlier = [replace(now, began=now.began - timedelta(days=n), ratings=()) for n in days]
    found = said(now, *earlier)
    assert ("times in" in found) == bool(told)
    assert told in found


@pytest.mark.parametrize(
    ("days", "before", "told"),
    [
        (14, 3.0, True),
        (13, 3.0, False),
        (20, 5.0, False),
        (20, 2.0, True),
        (31, 2.0, False),
        (20, 0.0, False),
    ],
)
def test_no_better_after_two_weeks_is_for_a_professional(days: int, before: float, told: bool) -> None:
    pressed(ID, "2026-03-20T19:15:00Z", "3", "1")
    now = story(ID)
    [(place, _)] = now.ratings
    then = replace(now, began=now.began - timedelta(days=days), ratings=((place, (before,)),))
    assert ("That is for a professional" in said(now, then)) == told


def test_what_was_done_decides_what_is_said(tmp_path: Path) -> None:
    keep_whole(tmp_path)
    pressed(ID, "2026-03-20T19:15:00Z", "3", "1")
    found = said(story(ID))
    assert "Now stretch" in found
    assert "Look at the skin" not in found
    assert "Look at the skin" in said(story("20260301-083000-aaaa"))


def test_numbness_is_always_told_and_nothing_promises_a_cure() -> None:
    pressed(ID, "2026-03-20T19:15:00Z", "3", "1")
    found = said(story(ID))
    assert NUMB in found
    assert "emergency" in NUMB
    assert not any(word in found.casefold() for word in ("cure", "heal", "drink", "detox"))


def test_a_simulated_one_advises_nothing() -> None:
    pressed(ID, "2026-03-20T19:15:00Z", "3", "5", simulated=True)
    assert said(story(ID)) == SIMULATED
