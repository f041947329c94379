"""Cut off at every byte: never less than was given, never a start that should have been refused."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from ledger_cases import Crash, Disk, FakeClocks, given, heat, noticed, put, write_session

from controller.ledger import Ledger, SystemClocks, entries, read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from controller.safety.standing import Given

FILES = ("anchor.json", "ledger.jsonl")


def recorded(folder: Path, monkeypatch: pytest.MonkeyPatch, sessions: int = 1) -> Disk:
    disk, clocks = Disk(), FakeClocks()
    with monkeypatch.context() as patch:
        disk.record(patch)
        for number in range(sessions):
            write_session(folder, clocks, disk, f"s{number}")
            clocks.wait(60)
    return disk


def crashes(disk: Disk) -> Iterator[tuple[int, dict[str, bytes]]]:
    """What was driven, and what the folder holds, after each byte and after each step between."""
    crash = Crash()
    for driven, what, name, data in disk.steps:
        if what == "write":
            draft = name.startswith(".")
            old = b"" if draft else crash.seen.get(name, b"")
            for length in range(0, len(data), 29 if draft else 1):
                yield driven, {**crash.seen, name: old + data[:length]}
                if length % 7 == 0:
                    yield driven, {**crash.seen, name: old + bytes(length)}
        if what != "drive":
            crash.do(what, name, data)
        yield driven, dict(crash.seen)
        yield driven, dict(crash.safe)


def test_a_crash_at_any_byte_leaves_no_less_than_was_driven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = recorded(tmp_path / "one", monkeypatch, sessions=2)
    count = 0
    for driven, contents in crashes(disk):
        put(tmp_path / "two", contents)
        known = read(tmp_path / "two", FakeClocks())
        assert known.past.readable, contents
        assert heat(known.past) >= driven
        count += 1
    assert count > 5_000
    assert driven == 120_000


def test_the_next_session_after_a_crash_goes_on_from_what_was_driven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = recorded(tmp_path / "one", monkeypatch)
    for driven, contents in list(crashes(disk))[::41]:
        put(tmp_path / "two", contents)
        write_session(tmp_path / "two", FakeClocks(), Disk(), "after", segments=1)
        known = read(tmp_path / "two", FakeClocks())
        assert known.past.readable
        assert heat(known.past) >= driven + 20_000


def test_without_writing_ahead_a_crash_would_tell_less_than_was_driven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above can fail."""
    add = Ledger.add

    def add_settled(ledger: Ledger, stated: Given, segment: int) -> None:
        if stated.settled:
            add(ledger, stated, segment)

    monkeypatch.setattr(Ledger, "add", add_settled)
    disk = recorded(tmp_path / "one", monkeypatch)
    less = []
    for driven, contents in list(crashes(disk))[::29]:
        put(tmp_path / "two", contents)
        less.append(heat(read(tmp_path / "two", FakeClocks()).past) < driven)
    assert any(less)


def test_a_finished_ledger_cut_at_any_byte_counts_as_spent_for_a_day(tmp_path: Path) -> None:
    clocks = FakeClocks()
    write_session(tmp_path / "one", clocks, Disk(), segments=1)
    anchor, ledger = ((tmp_path / "one" / name).read_bytes() for name in FILES)
    for length in range(len(ledger)):
        put(tmp_path / "two", {"anchor.json": anchor, "ledger.jsonl": ledger[:length]})
        assert not read(tmp_path / "two", clocks).past.readable, length
        if length % 47 == 0:
            assert noticed(tmp_path / "two", clocks), length
    for length in range(len(anchor)):
        put(tmp_path / "two", {"anchor.json": anchor[:length], "ledger.jsonl": ledger})
        assert not read(tmp_path / "two", clocks).past.readable, length
        if length % 47 == 0:
            assert noticed(tmp_path / "two", clocks), length


