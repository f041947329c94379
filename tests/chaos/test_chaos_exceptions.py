"""An exception at every place that a session comes by: the simulated hardware comes to rest all the same.

The places are those that an instrumented session shows; none is listed here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from chaos_rig import Place, Tracer, at_home, firsts, places, run

if TYPE_CHECKING:
    from pathlib import Path

SHARDS = 4
TRIES = 5
"""A line that hangs on when the writer's thread gets its turn does not run in every session."""


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    at_home(monkeypatch, tmp_path)


def _inject(monkeypatch: pytest.MonkeyPatch, found: list[Place]) -> None:
    injected, broken = 0, []
    for place in found:
        for _ in range(TRIES):
            tracer = Tracer(place)
            outcome = run(monkeypatch, tracer)
            if not (outcome.resting and outcome.stays):
                broken.append((place, outcome.ended, outcome.error))
            if tracer.struck:
                break
        injected += tracer.struck
    print(f"found = {len(found)}, injected = {injected}")
    assert not broken, f"not at rest after an exception at {broken}"
    assert injected == len(found)


def test_a_session_with_no_exception_drives_both_devices_and_completes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found, outcome = places(monkeypatch)
    assert outcome.ended is not None
    assert (outcome.ended.outcome, outcome.ended.exit) == ("completed", 0)
    assert any(motor for _, motor, _ in outcome.bench.driven("gun"))
    assert any(duty for _, _, duty in outcome.bench.driven("pad"))
    rooms = {"runner.py", "api.py", "session.py", "gate.py", "driver.py", "journal.py", "binding.py"}
    assert rooms <= {place[0].rsplit("/", 1)[1] for place in found}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("shard", range(SHARDS))
def test_an_exception_in_any_function_leaves_everything_at_rest(
    shard: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first line of every function; all lines are for `make soak`."""
    found, _ = places(monkeypatch)
    _inject(monkeypatch, firsts(found)[shard::SHARDS])


@pytest.mark.soak
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("shard", range(SHARDS))
def test_an_exception_at_any_line_leaves_everything_at_rest(
    shard: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, _ = places(monkeypatch)
    _inject(monkeypatch, found[shard::SHARDS])
