"""The history page with a person before it: what it tells, its other views, and what can be done from it."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from history_fake import (
    SOURCE,
    TWICE,
    by_hand,
    given,
    looking_back,
    many,
    own_file,
    past,
    pressed,
    read,
)
from history_fake import broken as broken_record
from home_fake import ANA, NOBODY, Visit, visit
from kept_sessions import unknot

from controller import people
from controller.config import record_path, state_dir
from controller.faces.home import history_list, trends, weeks
from controller.faces.home.facts import Facts, read_facts
from controller.faces.home.history_list import BATCH, WINDOW
from controller.faces.home.history_screen import HistoryScreen
from controller.faces.home.pick import Pick
from controller.faces.home.record import whole
from controller.faces.tui.signs import ASCII
from controller.journal import Story
from controller.ledger import LedgerWriter, ledger_folder
from controller.lock import Running
from controller.safety.standing import PLAIN, Past, Tightening

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime
    from pathlib import Path


def looks(
    scene: Callable[[Visit], Awaitable[None]],
    facts: Facts = ANA,
    size: tuple[int, int] = (80, 24),
    **known: object,
) -> Visit:
    """Home, then the history page as far as it reads by itself, then `scene`."""

    async def open_page(at: Visit) -> None:
        await at.press("y")
        await read(at)
        await scene(at)

    return visit(open_page, facts, size=size, **known)  # type: ignore[arg-type]


def page(at: Visit) -> HistoryScreen:
    screen = at.app.screen
    assert isinstance(screen, HistoryScreen)
    return screen


def told(at: Visit) -> str:
    """The text below the list, whole, also what has no room."""
    return page(at).told(74)


async def then(at: Visit, *keys: str) -> None:
    await at.press(*keys)
    await read(at)


def test_sessions_stand_newest_first_each_with_what_matters() -> None:
    past()

    async def scene(at: Visit) -> None:
        first, *rest = page(at).headlines()
        assert first.split("  ") == ["2026-03-20", "glutes", "completed", "0:19", "3 → 1"]
        assert len(rest) == 5
        assert "simulated" in rest[1]
        assert "stopped" in rest[0]
        assert "lower back, glutes" in rest[-1]
        assert "1 of 6" in at.text()

    looks(scene)


def test_the_one_that_is_chosen_is_told_whole() -> None:
    past()

    async def scene(at: Visit) -> None:
        await then(at, "end")
        text = told(at)
        for part in (
            "Warm and press", "Done.", "left gluteus maximus: 4", "lower back: heat 1 min",
            "glutes, left: massager 10 s", "pad: temperature", "Massage the left gluteus maximus",
            "ended: completed", "plan ",
        ):  # fmt: skip
            assert part in text, part

    looks(scene)


def test_it_says_the_same_as_the_command_does() -> None:
    past()
    shown = unknot("show", "last", env={"COLUMNS": "74"}).output.splitlines()

    async def scene(at: Visit) -> None:
        mine = told(at).splitlines()
        assert [line for line in shown if line not in mine and not line.startswith("tenderness")] == []

    looks(scene)


def test_a_stopped_session_says_who_stopped_it_and_what_was_not_reached() -> None:
    past()

    async def scene(at: Visit) -> None:
        await then(at, "down")
        assert "Stopped. the person said stop." in told(at)
        assert "not reached" in told(at)

    looks(scene)


def test_one_that_never_ended_is_told_as_such() -> None:
    past(whole_one=False)
    by_hand("20260401-080000-aaaa")

    async def scene(at: Visit) -> None:
        assert "cut off" in at.text()
        assert "never came to its end" in told(at)

    looks(scene)


def test_nothing_yet_says_what_to_do() -> None:
    async def scene(at: Visit) -> None:
        assert "Nothing was done yet" in at.text()
        await then(at, "enter")
        assert "There is no session for that yet" in at.text()
        await then(at, "t")
        assert "Nothing was done yet" in at.text()
        await at.press("escape", "escape")
        assert at.page == "HomeScreen"

    looks(scene, NOBODY)


def test_a_broken_record_says_what_is_wrong_and_what_helps() -> None:
    broken_record()

    async def scene(at: Visit) -> None:
        shown = " ".join(at.text().split())
        assert "cannot be read: file is not a database" in shown
        assert "keeps it aside, untouched" in shown

    looks(scene)


def test_one_session_that_cannot_be_read_hides_no_other() -> None:
    past(whole_one=False)
    _spoil("20260318-180500-eeee")

    async def scene(at: Visit) -> None:
        lines = page(at).headlines()
        assert lines[1] == "! 20260318-180500-eeee cannot be read"
        assert len(lines) == 5
        await then(at, "down", "enter")
        assert "This session cannot be read" in at.text()
        assert "read it with the version that wrote it" in told(at)

    looks(scene)


def _spoil(session: str) -> None:
    import sqlite3  # noqa: PLC0415

    with sqlite3.connect(record_path()) as record:
        record.execute("UPDATE session SET meta = ? WHERE id = ?", ('{"plan":{"!":"Later"}}', session))
    record.close()


def test_simulated_ones_are_hidden_and_shown_again() -> None:
    past()

    async def scene(at: Visit) -> None:
        assert "Hide sim s" in at.text()
        await then(at, "s")
        assert not any("simulated" in line for line in page(at).headlines())
        assert "1 of 5" in at.text()
        await at.click("#do-sim")
        assert "1 of 6" in at.text()

    looks(scene)


def test_when_all_are_hidden_it_says_which_key_shows_them() -> None:
    pressed("20260315-070000-dddd", "2026-03-15T07:00:00Z", "7", "7", simulated=True)

    async def scene(at: Visit) -> None:
        await then(at, "s")
        assert "s shows the simulated ones again" in at.text()

    looks(scene)


# Whose they are


def _ledger(person: str | None, session: str) -> None:
    name = None if person is None else people.ledger_name(person)
    with LedgerWriter.open(ledger_folder(name)) as ledger:
        ledger.settle(0, replace(given(session, 0, heat_min=1), began_s=0.0, ended_s=1.0)).result(5)


def test_of_several_people_mine_come_first_and_p_shows_all() -> None:
    from datetime import UTC, datetime  # noqa: PLC0415

    past(whole_one=False)
    people.add("Ana", datetime.now(UTC))
    people.add("Ben", datetime.now(UTC))
    _ledger("Ana", "20260320-191500-ffff")
    _ledger("Ben", "20260312-180500-cccc")

    async def scene(at: Visit) -> None:
        assert "for Ana" in at.text()
        assert not any("2026-03-12" in line for line in page(at).headlines())
        await then(at, "p")
        lines = page(at).headlines()
        assert lines[0].endswith("Ana")
        assert next(line for line in lines if "2026-03-12" in line).endswith("Ben")
        assert "for all" in at.text()

    looks(scene)


def test_a_ledger_that_nobody_can_read_takes_no_session_from_anybody() -> None:
    past(whole_one=False)
    folder = ledger_folder(None)
    folder.mkdir(parents=True)
    (folder / "ledger.jsonl").write_bytes(b'\xff{"number":1,"session":\n')

    async def scene(at: Visit) -> None:
        assert len(page(at).headlines()) == 5
        await then(at, "p")
        assert "Nobody else is on record here" in at.text()

    looks(scene)


# Many


def test_hundreds_are_read_bit_by_bit_and_shown_by_the_window() -> None:
    many(120)

    async def scene(at: Visit) -> None:
        first = page(at)
        assert len(first._sessions.items) == BATCH
        assert "1 of 120" in at.text()
        assert len(first.headlines()) == len(at.app.screen.query(".page-list Pick")) == WINDOW
        for _ in range(WINDOW + 5):
            await at.press("down")
        await read(at)
        assert f"{WINDOW + 6} of 120" in at.text()
        assert len(first._sessions.items) == 2 * BATCH
        await then(at, "end")
        assert "120 of 120" in at.text()
        for _ in range(WINDOW):
            await at.press("up")
        assert f"{120 - WINDOW} of 120" in at.text()
        await then(at, "home")
        assert "1 of 120" in at.text()

    looks(scene)


def test_every_session_is_read_where_a_place_is_told_over_time() -> None:
    many(120)

    async def scene(at: Visit) -> None:
        await then(at, "t")
        assert "left gluteus maximus  120 sessions" in at.text()

    looks(scene)


def test_the_first_ones_can_be_used_while_the_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    many(6)
    monkeypatch.setattr(history_list, "BATCH", 2)
    counts: list[int] = []
    take = HistoryScreen._take

    def counted(self: HistoryScreen, found: list[object]) -> None:
        take(self, found)  # type: ignore[arg-type]
        counts.append(len(self.headlines()))

    monkeypatch.setattr(HistoryScreen, "_take", counted)

    async def scene(at: Visit) -> None:
        assert "1 of 6" in at.text()

    looks(scene)
    assert counts == [2, 4, 6]


def test_the_mouse_goes_beyond_the_window_too() -> None:
    many(WINDOW + 10)

    async def scene(at: Visit) -> None:
        picks = at.app.screen.query(".page-list Pick").results(Pick)
        list(picks)[-1].on_click()
        await at.pilot.pause()
        await at.pilot.pause()
        assert f"{WINDOW} of {WINDOW + 10}" in at.text()
        assert page(at)._first > 0

    looks(scene)


# Other views


def test_tenderness_of_a_place_is_drawn_over_time_with_words_for_where_it_goes() -> None:
    past()

    async def scene(at: Visit) -> None:
        await then(at, "t")
        assert "left gluteus maximus  5 sessions, easing, by 1.5" in at.text()
        assert "2026-03-10 08:00  6 → 4" in told(at)
        assert "○ before" in told(at)
        assert "Sessions t" in at.text()
        await then(at, "t")
        assert "2026-03-20" in page(at).headlines()[0]

    looks(scene)


def test_in_ascii_the_chart_has_other_signs() -> None:
    past()

    async def scene(at: Visit) -> None:
        await then(at, "t")
        assert "o before  * after  @ both the same" in at.text()

    looks(scene, signs=ASCII)


def _trend(*before: float) -> trends.Trend:
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415

    began: datetime = datetime(2026, 3, 1, tzinfo=UTC)
    rated = (trends.Rated(began + timedelta(days=n), value, None) for n, value in enumerate(before))
    return trends.Trend("neck", tuple(rated))


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ((6, 2), "too few sessions to say"),
        ((6, 6, 5), "easing, by 1.0"),
        ((6, 5.5, 5.1), "about the same"),
        ((2, 9, 3), "more tender, by 1.0"),
        ((8, 6, 4, 2), "easing, by 4.0"),
    ],
)
def test_a_trend_is_told_from_three_sessions_and_a_whole_point(before: tuple[float, ...], words: str) -> None:
    assert _trend(*before).words == words


@pytest.mark.parametrize(("before", "said"), [((6, 4, 2), False), ((4, 4, 4), True), ((2, 4, 6), True)])
def test_no_improvement_and_worse_are_for_a_professional(before: tuple[float, ...], said: bool) -> None:
    text = "\n".join(trends.lines(_trend(*before), 60, utf8=True))
    assert ("see a professional" in text) == said


@pytest.mark.parametrize("columns", [20, 40, 114])
def test_the_chart_keeps_to_its_room_and_shows_the_newest(columns: int) -> None:
    lines = list(trends.lines(_trend(*[n % 11 for n in range(60)]), columns, utf8=True))
    chart = [line for line in lines if "│" in line or "└" in line]
    assert max(map(len, chart)) <= columns
    assert lines[-1].startswith("2026-")
    assert "2026-04-29" in "\n".join(lines)


def test_a_week_is_told_against_what_may_be_had_in_one() -> None:
    async def scene(at: Visit) -> None:
        await then(at, "w")
        text = told(at)
        assert "the last 7 days: 3 sessions" in at.text()
        assert "1 h 5" not in text
        assert "65 min of 270 min" in text
        assert "on 3 of 6 days; in the last 24 h 25 min of 45 min" in text
        assert "4 min of 20 min" in text
        assert "Nothing that counts: neck" in text
        await then(at, "down")
        assert "10 min of 270 min" in told(at)

    looks(scene, looking_back())


def test_what_stands_for_the_person_is_what_a_week_is_held_to() -> None:
    plain = weeks.day_most(weeks.MASSAGER, PLAIN)
    tight = replace(PLAIN, tightenings=(Tightening(row="PF8", name="x", percussion_day_ms=60_000),))
    assert (plain, weeks.day_most(weeks.MASSAGER, tight)) == (240_000, 60_000)
    assert weeks.day_most(weeks.HEAT, replace(PLAIN, raised=True)) == 60 * 60_000


def test_a_ledger_that_cannot_be_read_shows_no_empty_week() -> None:
    lines = list(weeks.lines(replace(PLAIN, past=Past(readable=False)), 0, utf8=True))
    assert lines == ["What was given before cannot be read, so all of it counts as spent for 24 hours."]


# What can be done from it


def test_two_are_compared_side_by_side() -> None:
    past()

    async def scene(at: Visit) -> None:
        await then(at, "m")
        assert page(at).headlines()[0].startswith("[m]  2026-03-20")
        assert "Compare c" in at.text()
        await then(at, "down", "c")
        text = told(at)
        assert "each marked ≠" in text
        assert re.search(r"≠ ended +completed +stopped", text)
        assert re.search(r"  protocol +Press and ask +Press and ask", text)
        assert re.search(r"≠ length +0:19 +0:08", text)
        await then(at, "escape")
        assert at.page == "HistoryScreen"
        assert "Mark m" in at.text()

    looks(scene)


def test_two_that_are_alike_differ_in_when_alone() -> None:
    pressed("20260310-080000-bbbb", "2026-03-10T08:00:00Z", "6", "4")
    pressed("20260311-080000-cccc", "2026-03-11T08:00:00Z", "6", "4")

    async def scene(at: Visit) -> None:
        await then(at, "m", "down", "m")
        assert "All of it is the same." in told(at)

    looks(scene)


def test_a_mark_is_taken_off_where_it_was_set() -> None:
    past(whole_one=False)

    async def scene(at: Visit) -> None:
        await then(at, "m", "m")
        assert "[m]" not in at.text()

    looks(scene)


def test_an_export_says_where_and_writes_over_nothing() -> None:
    past(whole_one=False)
    where = state_dir() / "exports"

    async def scene(at: Visit) -> None:
        await then(at, "e")
        assert str(where) in at.app.screen.told(200)  # type: ignore[attr-defined]
        await then(at, "enter")
        await then(at, "enter")
        await then(at, "down", "enter")
        await then(at, "down", "enter")
        await at.press("escape")
        assert at.page == "HistoryScreen"

    looks(scene)
    names = sorted(path.name for path in where.iterdir())
    assert names == [f"2026-03-20-ffff{each}" for each in ("-2.csv", ".csv", ".json", ".txt")]
    assert (where / names[0]).read_bytes() == (where / names[1]).read_bytes()
    assert {path.stat().st_mode & 0o077 for path in where.iterdir()} == {0}
    rows = list(csv.reader((where / "2026-03-20-ffff.csv").read_text().splitlines()))
    assert rows[0][0] == "t [s]"
    assert json.loads((where / "2026-03-20-ffff.json").read_text())["session"] == "20260320-191500-ffff"
    assert "Press and ask" in (where / "2026-03-20-ffff.txt").read_text()


def test_an_export_that_cannot_be_written_says_why() -> None:
    past(whole_one=False)
    (state_dir() / "exports").write_text("a file where a folder is to be")

    async def scene(at: Visit) -> None:
        await then(at, "e")
        await then(at, "enter")
        assert "Not written" in at.text()

    looks(scene)


def test_a_replay_says_whether_it_would_do_the_same() -> None:
    past(whole_one=False)

    async def scene(at: Visit) -> None:
        await then(at, "r")
        assert "every decision as recorded" in at.text()
        await then(at, "x")
        assert at.page == "HistoryScreen"
        assert "every decision" not in at.text()

    looks(scene)


def test_a_record_that_was_changed_does_not_replay_and_says_where() -> None:
    import sqlite3  # noqa: PLC0415

    past(whole_one=False)
    with sqlite3.connect(record_path()) as record:
        record.execute(
            "UPDATE entry SET effects = replace(effects, '1590.0', '1600.0') WHERE session = "
            "(SELECT number FROM session WHERE id = '20260320-191500-ffff')"
        )
    record.close()

    async def scene(at: Visit) -> None:
        await then(at, "r")
        assert "It does not decide the same again." in at.text()
        assert "on record, and not decided now" in told(at)

    looks(scene)


def test_a_replay_is_left_by_one_key_and_what_it_finds_is_dropped() -> None:
    past(whole_one=False)

    async def scene(at: Visit) -> None:
        await at.pilot.press("r")
        page(at)._replaying = "20260320-191500-ffff"
        await at.press("escape")
        assert at.page == "HistoryScreen"
        page(at)._take_replay(page(at)._sessions.shown[0], ("too late",))  # type: ignore[arg-type]
        assert "too late" not in told(at)

    looks(scene)


def test_run_again_opens_the_same_with_what_filled_its_roles() -> None:
    past()

    async def scene(at: Visit) -> None:
        await then(at, "enter")
        assert at.page == "ProtocolsScreen"
        assert "▶ Press and ask (yours, press.yaml)" in at.text()
        assert at.setups == []
        await at.press("escape")
        assert at.page == "HistoryScreen"
        await then(at, "down", "down", "enter")
        assert "[SIMULATED]" in at.text()
        await at.press("enter")
        assert at.setups[-1].sim
        assert at.setups[-1].source is not None
        assert at.setups[-1].source.endswith(SOURCE)

    looks(scene)


def test_one_that_has_changed_says_what_and_opens_by_a_second_enter() -> None:
    past()
    own_file(TWICE.replace("10 s", "15 s"))

    async def scene(at: Visit) -> None:
        await then(at, "enter")
        assert at.page == "HistoryScreen"
        text = told(at)
        assert "The file has changed since" in text
        assert "step 2: " in text
        assert "15 s" in text
        await then(at, "enter")
        assert at.page == "ProtocolsScreen"

    looks(scene)


def test_a_change_that_was_told_of_one_session_opens_no_other() -> None:
    past()
    own_file(TWICE.replace("10 s", "15 s"))

    async def scene(at: Visit) -> None:
        await then(at, "enter", "down")
        await then(at, "enter")
        assert at.page == "HistoryScreen"
        assert "The file has changed since" in told(at)

    looks(scene)


def test_one_that_is_gone_or_broken_says_so() -> None:
    past()
    path = own_file()
    path.unlink()

    async def gone(at: Visit) -> None:
        await then(at, "enter")
        assert "is not there any more" in " ".join(told(at).split())
        await then(at, "enter")
        assert at.page == "HistoryScreen"

    looks(gone)
    path.write_text("unknot: 1\ntitle: nothing\n")

    async def broken(at: Visit) -> None:
        await then(at, "enter")
        assert "Its file has errors now" in told(at)

    looks(broken)


def test_one_whose_file_is_not_on_record_is_found_by_its_plan() -> None:
    own_file()
    pressed("20260310-080000-bbbb", "2026-03-10T08:00:00Z", "6", "4")

    async def scene(at: Visit) -> None:
        await then(at, "enter")
        assert "▶ Press and ask (yours, press.yaml)" in at.text()

    looks(scene)


def test_tab_reaches_every_action_and_the_mouse_does_them() -> None:
    past(whole_one=False)

    async def scene(at: Visit) -> None:
        wanted = set(at.app.screen.query(".page-actions Pick"))
        reached = set()
        for _ in range(len(at.app.screen.query(Pick)) + 3):
            await at.press("tab")
            reached.add(at.app.focused)
        assert wanted <= reached
        await at.click("#do-tender")
        assert "left gluteus maximus" in page(at).headlines()[0]
        await at.click("#do-week")
        assert "the last 7 days" in page(at).headlines()[0]
        await at.click("#do-back")
        await at.click("#do-back")
        assert at.page == "HomeScreen"

    looks(scene)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
def test_every_action_is_in_words_at_every_size(size: tuple[int, int]) -> None:
    past(whole_one=False)

    async def scene(at: Visit) -> None:
        for words in (
            "Run Enter",
            "Tender t",
            "Week w",
            "Mark m",
            "Export e",
            "Replay r",
            "Hide sim s",
            "Back esc",
        ):
            assert words in at.text()

    looks(scene, size=size)


# What Home offers of it


def test_what_ran_lately_is_two_keys_away() -> None:
    past()
    facts = read_facts()
    assert [each.says for each in facts.recent] == ["Press and ask"]

    async def scene(at: Visit) -> None:
        assert "1 again: Press and ask" in at.text()
        await at.press("2")
        assert at.page == "HomeScreen"
        await at.press("1")
        assert "▶ Press and ask (yours, press.yaml)" in at.text()
        assert at.setups == []

    async def by_mouse(at: Visit) -> None:
        await at.click("#recent Pick")
        assert at.page == "ProtocolsScreen"

    visit(scene, facts)
    visit(by_mouse, facts)


def test_what_ran_lately_and_has_changed_says_so_before_it_is_started() -> None:
    past()
    facts = read_facts()
    own_file(TWICE.replace("10 s", "15 s"))

    async def scene(at: Visit) -> None:
        await at.press("1")
        assert "Changed since you ran it" in at.text()

    visit(scene, facts)


def test_what_ran_lately_and_is_gone_says_so() -> None:
    past()
    facts = read_facts()
    own_file().unlink()

    async def scene(at: Visit) -> None:
        await at.press("1")
        assert at.page == "HomeScreen"
        assert "is not there any more" in " ".join(
            " ".join(line[36:].strip() for line in at.text().splitlines()).split()
        )

    visit(scene, facts)


def test_the_record_knows_the_file_that_was_run(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("unknot: 1\ntitle: Rest\nsteps:\n  - rest: 1 s\n")
    unknot("run", file, "--sim", "--speed", "max", "--plain", env={"UNKNOT_ANSWERS": ""})
    unknot("demo", "--speed", "max")
    from controller.journal import session_ids  # noqa: PLC0415

    told = [whole(each) for each in session_ids(record_path())]
    assert [each.source for each in told if isinstance(each, Story)][:1] == [str(file)]


def test_one_that_runs_now_is_not_told_as_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    by_hand("20260301-083000-aaaa")
    living = Running(path=record_path(), pid=1, title="Warm", started="2026-03-01T08:29:50+00:00")
    monkeypatch.setattr(history_list, "running", lambda: (living,))

    async def scene(at: Visit) -> None:
        assert "running now" in page(at).headlines()[0]

    looks(scene)
