"""Thousands of spoilt files: a plan or errors with a place, never a traceback, in bounded time and memory."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hostile import TEXTS, judged, mutated

from controller.faces.cli import cli
from protocols.language import Source, compile_source

if TYPE_CHECKING:
    from collections.abc import Iterable

READER = Path(__file__).with_name("limited_reader.py")


def spoilt(seed: int, count: int) -> Iterable[bytes]:
    dice = random.Random(seed)
    return (mutated(dice) for _ in range(count))


def longest(files: Iterable[bytes]) -> float:
    """Each judged; the longest processor time that one took to be read."""
    most = 0.0
    for data in files:
        began = time.process_time()
        compile_source(Source("m.yaml", data))
        most = max(most, time.process_time() - began)
        judged(data)
    return most


@pytest.mark.parametrize("seed", range(10))
def test_a_spoilt_file_is_a_plan_or_errors_with_a_place_within_a_second(seed: int) -> None:
    assert longest(spoilt(seed, 100)) < 1.0


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 110))
def test_ten_thousand_spoilt_files_are_plans_or_errors_with_a_place(seed: int) -> None:
    assert longest(spoilt(seed, 1_000)) < 1.0


def test_slips_reach_both_plans_and_many_kinds_of_error() -> None:
    found = [compile_source(Source("m.yaml", data)) for data in spoilt(0, 150)]
    assert any(each.plan is not None for each in found)
    assert len({d.code for each in found for d in each.diagnostics}) > 8


@pytest.mark.parametrize("size", [pytest.param(60), pytest.param(1_000, marks=pytest.mark.soak)])
def test_spoilt_files_are_read_in_a_hundred_megabytes(tmp_path: Path, size: int) -> None:
    for number, data in enumerate(spoilt(7, size)):
        (tmp_path / f"{number:04}.yaml").write_bytes(data)
    done = subprocess.run([sys.executable, READER, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    took = json.loads(done.stdout)
    assert len(took) >= size
    assert max(seconds for seconds, _ in took.values()) < 1.0


def test_the_hundred_megabytes_would_be_noticed() -> None:
    done = subprocess.run([sys.executable, READER, "--too-much"], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "MemoryError" in done.stderr


def test_check_tells_spoilt_files_in_one_json_object(tmp_path: Path) -> None:
    paths = []
    for number, data in enumerate(spoilt(11, 200)):
        path = tmp_path / f"{number:03}.yaml"
        path.write_bytes(data)
        paths.append(str(path))
    done = CliRunner().invoke(cli, ["check", "--json", *paths])
    assert done.exit_code == 3
    told = json.loads(done.stdout)
    assert [each["file"] for each in told["files"]] == paths
    assert all(each["ok"] == (each["plan"] is not None) for each in told["files"])
    errors = [each for each in told["files"] if not each["ok"]]
    assert errors
    assert all(d["line"] >= 1 and d["column"] >= 1 for each in errors for d in each["diagnostics"])


@pytest.mark.parametrize("data", TEXTS, ids=range(len(TEXTS)))
def test_a_file_cut_off_anywhere_is_a_plan_or_errors(data: bytes) -> None:
    for end in range(0, len(data), 23):
        judged(data[:end])
