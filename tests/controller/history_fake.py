"""A past to look back on: sessions on record, and what the ledger of a body tells, at fixed times."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

from home_fake import ANA
from kept_sessions import GUN, HAND_PAD, Kept, plan_of, whole

from controller.config import config_dir, private_dir, record_path
from controller.core.events import Command, Tick
from controller.safety.standing import PLAIN, Given, Had, Past

if TYPE_CHECKING:
    from pathlib import Path

    from home_fake import Visit

    from controller.faces.home.facts import Facts

TWICE = """unknot: 1
title: Press and ask
needs: {gun: percussion}
steps:
  - rate: gluteus maximus
    side: left
  - press: gluteus maximus
    side: left
    at: gentle
    for: 10 s
    move: circles
  - rate: gluteus maximus
    side: left
"""
WARMTH = """unknot: 1
title: Warm
needs: {pad: heat}
steps:
  - heat: neck
    with: pad
    to: 38 °C
    for: 1 min
    within: 5 min
"""
SOURCE = "press.yaml"
"""The name of the file below one's own protocols that the sessions are of."""


def own_file(text: str = TWICE, name: str = SOURCE) -> Path:
    """The protocol as a file of one's own."""
    folder = config_dir() / "protocols"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def pressed(
    session: str, began: str, before: str, after: str, *, simulated: bool = False, source: str = "",
    stop: bool = False,
) -> None:  # fmt: skip
    """One session of `TWICE`, from its confirmation to its end."""
    private_dir(record_path().parent)
    plan = plan_of(record_path().parent, TWICE)
    gun = replace(GUN, device="My gun", simulated=simulated)
    kept = Kept(plan, (gun,), session, began, source=source)
    kept.feed(Tick())
    kept.run(2, gun=0.0)
    kept.answer("yes")
    kept.run(1, gun=0.0)
    kept.answer(before)
    kept.run(1, gun=0.0)
    kept.answer("yes")
    kept.run(3 if stop else 12, gun=1590.0)
    if stop:
        kept.feed(Command("stop"))
    else:
        kept.run(2, gun=0.0)
        kept.answer(after)
    kept.run(3, gun=0.0)
    kept.close(kept.core.outcome)


def past(*, whole_one: bool = True) -> None:
    """Five sessions: one whole with heat, four that press, one of them simulated, one stopped."""
    path = own_file()
    if whole_one:
        whole(path.parent.parent)
    told = str(path)
    pressed("20260310-080000-bbbb", "2026-03-10T08:00:00Z", "6", "4", source=told)
    pressed("20260312-180500-cccc", "2026-03-12T18:05:00Z", "5", "2", source=told)
    pressed("20260315-070000-dddd", "2026-03-15T07:00:00Z", "7", "7", simulated=True, source=told)
    pressed("20260318-180500-eeee", "2026-03-18T18:05:00Z", "4", "1", stop=True, source=told)
    pressed("20260320-191500-ffff", "2026-03-20T19:15:00Z", "3", "1", source=told)


def many(count: int) -> None:
    """So many sessions, all alike, an hour after one another."""
    pressed("20200101-000000-0000", "2020-01-01T00:00:00Z", "6", "4")
    with sqlite3.connect(record_path()) as record:
        [(meta, outcome)] = record.execute("SELECT meta, outcome FROM session").fetchall()
        entries = record.execute("SELECT number, now_ms, input, effects FROM entry").fetchall()
        for n in range(1, count):
            told = {**json.loads(meta), "began": f"20{20 + n // 8760:02}-01-{1 + n // 24 % 28:02}T00:00:00Z"}
            made = record.execute(
                "INSERT INTO session (id, meta, outcome) VALUES (?, ?, ?)",
                (f"20200101-000000-{n:04x}", json.dumps(told, separators=(",", ":")), outcome),
            )
            rows = [(made.lastrowid, *each) for each in entries]
            record.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?)", rows)
    record.close()


def broken() -> None:
    """A record that is none."""
    private_dir(record_path().parent)
    record_path().write_text("no record at all, and long enough to be read as one" * 40)


def given(session: str, days_ago: float, *, heat_min: float = 0, massage_s: float = 0) -> Given:
    """What a session gave to the left glutes, that many days before `NOW_S`."""
    had = Had(
        heat_rows_ms=(round(heat_min * 60_000), 0, 0, 0), dose=0.02 * heat_min,
        percussion_ms=round(massage_s * 1000),
    )  # fmt: skip
    ended = NOW_S - days_ago * 86_400
    sites = {("glutes", "left"): had}
    return Given(
        session=session, began_s=ended - 900, ended_s=ended, sites=sites, percussion_ms=had.percussion_ms
    )


NOW_S = 40 * 86_400.0
PAST = Past(
    now_s=NOW_S,
    given=(
        given("old", 9, heat_min=10),
        given("w1", 5, heat_min=20, massage_s=90),
        given("w2", 3, heat_min=20, massage_s=60),
        given("w3", 0.2, heat_min=25, massage_s=90),
    ),
)


def looking_back() -> Facts:
    """Ana, with a ledger."""
    return replace(ANA, standing=replace(PLAIN, past=PAST))


def by_hand(session: str) -> None:
    """A session that was worked by hand, cut off before its end."""
    private_dir(record_path().parent)
    plan = plan_of(record_path().parent, WARMTH)
    kept = Kept(plan, (HAND_PAD,), session)
    kept.feed(Tick())
    kept.close(None)


async def read(at: Visit) -> None:
    """Wait until the page on top has read what it wants to, and has drawn it."""
    page = at.app.screen
    seen = None
    while getattr(page, "rests", None) is not None:
        await at.pilot.pause(0.01)
    while (now := getattr(page, "reading", None)) is not None and now is not seen:
        seen = now
        await asyncio.to_thread(now.join)
        await at.pilot.pause()
        await at.pilot.pause()
