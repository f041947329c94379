"""Every expression that makes bytes in a writer loses one byte in its source: the golden vectors see each."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
VALID: list[dict[str, Any]] = json.loads((ROOT / "tests/golden/wire-vectors.json").read_text())["valid"]
MAKERS = {"pack", "bytes", "cobs_encode", "_short_text"}
LONGEST = 24
"""Bytes of the longest expression that is cut everywhere; of a longer one, the first so many."""


def makes_bytes(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, bytes) and len(node.value) == 1
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in MAKERS


class Loses(ast.NodeTransformer):
    """Wraps the expression with that number, counted through the writers, so that it loses a byte."""

    def __init__(self, writers: set[str], number: int) -> None:
        self.writers, self.left, self.hit = writers, number, ""
        self.inside = False

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        was, self.inside = self.inside, node.name in self.writers
        self.generic_visit(node)
        self.inside = was
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if not (self.inside and makes_bytes(node) and isinstance(node, ast.expr)):
            return node
        self.left -= 1
        if self.left != -1:
            return node
        self.hit = f"line {node.lineno}: {ast.unparse(node)}"
        return ast.copy_location(ast.Call(ast.Name("_lose", ast.Load()), [node], []), node)


def module_of(path: str, writers: set[str], number: int, lose: Callable[[bytes], bytes]) -> tuple[Any, str]:
    loses = Loses(writers, number)
    tree = ast.fix_missing_locations(loses.visit(ast.parse((ROOT / path).read_text(encoding="utf-8"))))
    module = ModuleType("mutated_writer")
    module.__dict__["_lose"] = lose
    sys.modules[module.__name__] = module  # dataclasses look their module up
    try:
        exec(compile(tree, path, "exec"), module.__dict__)  # noqa: S102
    finally:
        del sys.modules[module.__name__]
    return module, loses.hit


def loses_byte(at: int) -> Callable[[bytes], bytes]:
    return lambda made: made[:at] + made[at + 1 :]


def controller_codec(module: Any, message: dict[str, Any]) -> bytes:
    given = {key: value for key, value in message.items() if key != "type"}
    if message["type"] == "INFO":
        given["channels"] = tuple(module.InfoChannel(*each.values()) for each in given["channels"])
    if message["type"] == "STATUS":
        given["values"] = tuple(value for each in given.pop("channels") for value in each.values())
    encoded: bytes = module.encode(getattr(module, message["type"].capitalize())(**given))
    return encoded


def firmware_codec(module: Any, message: dict[str, Any]) -> bytes | None:
    head = (message["seq"], message["session"])
    if message["type"] == "ACK":
        written: bytes = module.ack(*head, message["request"], message["code"])
    elif message["type"] == "STATUS":
        values = [value for each in message["channels"] for value in each.values()]
        facts = (message["uptime_ms"], message["state"], message["fault"], message["battery"])
        written = module.status(*head, *facts, values)
    elif message["type"] == "INFO":
        texts = (message["name"], message["serial"], message["firmware"])
        channels = [tuple(each.values()) for each in message["channels"]]
        written = module.info(*head, message["boot"], message["max_lease_ms"], texts, channels)
    else:
        return None
    return written


def payloads(write: Callable[[Any, dict[str, Any]], bytes | None], module: Any) -> Iterator[bool]:
    for vector in VALID:
        try:
            written = write(module, vector["message"])
        except Exception:  # noqa: BLE001  a writer that breaks is found out as well
            yield False
        else:
            yield written is None or written == bytes.fromhex(vector["payload"])


def frames(module: Any) -> Iterator[bool]:
    for vector in VALID:
        try:
            yield module.frame(bytes.fromhex(vector["payload"])) == bytes.fromhex(vector["serial"])
        except Exception:  # noqa: BLE001  a writer that breaks is found out as well
            yield False


CONTROLLER, FIRMWARE = "controller/devices/knot/codec.py", "simulator/firmware/codec.py"
Judge = Callable[[Any], Iterator[bool]]
CASES: dict[str, tuple[str, set[str], Judge]] = {
    "controller, messages": (
        CONTROLLER,
        {"encode", "_status_bytes", "_info_bytes"},
        lambda module: payloads(controller_codec, module),
    ),
    "controller, frames": ("controller/devices/knot/framing.py", {"frame"}, frames),
    "firmware, messages": (
        FIRMWARE,
        {"ack", "info", "status", "_short_text"},
        lambda module: payloads(firmware_codec, module),
    ),
    "firmware, frames": (FIRMWARE, {"frame"}, frames),
}


@pytest.mark.parametrize("name", CASES)
def test_a_writer_that_loses_a_byte_anywhere_is_found_out(name: str) -> None:
    path, writers, judge = CASES[name]
    unharmed, _ = module_of(path, writers, 10_000, lambda made: made)
    assert all(judge(unharmed))
    number, caught, missed = 0, 0, []
    while True:
        longest = 0

        def measure(made: bytes) -> bytes:
            nonlocal longest
            longest = max(longest, len(made))
            return made

        module, hit = module_of(path, writers, number, measure)
        if not hit:
            break
        list(judge(module))
        assert longest, f"no vector reaches {hit}"
        for at in range(min(longest, LONGEST)):
            harmed, _ = module_of(path, writers, number, loses_byte(at))
            if all(judge(harmed)):
                missed.append(f"{hit}, byte {at}")
            else:
                caught += 1
        number += 1
    print(f"{name}: {caught} of {caught + len(missed)} lost bytes found out, in {number} expressions")
    assert caught
    assert missed == []
