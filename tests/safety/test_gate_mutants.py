"""The tests of the gate, tested: each comparison, answer and choice in it turned round is noticed."""

from __future__ import annotations

import ast
import copy
import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gate_cases import CASES, Case

from controller.safety import gate

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(gate.__file__).read_text(encoding="utf-8")
OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
EDGE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
}  # fmt: skip

EQUIVALENT = {
    "_ht11: case.request.setpoint <= at.HT11_FREE -> case.request.setpoint < at.HT11_FREE": (
        "the ramp allows 36 °C at any moment, so at exactly 36 °C both ways admit"
    ),
}
"""Mutants that change no decision, each with its reason. The list may only shrink."""


def comparisons(node: ast.Compare) -> Iterator[tuple[str, ast.AST]]:
    for index, op in enumerate(node.ops):
        for table in (OPPOSITE, EDGE):
            if type(op) in table:
                turned = copy.deepcopy(node)
                turned.ops[index] = table[type(op)]()
                yield f"{ast.unparse(node)} -> {ast.unparse(turned)}", turned


def variants(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Every way in which this one node is turned round."""
    if isinstance(node, ast.Compare):
        yield from comparisons(node)
    elif isinstance(node, ast.BoolOp):
        turned_bool = copy.deepcopy(node)
        turned_bool.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield f"{ast.unparse(node)} -> {ast.unparse(turned_bool)}", turned_bool
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield f"{ast.unparse(node)} -> {ast.unparse(node.operand)}", node.operand
    elif isinstance(node, ast.IfExp):
        swapped = ast.IfExp(node.test, node.orelse, node.body)
        yield f"{ast.unparse(node)} -> {ast.unparse(swapped)}", swapped
    elif isinstance(node, ast.Return):
        nothing = isinstance(node.value, ast.Constant) and node.value.value is None
        value = "Refusal('mutant', None, None)" if nothing else "None"
        yield f"{ast.unparse(node)} -> return {value}", ast.parse(f"return {value}").body[0]
    elif isinstance(node, ast.Continue):
        yield "continue -> break", ast.Break()


class Turn(ast.NodeTransformer):
    """Replaces one node, and leaves the tree as it was elsewhere."""

    def __init__(self, target: ast.AST, by: ast.AST) -> None:
        self._target, self._by = target, by

    def visit(self, node: ast.AST) -> Any:
        return self._by if node is self._target else self.generic_visit(node)


def mutants() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Each function of the gate with one node of it turned round."""
    functions = [node for node in ast.parse(SOURCE).body if isinstance(node, ast.FunctionDef)]
    for function in functions:
        for index, node in enumerate(ast.walk(function)):
            for number, (name, _) in enumerate(variants(node)):
                turned = copy.deepcopy(function)
                target = list(ast.walk(turned))[index]
                by = list(variants(target))[number][1]
                yield f"{function.name}: {name}", ast.fix_missing_locations(Turn(target, by).visit(turned))


class Gate:
    """A gate of its own, in which one function at a time is another."""

    def __init__(self) -> None:
        self._module = types.ModuleType("gate_of_its_own")
        sys.modules[self._module.__name__] = self._module  # dataclasses look their module up
        exec(compile(SOURCE, "gate", "exec"), self._module.__dict__)  # noqa: S102  that is the test
        self._sound = dict(self._module.__dict__)

    def survives(self, function: ast.FunctionDef) -> bool:
        """Whether every case is answered as it should be, with `function` in the place of its like."""
        names = self._module.__dict__
        exec(compile(ast.Module([function], []), "mutant", "exec"), names)  # noqa: S102  that is the test
        names["GUARDS"] = tuple(names[guard.__name__] for guard in self._sound["GUARDS"])
        try:
            return all(self._answer(case) == case.limit for case in CASES)
        finally:
            names.update(self._sound)

    def _answer(self, case: Case) -> str | None:
        try:
            refusal = self._module.admit(case.request, case.view)
        except Exception:  # noqa: BLE001  a gate that raises is noticed
            return "raised"
        return None if refusal is None else str(refusal.limit)


def test_every_mutant_of_the_gate_is_noticed() -> None:
    own = Gate()
    names = []
    left = set()
    for name, function in mutants():
        names.append(name)
        if own.survives(function):
            left.add(name)
    print(f"\n{len(names) - len(left)} of {len(names)} mutants noticed")
    assert len(names) > 200
    assert not (new := sorted(left - set(EQUIVALENT))), "\n".join(new)
    assert set(EQUIVALENT) <= left, "a mutant on the list is noticed: take it off"
