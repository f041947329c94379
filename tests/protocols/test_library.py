from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from protocols import bounds
from protocols.language import LoadError, Source, compile_source, load, shipped
from protocols.plan import Cool, Heat, Press, Rest, Say

if TYPE_CHECKING:
    from pathlib import Path

    from protocols.language import Compiled


def compiled(name: str) -> Compiled:
    found = compile_source(load(name))
    assert found.diagnostics == ()
    return found


def test_the_shipped_protocols_are_these() -> None:
    assert shipped() == (
        "demo", "glutes", "hips", "lower-back", "neck", "thighs", "upper-back",
    )  # fmt: skip


GUNS = [name for name in shipped() if name != "neck"]


@pytest.mark.parametrize("name", GUNS)
def test_after_heat_the_pad_cools_and_a_minute_passes_before_the_gun(name: str) -> None:
    plan = compiled(name).plan
    assert plan is not None
    done = [s for s in plan.segments if not isinstance(s, Say)]
    heat = next(n for n, s in enumerate(done) if isinstance(s, Heat))
    cool, rest, press = done[heat + 1 : heat + 4]
    assert isinstance(cool, Cool)
    assert cool.below <= 38.0
    assert isinstance(rest, Rest)
    assert rest.hold_ms >= 60_000
    assert isinstance(press, Press)
    assert press.role is not None


def test_the_neck_needs_no_gun() -> None:
    plan = compiled("neck").plan
    assert plan is not None
    assert dict(plan.roles) == {"pad": "heat"}


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
