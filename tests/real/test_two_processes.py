"""A run in one process drives devices that another simulates, over pseudo-terminals."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from programs import Run, simulator, simulators

if TYPE_CHECKING:
    from pathlib import Path

    from programs import Event

GUN_ALONE = """unknot: 1
title: A gun alone
needs: {gun: percussion}
steps:
  - ask: Hard exercise, or sore from it, in the last day?
    stop if: yes
  - say: Sit, with your legs at ease.
  - press: [rectus femoris, hamstrings]
    side: both
    at: gentle
    for: 20 s
    move: along
    between: 30 s
  - rate: rectus femoris
    side: both
  - rest: 30 s
  - stretch: rectus femoris
    side: both
    hold: 20 s
    times: 2
    between: 10 s
"""
NAMES = {"question", "device", "session", "devices"}


def comparable(events: list[Event]) -> list[tuple[Event, float, float]]:
    """Events without ids, device names, readings and the values of a heat ramp; each with its `t` from
    the start of its segment, and how far that may differ."""
    shown, began, heating = [], 0.0, False
    for event in events:
        if event["event"] == "reading":
            continue
        if event["event"] == "segment-started":
            began, heating = event["t"], event["verb"] == "heat"
        kept = {key: value for key, value in event.items() if key not in NAMES | {"t"}}
        if event["event"] == "drive" and event["channel"] == "heat" and event["setpoint"] != 0:
            kept["setpoint"] = "on the ramp"
        shown.append((kept, event["t"] - began, 1.0 if heating else 0.2))
        if event["event"] == "segment-ended":
            heating = False
    return shown


def gun_alone(folder: Path) -> str:
    path = folder / "gun.yaml"
    path.write_text(GUN_ALONE)
    return str(path)


def assert_same(real: list[Event], virtual: list[Event]) -> None:
    ours, theirs = comparable(real), comparable(virtual)
    assert [kept for kept, _, _ in ours] == [kept for kept, _, _ in theirs]
    for (kept, t, within), (_, other, _) in zip(ours, theirs, strict=True):
        assert abs(t - other) <= within, (kept, t, other)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("kinds", [["percussion", "heat"], ["percussion"]])
def test_a_run_on_another_process_is_the_run_in_virtual_time(kinds: list[str], tmp_path: Path) -> None:
    """Over pseudo-terminals and over the virtual radio, side by side."""
    protocol = "demo" if "heat" in kinds else gun_alone(tmp_path)
    with Run(tmp_path, protocol, "--sim", "--speed", "max") as virtual:
        assert virtual.to_the_end()["outcome"] == "completed"

    def real(over: str) -> list[Event]:
        links = {each["kind"]: each["link"] for each in devices if each["link"].startswith(over)}
        needs = {"percussion": f"gun={links['percussion']}", "heat": f"pad={links['heat']}"}
        use = [word for kind in kinds for word in ("--use", needs[kind])]
        with Run(tmp_path, protocol, *use) as run:
            assert run.to_the_end()["outcome"] == "completed"
        return run.events

    with simulators(tmp_path) as devices, ThreadPoolExecutor() as both:
        for events in both.map(real, ("serial", "ble")):
            started = next(event for event in events if event["event"] == "session-started")
            assert started["simulated"] is True
            assert_same(events, virtual.events)


def test_a_run_over_pseudo_terminals_drives_and_stops(tmp_path: Path) -> None:
    protocol = gun_alone(tmp_path)
    with simulator(tmp_path) as links, Run(tmp_path, protocol, "--use", f"gun={links['percussion']}") as run:
        run.until(lambda event: event["event"] == "reading" and event["actual"] > 1000)
        run.tell(do="stop")
        last = run.to_the_end()
    assert (last["outcome"], last["exit"]) == ("stopped", 6)
    assert [e["setpoint"] for e in run.events if e["event"] == "drive"][-1] == 0
