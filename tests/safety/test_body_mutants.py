"""The guards of a body, tested as the gate's are: each comparison and answer turned round is noticed."""

from __future__ import annotations

import ast
import copy
import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from gate_cases import read, view
from past_plans import BACK, DAY, HOUR, after, gave, warmed, worked
from safety_plans import CHANNELS, HAND_PAD, MIN, SEC, Drives, gun, heat, pad, plan, press
from test_gate_mutants import Turn, variants
from test_past import BACKS, GATE, HEAT, PRESS, SORE, THIGHS
from test_standing import EMERGENCY, NO_HEAT, NUMB, PILLS, body

from controller.safety import Request, Standing, admit, body_guards, gate
from controller.safety.profiles import OVER_65, REDUCED_FEELING

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(body_guards.__file__).read_text(encoding="utf-8")
HAND = {"pad": pad(**HAND_PAD), "gun": gun()}


def asked(
    made: Any, standing: Standing, setpoint: float = 0.0, channels: Any = CHANNELS, driven: int = 0,
    dose: float = 0.0, actual: float = 38.0,
) -> Any:  # fmt: skip
    role, lowest = ("pad", 36.0) if made.roles.get("pad") == "heat" else ("gun", 1300.0)
    drives = Drives(made, channels, standing)
    drives.go(driven, {role: (1, lowest)}, {"pad": 38.0})
    read(drives, pad=None if channels is HAND else actual, gun=1300.0)
    if dose:
        drives.account._dose[BACK] = dose
    return Request(role, setpoint or lowest, 1), view(drives, channels)


LONG = plan(heat(to=38.0, hold=30 * MIN))
STRONG = plan(press("rectus femoris", 0.9, 2 * MIN))
CASES: list[tuple[Any, str | None]] = [
    *((asked(row.plan, row.within), None) for row in GATE),
    *((asked(row.plan, row.past), row.limit) for row in GATE),
    (asked(HEAT, Standing(blocks=(NO_HEAT,))), "C9"),
    (asked(plan(press("rhomboids")), Standing(blocks=(NO_HEAT,))), None),
    (asked(PRESS, Standing(blocks=(PILLS,))), "C5"),
    (asked(HEAT, Standing(blocks=(PILLS,))), None),
    (asked(HEAT, Standing(blocks=(EMERGENCY,))), "R3"),
    (asked(plan(heat("rhomboids", to=38.0)), Standing(blocks=(NUMB,), raised=True)), None),
    (asked(plan(heat("rhomboids", to=38.0)), Standing(blocks=(NUMB,), raised=True), channels=HAND), "C2"),
    (asked(plan(heat(to=41.0)), body(OVER_65), 38.0), None),
    (asked(plan(heat(to=41.0)), body(OVER_65), 40.0, actual=40.0), None),
    (asked(plan(heat(to=41.0)), body(OVER_65), 40.01, actual=40.0), "PF3"),
    (asked(HEAT, body(REDUCED_FEELING), dose=0.499), None),
    (asked(HEAT, body(REDUCED_FEELING), dose=0.5), "PF1"),
    (asked(HEAT, body(OVER_65), dose=0.5), "PF3"),
    (asked(PRESS, body(OVER_65), dose=0.5), None),
    (asked(HEAT, body(SORE), dose=0.6), None),
    (asked(LONG, body(REDUCED_FEELING), 37.0, HAND, 6 * SEC), None),
    (asked(LONG, after(warmed(2 * HOUR, dose=0.999)), 37.0, HAND), None),
    (asked(LONG, after(warmed(2 * HOUR, dose=1.0)), 37.0, HAND), "HT6"),
    (asked(LONG, after(warmed(2 * HOUR, dose=0.999)), 37.0, HAND, 6 * SEC), None),
    (asked(LONG, after(warmed(2 * HOUR, dose=1.5)), dose=0.499), None),
    (asked(LONG, after(warmed(2 * HOUR, dose=1.5)), dose=0.5), "HT6"),
    (asked(LONG, after(warmed(2 * HOUR, 59 * MIN)), driven=MIN), None),
    (asked(LONG, after(warmed(2 * HOUR, 59 * MIN)), driven=MIN + 2 * SEC), "HT7"),
    (asked(STRONG, after(worked(5 * HOUR, 270_000, THIGHS)), driven=29 * SEC), None),
    (asked(STRONG, after(worked(5 * HOUR, 270_000, THIGHS)), driven=30 * SEC), "PC4"),
    (asked(STRONG, after(gave(5 * HOUR, percussion_ms=29 * MIN)), driven=59 * SEC), None),
    (asked(STRONG, after(gave(5 * HOUR, percussion_ms=29 * MIN)), driven=60 * SEC), "PC5"),
    (asked(STRONG, after(gave(5 * HOUR, hand_held_ms=29 * MIN)), driven=59 * SEC), None),
    (asked(STRONG, after(gave(5 * HOUR, hand_held_ms=29 * MIN)), driven=60 * SEC), "PC12"),
    (asked(STRONG, body(SORE), 1200.0 + 2000 * 0.6, driven=10 * SEC), None),
    (asked(STRONG, body(SORE), 1200.0 + 2000 * 0.6005, driven=10 * SEC), "PC8"),
    (asked(STRONG, after(), 1200.0 + 2000 * 0.7, driven=10 * SEC), None),
    (asked(HEAT, after(worked(1799.0))), None),
    (asked(HEAT, after(worked(HOUR))), None),
    (asked(BACKS, after(worked(3 * HOUR))), "PC7"),
    (asked(BACKS, after(*(warmed(n * HOUR) for n in (2, 5, 8)))), None),
    (asked(BACKS, after(warmed(900.0, completed=True), worked(901.0, 1000))), None),
    (asked(BACKS, after(warmed(2 * HOUR, 60 * MIN, dose=2.0))), None),
    (asked(HEAT, after(worked(5 * HOUR, 30 * MIN))), None),
    (asked(BACKS, after(gave(DAY - 1, worst={BACK: 9.0}))), "PC9"),
    (asked(HEAT, after(gave(DAY - 1, worst={BACK: 9.0}))), "PC9"),
]
EQUIVALENT = {
    "_pc8: case.fraction <= at.PC8_HARD + at.STRENGTH_GRAIN -> "
    "case.fraction < at.PC8_HARD + at.STRENGTH_GRAIN": (
        "the grain is the rounding of a division: at exactly its edge either answer is right"
    ),
}
"""Mutants that change no decision, each with its reason. The list may only shrink."""


