"""What a trial came to. Plain values, so that they cross a pipe."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that did not hold: what happened, and what was expected."""

    happened: str
    expected: str

    def __str__(self) -> str:
        return f"{self.happened}; expected: {self.expected}"


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured on the simulated hardware. Times in seconds, temperatures in °C.

    `length` is without waiting for the person, None where the plan was not walked to its end; `wall`
    with it. `to_rest` is the longest from something that asks for rest to rest itself.
    """

    length: float | None = None
    wall: float = 0.0
    hottest: float | None = None
    to_rest: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One trial: its name, its kind, the segment that it was at (0: none), how the session ended.

    `course` are lines of what happened, kept where something did not hold or where they were asked for.
    """

    name: str
    kind: str
    segment: int
    outcome: str
    exit: int
    findings: tuple[Finding, ...] = ()
    figures: Figures = Figures()
    course: tuple[str, ...] = ()
    begun: frozenset[int] = frozenset()
    chosen: bool = field(default=False)
    """Whether the seed chose it to be waited for to its very end."""

    @property
    def ok(self) -> bool:
        """Whether all held."""
        return not self.findings
