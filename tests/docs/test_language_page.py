"""The tables of the language reference say what the code holds."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, get_args

import pytest
from doc_pages import ROOT, rows
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from controller.safety import LIMITS
from controller.safety.limits import NO_PERCUSSION, NO_STILL, PC11_SOFT, REGIONS
from protocols.body import ADJACENT, AREAS, known_place
from protocols.diagnostics import Code
from protocols.language.model import SOFT_LIMITS, STEPS, FileModel, OptionModel, keys_of
from protocols.no_places import instead
from protocols.units import (
    HEAT_LEVELS,
    STRENGTH_LEVELS,
    QuantityError,
    read_duration,
    read_force,
    read_strength,
    read_temperature,
    write_duration,
    write_temperature,
)

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = ROOT / "docs" / "reference" / "language.md"
WORDS = re.compile("`([^`]+)`")
READERS: dict[str, Callable[[str], object]] = {
    "duration": read_duration,
    "temperature": read_temperature,
    "strength": read_strength,
    "force": read_force,
}


def plain(cell: str) -> str:
    return cell.strip("`")


def test_quantities_are_read_as_the_page_writes_them() -> None:
    table = rows(PAGE, "## Values")
    assert len(table) == len(READERS)
    for name, write, wrong in table:
        read = READERS[name.split(",")[0]]
        for text in WORDS.findall(write):
            read(text)
        for text in WORDS.findall(wrong):
            with pytest.raises(QuantityError):
                read(text)


def test_levels_are_those_of_the_code() -> None:
    code = [(f"`{level}`", write_temperature(value)) for level, value in HEAT_LEVELS.items()]
    code += [(f"`{level}`", f"{value:.0%}".replace("%", " %")) for level, value in STRENGTH_LEVELS.items()]
    assert [(row[0], row[1]) for row in rows(PAGE, "### Levels")] == code


@pytest.mark.parametrize(
    ("heading", "model"),
    [("## The file", FileModel), ("### options", OptionModel)]
    + [(f"### {verb}", model) for verb, model in STEPS.items()],
)
def test_keys_and_their_defaults_are_those_of_the_model(heading: str, model: type[BaseModel]) -> None:
    table = {plain(key): default for key, default, _ in rows(PAGE, heading)}
    assert tuple(table) == keys_of(model)
    for name, field in model.model_fields.items():
        shown = table[field.alias or name]
        if field.is_required():
            assert shown == "required", name
        else:
            assert shown == default_of(field.default), name


def default_of(default: object) -> str:
    """`–` where nothing stands in; counts of milliseconds are over 99, how often is at most that."""
    if default in (None, [], {}) or default is PydanticUndefined or isinstance(default, BaseModel):
        return "–"
    if isinstance(default, float):
        return f"`{write_temperature(default)}`"
    return f"`{write_duration(default) if isinstance(default, int) and default > 99 else default}`"


def test_limits_of_a_file_are_the_soft_ones() -> None:
    code = [
        (
            f"`{key}`",
            f"`{write_temperature(soft) if key == 'heat' else write_duration(round(soft * 1000))}`",
            limit,
        )
        for key, (limit, soft) in SOFT_LIMITS.items()
    ]
    assert [(row[0], row[1], row[2]) for row in rows(PAGE, "### Limits of a file")] == code


def test_verbs_are_those_of_the_code() -> None:
    assert [WORDS.findall(row[0])[0] for row in rows(PAGE, "## Steps")] == list(STEPS)


def test_areas_points_and_neighbours_are_those_of_the_body() -> None:
    code = [[area, ", ".join(points), ", ".join(sorted(ADJACENT[area]))] for area, points in AREAS.items()]
    assert rows(PAGE, "## Places") == code


def test_other_names_are_known_or_refused_as_the_page_says() -> None:
    text = PAGE.read_text(encoding="utf-8")
    told = re.search(r"Where a place has.*?\n\n", text, re.DOTALL)
    assert told
    known, two, none = re.split(r"A name for two places|or for none", told[0])
    assert all(known_place(name) for name in WORDS.findall(known))
    refused = WORDS.findall(two) + WORDS.findall(none)
    assert len(refused) == 4
    assert all(instead(name) and not known_place(name) for name in refused)


def test_percussion_at_each_point_is_that_of_the_table_of_regions() -> None:
    code = []
    for point, region in REGIONS.items():
        none = region.soft == 0
        also = "by hand alone" if none else "moving alone" if point in NO_STILL else ""
        most = "none" if none else f"{region.soft:.0%}".replace("%", " %")
        code.append([point, most, "–" if none else write_duration(region.bout_ms), also])
    assert rows(PAGE, "### Percussion at a point") == code
    assert {row[0] for row in code if row[1] == "none"} >= NO_PERCUSSION


@pytest.mark.parametrize("head", ["at most", "at least"])
def test_limits_are_those_of_the_code(head: str) -> None:
    table = re.search(
        rf"\| id \| what \| {head} \|\n\|[-|]+\|\n((?:\|.*\n)+)", PAGE.read_text(encoding="utf-8")
    )
    assert table
    for line in table[1].splitlines():
        limit, what, number = (cell.strip() for cell in line.split("|")[1:-1])
        soft = {shown(row.soft, row.unit) for row in LIMITS if row.id == limit and row.soft is not None}
        assert number in soft, (limit, what, soft)


def shown(soft: float, unit: str) -> str:
    if unit == "s":
        return write_duration(round(soft * 1000))
    if unit == "°C":
        return write_temperature(soft)
    return f"{soft:.0%}".replace("%", " %") if unit == "fraction" else f"{math.floor(soft)}"


def test_force_by_area_is_that_of_the_code() -> None:
    found = re.findall(r"^\| PC11 \| (.+?) \| (\d+) N \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {area: float(force) for area, force in found} == PC11_SOFT


def test_every_limit_that_a_plan_can_break_is_named() -> None:
    text = PAGE.read_text(encoding="utf-8")
    in_a_run_or_for_a_device = {"HT2", "HT11", "HT15", "HT16", "HT19", "HT20", "PC9", "PC10", "SE8"}
    in_a_run_or_for_a_device |= {"LE1", "LE2", "LE3", "LE4"}
    by_point = {"PC13"}
    of_this_file_alone = (row for row in LIMITS if "check" in row.where and "ledger" not in row.where)
    for row in of_this_file_alone:
        if row.id not in in_a_run_or_for_a_device | by_point | {"PC8", "SE9"} and not row.id.startswith("PF"):
            assert re.search(rf"\b{row.id}\b", text), row.id


def test_codes_are_those_of_the_code() -> None:
    assert [plain(code) for code, _ in rows(PAGE, "## What check says")] == list(get_args(Code))
