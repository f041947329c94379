"""The tables of the page on bench and fault files say what the simulator reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

import pytest
from doc_pages import ROOT, rows

from simulator.bench import _HEAD, _PAD, STANDARD, BenchError, Plan, open_bench
from simulator.ble import BleFacts, Wild
from simulator.device import RESET_MS
from simulator.faults import What
from simulator.physics import HeadFacts, PadFacts
from simulator.quantities import UNITS

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs" / "reference" / "bench-files.md"


def table(heading: str) -> dict[str, str]:
    return {row[0].strip("`"): row[1] for row in rows(PAGE, heading)}


def known(text: str, folder: Path) -> list[str]:
    """The keys that the reader names when it meets one that it does not know."""
    path = folder / "bench.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BenchError) as caught:
        open_bench(path)
    return re.split("known are ", str(caught.value))[1].split(", ")


def number(cell: str) -> float | bool:
    if cell in ("`yes`", "`no`"):
        return cell == "`yes`"
    amount, unit = cell.strip("`").split()
    [scale] = [units[unit] for units in UNITS.values() if unit in units]
    return float(amount) * scale


def test_keys_of_a_file_and_of_a_device_are_those_that_are_read(tmp_path: Path) -> None:
    assert sorted(table("## The file")) == sorted(known("nope: 1\n", tmp_path))
    device = known("devices: [{kind: heat, nope: 1}]\n", tmp_path)
    assert sorted([*table("## A device"), *table("### By Bluetooth")]) == sorted(device)
    wild = known("devices: [{kind: heat, link: ble, wild: {nope: 1}}]\n", tmp_path)
    assert list(table("### wild")) == wild
    assert table("## The file")["seed"] == f"`{Plan().seed}`"


@pytest.mark.parametrize(
    ("heading", "readers", "facts"), [("### pad", _PAD, PadFacts()), ("### head", _HEAD, HeadFacts())]
)
def test_what_a_pad_and_a_head_are_like_unless_told(
    heading: str, readers: dict[str, object], facts: object
) -> None:
    defaults = table(heading)
    assert list(defaults) == list(readers)
    for key, cell in defaults.items():
        name = key.replace(" ", "_")
        fact = getattr(facts, name, None)
        assert number(cell) == pytest.approx(getattr(facts, f"{name}_ms") if fact is None else fact), key


def test_the_radio_is_as_the_page_says_unless_told() -> None:
    defaults, facts = table("### By Bluetooth"), BleFacts()
    assert table("## A device")["link"] == f"`{STANDARD['heat'].link}`"
    assert defaults["mtu"] == f"`{facts.mtu}`"
    assert defaults["pairing"] == f"`{facts.pairing}`"
    assert number(defaults["signal"]) == facts.signal
    assert number(defaults["loss"]) == facts.loss
    assert number(defaults["latency"]) == facts.latency_ms
    assert number(defaults["pairing window"]) == facts.pairing_window_ms
    assert number(table("### wild")["notifications"]) == Wild().notifications


def test_the_standard_devices_are_as_the_page_says() -> None:
    defaults = table("## A device")
    gun, pad = STANDARD["percussion"], STANDARD["heat"]
    for key, field in (("name", "name"), ("serial", "serial")):
        assert defaults[key] == f"`{getattr(gun, field)}` or `{getattr(pad, field)}`"
    for key, field in (("min", "low"), ("max", "high"), ("step", "step")):
        assert defaults[key] == f"`{getattr(gun, field):g} /min` or `{getattr(pad, field):g} °C`"
    assert number(defaults["max lease"]) == gun.max_lease_ms == pad.max_lease_ms
    assert (gun.battery, pad.start) == (None, None)


def test_faults_are_those_that_can_befall() -> None:
    assert list(table("## A fault")) == ["device", "at", "do", "for"]
    text = PAGE.read_text(encoding="utf-8")
    assert re.findall(
        r"^\| `([a-z ]+)` \| [A-Z]", text.partition("| what | happens |")[2], re.MULTILINE
    ) == list(get_args(What))
    assert f"{RESET_MS} ms" in text
