"""What is measured of the gate is let pass, and told against its floor."""

from __future__ import annotations

import pytest

from bench.work import gate
from controller.safety import PLAIN, admit
from controller.safety.past import before


@pytest.mark.parametrize(("role", "setpoint"), [("pad", 36.5), ("gun", 1500.0)])
def test_what_is_measured_passes_every_guard_and_a_past_is_looked_at(role: str, setpoint: float) -> None:
    body = gate.somebody()
    for standing in (PLAIN, body):
        assert admit(*gate.in_the_middle(role, setpoint, standing)) is None
    assert len(before(body.past).earlier) == 26


def test_each_line_has_microseconds_and_a_ratio(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gate, "CALLS", 20)
    gate.main()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    for line in lines:
        assert " µs " in line
        assert float(line.split()[-3]) > 0
