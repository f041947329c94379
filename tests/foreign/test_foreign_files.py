"""`unknot check` judged from the outside: files written from the contract pages alone.

Each file and its verdict come from `protocol-language.md` and `safety.md`, not from the reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from foreign_kit import GUN, PAD, Verdict, file, judge, marked
from foreign_limits import LIMITS
from foreign_right import COMES_TO, DURATIONS, RIGHT
from foreign_steps import Steps, heat, press, rest, text
from foreign_wrong import ONLY_CODE, WRONG

from controller.safety import Channel, verify
from protocols.language import compile_source, load

if TYPE_CHECKING:
    from pathlib import Path


def told(verdict: Verdict) -> str:
    """What was said, for a test that fails."""
    return "\n".join(str(each) for each in verdict.diagnostics)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_file_is_accepted(name: str, tmp_path: Path) -> None:
    verdict = judge(tmp_path, RIGHT[name])
    assert (verdict.exit, verdict.diagnostics) == (0, []), told(verdict)
    assert verdict.plan is not None


@pytest.mark.parametrize("name", COMES_TO)
def test_a_right_file_comes_to_what_the_page_says(name: str, tmp_path: Path) -> None:
    plan = judge(tmp_path, RIGHT[name]).plan
    assert plan is not None
    seconds = plan["seconds"]
    assert (plan["segments"], seconds["shortest"], seconds["longest"]) == COMES_TO[name]  # type: ignore[index]


@pytest.mark.parametrize(("written", "seconds"), DURATIONS.items())
def test_a_duration_is_what_is_written(written: str, seconds: float, tmp_path: Path) -> None:
    plan = judge(tmp_path, file(f"- rest: {written}")).plan
    assert plan is not None
    assert plan["seconds"] == {"shortest": seconds, "longest": seconds}


@pytest.mark.parametrize("name", WRONG)
def test_an_error_is_told_at_its_place_by_its_code(name: str, tmp_path: Path) -> None:
    written, codes = WRONG[name]
    plain, places = marked(written)
    verdict = judge(tmp_path, plain)
    assert verdict.found == sorted(
        (code, line, column) for code, (line, column) in zip(codes.split(), places, strict=True)
    ), told(verdict)
    assert verdict.exit == (4 if codes == "limit" else 3)
    assert verdict.plan is None
    assert all(each["help"] for each in verdict.diagnostics), "nothing to write instead"


@pytest.mark.parametrize("name", ONLY_CODE)
def test_an_error_without_a_place_on_the_page_is_told_by_its_code(name: str, tmp_path: Path) -> None:
    written, code = ONLY_CODE[name]
    verdict = judge(tmp_path, written)
    assert [found for found, _, _ in verdict.found] == [code], told(verdict)
    assert verdict.exit == 3


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_holds_on_both_sides_of_its_boundary(name: str, tmp_path: Path) -> None:
    steps, ids = LIMITS[name]
    verdict = judge(tmp_path, text(steps))
    assert (verdict.exit, verdict.limits) == (4 if ids else 0, sorted(ids)), told(verdict)
    for each in verdict.diagnostics:
        assert {"limit", "asked", "allowed"} <= each.keys()
        assert "never go over" not in str(each["help"]), "no remedy of its own"


def test_an_error_beside_a_limit_is_an_error(tmp_path: Path) -> None:
    verdict = judge(tmp_path, file("- rest: 60\n- say: A", head="limits:\n  session: 46 min\n"))
    assert [code for code, _, _ in verdict.found] == ["limit", "unit-missing"]
    assert verdict.exit == 3


def test_at_most_fifty_errors_are_told(tmp_path: Path) -> None:
    assert len(judge(tmp_path, file("- rest: 60\n" * 60)).diagnostics) == 50


def test_a_choice_of_options_alone_is_judged(tmp_path: Path) -> None:
    head = "options:\n  o: {ask: How?, of: [gentle, strong], default: gentle}\n"
    written = file(press("rhomboids", "10 s", "$o"), needs=GUN, head=head)
    assert judge(tmp_path, written).limits == ["PC13"]
    assert judge(tmp_path, written, "--option", "o=gentle").exit == 0
    assert judge(tmp_path, written, "--option", "o=strong").limits == ["PC13"]


def test_the_hash_knows_no_places_in_the_file_and_no_names_of_roles(tmp_path: Path) -> None:
    steps = "- heat: thighs\n  to: 39 °C\n  for: 60 s\n  with: {}\n"
    one = judge(tmp_path, file(steps.format("pad"), needs=PAD)).plan
    same = judge(tmp_path, "# a\n\n" + file(steps.format("mat"), needs="  mat: heat\n")).plan
    other = judge(tmp_path, file(steps.format("pad").replace("60", "61"), needs=PAD)).plan
    assert one is not None
    assert same is not None
    assert other is not None
    assert one["sha256"] == same["sha256"] != other["sha256"]


BY_HAND = {
    "pad": Channel(role="pad", kind="heat", device="p", leash="person", low=None, high=None, measured=False),
    "gun": Channel(role="gun", kind="percussion", device="g", leash="person", low=None, high=None, levels=5),
}

HAND: dict[str, tuple[Steps, set[str]]] = {
    "10 min": (heat("thighs", "low", "10 min"), set()),
    "10 min 1 s": (heat("thighs", "low", "10 min 1 s"), {"HT22"}),
    "twice on a place is two whole doses": (heat("thighs", "low", "5 min") * 2, {"HT5"}),
    "two places": (heat("thighs", "low", "5 min") + heat("upper back", "low", "5 min"), set()),
    "medium": (press("rhomboids", "10 s", "medium"), set()),
    "over medium": (press("vastus lateralis", "10 s", "36 %"), {"LE4"}),
    "cooled two minutes off the skin": (
        heat("upper back", "low", "5 min") + "- cool: pad\n" + rest("60 s") + press("rhomboids", "10 s"),
        set(),
    ),
    "never cooled": (
        heat("upper back", "low", "5 min") + rest("10 min") + press("rhomboids", "10 s"),
        {"SE4"},
    ),
}


@pytest.mark.parametrize("name", HAND)
def test_by_hand_its_own_limits_hold(name: str, tmp_path: Path) -> None:
    steps, ids = HAND[name]
    path = tmp_path / "hand.yaml"
    path.write_text(text(steps))
    plan = compile_source(load(str(path))).plan
    assert plan is not None
    assert {violation.limit for violation in verify(plan, BY_HAND)} == ids
