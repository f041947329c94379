"""`ease`: which protocol is meant, how it is cut to the time that there is, and what is said."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from controller.faces.cli import cli, ease, face, run
from controller.safety import Channel, longest_ms, verify
from controller.snapshot import Ended
from protocols.body import AREA_OF, AREAS
from protocols.language import compile_source, compile_text, load, shipped
from protocols.language.shorten import TooShortError, shorten
from protocols.plan import Cool, Heat, Press, Rate, Rest, Stretch, verb

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from controller.api import Setup
    from protocols.language import Compiled
    from protocols.plan import Plan

MIN = 60_000


class FakeSession:
    """Takes what it is given and ends at once."""

    setup: Setup | None = None

    def __init__(self, setup: Setup) -> None:
        FakeSession.setup = setup

    def subscribe(self, *_: object, **__: object) -> None: ...
    def send(self, word: object) -> None: ...
    def interrupt(self, why: str) -> None: ...
    def no_more_answers(self) -> None: ...

    def run_here(self) -> Ended:
        return Ended("completed", 0)


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeSession.setup = None
    monkeypatch.setattr(face, "Session", FakeSession)


def unknot(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(cli, list(arguments), input=stdin)


def run_plan() -> Plan:
    assert FakeSession.setup is not None
    return FakeSession.setup.plan


def shipped_plan(area: str) -> Plan:
    plan = compile_source(load(area.replace(" ", "-"))).plan
    assert plan is not None
    return plan


# Which area


@pytest.mark.parametrize("area", AREAS)
def test_each_area_is_its_shipped_protocol(area: str) -> None:
    done = unknot("ease", area, "--by-hand")
    assert (done.exit_code, done.stderr) == (0, "")
    assert run_plan().sha256 == shipped_plan(area).sha256


@pytest.mark.parametrize("words", [["Upper-Back"], ["upper", "back"], ["upper_back"], [" UPPER  BACK "]])
def test_an_area_is_known_in_any_writing(words: list[str]) -> None:
    done = unknot("ease", *words, "--by-hand")
    assert (done.exit_code, done.stderr) == (0, "")
    assert run_plan().title == "Upper back after a day at a desk"


@pytest.mark.parametrize(
    ("name", "muscle", "area"),
    [
        ("levator", "levator scapulae", "upper back"),
        ("QL", "quadratus lumborum", "lower back"),
        ("Suboccipitals", "suboccipitals", "neck"),
        ("outer-quad", "vastus lateralis", "thighs"),
    ],
)
def test_a_muscle_is_its_area_and_that_is_said(name: str, muscle: str, area: str) -> None:
    done = unknot("ease", name, "--by-hand")
    assert (done.exit_code, done.stderr) == (0, f"Easing the {area}, the area of the {muscle}.\n")
    assert run_plan().sha256 == shipped_plan(area).sha256


@pytest.mark.parametrize("muscle", AREA_OF)
def test_every_muscle_has_an_area_with_a_protocol(muscle: str) -> None:
    assert ease._area(muscle).replace(" ", "-") in shipped()


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("nekc", "did you mean neck?"),
        ("shoulder", "levator scapulae"),
        ("sholder", "levator scapulae"),
        ("qqqqq", "no such area"),
    ],
)
def test_an_unknown_area_is_2_with_the_nearest_and_the_six(written: str, hint: str) -> None:
    done = unknot("ease", written, "--sim")
    assert done.exit_code == 2
    assert hint in done.stderr
    assert "neck, upper back, lower back, hips, glutes, thighs" in done.stderr
    assert FakeSession.setup is None


def test_a_file_of_that_name_in_the_folder_is_not_what_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "neck").write_text("unknot: 1\ntitle: mine\nsteps: [{say: hello}]\n")
    assert unknot("ease", "neck", "--by-hand").exit_code == 0
    assert run_plan().title == "A sore, stiff neck"


def test_without_an_area_and_with_nobody_there_the_six_are_named() -> None:
    done = unknot("ease", "--sim")
    assert done.exit_code == 2
    assert "neck, upper back, lower back, hips, glutes, thighs" in done.stderr


@pytest.mark.parametrize("typed", ["3\n", "lower back\n", "nonsense\n9\nQL\n"])
def test_without_an_area_a_terminal_is_asked(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ease, "on_terminal", lambda: True)
    done = unknot("ease", "--sim", "--plain", stdin=typed)
    assert done.exit_code == 0, done.output
    assert "3  lower back" in done.stdout
    assert run_plan().title == "A stiff lower back"


def test_the_rest_is_as_for_run(monkeypatch: pytest.MonkeyPatch) -> None:
    assert unknot("ease", "hips", "--sim", "--speed", "max", "--option", "strength=medium").exit_code == 0
    assert FakeSession.setup is not None
    assert (FakeSession.setup.sim, FakeSession.setup.speed) == (True, math.inf)
    assert run_plan().options["strength"] == "medium"
    assert unknot("ease", "hips", "--sim", "--option", "strength=huge").exit_code == 2
    done = unknot("ease", "hips")
    assert (done.exit_code, "nothing fills pad (heat), gun (percussion)" in done.stderr) == (2, True)
    monkeypatch.setattr(run, "on_terminal", lambda: True)
    done = unknot("ease", "neck", "--plain", stdin="h\n")
    assert (done.exit_code, "What is the pad (heat)?" in done.stdout) == (0, True)


# --for


def pressed_ms(plan: Plan) -> int:
    return sum(s.hold_ms for s in plan.segments if isinstance(s, Press))


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("minutes", [3, 5, 15])
@pytest.mark.parametrize("how", ["--sim", "--by-hand"])
def test_it_is_no_longer_than_asked_and_in_the_order_of_care(area: str, minutes: int, how: str) -> None:
    done = unknot("ease", area, "--for", f"{minutes} min", how)
    assert done.exit_code == 0, done.output
    plan, whole = run_plan(), shipped_plan(area)
    hand = (
        {role: Channel.worked_by_hand(role, kind) for role, kind in plan.roles.items()}
        if how == "--by-hand"
        else {}
    )
    assert longest_ms(plan, hand) <= minutes * MIN
    assert verify(plan, hand) == ()
    kinds = [type(s) for s in plan.segments if isinstance(s, Heat | Cool | Press | Stretch)]
    order = [Heat, Cool, Press, Stretch]
    assert [order.index(kind) for kind in kinds] == sorted(order.index(kind) for kind in kinds)
    assert {Press, Stretch} <= set(kinds)
    assert (Heat in kinds and area != "neck") == (Cool in kinds)
    assert pressed_ms(plan) <= pressed_ms(whole)
    assert {s.hold_ms for s in plan.segments if isinstance(s, Rest)} <= {
        s.hold_ms for s in whole.segments if isinstance(s, Rest)
    }
    assert {(s.hold_ms, s.at) for s in plan.segments if isinstance(s, Press)} <= {
        (s.hold_ms, s.at) for s in whole.segments if isinstance(s, Press)
    }
    rated = {s.place.name for s in plan.segments if isinstance(s, Rate)}
    assert rated <= {s.place.name for s in plan.segments if isinstance(s, Press)}
    assert done.stderr.startswith("Cut to ") == (plan.sha256 != whole.sha256)


def test_by_hand_there_is_time_for_warmth_that_a_device_may_need_to_warm_up() -> None:
    unknot("ease", "upper back", "--for", "12 min", "--by-hand")
    assert any(isinstance(s, Heat) for s in run_plan().segments)
    unknot("ease", "upper back", "--for", "12 min", "--sim")
    assert not any(isinstance(s, Heat) for s in run_plan().segments)


def test_what_is_left_out_is_said() -> None:
    done = unknot("ease", "neck", "--for", "5 min", "--by-hand")
    assert done.stderr == "Cut to 4 min 15 s: fewer rounds, each stretch fewer times, no warmth.\n"
    assert "not the suboccipitals" in unknot("ease", "neck", "--for", "3 min", "--by-hand").stderr


def test_too_short_is_2_with_the_shortest_that_works() -> None:
    done = unknot("ease", "neck", "--for", "30 s", "--by-hand")
    assert done.exit_code == 2
    assert 'too short to be of use: the shortest that works is --for "2 min"' in done.stderr
    assert unknot("ease", "neck", "--for", "2 min", "--by-hand").exit_code == 0
    assert unknot("ease", "neck", "--for", "1 min 59 s", "--by-hand").exit_code == 2
    done = unknot("ease", "neck", "--for", "30 s", "--by-hand", "--json")
    assert json.loads(done.stdout)["outcome"] == "refused"


@pytest.mark.parametrize("time", ["5", "soon", "5 mins 3", "-5 min", "0 s"])
def test_a_time_without_its_unit_is_2(time: str) -> None:
    assert unknot("ease", "neck", "--for", time, "--by-hand").exit_code == 2


# The rules, on a file that is none of ours

OTHER = """unknot: 1
title: Another
needs: {pad: heat, gun: percussion}
options:
  n: {ask: How warm?, of: [low, medium], default: low}
