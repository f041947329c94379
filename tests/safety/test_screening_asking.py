"""Which rows are asked before which plan, and the asking one answer after another."""

from __future__ import annotations

import pytest

from controller.safety import verify
from controller.safety.screening import (
    ALL_OPEN,
    BY_ID,
    CHANGED,
    ROWS,
    Answer,
    AnswerError,
    Known,
    Screening,
    instead,
    long_form,
    rows_for,
)  # fmt: skip
from controller.safety.standing import Standing
from protocols.plan import Heat, Place, Plan, Press, Rest, Strength

NOW = 1_799_971_200.0 + 8 * 3600 + 10 * 60  # 08:10
HOUR = 3600.0


def heat(name: str) -> Heat:
    return Heat(
        number=1, path="1", line=1, place=Place(name, "left"), role="pad", to=39, hold_ms=1, within_ms=1
    )


def press(name: str, role: str | None = "gun") -> Press:
    return Press(
        number=1, path="1", line=1, place=Place(name, "left"), role=role, at=Strength(0.2), hold_ms=1,
        move="circles", force=None,
    )  # fmt: skip


def plan(*segments: Heat | Press | Rest) -> Plan:
    return Plan(title="T", roles={}, segments=segments, track=(1,))


WARM_NECK = plan(heat("neck"))
GUN_THIGHS = plan(press("hamstrings"))
BALL_BACK = plan(press("rhomboids", None))


def known(*answers: Answer) -> Known:
    """Somebody whose long form was answered with no, this morning."""
    long = tuple(
        Answer(row=row.id, value="no", at_s=NOW - HOUR, by="Ana", version="1")
        for row in ROWS
        if row.form == "F"
    )
    return Known(answers=(*long, *answers), guest=False, by="Ana", version="1")


def ids(screening: Screening) -> list[str]:
    return [each.id for each in screening.open]


def after(first: Screening, before: Known) -> Known:
    return Known(answers=(*before.answers, *first.answers), guest=before.guest, by=before.by)


@pytest.mark.parametrize(
    ("doing", "asked"),
    [
        (WARM_NECK, "R1 R2 R3 R4 C4 C9 C10 C14 C15 C20"),
        (GUN_THIGHS, "R1 R2 R3 R4 C4 C9 C10 C13 C14 C15 C16"),
        (BALL_BACK, "R1 R2 R3 R4 C9 C14 C15"),
        (plan(Rest(number=1, path="1", line=1, hold_ms=1)), "R1 R2 R3 R4"),
    ],
)
def test_the_short_form_has_only_the_rows_that_can_matter_to_the_plan(doing: Plan, asked: str) -> None:
    assert [row.id for row in rows_for(doing, known(), NOW).page] == asked.split()


def test_a_guest_is_asked_the_rows_of_both_forms_that_can_matter() -> None:
    asked = [row.id for row in rows_for(BALL_BACK, Known(), NOW).page]
    assert asked == [
        "R1",
        "R2",
        "R3",
        "R4",
        "R5",
        "R6",
        "R7",
        "R8",
        "R9",
        "R10",
        "R11",
        "C5",
        "C6",
        "C7",
        "C9",
        "C14",
        "C15",
    ]


def test_none_and_then_awake_is_all_that_somebody_well_needs() -> None:
    screening = Screening(rows_for(WARM_NECK, known(), NOW), NOW)
    screening.take(ALL_OPEN, "none")
    assert ids(screening) == ["C18"]
    screening.take("C18", "yes")
    assert screening.done
    assert screening.open == ()
    assert (screening.result.blocks, screening.result.tightenings) == ((), ())


def test_none_does_not_answer_whether_somebody_is_awake() -> None:
    screening = Screening(rows_for(WARM_NECK, known(), NOW), NOW)
    screening.take(ALL_OPEN, "none")
    screening.take(ALL_OPEN, "none")
    assert not screening.done


@pytest.mark.parametrize("value", ["no", "unsure"])
def test_who_cannot_stop_does_not_start(value: str) -> None:
    screening = Screening(rows_for(WARM_NECK, known(), NOW), NOW)
    screening.take(ALL_OPEN, "none")
    screening.take("C18", value)
    standing = Standing(blocks=screening.result.blocks, raised=True)
    assert [each.limit for each in verify(WARM_NECK, None, standing)] == ["C18"]


