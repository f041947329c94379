"""Names of places: what else people call them, and what is said of those that are none."""

from __future__ import annotations

import re

import pytest

from protocols.body import AREA_OF, AREAS, OTHER_NAMES, known_place, plain_name
from protocols.language import compile_text
from protocols.no_places import HELP, instead

OURS = {*AREAS, *AREA_OF}


def help_for(name: str) -> str:
    (d,) = compile_text(f"unknot: 1\ntitle: t\nsteps:\n  - rate: {name}\n").diagnostics
    assert (d.code, d.line, d.column) == ("unknown-place", 4, 11)
    return d.help


def test_every_other_name_is_one_place_in_any_letter_case() -> None:
    for other, name in OTHER_NAMES.items():
        assert name in OURS
        assert known_place(other.upper()) == name


def test_the_names_of_the_language_are_among_them() -> None:
    found = {name: known_place(name) for name in ("middle trapezius", "multifidus", "QL", "TFL")}
    assert list(found.values()) == [
        "rhomboids", "erector spinae", "quadratus lumborum", "tensor fasciae latae",
    ]  # fmt: skip


def test_no_name_is_two_things() -> None:
    assert not set(HELP) & {*OURS, *OTHER_NAMES}
    assert not set(OTHER_NAMES) & OURS
    assert all(name == plain_name(name) for name in (*HELP, *OTHER_NAMES))


def test_every_name_that_is_none_is_refused_with_words_of_its_own() -> None:
    for name, told in HELP.items():
        assert known_place(name) is None
        assert help_for(name) == told


def test_what_is_advised_instead_is_a_place() -> None:
    for told in set(HELP.values()):
        if told.startswith("write "):
            assert any(re.search(rf"\b{place}\b", told) for place in OURS), told


@pytest.mark.parametrize(
    ("name", "both"),
    [
        ("quads", ["rectus femoris", "vastus lateralis"]), ("Traps", ["upper trapezius", "rhomboids"]),
        ("paraspinals", ["thoracic paraspinals", "erector spinae"]), ("back", ["upper back", "lower back"]),
        ("hip flexors", ["iliopsoas", "rectus femoris"]),
    ],
)  # fmt: skip
def test_a_name_for_two_names_both(name: str, both: list[str]) -> None:
    assert all(each in help_for(name) for each in both)


@pytest.mark.parametrize(
    "zone",
    [
        "head", "face", "eyes", "ears", "front of the neck", "side of the neck", "throat", "SCM", "spine",
        "sacrum", "coccyx", "kidneys", "chest", "sternum", "ribs", "axilla", "breast", "abdomen", "groin",
        "genitals",
        "popliteal fossa", "back of the knee", "greater trochanter", "iliac crest", "knee", "elbow", "ankle",
        "shin", "the spine", "The  Knee",
    ],
)  # fmt: skip
def test_a_forbidden_zone_is_said_to_be_one_and_why(zone: str) -> None:
    assert re.fullmatch("never worked here: .{12,}", help_for(zone))


def test_what_nobody_heard_of_is_answered_with_the_areas() -> None:
    assert instead("warp core") is None
    assert all(area in help_for("warp core") for area in AREAS)
