"""Ledger time: what it takes from the clocks, and that no step of a clock gives a budget back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from ledger_cases import DAY, HOUR, YEAR, FakeClocks, given, heat

from controller.ledger import KEPT_S, Ledger, Moment, SystemClocks, clocks, read
from controller.ledger.clocks import Mark, first

if TYPE_CHECKING:
    from pathlib import Path

STEPS = [sign * step for step in (HOUR, DAY, YEAR) for sign in (1, -1)]


def now_s(folder: Path, machine: FakeClocks) -> float:
    with Ledger.open(folder, machine) as ledger:
        return ledger.now_s()


def test_a_ledger_begins_at_0_and_goes_on_with_the_time_since_boot(tmp_path: Path) -> None:
    machine = FakeClocks()
    assert now_s(tmp_path / "one", machine) == 0.0
    machine.wait(12.3456)
    assert now_s(tmp_path / "one", machine) == 12.345


@pytest.mark.parametrize("step", STEPS)
def test_setting_the_wall_clock_within_a_boot_neither_gives_nor_takes(tmp_path: Path, step: float) -> None:
    machine = FakeClocks()
    now_s(tmp_path / "one", machine)
    machine.wall += step
    machine.wait(60)
    assert now_s(tmp_path / "one", machine) == 60.0
    machine.wall -= step
    machine.wait(60)
    assert now_s(tmp_path / "one", machine) == 120.0


@pytest.mark.parametrize("step", STEPS)
def test_a_wall_clock_that_was_set_gives_nothing_after_the_next_boot_either(
    tmp_path: Path, step: float
) -> None:
    machine = FakeClocks()
    now_s(tmp_path / "one", machine)
    machine.wall += step
    now_s(tmp_path / "one", machine)
    machine.reboot(off=HOUR)
    assert now_s(tmp_path / "one", machine) <= HOUR + 10
    machine.wall -= step
    machine.reboot(off=HOUR)
    assert now_s(tmp_path / "one", machine) <= 2 * (HOUR + 10)


@pytest.mark.parametrize("step", [HOUR, DAY, YEAR])
def test_back_across_one_boot_and_forth_across_the_next_gives_nothing(tmp_path: Path, step: float) -> None:
    machine = FakeClocks()
    now_s(tmp_path / "one", machine)
    machine.reboot(off=-step)
    assert now_s(tmp_path / "one", machine) == 0.0
    machine.reboot(off=step + 30)
    assert now_s(tmp_path / "one", machine) == pytest.approx(50, abs=0.01)


def test_time_switched_off_counts_by_the_wall_clock(tmp_path: Path) -> None:
    machine = FakeClocks()
    now_s(tmp_path / "one", machine)
    machine.reboot(off=DAY)
    assert now_s(tmp_path / "one", machine) == DAY + 10


def test_a_boot_clock_that_goes_back_gives_nothing(tmp_path: Path) -> None:
    machine = FakeClocks()
    now_s(tmp_path / "one", machine)
    machine.up -= 50
    assert now_s(tmp_path / "one", machine) == 0.0


def test_reading_sees_the_same_time_as_a_session(tmp_path: Path) -> None:
    machine = FakeClocks()
    now_s(tmp_path / "one", machine)
    machine.wait(7)
    assert read(tmp_path / "one", machine).past.now_s == 7.0


def test_a_clock_that_was_set_or_a_boot_is_written_down_once(tmp_path: Path) -> None:
    machine = FakeClocks()
    for _ in range(3):
        now_s(tmp_path / "one", machine)
    machine.wall += 0.5
    now_s(tmp_path / "one", machine)
    machine.wall += 2
    for _ in range(3):
        now_s(tmp_path / "one", machine)
    machine.reboot()
    for _ in range(3):
        now_s(tmp_path / "one", machine)
    assert (tmp_path / "one" / "ledger.jsonl").read_text().count('"what":"clock"') == 3


def test_a_budget_comes_back_after_30_days_of_ledger_time_and_no_sooner(tmp_path: Path) -> None:
    machine = FakeClocks()
    with Ledger.open(tmp_path / "one", machine) as ledger:
        ledger.add(given("s", 1000, settled=True), 1)
        ledger.anchor()
    machine.wall += YEAR
    machine.wait(KEPT_S)
    assert heat(read(tmp_path / "one", machine).past) == 1000
    machine.wait(0.01)
    assert heat(read(tmp_path / "one", machine).past) == 0


Step = tuple[float, float, bool]


@settings(max_examples=300, deadline=None)
@drawn(st.lists(st.tuples(st.floats(0, YEAR), st.floats(-2 * YEAR, 2 * YEAR), st.booleans()), max_size=20))
def test_no_steps_of_the_wall_clock_that_were_seen_ever_add_to_the_time_that_passed(
    steps: list[Step],
) -> None:
    """The clock is set by any amount while the machine is on and somebody looks; it boots whenever."""
    machine = FakeClocks()
    mark, passed = first(machine.moment()), 0.0
    for waited, step, boots in steps:
        machine.wait(waited)
        passed += waited
        mark = after(mark, machine)
        machine.wall += step
        mark = after(mark, machine)
        if boots:
            machine.reboot()
            passed += 70.0
            mark = after(mark, machine)
    assert mark.at <= passed + 1e-3 * len(steps)
    assert mark.at >= 0


def after(mark: Mark, machine: FakeClocks) -> Mark:
    following = mark.next(machine.moment())
    assert following.at >= mark.at
    return following


def test_without_what_the_wall_clock_was_known_to_be_a_step_would_give_time_back() -> None:
    """The tests above can fail."""
    machine = FakeClocks()
    mark = first(machine.moment())
    machine.reboot(off=-YEAR)
    mark = mark.next(machine.moment())
    naive = Mark(mark.at, mark.moment, mark.moment.wall)
    machine.reboot(off=YEAR)
    assert naive.next(machine.moment()).at > YEAR
    assert mark.next(machine.moment()).at < 100


def test_this_machine_has_clocks_that_go_forward() -> None:
    system = SystemClocks()
    before, later = system.moment(), system.moment()
    assert later.boot == before.boot
    assert later.up >= before.up
    assert abs(later.wall - before.wall) < 60


def test_a_machine_without_a_boot_clock_has_its_wall_clock(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(clocks, "BOOT_ID", tmp_path / "missing")
    assert SystemClocks().moment().boot == ""
    mark = first(Moment(100.0, "", 0.0))
    assert mark.next(Moment(90.0, "", 0.0)).next(Moment(103.0, "", 0.0)).at == 3.0
