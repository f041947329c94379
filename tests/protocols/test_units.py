from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols import units
from protocols.plan import Strength
from protocols.units import QuantityError


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("90 s", 90_000), ("10 min", 600_000), ("1 h", 3_600_000), ("1 min 30 s", 90_000),
        ("1.5 min", 90_000), ("10min", 600_000), (" 5 s ", 5_000), ("1h 1min 1.5s", 3_661_500),
        ("0.001 s", 1), ("0.0006 s", 1), ("5\u00a0s", 5_000), ("30 s 1 min", 90_000),
    ],
)  # fmt: skip
def test_a_duration_is_read_as_whole_milliseconds(text: str, ms: int) -> None:
    assert units.read_duration(text) == ms


@pytest.mark.parametrize(
    ("text", "celsius"),
    [
        ("39 °C", 39.0), ("39 C", 39.0), ("102.2 °F", 39.0), ("102.2F", 39.0), ("104F", 40.0),
        ("low", 37.0), ("medium", 39.0), ("high", 41.0), ("50 °C", 50.0), ("60 °F", 15.555556),
    ],
)  # fmt: skip
def test_a_temperature_is_read_as_celsius(text: str, celsius: float) -> None:
    assert units.read_temperature(text) == celsius


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("gentle", Strength(0.2)), ("medium", Strength(0.35)), ("strong", Strength(0.6)),
        ("40 %", Strength(0.4)), ("100%", Strength(1.0)), ("0.5 %", Strength(0.005)),
        ("1800 /min", Strength(1800.0, "/min")), ("30 Hz", Strength(1800.0, "/min")),
        ("1200/min", Strength(1200.0, "/min")), ("20 Hz", Strength(1200.0, "/min")),
    ],
)  # fmt: skip
def test_a_strength_is_read_as_a_fraction_or_a_rate(text: str, strength: Strength) -> None:
    assert units.read_strength(text) == strength


@pytest.mark.parametrize(
    ("text", "newtons"),
    [("10 N .. 20 N", (10.0, 20.0)), ("1 kgf .. 2 kgf", (9.80665, 19.6133)), ("5N..5N", (5.0, 5.0))],
)
def test_a_force_is_read_as_newtons(text: str, newtons: tuple[float, float]) -> None:
    assert units.read_force(text) == newtons


@pytest.mark.parametrize(
    ("read", "text", "code"),
    [
        (units.read_duration, "90", "unit-missing"),
        (units.read_duration, "1:30", "unit-missing"),
        (units.read_duration, "5 min 30", "unit-missing"),
        (units.read_duration, "5 minutes", "unit-unknown"),
        (units.read_duration, "300 ms", "unit-unknown"),
        (units.read_duration, "-5 s", "value"),
        (units.read_duration, "0 s", "value"),
        (units.read_duration, "0.0004 s", "value"),
        (units.read_duration, "nan s", "value"),
        (units.read_duration, "inf s", "value"),
        (units.read_duration, "٩٠ s", "value"),
        (units.read_duration, "9" * 400 + " h", "value"),
        (units.read_duration, "soon", "value"),
        (units.read_duration, "", "value"),
        (units.read_temperature, "41", "unit-missing"),
        (units.read_temperature, "level 5", "value"),
        (units.read_temperature, "310 K", "unit-unknown"),
        (units.read_temperature, "39 c", "unit-unknown"),
        (units.read_temperature, "50.1 °C", "value"),
        (units.read_temperature, "104 C", "value"),
        (units.read_temperature, "59.9 °F", "value"),
        (units.read_temperature, "40F", "value"),
        (units.read_temperature, "-5 °C", "value"),
        (units.read_temperature, "1000 °F", "value"),
        (units.read_temperature, "NaN °C", "value"),
        (units.read_strength, "3", "unit-missing"),
        (units.read_strength, "0.4", "unit-missing"),
        (units.read_strength, "0 %", "value"),
        (units.read_strength, "100.1 %", "value"),
        (units.read_strength, "-10 %", "value"),
        (units.read_strength, "1800 rpm", "unit-unknown"),
        (units.read_strength, "1199 /min", "value"),
        (units.read_strength, "19.9 Hz", "value"),
        (units.read_strength, "max", "value"),
        (units.read_force, "10", "unit-missing"),
        (units.read_force, "10 .. 20", "unit-missing"),
        (units.read_force, "10 N", "value"),
        (units.read_force, "20 N .. 10 N", "value"),
        (units.read_force, "0 N .. 10 N", "value"),
        (units.read_force, "1 lb .. 2 lb", "unit-unknown"),
        (units.read_force, "1 N .. 2 N .. 3 N", "value"),
    ],
)  # fmt: skip
def test_what_is_no_quantity_carries_its_code_and_help(read, text: str, code: str) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
    with pytest.raises(QuantityError) as raised:
        read(text)
    assert raised.value.code == code
    assert raised.value.help


def test_the_help_names_what_to_write() -> None:
    with pytest.raises(QuantityError, match='"60" has no unit') as raised:
        units.read_duration("60")
    assert raised.value.help == "write 60 s or 60 min"


@given(st.integers(1, 10**9))
def test_a_duration_written_is_read_back_exactly(ms: int) -> None:
    assert units.read_duration(units.write_duration(ms)) == ms


@given(st.integers(1, 50_000_000).map(lambda n: n / 1_000_000))
def test_a_temperature_written_is_read_back(celsius: float) -> None:
    assert units.read_temperature(units.write_temperature(celsius)) == celsius


@given(st.integers(1, 10_000).map(lambda n: n / 10_000))
def test_a_fraction_written_is_read_back(value: float) -> None:
    assert units.read_strength(units.write_strength(Strength(value))) == Strength(value)


@given(st.integers(12_000, 60_000).map(lambda n: n / 10))
def test_a_rate_written_is_read_back(value: float) -> None:
    assert units.read_strength(units.write_strength(Strength(value, "/min"))) == Strength(value, "/min")


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_a_force_written_is_read_back(low: int, more: int) -> None:
    force = (low / 1000, (low + more) / 1000)
    assert units.read_force(units.write_force(force)) == force


@given(st.text(max_size=40))
def test_any_text_is_a_quantity_or_a_quantity_error(text: str) -> None:
    for read in (units.read_duration, units.read_temperature, units.read_strength, units.read_force):
        found: object = None
        code = None
        try:
            found = read(text)
        except QuantityError as error:
            code = error.code
        assert found or code in {"unit-missing", "unit-unknown", "value"}
