"""The page of the questions has every row, word for word."""

from __future__ import annotations

from doc_pages import ROOT, rows

from controller.safety.screening import ROWS

LIFTED = {"no": "nobody", "clin": "a clinician", "warn": "–"}


def test_the_page_lists_every_row_with_its_form_words_and_who_may_lift_it() -> None:
    shown = rows(ROOT / "docs" / "reference" / "screening.md", "## The rows")
    assert [(row[0], row[1], row[2], row[4]) for row in shown] == [
        (row.id, row.form, row.text, LIFTED[row.override]) for row in ROWS
    ]
