"""Goals as ratios, and how the rounds of a run are judged against them. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from statistics import median
from typing import Literal

LEAST_ROUNDS = 9


class Verdict(enum.Enum):
    """How a goal came out."""

    MET = "met"
    """The median of the rounds is within the limit."""
    UNSETTLED = "unsettled"
    """The median is not, the best third of the rounds is: a noisy machine, neither met nor missed."""
    MISSED = "MISSED"
    """The best third is not, either."""
    SKIPPED = "skipped"
    """There is nothing to compare with."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What is compared, and the limit that its ratio keeps. `every`: each round keeps it. `rounds`: how many
    there are at least; 1 for what is counted, or is drawn from all rounds together."""

    text: str
    sense: Literal["<=", ">="]
    limit: float
    every: bool = False
    rounds: int = LEAST_ROUNDS

    def keeps(self, value: float) -> bool:
        """Whether `value` is within the limit."""
        return value <= self.limit if self.sense == "<=" else value >= self.limit


@dataclass(frozen=True, slots=True)
class Result:
    """A goal and its ratio in every round; or, with no ratios, why it was skipped."""

    goal: Goal
    ratios: tuple[float, ...] = ()
    skipped: str = ""

    def __post_init__(self) -> None:
        if bool(self.skipped) == bool(self.ratios):
            raise ValueError("a result has its ratios, or a reason for having none")
        if self.ratios and len(self.ratios) < self.goal.rounds:
            raise ValueError(f"{len(self.ratios)} rounds, {self.goal.rounds} at least")

    @property
    def verdict(self) -> Verdict:
        """The goal holds on the median; it is missed only where the best third misses it too."""
        if self.skipped:
            return Verdict.SKIPPED
        if self.goal.every:
            return Verdict.MET if all(map(self.goal.keeps, self.ratios)) else Verdict.MISSED
        if self.goal.keeps(median(self.ratios)):
            return Verdict.MET
        ranked = sorted(self.ratios, reverse=self.goal.sense == ">=")
        best_third = ranked[: max(1, len(ranked) // 3)]
        return Verdict.UNSETTLED if self.goal.keeps(median(best_third)) else Verdict.MISSED


def summary(results: list[Result]) -> str:
    """The last line of a run."""
    met = sum(result.verdict is Verdict.MET for result in results)
    return f"{met} of {len(results)} goals met"


def exit_code(results: list[Result]) -> int:
    """1 where a goal was missed, otherwise 0; what was skipped is no miss."""
    return int(any(result.verdict is Verdict.MISSED for result in results))
