"""Every test of the radio ends with nothing that asyncio complains of."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def no_complaints(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    gc.collect()
    complaints = [record for record in caplog.get_records("call") if record.name == "asyncio"]
    assert [record.getMessage() for record in complaints] == []