@pytest.mark.parametrize("row", ["R1", "R2", "R3", "R4", "R9", "C6"])
def test_an_emergency_ends_the_asking_with_its_message_and_no_way_round(row: str) -> None:
    screening = Screening(rows_for(GUN_THIGHS, Known(), NOW), NOW)
    screening.take(row, "unsure")
    assert screening.done
    assert screening.result.emergency
    with pytest.raises(AnswerError, match="not asked now; open: nothing"):
        screening.take(row, "no")


def test_within_twelve_hours_only_a_change_is_asked_for() -> None:
    first = Screening(rows_for(WARM_NECK, known(), NOW), NOW)
    first.take(ALL_OPEN, "none")
    first.take("C18", "yes")
    again = rows_for(WARM_NECK, after(first, known()), NOW + 12 * HOUR)
    second = Screening(again, NOW + 12 * HOUR)
    assert [each.text for each in second.open] == ["Has anything changed since 08:10?"]
    second.take(CHANGED, "no")
    assert ids(second) == ["C18"]
    later = rows_for(WARM_NECK, after(first, known()), NOW + 12 * HOUR + 1)
    assert CHANGED not in ids(Screening(later, NOW + 12 * HOUR + 1))


@pytest.mark.parametrize("value", ["yes", "unsure"])
def test_a_change_leads_to_the_page(value: str) -> None:
    first = Screening(rows_for(WARM_NECK, known(), NOW), NOW)
    first.take(ALL_OPEN, "none")
    first.take("C18", "yes")
    second = Screening(rows_for(WARM_NECK, after(first, known()), NOW + HOUR), NOW + HOUR)
    second.take(CHANGED, value)
    assert {"R1", "C4", "C9", "C2"} <= set(ids(second))
    assert CHANGED not in ids(second)


def test_other_places_and_kinds_are_asked_within_twelve_hours_too() -> None:
    first = Screening(rows_for(WARM_NECK, known(), NOW), NOW)
    first.take(ALL_OPEN, "none")
    first.take("C18", "yes")
    page = [row.id for row in rows_for(GUN_THIGHS, after(first, known()), NOW + HOUR).page]
    assert page == ["C9", "C10", "C13", "C14", "C15", "C16"]


def test_the_long_form_is_asked_again_after_thirty_days() -> None:
    day = 24 * HOUR
    due = [row.id for row in rows_for(WARM_NECK, known(), NOW - HOUR + 30 * day).page if row.form == "F"]
    late = [row.id for row in rows_for(WARM_NECK, known(), NOW - HOUR + 30 * day + 1).page if row.form == "F"]
    assert due == []
    assert late == [row.id for row in ROWS if row.form == "F"]


def test_a_clock_that_stepped_back_makes_answers_asked_again() -> None:
    assert rows_for(WARM_NECK, known(), NOW - 2 * HOUR).changed == ()


def screened_yes(row: str) -> Known:
    first = Screening(rows_for(WARM_NECK, known(), NOW), NOW)
    first.take(row, "yes")
    first.take(ALL_OPEN, "none")
    if not first.done:
        first.take("C18", "yes")
    return after(first, known())


@pytest.mark.parametrize("row", ["R1", "C9", "C4"])
def test_a_blocking_answer_is_not_turned_round_without_being_confirmed(row: str) -> None:
    before = screened_yes(row)
    again = Screening(rows_for(WARM_NECK, before, NOW + HOUR), NOW + HOUR)
    again.take(CHANGED, "yes")
    again.take(ALL_OPEN, "none")
    [confirm] = again.open
    assert confirm.id == f"{row}b"
    assert "at 08:10 yes" in confirm.text
    again.take(confirm.id, "no")
    assert row in {block.row for block in again.result.blocks}


def test_a_confirmed_change_counts_and_both_answers_are_kept() -> None:
    before = screened_yes("C9")
    again = Screening(rows_for(WARM_NECK, before, NOW + HOUR), NOW + HOUR)
    again.take(CHANGED, "yes")
    again.take(ALL_OPEN, "none")
    again.take("C9b", "yes")
    again.take("C18", "yes")
    assert again.result.blocks == ()
    kept = [(each.value, each.at_s) for each in after(again, before).answers if each.row == "C9"]
    assert kept == [("yes", NOW), ("no", NOW + HOUR)]


