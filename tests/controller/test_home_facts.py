"""What Home tells of the past: from the record, the ledger and the people of this machine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from kept_sessions import whole

from controller import known, people
from controller.config import config_dir, private_dir, record_path
from controller.faces.home.facts import GUEST, again, read_facts, span
from controller.faces.home.filling import filling, unfilled
from controller.faces.home.shelf import read, shelf
from controller.faces.home.timeline import lengths, loads, timeline
from controller.safety.standing import PLAIN, Given, Had, Past
from protocols.body import AREAS

if TYPE_CHECKING:
    from pathlib import Path

PAD = known.Device(name="my pad", kinds=("heat",), link="serial:/dev/pad", added="2027-01-31", serial="P1")


def test_nothing_was_ever_done_here() -> None:
    facts = read_facts()
    assert facts.first_run
    assert facts.who == GUEST
    assert facts.again == ()
    assert facts.standing is not None
    assert [row.row for row in facts.standing.tightenings] == ["PF11"]


def test_what_is_on_record_is_told_with_where_how_long_and_how_tender(tmp_path: Path) -> None:
    whole(tmp_path)
    facts = read_facts()
    assert not facts.first_run
    [line] = facts.lately
    assert "lower back, glutes" in line
    assert "completed" in line
    assert "tender 4" in line


def test_it_is_the_person_whose_machine_it_is_with_their_devices() -> None:
    people.add("Ana", datetime.now(UTC) - timedelta(days=1))
    known.add(PAD)
    facts = read_facts()
    assert facts.who == "Ana"
    assert facts.devices == (PAD,)
    assert not facts.first_run


@pytest.mark.parametrize("what", ["record", "ledger"])
def test_what_cannot_be_read_is_said_and_hides_nothing_else(what: str) -> None:
    known.add(PAD)
    if what == "record":
        private_dir(record_path().parent)
        record_path().write_text("no record at all, and long enough to be read as one" * 40)
    else:
        facts = read_facts()
        assert facts.standing is not None
        told = list(again(replace(facts.standing, past=Past(readable=False))))
        assert told == ["What you had before cannot be read: heat and massager wait 24 h."]
        return
    facts = read_facts()
    assert facts.said
    assert facts.devices == (PAD,)


def test_areas_that_wait_alike_are_told_together() -> None:
    had = Had(heat_rows_ms=(600_000, 0, 0, 0), heat_end_s=600.0)
    sites = {("neck", "left"): had, ("neck", "right"): had}
    given = Given(session="s", began_s=0.0, ended_s=600.0, sites=sites, heat_ms=600_000, completed=True)
    told = list(again(replace(PLAIN, past=Past(now_s=800.0, given=(given,)))))
    assert told == ["neck: heat again in 7 min"]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 min"), (1, "1 min"), (60, "1 min"), (61, "2 min"), (3600, "1 h"), (3660, "1 h 1 min")],
)
def test_a_wait_is_rounded_up(seconds: float, told: str) -> None:
    assert span(seconds) == told


@pytest.mark.parametrize("area", AREAS)
def test_each_area_has_its_shipped_protocol_first(area: str) -> None:
    first = shelf(area, PLAIN)[0]
    assert first.name == area.replace(" ", "-")
    assert first.plan is not None
    assert not first.broken
    assert {site.split(":", maxsplit=1)[0] for site in loads(first.plan, PLAIN)}
    assert "at the longest" in lengths(first.plan)


@pytest.mark.parametrize("columns", [20, 54, 74, 114])
@pytest.mark.parametrize("area", AREAS)
def test_the_bar_is_as_wide_as_its_room(area: str, columns: int) -> None:
    plan = read(area.replace(" ", "-"), None, {}, PLAIN).plan
    assert plan is not None
    for utf8 in (True, False):
        bar, legend = timeline(plan, columns, utf8=utf8)
        assert len(bar) == columns
        assert all(sign in legend for sign in bar)


def test_a_role_with_two_devices_of_its_kind_is_asked_for() -> None:
    plan = read("neck", None, {}, PLAIN).plan
    assert plan is not None
    other = replace(PAD, name="old pad")
    assert filling(plan, (PAD,), "own").asks is None
    assert filling(plan, (PAD, other), "own").asks == ("pad", "heat")
    assert filling(plan, (PAD, other), "hand").asks is None
    assert unfilled(plan, (PAD,)).asks == ("pad", "heat")


def test_nothing_is_written_to_the_settings_by_looking() -> None:
    read_facts()
    shelf("neck", PLAIN)
    assert not (config_dir() / "protocols").exists()
