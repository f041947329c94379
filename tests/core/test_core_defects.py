"""The tests of the core tested: each seeded defect is caught by the test that says it catches it.

A defect is a text in `defects/`: a title, the file, what catches it, and (old, new) between markers.
`walk` stands for the random walks.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SHAPE = re.compile(
    r"# (?P<title>.+)\nfile: (?P<file>\S+)\n(?P<caught>(?:caught: .+\n)+)"
    r"<<<<<<<\n(?P<old>.*?)=======\n(?P<new>.*?)>>>>>>>\n",
    re.DOTALL,
)
WALKS = 300
"""Walks of which one at least must meet a defect that walks are said to catch."""
PROBE = f"""
import sys
from walk import walk, walk_to
import controller
assert controller.__file__.startswith(sys.argv[1]), controller.__file__
try:
    for seed in range({WALKS}):
        walk(seed)
except Exception as caught:
    print(type(caught).__name__, caught)
    sys.exit(1)
"""


@dataclass(frozen=True)
class Defect:
    title: str
    file: str
    old: str
    new: str
    caught: tuple[str, ...]


def read(path: Path) -> Defect:
    shape = SHAPE.fullmatch(path.read_text(encoding="utf-8"))
    assert shape is not None, f"{path.name} is no defect"
    caught = tuple(line.removeprefix("caught: ") for line in shape["caught"].splitlines())
    return Defect(shape["title"], shape["file"], shape["old"], shape["new"], caught)


DEFECTS = {path.stem: read(path) for path in sorted((HERE / "defects").glob("*.patch"))}


def _copy(tmp_path: Path) -> None:
    for room in ("controller", "protocols"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(HERE, tmp_path / "tests", ignore=shutil.ignore_patterns("__pycache__"))


@pytest.fixture
def spoilt(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of the program with one defect in it."""
    defect = DEFECTS[request.param]
    _copy(tmp_path)
    source = tmp_path / defect.file
    text = source.read_text(encoding="utf-8")
    assert text.count(defect.old) == 1, f"{request.param}: {defect.file} has changed; write the defect anew"
    source.write_text(text.replace(defect.old, defect.new), encoding="utf-8")
    return tmp_path


def _run(spoilt: Path, *command: str) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join((str(spoilt), str(spoilt / "tests")))
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *command], cwd=spoilt, env=environment, capture_output=True, text=True, check=False
    )


def _catches(spoilt: Path, *by: str) -> tuple[bool, str]:
    if by == ("walk",):
        done = _run(spoilt, "-c", PROBE, str(spoilt))
        return done.returncode == 1 and "Traceback" not in done.stderr, done.stdout + done.stderr
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-c", os.devnull, "--rootdir", str(spoilt))
    done = _run(spoilt, "-m", "pytest", *options, *(str(spoilt / "tests" / each) for each in by))
    return done.returncode == 1 and " failed" in done.stdout, done.stdout + done.stderr


def test_there_are_twelve_defects_and_each_says_what_catches_it() -> None:
    assert len(DEFECTS) >= 12
    assert all(defect.caught for defect in DEFECTS.values())


def test_a_copy_with_no_defect_is_caught_by_nothing(tmp_path: Path) -> None:
    _copy(tmp_path)
    named = sorted({by for defect in DEFECTS.values() for by in defect.caught} - {"walk"})
    caught, shown = _catches(tmp_path, *named)
    assert not caught
    assert " passed" in shown, shown
    caught, shown = _catches(tmp_path, "walk")
    assert not caught, shown


@pytest.mark.parametrize("spoilt", DEFECTS, indirect=True)
def test_a_seeded_defect_is_caught_by_what_says_so(spoilt: Path, request: pytest.FixtureRequest) -> None:
    defect = DEFECTS[request.node.callspec.params["spoilt"]]
    with ThreadPoolExecutor(2) as pool:
        verdicts = list(pool.map(lambda by: _catches(spoilt, by), defect.caught))
    for by, (caught, shown) in zip(defect.caught, verdicts, strict=True):
        assert caught, f"{defect.title} {by} does not catch it:\n{shown}"
