"""Screening, section 4 of `safety.md`: the questions as data, their asking, what answers come to. Pure.

`rows_for(plan, known, now_s)` tells what to ask, `Screening(asked, now_s)` asks it, and `judge(answers,
now_s)` what stands. Times are seconds since 1970 as UTC; they come in, since no clock is read here.
"""

from __future__ import annotations

from controller.safety.screening.answers import Answer, AnswerError, age_of, clock, current
from controller.safety.screening.asking import (
    ALL_OPEN,
    CHANGED,
    Asked,
    Known,
    Question,
    Screening,
    long_form,
    long_form_due,
    rows_for,
)
from controller.safety.screening.judge import Screened, instead, judge
from controller.safety.screening.rows import BY_ID, ROWS, Row

__all__ = [
    "ALL_OPEN",
    "BY_ID",
    "CHANGED",
    "ROWS",
    "Answer",
    "AnswerError",
    "Asked",
    "Known",
    "Question",
    "Row",
    "Screened",
    "Screening",
    "age_of",
    "clock",
    "current",
    "instead",
    "judge",
    "long_form",
    "long_form_due",
    "rows_for",
]  # fmt: skip
