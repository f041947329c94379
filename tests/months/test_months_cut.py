"""A real session's ledger, cut off at every byte: no less than the tissue had, no start that it forbids."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from ledger_cases import Crash, Disk, put
from months_world import BOTH, HEAT, Deed, World

from controller.ledger import clocks, read
from controller.safety import Channel, verify
from controller.safety.standing import PLAIN
from protocols.language import compile_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from controller.safety.standing import Past

WARM = Deed(
    "Ann", HEAT.format(name="upper back", side="left", to=41, seconds=600), "upper back", "left", fit=False
)
WORKED = Deed(
    "Ann", BOTH.format(name="gluteus maximus", side="left", strength="gentle", seconds=40), "glutes", "left"
)
PER_CEM43 = 1_000_000
"""A CEM43 minute in the whole numbers that a `Disk` notes."""


def _recorded(monkeypatch: pytest.MonkeyPatch, deed: Deed) -> tuple[World, Disk]:
    """The session with every step of its ledger, and once a second what its tissue had had."""
    world, disk = World(monkeypatch), Disk()
    world.add("Ann", sessions=3)

    def note(world: World) -> None:
        disk.driven_ms = round(world.dose_now * PER_CEM43) + world.worked_ms_now
        disk.note("drive", "")

    world.each_second = note
    with monkeypatch.context() as patch:
        disk.record(patch)
        ended = world.run(deed)
    assert ended is not None
    assert ended.exit == 0, ended
    return world, disk


def _crashes(disk: Disk, every: int) -> Iterator[tuple[int, dict[str, bytes]]]:
    """What the tissue had had, and what the folder holds: at each step and at every `every`th byte."""
    crash = Crash()
    for had, what, name, data in disk.steps:
        if what == "write" and name == "ledger.jsonl":
            old = crash.seen.get(name, b"")
            cuts = {*range(0, len(data), every), 1, len(data) - 1}
            for length in sorted(cuts):
                yield had, {**crash.seen, name: old + data[:length]}
        if what != "drive":
            crash.do(what, name, data)
        yield had, dict(crash.seen)
        yield had, dict(crash.safe)


def _counted(past: Past, deed: Deed) -> int:
    had = [given.sites[deed.area, deed.side] for given in past.given if (deed.area, deed.side) in given.sites]
    return round(sum(h.dose for h in had) * PER_CEM43) + sum(h.percussion_ms for h in had)


def _cut(monkeypatch: pytest.MonkeyPatch, folder: Path, deed: Deed, every: int) -> None:
    world, disk = _recorded(monkeypatch, deed)
    last = max(had for had, *_ in disk.steps)
    assert last > 0
    plan = compile_text(deed.text).plan
    assert plan is not None
    channels = {role: Channel.worked_by_hand(role, kind) for role, kind in plan.roles.items()}
    seen = refused = 0
    for had, contents in _crashes(disk, every):
        put(folder, {name: data for name, data in contents.items() if not name.startswith(".")})
        past = read(folder, clocks.SystemClocks()).past
        assert not past.readable or _counted(past, deed) >= had, (seen, had, contents)
        seen += 1
        if had == last and seen % 50 == 0:
            # All is given: the same again, at once, is over what the place may have.
            assert verify(plan, channels, replace(PLAIN, past=past)) != ()
            refused += 1
    print(f"{seen} states, {refused} starts refused, {last} given, {world.now_s:.0f} s")
    assert seen > 100


@pytest.mark.parametrize("deed", [WARM, WORKED], ids=["heat", "percussion"])
def test_a_record_cut_off_here_and_there_is_never_too_low(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, deed: Deed
) -> None:
    _cut(monkeypatch, tmp_path / "cut", deed, 61)


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("deed", [WARM, WORKED], ids=["heat", "percussion"])
def test_a_record_cut_off_at_every_byte_is_never_too_low(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, deed: Deed
) -> None:
    _cut(monkeypatch, tmp_path / "cut", deed, 1)
