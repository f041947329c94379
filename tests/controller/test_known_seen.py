"""When a device was last heard: kept beside the devices, and lost without harm."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from controller import known
from controller.known import Seen, file, last_seen, saw
from controller.known.seen import FILE

NOON = datetime(2027, 1, 31, 12, tzinfo=UTC)


def test_what_was_seen_is_told_by_its_serial_number() -> None:
    saw("A1", 80, "1.0.0", NOON)
    saw("B2", None, now=NOON)
    assert last_seen() == {"A1": Seen(at=NOON, battery=80, firmware="1.0.0"), "B2": Seen(at=NOON)}


def test_a_firmware_stands_until_another_is_told() -> None:
    saw("A1", 80, "1.0.0", NOON)
    saw("A1", 70, "", NOON)
    assert last_seen()["A1"].firmware == "1.0.0"
    saw("A1", 70, "1.1.0", NOON)
    assert last_seen()["A1"].firmware == "1.1.0"


def test_nothing_was_seen_where_nothing_is_kept_and_no_folder_is_made() -> None:
    assert last_seen() == {}
    assert not file.devices_dir(make=False).exists()


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "7", "null", '{"A1": 7}', '{"A1": {"at": "today", "battery": 1, "firmware": ""}}',
        '{"A1": {"at": "2027-01-31T12:00:00", "battery": 1, "firmware": ""}}',
        '{"A1": {"at": "2027-01-31T12:00:00+00:00", "battery": 1, "firmware": "\\u001b[2J"}}',
        "[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_damaged_counts_as_never_seen_and_is_written_over(text: str) -> None:
    (file.devices_dir() / FILE).write_text(text)
    assert last_seen() == {}
    saw("A1", 80, now=NOON)
    assert last_seen() == {"A1": Seen(at=NOON, battery=80)}


@pytest.mark.parametrize("battery", ["true", "-1", "101", '"80"', "80.5", "null"])
def test_a_battery_that_cannot_be_is_none(battery: str) -> None:
    told = f'{{"A1": {{"at": "2027-01-31T12:00:00+00:00", "battery": {battery}, "firmware": ""}}}}'
    (file.devices_dir() / FILE).write_text(told)
    assert last_seen()["A1"].battery is None


def test_a_device_that_is_forgotten_was_never_seen() -> None:
    device = known.Device(name="it", kinds=("heat",), link="serial:/dev/it", added="2027-01-31", serial="A1")
    known.add(device)
    saw("A1", 80)
    saw("B2", 70)
    asyncio.run(known.forget("it"))
    assert list(last_seen()) == ["B2"]


def test_where_it_cannot_be_written_nothing_is_said() -> None:
    (file.devices_dir() / FILE).mkdir()
    saw("A1", 80)
    assert last_seen() == {}
