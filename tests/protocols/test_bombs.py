"""Files made to cost: each an error with a place or a plan, within 1 s and 100 MB."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bomb_files import HEAD, STEPS, costly, endless, unrolled
from hostile import judged

from protocols.language import compile_text
from protocols.language.source import LARGEST, MOST_VALUES

if TYPE_CHECKING:
    from collections.abc import Mapping

READER = Path(__file__).with_name("limited_reader.py")
SLOWEST = 2.5  # s of processor time: one, and room for cores that are shared


def read_all(bombs: Mapping[str, bytes], folder: Path) -> dict[str, tuple[float, list[str]]]:
    """What each took and was told, read by a process that may grow by 100 MB."""
    for name, data in bombs.items():
        assert len(data) <= LARGEST, name
        (folder / name).write_bytes(data)
    done = subprocess.run([sys.executable, READER, folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    took: dict[str, tuple[float, list[str]]] = json.loads(done.stdout)
    assert took.keys() == bombs.keys()
    assert not {name: each for name, each in took.items() if each[0] > SLOWEST}
    return took


@pytest.mark.soak
def test_256_kib_of_anything_are_errors_or_a_plan(tmp_path: Path) -> None:
    told = {name: codes for name, (_, codes) in read_all(endless(), tmp_path).items()}
    assert told["squares"] == told["braces"] == told["mappings"] == told["dashes"] == ["too-deep"]
    assert told["NULs"] == told["spaces"] == told["lines"] == ["syntax"]
    assert told["deep indentation"] == ["too-deep"]
    assert told["empty items as steps"] == ["too-long"]
    assert set(told["laughs"]) == set(told["anchors as steps"]) == {"alias"}
    assert told["no UTF-8"] == told["surrogates"] == ["encoding"]
    assert set(told["one key again"]) == {"duplicate-key"}


@pytest.mark.soak
def test_thousands_of_slips_are_told_as_fast_as_fifty(tmp_path: Path) -> None:
    told = {name: codes for name, (_, codes) in read_all(costly(), tmp_path).items()}
    assert told.pop("too many values") == ["too-long"]
    assert set(told.pop("ten thousand items")) == {"too-long"}
    assert told.pop("answers") == ["value"]
    assert told.pop("no values") == ["syntax"]
    for name in ("wrong options", "wrong conditions", "branches after names"):
        assert told.pop(name) == ["too-long"]
    assert {name: len(codes) for name, codes in told.items() if len(codes) != 50} == {}


def test_what_multiplies_is_counted_before_it_is_done(tmp_path: Path) -> None:
    told = {name: codes for name, (_, codes) in read_all(unrolled(), tmp_path).items()}
    assert told["options near the bound"] == []
    assert told["long segments"] == []
    assert told["options over the bound, all wrong"] == ["too-long", *["unknown-place"] * 14]
    assert "too-long" in told["options and one mistake"]
    assert "unit-missing" in told["options and one mistake"]
    assert told["rounds of rounds"] == ["too-long"]
    assert told["branches of branches"] == []


@pytest.mark.parametrize(("last", "codes"), [(40, []), (41, ["too-long"])])
def test_2000_segments_are_a_plan_and_2001_are_not(last: int, codes: list[str]) -> None:
    rounds = "- repeat: 20\n  steps:\n" + "  - rest: 5 s\n" * 98
    assert [d.code for d in judged((STEPS + rounds + "- rest: 5 s\n" * last).encode()).diagnostics] == codes


def test_an_option_of_almost_20000_values_is_within_the_bound() -> None:
    values = ", ".join(f"{n} s" for n in range(1, 3_000))
    text = HEAD + f"options: {{x: {{ask: q, of: [{values}], default: 1 s}}}}\nsteps:\n- rest: $x\n"
    compiled = compile_text(text)
    assert compiled.diagnostics == ()
    assert len(compiled.combinations) == 2_999


def test_an_option_whose_last_value_alone_is_wrong_is_told() -> None:
    values = ", ".join([*(f"{n} s" for n in range(1, 500)), "5"])
    text = HEAD + f"options: {{x: {{ask: q, of: [{values}], default: 1 s}}}}\nsteps:\n- rest: $x\n"
    assert [d.code for d in compile_text(text).diagnostics] == ["unit-missing"]


def test_too_many_values_are_told_at_the_first_of_them() -> None:
    # The root, two words, needs with two, steps, and one for each item.
    (d,) = judged((STEPS + "- 5\n" * (MOST_VALUES - 6)).encode()).diagnostics
    assert (d.code, d.column) == ("too-long", 3)


DIGITS = "9" * 5_000
NUMBERS = [
    "1e308",
    "1e-308",
    "infinity",
    "nan",
    DIGITS,
    f"0.{DIGITS}",
    f"-{DIGITS}",
    "0x10",
    "1_0",
    ".5",
    "5.",
]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda text: text[:9])
@pytest.mark.parametrize(
    ("step", "column"),
    [
        ("- rest: « s\n", 9), ("- rest: «\n", 9), ("- {heat: neck, for: 5 s, to: « °C}\n", 30),
        ("- {heat: neck, for: 5 s, to: « °F}\n", 30),
        ("- {press: ql, side: left, for: 5 s, at: « %}\n", 41),
        ("- {press: ql, side: left, for: 5 s, at: « Hz}\n", 41),
        ("- {press: ql, side: left, for: 5 s, at: gentle, force: 1 N .. « N}\n", 56),
        ("- {repeat: «, steps: [rest: 5 s]}\n", 12),
        ("- {repeat: 2, until: tenderness <= «, steps: [rate: ql]}\n", 22),
        ("- {ask: q, scale: 0 .. «}\n", 19),
        ("- {ask: q, scale: 0 .. 10, stop if: «}\n", 37),
        ("- {stretch: ql, side: left, hold: 5 s, times: «}\n", 47),
    ],
)  # fmt: skip
def test_no_number_that_is_none_passes_for_one(number: str, step: str, column: int) -> None:
    (d,) = judged((STEPS + step.replace("«", number)).encode()).diagnostics
    assert (d.code in {"value", "unit-missing", "unit-unknown"}, d.line, d.column) == (True, 5, column)


@pytest.mark.parametrize("text", ["00012 s", "000001.500000 s", "1 s " * 3_000, "999999 s"])
def test_long_but_plain_durations_are_read(text: str) -> None:
    assert judged((STEPS + f"- rest: {text}\n").encode()).plan is not None


@pytest.mark.parametrize("text", ["1000000 s", "999999 h 1 h", "1.0000001 s", "999999 h " * 3_000])
def test_what_could_not_be_written_and_read_back_is_out_of_bounds(text: str) -> None:
    (d,) = judged((STEPS + f"- rest: {text}\n").encode()).diagnostics
    assert (d.code, bool(re.search("out of all bounds", d.message))) == ("value", True)
