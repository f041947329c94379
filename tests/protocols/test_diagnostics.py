from __future__ import annotations

import pytest

from protocols.diagnostics import (
    Diagnostic,
    Span,
    diagnose,
    first_ones,
    nearest,
    printable,
    quoted,
    render,
    width,
)


def _at(column: int, end_column: int, line: int = 3) -> Diagnostic:
    return diagnose("value", "a.yaml", Span(line, column, line, end_column), "no good", "write better")


def test_text_has_place_code_message_line_caret_and_help() -> None:
    assert render(_at(5, 7), "at: 60").splitlines() == [
        "a.yaml:3:5: value: no good",
        "    at: 60",
        "        ^^",
        "  help: write better",
    ]


@pytest.mark.parametrize(
    ("line", "column", "caret_at"),
    [
        ("title: 首こり 60", 12, 14),  # three wide characters take six columns
        ("title: e\u0301e\u0301 60", 13, 10),  # two combining accents take none
        ("\u200bx: 60", 5, 3),  # a zero-width space takes none
        ("x:\t60", 4, 3),  # a tab is shown as one space
    ],
)
def test_the_caret_stands_under_the_place(line: str, column: int, caret_at: int) -> None:
    shown = render(_at(column, column + 2), line).splitlines()
    assert shown[2].removeprefix("    ") == " " * caret_at + "^^"


def test_a_wide_place_gets_a_wide_caret() -> None:
    assert render(_at(4, 6), "x: 首首").splitlines()[2] == "    " + "   ^^^^"


def test_an_empty_place_gets_one_caret() -> None:
    assert render(_at(4, 4), "x: ").splitlines()[2].endswith("   ^")


def test_a_long_line_is_cut_around_the_caret() -> None:
    shown = render(_at(5_001, 5_003), "a" * 5_000 + "60" + "b" * 5_000).splitlines()
    assert len(shown[1]) < 200
    assert shown[1][shown[2].index("^") :].startswith("60")


def test_nothing_of_a_file_can_drive_the_terminal() -> None:
    text = render(diagnose("value", "a\x1b[2J.yaml", Span(), "bad \x1b]0;x\x07", "\x9b"), "x\x1b[31m\u202e")
    assert not set(text) & {"\x1b", "\x07", "\x9b", "\u202e"}


def test_width_counts_columns() -> None:
    assert (width("ab"), width("首"), width("e\u0301")) == (2, 2, 1)


def test_quoted_is_one_short_line() -> None:
    assert quoted("a\n b") == '"a b"'
    assert len(quoted("x" * 10_000)) <= 42


def test_printable_keeps_words_of_any_language() -> None:
    assert printable("Schulter 首 °C") == "Schulter 首 °C"


def test_json_has_the_keys_of_the_contract() -> None:
    assert list(_at(5, 7).to_json()) == [
        "severity", "code", "file", "line", "column", "end_line", "end_column", "message", "help",
    ]  # fmt: skip


def test_json_of_a_limit_says_which_and_how_much() -> None:
    limit = Diagnostic(
        severity="error", code="limit", file="a", line=1, column=1, end_line=1, end_column=2,
        message="m", help="h", limit="HT1", asked=42.0, allowed=41.0,
    )  # fmt: skip
    shown = limit.to_json()
    assert (shown["limit"], shown["asked"], shown["allowed"]) == ("HT1", 42.0, 41.0)


def test_the_first_fifty_are_kept_in_order() -> None:
    many = [_at(1, 2, line) for line in range(80, 0, -1)]
    assert [d.line for d in first_ones(many)] == list(range(1, 51))


def test_nearest_suggests_only_what_is_near() -> None:
    assert nearest("pres", ["press", "rest"]) == "press"
    assert nearest("xyzzy", ["press", "rest"]) is None
    assert nearest("p" * 100_000, ["press"]) is None
