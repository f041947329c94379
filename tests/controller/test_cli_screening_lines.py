"""The page of screening in lines that are only added: numbers, and one line for an answer."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from screen_fake import AWAKE, SCREENING, SHORT, asked, screening, shot

from controller.core.events import Answer, Command, Said
from controller.faces.cli.plain import Plain
from controller.faces.sheet import marks_of
from controller.safety.screening import BY_ID

if TYPE_CHECKING:
    from controller.snapshot import QuestionView

NONE = Answer("screening", "none")
CHANGED = "Has anything changed since 08:10?"


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def plain(out: io.StringIO) -> Plain:
    return Plain(out, lambda: None)


def detail(row: str, *choices: str) -> QuestionView:
    return asked("screening", f"{row} detail?", choices, id=f"{row}a")


def test_a_page_is_numbered_lines_between_a_question_and_what_to_type(plain: Plain, out: io.StringIO) -> None:
    plain.hear(SCREENING)
    plain.hear(SCREENING)
    lines = out.getvalue().splitlines()
    assert lines[0] == "Does any of this hold for you?"
    assert lines[1:-1] == [f"{n:>4}  {BY_ID[row].text}" for n, row in enumerate(SHORT, 1)]
    assert "Type none" in lines[-1]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("none", (NONE,)),
        ("n", (NONE,)),
        ("N", (NONE,)),
        ("6", (Answer("C9", "yes"), NONE)),
        ("u6, 5", (Answer("C9", "unsure"), Answer("C4", "yes"), NONE)),
        ("1 6", (Answer("C9", "yes"), Answer("R1", "yes"))),
        ("x", (Command("stop"),)),
        ("STOP", (Command("stop"),)),
        ("11", ()),
        ("0", ()),
        ("6 none", ()),
        ("yes", ()),
        ("no", ()),
        ("", ()),
    ],
)
def test_one_line_answers_the_whole_page(plain: Plain, typed: str, words: tuple[object, ...]) -> None:
    plain.hear(SCREENING)
    assert plain.parse(typed) == words


def test_what_is_not_understood_says_what_may_be_typed(plain: Plain, out: io.StringIO) -> None:
    plain.hear(SCREENING)
    plain.parse("yes")
    assert out.getvalue().splitlines()[-1].startswith("Not understood: yes. Type none")


def test_a_detail_takes_more_than_it_offers_and_stands_before_the_page(
    plain: Plain, out: io.StringIO
) -> None:
    plain.hear(SCREENING)
    plain.hear(shot(questions=(detail("C15", "today", "unsure"), *SCREENING.questions)))
    assert out.getvalue().splitlines()[-1] == "C15 detail? Or unsure."
    assert plain.parse("t") == (Answer("C15a", "today"),)
    assert plain.parse("20 h neck") == (Answer("C15a", "20 h neck"),)
    plain.hear(Said("question", {"question": "C15a", "kind": "screening", "text": "No date. C15 detail?"}))
    assert out.getvalue().splitlines()[-1] == "No date. C15 detail?"


def test_c18_takes_its_own_answers_and_no_none(plain: Plain) -> None:
    plain.hear(AWAKE)
    assert plain.parse("none") == ()
    assert plain.parse("y") == (Answer("C18", "yes"),)


def test_after_a_change_the_new_rows_have_the_next_numbers_and_nobody_said_no_to_them(
    plain: Plain, out: io.StringIO
) -> None:
    plain.hear(screening("S12", "C9", texts={"S12": CHANGED}))
    assert plain.parse("1") == (Answer("S12", "yes"),)
    plain.hear(screening("R1", "C9"))
    assert f"   3  {BY_ID['R1'].text}" in out.getvalue().splitlines()
    assert plain.parse("1") == (), "that one is answered"
    assert plain.parse("1 2") == (Answer("C9", "yes"), NONE)
    assert plain.parse("3") == (Answer("R1", "yes"),)


def test_one_row_that_is_left_of_a_page_is_not_asked_for_itself(plain: Plain, out: io.StringIO) -> None:
    plain.hear(SCREENING)
    before = out.getvalue()
    plain.hear(screening("C20"))
    assert out.getvalue() == before


def test_marks_are_numbers_up_to_the_last_line() -> None:
    assert marks_of("none", 3) == {}
    assert marks_of("1,u3", 3) == {1: "yes", 3: "unsure"}
    assert marks_of("4", 3) is None
    assert marks_of("", 3) is None
