"""The firmware stays in the subset of Python that MicroPython runs."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import simulator.firmware

FOLDER = Path(simulator.firmware.__file__).parent
FILES = sorted(FOLDER.glob("*.py"))
ALLOWED_IMPORTS = {"struct"}
ABSENT_SYNTAX = (
    ast.Match,
    ast.AsyncFunctionDef,
    ast.AsyncFor,
    ast.AsyncWith,
    ast.Await,
    ast.TryStar,
    ast.NamedExpr,
    ast.JoinedStr,
)
ALLOWED_DECORATORS = {"property", "staticmethod"}
ABSENT_CALLS = {"super", "vars", "format", "breakpoint", "__import__", "exec", "eval", "open", "print"}


def complaints(tree: ast.AST) -> list[str]:
    """What MicroPython lacks, or a small board had better not do."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ABSENT_SYNTAX):
            found.append(type(node).__name__)
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name not in ALLOWED_IMPORTS]
        elif isinstance(node, ast.ImportFrom) and node.level != 1:
            found.append(f"from {node.module}")
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names = [ast.unparse(decorator) for decorator in node.decorator_list]
            found += [name for name in names if name not in ALLOWED_DECORATORS]
            found += [arg.arg for arg in node.args.posonlyargs] if isinstance(node, ast.FunctionDef) else []
            found += [k.arg or "**" for k in node.keywords] if isinstance(node, ast.ClassDef) else []
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ABSENT_CALLS:
            found.append(node.func.id)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_firmware_uses_nothing_that_micropython_lacks(path: Path) -> None:
    assert complaints(ast.parse(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "import dataclasses",
        "from __future__ import annotations",
        "from typing import Any",
        "from simulator.physics import Head",
        "match 1:\n    case 1: pass",
        "async def f(): pass",
        "@dataclass\nclass A: pass",
        "class A(metaclass=B): pass",
        "print(1)",
    ],
)
def test_the_check_sees_what_it_is_for(source: str) -> None:
    assert complaints(ast.parse(source))


def test_no_file_of_the_firmware_is_left_out() -> None:
    assert {path.name for path in FILES} >= {
        "codec.py",
        "firmware.py",
        "heater.py",
        "quota.py",
        "hardware.py",
    }


SCRIPT = """
import json, sys
sys.path.insert(0, "flash")
from knot import codec
from knot.cover import Flows
from knot.facts import Config
from knot.firmware import Firmware
from knot.hardware import Hardware
from knot.heater import Pad
from knot.quota import Quota

class Board(Hardware):
    said = b""
    duty = 0.0
    def write(self, data):
        self.said += data
    def set_heater(self, duty):
        self.duty = duty
    def read_temperature(self):
        return 3300

for vector in json.load(open("vectors.json"))["valid"]:
    payload = bytes.fromhex(vector["payload"])
    serial = bytes.fromhex(vector["serial"])
    assert codec.frame(payload) == serial and codec.unframe(serial[:-1]) == payload
    if payload[0] < 0x80:
        assert codec.request(payload)[:2] == (payload[0], payload[1])
board = Board()
pad = Pad(33.0, 0.4, 20.5, 0.06, 18000, Flows(18.5, 280.0, 140.0, 4.0, 0.4, 1.1, 15000, 3000))
device = Firmware(board, Config("Pad", "SIM-1", [(2, 3, 3000, 4300, 10)], pad=pad), 0, 7, Quota())
device.receive(codec.frame(b"\\x01\\x01\\0\\0\\x01\\x07\\0\\0\\0"), 0)
drive = b"\\x02\\x02" + bytes((device.session & 255, device.session >> 8)) + b"\\0\\x10\\x0e\\xd0\\x07"
device.receive(codec.frame(drive), 10)
assert board.duty > 0, board.duty
while device.due_ms(10) < 2010:
    device.step(device.due_ms(10))
device.step(2010)
assert board.duty == 0 and device.fault == 8
print("fine")
"""


def lay_out(folder: Path) -> None:
    """A board's flash: the firmware as a package of its own, the vectors, and a script."""
    (folder / "flash" / "knot").mkdir(parents=True)
    for path in FILES:
        shutil.copy(path, folder / "flash" / "knot" / path.name)
    shutil.copy(Path(__file__).parents[1] / "golden" / "wire-vectors.json", folder / "vectors.json")
    (folder / "main.py").write_text(SCRIPT, encoding="utf-8")


@pytest.mark.parametrize("interpreter", ["python", "micropython"])
def test_the_firmware_runs_from_a_boards_flash(interpreter: str, tmp_path: Path) -> None:
    program = sys.executable if interpreter == "python" else shutil.which(interpreter)
    if program is None:
        pytest.skip("there is no micropython on this machine; its Unix port runs this test")
    lay_out(tmp_path)
    done = subprocess.run(
        [program, "main.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip() == "fine", done.stderr
