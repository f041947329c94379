"""`scan`: the list, its JSON, and what it says of an adapter that does not work."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from air_fake import Air, unknot
from bleak.backends.scanner import BaseBleakScanner
from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason
from radio_kit import bench_of

from controller.faces.cli import scan
from controller.links.ble.air import System
from simulator.ble import Wild

if TYPE_CHECKING:
    from simulator.bench import Bench

MISSING = "this computer has no Bluetooth adapter"


@pytest.fixture
def air(monkeypatch: pytest.MonkeyPatch) -> Air:
    return Air(monkeypatch, lambda: bench_of("percussion", "heat"))


def told(*words: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(unknot("scan", *words, "--json").stdout)
    return found


class Deaf(BaseBleakScanner):
    """Of a computer without an adapter."""

    def __init__(self, *heard: Any, **_: Any) -> None:
        super().__init__(*heard[:2])

    async def start(self) -> None:
        reason = BleakBluetoothNotAvailableReason.NO_BLUETOOTH
        raise BleakBluetoothNotAvailableError("No Bluetooth adapters found.", reason)

    async def stop(self) -> None:
        """It has not begun."""


NO_ADAPTER = System(simulated=True, scanner=Deaf)  # a real one is asked what is wrong with it, too


@pytest.mark.usefixtures("air")
def test_a_line_a_device_says_what_it_is_how_near_and_where() -> None:
    done = unknot("scan", "--for", 1)
    assert done.exit_code == 0
    assert done.stderr == ""
    rows = [line.split("  ") for line in done.stdout.splitlines()]
    assert sorted(row[0] for row in rows) == ["Knot-GUN1", "Knot-PAD1"]
    assert all(row[1] == "a Knot device, simulated" for row in rows)
    assert all(row[2].endswith("dBm") and len(row[3]) == 17 for row in rows)


@pytest.mark.usefixtures("air")
def test_json_has_the_keys_that_help_names() -> None:
    found = told("--for", 1)
    assert found.keys() == {"ok", "devices", "errors"}
    assert (found["ok"], found["errors"]) == (True, [])
    for each in found["devices"]:
        assert each.keys() == {"name", "link", "signal", "what", "usable", "why_not", "simulated"}
        assert each["link"].startswith("ble:F0:")
        assert (each["usable"], each["why_not"], each["simulated"]) == (True, "", True)
    said = unknot("scan", "--help").stdout
    assert all(f'"{key}"' in said for key in found["devices"][0])


def test_an_adapter_that_is_missing_is_said_beside_what_another_radio_hears(air: Air) -> None:
    air.before = [NO_ADAPTER]
    done = unknot("scan", "--for", 1)
    assert (done.exit_code, len(done.stdout.splitlines())) == (0, 2)
    assert done.stderr.startswith(f"({MISSING}: plug one in")
    assert [each["message"] for each in told("--for", 1)["errors"]] == [MISSING]


def test_where_nothing_can_listen_it_ends_with_5_and_the_next_step(air: Air) -> None:
    air.only = [NO_ADAPTER]
    done = unknot("scan", "--for", 1)
    assert (done.exit_code, done.stdout) == (5, "")
    assert done.stderr.splitlines() == [
        MISSING, "plug one in, or use a serial port; see `unknot doctor`",
    ]  # fmt: skip
    as_json = unknot("scan", "--for", 1, "--json")
    assert as_json.exit_code == 5
    assert json.loads(as_json.stdout)["errors"][0]["message"] == MISSING


def test_silence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    Air(monkeypatch, lambda: off(bench_of("percussion")))
    done = unknot("scan", "--for", 1)
    assert (done.exit_code, done.stdout) == (0, f"{scan.NOTHING}\n")
    assert told("--for", 1)["devices"] == []


def off(bench: Bench) -> Bench:
    start = bench.start

    def begin() -> None:
        start()
        _ = bench.radio
        bench.befall("gun", "held by another")

    bench.start = begin  # type: ignore[method-assign]
    return bench


@pytest.mark.parametrize("seconds", ["0", "601", "soon"])
def test_how_long_is_between_a_tenth_of_a_second_and_ten_minutes(seconds: str) -> None:
    assert unknot("scan", "--for", seconds).exit_code == 2


def test_wide_names_leave_the_columns_straight(monkeypatch: pytest.MonkeyPatch) -> None:
    Air(monkeypatch, lambda: bench_of("percussion", "heat", wild=Wild(name="漢字漢字")))
    assert {line.index("a Knot") for line in unknot("scan", "--for", 1).stdout.splitlines()} == {6}
