"""What every test gets: places of its own, so that none meets another's record, locks or settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def places_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("state", "runtime", "config"):
        monkeypatch.setenv(f"UNKNOT_{name.upper()}_DIR", str(tmp_path / f".unknot-{name}"))