def test_no_change_leaves_what_was_kept_away() -> None:
    again = Screening(rows_for(WARM_NECK, screened_yes("C9"), NOW + HOUR), NOW + HOUR)
    again.take(CHANGED, "no")
    again.take("C18", "yes")
    assert [block.row for block in again.result.blocks] == ["C9"]


def test_an_emergency_of_this_morning_still_stands() -> None:
    again = Screening(rows_for(WARM_NECK, screened_yes("R1"), NOW + HOUR), NOW + HOUR)
    again.take(CHANGED, "no")
    assert again.done
    assert again.result.emergency


def test_a_yes_is_followed_by_its_detail() -> None:
    screening = Screening(rows_for(WARM_NECK, known(), NOW), NOW)
    screening.take("C15", "yes")
    assert ids(screening)[:2] == ["C15a", "R1"]
    screening.take("C15a", "30 h")
    screening.take(ALL_OPEN, "none")
    screening.take("C18", "yes")
    assert [each.row for each in screening.result.tightenings] == ["PF9"]


def test_none_leaves_a_detail_open_and_the_page_may_be_handed_in_before_it() -> None:
    screening = Screening(rows_for(WARM_NECK, known(), NOW), NOW)
    screening.take("C15", "yes")
    screening.take("C14", "yes")
    screening.take(ALL_OPEN, "none")
    assert ids(screening) == ["C15a"]
    with pytest.raises(AnswerError, match="answer C15a first"):
        screening.take(ALL_OPEN, "none")
    screening.take("C15a", "30 h")
    assert ids(screening) == ["C14a"]
    screening.take("C14a", "no")
    assert ids(screening) == ["C18"]


def test_an_emergency_ends_it_and_keeps_what_was_marked_before_it_as_the_strictest() -> None:
    screening = Screening(rows_for(WARM_NECK, known(), NOW), NOW)
    screening.take("C15", "yes")
    screening.take("R1", "yes")
    assert screening.done
    assert [(each.row, each.value, each.detail) for each in screening.answers] == [
        ("R1", "yes", None),
        ("C15", "yes", None),
    ]


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("20 h", 20.0),
        ("today", 0.0),
        ("yesterday", 8 + 10 / 60),
        ("2027-01-14", 8 + 10 / 60),
        ("2027-01-15", 0.0),
        ("2027-01-14 07:10", 25.0),
        ("2024-02-29 08:10", 25224.0),
    ],
)
def test_a_date_counts_from_the_latest_that_it_can_mean(text: str, hours: float) -> None:
    screening = Screening(rows_for(WARM_NECK, known(), NOW), NOW)
    screening.take("C15", "yes")
    screening.take("C15a", text)
    [told] = screening.answers
    assert told.detail == f"@{NOW - hours * HOUR:.0f}"


@pytest.mark.parametrize(
    ("row", "value", "wanted"),
    [
        ("C15", "2027-01-16", "has not been yet"),
        ("C15", "2027-01-15 09:00", "has not been yet"),
        ("C15", "2027-13-01", "is no day"),
        ("C15", "2026-01-01 25:00", "no time of day"),
        ("C15", "last week", "write `20 h`"),
        ("C15", "20 h knee", "is no place here"),
        ("R10", "old", "such as 71"),
        ("R10", "131", "such as 71"),
        ("R10", "-3", "such as 71"),
        ("C2", "elbow", "is no place here"),
        ("C6", "maybe", "yes, no or unsure"),
    ],
)
def test_a_wrong_detail_says_what_is_wanted_and_stays_open(row: str, value: str, wanted: str) -> None:
    screening = Screening(rows_for(plan(heat("neck"), press("neck")), Known(), NOW), NOW)
    screening.take(row, "yes")
    with pytest.raises(AnswerError, match=wanted):
        screening.take(f"{row}a", value)
    assert ids(screening)[0] == f"{row}a"


