"""Helpers of `unknot test`: an interrupt ends them, wherever it falls."""

from __future__ import annotations

import signal
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from controller.trials.catalog import Trial
from controller.trials.crew import Crew

if TYPE_CHECKING:
    from controller.trials.verdict import Verdict

TRIAL = Trial(name="interrupted", kind="ways", act="stem")


def _never() -> Verdict:
    raise AssertionError("nothing is begun after an interrupt")


def _lost_interrupt() -> None:
    with suppress(KeyboardInterrupt):  # as Python does with what is raised in a finalizer
        signal.raise_signal(signal.SIGINT)


def test_an_interrupt_that_was_swallowed_still_ends_the_work_at_the_next_helper() -> None:
    def send_after(crew: Crew) -> None:
        with crew:
            _lost_interrupt()
            crew.send(TRIAL, _never)
            pytest.fail("a helper was sent after the interrupt")

    told: list[Verdict] = []
    with pytest.raises(KeyboardInterrupt):
        send_after(Crew(1, told.append))
    assert told == []


def test_an_interrupt_that_was_swallowed_in_the_last_moment_ends_the_work_all_the_same() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), Crew(1, print):
        _lost_interrupt()
    assert signal.getsignal(signal.SIGINT) is before
