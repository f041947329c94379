"""What tests of the ledger share: clocks that they set, what a session gave, and a memory of every write."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from controller.ledger import Ledger, LedgerError, Moment, files
from controller.safety.standing import Given, Had, Past

if TYPE_CHECKING:
    import pytest

BACK = ("upper back", "left")
HOUR, DAY, YEAR = 3600.0, 86_400.0, 365 * 86_400.0


class FakeClocks:
    """A machine whose wall clock can be set, and that can boot again."""

    def __init__(self) -> None:
        self.wall, self.boot, self.up = 1_700_000_000.0, "boot-1", 100.0

    def moment(self) -> Moment:
        return Moment(self.wall, self.boot, self.up)

    def wait(self, seconds: float) -> None:
        self.wall += seconds
        self.up += seconds

    def reboot(self, off: float = 60.0) -> None:
        self.boot, self.up = self.boot + "+", 10.0
        self.wall += off + 10.0


def given(session: str, heat_ms: int, *, settled: bool = False, at: float = 0.0) -> Given:
    had = Had(heat_rows_ms=(heat_ms, heat_ms, 0, 0), dose=heat_ms / 6e6, heat_end_s=at + heat_ms / 1000)
    return Given(
        session=session,
        began_s=at,
        ended_s=at + heat_ms / 1000,
        sites={BACK: had},
        heat_ms=heat_ms,
        heat_driven_ms=heat_ms,
        settled=settled,
    )


def heat(past: Past) -> int:
    """All heat that a ledger tells of."""
    return sum(each.heat_ms for each in past.given)


@dataclass
class Disk:
    """Every step of writing, in order, and what had been driven when it was made."""

    driven_ms: int = 0
    steps: list[tuple[int, str, str, bytes]] = field(default_factory=list)

    def note(self, what: str, name: str, data: bytes = b"") -> None:
        self.steps.append((self.driven_ms, what, name, data))

    def record(self, monkeypatch: pytest.MonkeyPatch) -> None:
        write, cut, sync, rename = files.write, files.cut, files.sync, files.rename
        open_to_append = files.open_to_append

        def name(descriptor: int) -> str:
            return Path(f"/proc/self/fd/{descriptor}").readlink().name

        def noted_write(descriptor: int, data: bytes) -> None:
            write(descriptor, data)
            self.note("write", name(descriptor), data)

        def noted_open(path: Path) -> int:
            self.note("touch", path.name)
            return open_to_append(path)

        def noted_cut(descriptor: int, size: int) -> None:
            raise AssertionError(f"nothing is cut from {name(descriptor)}: {size} {cut}")

        def noted_sync(descriptor: int) -> None:
            sync(descriptor)
            self.note("sync", name(descriptor))

        def noted_rename(path: Path, target: Path) -> None:
            rename(path, target)
            self.note("rename", path.name, target.name.encode())

        monkeypatch.setattr(files, "open_to_append", noted_open)
        monkeypatch.setattr(files, "write", noted_write)
        monkeypatch.setattr(files, "cut", noted_cut)
        monkeypatch.setattr(files, "sync", noted_sync)
        monkeypatch.setattr(files, "rename", noted_rename)


@dataclass
class Crash:
    """What a disk holds after some steps: `seen` by the system, and `safe` from a power loss."""

    seen: dict[str, bytes] = field(default_factory=dict)
    safe: dict[str, bytes] = field(default_factory=dict)

    def do(self, what: str, name: str, data: bytes) -> None:
        if what == "touch":
            self.seen.setdefault(name, b"")
            self.safe.setdefault(name, b"")
        elif what == "write":
            # A draft is cut to nothing before it is written; only the ledger grows.
            self.seen[name] = data if name.startswith(".") else self.seen.get(name, b"") + data
        elif what == "sync":
            self.safe[name] = self.seen.get(name, b"")
        else:
            target = data.decode()
            self.seen[target] = self.seen.pop(name)
            self.safe[target] = self.safe.pop(name)


def put(folder: Path, contents: dict[str, bytes]) -> None:
    """Make the folder hold exactly these files."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for each in folder.iterdir():
        each.unlink()
    for name, data in contents.items():
        (folder / name).write_bytes(data)


def noticed(folder: Path, clocks: FakeClocks) -> bool:
    """Whether a ledger counts as spent for a day to the second, or cannot be used at all."""
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.name.startswith(("l", "a"))}
    try:
        with Ledger.open(folder, clocks) as ledger:
            past = ledger.past()
    except LedgerError:
        return True
    kept = {path.read_bytes() for path in folder.iterdir() if ".damaged-" in path.name}
    if past.readable:
        return False
    assert before.get("ledger.jsonl", b"") in kept | {b""}, "the damaged file is kept as it was"
    later = FakeClocks()
    later.__dict__.update(clocks.__dict__)
    later.wait(DAY - 1)
    with Ledger.open(folder, later) as ledger:
        assert not ledger.past().readable
    later.wait(1)
    with Ledger.open(folder, later) as ledger:
        assert ledger.past().readable
    return True


def write_session(folder: Path, clocks: FakeClocks, disk: Disk, name: str = "s1", segments: int = 3) -> None:
    """Each segment is stated ahead at 60 s of heat, drives 20 s of it, and is settled at that."""
    with Ledger.open(folder, clocks) as ledger:
        had = heat(ledger.past())
        disk.driven_ms = had
        for number in range(1, segments + 1):
            now, so_far = ledger.now_s(), 20_000 * (number - 1)
            ledger.add(given(name, so_far + 60_000, at=now), number)
            disk.driven_ms = had + so_far + 20_000
            disk.note("drive", "")
            ledger.anchor()
            clocks.wait(20)
            last = number == segments
            ledger.add(replace(given(name, so_far + 20_000, at=now), settled=last), number)
            ledger.anchor()
