"""Section 4 of `safety.md`, typed a second time: every row, and what every answer comes to."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.safety import profiles
from controller.safety.screening import BY_ID, ROWS, Answer, Screened, judge
from controller.safety.screening.answers import EVERYWHERE, VALUES
from controller.safety.standing import Standing, Touch, block_of
from protocols.body import AREA_OF, AREAS

NOW = 1_800_000_000.0
HOUR = 3600.0
TOUCHES: tuple[Touch, ...] = ("heat", "percussion", "pressure")
NECK = frozenset({"suboccipitals"})

# id: form, blocking answer, override, what an unsure answer about the neck alone keeps away ("!": emergency).
TABLE = {
    "R1": ("S", "yes", "no", "!"),
    "R2": ("S", "yes", "no", "!"),
    "R3": ("S", "yes", "no", "!"),
    "R4": ("S", "yes", "no", "!"),
    "R5": ("F", "yes", "clin", "any"),
    "R6": ("F", "yes", "clin", "any"),
    "R7": ("F", "yes", "clin", "any"),
    "R8": ("F", "yes", "clin", "any"),
    "R9": ("F", "yes", "no", "!"),
    "R10": ("F", "yes", "clin", "any"),
    "R11": ("F", "yes", "warn", ""),
    "C1": ("S", "yes", "clin", "heat: upper back, lower back, hips, glutes;"
           " percussion: upper back, lower back, hips, glutes, adductors"),
    "C2": ("F", "yes", "clin", "heat: neck; percussion: neck"),
    "C3": ("F", "yes", "clin", ""),
    "C4": ("S", "yes", "no", "heat: all"),
    "C5": ("F", "yes", "clin", "percussion: all; pressure: all"),
    "C6": ("F", "yes", "no", "!"),
    "C7": ("F", "yes", "clin", "percussion: all; heat: neck; pressure: neck"),
    "C8": ("F", "yes", "clin", "heat: neck; percussion: neck"),
    "C9": ("S", "yes", "no", "heat: neck; percussion: neck; pressure: neck"),
    "C10": ("S", "yes", "no", "heat: neck; percussion: neck"),
    "C11": ("F", "yes", "clin", "percussion: neck, upper back, lower back, hips"),
    "C12": ("F", "yes", "clin", "heat: all"),
    "C13": ("S", "yes", "clin", "percussion: all"),
    "C14": ("S", "yes", "no", "heat: neck; percussion: neck; pressure: neck"),
    "C15": ("S", "yes", "clin", "heat: neck; percussion: neck; pressure: neck"),
    "C16": ("S", "yes", "clin", "percussion: all"),
    "C17": ("F", "yes", "clin", "percussion: all"),
    "C18": ("S", "no", "no", "any"),
    "C19": ("F", "yes", "no", "percussion: neck, upper trapezius"),
    "C20": ("S", "yes", "no", "heat: neck"),
}  # fmt: skip
TIGHTER = {
    "R10": {"PF3", "PF4"}, "C1": {"PF5"}, "C2": {"PF1"}, "C3": {"PF2"}, "C4": {"PF10"}, "C5": {"PF6"},
    "C11": {"PF7"}, "C12": {"PF8"}, "C13": {"PC8"},
}  # fmt: skip


def answer(row: str, value: str, detail: str | None = None, hours_ago: float = 0.0) -> Answer:
    [told] = [each for each in VALUES if each == value]
    about = NECK if any(stop.here for stop in BY_ID[row].stops) else None
    return Answer(
        row=row, value=told, at_s=NOW - hours_ago * HOUR, by="Ana", version="1", detail=detail, asked=about
    )


def kept_away(screened: Screened) -> set[tuple[str, str]]:
    standing = Standing(blocks=screened.blocks)
    return {(t, p) for t, p in product(TOUCHES, EVERYWHERE) if block_of(standing, t, p) is not None}


def expected(told: str) -> set[tuple[str, str]]:
    if told in {"!", "any"}:
        return set(product(TOUCHES, EVERYWHERE))
    found: set[tuple[str, str]] = set()
    for part in filter(None, told.split("; ")):
        touch, _, places = part.partition(": ")
        for place in EVERYWHERE if places == "all" else places.split(", "):
            found |= {(touch, point) for point in AREAS.get(place, (place,))}
    return found


def test_the_rows_are_those_of_the_table_in_its_order() -> None:
    assert [row.id for row in ROWS] == list(TABLE)


@pytest.mark.parametrize("row", TABLE)
def test_form_blocking_answer_and_override_are_as_written(row: str) -> None:
    each = BY_ID[row]
    assert (each.form, each.blocking, each.override) == TABLE[row][:3]


@pytest.mark.parametrize("row", TABLE)
def test_the_blocking_answer_and_unsure_keep_away_what_is_written(row: str) -> None:
    for value in {TABLE[row][1], "unsure"}:
        found = judge([answer(row, value)], NOW)
        assert kept_away(found) == expected(TABLE[row][3]), value
        assert {each.row for each in found.tightenings} == TIGHTER.get(row, set())
        assert (found.emergency is not None) == (TABLE[row][3] == "!")
        assert found.emergency or not found.blocks or BY_ID[row].message in (found.refused or "")
        assert {block.row for block in found.blocks} <= {row}
        assert all(block.clinician == (TABLE[row][2] == "clin") for block in found.blocks)


@pytest.mark.parametrize("row", TABLE)
def test_the_other_answer_comes_to_nothing(row: str) -> None:
    other = "no" if TABLE[row][1] == "yes" else "yes"
    assert judge([answer(row, other)], NOW) == Screened()


@pytest.mark.parametrize("row", TABLE)
def test_a_row_is_short_plain_and_says_what_to_do(row: str) -> None:
    each = BY_ID[row]
    assert len(each.text) <= 110
    assert each.text.endswith("?")
    assert each.message.endswith(".")
    assert not any(word in each.text for word in ("cauda", "DVT", "ICD", "neuropathy", "radiculopathy"))


@pytest.mark.parametrize("row", [row.id for row in ROWS if row.detail is not None])
def test_with_no_detail_or_an_unsure_one_a_yes_is_as_strict_as_unsure(row: str) -> None:
    unsure = judge([answer(row, "unsure")], NOW)
    assert judge([answer(row, "yes")], NOW) == judge([answer(row, "yes", "unsure")], NOW) == unsure


@pytest.mark.parametrize(
    ("row", "detail", "told", "tighter"),
    [
        ("R10", "17", "any", {"PF4"}),
        ("R10", "18", "", set()),
        ("R10", "64", "", set()),
        ("R10", "65", "", {"PF3"}),
        ("C2", "glutes", "heat: glutes; percussion: glutes", {"PF1"}),
        ("C2", "none", "", {"PF1"}),
        ("C6", "no", "heat: thighs, glutes, hips; percussion: thighs, glutes, hips;"
                     " pressure: thighs, glutes, hips", set()),
        ("C6", "yes", "!", set()),
        ("C7", "none", "percussion: all", set()),
        ("C8", "hips, piriformis", "heat: hips, piriformis; percussion: hips, piriformis", set()),
        ("C13", "no", "", {"PC8"}),
        ("C14", "no", "heat: neck", set()),
    ],
)  # fmt: skip
def test_a_detail_eases_as_far_as_written_and_no_further(
    row: str, detail: str, told: str, tighter: set[str]
) -> None:
    found = judge([answer(row, "yes", detail)], NOW)
    assert kept_away(found) == expected(told)
    assert {each.row for each in found.tightenings} == tighter


@pytest.mark.parametrize(
    ("hours", "told", "tighter"),
    [
        (0.0, "heat: neck; percussion: neck; pressure: neck", set()),
        (23.99, "heat: neck; percussion: neck; pressure: neck", set()),
        (24.0, "percussion: neck; pressure: neck", {"PF9"}),
        (47.99, "percussion: neck; pressure: neck", {"PF9"}),
        (48.0, "", set()),
    ],
)
def test_a_needled_place_is_left_alone_for_a_day_and_gentle_for_two(
    hours: float, told: str, tighter: set[str]
) -> None:
    found = judge([answer("C15", "yes", f"@{NOW - hours * HOUR:.0f}")], NOW)
    assert kept_away(found) == expected(told)
    assert {each.row for each in found.tightenings} == tighter
    assert all(each.places == NECK and each.heat_soft == 38.0 for each in found.tightenings)


def test_a_needled_place_by_name_is_the_one_that_is_kept() -> None:
    found = judge([answer("C15", "yes", f"@{NOW:.0f} at thighs")], NOW)
    assert {point for _, point in kept_away(found)} == set(AREAS["thighs"])


def test_somebody_who_grows_older_comes_under_the_row_by_the_earliest_birthday() -> None:
    told = answer("R10", "no", "64", hours_ago=24.0)
    assert judge([told], NOW).tightenings == (profiles.OVER_65,)


def test_the_last_answer_about_a_place_stands_and_other_places_keep_theirs() -> None:
    yes = answer("C9", "yes", hours_ago=2)
    elsewhere = Answer(
        row="C9", value="no", at_s=NOW, by="Ana", version="1", asked=frozenset(AREAS["thighs"])
    )
    assert judge([yes, elsewhere], NOW).blocks == judge([yes], NOW).blocks
    assert judge([yes, answer("C9", "no")], NOW).blocks == ()


def test_a_clinician_lifts_what_may_be_lifted_and_nothing_else() -> None:
    for row in TABLE:
        found = judge([answer(row, TABLE[row][1])], NOW)
        lifted = Standing(blocks=found.blocks, raised=True)
        stays = any(block_of(lifted, t, p) for t, p in product(TOUCHES, EVERYWHERE))
        assert stays == (bool(found.blocks) and TABLE[row][2] == "no"), row


def test_where_a_burn_is_not_felt_nobody_lifts_heat_that_nobody_measures() -> None:
    found = judge([answer("C2", "yes", "glutes")], NOW)
    lifted = Standing(blocks=found.blocks, raised=True)
    assert block_of(lifted, "heat", "piriformis") is None
    for name in ("glutes", "piriformis"):
        stays = block_of(lifted, "heat", name, unmeasured=True)
        assert stays is not None
        assert (stays.row, "39 °C" in stays.message) == ("C2", True)
    assert block_of(lifted, "heat", "rhomboids", unmeasured=True) is None, "felt there"
    assert block_of(lifted, "percussion", "glutes", unmeasured=True) is None
    plain = block_of(Standing(blocks=found.blocks), "heat", "glutes", unmeasured=True)
    assert plain is not None
    assert plain.message == BY_ID["C2"].message


def test_heat_that_nobody_measures_is_kept_away_for_no_other_row() -> None:
    for row in TABLE:
        found = judge([answer(row, TABLE[row][1])], NOW)
        lifted = Standing(blocks=found.blocks, raised=True)
        stays = any(block_of(lifted, "heat", each, unmeasured=True) for each in EVERYWHERE)
        assert stays == (any(block_of(lifted, "heat", each) for each in EVERYWHERE) or row == "C2"), row


ANSWERS = st.lists(
    st.builds(
        answer,
        st.sampled_from(sorted(TABLE)),
        st.sampled_from(VALUES),
        st.none(),
    ),
    max_size=8,
    unique_by=lambda each: each.row,
)


@settings(max_examples=150, deadline=None)
@given(ANSWERS, st.sampled_from(sorted(TABLE)), st.sampled_from(VALUES))
def test_one_more_answer_never_loosens_anything(answers: list[Answer], row: str, value: str) -> None:
    before = [each for each in answers if each.row != row]
    less, more = judge(before, NOW), judge([*before, answer(row, value)], NOW)
    unsure = judge([*before, answer(row, "unsure")], NOW)
    assert kept_away(less) <= kept_away(more) <= kept_away(unsure)
    assert set(less.tightenings) <= set(more.tightenings) <= set(unsure.tightenings)


def test_every_point_of_the_body_is_known_to_the_table() -> None:
    assert set(AREA_OF) == EVERYWHERE
