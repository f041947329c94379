"""The table of limits against the numbers of section 6, typed from the page a second time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from safety_plans import MIN, SEC, Together, heat, hold, plan, press, rest

from controller.safety import LIMITS, bounds, verify
from controller.safety import limits as at
from controller.safety.profiles import PROFILES
from controller.safety.reasons import REASONS

# id: (soft, hard) of each row, in seconds, °C, fractions, CEM43, counts; None: "–", or by place.
PAGE: dict[str, list[tuple[float | None, float | None]]] = {
    "HT1": [(41.0, 42.0)], "HT2": [(42.5, 43.0)], "HT3": [(43.5, 45.0)],
    "HT4": [(1800, 1800), (1200, 1800), (900, 1200), (240, 480)],
    "HT5": [(1.0, 2.0)], "HT6": [(1.5, 2.0)], "HT7": [(2700, 3600)], "HT8": [(3, 3), (3600, 1800)],
    "HT9": [(1800, 1800)], "HT10": [(5, None)], "HT11": [(2, 3)], "HT12": [(4, 6), (None, 1)],
    "HT13": [(0.5, 1.0)], "HT14": [(60, 120)], "HT15": [(300, 600)], "HT16": [(600, 600)], "HT17": [(1, 2)],
    "HT18": [(39.0, 40.0), (600, 900)], "HT19": [(0, 0)], "HT20": [(3, 5)], "HT21": [(35, 38), (0.2, 0.2)],
    "HT22": [(600, 900)],
    "PC1": [(30, 60)], "PC2": [(60, 120)], "PC3": [(120, 300)], "PC4": [(240, 300)],
    "PC5": [(600, 900), (900, 1800)], "PC6": [(30, 20)], "PC7": [(21600, 14400), (2, 2), (5, None)],
    "PC8": [(60, 120), (0.5, 0.6)], "PC9": [(7, 8), (None, 86400)], "PC10": [(0.02, 0.3)],
    "PC11": [(None, None)], "PC12": [(1200, 1800)], "PC13": [(None, None)],
    "SP1": [(60, 90)], "SP2": [(3, 3), (30, 30)], "SP3": [(6, 6)], "SP4": [(25, 50)],
    "SE1": [(2700, 3600)], "SE2": [(500, 2000)], "SE3": [(4, 8)], "SE4": [(60, 60), (38, 38), (0.5, 0.5)],
    "SE5": [(120, 120), (40, 40)], "SE6": [(0, 0)], "SE7": [(14400, 3600)], "SE8": [(600, 600)],
    "SE9": [(None, None)], "ZN1": [(0, 0)],
    "LE1": [(None, None)], "LE2": [(0.35, 0.35), (60, 60)], "LE3": [(0, 0), (0.35, 0.35), (60, 60)],
    "LE4": [(0.35, 0.35)],
    # set-point, heat, dose, strength, time, presence: those that a row has
    "PF1": [(39.0, None), (900, None), (0.5, 0.5), (0.5, None), (0.5, None), (120, None)],
    "PF2": [(39.5, None), (900, None), (0.7, None)],
    "PF3": [(39.0, 40.0), (900, None), (0.5, 0.5), (0.7, None), (0.7, None), (180, None)],
    "PF4": [(39.0, None), (600, None), (0.5, None)],
    "PF5": [(39.0, None)], "PF6": [(40.0, None)], "PF7": [(0.5, None)], "PF8": [(0.7, None)],
    "PF9": [(38.0, None), (600, None)], "PF10": [(0.5, None)],
    "PF11": [(39.5, None), (600, None), (0.6, None), (0.5, None)], "PF12": [(None, None)],
}  # fmt: skip

# point: strength soft, hard; bout in seconds
REGIONS = {
    "suboccipitals": (0, 0.2, 30), "upper trapezius": (0.4, 0.6, 60), "levator scapulae": (0.4, 0.6, 60),
    "rhomboids": (0.4, 0.6, 60), "thoracic paraspinals": (0.4, 0.6, 60), "infraspinatus": (0.4, 0.6, 60),
    "erector spinae": (0.4, 0.5, 45), "quadratus lumborum": (0, 0, 0), "tensor fasciae latae": (0.5, 0.7, 60),
    "gluteus medius": (0.5, 0.7, 60), "iliopsoas": (0, 0, 0), "gluteus maximus": (0.6, 0.8, 90),
    "gluteus minimus": (0.4, 0.4, 45), "piriformis": (0.4, 0.4, 45), "deep rotators": (0.4, 0.4, 45),
    "vastus lateralis": (0.6, 0.8, 90), "rectus femoris": (0.6, 0.8, 90), "hamstrings": (0.5, 0.7, 60),
    "adductors": (0.2, 0.3, 30),
}  # fmt: skip


def test_the_table_is_the_page() -> None:
    table: dict[str, list[Any]] = {}
    for row in LIMITS:
        table.setdefault(row.id, []).append((row.soft, row.hard))
    assert table == PAGE


def test_the_regions_are_the_page() -> None:
    assert {p: (r.soft, r.hard, r.bout_ms / 1000) for p, r in at.REGIONS.items()} == REGIONS


def test_force_is_a_quarter_and_a_half_of_the_region() -> None:
    assert (at.PC11_SOFT["upper back"], at.PC11_SOFT["hips"], at.PC11_SOFT["thighs"]) == (50, 45, 55)
    assert (at.PC11_HARD["upper back"], at.PC11_HARD["hips"], at.PC11_HARD["thighs"]) == (105, 90, 110)
    assert set(at.PC11_SOFT) == set(at.PC11_HARD)


def test_every_row_says_its_scope_and_where_it_is_enforced_and_has_a_reason() -> None:
    for row in LIMITS:
        assert row.scope
        assert row.where or row.id in {"SP4", "PC11", "PF12"}, row.id
        assert row.id in REASONS
    assert len({(row.id, row.quantity) for row in LIMITS}) == len(LIMITS)
    assert [row.row for row in PROFILES] == [f"PF{number}" for number in range(1, 13)]


BIG = 10.0**12
AREAS = plan(*(press(point, 0.1, side="left") for point in ("rhomboids", "erector spinae", "gluteus medius",
                                                            "gluteus maximus", "hamstrings")))  # fmt: skip


@pytest.mark.parametrize(
    ("limit", "made"),
    [
        ("HT1", plan(heat(to=41.01, hold=MIN))),
        ("HT4", plan(heat(to=41.0, hold=15 * MIN + 1))),
        ("HT4", plan(heat(to=40.0, hold=20 * MIN + 1))),
        ("HT9", plan(heat(to=37.0, hold=16 * MIN), heat("thighs", to=37.0, hold=15 * MIN))),
        ("HT5", plan(heat(to=41.0, hold=15 * MIN, within=5 * MIN))),
        ("HT17", plan(Together(([heat(role="pad")], [heat("thighs", role="pad 2")])))),
        ("PC1", plan(press(hold=31 * SEC, move="still"))),
        ("PC3", plan(press(hold=MIN), rest(MIN), press("rhomboids", hold=MIN), rest(2 * MIN), press(hold=5))),
        ("PC5", plan(*(press(p, 0.1, 45 * SEC, side) for p in (
            "hamstrings", "gluteus maximus", "gluteus medius", "rhomboids", "erector spinae")
            for side in ("left", "right")), *(rest(90 * SEC), *(press(p, 0.1, 45 * SEC, side) for p in (
                "hamstrings", "gluteus maximus", "gluteus medius") for side in ("left", "right"))))),
        ("SE1", plan(rest(45 * MIN + 1))),
        ("SE3", AREAS),
        ("SP1", plan(hold(length=60 * SEC + 1))),
    ],
)  # fmt: skip
def test_a_row_of_the_table_turned_off_is_noticed_in_the_check(
    limit: str, made: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert limit in [violation.limit for violation in verify(made)]
    off = tuple(replace(row, soft=BIG, hard=BIG) if row.id == limit else row for row in LIMITS)
    monkeypatch.setattr(bounds, "LIMITS", off)
    monkeypatch.setattr(at, "HT9_MS", int(BIG) if limit == "HT9" else at.HT9_MS)
    assert limit not in [violation.limit for violation in verify(made)]
