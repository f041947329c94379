"""The page on Bluetooth has every message that Bluetooth may end with."""

from __future__ import annotations

import pytest
from doc_pages import ROOT, rows

from controller.links.ble.link import FLOODS, MOST
from controller.links.ble.words import WORDS, BleError, in_use, misfit, not_found, not_usable

PAGE = ROOT / "docs" / "how-to" / "bluetooth.md"
TABLE = {row[0]: row for row in rows(PAGE, "## When it does not work")}
NAMED = [in_use("…"), not_found("…"), not_usable("…"), misfit("…")]


@pytest.mark.parametrize("cause", WORDS)
def test_every_cause_has_a_row_with_its_words(cause: str) -> None:
    said = str(BleError(cause))  # type: ignore[arg-type]
    assert said in {row.removesuffix(" …") for row in TABLE}


@pytest.mark.parametrize("error", NAMED, ids=str)
def test_what_names_the_device_has_one_too(error: BleError) -> None:
    assert str(error) in TABLE


def test_a_flood_is_told_with_its_number() -> None:
    assert f"More than {MOST} messages in a second" in TABLE[FLOODS][1]


def test_every_row_has_a_next_step() -> None:
    assert all(len(row) == 3 and row[2] for row in TABLE.values())