steps:
  - say: Lie down.
  - say: Pad on.
  - heat: thighs
    to: $n
    for: 10 min
    within: 4 min
  - cool: pad
    below: 38 °C
    within: 1 min
  - say: Pad off.
  - rest: 60 s
  - repeat: 3
    steps:
      - rest: 30 s
      - press: [TFL, Hamstrings]
        side: both
        at: gentle
        for: 10 s
        move: along
      - rate: hamstrings
  - stretch: hamstring
    side: both
    hold: 20 s
    times: 3
"""


def cut(most_ms: int, text: str = OTHER) -> Plan:
    compiled = other(text)
    return shorten(compiled, most_ms, lambda plan: None if verify(plan) else longest_ms(plan)).plan


def other(text: str) -> Compiled:
    found = compile_text(text)
    assert found.plan is not None
    return found


def kinds(plan: Plan) -> list[str]:
    return [verb(s) for s in plan.segments]


def test_rounds_go_before_stretches_before_warmth_before_points() -> None:
    lengths = {}
    for most in range(3 * MIN, 30 * MIN, MIN):
        plan = cut(most)
        counts = {kind: kinds(plan).count(kind) for kind in ("heat", "press", "stretch")}
        lengths[most] = (counts["heat"], counts["press"], counts["stretch"])
        assert longest_ms(plan) <= most
    assert lengths[3 * MIN][0] == 0
    assert lengths[max(lengths)] == (1, 12, 6)
    assert {(1, 8, 6), (1, 4, 6), (1, 4, 2), (0, 4, 2)} <= set(lengths.values())


def test_without_warmth_the_rest_of_a_round_and_the_first_words_stay() -> None:
    plan = cut(4 * MIN)
    assert kinds(plan)[:3] == ["say", "rest", "press"]
    assert next(s.hold_ms for s in plan.segments if isinstance(s, Rest)) == 30_000


def test_a_rating_moves_to_a_point_that_is_still_pressed_and_the_last_stretch_stays() -> None:
    plan = cut(2 * MIN + 30_000)
    names = [s.place.name for s in plan.segments if isinstance(s, Press | Rate | Stretch)]
    assert names == ["tensor fasciae latae"] * 3 + ["hamstrings"] * 2


def test_what_cannot_be_cut_to_a_safe_plan_says_so() -> None:
    with pytest.raises(TooShortError) as caught:
        shorten(other(OTHER), MIN, lambda _: None)
    assert caught.value.shortest_ms is None
