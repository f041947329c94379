from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols import bounds
from protocols.language import LoadError, Source, compile_source, load, shipped
from protocols.plan import Cool, Heat, Press, Rest

if TYPE_CHECKING:
    from pathlib import Path

    from protocols.language import Compiled

# Limits of safety.md, section 6, with the first-use row: what a guest may have.
FIRST_STRENGTH = 0.6 * 0.4  # of PC13's cap for the upper back, the strictest cap of the places used
FIRST_BOUT, FIRST_AREA, FIRST_SESSION = 30_000, 60_000, 300_000  # ms, half of PC2, PC3, PC5


def compiled(name: str) -> Compiled:
    found = compile_source(load(name))
    assert found.diagnostics == ()
    return found


def test_the_shipped_protocols_are_these() -> None:
    assert shipped() == ("demo", "thighs", "upper-back")


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_protocol_suits_a_guest(name: str) -> None:
    plan = compiled(name).plan
    assert plan is not None
    found = bounds(plan)
    presses = [s for s in plan.segments if isinstance(s, Press)]
    assert found.longest_ms <= 20 * 60_000
    assert all(s.hold_ms <= FIRST_BOUT and s.at and s.at.fraction() <= FIRST_STRENGTH for s in presses)
    assert all(area.percussion_ms <= FIRST_AREA for area in found.areas.values())
    assert sum(s.hold_ms for s in presses) <= FIRST_SESSION
    assert all(s.to <= 39.0 and s.hold_ms <= 600_000 for s in plan.segments if isinstance(s, Heat))
    assert all(load.dose <= 0.5 for load in found.areas.values())


@pytest.mark.parametrize("name", shipped())
def test_a_side_rests_between_bouts_as_long_as_it_was_worked_and_half_a_minute(name: str) -> None:
    plan = compiled(name).plan
    assert plan is not None
    clock = 0
    ended: dict[object, tuple[int, int]] = {}
    for segment in plan.segments:
        if isinstance(segment, Press):
            since = clock - ended.get(segment.place.side, (-(10**9), 0))[0]
            assert since >= max(30_000, ended.get(segment.place.side, (0, 0))[1])
            ended[segment.place.side] = (clock + segment.hold_ms, segment.hold_ms)
        clock += getattr(segment, "hold_ms", 0)


@pytest.mark.parametrize("name", ["demo", "upper-back"])
def test_after_heat_the_pad_cools_and_a_minute_passes_before_the_gun(name: str) -> None:
    plan = compiled(name).plan
    assert plan is not None
    heat = next(n for n, s in enumerate(plan.segments) if isinstance(s, Heat))
    cool, rest, press = plan.segments[heat + 1 : heat + 4]
    assert isinstance(cool, Cool)
    assert cool.below <= 38.0
    assert isinstance(rest, Rest)
    assert rest.hold_ms >= 60_000
    assert isinstance(press, Press)


def test_the_demo_is_short() -> None:
    plan = compiled("demo").plan
    assert plan is not None
    assert bounds(plan).longest_ms <= 7 * 60_000


def test_a_file_that_is_there_wins_over_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert b"A short try" in load("demo").data
    (tmp_path / "demo").write_text("mine")
    assert load("demo") == Source("demo", b"mine")


def test_a_file_is_read_no_further_than_shows_that_it_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "big.yaml").write_bytes(b"#" * 1_000_000)
    source = load(str(tmp_path / "big.yaml"))
    assert len(source.data) == 256 * 1024 + 1
    assert [d.code for d in compile_source(source).diagnostics] == ["too-large"]


@pytest.mark.parametrize("name", ["dmo", "no/such.yaml", ".", "a\0b"])
def test_what_cannot_be_read_says_so(name: str) -> None:
    with pytest.raises(LoadError):
        load(name)


def test_a_misspelt_name_is_met_with_the_nearest() -> None:
    with pytest.raises(LoadError, match="did you mean upper-back"):
        load("uper-back")


TEXTS = [load(name).data for name in shipped()]
PIECES = [
    b"\t", b"\0", b"\xff", b"[", b"]", b"{", b"}", b"&a ", b"*a", b"!!x ", b"<<: ", b"---\n", b"? ",
    b": ", b"- ",
    b"'", b'"', b"|", b">", b"#", b"\n", b"\r", b"$", b"$strength", b"99", b"1e999", b"-1", b"both", b"hand",
    b"together:", b"repeat: 99", b"until: tenderness <= 2", b"\xe2\x80\xa8", b"\xef\xbb\xbf", "é首".encode(),
    b"",
]  # fmt: skip


def mutated(data: bytes, dice: random.Random) -> bytes:
    for _ in range(dice.randint(1, 4)):
        start = dice.randrange(len(data))
        end = min(len(data), start + dice.choice([0, 0, 1, 3, 20]))
        data = data[:start] + dice.choice([*PIECES, data[start : start + 40], data[::-1][:9]]) + data[end:]
    return data


def total(data: bytes) -> None:
    found = compile_source(Source("m.yaml", data))
    assert (found.plan is None) == bool(found.diagnostics)
    assert bool(found.combinations) == (found.plan is not None)
    places = [(d.line, d.column) for d in found.diagnostics]
    assert places == sorted(places)
    for diagnostic in found.diagnostics:
        assert diagnostic.line >= 1
        assert diagnostic.column >= 1
        assert diagnostic.message
        assert found.text(diagnostic)


@pytest.mark.parametrize("seed", range(20))
def test_a_mutated_file_is_a_plan_or_errors(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(30):
        total(mutated(dice.choice(TEXTS), dice))


@pytest.mark.soak
def test_many_mutated_files_are_plans_or_errors() -> None:
    dice = random.Random(0)
    for _ in range(50_000):
        total(mutated(dice.choice(TEXTS), dice))


_json = st.recursive(
    st.text(max_size=8) | st.sampled_from(["1", "5 s", "ql", "neck", "$x", "hand", "both"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["unknot", "title", "needs", "options", "limits", "steps", "heat", "press", "rest",
                         "ask", "of", "repeat", "together", "until", "with", "at", "for", "to", "x",
                         "default", "stop if", "as"]),
        inner, max_size=5),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["unknot", "title", "needs", "options", "limits", "steps"]), _json))
def test_any_shape_is_a_plan_or_errors(shape: object) -> None:
    total(json.dumps(shape).encode())
