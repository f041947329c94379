"""What a device on the air is, and how its name is shown."""

from __future__ import annotations

import pytest

from controller.devices.families import LONGEST_NAME, plain, recognise
from controller.devices.knot.gatt import GATT
from protocols.diagnostics import width


def test_a_knot_device_is_known_by_its_service_alone() -> None:
    assert recognise("", [GATT.service.upper()]).usable
    assert not recognise("Knot-PAD1", []).usable, "anybody may call itself so"


@pytest.mark.parametrize(
    ("name", "services", "what"),
    [
        ("BEDJET_V3", [], "a BedJet"),
        ("x", ["00001000-bed0-0080-aa55-4265644a6574"], "a BedJet"),
        ("Hypervolt GO 2", [], "a Hyperice device"),
        ("Theragun Prime", [], "a Theragun"),
        ("Pro", ["0000ffe0-0000-1000-8000-00805f9b34fb"], "something else"),
        ("", [], "something else"),
    ],
)
def test_what_cannot_be_used_is_named_and_says_why(name: str, services: list[str], what: str) -> None:
    kind = recognise(name, services)
    assert kind.what == what
    assert not kind.usable
    assert kind.why_not


@pytest.mark.parametrize(
    "name",
    ["\x1b[2J\x1b]0;owned\x07", "a\nb\rc", "\u202eevil", "x" * 248, "\x00" * 248, "\u2066a\u2069", "😀" * 60],
)
def test_a_name_is_one_short_line_without_control_characters(name: str) -> None:
    shown = plain(name)
    assert shown.isprintable()
    assert len(shown) <= LONGEST_NAME
    assert "\n" not in shown


def test_a_name_takes_no_more_columns_than_it_may_and_piles_nothing_up() -> None:
    assert width(plain("漢字" * 60)) <= LONGEST_NAME
    assert plain("Z" + "\u0336\u0489" * 20 + "al") == "Z\u0336\u0489al"
    assert plain("เที่ยว") == "เที่ยว", "two marks on a letter are a word"


@pytest.mark.parametrize("name", ["\u0336\u0489", "\u200b\u200b", "\u1160", " \t "])
def test_a_name_of_which_nothing_would_be_seen_is_none(name: str) -> None:
    assert plain(name) == ""
