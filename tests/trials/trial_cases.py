"""Ten mistakes that people make in protocols, and where `unknot test` and `unknot check` see them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "faulty"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A file of FOLDER, the trial that fails, words of what it says, and whether `check` sees it too."""

    file: str
    trial: str
    says: str
    check: bool

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.file}.yaml"


MISTAKES = (
    Mistake("too-hot-by-one-option", "warmth=high/1 heat/limit HT5", "a heat dose of", check=True),
    Mistake("no-rest-when-the-rounds-end-early", "13 press/limit PC2", "without a full rest", check=True),
    Mistake("rounds-that-pass-a-cap", "13 press/limit PC3", "2 min 30 s of percussion", check=True),
    Mistake("over-an-hour-with-a-lost-link", "limit SE1", "56 min 50 s at the longest", check=True),
    Mistake(
        "a-lost-link-uses-up-the-wait",
        "1 heat/link lost while it warms",
        "39 °C was not reached",
        check=False,
    ),
    Mistake("a-late-answer-beside-heat", "3 ask/late", "39 °C was not reached", check=False),
    Mistake("the-pad-cannot-warm-so-fast", "whole", "39 °C was not reached within 1 min", check=False),
    Mistake("every-answer-stops", "1 ask/stop if", "every answer meets stop if", check=False),
    Mistake(
        "a-round-that-never-runs", "4 press/never runs", "no answers lead to segments 4 to 9", check=False
    ),
    Mistake("stretched-before-pressed", "whole", "segment 1 stretched what segment 4 pressed", check=False),
)


def table() -> str:
    """Who finds what, for a person."""
    width = max(len(each.file) for each in MISTAKES)
    rows = [f"{'mistake':{width}}  test  check"]
    rows += [f"{each.file:{width}}  yes   {'yes' if each.check else 'no'}" for each in MISTAKES]
    return "\n".join(rows)
