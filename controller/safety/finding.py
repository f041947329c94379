"""What the watch finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Grade = Literal["pause", "stop"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: which row says so, what was measured and allowed, and what it means.

    `lasts`: a later report must say that it is over before anybody can resume.
    """

    grade: Grade
    limit: str
    why: str
    measured: float | None = None
    allowed: float | None = None
    lasts: bool = True
