"""The layered tissue: its grid, a hot pack on a calf, every parameter of it, and its life with pads."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from simulator.physics import HeatPad, PadFacts, Tissue, TissueFacts

MINUTE = 60_000
HOUR = 60 * MINUTE

# A pack from a bath of 72 °C (hydrocollators keep 71 to 75 °C) on 8 mm of damp terry at 0.25 W/(m K).
PACK, TOWEL = 72.0, 30.0


def under(celsius: float, facts: TissueFacts | None = None, span_ms: int = 15 * MINUTE) -> Tissue:
    tissue = Tissue(facts)
    tissue.advance(span_ms, lambda _: celsius)
    return tissue


@pytest.mark.parametrize("at_ms", [10_000, 60_000, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE])
def test_a_step_is_within_a_tenth_of_a_grid_four_times_finer(at_ms: int) -> None:
    coarse, fine = Tissue(), Tissue(fineness=4)
    start = [(tissue.hottest, tissue.at_depth(10), tissue.at_depth(30)) for tissue in (coarse, fine)]
    for tissue in (coarse, fine):
        tissue.advance(at_ms, lambda _: 42.0)
    rises = [
        [now - then for now, then in zip((t.hottest, t.at_depth(10), t.at_depth(30)), was, strict=True)]
        for t, was in zip((coarse, fine), start, strict=True)
    ]
    assert rises[1][0] > 2
    assert rises[0] == pytest.approx(rises[1], rel=0.1, abs=0.02)


def test_a_hot_pack_warms_a_calf_as_draper_measured() -> None:
    rest, warm = Tissue(), under(PACK, TissueFacts(contact=TOWEL))
    assert warm.at_depth(10) - rest.at_depth(10) == pytest.approx(3.8, abs=0.8)
    assert warm.at_depth(30) - rest.at_depth(30) == pytest.approx(0.8, abs=0.4)


def test_bare_skin_rests_near_33_degrees() -> None:
    assert Tissue().hottest == pytest.approx(33.5, abs=1.0)


def test_an_hour_at_45_degrees_stays_under_what_ablates() -> None:
    """Gowrishankar 2004: contact at 45 °C does little damage even when long, for blood carries it off.
    A lesion takes 240 CEM43."""
    tissue = under(45.0, span_ms=HOUR)
    assert 42 < tissue.hottest < 44
    assert 10 < tissue.dose < 240
    assert under(45.0, TissueFacts(flow_times=1.0), HOUR).dose > 1.5 * tissue.dose


def readings(facts: TissueFacts) -> dict[str, float]:
    tissue, found = Tissue(facts), {}
    found["rest"] = tissue.hottest
    tissue.advance(10_000, lambda _: 42.0)
    found["after 10 s"] = tissue.hottest
    tissue.advance(30 * MINUTE, lambda _: 44.0)
    found |= {"hottest": tissue.hottest, "1 cm": tissue.at_depth(10), "3 cm": tissue.at_depth(30)}
    return found


MOVED_MOST = {
    "epidermis_mm": "after 10 s", "epidermis_k": "after 10 s", "epidermis_heat": "after 10 s",
    "dermis_mm": "after 10 s", "dermis_k": "after 10 s", "dermis_heat": "after 10 s",
    "dermis_flow": "hottest", "dermis_warmth": "rest",
    "fat_mm": "1 cm", "fat_k": "1 cm", "fat_heat": "1 cm", "fat_flow": "1 cm", "fat_warmth": "rest",
    "muscle_mm": "3 cm", "muscle_k": "1 cm", "muscle_heat": "3 cm", "muscle_flow": "1 cm",
    "muscle_warmth": "3 cm", "blood_heat": "hottest", "blood_share": "hottest", "core": "3 cm",
    "flow_rises_from": "hottest", "flow_full_at": "hottest", "flow_times": "hottest",
    "contact": "hottest", "air": "rest", "air_loss": "rest",
}  # fmt: skip


@pytest.mark.parametrize("name", [field.name for field in fields(TissueFacts)])
def test_every_parameter_moves_its_reading(name: str) -> None:
    facts = TissueFacts()
    changed = replace(facts, **{name: getattr(facts, name) * 1.1})
    reading = MOVED_MOST[name]
    assert abs(readings(changed)[reading] - readings(facts)[reading]) > 0.0005


def test_dose_is_one_minute_a_minute_at_43_degrees_and_nothing_below_39() -> None:
    still = TissueFacts(core=43.0, air=43.0, dermis_warmth=0, fat_warmth=0, muscle_warmth=0)
    for degrees, per_minute in ((43.0, 1.0), (44.0, 2.0), (42.0, 0.25), (39.01, 0.25**3.99), (38.9, 0.0)):
        tissue = Tissue(replace(still, core=degrees, air=degrees))
        tissue.advance(10 * MINUTE)
        assert tissue.dose == pytest.approx(10 * per_minute, rel=1e-6)


def test_hottest_seen_stays_and_the_dose_is_kept_when_the_pad_is_gone() -> None:
    tissue = under(44.0)
    most, dose = tissue.hottest, tissue.dose
    tissue.stir(anew=True)
    tissue.advance(tissue.at_ms + 24 * HOUR)
    assert tissue.hottest == pytest.approx(Tissue().hottest, abs=1e-6)
    assert tissue.hottest_seen == most
    assert dose > 0
    assert tissue.dose == pytest.approx(dose, rel=0.05)


def test_depths_outside_the_column_are_refused() -> None:
    with pytest.raises(ValueError, match="no tissue at 90 mm"):
        Tissue().at_depth(90)


def heated(looks: int) -> Tissue:
    """21 minutes under a pad with many changes of duty, looked at every `looks` ms."""
    tissue, pad = Tissue(), HeatPad(PadFacts(), 0)
    pad.lie_on(tissue, 0)
    for at in range(0, 21 * MINUTE, 7000):
        pad.set_duty(0.9 if at % 3 else 0.2, at)
        for look in range(at, at + 7000, looks):
            pad.hottest(look)
    pad.lift(21 * MINUTE)
    tissue.advance(30 * MINUTE)
    return tissue


def test_tissue_does_not_depend_on_how_often_it_is_looked_at() -> None:
    often, rarely = heated(200), heated(7000)
    assert often.hottest == pytest.approx(rarely.hottest, abs=1e-6)
    assert often.dose == pytest.approx(rarely.dose, rel=1e-6)
    assert often.hottest_seen > 37


def test_skin_stays_cooler_than_the_pad_that_heats_it() -> None:
    tissue, pad = Tissue(), HeatPad(PadFacts(), 0)
    pad.lie_on(tissue, 0)
    pad.set_duty(0.6, 0)
    assert pad.hottest(30 * MINUTE) > 42
    assert 38 < tissue.hottest < pad.hottest(30 * MINUTE)


def test_a_second_pad_finds_the_tissue_as_the_first_left_it() -> None:
    tissue, first = Tissue(), HeatPad(PadFacts(), 0)
    first.lie_on(tissue, 0)
    first.set_duty(0.6, 0)
    first.lift(20 * MINUTE)
    tissue.advance(tissue.at_ms + 5 * MINUTE)
    warm, dose = tissue.at_depth(10), tissue.dose
    assert warm > Tissue().at_depth(10) + 0.5
    second = HeatPad(PadFacts(), 0)
    second.lie_on(tissue, 0)
    second.hottest(10 * MINUTE)
    assert (tissue.at_ms, tissue.dose) == (35 * MINUTE, dose)


def test_a_cover_makes_the_hot_spot_hotter_where_the_sensor_sees_the_same() -> None:
    open_, covered = HeatPad(PadFacts(), 0, 38.0), HeatPad(PadFacts(covered=True), 0, 38.0)
    assert covered.sensor(0) == open_.sensor(0) == 38.0
    assert open_.hottest(0) == pytest.approx(40.0)
    assert covered.hottest(0) == pytest.approx(38 + 5 * 0.4 * 8 / 3)
    assert covered.sensor(MINUTE) > open_.sensor(MINUTE)
