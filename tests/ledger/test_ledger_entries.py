"""Statements come back from the file exactly as they were made; the latest of a session stands."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from ledger_cases import BACK, DAY, HOUR, FakeClocks, given, heat

from controller.ledger import Ledger, LedgerError, chain, entries, ledger, read
from controller.ledger.clocks import first
from controller.ledger.entries import GENESIS, Entry
from controller.safety.standing import Given, Had

if TYPE_CHECKING:
    from pathlib import Path

FULL = Given(
    session='20260101-"x"',
    began_s=1.0,
    ended_s=2.5,
    sites={
        BACK: Had(heat_rows_ms=(4, 3, 2, 1), dose=0.1, unmeasured_ms=5, heat_end_s=2.25),
        ("hips", "right"): Had(percussion_ms=7, percussion_end_s=0.0),
        ("glutes", "left"): Had(),
    },
    heat_ms=1,
    heat_driven_ms=2,
    percussion_ms=3,
    hand_held_ms=4,
    holds={("infraspinatus", "left"): 2.0},
    held={("infraspinatus", "left"): 3},
    worst={BACK: 8.5},
    settled=True,
    completed=False,
)


@pytest.mark.parametrize(
    "stated", [FULL, replace(FULL, settled=False, holds=None, worst={}), given("s", 0)], ids=range(3)
)
def test_a_statement_comes_back_exactly(tmp_path: Path, stated: Given) -> None:
    with Ledger.open(tmp_path / "one", FakeClocks()) as book:
        book.add(stated, 3)
        assert book.past().given == (stated,)
    assert read(tmp_path / "one", FakeClocks()).past.given == (stated,)


def test_the_latest_statement_of_a_session_replaces_its_earlier_ones(tmp_path: Path) -> None:
    clocks = FakeClocks()
    with Ledger.open(tmp_path / "one", clocks) as book:
        book.add(given("s1", 60_000), 1)
        book.add(given("s2", 500, at=-5.0), 1)
        book.add(given("s1", 20_000, settled=True), 1)
        past = book.past()
    assert [(each.session, each.heat_ms, each.settled) for each in past.given] == [
        ("s2", 500, False),
        ("s1", 20_000, True),
    ]


def test_a_session_that_crashed_counts_at_its_worst_case_for_as_long_as_it_counts(tmp_path: Path) -> None:
    clocks = FakeClocks()
    with Ledger.open(tmp_path / "one", clocks) as book:
        book.add(given("crashed", 60_000), 1)
    for _ in range(29):
        clocks.wait(DAY)
        with Ledger.open(tmp_path / "one", clocks) as book:
            book.add(given("later", 1, settled=True), 1)
            assert [each.settled for each in book.past().given if each.session == "crashed"] == [False]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_dose_that_is_no_number_is_not_written(tmp_path: Path, value: float) -> None:
    with Ledger.open(tmp_path / "one", FakeClocks()) as book:
        with pytest.raises(LedgerError, match="no number"):
            book.add(Given(session="s", began_s=0, ended_s=0, sites={BACK: Had(dose=value)}), 1)
        with pytest.raises(LedgerError, match="not open"):
            book.add(given("s", 1), 1)


def test_every_line_is_json_with_what_a_reader_needs(tmp_path: Path) -> None:
    clocks = FakeClocks()
    with Ledger.open(tmp_path / "one", clocks) as book:
        clocks.wait(5)
        book.add(given("s", 1000), 2)
    shown = json.loads((tmp_path / "one" / chain.LEDGER).read_text().splitlines()[1])
    told = {key: shown[key] for key in ("number", "session", "segment", "what", "at", "wall", "boot", "up")}
    assert told == {
        "number": 2, "session": "s", "segment": 2, "what": "ahead",
        "at": 5.0, "wall": clocks.wall, "boot": "boot-1", "up": 105.0,
    }  # fmt: skip


@pytest.mark.parametrize("changed", [b'"given":[]', b'"given":{"colour":1}', b'"given":{"sites":[1]}'])
def test_an_entry_that_makes_no_sense_is_damage_even_with_a_true_hash(tmp_path: Path, changed: bytes) -> None:
    with Ledger.open(tmp_path / "one", FakeClocks()) as book:
        book.anchor()
    path = tmp_path / "one" / chain.LEDGER
    entry = Entry(number=2, what="ahead", mark=first(FakeClocks().moment()), session="s", until=1.0)
    before = entries.hash_of(path.read_bytes()[:-1])
    body = entries.encode(entry, before).replace(b'"until":1.0', changed)[:-76]
    digest = sha256(body).hexdigest().encode()
    path.write_bytes(path.read_bytes() + body + b',"hash":"' + digest + b'"}\n')
    assert not read(tmp_path / "one", FakeClocks()).past.readable
    with Ledger.open(tmp_path / "one", FakeClocks()) as book:
        assert "makes no sense" in (book.said or "")


def year(folder: Path) -> FakeClocks:
    """Two sessions a day of eight segments, over a year."""
    clocks = FakeClocks()
    folder.mkdir(mode=0o700)
    lines: list[bytes] = []
    before, mark = GENESIS, first(clocks.moment())
    for day in range(365):
        for half in "ab":
            stated = replace(FULL, session=f"{day}{half}", began_s=mark.at)
            for segment in range(16):
                clocks.wait(60)
                mark = mark.next(clocks.moment())
                entry = Entry(
                    number=len(lines) + 1, what="settled", mark=mark, session=stated.session,
                    segment=segment, given=stated,
                )  # fmt: skip
                lines.append(entries.encode(entry, before))
                before = entries.hash_of(lines[-1][:-1])
            clocks.wait(12 * HOUR - 16 * 60)
    (folder / chain.LEDGER).write_bytes(b"".join(lines))
    (folder / chain.ANCHOR).write_bytes(chain.shown(chain.Anchor(len(lines), before)))
    return clocks


def test_a_year_of_use_is_read_from_a_month_back_and_still_verified(tmp_path: Path) -> None:
    clocks = year(tmp_path / "one")
    whole = read(tmp_path / "one", clocks).past
    assert len(whole.given) == 60
    with Ledger.open(tmp_path / "one", clocks) as book:
        assert book.past() == whole
        book.add(given("now", 1000), 1)
        book.anchor()
    assert chain.load(tmp_path / "one").anchor.skipped > 10_000  # type: ignore[union-attr]
    clocks.wait(1)
    seconds = []
    for _ in range(5):
        began = time.thread_time()
        with Ledger.open(tmp_path / "one", clocks) as book:
            assert heat(book.past()) == 1000 + 60
        seconds.append(time.thread_time() - began)
    assert min(seconds) < 0.05
    path = tmp_path / "one" / chain.LEDGER
    data = bytearray(path.read_bytes())
    data[-300_000] ^= 1
    path.write_bytes(data)
    assert not read(tmp_path / "one", clocks).past.readable


def test_what_is_left_out_of_reading_is_older_than_what_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "SKIP_LINES", 2)
    clocks = FakeClocks()
    for day in range(40):
        with Ledger.open(tmp_path / "one", clocks) as book:
            book.add(given(f"s{day}", 1000), 1)
            book.anchor()
        known = read(tmp_path / "one", clocks)
        assert len(known.past.given) == min(day, 30) + 1
        clocks.wait(DAY)
    assert chain.load(tmp_path / "one").anchor.skipped >= 5  # type: ignore[union-attr]