def answer(case: Any) -> str | None:
    try:
        case[1].account.waits.clear()
        refusal = admit(*case)
    except Exception:  # noqa: BLE001  a gate that raises is noticed
        return "raised"
    return None if refusal is None else refusal.limit


@pytest.mark.parametrize("number", range(len(CASES)))
def test_each_case_is_answered_by_its_row(number: int) -> None:
    case, limit = CASES[number]
    assert answer(case) == limit


def mutants() -> Iterator[tuple[str, ast.FunctionDef]]:
    functions = [node for node in ast.parse(SOURCE).body if isinstance(node, ast.FunctionDef)]
    for function in functions:
        for index, node in enumerate(ast.walk(function)):
            for number, (name, _) in enumerate(variants(node)):
                turned = copy.deepcopy(function)
                target = list(ast.walk(turned))[index]
                by = list(variants(target))[number][1]
                yield f"{function.name}: {name}", ast.fix_missing_locations(Turn(target, by).visit(turned))


def test_every_mutant_of_the_guards_of_a_body_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    own = types.ModuleType("guards_of_its_own")
    monkeypatch.setitem(sys.modules, own.__name__, own)
    exec(compile(SOURCE, "guards", "exec"), own.__dict__)  # noqa: S102  that is the test
    sound, left, count = dict(own.__dict__), set(), 0
    for name, function in mutants():
        count += 1
        exec(compile(ast.Module([function], []), "mutant", "exec"), own.__dict__)  # noqa: S102  that is the test
        guards = tuple(own.__dict__[guard.__name__] for guard in sound["BODY_GUARDS"])
        monkeypatch.setattr(gate, "BODY_GUARDS", guards)
        if all(answer(case) == limit for case, limit in CASES):
            left.add(name)
        own.__dict__.update(sound)
    assert count > 80
    assert not (new := sorted(left - set(EQUIVALENT))), "\n".join(new)
    assert set(EQUIVALENT) <= left