@pytest.mark.parametrize(
    ("question", "value"), [("C9", "maybe"), ("C99", "yes"), (ALL_OPEN, "all"), ("C18", "yes")]
)
def test_a_wrong_answer_changes_nothing(question: str, value: str) -> None:
    screening = Screening(rows_for(WARM_NECK, known(), NOW), NOW)
    before = ids(screening)
    with pytest.raises(AnswerError):
        screening.take(question, value)
    assert ids(screening) == before
    assert screening.answers == ()


def test_an_age_once_told_is_not_asked_again() -> None:
    told = Answer(row="R10", value="yes", at_s=NOW - 9000 * HOUR, by="Ana", version="1", detail="40")
    who = Known(answers=(told,), guest=False)
    assert "R10" not in {row.id for row in rows_for(WARM_NECK, who, NOW).page}


def test_the_long_form_ends_without_asking_whether_one_is_awake() -> None:
    screening = Screening(long_form(Known(guest=False)), NOW)
    assert ids(screening) == [row.id for row in ROWS if row.form == "F"]
    screening.take(ALL_OPEN, "none")
    assert screening.done


def test_a_question_says_where_here_is() -> None:
    texts = {each.id: each.text for each in Screening(rows_for(GUN_THIGHS, known(), NOW), NOW).open}
    assert "here (thighs)" in texts["C10"]


def test_what_helps_without_a_device_is_told_by_area() -> None:
    assert [line.partition(":")[0] for line in instead(plan(heat("neck"), press("hamstrings")))] == [
        "neck", "thighs",
    ]  # fmt: skip


def test_an_emergency_of_the_long_form_is_asked_for_again_before_the_next_session() -> None:
    torn = Answer(row="R9", value="yes", at_s=NOW - HOUR, by="Ana", version="1")
    screening = Screening(rows_for(WARM_NECK, known(torn), NOW), NOW)
    assert "R9" in ids(screening)
    screening.take(ALL_OPEN, "none")
    assert ids(screening) == ["R9b"]
    screening.take("R9b", "unsure")
    assert screening.done
    assert screening.result.emergency
    later = Screening(rows_for(WARM_NECK, known(torn), NOW + 12 * HOUR), NOW + 12 * HOUR)
    later.take(ALL_OPEN, "none")
    later.take("R9b", "yes")
    assert ids(later) == ["C18"]


def of_last_month(row: str, detail: str | None = None, days: float = 40) -> Known:
    """Somebody whose long form was no but for that row."""
    at_s = NOW - 24 * days * HOUR
    given = {each.id: Answer(row=each.id, value="no", at_s=at_s, by="Ana", version="1") for each in ROWS}
    given[row] = Answer(row=row, value="yes", at_s=at_s, by="Ana", version="1", detail=detail)
    return Known(answers=tuple(each for each in given.values() if BY_ID[each.row].form == "F"), guest=False)


@pytest.mark.parametrize("row", ["C7", "C2", "C5"])
@pytest.mark.parametrize("sure", ["yes", "no"])
def test_a_none_a_month_later_does_not_turn_round_what_the_long_form_told(row: str, sure: str) -> None:
    who = of_last_month(row)
    screening = Screening(rows_for(WARM_NECK, who, NOW), NOW)
    screening.take(ALL_OPEN, "none")
    [confirm] = screening.open
    assert (confirm.id, "You said earlier yes" in confirm.text) == (f"{row}b", True)
    screening.take(confirm.id, sure)
    blocked = {block.row for block in screening.result.blocks}
    assert (row in blocked) == (sure == "no")
    screening.take("C18", "yes")
    again = rows_for(WARM_NECK, after(screening, who), NOW + 24 * HOUR)
    assert row not in {each.id for each in again.page}, "it stands for a month more"


def test_an_age_is_not_among_what_may_have_changed_so_that_a_none_never_loses_it() -> None:
    who = of_last_month("R10", "71", days=3)
    first = Screening(rows_for(WARM_NECK, who, NOW), NOW)
    first.take(ALL_OPEN, "none")
    first.take("C18", "yes")
    again = Screening(rows_for(WARM_NECK, after(first, who), NOW + HOUR), NOW + HOUR)
    again.take(CHANGED, "yes")
    assert "R10" not in ids(again)
    again.take(ALL_OPEN, "none")
    assert {each.row for each in again.result.tightenings} == {"PF3"}
