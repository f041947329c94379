"""The gate: every guard at both sides of its boundary, by its own id, and what happens without it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from gate_cases import CASES, Case, heating, pressing
from hypothesis import given
from hypothesis import strategies as st

from controller.safety import LIMITS, Request, Sample, admit, gate


def answer(case: Case) -> str | None:
    refusal = admit(case.request, case.view)
    return None if refusal is None else refusal.limit


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_case_is_answered_by_its_row(case: Case) -> None:
    assert answer(case) == case.limit


@pytest.mark.parametrize("case", [c for c in CASES if c.guard and c.alone], ids=lambda case: case.name)
def test_without_its_guard_the_case_would_pass(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "GUARDS", tuple(g for g in gate.GUARDS if g.__name__ != case.guard))
    assert answer(case) is None


@pytest.mark.parametrize("guard", gate.GUARDS, ids=lambda guard: guard.__name__)
def test_every_guard_has_a_case_that_it_alone_refuses(guard: Any) -> None:
    assert [c for c in CASES if c.guard == guard.__name__ and c.alone]


def test_every_row_that_the_gate_names_stands_in_the_table() -> None:
    known = {row.id for row in LIMITS} | {"plan", "device", "missing"}
    assert {case.limit for case in CASES if case.limit} <= known


ANY_FLOAT = st.floats(allow_nan=True, allow_infinity=True) | st.none()
ANY_INT = st.integers(-(10**9), 10**9) | st.none()


@given(ANY_FLOAT, ANY_FLOAT, ANY_INT, ANY_INT, ANY_INT, ANY_FLOAT, ANY_FLOAT, st.booleans())
def test_whatever_is_asked_it_answers_and_lets_no_wild_number_pass(
    setpoint: Any, actual: Any, now: Any, started: Any, present: Any, paused: Any, worst: Any, hot: bool
) -> None:
    request, view = heating() if hot else pressing()
    role = request.role
    facts: dict[str, Any] = {
        "now_ms": now, "started_ms": started, "present_ms": present, "paused_ms": paused,
        "worst_rating": worst, "samples": {role: Sample(actual, 0)},
    }  # fmt: skip
    refusal = admit(Request(role, setpoint, 1), replace(view, **facts))
    if refusal is not None or setpoint == 0:
        return
    numbers = [setpoint, actual, now, started, paused] + ([present] if hot else [])
    assert all(number is not None and math.isfinite(number) for number in numbers)
    assert worst is None or worst < 8
    assert setpoint <= (42.0 if hot else 3200.0)
