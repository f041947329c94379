"""What every test gets: places of its own, so that none meets another's record, locks or settings."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

gc.set_threshold(50_000)
"""A third of the time of every screen goes into looking for cycles after each 700 objects."""


@pytest.fixture(autouse=True)
def places_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("state", "runtime", "config"):
        monkeypatch.setenv(f"UNKNOT_{name.upper()}_DIR", str(tmp_path / f".unknot-{name}"))
