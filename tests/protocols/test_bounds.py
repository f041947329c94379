from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from protocols import Load, bounds, cem43
from protocols.language import compile_text

if TYPE_CHECKING:
    from protocols.plan import Plan

HEAD = "unknot: 1\ntitle: t\nneeds: {pad: heat, gun: percussion}\nsteps:\n"


def plan_of(text: str) -> Plan:
    compiled = compile_text(HEAD + text)
    assert compiled.plan is not None, compiled.diagnostics
    return compiled.plan


@pytest.mark.parametrize(
    ("text", "shortest", "longest"),
    [
        ("- rest: 5 s\n- say: x\n- rate: ql\n- ask: q\n", 5, 5),
        ("- {heat: neck, to: low, for: 60 s, within: 30 s}\n", 60, 90),
        ("- {cool: pad, within: 30 s}\n", 0, 30),
        ("- {press: ql, side: both, with: hand, for: 5 s, between: 7 s}\n", 17, 17),
        ("- {stretch: ql, side: left, hold: 5 s, times: 3, between: 1 s}\n", 17, 17),
        ("- {repeat: 3, steps: [{rest: 5 s}]}\n", 15, 15),
        ("- {repeat: 3, until: tenderness <= 2, steps: [{rest: 5 s}, {rate: ql}]}\n- rest: 1 s\n", 6, 16),
        ("- together: [{rest: 5 s}, [{rest: 3 s}, {rest: 4 s}]]\n", 7, 7),
        ("- together: [{rest: 5 s}, {heat: neck, to: low, for: 1 s, within: 9 s}]\n", 5, 10),
    ],
)
def test_the_shortest_and_the_longest_way(text: str, shortest: int, longest: int) -> None:
    found = bounds(plan_of(text))
    assert (found.shortest_ms, found.longest_ms) == (shortest * 1000, longest * 1000)


@pytest.mark.parametrize(
    ("celsius", "minutes", "dose"),
    [
        (38.99, 60, 0.0),
        (39.0, 60, 60 / 256),
        (41.0, 16, 1.0),  # a quarter for each degree under 43
        (42.0, 4, 1.0),
        (43.0, 5, 5.0),
        (44.0, 5, 10.0),  # from 43 on a doubling
    ],
)
def test_cem43_is_minutes_at_43_degrees(celsius: float, minutes: int, dose: float) -> None:
    assert cem43(celsius, minutes * 60_000) == pytest.approx(dose)


def test_heat_counts_within_at_one_degree_less_on_both_sides_and_every_point() -> None:
    found = bounds(plan_of("- {heat: lower back, to: 41 °C, for: 16 min, within: 16 min}\n"))
    load = Load(heat_ms=960_000, dose=1.25)
    assert found.areas == {("lower back", "left"): load, ("lower back", "right"): load}
    assert found.points == {
        (point, side): load
        for point in ("erector spinae", "quadratus lumborum")
        for side in ("left", "right")
    }


def test_what_a_point_gets_counts_for_its_area_and_its_side() -> None:
    found = bounds(plan_of(
        "- {press: rhomboids, side: left, with: gun, at: gentle, for: 5 s}\n"
        "- {press: infraspinatus, side: both, with: gun, at: gentle, for: 7 s}\n"
        "- {press: rhomboids, side: left, with: hand, for: 9 s}\n"
    ))  # fmt: skip
    assert found.areas == {
        ("upper back", "left"): Load(percussion_ms=12_000, pressure_ms=9_000),
        ("upper back", "right"): Load(percussion_ms=7_000),
    }
    assert found.points["rhomboids", "left"] == Load(percussion_ms=5_000, pressure_ms=9_000)
    assert ("rhomboids", "right") not in found.points


def test_every_round_and_every_branch_counts() -> None:
    press = "{press: ql, side: left, with: gun, at: gentle, for: 5 s}"
    found = bounds(plan_of(
        f"- {{repeat: 3, until: tenderness <= 2, steps: [{press}, {{rate: ql}}]}}\n"
        f"- together: [{press}, {{heat: lower back, to: low, for: 5 s}}]\n"
    ))  # fmt: skip
    assert found.points["quadratus lumborum", "left"] == Load(heat_ms=5_000, percussion_ms=20_000)