def test_every_flipped_bit_is_noticed(tmp_path: Path) -> None:
    clocks = FakeClocks()
    write_session(tmp_path / "one", clocks, Disk(), segments=1)
    contents = {name: (tmp_path / "one" / name).read_bytes() for name in FILES}
    for name, data in contents.items():
        for place in range(len(data)):
            for bit in (1, 32, 128):
                changed = bytearray(data)
                changed[place] ^= bit
                put(tmp_path / "two", {**contents, name: bytes(changed)})
                assert not read(tmp_path / "two", clocks).past.readable, (name, place, bit)


def lines_changed(lines: list[bytes]) -> Iterator[list[bytes]]:
    for n in range(len(lines)):
        yield lines[:n] + lines[n + 1 :]
        yield lines[:n] + [lines[n]] * 2 + lines[n + 1 :]
        for m in range(n):
            swapped = list(lines)
            swapped[n], swapped[m] = lines[m], lines[n]
            yield swapped


def spoilt(tmp_path: Path) -> list[bool]:
    """For every line removed, doubled or swapped: whether that shows."""
    clocks = FakeClocks()
    write_session(tmp_path / "one", clocks, Disk(), segments=2)
    anchor, ledger = ((tmp_path / "one" / name).read_bytes() for name in FILES)
    found = []
    whole = ledger.splitlines(keepends=True)
    for lines in lines_changed(whole):
        if lines[:-1] == whole:
            continue  # ends as a line torn by a crash ends: it is dropped, and nothing is lost
        put(tmp_path / "two", {"anchor.json": anchor, "ledger.jsonl": b"".join(lines)})
        found.append(not read(tmp_path / "two", clocks).past.readable)
    return found


def test_a_line_removed_doubled_or_swapped_is_noticed(tmp_path: Path) -> None:
    assert all(spoilt(tmp_path))


def test_without_the_chain_a_swapped_line_would_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "follows", lambda *_: True)
    assert not all(spoilt(tmp_path))


def test_each_link_of_the_chain_is_needed(tmp_path: Path) -> None:
    write_session(tmp_path / "one", FakeClocks(), Disk(), segments=1)
    first, second, _ = (tmp_path / "one" / "ledger.jsonl").read_bytes().splitlines()
    before = entries.hash_of(first)
    assert entries.follows(second, 2, before)
    assert not entries.follows(second, 3, before)
    assert not entries.follows(second, 2, entries.GENESIS)
    assert not entries.follows(second.replace(b"ahead", b"AHEAD"), 2, before)


def test_an_entry_behind_the_anchor_counts_and_may_not_be_changed(tmp_path: Path) -> None:
    clocks = FakeClocks()
    with Ledger.open(tmp_path / "one", clocks) as ledger:
        ledger.anchor()
        for heat_ms in (1000, 2000, 3000):
            ledger.add(given("s", heat_ms), 1)
    assert heat(read(tmp_path / "one", clocks).past) == 3000
    path = tmp_path / "one" / "ledger.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"heat_ms":2000', b'"heat_ms":0000'))
    assert not read(tmp_path / "one", clocks).past.readable


CHILD = """
import sys
from pathlib import Path
from ledger_cases import given
from controller.ledger import Ledger
with Ledger.open(Path(sys.argv[1])) as ledger:
    start = max((each.heat_ms for each in ledger.past().given), default=0)
    for heat_ms in range(start + 1, start + 100000):
        ledger.add(given("s", heat_ms), 1)
        print(heat_ms, flush=True)
        ledger.anchor()
"""


@pytest.mark.slow
def test_kill_9_in_the_middle_of_writing_loses_nothing_that_was_said(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    for turn in range(20):
        with subprocess.Popen(
            [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{CHILD}", str(folder)],
            stdout=subprocess.PIPE,
            text=True,
        ) as child:
            assert child.stdout is not None
            said = [child.stdout.readline() for _ in range(5 + 7 * turn)]
            child.send_signal(signal.SIGKILL)
            said += child.stdout.readlines()
        driven = max(int(line) for line in said if line.endswith("\n"))
        known = read(folder, SystemClocks())
        assert known.past.readable
        assert heat(known.past) >= driven
